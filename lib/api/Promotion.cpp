#include "lib/api/Promotion.h"
#include "lib/api/Eager.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include <cmath>
#include <cstring>

namespace burin::detail {

// --- between dtypes ------------------------------------------------------------------------------------------------

static DType wider(DType a, DType b) { return byte_size(a) >= byte_size(b) ? a : b; }

static std::optional<DType> promoted_integers(DType a, DType b) {
  if (is_signed_integer(a) == is_signed_integer(b)) return wider(a, b);
  const DType signed_one = is_signed_integer(a) ? a : b;
  const DType unsigned_one = is_signed_integer(a) ? b : a;
  if (unsigned_one == DType::U64) return std::nullopt;
  // The signed type with room for all of the unsigned one's values.
  constexpr DType next_signed[] = {DType::I16, DType::I32, DType::I64};
  return wider(signed_one, next_signed[static_cast<int>(unsigned_one) - static_cast<int>(DType::U8)]);
}

static DType promoted_floating(DType a, DType b) { return a != b && byte_size(a) == 2 && byte_size(b) == 2 ? DType::F32 : wider(a, b); }

static DType promoted_complex(DType a, DType b) {
  const bool twofold = a == DType::Complex128 || b == DType::Complex128 || a == DType::F64 || b == DType::F64;
  return twofold ? DType::Complex128 : DType::Complex64;
}

std::optional<DType> promoted(DType a, DType b) {
  if (a == b) return a;
  if (a == DType::Bool || b == DType::Bool) return std::nullopt;
  if (is_complex(a) || is_complex(b)) return promoted_complex(a, b);
  if (is_integer(a) && is_integer(b)) return promoted_integers(a, b);
  if (is_integer(a)) return b;
  if (is_integer(b)) return a;
  return promoted_floating(a, b);
}

// --- among operands ------------------------------------------------------------------------------------------------

[[noreturn]] static void throw_not_promoting(std::string_view label, DType a, DType b, std::source_location location) {
  throw_error<DTypeError>(label, location, "dtypes ", name(a), " and ", name(b), " don't promote: convert one with burin::cast");
}

/// A weak scalar takes the dtype of the tensors, if they are of a kind that its values belong to.
static void check_weak(std::string_view label, const Operand &number, DType dtype) {
  const bool bools = (number.dtype() == DType::Bool) == (dtype == DType::Bool);
  const bool fits_kind = !is_floating(number.dtype()) || is_floating(dtype) || is_complex(dtype);
  if (bools && fits_kind) return;
  const std::string_view kind = number.dtype() == DType::Bool ? "a bool"
                                : is_floating(number.dtype()) ? "a floating-point number"
                                                              : "an integer";
  throw_error<DTypeError>(label, number.location(), kind, " does not combine with a tensor of ", name(dtype),
                          ": convert the tensor with burin::cast");
}

DType common_dtype(std::string_view label, std::span<const Operand> operands) {
  std::optional<DType> tensors, numbers;
  for (const Operand &operand : operands) {
    if (!operand.is_number()) require_defined(operand.tensor(), label, operand.location());
    std::optional<DType> &common = operand.is_number() ? numbers : tensors;
    const std::optional<DType> next = common ? promoted(*common, operand.dtype()) : operand.dtype();
    if (!next) throw_not_promoting(label, *common, operand.dtype(), operands[0].location());
    common = next;
  }
  if (!tensors) return *numbers;
  for (const Operand &operand : operands)
    if (operand.is_number()) check_weak(label, operand, *tensors);
  return *tensors;
}

// --- numbers to tensors --------------------------------------------------------------------------------------------

static bool in_range(std::int64_t value, DType own, DType dtype) {
  const bool huge = own == DType::U64 && value < 0; // at least 2^63
  if (dtype == DType::U64) return huge || value >= 0;
  if (huge) return false;
  if (dtype == DType::Bool) return value == 0 || value == 1;
  const int bits = static_cast<int>(byte_size(dtype)) * 8;
  if (is_unsigned_integer(dtype)) return value >= 0 && value < (std::int64_t{1} << bits);
  return bits == 64 || (value >= -(std::int64_t{1} << (bits - 1)) && value < (std::int64_t{1} << (bits - 1)));
}

/// Rounds to `fraction` bits of fraction with exponents as in binary16 or bfloat16, to nearest, ties to even.
static std::uint16_t to_half_bits(double value, int fraction_bits, int exponent_bias) {
  const std::uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  const auto max_exponent = static_cast<std::uint16_t>((2 * exponent_bias + 1) << fraction_bits);
  if (std::isnan(value)) return static_cast<std::uint16_t>(sign | max_exponent | 1u << (fraction_bits - 1));
  if (std::isinf(value)) return static_cast<std::uint16_t>(sign | max_exponent);
  const double magnitude = std::fabs(value);
  if (magnitude == 0) return sign;
  const int exponent = std::max(std::ilogb(magnitude), 1 - exponent_bias);
  // In units of the last place; carries into the exponent by itself, subnormals having exponent bits 0.
  const double units = std::nearbyint(std::ldexp(magnitude, fraction_bits - exponent));
  const double bits = units + std::ldexp(static_cast<double>(exponent + exponent_bias - 1), fraction_bits);
  return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(std::min<double>(bits, max_exponent)));
}

