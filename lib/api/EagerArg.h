#pragma once
#include "burin/Tensor.h"
#include "lib/trace/Trace.h"
#include <span>
#include <string_view>

namespace burin::detail {

/// `argmax` and `argmin`, which pick and round nothing, on a concrete tensor, without code of their own. An empty tensor for all other ops, and
/// where something is wrong with the operand.
Tensor pick_eagerly(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                    std::span<const NamedAttribute> attributes, std::source_location location);

} // namespace burin::detail
