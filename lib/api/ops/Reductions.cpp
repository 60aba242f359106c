#include "burin/Ops.h"
#include "lib/api/Errors.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/OpCall.h"
#include <algorithm>
#include <cmath>
#include <limits>

namespace burin {

using namespace detail;

/// Of the elements of `x` as `dtype`.
static Tensor reduction(std::string_view op, std::string_view label, const Operand &x, DType dtype, const Axes &axes, KeepDims keep) {
  const OpCall call(label, x.location());
  const Tensor own = call.tensor(x);
  const std::vector<std::int64_t> checked = call.axes(axes, own); // whose errors name x as it came
  return call.apply(op, call.tensor({own, x.location()}, dtype), {{"axes", checked}, {"keep_dims", keep == KeepDims::Yes}});
}

Tensor sum(const Operand &x, const Axes &axes, KeepDims keep) {
  return reduction("reduce_sum", "sum", x, counted_dtype(x.dtype()), axes, keep);
}
Tensor prod(const Operand &x, const Axes &axes, KeepDims keep) {
  return reduction("reduce_prod", "prod", x, counted_dtype(x.dtype()), axes, keep);
}

static Tensor extreme(std::string_view op, std::string_view label, const Operand &x, const Axes &axes, KeepDims keep) {
  const Tensor result = reduction(op, label, x, ordered_dtype(x.dtype()), axes, keep);
  return OpCall(label, x.location()).tensor({result, x.location()}, x.dtype());
}

Tensor max(const Operand &x, const Axes &axes, KeepDims keep) { return extreme("reduce_max", "max", x, axes, keep); }
Tensor min(const Operand &x, const Axes &axes, KeepDims keep) { return extreme("reduce_min", "min", x, axes, keep); }

static bool is_half(DType dtype) { return dtype == DType::F16 || dtype == DType::BF16; }

/// How many elements of `x` go into one of the result; of an empty tensor, extents beside the 0 may be of any size.
static double reduced_count(const OpCall &call, const Tensor &x, const Axes &axes) {
  double count = 1;
  for (std::int64_t axis : call.axes(axes, x)) count *= static_cast<double>(x.shape()[static_cast<int>(axis)]);
  return count;
}

/// What means are computed in: the count of elements, and their sum, may be beyond f16 and bf16.
static DType mean_dtype(DType dtype) {
  return is_integer(dtype) || dtype == DType::Bool ? DType::F64 : is_half(dtype) ? DType::F32 : dtype;
}

Tensor mean(const Operand &x, const Axes &axes, KeepDims keep) {
  if (any_dynamic(x)) return deferred<"mean">(x.location(), [](const auto &...all) { return mean(all...); }, x, axes, keep);
  const OpCall call("mean", x.location());
  const double count = reduced_count(call, call.tensor(x), axes);
  const Tensor total = call.reduce("reduce_sum", call.tensor(x, mean_dtype(x.dtype())), axes, keep);
  const Tensor result = call.elementwise("divide", {{total, x.location()}, {count, x.location()}});
  return is_half(x.dtype()) ? call.tensor(result, x.dtype()) : result;
}

/// Which elements are not 0.
static Tensor truth(const OpCall &call, const Operand &x) {
  const Tensor value = call.tensor(x);
  if (value.dtype() == DType::Bool) return value;
  return call.elementwise("not_equal", {{value, x.location()}, {0, x.location()}});
}

static Tensor logical_reduction(std::string_view op, std::string_view label, const Operand &x, const Axes &axes, KeepDims keep) {
  const OpCall call(label, x.location());
  (void)call.axes(axes, call.tensor(x)); // whose errors name x as it came
  return call.reduce(op, truth(call, x), axes, keep);
}

Tensor any(const Operand &x, const Axes &axes, KeepDims keep) { return logical_reduction("reduce_any", "any", x, axes, keep); }
Tensor all(const Operand &x, const Axes &axes, KeepDims keep) { return logical_reduction("reduce_all", "all", x, axes, keep); }

Tensor count_nonzero(const Operand &x, const Axes &axes, KeepDims keep) {
  const OpCall call("count_nonzero", x.location());
  (void)call.axes(axes, call.tensor(x));
  return call.reduce("reduce_sum", call.tensor(truth(call, x), DType::I64), axes, keep);
}

/// In the dtype that means are computed in.
static Tensor variance(const OpCall &call, const Operand &x, const Axes &axes, double correction, KeepDims keep) {
  const Operand::Location at = x.location();
  const double count = reduced_count(call, call.tensor(x), axes);
  const Tensor values = call.tensor(x, mean_dtype(x.dtype()));
  const Tensor mean = call.elementwise("divide", {{call.reduce("reduce_sum", values, axes, KeepDims::Yes), at}, {count, at}});
  Tensor distance = call.elementwise("subtract", {{values, at}, {mean, at}});
  if (is_complex(distance.dtype())) distance = call.apply("abs", distance);
  const Tensor total = call.reduce("reduce_sum", call.apply("square", distance), axes, keep);
  if (count > correction) return call.elementwise("divide", {{total, at}, {count - correction, at}});
  return call.elementwise("multiply", {{total, at}, {std::numeric_limits<double>::quiet_NaN(), at}});
}

Tensor var(const Operand &x, const Axes &axes, double correction, KeepDims keep) {
  if (any_dynamic(x)) return deferred<"var">(x.location(), [](const auto &...all) { return var(all...); }, x, axes, correction, keep);
  const OpCall call("var", x.location());
  const Tensor result = variance(call, x, axes, correction, keep);
  return is_half(x.dtype()) ? call.tensor(result, x.dtype()) : result;
}

Tensor std(const Operand &x, const Axes &axes, double correction, KeepDims keep) {
  if (any_dynamic(x)) return deferred<"std">(x.location(), [](const auto &...all) { return std(all...); }, x, axes, correction, keep);
  const OpCall call("std", x.location());
  const Tensor result = call.apply("sqrt", variance(call, x, axes, correction, keep));
  return is_half(x.dtype()) ? call.tensor(result, x.dtype()) : result;
}

Tensor norm(const Operand &x, double order, const Axes &axes, KeepDims keep) {
  const OpCall call("norm", x.location());
  const Operand::Location at = x.location();
  (void)call.axes(axes, call.tensor(x));
  const bool is_whole = is_integer(x.dtype()) || x.dtype() == DType::Bool;
  const Tensor values = is_whole ? call.tensor(x, DType::F64) : call.tensor(x);
  if (order == 2 && !is_complex(values.dtype()))
    return call.apply("sqrt", call.reduce("reduce_sum", call.apply("square", values), axes, keep));
  const Tensor magnitudes = call.apply("abs", values);
  if (std::isinf(order)) return call.reduce(order > 0 ? "reduce_max" : "reduce_min", magnitudes, axes, keep);
  if (order == 0) return call.reduce("reduce_sum", call.tensor(truth(call, {magnitudes, at}), magnitudes.dtype()), axes, keep);
  if (order == 1) return call.reduce("reduce_sum", magnitudes, axes, keep);
  const Tensor powers = order == 2 ? call.apply("square", magnitudes) : call.elementwise("pow", {{magnitudes, at}, {order, at}});
  const Tensor total = call.reduce("reduce_sum", powers, axes, keep);
  return order == 2 ? call.apply("sqrt", total) : call.elementwise("pow", {{total, at}, {1 / order, at}});
}

/// `x` without those of `axes`, which have extent 1.
static Tensor without(const OpCall &call, const Tensor &x, const std::vector<std::int64_t> &axes) {
  std::vector<std::int64_t> extents;
  for (int i = 0; i < x.rank(); ++i)
    if (std::find(axes.begin(), axes.end(), i) == axes.end()) extents.push_back(x.shape()[i]);
  return call.reshape(x, extents);
}

/// The maximum over axes that are kept, 0 where it is infinite: an infinity minus itself would be NaN.
static Tensor finite_max(const OpCall &call, const Tensor &x, const Axes &axes) {
  const Tensor greatest = call.reduce("reduce_max", x, axes, KeepDims::Yes);
  const Tensor magnitude = call.apply("abs", greatest);
  const double infinity = std::numeric_limits<double>::infinity();
  return call.where(call.elementwise("equal", {magnitude, infinity}), 0.0, greatest);
}

Tensor logsumexp(const Operand &x, const Axes &axes, KeepDims keep) {
  if (any_dynamic(x)) return deferred<"logsumexp">(x.location(), [](const auto &...all) { return logsumexp(all...); }, x, axes, keep);
  const OpCall call("logsumexp", x.location());
  const Tensor values = call.floating(x);
  if (reduced_count(call, values, axes) == 0) return call.apply("log", call.reduce("reduce_sum", call.apply("exp", values), axes, keep));
  const Tensor shift = finite_max(call, values, axes);
  const Tensor exponentials = call.apply("exp", call.elementwise("subtract", {values, shift}));
  const Tensor total = call.reduce("reduce_sum", exponentials, axes, KeepDims::Yes);
  const Tensor result = call.elementwise("add", {call.apply("log", total), shift});
  return keep == KeepDims::Yes ? result : without(call, result, call.axes(axes, values));
}

static Tensor arg_reduction(std::string_view op, const Operand &x, std::optional<int> axis, KeepDims keep) {
  const OpCall call(op, x.location());
  if (axis) (void)call.axis(*axis, call.tensor(x));
  const Tensor values = call.tensor(x, ordered_dtype(x.dtype()));
  if (axis) return call.apply(op, values, {{"axis", call.axis(*axis, values)}, {"keep_dims", keep == KeepDims::Yes}});
  const Tensor index = call.apply(op, reshape({values, x.location()}, {-1}), {{"axis", std::int64_t(0)}, {"keep_dims", false}});
  return keep == KeepDims::No ? index : call.reshape(index, std::vector<std::int64_t>(static_cast<std::size_t>(values.rank()), 1));
}

Tensor argmax(const Operand &x, std::optional<int> axis, KeepDims keep) { return arg_reduction("argmax", x, axis, keep); }
Tensor argmin(const Operand &x, std::optional<int> axis, KeepDims keep) { return arg_reduction("argmin", x, axis, keep); }

Tensor softmax(const Operand &x, int axis) {
  if (any_dynamic(x)) return deferred<"softmax">(x.location(), [](const auto &...all) { return softmax(all...); }, x, axis);
  const OpCall call("softmax", x.location());
  const Tensor values = call.floating(x);
  if (values.shape()[static_cast<int>(call.axis(axis, values))] == 0) return values;
  const Tensor greatest = call.reduce("reduce_max", values, axis, KeepDims::Yes);
  const Tensor exponentials = call.apply("exp", call.elementwise("subtract", {values, greatest}));
  const Tensor total = call.reduce("reduce_sum", exponentials, axis, KeepDims::Yes);
  // One division for each row and a product for each element: the total is at least 1, the product one rounding more.
  const Tensor scale = call.elementwise("divide", {1.0, total});
  return call.elementwise("multiply", {exponentials, scale});
}

} // namespace burin
