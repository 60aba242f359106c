// Rows of the ops in include/burin/ops/Elementwise.h.
#include "test/numerics/OpTable.h"
#include <cmath>

namespace burin::test {

static const std::vector<DType> kFloats = {DType::F32, DType::F64, DType::F16, DType::BF16};
static const std::vector<DType> kSigned = {DType::I32, DType::I8, DType::I16, DType::I64};
static const std::vector<DType> kIntegers = {DType::I32, DType::I8, DType::I16, DType::I64, DType::U8, DType::U16, DType::U32, DType::U64};
static const std::vector<DType> kReals = {DType::F32, DType::F64, DType::F16, DType::BF16, DType::I8, DType::I64, DType::U8, DType::U32};

// --- references that the standard library lacks ------------------------------------------------------------------------

/// By Newton's method from below on the half line where erf is concave.
static double inverse_erf(double x) {
  if (std::isnan(x) || std::fabs(x) > 1) return NAN;
  if (std::fabs(x) == 1) return std::copysign(INFINITY, x);
  long double y = 0;
  for (int i = 0; i < 200; ++i) y += (std::fabs(static_cast<long double>(x)) - std::erf(y)) * std::exp(y * y) * 0.886226925452758013649L;
  return std::copysign(static_cast<double>(y), x);
}

/// The derivative number `order` of digamma, moved up to 400 and from there by the first terms of its series; x > 0.
static double digamma_of(double x) {
  long double sum = 0, y = x;
  for (; y < 400; y += 1) sum -= 1 / y;
  return static_cast<double>(sum + std::log(y) - 1 / (2 * y) - 1 / (12 * y * y) + 1 / (120 * y * y * y * y) -
                             1 / (252 * std::pow(y, 6.0L)));
}
static double trigamma_of(double x) {
  long double sum = 0, y = x;
  for (; y < 400; y += 1) sum += 1 / (y * y);
  return static_cast<double>(sum + 1 / y + 1 / (2 * y * y) + 1 / (6 * y * y * y) - 1 / (30 * std::pow(y, 5.0L)) +
                             1 / (42 * std::pow(y, 7.0L)));
}

static double log_add_exp(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return NAN;
  if (a == b) return a + std::log(2.0);
  return std::max(a, b) + std::log1p(std::exp(-std::fabs(a - b)));
}
static double soft_plus(double x) { return std::isnan(x) ? x : std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x))); }

template <class Operation> static double on_integers(double a, double b, Operation operation) {
  return static_cast<double>(operation(static_cast<std::int64_t>(a), static_cast<std::int64_t>(b)));
}

// --- rows ----------------------------------------------------------------------------------------------------------------

static void add_arithmetic(std::vector<Row> &rows) {
  rows.push_back(whole(unary("positive", kReals, positive, [](double x) { return x; }, 0, 100, 0)));
  rows.push_back(unary("reciprocal", kFloats, reciprocal, [](double x) { return 1 / x; }, -3, 3, 0.5));
  rows.push_back(binary("copysign", kFloats, copysign, [](double a, double b) { return std::copysign(a, b); }, -3, 3, 0));
  rows.push_back(
      without_specials(binary("nextafter", {DType::F64}, nextafter, [](double a, double b) { return std::nextafter(a, b); }, -3, 3, 0)));
  rows.push_back(binary("hypot", kFloats, hypot, [](double a, double b) { return std::hypot(a, b); }, -3, 3, 1));
  rows.push_back(binary("logaddexp", kFloats, logaddexp, log_add_exp, -3, 3, 2));
  rows.push_back(ternary("fma", kReals, fma, [](double a, double b, double c) { return std::fma(a, b, c); }, 0, 10, 0.5));
  rows.push_back(
      ternary("clip", kReals, clip, [](double x, double low, double high) { return std::min(std::max(x, low), high); }, 0, 10, 0));
}

static void add_exponential(std::vector<Row> &rows) {
  rows.push_back(unary("expm1", kFloats, expm1, [](double x) { return std::expm1(x); }, -5, 5, 2));
  rows.push_back(unary("exp2", kFloats, exp2, [](double x) { return std::exp2(x); }, -5, 5, 2));
  rows.push_back(unary("log1p", kFloats, log1p, [](double x) { return std::log1p(x); }, -0.9, 9, 2));
  rows.push_back(unary("log2", kFloats, log2, [](double x) { return std::log2(x); }, 0.1, 9, 2));
  rows.push_back(unary("log10", kFloats, log10, [](double x) { return std::log10(x); }, 0.1, 9, 2));
  rows.push_back(unary("softplus", kFloats, softplus, soft_plus, -5, 5, 2));
  rows.push_back(unary("log_sigmoid", kFloats, log_sigmoid, [](double x) { return -soft_plus(-x); }, -5, 5, 2));
}

