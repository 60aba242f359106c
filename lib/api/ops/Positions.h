#pragma once
#include "lib/api/ops/OpCall.h"
#include <vector>

namespace burin::detail {

/// Where elements of a tensor are read or updated, as `burin.gather` and `burin.scatter` have it: `dims` says for each
/// dimension of the tensor which dimension of the result gives its position, or, as -1 - k, which of the indices; these
/// broadcast to the extents of dimensions `index_dims` of the result.
struct Positions {
  std::vector<Tensor> indices;
  std::vector<std::int64_t> dims, index_dims;
};

/// All of a tensor of `rank` dimensions but along `axis`, where `indices` pick.
Positions along_axis(int rank, std::int64_t axis, const Tensor &indices);

/// The elements at `positions`. Throws DTypeError for indices that aren't integers; IndexError for one out of range, now if its
/// value is known, else when the function runs.
Tensor gather(const OpCall &call, const Tensor &x, const Positions &positions);
/// `x` with those elements combined with `updates`, which broadcast to them; `combiner` is set, add, min or max.
Tensor scatter(const OpCall &call, const Tensor &x, const Positions &positions, const Tensor &updates, std::string_view combiner);

/// Where the bool tensor `mask` is true, in row-major order: an i64 tensor for each dimension, and one that counts through all
/// elements. If the values aren't known the host finds them when the function runs; throws TraceError where it can't.
std::vector<Tensor> positions_of_true(const OpCall &call, const Tensor &mask);

/// The value of a concrete integer of rank 0; a u64 that doesn't fit is the greatest i64.
std::int64_t known_index(const Tensor &index);

/// Throws DTypeError unless `indices` are integers.
/// How many elements the host finds in `x` when a function runs: kDynamic, but for an empty tensor, of whom code may take none.
inline std::int64_t found_extent(const Tensor &x) { return x.element_count() == 0 ? 0 : kDynamic; }

void require_integers(const OpCall &call, const Tensor &indices);

} // namespace burin::detail
