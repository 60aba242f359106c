#pragma once
#include "burin/Control.h"
#include "burin/TensorSpec.h"
#include <string>

/// What recorded and eager control flow ask of their conditions and states alike.
namespace burin::detail {

/// "while_loop 'newton'"
std::string loop_label(std::string_view label, const LoopOptions &options);
/// "state[1]": tensor `index` of `value`.
std::string tensor_path(const Described &value, std::size_t index);

std::string iteration_limit_message(std::string_view label, std::int64_t limit, std::source_location location);

void require_defined_tensors(std::string_view label, const Described &value, std::source_location location);
/// What `options` let change of a loop's state: for each tensor a shape that is kDynamic for such extents; the others don't count.
/// Throws ShapeError where the invariants don't fit `init`.
std::vector<Shape> changing_extents(std::string_view label, const Described &init, const LoopOptions &options,
                                    std::source_location location);
/// Throws TraceError, DTypeError or ShapeError naming the entry of the state. Without `changing`, all shapes are kept.
void require_same_state(std::string_view label, const Described &init, const Described &next, std::span<const Shape> changing,
                        std::source_location location);
bool same_shape(const Tensor &before, const Tensor &after, const Shape &changing);
inline TensorSpec spec_of(const Tensor &tensor) { return {tensor.dtype(), tensor.shape()}; }
[[noreturn]] void throw_changed_state(std::string_view label, std::string_view path, const TensorSpec &before, const TensorSpec &after,
                                      std::source_location location);
/// Throws Error if the step is 0.
void require_step(std::string_view label, const Range &range, std::source_location location);
/// The i64 scalar of an operand that is an integer scalar; throws DTypeError, ShapeError. `what` it is, for messages.
Tensor require_integer(std::string_view label, std::string_view what, const Operand &operand);

/// The first extent of all tensors; throws ShapeError unless they have one and the same.
std::int64_t row_count(std::string_view label, const Described &rows, std::source_location location);
Shape stacked_shape(std::int64_t count, const Shape &row, std::source_location location);

} // namespace burin::detail
