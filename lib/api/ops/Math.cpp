#include "burin/ops/Elementwise.h"
#include "lib/api/Errors.h"
#include "lib/api/ops/OpCall.h"

namespace burin {

using namespace detail;

static Tensor unary(std::string_view op, const Operand &x) { return OpCall(op, x.location()).elementwise(op, {x}); }
static Tensor binary(std::string_view op, const Operand &lhs, const Operand &rhs) {
  return OpCall(op, lhs.location()).elementwise(op, {lhs, rhs});
}

Tensor reciprocal(const Operand &x) { return unary("reciprocal", x); }
Tensor expm1(const Operand &x) { return unary("expm1", x); }
Tensor exp2(const Operand &x) { return unary("exp2", x); }
Tensor log1p(const Operand &x) { return unary("log1p", x); }
Tensor log2(const Operand &x) { return unary("log2", x); }
Tensor log10(const Operand &x) { return unary("log10", x); }
Tensor softplus(const Operand &x) { return unary("softplus", x); }
Tensor log_sigmoid(const Operand &x) { return unary("log_sigmoid", x); }
Tensor sin(const Operand &x) { return unary("sin", x); }
Tensor cos(const Operand &x) { return unary("cos", x); }
Tensor tan(const Operand &x) { return unary("tan", x); }
Tensor asin(const Operand &x) { return unary("asin", x); }
Tensor acos(const Operand &x) { return unary("acos", x); }
Tensor atan(const Operand &x) { return unary("atan", x); }
Tensor sinh(const Operand &x) { return unary("sinh", x); }
Tensor cosh(const Operand &x) { return unary("cosh", x); }
Tensor asinh(const Operand &x) { return unary("asinh", x); }
Tensor acosh(const Operand &x) { return unary("acosh", x); }
Tensor atanh(const Operand &x) { return unary("atanh", x); }
Tensor erf(const Operand &x) { return unary("erf", x); }
Tensor erfc(const Operand &x) { return unary("erfc", x); }
Tensor erfinv(const Operand &x) { return unary("erfinv", x); }
Tensor lgamma(const Operand &x) { return unary("lgamma", x); }
Tensor digamma(const Operand &x) { return unary("digamma", x); }
Tensor floor(const Operand &x) { return unary("floor", x); }
Tensor ceil(const Operand &x) { return unary("ceil", x); }
Tensor round(const Operand &x) { return unary("round", x); }
Tensor trunc(const Operand &x) { return unary("trunc", x); }
Tensor isnan(const Operand &x) { return unary("isnan", x); }
Tensor isinf(const Operand &x) { return unary("isinf", x); }
Tensor isfinite(const Operand &x) { return unary("isfinite", x); }
Tensor signbit(const Operand &x) { return unary("signbit", x); }
Tensor bitwise_invert(const Operand &x) { return unary("bitwise_invert", x); }
Tensor real(const Operand &x) { return unary("real", x); }
Tensor imag(const Operand &x) { return unary("imag", x); }
Tensor conj(const Operand &x) { return unary("conj", x); }
Tensor identity(const Operand &x) { return unary("identity", x); }
Tensor stop_gradient(const Operand &x) { return unary("stop_gradient", x); }

Tensor copysign(const Operand &lhs, const Operand &rhs) { return binary("copysign", lhs, rhs); }
Tensor nextafter(const Operand &lhs, const Operand &rhs) { return binary("nextafter", lhs, rhs); }
Tensor hypot(const Operand &lhs, const Operand &rhs) { return binary("hypot", lhs, rhs); }
Tensor logaddexp(const Operand &lhs, const Operand &rhs) { return binary("logaddexp", lhs, rhs); }
Tensor bitwise_and(const Operand &lhs, const Operand &rhs) { return binary("bitwise_and", lhs, rhs); }
Tensor bitwise_or(const Operand &lhs, const Operand &rhs) { return binary("bitwise_or", lhs, rhs); }
Tensor bitwise_xor(const Operand &lhs, const Operand &rhs) { return binary("bitwise_xor", lhs, rhs); }
Tensor bitwise_left_shift(const Operand &lhs, const Operand &rhs) { return binary("bitwise_left_shift", lhs, rhs); }
Tensor bitwise_right_shift(const Operand &lhs, const Operand &rhs) { return binary("bitwise_right_shift", lhs, rhs); }
Tensor atan2(const Operand &y, const Operand &x) { return binary("atan2", y, x); }
Tensor complex(const Operand &real, const Operand &imag) { return binary("complex", real, imag); }
Tensor fma(const Operand &x, const Operand &y, const Operand &z) { return OpCall("fma", x.location()).elementwise("fma", {x, y, z}); }

Tensor positive(const Operand &x) {
  const OpCall call("positive", x.location());
  const Tensor value = call.tensor(x);
  if (value.dtype() == DType::Bool)
    throw_error<DTypeError>("positive", x.location(), "expected a number, found ", describe(value), "; cast it first");
  return value;
}

Tensor clip(const Operand &x, const Operand &low, const Operand &high) {
  const OpCall call("clip", x.location());
  const DType dtype = call.common_dtype({x, low, high});
  const Tensor above = call.elementwise("maximum", dtype, {x, low});
  return call.elementwise("minimum", dtype, {above, high});
}

Tensor polygamma(int order, const Operand &x) {
  if (order < 1 || order > 32) throw_error<IndexError>("polygamma", x.location(), "the order is ", order, ", expected 1 to 32");
  const OpCall call("polygamma", x.location());
  return call.apply("polygamma", call.tensor(x), {{"order", std::int64_t{order}}});
}

Tensor bitcast(const Operand &x, DType dtype) {
  const OpCall call("bitcast", x.location());
  return call.apply("bitcast", call.tensor(x), {{"dtype", dtype}});
}

Tensor select(const Operand &condition, const Operand &lhs, const Operand &rhs) {
  const OpCall call("select", condition.location());
  return call.where(call.tensor(condition), lhs, rhs);
}

static Tensor close(const OpCall &call, const Operand &a, const Operand &b, double rtol, double atol, NanEqual nan) {
  const DType common = call.common_dtype({a, b});
  const DType dtype = is_integer(common) ? DType::F64 : common;
  const Tensor x = call.tensor(a, dtype), y = call.tensor(b, dtype);
  if (!is_integer(common) && !is_floating(common))
    throw_error<DTypeError>(call.label(), call.location(), "expected an integer or floating element type, found ", describe(x),
                            "; cast it first");
  const Tensor distance = call.apply("abs", call.elementwise("subtract", {x, y}));
  const Tensor allowed = call.elementwise("add", {atol, call.elementwise("multiply", {rtol, call.apply("abs", y)})});
  // An infinite y allows any distance: infinities are close to their equals alone.
  const Tensor near = call.elementwise("logical_and", {call.elementwise("less_equal", {distance, allowed}), call.apply("isfinite", y)});
  const Tensor result = call.elementwise("logical_or", {near, call.elementwise("equal", {x, y})});
  if (nan == NanEqual::No) return result;
  return call.elementwise("logical_or", {result, call.elementwise("logical_and", {call.apply("isnan", x), call.apply("isnan", y)})});
}

Tensor isclose(const Operand &a, const Operand &b, double rtol, double atol, NanEqual nan) {
  return close(OpCall("isclose", a.location()), a, b, rtol, atol, nan);
}

Tensor allclose(const Operand &a, const Operand &b, double rtol, double atol, NanEqual nan) {
  const OpCall call("allclose", a.location());
  return call.reduce("reduce_all", close(call, a, b, rtol, atol, nan), {}, KeepDims::No);
}

} // namespace burin
