#include "burin/Ops.h"
#include "lib/api/Errors.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/OpCall.h"
#include <numbers>

namespace burin {

using namespace detail;

/// Ops on tensors and numbers under one call's name and line.
namespace {
struct Terms {
  const OpCall &call;

  Operand operand(const Tensor &x) const { return {x, call.location()}; }
  Operand operand(double x) const { return {x, call.location()}; }
  template <class L, class R> Tensor binary(std::string_view op, const L &lhs, const R &rhs) const {
    return call.elementwise(op, {operand(lhs), operand(rhs)});
  }
  template <class L, class R> Tensor add(const L &lhs, const R &rhs) const { return binary("add", lhs, rhs); }
  template <class L, class R> Tensor subtract(const L &lhs, const R &rhs) const { return binary("subtract", lhs, rhs); }
  template <class L, class R> Tensor multiply(const L &lhs, const R &rhs) const { return binary("multiply", lhs, rhs); }
  template <class L, class R> Tensor divide(const L &lhs, const R &rhs) const { return binary("divide", lhs, rhs); }
};
} // namespace

Tensor leaky_relu(const Operand &x, double slope) {
  const OpCall call("leaky_relu", x.location());
  const Terms t{call};
  const Tensor value = call.floating(x);
  return call.where(t.binary("less", value, 0.0), {t.multiply(value, slope), x.location()}, {value, x.location()});
}

Tensor elu(const Operand &x, double alpha) {
  const OpCall call("elu", x.location());
  const Terms t{call};
  const Tensor value = call.floating(x);
  // Of the negative part alone: where it isn't taken, an infinity would spoil the gradient.
  const Tensor negative = t.multiply(call.apply("expm1", t.binary("minimum", value, 0.0)), alpha);
  return call.where(t.binary("greater", value, 0.0), {value, x.location()}, {negative, x.location()});
}

Tensor gelu(const Operand &x, Gelu form) {
  const OpCall call("gelu", x.location());
  const Terms t{call};
  const Tensor value = call.floating(x);
  if (form == Gelu::Exact) { // Phi(x) = erfc(-x / sqrt(2)) / 2, which keeps its digits where it is small
    const Tensor twice = call.apply("erfc", t.multiply(value, -std::numbers::sqrt2 / 2));
    return t.multiply(t.multiply(value, 0.5), twice);
  }
  // (1 + tanh(u)) / 2 as sigmoid(2 u), which keeps its digits where it is small.
  const double root = std::numbers::sqrt2 * std::numbers::inv_sqrtpi; // sqrt(2 / pi)
  const Tensor cubic = t.multiply(t.multiply(call.apply("square", value), value), 0.044715);
  return t.multiply(value, call.apply("sigmoid", t.multiply(t.add(value, cubic), 2 * root)));
}

Tensor silu(const Operand &x) {
  const OpCall call("silu", x.location());
  const Tensor value = call.floating(x);
  return Terms{call}.multiply(value, call.apply("sigmoid", value));
}

Tensor log_softmax(const Operand &x, int axis) {
  if (any_dynamic(x)) return deferred<"log_softmax">(x.location(), [](const auto &...all) { return log_softmax(all...); }, x, axis);
  const OpCall call("log_softmax", x.location());
  const Terms t{call};
  const Tensor value = call.floating(x);
  if (value.shape()[static_cast<int>(call.axis(axis, value))] == 0) return value;
  const Tensor shifted = t.subtract(value, call.reduce("reduce_max", value, axis, KeepDims::Yes));
  const Tensor total = call.reduce("reduce_sum", call.apply("exp", shifted), axis, KeepDims::Yes);
  return t.subtract(shifted, call.apply("log", total));
}

// --- normalisation -------------------------------------------------------------------------------------------------

/// The mean over axes that are kept.
static Tensor kept_mean(const OpCall &call, const Tensor &x, const Axes &axes) {
  double count = 1;
  for (std::int64_t axis : call.axes(axes, x)) count *= static_cast<double>(x.shape()[static_cast<int>(axis)]);
  return Terms{call}.divide(call.reduce("reduce_sum", x, axes, KeepDims::Yes), count);
}

static DType wide(DType dtype) { return dtype == DType::F16 || dtype == DType::BF16 ? DType::F32 : dtype; }

/// x * scale + offset, where given, in x's dtype `dtype`.
static Tensor scaled(const OpCall &call, Tensor x, const Tensor &scale, const Tensor &offset, DType dtype) {
  x = call.tensor({x, call.location()}, dtype);
  if (scale.defined()) x = Terms{call}.multiply(x, scale);
  return offset.defined() ? Terms{call}.add(x, offset) : x;
}

Tensor layer_norm(const Operand &x, const Tensor &scale, const Tensor &offset, const Axes &axes, double epsilon,
                  std::source_location location) {
  if (any_dynamic(x, scale, offset))
    return deferred<"layer_norm">(
        location, [](const auto &...all) { return layer_norm(all...); }, x, scale, offset, axes, epsilon, location);
  const OpCall call("layer_norm", location);
  const Terms t{call};
  const DType dtype = call.floating(x).dtype();
  const Tensor value = call.tensor(x, wide(dtype));
  const Tensor distance = t.subtract(value, kept_mean(call, value, axes));
  const Tensor variance = kept_mean(call, call.apply("square", distance), axes);
  return scaled(call, t.multiply(distance, call.apply("rsqrt", t.add(variance, epsilon))), scale, offset, dtype);
}

Tensor rms_norm(const Operand &x, const Tensor &scale, const Axes &axes, double epsilon, std::source_location location) {
  if (any_dynamic(x, scale))
    return deferred<"rms_norm">(location, [](const auto &...all) { return rms_norm(all...); }, x, scale, axes, epsilon, location);
  const OpCall call("rms_norm", location);
  const Terms t{call};
  const DType dtype = call.floating(x).dtype();
  const Tensor value = call.tensor(x, wide(dtype));
  const Tensor square = kept_mean(call, call.apply("square", value), axes);
  return scaled(call, t.multiply(value, call.apply("rsqrt", t.add(square, epsilon))), scale, {}, dtype);
}

/// A vector along `axis` of x in the shape that broadcasts there.
static Tensor along(const OpCall &call, const Tensor &vector, const Tensor &x, std::int64_t axis, std::string_view what) {
  const std::int64_t extent = x.shape()[static_cast<int>(axis)];
  if (vector.rank() != 1 || vector.shape()[0] != extent)
    throw_error<ShapeError>(call.label(), call.location(), "expected a ", what, " of ", extent, " elements for axis ", axis, " of ",
                            describe(x), ", found ", describe(vector));
  std::vector<std::int64_t> extents(static_cast<std::size_t>(x.rank()), 1);
  extents[static_cast<std::size_t>(axis)] = extent;
  return call.reshape(vector, extents);
}

Tensor batch_norm(const Operand &x, const Tensor &mean, const Tensor &variance, const Tensor &scale, const Tensor &offset, int axis,
                  double epsilon, std::source_location location) {
  if (any_dynamic(x, mean, variance, scale, offset))
    return deferred<"batch_norm">(
        location, [](const auto &...all) { return batch_norm(all...); }, x, mean, variance, scale, offset, axis, epsilon, location);
  const OpCall call("batch_norm", location);
  const Terms t{call};
  const Tensor value = call.floating(x);
  const std::int64_t at = call.axis(axis, value);
  // One factor for each channel: the elements take a subtraction and a product.
  Tensor factor = call.apply("rsqrt", t.add(along(call, call.tensor({variance, location}), value, at, "variance"), epsilon));
  if (scale.defined()) factor = t.multiply(factor, along(call, scale, value, at, "scale"));
  const Tensor result = t.multiply(t.subtract(value, along(call, call.tensor({mean, location}), value, at, "mean")), factor);
  return offset.defined() ? t.add(result, along(call, offset, value, at, "offset")) : result;
}

} // namespace burin
