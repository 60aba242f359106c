#pragma once
#include "lib/trace/Trace.h"
#include <span>
#include <string_view>

namespace burin::detail {

/// Applies op `burin.<op>` to concrete operands by code that serves all shapes of their form (OpenForm), and gives the bits that code for
/// these shapes gives. An empty tensor where there is no such code: for other ops than elementwise ones and reductions, and where something is
/// wrong with the operands.
Tensor call_open(std::string_view op, std::string_view label, std::span<const Tensor> operands, std::span<const NamedAttribute> attributes,
                 std::source_location location);

} // namespace burin::detail
