#pragma once
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

namespace burin::test {

/// Bytes of the process that are in memory.
inline std::int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t pages = 0;
  file >> pages >> pages;
  return pages * 4096;
}

/// Bytes of executable memory that comes from no file: the machine code that was made in this process.
inline std::int64_t made_code_bytes() {
  std::ifstream file("/proc/self/maps");
  std::int64_t bytes = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::uint64_t begin = 0, end = 0, offset = 0, node = 0;
    char dash = 0;
    std::string permissions, device, path;
    fields >> std::hex >> begin >> dash >> end >> permissions >> offset >> device >> std::dec >> node >> path;
    if (permissions.find('x') != std::string::npos && path.empty()) bytes += static_cast<std::int64_t>(end - begin);
  }
  return bytes;
}

} // namespace burin::test
