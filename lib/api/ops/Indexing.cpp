#include "burin/ops/Indexing.h"
#include "lib/api/Errors.h"
#include "lib/api/Promotion.h"
#include "lib/api/TensorImpl.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/OpCall.h"
#include "lib/api/ops/Positions.h"
#include "lib/api/ops/Slices.h"
#include "runtime/Extents.h"
#include <algorithm>

namespace burin {

using namespace detail;

// --- slices --------------------------------------------------------------------------------------------------------

static void check_slice(const OpCall &call, const Tensor &x, const Integers &starts, const Integers &stops, const Integers &steps) {
  const std::size_t count = starts.values().size();
  if (stops.values().size() != count || (!steps.empty() && steps.values().size() != count))
    throw_error<IndexError>(call.label(), call.location(), "expected as many stops and steps as starts, found ", count, " starts, ",
                            stops.values().size(), " stops, ", steps.values().size(), " steps");
  if (static_cast<int>(count) > x.rank())
    throw_error<IndexError>(call.label(), call.location(), count, " starts are too many for ", describe(x), " with rank ", x.rank());
}

static Tensor sliced(const OpCall &call, const Tensor &x, const Integers &starts, const Integers &stops, const Integers &steps) {
  std::vector<std::int64_t> first(static_cast<std::size_t>(x.rank()), 0);
  std::vector<std::int64_t> last(x.shape().begin(), x.shape().end()), stride(first.size(), 1);
  for (std::size_t i = 0; i < starts.values().size(); ++i) {
    const std::int64_t step = steps.empty() ? 1 : steps.values()[i], stop = stops.values()[i];
    const bool to_the_end = step < 0 && stop == kEnd; // backwards that is the beginning
    const SliceRange range =
        resolved_slice(starts.values()[i], to_the_end ? std::nullopt : std::optional(stop), step, x.shape()[static_cast<int>(i)]);
    first[i] = range.start;
    last[i] = range.stop;
    stride[i] = range.step;
  }
  return call.slice(x, std::move(first), std::move(last), std::move(stride));
}

Tensor slice(const Operand &x, const Integers &starts, const Integers &stops, const Integers &steps) {
  if (any_dynamic(x)) return deferred<"slice">(x.location(), [](const auto &...all) { return slice(all...); }, x, starts, stops, steps);
  const OpCall call("slice", x.location());
  const Tensor values = call.tensor(x);
  check_slice(call, values, starts, stops, steps);
  for (std::int64_t step : steps.values())
    if (step < 1) throw_error<IndexError>(call.label(), call.location(), "step ", step, " is not positive");
  return sliced(call, values, starts, stops, steps);
}

Tensor strided_slice(const Operand &x, const Integers &starts, const Integers &stops, const Integers &steps) {
  if (any_dynamic(x))
    return deferred<"strided_slice">(x.location(), [](const auto &...all) { return strided_slice(all...); }, x, starts, stops, steps);
  const OpCall call("strided_slice", x.location());
  const Tensor values = call.tensor(x);
  check_slice(call, values, starts, stops, steps);
  for (std::int64_t step : steps.values())
    if (step == 0) throw_error<IndexError>(call.label(), call.location(), "a step is 0");
  return sliced(call, values, starts, stops, steps);
}

// --- parts that begin where the run says -----------------------------------------------------------------------------

/// The starts as tensors; those that are known already lie within x.
static std::vector<Tensor> checked_starts(const OpCall &call, const Tensor &x, const Operands &starts,
                                          std::span<const std::int64_t> sizes) {
  if (static_cast<int>(starts.values().size()) != x.rank() || static_cast<int>(sizes.size()) != x.rank())
    throw_error<ShapeError>(call.label(), call.location(), "expected ", x.rank(), " starts and sizes for ", describe(x), ", found ",
                            starts.values().size(), " and ", sizes.size());
  std::vector<Tensor> tensors;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const Tensor start = call.tensor(starts.values()[i]);
    require_integers(call, start);
    tensors.push_back(start);
    const std::int64_t extent = x.shape()[static_cast<int>(i)];
    if (is_symbolic(start) || start.rank() != 0 || sizes[i] < 0 || sizes[i] > extent) continue; // the dialect says what is wrong
    const std::int64_t value = known_index(start), position = value < 0 ? value + extent : value;
    if (position < 0 || position > extent - sizes[i])
      throw_error<IndexError>(call.label(), call.location(), "index ", value, " is out of range for axis ", i, " of ", describe(x),
                              " with extent ", extent, ": it begins a part of extent ", sizes[i]);
  }
  return tensors;
}

