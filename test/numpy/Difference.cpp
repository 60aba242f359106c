// Comparing a result with NumPy's.
#include "runtime/Half.h"
#include "test/numpy/Case.h"
#include <bit>
#include <cmath>
#include <cstring>
#include <sstream>

namespace burin::numpy {

namespace {

/// A number's value, and its place among all numbers of its format: neighbours differ by one, both zeros are 0.
struct Real {
  double value;
  std::int64_t place;
  bool negative;
};

template <class Bits> std::int64_t place_of(Bits bits) {
  constexpr int width = sizeof(Bits) * 8;
  const auto magnitude = static_cast<std::int64_t>(bits & (~Bits(0) >> 1));
  return bits >> (width - 1) ? -magnitude : magnitude;
}

template <class T> T load(const std::byte *data) {
  T value;
  std::memcpy(&value, data, sizeof value);
  return value;
}

Real load_real(DType dtype, const std::byte *data) {
  switch (dtype) {
  case DType::F16:
  case DType::BF16: {
    const auto bits = load<std::uint16_t>(data);
    return {dtype == DType::F16 ? runtime::f16_value(bits) : runtime::bf16_value(bits), place_of(bits), bits >> 15 != 0};
  }
  case DType::F32: return {load<float>(data), place_of(load<std::uint32_t>(data)), std::signbit(load<float>(data))};
  default: return {load<double>(data), place_of(load<std::uint64_t>(data)), std::signbit(load<double>(data))};
  }
}

bool agree(const Case &one, Real found, Real expected, double bound) {
  if (std::isnan(found.value) || std::isnan(expected.value)) return std::isnan(found.value) && std::isnan(expected.value);
  switch (one.tolerance) {
  case Tolerance::Exact: return found.value == expected.value && found.negative == expected.negative;
  case Tolerance::Ulps: {
    if (found.place == 0 && expected.place == 0) return found.negative == expected.negative;
    return std::abs(found.place - expected.place) <= one.ulps;
  }
  default: return found.value == expected.value || std::fabs(found.value - expected.value) <= bound;
  }
}

/// One element, or one half of a complex one, as text.
std::string shown(DType dtype, const std::byte *data) {
  std::ostringstream text;
  text.precision(17);
  if (is_floating(dtype)) text << load_real(dtype, data).value;
  else {
    std::int64_t value = 0;
    std::memcpy(&value, data, byte_size(dtype));
    const int unused = 64 - 8 * static_cast<int>(byte_size(dtype));
    if (is_signed_integer(dtype)) text << (value << unused >> unused);
    else text << static_cast<std::uint64_t>(value);
  }
  return text.str();
}

} // namespace

std::string difference(const Case &one, int draw, std::size_t result, const Tensor &found) {
  const Spec &spec = one.results[result];
  std::ostringstream text;
  if (found.dtype() != spec.dtype || found.shape() != spec.shape) {
    text << "result " << result << " is " << name(found.dtype()) << found.shape().to_string() << ", NumPy's " << name(spec.dtype)
         << spec.shape.to_string();
    return text.str();
  }
  const bool complex = is_complex(spec.dtype);
  const DType part = complex ? (spec.dtype == DType::Complex64 ? DType::F32 : DType::F64) : spec.dtype;
  const std::size_t size = byte_size(part), count = spec.bytes() / size;
  const std::byte *expected = one.result_of(draw, result), *bounds = one.bounds_of(draw, result);
  const auto *data = static_cast<const std::byte *>(detail::checked_data(found, found.dtype(), "compare", {}));
  for (std::size_t i = 0; i < count; ++i, expected += size, data += size) {
    const std::size_t element = complex ? i / 2 : i;
    const double bound = one.tolerance == Tolerance::Absolute ? load<double>(bounds + element * sizeof(double)) : 0;
    const bool same =
        is_floating(part) ? agree(one, load_real(part, data), load_real(part, expected), bound) : std::memcmp(data, expected, size) == 0;
    if (same) continue;
    text << "element " << element << " of result " << result << (complex ? (i % 2 ? ", imaginary part," : ", real part,") : "") << " is "
         << shown(part, data) << ", NumPy's " << shown(part, expected);
    if (one.tolerance == Tolerance::Absolute) text << ", which may differ by " << bound;
    return text.str();
  }
  return {};
}

} // namespace burin::numpy
