#include "lib/api/EagerGather.h"
#include "burin/Ops.h"
#include "lib/api/StridedCopy.h"
#include "lib/api/TensorImpl.h"
#include "runtime/Extents.h"
#include <algorithm>
#include <cstring>
#include <optional>

namespace burin::detail {

using Numbers = std::vector<std::int64_t>;

/// The extents that index tensors, which broadcast, have together: those of the picked dimensions.
static Numbers picked_extents(std::span<const Tensor> indices, std::size_t rank) {
  Numbers extents(rank, 1);
  for (const Tensor &index : indices) {
    const Shape &shape = index.impl()->shape;
    const std::size_t lead = rank - static_cast<std::size_t>(shape.rank());
    for (int i = 0; i < shape.rank(); ++i)
      if (shape[i] != 1) extents[lead + static_cast<std::size_t>(i)] = shape[i];
  }
  return extents;
}

/// Calls `visit` with the number, and with the index along each dimension, of all elements of a tensor of `extents`.
template <class Visit> static void for_each_place(const Numbers &extents, const Visit &visit) {
  Numbers place(extents.size(), 0);
  const std::int64_t count = runtime::element_count(extents);
  for (std::int64_t number = 0; number < count; ++number) {
    visit(static_cast<std::size_t>(number), place);
    for (std::size_t i = extents.size(); i-- > 0 && ++place[i] == extents[i];) place[i] = 0;
  }
}

/// Adds to `offsets`, one for each picked place, where along a dimension of x an index tensor points.
static void add_positions(Numbers &offsets, const Numbers &picked, const Tensor &index, std::int64_t extent, std::int64_t stride) {
  const Tensor wide = cast(index, DType::I64);
  const auto positions = wide.view<std::int64_t>();
  const auto offset = [&](std::int64_t position) { return (position < 0 ? position + extent : position) * stride; };
  if (static_cast<std::size_t>(positions.size()) == offsets.size()) { // it doesn't broadcast
    for (std::size_t i = 0; i < offsets.size(); ++i) offsets[i] += offset(positions[i]);
    return;
  }
  const Shape &shape = wide.shape();
  const Numbers own = strides_of(shape, 1);
  const std::size_t lead = picked.size() - own.size();
  for_each_place(picked, [&](std::size_t number, const Numbers &place) {
    std::int64_t flat = 0;
    for (std::size_t i = 0; i < own.size(); ++i) flat += shape[static_cast<int>(i)] == 1 ? 0 : place[lead + i] * own[i];
    offsets[number] += offset(positions[static_cast<std::size_t>(flat)]);
  });
}

template <std::size_t kSize> static char *copy_runs(char *to, const char *from, const Numbers &offsets, std::size_t) {
  for (const std::int64_t offset : offsets) to = static_cast<char *>(std::memcpy(to, from + offset, kSize)) + kSize;
  return to;
}
static char *copy_long_runs(char *to, const char *from, const Numbers &offsets, std::size_t size) {
  for (const std::int64_t offset : offsets) to = static_cast<char *>(std::memcpy(to, from + offset, size)) + size;
  return to;
}

std::optional<PickedParts> picked_parts(const TensorImpl &x, std::span<const Tensor> indices, const std::vector<std::int64_t> &dims,
                                        const std::vector<std::int64_t> &index_dims) {
  for (std::size_t i = 1; i < index_dims.size(); ++i)
    if (index_dims[i] != index_dims[i - 1] + 1) return std::nullopt;
  const std::size_t first = index_dims.empty() ? 0 : static_cast<std::size_t>(index_dims[0]), last = first + index_dims.size();
  const Numbers picked = picked_extents(indices, index_dims.size()), strides = strides_of(x.shape, byte_size(x.dtype));
  PickedParts parts{
      Numbers(first, 1), Numbers(first, 0), Numbers(static_cast<std::size_t>(runtime::element_count(picked)), 0), byte_size(x.dtype), {}};
  Numbers behind;
  for (std::size_t d = 0; d < dims.size(); ++d) {
    const std::int64_t extent = x.shape[static_cast<int>(d)];
    const auto at = static_cast<std::size_t>(dims[d]);
    if (!behind.empty() && (dims[d] < 0 || at != last + behind.size())) return std::nullopt;
    if (dims[d] < 0) {
      add_positions(parts.offsets, picked, indices[static_cast<std::size_t>(-1 - dims[d])], extent, strides[d]);
    } else if (at < first) {
      parts.before[at] = extent;
      parts.before_strides[at] = strides[d];
    } else if (at >= last) {
      behind.push_back(extent);
      parts.run *= static_cast<std::size_t>(extent);
    } else {
      if (extent != picked[at - first]) return std::nullopt; // one of the two broadcasts
      for_each_place(picked, [&](std::size_t number, const Numbers &place) { parts.offsets[number] += place[at - first] * strides[d]; });
    }
  }
  parts.extents = parts.before;
  parts.extents.insert(parts.extents.end(), picked.begin(), picked.end());
  parts.extents.insert(parts.extents.end(), behind.begin(), behind.end());
  if (parts.extents.size() > static_cast<std::size_t>(kMaxRank)) return std::nullopt;
  return parts;
}

void for_each_block(const PickedParts &parts, const std::function<void(std::int64_t offset)> &visit) {
  for_each_place(parts.before, [&](std::size_t, const Numbers &place) {
    std::int64_t offset = 0;
    for (std::size_t i = 0; i < place.size(); ++i) offset += place[i] * parts.before_strides[i];
    visit(offset);
  });
}

Tensor gather_eagerly(std::string_view label, std::span<const Tensor> operands, const std::vector<std::int64_t> &dims,
                      const std::vector<std::int64_t> &index_dims, std::source_location location) {
  const TensorImpl &x = *operands[0].impl();
  const std::optional<PickedParts> parts = picked_parts(x, operands.subspan(1), dims, index_dims);
  if (!parts) return {};
  Tensor result = uninitialised(x.dtype, Shape(std::span<const std::int64_t>(parts->extents), location), label, location);
  if (runtime::element_count(parts->extents) == 0) return result;
  const std::size_t run = parts->run;
  const auto copy = run == 1 ? copy_runs<1> : run == 2 ? copy_runs<2> : run == 4 ? copy_runs<4> : run == 8 ? copy_runs<8> : copy_long_runs;
  char *to = static_cast<char *>(result.impl()->data);
  for_each_block(*parts, [&](std::int64_t offset) { to = copy(to, static_cast<const char *>(x.data) + offset, parts->offsets, run); });
  return result;
}

} // namespace burin::detail
