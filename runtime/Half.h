#pragma once
#include "burin/Half.h"

/// The values of 16-bit floating-point numbers, from their bits.
namespace burin::runtime {
using detail::bf16_bits;
using detail::bf16_value;
using detail::f16_bits;
using detail::f16_value;
} // namespace burin::runtime
