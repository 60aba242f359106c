#pragma once
#include "burin/Operand.h"
#include "burin/ops/Elementwise.h"

/// Sorting, and sets. The order is that of the numbers; false comes before true, -0 equals 0, and NaN counts as greater than all.
/// Equal elements keep their order.
namespace burin {

enum class Order : bool { Ascending, Descending };

/// The elements of x in order along `axis`. NaN comes last in ascending order, first in descending.
/// Throws IndexError for an axis out of range.
Tensor sort(const Operand &x, int axis = -1, Order order = Order::Ascending);
/// The indices along `axis` that sort x. Dtype: i64. Throws IndexError for an axis out of range.
Tensor argsort(const Operand &x, int axis = -1, Order order = Order::Ascending);

struct TopK {
  Tensor values;
  Tensor indices; ///< i64
};
enum class Extreme : bool { Greatest, Smallest };

/// The `k` greatest (or smallest) elements of x along `axis`, the greatest (smallest) one first, and their indices. Of equal
/// elements the first ones are taken.
///
/// Shape: that of x with extent `k` along `axis`.
/// Throws ShapeError if k is negative or greater than the extent, IndexError for an axis out of range.
TopK top_k(const Operand &x, std::int64_t k, int axis = -1, Extreme which = Extreme::Greatest);

enum class Side : bool { Left, Right };

/// For each of `values` how many elements of `sorted` come before it (Left), or come before it or equal it (Right): where to
/// insert it to keep the order. `sorted` has one dimension and must be sorted; otherwise the result is some index.
///
/// Shape: that of `values`. Dtype: i64; the operands promote.
/// Throws ShapeError if `sorted` doesn't have one dimension.
Tensor searchsorted(const Operand &sorted, const Operand &values, Side side = Side::Left);

// --- distinct elements: all dtypes, any shape. ---------------------------------------------------------------------
// Complex numbers are ordered by their real parts, then by their imaginary ones; NaN in either part makes a NaN. Inside a traced
// function the number of distinct elements is known only when that runs (docs/dynamic-shapes.md); each throws TraceError in a graph.

/// The distinct elements of x, sorted: NumPy's `unique`, the array API's `unique_values`. All NaN are one, or each is one of its own.
/// Of 0 and -0 it gives the one that comes first. Shape: one dimension. Dtype: that of x.
Tensor unique(const Operand &x, NanEqual nan = NanEqual::Yes);

struct UniqueAll {
  Tensor values;          ///< the distinct elements of x, sorted
  Tensor indices;         ///< i64: where each occurs first in x, in row-major order
  Tensor inverse_indices; ///< i64, of x's shape: take(values, inverse_indices) is x
  Tensor counts;          ///< i64: how often each occurs in x
};
/// The distinct elements of x, and where they are; each NaN is one of its own unless told otherwise, as in the array API.
UniqueAll unique_all(const Operand &x, NanEqual nan = NanEqual::No);

} // namespace burin
