#include "lib/api/Errors.h"

namespace burin::detail {

static std::string_view basename(std::string_view path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string place(std::source_location location) {
  return std::string(basename(location.file_name())) + ":" + std::to_string(location.line());
}

std::string message(std::string_view op, std::string_view text, std::source_location location) {
  std::string result;
  if (!op.empty()) result.append(op).append(": ");
  result.append(text);
  if (location.line() != 0) result.append("  (at ").append(place(location)).append(")");
  return result;
}

std::string describe(DType dtype, const Shape &shape) { return std::string(name(dtype)) + shape.to_string(); }

std::string describe(const Tensor &tensor) { return describe(tensor.dtype(), tensor.shape()); }

void throw_diagnostic(std::string_view kind, std::string_view op, std::string_view text, std::source_location location) {
  if (kind == "shape") throw_error<ShapeError>(op, location, text);
  if (kind == "dtype") throw_error<DTypeError>(op, location, text);
  if (kind == "index") throw_error<IndexError>(op, location, text);
  if (kind == "trace") throw_error<TraceError>(op, location, text);
  throw_error<CompileError>(op, location, text);
}

void require_defined(const Tensor &tensor, std::string_view op, std::source_location location) {
  if (!tensor.defined()) throw_error<Error>(op, location, "the tensor is empty: it was default-constructed or moved from");
}

} // namespace burin::detail
