#pragma once
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

/// Writes grey pictures as PNG, uncompressed. https://www.w3.org/TR/png-3/
namespace png {

inline void put32(std::string &out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

inline std::uint32_t crc(std::string_view bytes) {
  std::uint32_t value = 0xffffffffu;
  for (const char byte : bytes) {
    value ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? 0xedb88320u ^ (value >> 1) : value >> 1;
  }
  return ~value;
}

inline std::uint32_t adler(std::string_view bytes) {
  std::uint32_t a = 1, b = 0;
  for (const char byte : bytes) {
    a = (a + static_cast<unsigned char>(byte)) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

inline void put_chunk(std::string &out, std::string_view type, std::string_view data) {
  put32(out, static_cast<std::uint32_t>(data.size()));
  const std::string checked = std::string(type) + std::string(data);
  out += checked;
  put32(out, crc(checked));
}

/// In blocks of at most 65535 bytes that are stored as they are.
inline std::string deflated(std::string_view bytes) {
  std::string out = "\x78\x01";
  for (std::size_t at = 0; at < bytes.size(); at += 65535) {
    const std::string_view block = bytes.substr(at, 65535);
    const auto size = static_cast<unsigned>(block.size());
    out.push_back(at + size == bytes.size() ? 1 : 0);
    for (const unsigned half : {size, ~size}) {
      out.push_back(static_cast<char>(half));
      out.push_back(static_cast<char>(half >> 8));
    }
    out += block;
  }
  put32(out, adler(bytes));
  return out;
}

inline bool write(const std::string &path, std::int64_t width, std::int64_t height, const std::vector<std::uint8_t> &pixels) {
  std::string header, rows, out = "\x89PNG\r\n\x1a\n";
  put32(header, static_cast<std::uint32_t>(width));
  put32(header, static_cast<std::uint32_t>(height));
  header += std::string("\x08\x00\x00\x00\x00", 5); // 8 bits of grey
  for (std::int64_t y = 0; y < height; ++y) {
    rows.push_back(0); // no filter
    rows.append(reinterpret_cast<const char *>(pixels.data()) + y * width, static_cast<std::size_t>(width));
  }
  put_chunk(out, "IHDR", header);
  put_chunk(out, "IDAT", deflated(rows));
  put_chunk(out, "IEND", "");
  std::ofstream file(path, std::ios::binary);
  file << out;
  return file.good();
}

} // namespace png
