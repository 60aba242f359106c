#pragma once
#include "burin/Operand.h"

/// Other shapes for the same elements. What all ops throw stands in burin/Ops.h.
namespace burin {

/// The same elements in row-major order under another shape. One extent may be -1: it is worked out.
Tensor reshape(const Operand &x, const Integers &shape);
/// All elements in row-major order, in one dimension.
Tensor flatten(const Operand &x);
/// Dimension i of the result is dimension permutation[i] of x; all reversed when empty.
/// Throws IndexError unless each axis is listed once.
Tensor transpose(const Operand &x, const Axes &permutation = {});
/// Dimension i of the result is dimension permutation[i] of x; an empty permutation is for rank 0.
/// Throws IndexError unless each axis is listed once.
Tensor permute_dims(const Operand &x, const Axes &permutation);
/// x with two dimensions in each other's place.
Tensor swapaxes(const Operand &x, int axis1, int axis2);
/// x with dimensions `source` at places `destination` of the result, the others in order.
/// Throws IndexError unless both list as many axes, each once.
Tensor moveaxis(const Operand &x, const Axes &source, const Axes &destination);
/// x repeated along new leading dimensions and those of extent 1.
Tensor broadcast_to(const Operand &x, const Shape &shape);
/// Inserts a dimension of extent 1 before `axis` of x; -1 appends one.
Tensor expand_dims(const Operand &x, int axis);
/// Drops the dimensions `axes`, all of extent 1 when empty. Throws ShapeError if one has another extent.
Tensor squeeze(const Operand &x, const Axes &axes = {});

/// The extents of x. Shape: [rank]. Dtype: i64.
Tensor shape(const Operand &x);
/// The number of elements of x. Shape: []. Dtype: i64.
Tensor size(const Operand &x);
/// The number of dimensions of x. Shape: []. Dtype: i64.
Tensor rank(const Operand &x);

} // namespace burin
