#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

/// Files of graphs as accidents, and people with ill intent, leave them.
namespace burin::test {

/// The first line of a file of bytecode for `module`, so that its checksum is right again.
inline std::string sealed(std::string_view module, int format = 1) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char byte : module) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  return "burin graph " + std::to_string(format) + " " + std::to_string(module.size()) + " " + std::to_string(hash) + "\n" +
         std::string(module);
}

/// Changes `bytes` in a few places. The same for the same seed.
class Mutator {
public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  std::string mutate(std::string bytes) {
    for (std::size_t changes = 1 + below(4); changes > 0 && !bytes.empty(); --changes) change(bytes);
    return bytes;
  }

  /// Bytecode, of which the first line is made to fit again.
  std::string mutate_sealed(const std::string &file) {
    return sealed(mutate(file.substr(file.find('\n') + 1)), file.starts_with("burin graph 2") ? 2 : 1);
  }

private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : static_cast<std::size_t>(random_() % limit); }
  std::pair<std::size_t, std::size_t> range(const std::string &bytes, std::size_t longest) {
    const std::size_t begin = below(bytes.size());
    return {begin, std::min(1 + below(longest), bytes.size() - begin)};
  }

  void change(std::string &bytes) {
    // What MLIR's text is made of, and numbers at the ends of their ranges.
    static constexpr std::array<std::string_view, 30> kWords = {"(",
                                                                ")",
                                                                "{",
                                                                "}",
                                                                "[",
                                                                "]",
                                                                "<",
                                                                ">",
                                                                "\"",
                                                                ":",
                                                                ",",
                                                                "%0",
                                                                "@g",
                                                                "loc(",
                                                                "#loc",
                                                                "tensor<",
                                                                "x",
                                                                "?",
                                                                "-1",
                                                                "0",
                                                                "1",
                                                                "true",
                                                                "f32",
                                                                "i64",
                                                                "dense<",
                                                                "array<i64: ",
                                                                "9223372036854775807",
                                                                "18446744073709551616",
                                                                "burin.add",
                                                                "func.return"};
    const auto [begin, size] = range(bytes, 40);
    switch (below(8)) {
    case 0: bytes[begin] = static_cast<char>(bytes[begin] ^ (1 << below(8))); return;
    case 1: bytes[begin] = static_cast<char>(random_()); return;
    case 2: bytes.erase(begin, size); return;
    case 3: bytes.insert(below(bytes.size()), bytes.substr(begin, size)); return;
    case 4: bytes.insert(begin, kWords[below(kWords.size())]); return;
    case 5: bytes.replace(begin, size, kWords[below(kWords.size())]); return;
    case 6: bytes.replace(begin, size, bytes.substr(below(bytes.size()), size)); return;
    default:
      if (below(4) == 0) bytes.resize(begin);
      else change_number(bytes, begin);
    }
  }

  /// The next number after `begin` becomes another one.
  void change_number(std::string &bytes, std::size_t begin) {
    const std::size_t at = bytes.find_first_of("0123456789", begin);
    if (at == std::string::npos) return;
    const std::size_t end = std::min(bytes.find_first_not_of("0123456789", at), bytes.size());
    const std::uint64_t numbers[] = {0, 1, below(50), 1u << 31, std::uint64_t{1} << 40, std::uint64_t{1} << 62, ~std::uint64_t{0}};
    bytes.replace(at, end - at, std::to_string(numbers[below(std::size(numbers))]));
  }

  std::mt19937_64 random_;
};

} // namespace burin::test
