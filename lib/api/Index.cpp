#include "burin/Index.h"
#include "burin/Ops.h"
#include "lib/api/Eager.h"
#include "lib/api/Errors.h"
#include "lib/api/IndexResolution.h"
#include "lib/api/TensorImpl.h"
#include "lib/api/ops/Deferred.h"
#include "lib/trace/Trace.h"
#include "runtime/Extents.h"
#include "runtime/VariableStore.h"
#include <cstring>

namespace burin {

using namespace detail;
using runtime::BufferRef;
using runtime::VariableState;

// --- reading ---------------------------------------------------------------------------------------------------------

/// The middle of the index: after slices, dropped and new dimensions. Of concrete values there is nothing to compile.
static Tensor middle_of(const OpCall &call, const Tensor &x, const ResolvedIndex &index) {
  if (index.is_whole(x.shape())) return call.reshape(x, index.middle);
  if (!current_trace() && !is_symbolic(x)) {
    Tensor part = uninitialised(x.dtype(), Shape(index.middle, call.location()), call.label(), call.location());
    read_part(index, x.shape(), byte_size(x.dtype()), x.impl()->data, part.impl()->data);
    return part;
  }
  std::vector<std::int64_t> starts, stops, steps;
  for (const SliceRange &range : index.ranges) {
    starts.push_back(range.start);
    stops.push_back(range.stop);
    steps.push_back(range.step);
  }
  return call.reshape(call.slice(x, std::move(starts), std::move(stops), std::move(steps)), index.middle);
}

Tensor detail::indexed(const OpCall &call, const Tensor &x, const ResolvedIndex &index) {
  const Tensor middle = middle_of(call, x, index);
  return index.is_basic() ? middle : gather(call, middle, index.positions);
}

/// The tensors among the entries.
static std::vector<Operand> tensors_among(const Indices &indices) {
  std::vector<Operand> operands;
  for (const Index &entry : indices.entries())
    if (entry.kind() == Index::Kind::Tensor) operands.emplace_back(entry.tensor(), entry.location());
  return operands;
}

/// For later: tensors of a trace would keep it alive in itself.
static Indices without_tensors(const Indices &indices) {
  std::vector<Index> entries(indices.entries().begin(), indices.entries().end());
  for (Index &entry : entries)
    if (entry.kind() == Index::Kind::Tensor) entry = Index(Tensor(), entry.location());
  return {std::move(entries), indices.location()};
}

/// `indices` with `tensors`. Throws IndexError unless there are as many, which a file may not have.
static Indices with_tensors(const Indices &indices, std::span<const Operand> tensors, std::source_location location) {
  std::vector<Index> entries(indices.entries().begin(), indices.entries().end());
  auto next = tensors.begin();
  for (Index &entry : entries)
    if (entry.kind() == Index::Kind::Tensor && next != tensors.end()) entry = Index((next++)->tensor(), location);
  if (next != tensors.end() || std::any_of(entries.begin(), entries.end(), [](const Index &entry) {
        return entry.kind() == Index::Kind::Tensor && !entry.tensor().defined();
      }))
    throw_error<IndexError>("index", location, "an index tensor is missing");
  return {std::move(entries), location};
}

Tensor Tensor::index(const Indices &given) const {
  const OpCall call("index", given.location());
  require_defined(*this, call.label(), call.location());
  const Indices indices = with_found_positions(call, shape(), dtype(), given);
  if (const std::vector<Operand> tensors = tensors_among(indices); any_dynamic(*this, tensors)) {
    const auto index = [](const Tensor &x, const Indices &indices, const std::vector<Operand> &tensors, std::source_location location) {
      return x.index(with_tensors(indices, tensors, location));
    };
    return deferred<"index">(call.location(), index, *this, without_tensors(indices), tensors, call.location());
  }
  return indexed(call, *this, resolve(call, shape(), dtype(), indices));
}

Tensor Tensor::operator[](const Index &index) const { return this->index(Indices({index}, index.location())); }

IndexedVariable Variable::index(const Indices &indices) {
  if (!state()) throw_error<Error>("index", indices.location(), "the variable was moved from");
  return {state(), indices};
}
IndexedVariable Variable::operator[](const Index &index) { return this->index(Indices({index}, index.location())); }

Tensor IndexedVariable::read_value(Location location) const {
  return Variable(state_).read_value(location).index(
      Indices(std::vector<Index>(indices_.entries().begin(), indices_.entries().end()), location));
}

// --- updating ----------------------------------------------------------------------------------------------------------

Tensor detail::updated(const OpCall &call, const Tensor &x, const ResolvedIndex &index, const Tensor &value, std::string_view combiner) {
  Tensor part = value;
  if (!index.is_basic()) {
    part = scatter(call, middle_of(call, x, index), index.positions, value, combiner);
  } else {
    if (combiner == "add") part = call.elementwise("add", {{middle_of(call, x, index), call.location()}, {value, call.location()}});
    if (part.rank() != 0 && !(part.shape() == Shape(index.shape, call.location()))) part = call.broadcast(part, index.shape);
  }
  if (part.rank() != 0 || index.sliced.empty()) part = call.reshape(part, index.sliced);
  if (index.is_whole(x.shape()) && part.rank() == x.rank()) return part;
  std::vector<std::int64_t> starts, stops, steps;
  for (const SliceRange &range : index.ranges) {
    starts.push_back(range.start);
    stops.push_back(range.stop);
    steps.push_back(range.step);
  }
  const Tensor operands[] = {x, part};
  return call.apply("update_slice", operands, {{"starts", std::move(starts)}, {"stops", std::move(stops)}, {"steps", std::move(steps)}});
}

/// The value in the variable's dtype, which broadcasts to the part; throws unless it does.
static Tensor checked_part(const OpCall &call, const VariableState &state, std::span<const std::int64_t> part, const Operand &value) {
  const Tensor tensor = call.tensor_beside(state.dtype(), value);
  auto differs = [&] {
    return "the part of variable '" + state.name() + "' is " + describe(state.dtype(), Shape(part)) + ", the value is " + describe(tensor);
  };
  if (tensor.dtype() != state.dtype()) throw_error<DTypeError>(call.label(), call.location(), differs(), ": convert it with burin::cast");
  const auto lead = static_cast<std::int64_t>(part.size()) - tensor.rank();
  bool fits = lead >= 0;
  for (int i = 0; fits && i < tensor.rank(); ++i)
    fits = tensor.shape()[i] == 1 || tensor.shape()[i] == part[static_cast<std::size_t>(lead + i)];
  if (!fits) throw_error<ShapeError>(call.label(), call.location(), differs(), ", which doesn't broadcast to it");
  return tensor;
}

/// Writes the slice in place where nobody else holds the value, else to a copy.
static void write_now(VariableState &state, const ResolvedIndex &index, const Tensor &value) {
  const Shape whole(std::span<const std::int64_t>(state.extents()));
  const std::size_t size = byte_size(state.dtype()), bytes = static_cast<std::size_t>(whole.element_count()) * size;
  if (!state.unique()) {
    BufferRef copy = runtime::allocate(bytes);
    if (bytes) std::memcpy(copy->data(), state.current()->data(), bytes);
    state.replace(std::move(copy));
  }
  // The value's strides along the result's dimensions, then along the slice's: new dimensions go, dropped ones come back.
  std::vector<std::int64_t> strides(index.shape.size(), 0);
  std::int64_t stride = 1;
  for (int i = value.rank(); i-- > 0;) {
    const std::size_t at = strides.size() - static_cast<std::size_t>(value.rank() - i);
    strides[at] = value.shape()[i] == 1 ? 0 : stride;
    stride = runtime::times(stride, value.shape()[i]);
  }
  std::vector<std::int64_t> part_strides;
  for (int dim : index.middle_dims) part_strides.push_back(dim < 0 ? 0 : strides[static_cast<std::size_t>(dim)]);
  write_part(index, whole, size, state.current()->data(), value.impl()->data, part_strides);
}

static void update_now(VariableState &state, const OpCall &call, const ResolvedIndex &index, const Tensor &value,
                       std::string_view combiner) {
  require_not_leaked(value, call.label(), call.location());
  VariableState *const variables[] = {&state};
  const runtime::VariableLock lock(variables);
  if (!state.current())
    throw_error<UninitializedError>(call.label(), call.location(), "variable '", state.name(), "' has no value yet: assign it one first");
  if (index.is_basic() && combiner == "set") return write_now(state, index, value);
  const Shape whole(std::span<const std::int64_t>(state.extents()));
  Tensor result;
  {
    const Tensor old = wrap(state.dtype(), whole, state.current());
    if (index.is_basic()) result = call.elementwise("add", {{middle_of(call, old, index), call.location()}, {value, call.location()}});
    else result = updated(call, old, index, value, combiner);
  }
  if (index.is_basic()) return write_now(state, index, result);
  state.replace(result.impl()->buffer);
}

/// A mask whose values aren't known chooses among all elements, where the value doesn't count the ones it picks.
static bool update_masked(Trace &trace, const std::shared_ptr<VariableState> &state, const OpCall &call, const Indices &indices,
                          const Operand &value, std::string_view combiner) {
  const Shape whole(std::span<const std::int64_t>(state->extents()));
  const std::optional<LoneMask> found = lone_mask(whole, indices);
  if (!found || !is_symbolic(found->mask)) return false;
  const Tensor tensor = call.tensor_beside(state->dtype(), value);
  const int behind = whole.rank() - found->axis - found->mask.rank();
  if (tensor.rank() > behind || tensor.dtype() != state->dtype()) return false;
  std::vector<std::int64_t> extents(found->mask.shape().begin(), found->mask.shape().end());
  extents.resize(extents.size() + static_cast<std::size_t>(behind), 1);
  const Tensor mask = call.reshape(found->mask, std::move(extents)), old = trace.read(state, call.location());
  const Operand left(old, call.location()), right(tensor, call.location());
  const Tensor chosen = combiner == "add" ? call.elementwise("add", {left, right}) : tensor;
  if (chosen.rank() > whole.rank()) return false;
  const Tensor result = call.where(mask, {chosen, call.location()}, left);
  if (!(result.shape() == whole))
    throw_error<ShapeError>(call.label(), call.location(), describe(tensor), " doesn't broadcast to the part of variable '", state->name(),
                            "' ", describe(state->dtype(), whole));
  trace.assign(state, result, call.location());
  return true;
}

static void update(const std::shared_ptr<VariableState> &state, const Indices &given, std::string_view label, const Operand &value,
                   std::string_view combiner) {
  const OpCall call(label, value.location());
  Trace *trace = current_trace();
  if (trace && !is_dynamic(value) && update_masked(*trace, state, call, given, value, combiner)) return;
  const Shape whole(std::span<const std::int64_t>(state->extents()));
  const Indices indices = with_found_positions(call, whole, state->dtype(), given);
  if (const std::vector<Operand> tensors = tensors_among(indices); any_dynamic(value, tensors)) {
    const auto again = [](const std::shared_ptr<VariableState> &state, const Indices &indices, const std::string &label,
                          const Operand &value, const std::vector<Operand> &tensors, const std::string &combiner) {
      update(state, with_tensors(indices, tensors, value.location()), label, value, combiner);
    };
    // How many elements the value must have is known only then.
    const auto uses = [state, location = call.location()](Trace &known) { known.assign(state, known.read(state, location), location); };
    return trace->perform_later(
        tensors_of(value, tensors),
        action_of<"update">(again, state, without_tensors(indices), std::string(label), value, tensors, std::string(combiner)), uses,
        call.location());
  }
  const ResolvedIndex index = resolve(call, whole, state->dtype(), indices);
  const Tensor part = checked_part(call, *state, index.shape, value);
  if (!trace) return update_now(*state, call, index, part, combiner);
  trace->assign(state, updated(call, trace->read(state, call.location()), index, part, combiner), call.location());
}

void IndexedVariable::assign(const Operand &value) { update(state_, indices_, "assign", value, "set"); }
void IndexedVariable::assign_add(const Operand &delta) { update(state_, indices_, "assign_add", delta, "add"); }
void IndexedVariable::assign_sub(const Operand &delta) {
  const OpCall call("assign_sub", delta.location());
  const Tensor value = call.tensor_beside(state_->dtype(), delta);
  update(state_, indices_, "assign_sub", {call.apply("negative", value), delta.location()}, "add");
}

} // namespace burin
