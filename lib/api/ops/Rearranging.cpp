// Repetitions, reversals, rolls, padding: in terms of reshape, broadcast_to, slice, concat, gather and update_slice.
#include "burin/ops/Joining.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/OpCall.h"
#include "lib/api/ops/Positions.h"
#include "runtime/Extents.h"
#include <algorithm>

namespace burin {

using namespace detail;

static std::vector<std::int64_t> extents_of(const Tensor &x) { return {x.shape().begin(), x.shape().end()}; }

/// x with `extent` at `axis`.
static std::vector<std::int64_t> with_extent(const OpCall &call, const Tensor &x, std::int64_t axis, std::int64_t extent) {
  std::vector<std::int64_t> extents = extents_of(x);
  extents[static_cast<std::size_t>(axis)] = extent;
  (void)checked_bytes(x.dtype(), Shape(extents, call.location()), call.label(), call.location());
  return extents;
}

static std::int64_t times(const OpCall &call, std::int64_t extent, std::int64_t count) {
  std::int64_t result;
  if (__builtin_mul_overflow(extent, count, &result))
    throw_error<ShapeError>(call.label(), call.location(), "extent ", extent, " times ", count, " exceeds 2^63 - 1");
  return result;
}

static void require_count(const OpCall &call, std::int64_t count) {
  if (count < 0) throw_error<ShapeError>(call.label(), call.location(), "the count ", count, " is negative");
}

/// The slice along `axis` `count` times behind itself (`whole`), or each of its elements.
static Tensor repeated(const OpCall &call, const Tensor &x, std::int64_t axis, std::int64_t count, bool whole) {
  require_count(call, count);
  if (count == 1) return x;
  auto shape = with_extent(call, x, axis, times(call, x.shape()[static_cast<int>(axis)], count));
  if (x.shape().element_count() == 0) return call.reshape(x, std::move(shape)); // extents beside a 0 may be of any size
  const auto extents = extents_of(x);
  const std::size_t inner = static_cast<std::size_t>(axis) + (whole ? 0 : 1);
  const std::int64_t before = runtime::element_count(std::span(extents).first(inner));
  const std::int64_t after = runtime::element_count(std::span(extents).subspan(inner));
  return call.reshape(call.broadcast(call.reshape(x, {before, 1, after}), {before, count, after}), std::move(shape));
}

Tensor tile(const Operand &x, const Integers &repetitions) {
  if (any_dynamic(x)) return deferred<"tile">(x.location(), [](const auto &...all) { return tile(all...); }, x, repetitions);
  const OpCall call("tile", x.location());
  Tensor result = call.tensor(x);
  std::vector<std::int64_t> counts = repetitions.values(), extents = extents_of(result);
  if (counts.size() > extents.size()) {
    extents.insert(extents.begin(), counts.size() - extents.size(), 1);
    result = call.reshape(result, extents);
  }
  counts.insert(counts.begin(), extents.size() - counts.size(), 1);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    require_count(call, counts[i]);
    extents[i] = times(call, extents[i], counts[i]);
  }
  (void)checked_bytes(result.dtype(), Shape(extents, call.location()), call.label(), call.location());
  for (std::size_t axis = counts.size(); axis-- > 0;) result = repeated(call, result, static_cast<std::int64_t>(axis), counts[axis], true);
  return result;
}

/// x and the axis to work along: of x flattened without one.
static std::pair<Tensor, std::int64_t> along(const OpCall &call, const Operand &x, std::optional<int> axis) {
  const Tensor values = call.tensor(x);
  if (axis) return {values, call.axis(*axis, values)};
  return {call.reshape(values, {values.element_count()}), 0};
}

Tensor repeat(const Operand &x, std::int64_t count, std::optional<int> axis) {
  if (any_dynamic(x)) return deferred<"repeat">(x.location(), [](const auto &...all) { return repeat(all...); }, x, count, axis);
  const OpCall call("repeat", x.location());
  const auto [values, at] = along(call, x, axis);
  return repeated(call, values, at, count, false);
}

Tensor repeat(const Operand &x, const Integers &counts, std::optional<int> axis) {
  if (any_dynamic(x)) return deferred<"repeat.counts">(x.location(), [](const auto &...all) { return repeat(all...); }, x, counts, axis);
  const OpCall call("repeat", x.location());
  const auto [values, at] = along(call, x, axis);
  const std::int64_t extent = values.shape()[static_cast<int>(at)];
  if (static_cast<std::int64_t>(counts.values().size()) != extent)
    throw_error<ShapeError>(call.label(), call.location(), "found ", counts.values().size(), " counts for axis ", at, " of ",
                            describe(values), " with extent ", extent);
  std::int64_t total = 0;
  for (std::int64_t count : counts.values()) {
    require_count(call, count);
    if (__builtin_add_overflow(total, count, &total)) throw_error<ShapeError>(call.label(), call.location(), "the counts exceed 2^63 - 1");
  }
  (void)with_extent(call, values, at, total);
  std::vector<std::int64_t> picked;
  for (std::int64_t i = 0; i < extent; ++i)
    picked.insert(picked.end(), static_cast<std::size_t>(counts.values()[static_cast<std::size_t>(i)]), i);
  return gather(call, values, along_axis(values.rank(), at, Tensor::from_vector(picked, call.location())));
}

Tensor flip(const Operand &x, const Axes &axes) {
  if (any_dynamic(x)) return deferred<"flip">(x.location(), [](const auto &...all) { return flip(all...); }, x, axes);
  const OpCall call("flip", x.location());
  const Tensor values = call.tensor(x);
  std::vector<std::int64_t> stops = extents_of(values), starts(stops.size(), 0), steps(stops.size(), 1);
  for (std::int64_t axis : call.axes(axes, values)) {
    const auto at = static_cast<std::size_t>(axis);
    starts[at] = stops[at] - 1;
    stops[at] = steps[at] = -1;
  }
  return call.slice(values, std::move(starts), std::move(stops), std::move(steps));
}

