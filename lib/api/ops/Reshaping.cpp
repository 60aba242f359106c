#include "burin/Ops.h"
#include "lib/api/Errors.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/OpCall.h"
#include <algorithm>
#include <numeric>

namespace burin {

using namespace detail;

/// Replaces the -1 among `extents` by what `x` has left for it.
static void work_out_extent(const OpCall &call, const Tensor &x, std::vector<std::int64_t> &extents) {
  const auto unknown = std::find(extents.begin(), extents.end(), -1);
  if (unknown == extents.end()) return;
  if (std::find(unknown + 1, extents.end(), -1) != extents.end())
    throw_error<ShapeError>(call.label(), call.location(), "more than one extent is -1");
  std::int64_t others = 1;
  bool overflow = false;
  for (auto extent = extents.begin(); extent != extents.end(); ++extent)
    if (extent != unknown) overflow |= __builtin_mul_overflow(others, *extent, &others);
  if (overflow || others <= 0 || x.element_count() % others != 0)
    throw_error<ShapeError>(call.label(), call.location(), "the extent -1 can't be worked out: ", describe(x), " has ", x.element_count(),
                            " elements, the other extents make ", others);
  *unknown = x.element_count() / others;
}

Tensor reshape(const Operand &x, const Integers &shape) {
  if (any_dynamic(x)) return deferred<"reshape">(x.location(), [](const auto &...all) { return reshape(all...); }, x, shape);
  const OpCall call("reshape", x.location());
  const Tensor values = call.tensor(x);
  std::vector<std::int64_t> extents = shape.values();
  work_out_extent(call, values, extents);
  return call.reshape(values, std::move(extents));
}

static Tensor permuted(const OpCall &call, const Tensor &x, std::vector<std::int64_t> axes) {
  if (static_cast<int>(axes.size()) != x.rank())
    throw_error<IndexError>(call.label(), call.location(), "the permutation lists ", axes.size(), " axes, ", describe(x), " has ",
                            x.rank());
  return call.apply("transpose", x, {{"permutation", std::move(axes)}});
}

Tensor transpose(const Operand &x, const Axes &permutation) {
  const OpCall call("transpose", x.location());
  const Tensor values = call.tensor(x);
  std::vector<std::int64_t> axes;
  for (int axis : permutation.values()) axes.push_back(call.axis(axis, values));
  if (permutation.empty()) {
    axes.resize(static_cast<std::size_t>(values.rank()));
    std::iota(axes.rbegin(), axes.rend(), 0);
  }
  return permuted(call, values, std::move(axes));
}

Tensor permute_dims(const Operand &x, const Axes &permutation) {
  const OpCall call("permute_dims", x.location());
  const Tensor values = call.tensor(x);
  std::vector<std::int64_t> axes;
  for (int axis : permutation.values()) axes.push_back(call.axis(axis, values));
  return permuted(call, values, std::move(axes));
}

Tensor swapaxes(const Operand &x, int axis1, int axis2) {
  const OpCall call("swapaxes", x.location());
  const Tensor values = call.tensor(x);
  std::vector<std::int64_t> axes(static_cast<std::size_t>(values.rank()));
  std::iota(axes.begin(), axes.end(), 0);
  std::swap(axes[static_cast<std::size_t>(call.axis(axis1, values))], axes[static_cast<std::size_t>(call.axis(axis2, values))]);
  return permuted(call, values, std::move(axes));
}

/// `axes` from 0 to rank - 1, in their order.
static std::vector<std::int64_t> listed_once(const OpCall &call, const Axes &axes, const Tensor &x) {
  std::vector<std::int64_t> result;
  for (int axis : axes.values()) {
    result.push_back(call.axis(axis, x));
    if (std::find(result.begin(), result.end() - 1, result.back()) != result.end() - 1)
      throw_error<IndexError>(call.label(), call.location(), "axis ", axis, " is listed twice for ", describe(x), " with rank ", x.rank());
  }
  return result;
}

Tensor moveaxis(const Operand &x, const Axes &source, const Axes &destination) {
  const OpCall call("moveaxis", x.location());
  const Tensor values = call.tensor(x);
  const std::vector<std::int64_t> from = listed_once(call, source, values), to = listed_once(call, destination, values);
  if (from.size() != to.size())
    throw_error<IndexError>(call.label(), call.location(), "expected as many destinations as sources, found ", to.size(), " and ",
                            from.size());
  std::vector<std::int64_t> axes(static_cast<std::size_t>(values.rank()), -1);
  for (std::size_t i = 0; i < from.size(); ++i) axes[static_cast<std::size_t>(to[i])] = from[i];
  std::int64_t next = 0;
  for (std::int64_t &axis : axes) {
    if (axis >= 0) continue;
    while (std::find(from.begin(), from.end(), next) != from.end()) ++next;
    axis = next++;
  }
  return permuted(call, values, std::move(axes));
}

Tensor flatten(const Operand &x) {
  if (any_dynamic(x)) return deferred<"flatten">(x.location(), [](const auto &...all) { return flatten(all...); }, x);
  const OpCall call("flatten", x.location());
  const Tensor values = call.tensor(x);
  return call.reshape(values, {values.element_count()});
}

Tensor shape(const Operand &x) {
  if (any_dynamic(x)) return deferred<"shape">(x.location(), [](const auto &...all) { return shape(all...); }, x);
  const OpCall call("shape", x.location());
  const Tensor values = call.tensor(x);
  const std::vector<std::int64_t> extents(values.shape().begin(), values.shape().end());
  return Tensor::from_vector(extents, x.location());
}

Tensor size(const Operand &x) {
  if (any_dynamic(x)) return deferred<"size">(x.location(), [](const auto &...all) { return size(all...); }, x);
  const OpCall call("size", x.location());
  return Tensor::scalar(call.tensor(x).element_count(), x.location());
}

Tensor rank(const Operand &x) {
  const OpCall call("rank", x.location());
  return Tensor::scalar(static_cast<std::int64_t>(call.tensor(x).rank()), x.location());
}

Tensor broadcast_to(const Operand &x, const Shape &shape) {
  if (any_dynamic(x)) return deferred<"broadcast_to">(x.location(), [](const auto &...all) { return broadcast_to(all...); }, x, shape);
  const OpCall call("broadcast_to", x.location());
  return call.apply("broadcast_to", call.tensor(x), {{"shape", std::vector<std::int64_t>(shape.begin(), shape.end())}});
}

Tensor expand_dims(const Operand &x, int axis) {
  if (any_dynamic(x)) return deferred<"expand_dims">(x.location(), [](const auto &...all) { return expand_dims(all...); }, x, axis);
  const OpCall call("expand_dims", x.location());
  const Tensor values = call.tensor(x);
  std::vector<std::int64_t> extents(values.shape().begin(), values.shape().end());
  extents.insert(extents.begin() + call.axis(axis, values.rank() + 1, values), 1);
  return call.reshape(values, std::move(extents));
}

Tensor squeeze(const Operand &x, const Axes &axes) {
  if (any_dynamic(x)) return deferred<"squeeze">(x.location(), [](const auto &...all) { return squeeze(all...); }, x, axes);
  const OpCall call("squeeze", x.location());
  const Tensor values = call.tensor(x);
  std::vector<std::int64_t> dropped = axes.empty() ? std::vector<std::int64_t>() : call.axes(axes, values);
  std::vector<std::int64_t> extents;
  for (int i = 0; i < values.rank(); ++i) {
    const std::int64_t extent = values.shape()[i];
    const bool listed = std::find(dropped.begin(), dropped.end(), i) != dropped.end();
    if (listed && extent != 1)
      throw_error<ShapeError>(call.label(), call.location(), "axis ", i, " of ", describe(values), " has extent ", extent, ", expected 1");
    if (!listed && (!axes.empty() || extent != 1)) extents.push_back(extent);
  }
  return call.reshape(values, std::move(extents));
}

} // namespace burin
