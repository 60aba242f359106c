#pragma once
#include "burin/DType.h"
#include "runtime/Half.h"
#include <bit>
#include <cstdint>
#include <type_traits>

/// The element types as C++ types, and how to call a template with the one of a dtype.
namespace burin::runtime {

/// 16-bit floating-point elements: kept as bits, computed with as floats.
struct Float16 {
  std::uint16_t bits;
  operator float() const { return f16_value(bits); }
};
struct BFloat16 {
  std::uint16_t bits;
  operator float() const { return bf16_value(bits); }
};

template <class T> inline constexpr bool is_half = std::is_same_v<T, Float16> || std::is_same_v<T, BFloat16>;
template <class T> inline constexpr bool is_float = std::is_floating_point_v<T> || is_half<T>;

/// What sums of T are computed in: with wrapping integers, and floats of at least 32 bits.
template <class T> struct ComputedIn {
  using type = T;
};
template <> struct ComputedIn<Float16> {
  using type = float;
};
template <> struct ComputedIn<BFloat16> {
  using type = float;
};
template <> struct ComputedIn<std::int8_t> {
  using type = std::uint8_t;
};
template <> struct ComputedIn<std::int16_t> {
  using type = std::uint16_t;
};
template <> struct ComputedIn<std::int32_t> {
  using type = std::uint32_t;
};
template <> struct ComputedIn<std::int64_t> {
  using type = std::uint64_t;
};

/// `value` as an element, rounded to nearest even.
template <class T, class Value> T element(Value value) {
  if constexpr (std::is_same_v<T, Float16>) return {f16_bits(value)};
  else if constexpr (std::is_same_v<T, BFloat16>) return {bf16_bits(value)};
  else return static_cast<T>(value);
}

template <class T> struct Type {
  using type = T;
};

/// Calls `body(Type<T>())` with the C++ type of `dtype`'s elements, which are numbers but not complex; bool counts as u8.
template <class Body> void with_element(DType dtype, Body body) {
  switch (dtype) {
  case DType::Bool:
  case DType::U8: return body(Type<std::uint8_t>());
  case DType::U16: return body(Type<std::uint16_t>());
  case DType::U32: return body(Type<std::uint32_t>());
  case DType::U64: return body(Type<std::uint64_t>());
  case DType::I8: return body(Type<std::int8_t>());
  case DType::I16: return body(Type<std::int16_t>());
  case DType::I32: return body(Type<std::int32_t>());
  case DType::I64: return body(Type<std::int64_t>());
  case DType::F16: return body(Type<Float16>());
  case DType::BF16: return body(Type<BFloat16>());
  case DType::F32: return body(Type<float>());
  default: return body(Type<double>());
  }
}

} // namespace burin::runtime
