#include "runtime/kernels/Kernel.h"

namespace burin::runtime {

std::string describe(const KernelBuffer &buffer) {
  std::string text(name(dtype_of(buffer)));
  text += '[';
  for (std::int64_t i = 0; i < buffer.rank; ++i) text += (i ? "," : "") + std::to_string(buffer.extents[i]);
  return text + ']';
}

std::string place_of(std::source_location location) {
  if (location.line() == 0) return {};
  const std::string_view path = location.file_name();
  return "  (at " + std::string(path.substr(path.find_last_of('/') + 1)) + ":" + std::to_string(location.line()) + ")";
}

} // namespace burin::runtime