Tensor dynamic_slice(const Operand &x, const Operands &starts, const Integers &sizes) {
  if (any_dynamic(x)) {
    const auto slice = [](const Operand &x, const std::vector<Operand> &starts, std::source_location location, const Integers &sizes) {
      return dynamic_slice(x, Operands(starts, location), sizes);
    };
    return deferred<"dynamic_slice">(x.location(), slice, x, starts.values(), starts.location(), sizes);
  }
  const OpCall call("dynamic_slice", x.location());
  std::vector<Tensor> operands = {call.tensor(x)};
  for (Tensor &start : checked_starts(call, operands[0], starts, sizes.values())) operands.push_back(start);
  return call.apply("dynamic_slice", operands, {{"sizes", sizes.values()}});
}

Tensor dynamic_update_slice(const Operand &x, const Operand &update, const Operands &starts) {
  if (any_dynamic(x, update)) {
    const auto slice = [](const Operand &x, const Operand &update, const std::vector<Operand> &starts, std::source_location location) {
      return dynamic_update_slice(x, update, Operands(starts, location));
    };
    return deferred<"dynamic_update_slice">(x.location(), slice, x, update, starts.values(), starts.location());
  }
  const OpCall call("dynamic_update_slice", x.location());
  const Tensor values = call.tensor(x);
  std::vector<Tensor> operands = {values, call.tensor_beside(values.dtype(), update)};
  const Shape sizes = operands[1].shape();
  for (Tensor &start : checked_starts(call, values, starts, sizes.extents())) operands.push_back(start);
  return call.apply("dynamic_update_slice", operands);
}

// --- elements by index -----------------------------------------------------------------------------------------------

Tensor take(const Operand &x, const Operand &indices, int axis) {
  if (any_dynamic(x, indices)) return deferred<"take">(x.location(), [](const auto &...all) { return take(all...); }, x, indices, axis);
  const OpCall call("take", x.location());
  const Tensor values = call.tensor(x), picked = call.tensor(indices);
  return gather(call, values, along_axis(values.rank(), call.axis(axis, values), picked));
}

Tensor gather(const Operand &x, const Operand &indices, int axis, int batch_dims) {
  if (any_dynamic(x, indices))
    return deferred<"gather">(x.location(), [](const auto &...all) { return gather(all...); }, x, indices, axis, batch_dims);
  const OpCall call("gather", x.location());
  const Tensor values = call.tensor(x), picked = call.tensor(indices);
  const std::int64_t at = call.axis(axis, values);
  if (batch_dims < 0 || batch_dims > at || batch_dims > picked.rank())
    throw_error<IndexError>(call.label(), call.location(), batch_dims, " batch dimensions don't fit axis ", at, " of ", describe(values),
                            " and indices ", describe(picked));
  for (int i = 0; i < batch_dims; ++i)
    if (values.shape()[i] != picked.shape()[i])
      throw_error<ShapeError>(call.label(), call.location(), "batch dimension ", i, " differs: ", describe(values), ", indices ",
                              describe(picked));
  Positions positions{{picked}, {}, {}};
  const std::int64_t own = picked.rank() - batch_dims; // the dimensions that replace the axis
  for (int i = 0; i < values.rank(); ++i) positions.dims.push_back(i < at ? i : i > at ? i - 1 + own : -1);
  for (int i = 0; i < picked.rank(); ++i) positions.index_dims.push_back(i < batch_dims ? i : at + i - batch_dims);
  return gather(call, values, positions);
}

/// The last dimension of `indices` counts through the first dimensions of x.
static Positions rows_of(const OpCall &call, const Tensor &x, const Tensor &indices) {
  require_integers(call, indices);
  if (indices.rank() == 0 || indices.shape()[indices.rank() - 1] > x.rank())
    throw_error<ShapeError>(call.label(), call.location(), "the last dimension of indices ", describe(indices),
                            " must count through dimensions of ", describe(x));
  const int last = indices.rank() - 1;
  const auto entries = static_cast<int>(indices.shape()[last]);
  const std::vector<std::int64_t> extents(indices.shape().begin(), indices.shape().end() - 1);
  Positions positions;
  for (int k = 0; k < entries; ++k) positions.indices.push_back(call.reshape(call.slice(indices, last, k, k + 1), extents));
  for (int i = 0; i < x.rank(); ++i) positions.dims.push_back(i < entries ? -1 - i : i - entries + last);
  for (int i = 0; i < last; ++i) positions.index_dims.push_back(i);
  if (entries == 0) throw_error<ShapeError>(call.label(), call.location(), "the rows of indices ", describe(indices), " are empty");
  return positions;
}

