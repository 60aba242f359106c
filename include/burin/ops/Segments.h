#pragma once
#include "burin/Operand.h"

/// Reductions over rows that carry a number: row i of `data` belongs to segment `segments[i]`, in any order.
namespace burin {

/// For each of `count` segments the sum of its rows of `data`; 0 for one without rows.
///
/// Shape: that of `data`, whose first extent becomes `count`; `segments` has one dimension of as many integers as data has rows.
/// Dtype: that of data; integers wrap. Error growth: no worse than pairwise.
/// Throws ShapeError if the numbers of rows differ, DTypeError unless `segments` are integers; IndexError, when it runs, for a
/// segment below 0, or `count` or above, naming it.
Tensor segment_sum(const Operand &data, const Operand &segments, std::int64_t count);
/// For each of `count` segments the greatest element of its rows of `data`; NaN if any is NaN, the least value (-inf for floating
/// dtypes) for a segment without rows. Shapes, dtypes and errors as in `segment_sum`.
Tensor segment_max(const Operand &data, const Operand &segments, std::int64_t count);
/// How often each number from 0 to `length` - 1 occurs in x, a tensor of integers of any shape. Dtype: i64.
/// Throws IndexError, when it runs, for a number out of that range, naming it.
Tensor bincount(const Operand &x, std::int64_t length);
/// The same, summing the numbers' `weights`, which have x's shape. Dtype: that of weights.
Tensor bincount(const Operand &x, std::int64_t length, const Operand &weights);

} // namespace burin
