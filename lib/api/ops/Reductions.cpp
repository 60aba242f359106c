#include "burin/Ops.h"
#include "lib/api/Errors.h"
#include "lib/api/ops/OpCall.h"
#include <algorithm>
#include <limits>

namespace burin {

using namespace detail;

static Tensor reduction(std::string_view op, std::string_view label, const Operand &x, const Axes &axes, KeepDims keep) {
  const OpCall call(label, x.location());
  return call.reduce(op, call.tensor(x), axes, keep);
}

Tensor sum(const Operand &x, const Axes &axes, KeepDims keep) { return reduction("reduce_sum", "sum", x, axes, keep); }
Tensor max(const Operand &x, const Axes &axes, KeepDims keep) { return reduction("reduce_max", "max", x, axes, keep); }
Tensor min(const Operand &x, const Axes &axes, KeepDims keep) { return reduction("reduce_min", "min", x, axes, keep); }

/// How many elements of `x` go into one of the result.
static std::int64_t reduced_count(const OpCall &call, const Tensor &x, const Axes &axes) {
  std::int64_t count = 1;
  for (std::int64_t axis : call.axes(axes, x)) count *= x.shape()[static_cast<int>(axis)];
  return count;
}

Tensor mean(const Operand &x, const Axes &axes, KeepDims keep) {
  const OpCall call("mean", x.location());
  const Tensor values = is_integer(x.dtype()) ? call.tensor(x, DType::F64) : call.tensor(x);
  const Tensor total = call.reduce("reduce_sum", values, axes, keep);
  const auto count = static_cast<double>(reduced_count(call, values, axes));
  return call.elementwise("divide", {{total, x.location()}, {count, x.location()}});
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
  const OpCall call("logsumexp", x.location());
  const Tensor values = call.tensor(x);
  if (reduced_count(call, values, axes) == 0)
    return call.apply("log", call.reduce("reduce_sum", call.apply("exp", values), axes, keep));
  const Tensor shift = finite_max(call, values, axes);
  const Tensor exponentials = call.apply("exp", call.elementwise("subtract", {values, shift}));
  const Tensor total = call.reduce("reduce_sum", exponentials, axes, KeepDims::Yes);
  const Tensor result = call.elementwise("add", {call.apply("log", total), shift});
  return keep == KeepDims::Yes ? result : without(call, result, call.axes(axes, values));
}

static Tensor arg_reduction(std::string_view op, const Operand &x, int axis, KeepDims keep) {
  const OpCall call(op, x.location());
  const Tensor values = call.tensor(x);
  return call.apply(op, values, {{"axis", call.axis(axis, values)}, {"keep_dims", keep == KeepDims::Yes}});
}

Tensor argmax(const Operand &x, int axis, KeepDims keep) { return arg_reduction("argmax", x, axis, keep); }
Tensor argmin(const Operand &x, int axis, KeepDims keep) { return arg_reduction("argmin", x, axis, keep); }

Tensor softmax(const Operand &x, int axis) {
  const OpCall call("softmax", x.location());
  const Tensor values = call.tensor(x);
  if (values.shape()[static_cast<int>(call.axis(axis, values))] == 0) return values;
  const Tensor greatest = call.reduce("reduce_max", values, axis, KeepDims::Yes);
  const Tensor exponentials = call.apply("exp", call.elementwise("subtract", {values, greatest}));
  const Tensor total = call.reduce("reduce_sum", exponentials, axis, KeepDims::Yes);
  // One division for each row and a product for each element: the total is at least 1, the product one rounding more.
  const Tensor scale = call.elementwise("divide", {1.0, total});
  return call.elementwise("multiply", {exponentials, scale});
}

} // namespace burin
