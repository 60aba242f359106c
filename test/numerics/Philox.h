#pragma once
#include <array>
#include <cstdint>

namespace burin::test {

/// Philox 4x32-10 word by word, as its paper has it: the reference of random draws.
inline std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t first = 0xD2511F53ull * counter[0], second = 0xCD9E8D57ull * counter[2];
    counter = {static_cast<std::uint32_t>(second >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(second),
               static_cast<std::uint32_t>(first >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(first)};
    key = {key[0] + 0x9E3779B9u, key[1] + 0xBB67AE85u};
  }
  return counter;
}

/// Block number `block` of a stream of a seed.
inline std::array<std::uint32_t, 4> philox_block(std::uint64_t seed, std::uint64_t stream, std::uint64_t block) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  return philox({low(block), low(block >> 32), low(stream), low(stream >> 32)}, {low(seed), low(seed >> 32)});
}
/// The 32 bits of element number `i`.
inline std::uint32_t philox_word(std::uint64_t seed, std::uint64_t stream, std::uint64_t i) {
  return philox_block(seed, stream, i / 4)[i % 4];
}
/// The 64 bits of element number `i`.
inline std::uint64_t philox_long(std::uint64_t seed, std::uint64_t stream, std::uint64_t i) {
  const auto block = philox_block(seed, stream, i / 2);
  return block[2 * (i % 2)] | static_cast<std::uint64_t>(block[2 * (i % 2) + 1]) << 32;
}

} // namespace burin::test
