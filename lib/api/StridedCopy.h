#pragma once
#include "burin/Shape.h"
#include <cstddef>
#include <cstdint>
#include <vector>

namespace burin::detail {

/// What lies between neighbours along each dimension of a dense tensor whose elements count `element_size`.
std::vector<std::int64_t> strides_of(const Shape &shape, std::size_t element_size);

/// One dimension of a copy: how many elements, and how many bytes lie between neighbours on either side.
struct CopiedDimension {
  std::int64_t count, to, from;
};

/// Copies elements of `element_size` bytes, which are `dims`, outermost first, on either side. The sides don't overlap.
void copy_strided(void *to, const void *from, std::vector<CopiedDimension> dims, std::size_t element_size);

} // namespace burin::detail
