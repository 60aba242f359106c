#pragma once
#include "burin/Error.h"
#include "burin/Tensor.h"
#include <source_location>
#include <span>
#include <sstream>
#include <string>
#include <string_view>

namespace burin::detail {

/// Every message of the library: `op: text  (at file.cpp:41)`. A location without a line is left out.
std::string message(std::string_view op, std::string_view text, std::source_location location);

/// `train.cpp:41`
std::string place(std::source_location location);

/// `f32[4,3]`
std::string describe(DType dtype, const Shape &shape);
std::string describe(const Tensor &tensor);

/// Throws `Kind`; the streamed `parts` are the text.
template <class Kind, class... Parts>
[[noreturn]] void throw_error(std::string_view op, std::source_location location, const Parts &...parts) {
  std::ostringstream text;
  (text << ... << parts);
  throw Kind(message(op, text.str(), location));
}

/// Throws the kind that a diagnostic of the dialect names: shape, dtype, index or trace; CompileError for any other.
[[noreturn]] void throw_diagnostic(std::string_view kind, std::string_view op, std::string_view text, std::source_location location);

/// Throws Error for the empty handle.
void require_defined(const Tensor &tensor, std::string_view op, std::source_location location);

} // namespace burin::detail
