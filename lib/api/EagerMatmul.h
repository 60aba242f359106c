#pragma once
#include "burin/Tensor.h"
#include "lib/trace/Trace.h"
#include <span>
#include <string_view>

namespace burin::detail {

/// `matmul` on concrete operands, to the bit what code for their shapes gives, for the first calls on these shapes, if they are small:
/// compiling takes as long as some million multiplications. An empty tensor for all other ops, afterwards, for vectors and complex numbers,
/// on processors without fused multiply-adds, and where something is wrong with the operands.
Tensor multiply_eagerly(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                        std::span<const NamedAttribute> attributes, std::source_location location);

} // namespace burin::detail
