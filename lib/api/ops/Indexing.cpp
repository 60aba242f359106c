#include "burin/Ops.h"
#include "lib/api/Errors.h"
#include "lib/api/Promotion.h"
#include "lib/api/TensorImpl.h"
#include "lib/api/ops/OpCall.h"
#include <algorithm>

namespace burin {

using namespace detail;

Tensor concat(const Operands &parts, int axis) {
  const OpCall call("concat", parts.location());
  if (parts.values().empty()) throw_error<ShapeError>(call.label(), call.location(), "expected at least one tensor");
  const std::vector<Tensor> tensors = promote(call.label(), parts.values());
  return call.apply("concat", tensors, {{"axis", call.axis(axis, tensors[0])}});
}

// --- slices --------------------------------------------------------------------------------------------------------

/// NumPy's rule: negative positions count from the end; then those past either end are clipped.
static std::int64_t clipped(std::int64_t position, std::int64_t extent) {
  return std::clamp<std::int64_t>(position < 0 ? position + extent : position, 0, extent);
}

static void check_slice(const OpCall &call, const Tensor &x, const Integers &starts, const Integers &stops, const Integers &steps) {
  const std::size_t count = starts.values().size();
  if (stops.values().size() != count || (!steps.empty() && steps.values().size() != count))
    throw_error<IndexError>(call.label(), call.location(), "expected as many stops and steps as starts, found ", count,
                            " starts, ", stops.values().size(), " stops, ", steps.values().size(), " steps");
  if (static_cast<int>(count) > x.rank())
    throw_error<IndexError>(call.label(), call.location(), count, " starts are too many for ", describe(x), " with rank ", x.rank());
  for (std::int64_t step : steps.values())
    if (step < 1) throw_error<IndexError>(call.label(), call.location(), "step ", step, " is not positive");
}

Tensor slice(const Operand &x, const Integers &starts, const Integers &stops, const Integers &steps) {
  const OpCall call("slice", x.location());
  const Tensor values = call.tensor(x);
  check_slice(call, values, starts, stops, steps);
  std::vector<std::int64_t> first(static_cast<std::size_t>(values.rank()), 0);
  std::vector<std::int64_t> last(values.shape().begin(), values.shape().end()), stride(first.size(), 1);
  for (std::size_t i = 0; i < starts.values().size(); ++i) {
    const std::int64_t extent = values.shape()[static_cast<int>(i)];
    first[i] = clipped(starts.values()[i], extent);
    last[i] = std::max(first[i], clipped(stops.values()[i], extent));
    if (!steps.empty()) stride[i] = steps.values()[i];
  }
  return call.apply("slice", values, {{"starts", first}, {"stops", last}, {"steps", stride}});
}

// --- indices -------------------------------------------------------------------------------------------------------

static void require_integers(const OpCall &call, const Tensor &indices) {
  if (!is_integer(indices.dtype()))
    throw_error<DTypeError>(call.label(), call.location(), "expected integer indices, found ", describe(indices));
}

template <class T> static void check_range(const OpCall &call, const Tensor &indices, const Tensor &x, std::int64_t axis) {
  const std::int64_t extent = x.shape()[static_cast<int>(axis)];
  for (T index : indices.view<T>()) {
    const bool below = std::is_signed_v<T> && static_cast<std::int64_t>(index) < -extent;
    const bool above = (std::is_unsigned_v<T> || index >= 0) &&
                       static_cast<std::uint64_t>(index) >= static_cast<std::uint64_t>(extent);
    if (below || above)
      throw_error<IndexError>(call.label(), call.location(), "index ", +index, " is out of range for axis ", axis, " of ",
                              describe(x), " with extent ", extent);
  }
}

static void check_indices(const OpCall &call, const Tensor &indices, const Tensor &x, std::int64_t axis) {
  switch (indices.dtype()) {
  case DType::I8: return check_range<std::int8_t>(call, indices, x, axis);
  case DType::I16: return check_range<std::int16_t>(call, indices, x, axis);
  case DType::I32: return check_range<std::int32_t>(call, indices, x, axis);
  case DType::I64: return check_range<std::int64_t>(call, indices, x, axis);
  case DType::U8: return check_range<std::uint8_t>(call, indices, x, axis);
  case DType::U16: return check_range<std::uint16_t>(call, indices, x, axis);
  case DType::U32: return check_range<std::uint32_t>(call, indices, x, axis);
  default: return check_range<std::uint64_t>(call, indices, x, axis);
  }
}

Tensor take(const Operand &x, const Operand &indices, int axis) {
  const OpCall call("take", x.location());
  const Tensor operands[] = {call.tensor(x), call.tensor(indices)};
  const std::int64_t along = call.axis(axis, operands[0]);
  require_integers(call, operands[1]);
  if (!is_symbolic(operands[1])) check_indices(call, operands[1], operands[0], along);
  return call.apply("take", operands, {{"axis", along}});
}

Tensor one_hot(const Operand &indices, std::int64_t depth, DType dtype) {
  const OpCall call("one_hot", indices.location());
  if (depth < 0) throw_error<ShapeError>(call.label(), call.location(), "the depth is ", depth, ", expected 0 or more");
  const Tensor positions = call.tensor(indices);
  require_integers(call, positions);
  std::vector<std::int64_t> extents(positions.shape().begin(), positions.shape().end());
  extents.push_back(1);
  // In i64 on both sides: the depth need not fit the indices' dtype.
  const Tensor column = call.reshape(call.tensor(positions, DType::I64), std::move(extents));
  const Tensor hit = call.elementwise("equal", {column, call.iota(Shape{depth}, 0, DType::I64)});
  return hit.dtype() == dtype ? hit : call.apply("cast", hit, {{"dtype", dtype}});
}

} // namespace burin
