#include "lib/api/ControlChecks.h"
#include "burin/Ops.h"
#include "lib/api/Eager.h"
#include "lib/api/Errors.h"
#include "lib/api/Promotion.h"
#include <algorithm>
#include <vector>

namespace burin::detail {

std::string loop_label(std::string_view label, const LoopOptions &options) {
  return options.name.empty() ? std::string(label) : std::string(label) + " '" + options.name + "'";
}

std::string iteration_limit_message(std::string_view label, std::int64_t limit, std::source_location location) {
  return message(label, "reached its limit of " + std::to_string(limit) + " iterations", location);
}

std::string tensor_path(const Described &value, std::size_t index) {
  for (const Describer::Leaf &leaf : value.words.leaves())
    if (leaf.kind == Describer::Leaf::Kind::Tensor && index-- == 0) return leaf.path;
  return {};
}

void require_defined_tensors(std::string_view label, const Described &value, std::source_location location) {
  for (std::size_t i = 0; i < value.flat.tensors.size(); ++i)
    if (!value.flat.tensors[i].defined())
      throw_error<Error>(label, location, tensor_path(value, i), " is an empty tensor: it was default-constructed or moved from");
}

std::vector<Shape> changing_extents(std::string_view label, const Described &init, const LoopOptions &options,
                                    std::source_location location) {
  const std::vector<Tensor> &tensors = init.flat.tensors;
  const std::vector<Shape> &invariants = options.shape_invariants;
  if (!invariants.empty() && invariants.size() != tensors.size())
    throw_error<ShapeError>(label, location, "shape_invariants has ", invariants.size(), invariants.size() == 1 ? " shape" : " shapes",
                            ", the state ", init.words.signature(), " has ", tensors.size(), tensors.size() == 1 ? " tensor" : " tensors");
  std::vector<Shape> changing;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    std::vector<std::int64_t> extents(static_cast<std::size_t>(tensors[i].rank()));
    if (!invariants.empty()) {
      if (!tensors[i].shape().fits(invariants[i]))
        throw_error<ShapeError>(label, location, tensor_path(init, i), " starts as ", describe(tensors[i]), ", its invariant is ",
                                invariants[i].to_string());
      std::copy(invariants[i].begin(), invariants[i].end(), extents.begin());
      std::replace_if(extents.begin(), extents.end(), [](std::int64_t extent) { return extent != kDynamic; }, std::int64_t(0));
    }
    changing.push_back(Shape(std::span<const std::int64_t>(extents)));
  }
  return changing;
}

bool same_shape(const Tensor &before, const Tensor &after, const Shape &changing) {
  if (before.rank() != after.rank()) return false;
  for (int axis = 0; axis < after.rank(); ++axis)
    if (changing[axis] != kDynamic && before.shape()[axis] != after.shape()[axis]) return false;
  return true;
}

void throw_changed_state(std::string_view label, std::string_view path, const TensorSpec &before, const TensorSpec &after,
                         std::source_location location) {
  throw_error<ShapeError>(label, location, path, " starts as ", describe(before.dtype, before.shape), ", the body gives ",
                          describe(after.dtype, after.shape), before.shape == after.shape ? " of another extent" : "",
                          before.shape.rank() != after.shape.rank()
                              ? ": a loop keeps the ranks of its state"
                              : ": a loop keeps the shapes of its state, but for what shape_invariants let change");
}

void require_same_state(std::string_view label, const Described &init, const Described &next, std::span<const Shape> changing,
                        std::source_location location) {
  if (init.flat.structure != next.flat.structure || init.flat.tensors.size() != next.flat.tensors.size())
    throw_error<TraceError>(label, location, "the state starts as ", init.words.signature(), ", the body gives ", next.words.signature(),
                            ": a loop keeps the structure of its state");
  require_defined_tensors(label, next, location);
  for (std::size_t i = 0; i < init.flat.tensors.size(); ++i) {
    const Tensor &before = init.flat.tensors[i], &after = next.flat.tensors[i];
    if (before.dtype() != after.dtype())
      throw_error<DTypeError>(label, location, tensor_path(init, i), " starts as ", describe(before), ", the body gives ", describe(after),
                              ": a loop keeps the dtypes of its state, cast it");
    if (changing.empty() ? before.shape() == after.shape() : same_shape(before, after, changing[i])) continue;
    throw_changed_state(label, tensor_path(init, i), spec_of(before), spec_of(after), location);
  }
}

void require_step(std::string_view label, const Range &range, std::source_location location) {
  if (range.step() == 0) throw_error<Error>(label, location, "the step of the range is 0");
}

// --- conditions and indices ----------------------------------------------------------------------------------------

static void require_scalar(std::string_view label, std::string_view what, const Tensor &tensor, std::source_location location) {
  if (tensor.rank() != 0)
    throw_error<ShapeError>(label, location, "the ", what, " is ", describe(tensor), ", expected a scalar: reduce it by any, all or sum");
}

void require_condition(std::string_view label, const Tensor &condition, std::source_location location) {
  require_defined(condition, label, location);
  if (!is_tracing()) require_not_leaked(condition, label, location);
  if (condition.dtype() != DType::Bool)
    throw_error<DTypeError>(label, location, "the condition is ", describe(condition), ", expected a boolean scalar: compare it with 0");
  require_scalar(label, "condition", condition, location);
}

Tensor condition(std::string_view label, const Operand &condition) {
  const Tensor tensor = as_tensor(label, condition);
  require_condition(label, tensor, condition.location());
  return tensor;
}

Tensor require_integer(std::string_view label, std::string_view what, const Operand &operand) {
  const Tensor tensor = as_tensor(label, operand);
  const std::source_location location = operand.location();
  require_defined(tensor, label, location);
  if (!is_tracing()) require_not_leaked(tensor, label, location);
  if (!is_signed_integer(tensor.dtype()) && !is_unsigned_integer(tensor.dtype()))
    throw_error<DTypeError>(label, location, "the ", what, " is ", describe(tensor), ", expected an integer scalar: cast it");
  require_scalar(label, what, tensor, location);
  return tensor.dtype() == DType::I64 ? tensor : cast(Operand(tensor, location), DType::I64);
}

Tensor branch_index(std::string_view label, const Operand &index) { return require_integer(label, "index", index); }

// --- rows ----------------------------------------------------------------------------------------------------------

std::int64_t row_count(std::string_view label, const Described &rows, std::source_location location) {
  require_defined_tensors(label, rows, location);
  const std::vector<Tensor> &tensors = rows.flat.tensors;
  if (tensors.empty()) throw_error<ShapeError>(label, location, "there are no tensors to take rows from");
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].rank() == 0)
      throw_error<ShapeError>(label, location, tensor_path(rows, i), " is ", describe(tensors[i]), ", which has no rows");
    if (tensors[i].shape()[0] != tensors[0].shape()[0])
      throw_error<ShapeError>(label, location, tensor_path(rows, i), " is ", describe(tensors[i]), " with ", tensors[i].shape()[0],
                              " rows, ", tensor_path(rows, 0), " is ", describe(tensors[0]), " with ", tensors[0].shape()[0]);
  }
  return tensors[0].shape()[0];
}

Shape stacked_shape(std::int64_t count, const Shape &row, std::source_location location) {
  std::vector<std::int64_t> extents = {count};
  extents.insert(extents.end(), row.begin(), row.end());
  return Shape(std::span<const std::int64_t>(extents), location);
}

} // namespace burin::detail