Tensor gather_nd(const Operand &x, const Operand &indices) {
  if (any_dynamic(x, indices)) return deferred<"gather_nd">(x.location(), [](const auto &...all) { return gather_nd(all...); }, x, indices);
  const OpCall call("gather_nd", x.location());
  const Tensor values = call.tensor(x);
  return gather(call, values, rows_of(call, values, call.tensor(indices)));
}

static Positions beside_axis(const OpCall &call, const Tensor &x, const Tensor &indices, int axis) {
  if (indices.rank() != x.rank())
    throw_error<ShapeError>(call.label(), call.location(), "ranks differ: ", describe(x), ", indices ", describe(indices));
  const std::int64_t at = call.axis(axis, x);
  Positions positions{{indices}, {}, {}};
  for (int i = 0; i < x.rank(); ++i) {
    positions.dims.push_back(i == at ? -1 : i);
    positions.index_dims.push_back(i);
  }
  return positions;
}

Tensor take_along_axis(const Operand &x, const Operand &indices, int axis) {
  if (any_dynamic(x, indices))
    return deferred<"take_along_axis">(x.location(), [](const auto &...all) { return take_along_axis(all...); }, x, indices, axis);
  const OpCall call("take_along_axis", x.location());
  const Tensor values = call.tensor(x);
  return gather(call, values, beside_axis(call, values, call.tensor(indices), axis));
}

static Tensor scattered(const OpCall &call, const Tensor &x, const Positions &positions, const Operand &updates, Scatter mode) {
  static constexpr std::string_view combiners[] = {"set", "add", "min", "max"};
  const Tensor values = call.tensor_beside(x.dtype(), updates);
  return scatter(call, x, positions, values, combiners[static_cast<int>(mode)]);
}

Tensor scatter(const Operand &x, const Operand &indices, const Operand &updates, Scatter mode, int axis) {
  if (any_dynamic(x, indices, updates))
    return deferred<"scatter">(x.location(), [](const auto &...all) { return scatter(all...); }, x, indices, updates, mode, axis);
  const OpCall call("scatter", x.location());
  const Tensor values = call.tensor(x);
  return scattered(call, values, along_axis(values.rank(), call.axis(axis, values), call.tensor(indices)), updates, mode);
}

Tensor scatter_nd(const Operand &x, const Operand &indices, const Operand &updates, Scatter mode) {
  if (any_dynamic(x, indices, updates))
    return deferred<"scatter_nd">(x.location(), [](const auto &...all) { return scatter_nd(all...); }, x, indices, updates, mode);
  const OpCall call("scatter_nd", x.location());
  const Tensor values = call.tensor(x);
  return scattered(call, values, rows_of(call, values, call.tensor(indices)), updates, mode);
}

Tensor put_along_axis(const Operand &x, const Operand &indices, const Operand &updates, int axis, Scatter mode) {
  if (any_dynamic(x, indices, updates))
    return deferred<"put_along_axis">(
        x.location(), [](const auto &...all) { return put_along_axis(all...); }, x, indices, updates, axis, mode);
  const OpCall call("put_along_axis", x.location());
  const Tensor values = call.tensor(x);
  return scattered(call, values, beside_axis(call, values, call.tensor(indices), axis), updates, mode);
}

Tensor embedding(const Operand &table, const Operand &indices) {
  if (any_dynamic(table, indices))
    return deferred<"embedding">(table.location(), [](const auto &...all) { return embedding(all...); }, table, indices);
  const OpCall call("embedding", table.location());
  const Tensor rows = call.tensor(table);
  if (rows.rank() != 2) throw_error<ShapeError>(call.label(), call.location(), "expected a table of rank 2, found ", describe(rows));
  return gather(call, rows, along_axis(2, 0, call.tensor(indices)));
}

// --- masks -----------------------------------------------------------------------------------------------------------

