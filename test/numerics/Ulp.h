#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

namespace burin::test {

/// The error of `value` in ulps (units in the last place) of its format, measured against `reference`, which is the exact
/// result or close to it in a wider format.
///
/// An ulp is the distance between the two neighbours of the format around `reference`, by its exponent: the smallest subnormal
/// where `reference` is subnormal or 0. So a correctly rounded result has an error of 0.5 at most, and one beside the
/// reference's exact value less than 1.
/// Overflow: an infinite `value`, and a reference beyond, stand for 2^(largest exponent + 1), so that infinity is within 0.5
/// exactly where rounding overflows.
/// Special values: 0 where both are NaN, or equal infinities; infinity where only one is a NaN, where a reference of exactly 0
/// meets a value with the other sign bit, and where the reference is infinite and `value` finite.
template <class Value, class Reference> double ulp_distance_in(Value value, Reference reference) {
  static_assert(std::numeric_limits<Reference>::digits > std::numeric_limits<Value>::digits);
  using Limits = std::numeric_limits<Value>;
  constexpr double wrong = std::numeric_limits<double>::infinity();
  if (std::isnan(value) || std::isnan(reference))
    return std::isnan(value) && std::isnan(reference) ? 0 : wrong;
  if (std::isinf(reference))
    return value == static_cast<Value>(reference) ? 0 : wrong;
  if (reference == 0)
    return std::signbit(value) != std::signbit(reference) ? wrong : static_cast<double>(std::abs(value) / Limits::denorm_min());
  int exponent = std::min(std::max(std::ilogb(reference), Limits::min_exponent - 1), Limits::max_exponent - 1);
  Reference ulp = std::ldexp(Reference(1), exponent - (Limits::digits - 1));
  Reference overflow = std::ldexp(Reference(1), Limits::max_exponent);
  reference = std::min(std::max(reference, -overflow), overflow);
  Reference finite = std::isinf(value) ? std::copysign(overflow, Reference(value)) : value;
  return static_cast<double>(std::abs(finite - reference) / ulp);
}

inline double ulp_distance(float value, double reference) { return ulp_distance_in(value, reference); }
inline double ulp_distance(double value, long double reference) { return ulp_distance_in(value, reference); }

} // namespace burin::test
