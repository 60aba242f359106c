#pragma once
#include "burin/Operand.h"

/// Elements picked, and put in, by position. NumPy's `x[...]` is `Tensor::index` (burin/Index.h). Positions count from the end
/// where they are negative. An index out of range throws IndexError, naming index, axis and extent: at once if it is known, else
/// when the function runs. What all ops throw stands in burin/Ops.h.
namespace burin {

// --- slices --------------------------------------------------------------------------------------------------------

/// Elements starts[i], starts[i] + steps[i], ... before stops[i] of each dimension i. Negative positions count from the
/// end; those past either end are clipped, as in NumPy; `kEnd` is the end. Dimensions without a start are taken whole.
///
/// Throws IndexError for more starts than dimensions, unequal numbers of them, or a step below 1.
Tensor slice(const Operand &x, const Integers &starts, const Integers &stops, const Integers &steps = {});
/// The same with steps that may be negative: backwards from starts[i], `kEnd` being the last element as a start, and the place
/// before the first one as a stop. Throws IndexError for a step of 0.
Tensor strided_slice(const Operand &x, const Integers &starts, const Integers &stops, const Integers &steps);
/// The part of x of extents `sizes` that begins at `starts`, one integer for each dimension: numbers, or tensors of rank 0 whose
/// values may be known only when the function runs. A part that doesn't lie within x throws IndexError; it is not moved.
///
/// Throws ShapeError unless there are a start and a size for each dimension, and no size exceeds its extent.
Tensor dynamic_slice(const Operand &x, const Operands &starts, const Integers &sizes);
/// x with the part that begins at `starts` replaced by `update`, of x's dtype (a C++ number takes it) and rank.
Tensor dynamic_update_slice(const Operand &x, const Operand &update, const Operands &starts);

// --- elements by index ---------------------------------------------------------------------------------------------

/// Slices of x along `axis`, picked by integer `indices`.
///
/// Shape: that of x with `axis` replaced by the shape of `indices`.
Tensor take(const Operand &x, const Operand &indices, int axis = 0);
/// As `take`, for each of the first `batch_dims` dimensions, which x and `indices` share, by its own indices.
/// Throws ShapeError if they don't share them, IndexError unless 0 <= batch_dims <= axis.
Tensor gather(const Operand &x, const Operand &indices, int axis = 0, int batch_dims = 0);
/// The slices of x whose leading indices are the rows of `indices`: result[i, j] = x[indices[i, j, 0], indices[i, j, 1], ...].
///
/// Shape: that of `indices` without its last dimension, then that of x without its first ones, as many as a row has entries.
/// Throws ShapeError if a row has more entries than x has dimensions, or `indices` are of rank 0.
Tensor gather_nd(const Operand &x, const Operand &indices);
/// result[i, j, k] = x[i, indices[i, j, k], k] for axis 1. x and `indices` are of one rank and broadcast beside `axis`.
Tensor take_along_axis(const Operand &x, const Operand &indices, int axis = -1);

/// How an update is combined with the element that is there.
enum class Scatter { Set, Add, Min, Max };
/// x with `updates` put into its slices along `axis` that `indices` pick: the counterpart of `take`. Of several updates of one
/// element all count, in row-major order: the last one stays with Scatter::Set. `updates` are of x's dtype (a C++ number takes
/// it) and broadcast to the shape that `take` would give.
Tensor scatter(const Operand &x, const Operand &indices, const Operand &updates, Scatter mode = Scatter::Set, int axis = 0);
/// x with `updates` put into the slices that the rows of `indices` pick: the counterpart of `gather_nd`, as `scatter` is of `take`.
Tensor scatter_nd(const Operand &x, const Operand &indices, const Operand &updates, Scatter mode = Scatter::Set);
/// x with `updates` put where `indices` pick along `axis`: the counterpart of `take_along_axis`, as `scatter` is of `take`.
Tensor put_along_axis(const Operand &x, const Operand &indices, const Operand &updates, int axis = -1, Scatter mode = Scatter::Set);

/// The slices of x along the dimensions from `axis` on that `mask`, of as many dimensions and their extents, is true for: these
/// dimensions become one, in row-major order. Inside a traced function its extent is known only when that runs (docs/dynamic-shapes.md);
/// throws TraceError in a graph, and IndexError for a mask that doesn't fit x.
Tensor boolean_mask(const Operand &x, const Operand &mask, int axis = 0);
/// The indices of the elements that aren't 0 (false), in row-major order: one i64 tensor for each dimension.
/// Throws ShapeError for rank 0, and TraceError as `boolean_mask` does.
std::vector<Tensor> nonzero(const Operand &x);

/// The rows of `table` that `indices` pick. Throws ShapeError unless it is of rank 2.
Tensor embedding(const Operand &table, const Operand &indices);

/// `depth` values for each index along a new dimension `axis` of the result: 1 at the index, 0 elsewhere; all 0 for an index out
/// of range.
Tensor one_hot(const Operand &indices, std::int64_t depth, DType dtype = DType::F32, int axis = -1);
/// The same with `on` and `off`, which promote, for 1 and 0.
Tensor one_hot(const Operand &indices, std::int64_t depth, const Operand &on, const Operand &off, int axis = -1);

} // namespace burin
