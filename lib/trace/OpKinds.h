#pragma once
#include <string_view>

namespace burin::detail {

/// What loops an op is computed by, as far as the dialect's interfaces tell.
enum class OpKind {
  Other,
  Elementwise, ///< each element of the result from those of the operands at its place
  Reduction,   ///< of its operand over the attribute `axes`
};

/// Of op `burin.<op>`. The first call asks the dialect; the others touch no MLIR.
OpKind kind_of(std::string_view op);

} // namespace burin::detail