static void store_number(const Operand &number, DType dtype, void *out) {
  const double real = is_floating(number.dtype())    ? number.real()
                      : number.dtype() == DType::U64 ? static_cast<double>(static_cast<std::uint64_t>(number.whole()))
                                                     : static_cast<double>(number.whole());
  auto put = [out](auto value) { std::memcpy(out, &value, sizeof value); };
  switch (dtype) {
  case DType::F16: return put(to_half_bits(real, 10, 15));
  case DType::BF16: return put(to_half_bits(real, 7, 127));
  case DType::F32: return put(static_cast<float>(real));
  case DType::F64: return put(real);
  case DType::Complex64: return put(std::complex<float>(static_cast<float>(real)));
  case DType::Complex128: return put(std::complex<double>(real));
  default: { // little-endian: the low bytes of a whole number are that number in a narrower type
    const std::int64_t whole = number.whole();
    std::memcpy(out, &whole, byte_size(dtype));
  }
  }
}

static Tensor number_tensor(std::string_view label, const Operand &number, DType dtype) {
  const bool whole_to_whole = !is_floating(number.dtype()) && !is_floating(dtype) && !is_complex(dtype);
  if (whole_to_whole && !in_range(number.whole(), number.dtype(), dtype)) {
    const bool is_unsigned = number.dtype() == DType::U64;
    throw_error<DTypeError>(label, number.location(), "the number ",
                            is_unsigned ? std::to_string(static_cast<std::uint64_t>(number.whole())) : std::to_string(number.whole()),
                            " does not fit ", name(dtype), ": convert the tensor with burin::cast");
  }
  Tensor scalar = uninitialised(dtype, Shape(), label, number.location());
  store_number(number, dtype, scalar.impl()->data);
  return scalar;
}

Tensor as_tensor(std::string_view label, const Operand &operand, DType dtype) {
  if (operand.is_number()) return number_tensor(label, operand, dtype);
  require_defined(operand.tensor(), label, operand.location());
  if (operand.dtype() == dtype) return operand.tensor();
  const NamedAttribute to[] = {{"dtype", dtype}};
  return apply("cast", label, {&operand.tensor(), 1}, to, operand.location());
}

Tensor as_tensor(std::string_view label, const Operand &operand) {
  if (!operand.is_number()) require_defined(operand.tensor(), label, operand.location());
  return as_tensor(label, operand, operand.dtype());
}

std::vector<Tensor> promote(std::string_view label, std::span<const Operand> operands) {
  const DType dtype = common_dtype(label, operands);
  std::vector<Tensor> tensors;
  tensors.reserve(operands.size());
  for (const Operand &operand : operands) tensors.push_back(as_tensor(label, operand, dtype));
  return tensors;
}

} // namespace burin::detail
