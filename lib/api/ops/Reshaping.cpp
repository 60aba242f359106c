#include "burin/Ops.h"
#include "lib/api/Errors.h"
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
    throw_error<ShapeError>(call.label(), call.location(), "the extent -1 can't be worked out: ", describe(x), " has ",
                            x.element_count(), " elements, the other extents make ", others);
  *unknown = x.element_count() / others;
}

Tensor reshape(const Operand &x, const Integers &shape) {
  const OpCall call("reshape", x.location());
  const Tensor values = call.tensor(x);
  std::vector<std::int64_t> extents = shape.values();
  work_out_extent(call, values, extents);
  return call.reshape(values, std::move(extents));
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
  if (static_cast<int>(axes.size()) != values.rank())
    throw_error<IndexError>(call.label(), call.location(), "the permutation lists ", axes.size(), " axes, ", describe(values),
                            " has ", values.rank());
  return call.apply("transpose", values, {{"permutation", std::move(axes)}});
}

Tensor broadcast_to(const Operand &x, const Shape &shape) {
  const OpCall call("broadcast_to", x.location());
  return call.apply("broadcast_to", call.tensor(x), {{"shape", std::vector<std::int64_t>(shape.begin(), shape.end())}});
}

Tensor expand_dims(const Operand &x, int axis) {
  const OpCall call("expand_dims", x.location());
  const Tensor values = call.tensor(x);
  std::vector<std::int64_t> extents(values.shape().begin(), values.shape().end());
  extents.insert(extents.begin() + call.axis(axis, values.rank() + 1, values), 1);
  return call.reshape(values, std::move(extents));
}

Tensor squeeze(const Operand &x, const Axes &axes) {
  const OpCall call("squeeze", x.location());
  const Tensor values = call.tensor(x);
  std::vector<std::int64_t> dropped = axes.empty() ? std::vector<std::int64_t>() : call.axes(axes, values);
  std::vector<std::int64_t> extents;
  for (int i = 0; i < values.rank(); ++i) {
    const std::int64_t extent = values.shape()[i];
    const bool listed = std::find(dropped.begin(), dropped.end(), i) != dropped.end();
    if (listed && extent != 1)
      throw_error<ShapeError>(call.label(), call.location(), "axis ", i, " of ", describe(values), " has extent ", extent,
                              ", expected 1");
    if (!listed && (!axes.empty() || extent != 1)) extents.push_back(extent);
  }
  return call.reshape(values, std::move(extents));
}

} // namespace burin
