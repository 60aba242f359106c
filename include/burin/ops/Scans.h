#pragma once
#include "burin/Operand.h"

namespace burin {

/// How a scan goes along its axis.
struct ScanOptions {
  bool reverse = false;         ///< from the end to the start
  bool exclusive = false;       ///< each result leaves out the element at its own place
  bool include_initial = false; ///< one result more: that of no elements, in front (or at the end, if `reverse`)
};

/// The sums of all elements of x up to each, along `axis`. Dtype: unchanged, of bools, which are counted, i64; integers wrap.
/// Error growth: no worse than pairwise.
///
/// Throws IndexError for an axis out of range, ShapeError for `exclusive` with `include_initial`.
Tensor cumulative_sum(const Operand &x, int axis = -1, const ScanOptions &options = {});
/// The products of all elements of x up to each, along `axis`, multiplied in their order. Dtype: unchanged, of bools i64; integers wrap.
/// Throws as cumulative_sum does.
Tensor cumulative_prod(const Operand &x, int axis = -1, const ScanOptions &options = {});
/// The greatest of all elements of x up to each, along `axis`; NaN from the first NaN on. Of no elements it is the least value:
/// -inf for floating dtypes, false for bools. Dtypes: all but complex ones. Throws as cumulative_sum does.
Tensor cumulative_max(const Operand &x, int axis = -1, const ScanOptions &options = {});

} // namespace burin