// --- rolls -----------------------------------------------------------------------------------------------------------

static Tensor rolled(const OpCall &call, const Tensor &x, std::int64_t axis, std::int64_t shift) {
  const std::int64_t extent = x.shape()[static_cast<int>(axis)];
  const std::int64_t first = extent == 0 ? 0 : (extent - shift % extent) % extent; // the element that comes first
  if (first == 0) return x;
  const Tensor parts[] = {call.slice(x, axis, first, extent), call.slice(x, axis, 0, first)};
  return call.apply("concat", parts, {{"axis", axis}});
}

Tensor roll(const Operand &x, std::int64_t shift, const Axes &axes) {
  if (any_dynamic(x)) return deferred<"roll">(x.location(), [](const auto &...all) { return roll(all...); }, x, shift, axes);
  const OpCall call("roll", x.location());
  Tensor values = call.tensor(x);
  if (axes.empty()) return call.reshape(rolled(call, call.reshape(values, {values.element_count()}), 0, shift), extents_of(values));
  for (int axis : axes.values()) values = rolled(call, values, call.axis(axis, values), shift);
  return values;
}

Tensor roll(const Operand &x, const Integers &shifts, const Axes &axes) {
  if (any_dynamic(x)) return deferred<"roll.shifts">(x.location(), [](const auto &...all) { return roll(all...); }, x, shifts, axes);
  const OpCall call("roll", x.location());
  Tensor values = call.tensor(x);
  if (shifts.values().size() != axes.values().size())
    throw_error<ShapeError>(call.label(), call.location(), "expected as many shifts as axes, found ", shifts.values().size(), " and ",
                            axes.values().size());
  for (std::size_t i = 0; i < shifts.values().size(); ++i)
    values = rolled(call, values, call.axis(axes.values()[i], values), shifts.values()[i]);
  return values;
}

// --- padding ---------------------------------------------------------------------------------------------------------

/// The element that `mode` puts at `position`, which may lie before 0 or past the extent.
static std::int64_t source_of(std::int64_t position, std::int64_t extent, PadMode mode) {
  if (mode == PadMode::Edge || extent == 1) return std::clamp<std::int64_t>(position, 0, extent - 1);
  const std::int64_t period = mode == PadMode::Wrap ? extent : 2 * (extent - 1);
  const std::int64_t within = ((position % period) + period) % period;
  return within < extent ? within : period - within;
}

static Tensor padded_with_elements(const OpCall &call, Tensor x, std::span<const PadWidth> widths, PadMode mode) {
  for (int axis = 0; axis < x.rank(); ++axis) {
    const auto [before, after] = widths[static_cast<std::size_t>(axis)];
    const std::int64_t extent = x.shape()[axis];
    if (before == 0 && after == 0) continue;
    if (extent == 0)
      throw_error<ShapeError>(call.label(), call.location(), "axis ", axis, " of ", describe(x),
                              " is empty: it has no elements to pad with");
    std::vector<std::int64_t> picked;
    for (std::int64_t i = -before; i < extent + after; ++i) picked.push_back(source_of(i, extent, mode));
    x = gather(call, x, along_axis(x.rank(), axis, Tensor::from_vector(picked, call.location())));
  }
  return x;
}

static Tensor padded_with(const OpCall &call, const Tensor &x, std::span<const PadWidth> widths, std::vector<std::int64_t> shape,
                          const Tensor &value) {
  std::vector<std::int64_t> starts, stops;
  for (int axis = 0; axis < x.rank(); ++axis) {
    starts.push_back(widths[static_cast<std::size_t>(axis)].before);
    stops.push_back(starts.back() + x.shape()[axis]);
  }
  const Tensor operands[] = {call.broadcast(value, std::move(shape)), x};
  std::vector<std::int64_t> steps(starts.size(), 1);
  return call.apply("update_slice", operands, {{"starts", std::move(starts)}, {"stops", std::move(stops)}, {"steps", std::move(steps)}});
}

Tensor pad(const Operand &x, const std::vector<PadWidth> &widths, PadMode mode, const Operand &value) {
  if (any_dynamic(x, value)) return deferred<"pad">(x.location(), [](const auto &...all) { return pad(all...); }, x, widths, mode, value);
  const OpCall call("pad", x.location());
  const Tensor values = call.tensor(x);
  const auto rank = static_cast<std::size_t>(values.rank());
  std::vector<PadWidth> all = widths;
  if (widths.size() == 1) all.assign(rank, widths[0]);
  if (all.size() != rank)
    throw_error<ShapeError>(call.label(), call.location(), "found ", widths.size(), " widths for ", describe(values), " with rank ", rank);
  std::vector<std::int64_t> shape = extents_of(values);
  for (std::size_t i = 0; i < rank; ++i) {
    if (all[i].before < 0 || all[i].after < 0)
      throw_error<ShapeError>(call.label(), call.location(), "width ", std::min(all[i].before, all[i].after), " of axis ", i,
                              " is negative");
    if (__builtin_add_overflow(shape[i], all[i].before, &shape[i]) || __builtin_add_overflow(shape[i], all[i].after, &shape[i]))
      throw_error<ShapeError>(call.label(), call.location(), "extent ", i, " exceeds 2^63 - 1");
  }
  (void)checked_bytes(values.dtype(), Shape(shape, call.location()), call.label(), call.location());
  if (mode == PadMode::Constant) return padded_with(call, values, all, std::move(shape), call.tensor_beside(values.dtype(), value));
  return padded_with_elements(call, values, all, mode);
}

} // namespace burin