static void add_trigonometric(std::vector<Row> &rows) {
  rows.push_back(unary("sin", kFloats, sin, [](double x) { return std::sin(x); }, -9, 9, 2));
  rows.push_back(unary("cos", kFloats, cos, [](double x) { return std::cos(x); }, -9, 9, 2));
  rows.push_back(unary("tan", kFloats, tan, [](double x) { return std::tan(x); }, -9, 9, 2));
  rows.push_back(unary("asin", kFloats, asin, [](double x) { return std::asin(x); }, -1, 1, 2));
  rows.push_back(unary("acos", kFloats, acos, [](double x) { return std::acos(x); }, -1, 1, 2));
  rows.push_back(unary("atan", kFloats, atan, [](double x) { return std::atan(x); }, -5, 5, 2));
  rows.push_back(binary("atan2", kFloats, atan2, [](double a, double b) { return std::atan2(a, b); }, -3, 3, 2));
  rows.push_back(unary("sinh", kFloats, sinh, [](double x) { return std::sinh(x); }, -5, 5, 2));
  rows.push_back(unary("cosh", kFloats, cosh, [](double x) { return std::cosh(x); }, -5, 5, 2));
  rows.push_back(unary("asinh", kFloats, asinh, [](double x) { return std::asinh(x); }, -5, 5, 2));
  rows.push_back(unary("acosh", kFloats, acosh, [](double x) { return std::acosh(x); }, 1, 9, 2));
  rows.push_back(unary("atanh", kFloats, atanh, [](double x) { return std::atanh(x); }, -1, 1, 2));
  rows.push_back(unary("erf", kFloats, erf, [](double x) { return std::erf(x); }, -3, 3, 4));
  rows.push_back(unary("erfc", kFloats, erfc, [](double x) { return std::erfc(x); }, -3, 5, 4));
  rows.push_back(unary("erfinv", kFloats, erfinv, inverse_erf, -0.95, 0.95, 4));
  rows.push_back(unary("lgamma", kFloats, lgamma, [](double x) { return std::lgamma(x); }, 2.1, 30, 2));
  rows.push_back(without_specials(unary("digamma", kFloats, digamma, digamma_of, 2, 30, 3)));
  Row trigamma = without_specials(unary("polygamma", kFloats, nullptr, trigamma_of, 0.1, 30, 3));
  trigamma.apply = [](const std::vector<Tensor> &x) { return polygamma(1, x[0]); };
  rows.push_back(trigamma);
}

static void add_rounding(std::vector<Row> &rows) {
  rows.push_back(unary("floor", kReals, floor, [](double x) { return std::floor(x); }, 0, 9, 0));
  rows.push_back(unary("ceil", {DType::F32, DType::F64, DType::F16, DType::BF16}, ceil, [](double x) { return std::ceil(x); }, -9, 9, 0));
  rows.push_back(
      unary("round", {DType::F32, DType::F64, DType::F16, DType::BF16}, round, [](double x) { return std::nearbyint(x); }, -9, 9, 0));
  rows.push_back(
      unary("trunc", {DType::F32, DType::F64, DType::F16, DType::BF16}, trunc, [](double x) { return std::trunc(x); }, -9, 9, 0));
  rows.push_back(unary("isnan", kReals, isnan, [](double x) -> double { return std::isnan(x); }, 0, 9, 0));
  rows.push_back(unary("isinf", kReals, isinf, [](double x) -> double { return std::isinf(x); }, 0, 9, 0));
  rows.push_back(unary("isfinite", kReals, isfinite, [](double x) -> double { return std::isfinite(x); }, 0, 9, 0));
  rows.push_back(whole(without_specials(unary(
      "signbit", {DType::F32, DType::F64, DType::F16, DType::BF16, DType::I8, DType::I64}, signbit,
      [](double x) -> double { return std::signbit(x); }, -9, 9, 0))));
}

static void add_bits(std::vector<Row> &rows) {
  auto bits = [&](std::string name, std::vector<DType> dtypes, auto op, double (*scalar)(double, double), double low, double high) {
    rows.push_back(without_specials(whole(binary(std::move(name), std::move(dtypes), op, scalar, low, high, 0))));
  };
  std::vector<DType> all = kIntegers;
  bits("bitwise_and", all, bitwise_and, [](double a, double b) { return on_integers(a, b, std::bit_and()); }, 0, 100);
  bits("bitwise_or", all, bitwise_or, [](double a, double b) { return on_integers(a, b, std::bit_or()); }, 0, 100);
  bits("bitwise_xor", all, bitwise_xor, [](double a, double b) { return on_integers(a, b, std::bit_xor()); }, 0, 100);
  bits("bitwise_and", {DType::Bool}, bitwise_and, [](double a, double b) { return a * b; }, 0, 1);
  bits("bitwise_left_shift", all, bitwise_left_shift, [](double a, double b) { return std::ldexp(a, static_cast<int>(b)); }, 0, 3);
  bits(
      "bitwise_right_shift", kSigned, bitwise_right_shift,
      [](double a, double b) { return std::floor(std::ldexp(a, -static_cast<int>(b))); }, 0, 6);
  rows.push_back(without_specials(whole(unary("bitwise_invert", kSigned, bitwise_invert, [](double x) { return -x - 1; }, -100, 100, 0))));
  rows.push_back(without_specials(whole(unary("bitwise_invert", {DType::Bool}, bitwise_invert, [](double x) { return 1 - x; }, 0, 1, 0))));
}

static void add_types(std::vector<Row> &rows) {
  rows.push_back(binary(
      "complex", {DType::F32, DType::F64}, [](const Operand &x, const Operand &y) { return imag(complex(x, y)); },
      [](double, double y) { return y; }, -3, 3, 0));
  rows.push_back(unary("real", kReals, real, [](double x) { return x; }, 0, 9, 0));
  rows.push_back(unary("imag", kReals, imag, [](double) { return 0.0; }, 0, 9, 0));
  rows.push_back(unary("conj", kReals, conj, [](double x) { return x; }, 0, 9, 0));
  rows.push_back(unary(
      "bitcast", {DType::F32}, [](const Operand &x) { return bitcast(bitcast(x, DType::U32), DType::F32); }, [](double x) { return x; }, -9,
      9, 0));
  rows.push_back(unary("identity", kReals, identity, [](double x) { return x; }, 0, 9, 0));
  rows.push_back(unary("stop_gradient", kReals, stop_gradient, [](double x) { return x; }, 0, 9, 0));
}

void add_math_rows(std::vector<Row> &rows) {
  add_arithmetic(rows);
  add_exponential(rows);
  add_trigonometric(rows);
  add_rounding(rows);
  add_bits(rows);
  add_types(rows);
}

} // namespace burin::test
