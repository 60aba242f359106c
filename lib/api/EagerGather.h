#pragma once
#include "burin/Tensor.h"
#include "lib/api/TensorImpl.h"
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace burin::detail {

/// What index tensors pick of x: a block for each place along the dimensions before theirs, and in it one run of bytes for each place of the
/// index tensors, in row-major order.
struct PickedParts {
  std::vector<std::int64_t> before, before_strides; ///< extents of the dimensions before, and bytes between neighbours in x
  std::vector<std::int64_t> offsets; ///< of the runs, in bytes from the beginning of a block
  std::size_t run; ///< bytes
  std::vector<std::int64_t> extents; ///< of all that is picked
};

/// `dims` and `index_dims` are the op's attributes, and no index is out of range. None where the index tensors' dimensions aren't
/// neighbours in the result, or x's aren't in order behind them.
std::optional<PickedParts> picked_parts(const TensorImpl &x, std::span<const Tensor> indices, const std::vector<std::int64_t> &dims,
                                        const std::vector<std::int64_t> &index_dims);

/// Calls `visit` with where each block begins in x, in bytes.
void for_each_block(const PickedParts &parts, const std::function<void(std::int64_t offset)> &visit);

/// A gather on concrete operands: x, and index tensors none of whose elements is out of range. An empty tensor where picked_parts has none.
Tensor gather_eagerly(std::string_view label, std::span<const Tensor> operands, const std::vector<std::int64_t> &dims,
                      const std::vector<std::int64_t> &index_dims, std::source_location location);

} // namespace burin::detail
