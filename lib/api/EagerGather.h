#pragma once
#include "burin/Tensor.h"
#include <cstdint>
#include <source_location>
#include <span>
#include <string_view>
#include <vector>

namespace burin::detail {

/// What `burin.gather` gives for concrete operands, x and then the indices, all of which are in range: nothing is compiled for each number of
/// elements that is picked. An empty tensor where the picked dimensions of the result aren't neighbours, or runs of x are cut up.
Tensor gather_eagerly(std::string_view label, std::span<const Tensor> operands, const std::vector<std::int64_t> &dims,
                      const std::vector<std::int64_t> &index_dims, std::source_location location);

} // namespace burin::detail
