#pragma once
#include "burin/Index.h"
#include "lib/api/ops/Positions.h"
#include "lib/api/ops/Slices.h"

namespace burin::detail {

/// An index of a tensor of known extents, worked out by NumPy's rules: first a slice of every dimension, then dropped and new
/// dimensions, which makes `middle`, and then what index tensors pick from that.
struct ResolvedIndex {
  std::vector<SliceRange> ranges;            ///< of each dimension; an integer is a range of one
  std::vector<std::int64_t> sliced, middle;  ///< extents after the slice, and after dimensions are dropped and added
  std::vector<int> middle_dims;              ///< of each dimension: where it is in the middle; -1: dropped
  Positions positions;                       ///< of the middle; no indices: it is the result
  std::vector<std::int64_t> shape;           ///< the result's

  bool is_basic() const { return positions.indices.empty(); }
  bool is_whole(const Shape &shape) const; ///< the slice is all of a tensor of `shape`, in order
};

/// `call` names op and line in messages. Throws what `Tensor::index` promises; TraceError for a mask whose values aren't known.
ResolvedIndex resolve(const OpCall &call, const Shape &shape, DType dtype, const Indices &indices);

/// `indices` with positions in place of the masks whose values aren't known, which then are found when the function runs.
Indices with_found_positions(const OpCall &call, const Shape &shape, DType dtype, const Indices &indices);

/// The mask of `indices` and the axis where it begins, if besides it there are whole dimensions alone.
struct LoneMask {
  Tensor mask;
  int axis = 0;
};
std::optional<LoneMask> lone_mask(const Shape &shape, const Indices &indices);

/// The part of `x`; recorded in the current trace or at once.
Tensor indexed(const OpCall &call, const Tensor &x, const ResolvedIndex &index);
/// `x` with the part replaced by `value`, which broadcasts to it, or combined with it: set or add.
Tensor updated(const OpCall &call, const Tensor &x, const ResolvedIndex &index, const Tensor &value, std::string_view combiner);

/// Copies between the elements of `index.ranges` in a dense tensor of `shape` at `whole` and ones that lie at `part` with
/// `part_strides`, one for each dimension of the slice, counted in elements.
void read_part(const ResolvedIndex &index, const Shape &shape, std::size_t element_size, const void *whole, void *part);
void write_part(const ResolvedIndex &index, const Shape &shape, std::size_t element_size, void *whole, const void *part,
                std::span<const std::int64_t> part_strides);

} // namespace burin::detail
