#pragma once
#include <bit>
#include <cmath>
#include <cstdint>

/// The values of 16-bit floating-point numbers, from their bits.
namespace burin::runtime {

/// The upper half of an f32.
inline float bf16_value(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

/// IEEE 754 binary16: sign, 5 exponent bits (bias 15), 10 fraction bits.
inline float f16_value(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits >> 15) << 31;
  const std::uint32_t exponent = (bits >> 10) & 31u, fraction = bits & 1023u;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000u | fraction << 13); // infinity, NaN
  if (exponent > 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
  const float subnormal = std::ldexp(static_cast<float>(fraction), -24);
  return sign ? -subnormal : subnormal;
}

} // namespace burin::runtime
