#include "lib/api/StridedCopy.h"
#include "runtime/Extents.h"
#include <algorithm>
#include <cstring>
#include <span>

namespace burin::detail {

std::vector<std::int64_t> strides_of(const Shape &shape, std::size_t element_size) {
  std::vector<std::int64_t> strides(static_cast<std::size_t>(shape.rank()));
  auto stride = static_cast<std::int64_t>(element_size);
  for (std::size_t i = strides.size(); i-- > 0;) {
    strides[i] = stride;
    stride = runtime::times(stride, shape[static_cast<int>(i)]);
  }
  return strides;
}

/// Neighbouring dimensions that both sides step through as one become one; those of one element go.
static std::vector<CopiedDimension> joined(std::vector<CopiedDimension> dims) {
  std::erase_if(dims, [](const CopiedDimension &dim) { return dim.count == 1; });
  for (std::size_t i = dims.size(); i-- > 1;) {
    const CopiedDimension inner = dims[i], outer = dims[i - 1];
    if (outer.to != inner.to * inner.count || outer.from != inner.from * inner.count) continue;
    dims[i - 1] = {outer.count * inner.count, inner.to, inner.from};
    dims.erase(dims.begin() + static_cast<long>(i));
  }
  return dims;
}

template <std::size_t kSize> static void copy_row(char *to, const char *from, const CopiedDimension &row) {
  for (std::int64_t i = 0; i < row.count; ++i, to += row.to, from += row.from) std::memcpy(to, from, kSize);
}

static void copy_row(char *to, const char *from, const CopiedDimension &row, std::size_t element_size) {
  const auto size = static_cast<std::int64_t>(element_size);
  if (row.to == size && row.from == size) {
    std::memcpy(to, from, static_cast<std::size_t>(row.count * size));
    return;
  }
  switch (element_size) {
  case 1: return copy_row<1>(to, from, row);
  case 2: return copy_row<2>(to, from, row);
  case 4: return copy_row<4>(to, from, row);
  case 8: return copy_row<8>(to, from, row);
  default: return copy_row<16>(to, from, row);
  }
}

static void copy(char *to, const char *from, std::span<const CopiedDimension> dims, std::size_t element_size) {
  if (dims.size() == 1) return copy_row(to, from, dims[0], element_size);
  for (std::int64_t i = 0; i < dims[0].count; ++i) copy(to + i * dims[0].to, from + i * dims[0].from, dims.subspan(1), element_size);
}

void copy_strided(void *to, const void *from, std::vector<CopiedDimension> dims, std::size_t element_size) {
  if (std::any_of(dims.begin(), dims.end(), [](const CopiedDimension &dim) { return dim.count == 0; })) return; // of any strides
  dims = joined(std::move(dims));
  if (dims.empty()) std::memcpy(to, from, element_size);
  else copy(static_cast<char *>(to), static_cast<const char *>(from), dims, element_size);
}

} // namespace burin::detail
