#pragma once
#include "burin/Operand.h"

/// Reductions beyond the basic ones of Ops.h. Each runs over `axes` (all axes when empty); each reduced axis is dropped, or kept as 1
/// with `KeepDims::Yes`. Each throws IndexError if an axis is out of range or listed twice.
namespace burin {

/// The product. Dtype: unchanged, of bools i64; integers wrap. 1 over no elements. Error growth: one rounding for each factor.
Tensor prod(const Operand &x, const Axes &axes = {}, KeepDims keep = KeepDims::No);
/// Whether any element is true, that is not 0. All dtypes; gives bool. False over no elements.
Tensor any(const Operand &x, const Axes &axes = {}, KeepDims keep = KeepDims::No);
/// Whether all elements are true, that is not 0. All dtypes; gives bool. True over no elements.
Tensor all(const Operand &x, const Axes &axes = {}, KeepDims keep = KeepDims::No);
/// How many elements are not 0 (NaN is not). All dtypes; gives i64.
Tensor count_nonzero(const Operand &x, const Axes &axes = {}, KeepDims keep = KeepDims::No);

/// The sum of |x - mean(x)|^2 over n - `correction`, n being the number of elements: 0 gives that of a population, 1 the estimate from
/// a sample. NaN where n - correction is 0 or less. Dtypes: floating, of integers and bools f64, of complex numbers that of their parts.
Tensor var(const Operand &x, const Axes &axes = {}, double correction = 0, KeepDims keep = KeepDims::No);
/// sqrt(var(x)). Dtypes as those of `var`.
Tensor std(const Operand &x, const Axes &axes = {}, double correction = 0, KeepDims keep = KeepDims::No);
/// The vector norm sum(|x|^order)^(1/order); infinity gives max(|x|), -infinity min(|x|), 0 the number of elements that are not 0.
/// Dtypes: floating, of integers and bools f64, of complex numbers that of their parts.
/// Throws ShapeError for an infinite order over no elements.
Tensor norm(const Operand &x, double order = 2, const Axes &axes = {}, KeepDims keep = KeepDims::No);

} // namespace burin
