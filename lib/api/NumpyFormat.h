#pragma once
#include "burin/Tensor.h"
#include <string>

namespace burin::detail {

/// The values of a dense, row-major tensor as NumPy's `str` shows an array of them: columns of equal width, wrapped lines, few
/// entries of a large one; a scalar as Python shows it. bf16, which NumPy lacks, shows as few digits as tell its values apart.
std::string numpy_format(DType dtype, const Shape &shape, const void *data, const TextOptions &options);

} // namespace burin::detail
