#pragma once
#include "burin/Tensor.h"
#include "lib/trace/Trace.h"
#include <span>
#include <string_view>

namespace burin::detail {

/// `scatter` on concrete operands without code of its own, to the bit what compiled code makes: updates are put in, or combined with what
/// is there, one after the other in row-major order. An empty tensor for all other ops, and where something is wrong with the operands.
Tensor scatter_eagerly(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                       std::span<const NamedAttribute> attributes, std::source_location location);

} // namespace burin::detail