Tensor boolean_mask(const Operand &x, const Operand &mask, int axis) {
  const OpCall call("boolean_mask", x.location());
  const Tensor values = call.tensor(x), chosen = call.tensor(mask);
  if (chosen.dtype() != DType::Bool)
    throw_error<DTypeError>(call.label(), call.location(), "the mask is ", describe(chosen), ", expected bool: compare it with 0");
  const std::int64_t at = chosen.rank() == 0 ? 0 : call.axis(axis, values);
  bool fits = chosen.rank() > 0 && at + chosen.rank() <= values.rank();
  for (int i = 0; fits && i < chosen.rank(); ++i) fits = chosen.shape()[i] == values.shape()[static_cast<int>(at) + i];
  if (!fits)
    throw_error<ShapeError>(call.label(), call.location(), "the mask ", describe(chosen), " doesn't fit ", describe(values), " from axis ",
                            at, " on");
  const Tensor picked = positions_of_true(call, chosen).back();
  const auto gathered = [](const Operand &x, const Operand &picked, std::int64_t at, int rank) {
    const OpCall call("boolean_mask", x.location());
    const Tensor values = call.tensor(x);
    std::vector<std::int64_t> extents(values.shape().begin(), values.shape().end());
    if (at < 0 || rank < 1 || rank > values.rank() - at) // of a file
      throw_error<ShapeError>(call.label(), call.location(), "axes ", at, " to ", rank, " on are not those of ", describe(values));
    const auto begin = extents.begin() + at, end = begin + rank;
    const std::int64_t merged = runtime::element_count({begin, end});
    extents.insert(extents.erase(begin, end), merged);
    const Tensor rows = call.reshape(values, extents);
    return gather(call, rows, along_axis(rows.rank(), at, call.tensor(picked)));
  };
  const Operand operand(values, call.location()), positions(picked, call.location());
  if (any_dynamic(operand, positions)) return deferred<"boolean_mask">(call.location(), gathered, operand, positions, at, chosen.rank());
  return gathered(operand, positions, at, chosen.rank());
}

std::vector<Tensor> nonzero(const Operand &x) {
  const OpCall call("nonzero", x.location());
  const Tensor values = call.tensor(x);
  if (values.rank() == 0)
    throw_error<ShapeError>(call.label(), call.location(), "expected at least one dimension, found ", describe(values));
  std::vector<Tensor> positions = positions_of_true(call, call.tensor(values, DType::Bool));
  positions.pop_back();
  return positions;
}

// --- one hot ---------------------------------------------------------------------------------------------------------

/// Where the index along `axis` is the one that `indices` name.
static Tensor hits(const OpCall &call, const Operand &indices, std::int64_t depth, int axis) {
  if (depth < 0) throw_error<ShapeError>(call.label(), call.location(), "the depth is ", depth, ", expected 0 or more");
  const Tensor positions = call.tensor(indices);
  require_integers(call, positions);
  const std::int64_t at = call.axis(axis, positions.rank() + 1, positions);
  std::vector<std::int64_t> extents(positions.shape().begin(), positions.shape().end()),
      line(static_cast<std::size_t>(positions.rank() - at + 1), 1);
  extents.insert(extents.begin() + at, 1);
  line[0] = depth;
  // In i64 on both sides: the depth need not fit the indices' dtype.
  const Tensor column = call.reshape(call.tensor(positions, DType::I64), std::move(extents));
  return call.elementwise("equal", {column, call.iota(Shape(line, call.location()), 0, DType::I64)});
}

Tensor one_hot(const Operand &indices, std::int64_t depth, DType dtype, int axis) {
  if (any_dynamic(indices))
    return deferred<"one_hot">(indices.location(), [](const auto &...all) { return one_hot(all...); }, indices, depth, dtype, axis);
  const OpCall call("one_hot", indices.location());
  const Tensor hit = hits(call, indices, depth, axis);
  return hit.dtype() == dtype ? hit : call.apply("cast", hit, {{"dtype", dtype}});
}

Tensor one_hot(const Operand &indices, std::int64_t depth, const Operand &on, const Operand &off, int axis) {
  if (any_dynamic(indices, on, off))
    return deferred<"one_hot.values">(
        indices.location(), [](const auto &...all) { return one_hot(all...); }, indices, depth, on, off, axis);
  const OpCall call("one_hot", indices.location());
  return call.where(hits(call, indices, depth, axis), on, off);
}

} // namespace burin
