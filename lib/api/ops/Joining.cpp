#include "burin/ops/Joining.h"
#include "lib/api/Errors.h"
#include "lib/api/Promotion.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/OpCall.h"
#include "lib/api/ops/Slices.h"
#include <algorithm>

namespace burin {

using namespace detail;

static Tensor concat(const OpCall &call, const Operands &parts, int axis) {
  if (parts.values().empty()) throw_error<ShapeError>(call.label(), call.location(), "expected at least one tensor");
  const std::vector<Tensor> tensors = promote(call.label(), parts.values());
  return call.apply("concat", tensors, {{"axis", call.axis(axis, tensors[0])}});
}

Tensor concat(const Operands &parts, int axis) { return concat(OpCall("concat", parts.location()), parts, axis); }
Tensor concatenate(const Operands &parts, int axis) { return concat(OpCall("concatenate", parts.location()), parts, axis); }

static std::vector<std::int64_t> extents_of(const Tensor &x) { return {x.shape().begin(), x.shape().end()}; }

Tensor stack(const Operands &parts, int axis) {
  const Operands::Location location = parts.location();
  if (any_dynamic(parts.values()))
    return deferred<"stack">(
        location,
        [](const std::vector<Operand> &parts, std::source_location location, int axis) { return stack(Operands(parts, location), axis); },
        parts.values(), location, axis);
  const OpCall call("stack", location);
  if (parts.values().empty()) throw_error<ShapeError>(call.label(), call.location(), "expected at least one tensor");
  std::vector<Tensor> tensors = promote(call.label(), parts.values());
  const std::int64_t along = call.axis(axis, tensors[0].rank() + 1, tensors[0]);
  for (const Tensor &tensor : tensors)
    if (!(tensor.shape() == tensors[0].shape()))
      throw_error<ShapeError>(call.label(), call.location(), "shapes differ: ", describe(tensors[0]), ", ", describe(tensor));
  std::vector<std::int64_t> extents = extents_of(tensors[0]);
  extents.insert(extents.begin() + along, 1);
  for (Tensor &tensor : tensors) tensor = call.reshape(tensor, extents);
  return call.apply("concat", tensors, {{"axis", along}});
}

std::vector<Tensor> unstack(const Operand &x, int axis) {
  const OpCall call("unstack", x.location());
  const Tensor values = call.tensor(x);
  const std::int64_t along = call.axis(axis, values);
  if (values.shape()[static_cast<int>(along)] == kDynamic) // no need to make as many as the samples have
    throw_error<ShapeError>(call.label(), call.location(), "the number of results depends on extents that are known only when ",
                            current_trace()->title(), " is called");
  if (any_dynamic(x)) return deferred<"unstack">(x.location(), [](const auto &...all) { return unstack(all...); }, x, axis);
  std::vector<std::int64_t> extents = extents_of(values);
  extents.erase(extents.begin() + along);
  std::vector<Tensor> parts;
  for (std::int64_t i = 0; i < values.shape()[static_cast<int>(along)]; ++i)
    parts.push_back(call.reshape(call.slice(values, along, i, i + 1), extents));
  return parts;
}

static std::vector<Tensor> cut(const OpCall &call, const Tensor &x, std::int64_t axis, std::vector<std::int64_t> stops) {
  std::vector<Tensor> parts;
  std::int64_t start = 0;
  stops.push_back(x.shape()[static_cast<int>(axis)]);
  for (std::int64_t stop : stops) {
    parts.push_back(call.slice(x, axis, start, std::max(start, stop))); // as NumPy: a position before the last one gives nothing
    start = stop;
  }
  return parts;
}

std::vector<Tensor> split(const Operand &x, std::int64_t sections, int axis) {
  if (any_dynamic(x)) return deferred<"split">(x.location(), [](const auto &...all) { return split(all...); }, x, sections, axis);
  const OpCall call("split", x.location());
  const Tensor values = call.tensor(x);
  const std::int64_t along = call.axis(axis, values), extent = values.shape()[static_cast<int>(along)];
  if (sections < 1 || extent % sections != 0)
    throw_error<ShapeError>(call.label(), call.location(), "axis ", along, " of ", describe(values), " has extent ", extent,
                            ", which can't be cut into ", sections, " equal parts");
  std::vector<std::int64_t> stops;
  for (std::int64_t i = 1; i < sections; ++i) stops.push_back(extent / sections * i);
  return cut(call, values, along, std::move(stops));
}

std::vector<Tensor> split(const Operand &x, const Integers &positions, int axis) {
  if (any_dynamic(x))
    return deferred<"split.positions">(x.location(), [](const auto &...all) { return split(all...); }, x, positions, axis);
  const OpCall call("split", x.location());
  const Tensor values = call.tensor(x);
  const std::int64_t along = call.axis(axis, values), extent = values.shape()[static_cast<int>(along)];
  std::vector<std::int64_t> stops;
  for (std::int64_t position : positions.values()) stops.push_back(clipped(position, extent));
  return cut(call, values, along, std::move(stops));
}

} // namespace burin
