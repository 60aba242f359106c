#pragma once
#include <bit>
#include <cstdint>

namespace burin {

namespace detail {

/// IEEE 754 binary16 of the nearest value, ties to even.
constexpr std::uint16_t f16_bits(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<std::uint16_t>(sign | 0x7e00u);  // NaN
  if (magnitude >= 0x477ff000u) return static_cast<std::uint16_t>(sign | 0x7c00u); // rounds to more than 65504
  if (magnitude < 0x38800000u) {
    // Subnormal: added to 0.5, whose last place is 2^-24, the value is rounded by the processor.
    const float sum = std::bit_cast<float>(magnitude) + 0.5f;
    return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(sum) - 0x3f000000u));
  }
  const std::uint32_t rounded = magnitude - 0x38000000u + 0xfffu + (magnitude >> 13 & 1u);
  return static_cast<std::uint16_t>(sign | rounded >> 13);
}

constexpr float f16_value(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16, magnitude = bits & 0x7fffu;
  if (magnitude >= 0x7c00u) return std::bit_cast<float>(sign | 0x7f800000u | (magnitude & 1023u) << 13);
  if (magnitude >= 0x400u) return std::bit_cast<float>(sign | ((magnitude << 13) + 0x38000000u));
  const float value = static_cast<float>(magnitude) * 0x1p-24f;
  return sign ? -value : value;
}

/// The upper half of the nearest f32 that has no lower one, ties to even.
constexpr std::uint16_t bf16_bits(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<std::uint16_t>(bits >> 16 | 0x40u); // NaN
  return static_cast<std::uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

constexpr float bf16_value(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

} // namespace detail

/// An element of dtype f16: IEEE 754's binary16. Holds a number; to compute with it, turn it into a float.
struct float16 {
  std::uint16_t bits = 0;

  constexpr float16() = default;
  /// The nearest value, ties to even.
  constexpr explicit float16(float value) : bits(detail::f16_bits(value)) {}
  constexpr operator float() const { return detail::f16_value(bits); }
};

/// An element of dtype bf16: the upper half of an f32. Holds a number; to compute with it, turn it into a float.
struct bfloat16 {
  std::uint16_t bits = 0;

  constexpr bfloat16() = default;
  /// The nearest value, ties to even.
  constexpr explicit bfloat16(float value) : bits(detail::bf16_bits(value)) {}
  constexpr operator float() const { return detail::bf16_value(bits); }
};

} // namespace burin
