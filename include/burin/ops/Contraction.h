#pragma once
#include "burin/Operand.h"
#include <string_view>

namespace burin {

/// Einstein's sum convention in NumPy's notation: a letter for each dimension of each operand, then those of the result:
///
///     einsum("ij,jk->ik", {a, b})     matrix product          einsum("ii", {a})          trace
///     einsum("...ij->...ji", {a})     transposed matrices     einsum("i,i->", {a, b})    inner product
///
/// Dimensions of one letter are multiplied element by element, and summed unless the result has the letter; one with extent 1
/// stretches. An ellipsis stands for all dimensions that have no letter; these broadcast. Without "->" the result has the
/// ellipsis, then the letters that occur once, in the order of the alphabet. Blanks don't count.
///
/// Several operands are multiplied two by two in the order that takes the fewest multiplications (of more than eight, a good one),
/// by matrix products where there is something to sum. Dtype: promoted; numbers only.
/// Throws ShapeError for text that is no such notation, and operands that don't fit it, naming the letter.
Tensor einsum(std::string_view subscripts, const Operands &operands);

/// Sums products over the last `count` axes of a and the first `count` of b. Shape: the other axes of a, then those of b.
/// Throws ShapeError if there are fewer, or their extents differ.
Tensor tensordot(const Operand &a, const Operand &b, int count = 2);
/// The same over a_axes[i] of a with b_axes[i] of b. Throws IndexError for an axis out of range or listed twice.
Tensor tensordot(const Operand &a, const Operand &b, const Axes &a_axes, const Axes &b_axes);

/// Sums products over the last axis of a and the last but one of b (its only one, for a vector), as NumPy's dot does; a scalar
/// multiplies. Shape: the other axes of a, then those of b. Throws ShapeError if the extents differ.
Tensor dot(const Operand &a, const Operand &b);
/// Each element of a times each of b, in row-major order. Shape: [elements of a, elements of b].
Tensor outer(const Operand &a, const Operand &b);
/// Sums products along `axis` of both; the other axes broadcast.
/// Throws ShapeError if the extents differ, IndexError for an axis out of range.
Tensor vecdot(const Operand &a, const Operand &b, int axis = -1);

} // namespace burin
