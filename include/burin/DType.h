#pragma once
#include "burin/Half.h"
#include <complex>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace burin {

/// The element type of a tensor. `Bool` is stored as one byte, 0 or 1.
enum class DType : std::uint8_t {
  Bool,
  I8,
  I16,
  I32,
  I64,
  U8,
  U16,
  U32,
  U64,
  F16,
  BF16,
  F32,
  F64,
  Complex64,
  Complex128,
};

inline constexpr int kDTypeCount = 15;

/// Bytes of one element in memory.
constexpr std::size_t byte_size(DType dtype) {
  constexpr std::size_t sizes[kDTypeCount] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 2, 4, 8, 8, 16};
  return sizes[static_cast<int>(dtype)];
}

/// The short name that messages and dumps use: `f32`, `bool`, `c64`.
constexpr std::string_view name(DType dtype) {
  constexpr std::string_view names[kDTypeCount] = {"bool", "i8",  "i16",  "i32", "i64", "u8",  "u16", "u32",
                                                   "u64",  "f16", "bf16", "f32", "f64", "c64", "c128"};
  return names[static_cast<int>(dtype)];
}

constexpr bool is_signed_integer(DType d) { return d >= DType::I8 && d <= DType::I64; }
constexpr bool is_unsigned_integer(DType d) { return d >= DType::U8 && d <= DType::U64; }
constexpr bool is_integer(DType d) { return is_signed_integer(d) || is_unsigned_integer(d); }
constexpr bool is_floating(DType d) { return d >= DType::F16 && d <= DType::F64; }
constexpr bool is_complex(DType d) { return d >= DType::Complex64; }

namespace detail {
template <class T> struct DTypeOf; // no definition: T is not an element type
template <> struct DTypeOf<bool> {
  static constexpr DType value = DType::Bool;
};
template <> struct DTypeOf<std::int8_t> {
  static constexpr DType value = DType::I8;
};
template <> struct DTypeOf<std::int16_t> {
  static constexpr DType value = DType::I16;
};
template <> struct DTypeOf<std::int32_t> {
  static constexpr DType value = DType::I32;
};
template <> struct DTypeOf<std::int64_t> {
  static constexpr DType value = DType::I64;
};
template <> struct DTypeOf<std::uint8_t> {
  static constexpr DType value = DType::U8;
};
template <> struct DTypeOf<std::uint16_t> {
  static constexpr DType value = DType::U16;
};
template <> struct DTypeOf<std::uint32_t> {
  static constexpr DType value = DType::U32;
};
template <> struct DTypeOf<std::uint64_t> {
  static constexpr DType value = DType::U64;
};
template <> struct DTypeOf<float16> {
  static constexpr DType value = DType::F16;
};
template <> struct DTypeOf<bfloat16> {
  static constexpr DType value = DType::BF16;
};
template <> struct DTypeOf<float> {
  static constexpr DType value = DType::F32;
};
template <> struct DTypeOf<double> {
  static constexpr DType value = DType::F64;
};
template <> struct DTypeOf<std::complex<float>> {
  static constexpr DType value = DType::Complex64;
};
template <> struct DTypeOf<std::complex<double>> {
  static constexpr DType value = DType::Complex128;
};
} // namespace detail

/// A C++ type that is the element type of some dtype.
template <class T>
concept Element = requires { detail::DTypeOf<T>::value; };

/// The dtype whose elements are `T`.
template <Element T> inline constexpr DType dtype_of = detail::DTypeOf<T>::value;

} // namespace burin
