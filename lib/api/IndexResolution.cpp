#include "lib/api/IndexResolution.h"
#include "lib/api/Errors.h"
#include "lib/api/StridedCopy.h"
#include "lib/api/TensorImpl.h"
#include "lib/trace/Trace.h"
#include <algorithm>
#include <cstring>

namespace burin::detail {

namespace {

/// An entry that has found its dimension.
struct Item {
  enum class Kind { Position, Range, New, Indices, Flag, Gap };
  Kind kind;
  int axis = 0;
  SliceRange range = {}; ///< of a position or a slice
  Tensor tensor = {};    ///< integers
  bool flag = false;     ///< of a mask of rank 0
};

using Kind = Item::Kind;

bool is_mask(const Index &entry) { return entry.kind() == Index::Kind::Tensor && entry.tensor().dtype() == DType::Bool; }

int taken_by(const Index &entry) {
  switch (entry.kind()) {
  case Index::Kind::Ellipsis:
  case Index::Kind::NewAxis: return 0;
  case Index::Kind::Tensor: return is_mask(entry) ? entry.tensor().rank() : 1;
  default: return 1;
  }
}

void require_fit(const OpCall &call, const Tensor &mask, const Shape &shape, DType dtype, int axis) {
  for (int i = 0; i < mask.rank(); ++i)
    if (mask.shape()[i] != shape[axis + i])
      throw_error<IndexError>(call.label(), call.location(), "the mask ", describe(mask), " doesn't fit ", describe(dtype, shape),
                              " from axis ", axis, " on");
}

class Resolution {
public:
  Resolution(const OpCall &call, const Shape &shape, DType dtype, const Indices &indices)
      : call(call), shape(shape), dtype(dtype), indices(indices) {}

  ResolvedIndex run() {
    find_dimensions();
    for (const Item &item : items)
      if (item.kind == Kind::Flag || (item.kind == Kind::Indices && item.tensor.rank() > 0)) advanced = true;
    slice();
    if (advanced || std::any_of(items.begin(), items.end(), [](const Item &item) { return item.kind == Kind::Indices; })) place_indices();
    else result.shape = result.middle;
    return std::move(result);
  }

private:
  // --- entries to dimensions

  void find_dimensions() {
    int taken = 0, ellipses = 0;
    for (const Index &entry : indices.entries()) {
      if (entry.kind() == Index::Kind::Tensor) require_defined(entry.tensor(), call.label(), call.location());
      taken += taken_by(entry);
      ellipses += entry.kind() == Index::Kind::Ellipsis;
    }
    if (ellipses > 1) throw_error<IndexError>(call.label(), call.location(), "more than one ellipsis");
    if (taken > shape.rank())
      throw_error<IndexError>(call.label(), call.location(), "too many entries: ", describe(dtype, shape), " has rank ", shape.rank(), ", ",
                              taken, " dimensions are indexed");
    int axis = 0;
    for (const Index &entry : indices.entries()) {
      if (entry.kind() == Index::Kind::Ellipsis) {
        items.push_back({Kind::Gap}); // separates its neighbours even if it stands for nothing
        for (int end = axis + shape.rank() - taken; axis < end; ++axis) add_whole(axis);
      } else {
        add(entry, axis);
        axis += taken_by(entry);
      }
    }
    for (; axis < shape.rank(); ++axis) add_whole(axis);
  }

  void add_whole(int axis) { items.push_back({Kind::Range, axis, {0, shape[axis], 1}}); }

  void add(const Index &entry, int axis) {
    switch (entry.kind()) {
    case Index::Kind::Position: return add_position(entry.position(), axis);
    case Index::Kind::Slice: return add_slice(entry.range(), axis);
    case Index::Kind::NewAxis: items.push_back({Kind::New}); return;
    default: break;
    }
    if (is_mask(entry)) return add_mask(entry.tensor(), axis);
    require_integers(call, entry.tensor());
    items.push_back({Kind::Indices, axis, {}, entry.tensor()});
  }

  void add_position(std::int64_t position, int axis) {
    const std::int64_t extent = shape[axis];
    if (position < -extent || position >= extent)
      throw_error<IndexError>(call.label(), call.location(), "index ", position, " is out of range for axis ", axis, " of ",
                              describe(dtype, shape), " with extent ", extent);
    const std::int64_t at = position < 0 ? position + extent : position;
    items.push_back({Kind::Position, axis, {at, at + 1, 1}});
  }

  void add_slice(const Slice &slice, int axis) {
    for (const auto &bound : {slice.start, slice.stop})
      if (bound) require_known({&*bound, 1});
    if (slice.step == 0) throw_error<IndexError>(call.label(), call.location(), "the step of the slice of axis ", axis, " is 0");
    const bool to_the_end = slice.stop == kEnd;
    items.push_back({Kind::Range, axis, resolved_slice(slice.start, to_the_end ? std::nullopt : slice.stop, slice.step, shape[axis])});
  }

  void add_mask(const Tensor &mask, int axis) {
    require_fit(call, mask, shape, dtype, axis);
    if (mask.rank() == 0) {
      if (is_symbolic(mask))
        throw_error<TraceError>(call.label(), call.location(), "the mask of rank 0 made by ", Trace::describe(mask),
                                " is known only when the function runs: choose with burin::where or burin::cond");
      items.push_back({Kind::Flag, axis, {}, {}, mask.item<bool>()});
      return;
    }
    std::vector<Tensor> positions = positions_of_true(call, mask);
    for (int i = 0; i < mask.rank(); ++i) items.push_back({Kind::Indices, axis + i, {}, positions[static_cast<std::size_t>(i)]});
  }

  // --- slices, dropped and new dimensions

  void slice() {
    result.ranges.resize(static_cast<std::size_t>(shape.rank()));
    result.middle_dims.resize(result.ranges.size(), -1);
    for (const Item &item : items) {
      if (item.kind == Kind::New) result.middle.push_back(1);
      if (item.kind == Kind::New || item.kind == Kind::Gap || item.kind == Kind::Flag) continue;
      const SliceRange range = item.kind == Kind::Indices ? SliceRange{0, shape[item.axis], 1} : item.range;
      result.ranges[static_cast<std::size_t>(item.axis)] = range;
      if (item.kind == Kind::Position) continue;
      result.middle_dims[static_cast<std::size_t>(item.axis)] = static_cast<int>(result.middle.size());
      result.middle.push_back(range.count());
    }
    for (const SliceRange &range : result.ranges) result.sliced.push_back(range.count());
  }

  // --- index tensors

  /// Whether the item is part of what broadcasts: beside index tensors an integer is one.
  bool is_advanced(const Item &item) const {
    return item.kind == Kind::Indices || item.kind == Kind::Flag || (item.kind == Kind::Position && advanced);
  }

  /// The shape that the index tensors and masks of rank 0 broadcast to.
  std::vector<std::int64_t> common_shape() const {
    std::vector<std::int64_t> common;
    bool fits = true;
    auto join = [&](std::span<const std::int64_t> extents) {
      if (common.size() < extents.size()) common.insert(common.begin(), extents.size() - common.size(), 1);
      for (std::size_t i = 0; i < extents.size(); ++i) {
        std::int64_t &extent = common[common.size() - extents.size() + i];
        fits &= extent == extents[i] || extent == 1 || extents[i] == 1;
        if (extent == 1) extent = extents[i];
      }
    };
    std::string shapes;
    for (const Item &item : items) {
      const std::int64_t flag = item.flag;
      if (item.kind == Kind::Indices) join(item.tensor.shape().extents());
      if (item.kind == Kind::Flag) join({&flag, 1});
      if (item.kind == Kind::Indices) shapes += (shapes.empty() ? "" : ", ") + describe(item.tensor);
      if (item.kind == Kind::Flag) shapes += (shapes.empty() ? "" : ", ") + std::string(item.flag ? "true" : "false");
    }
    if (!fits) throw_error<IndexError>(call.label(), call.location(), "index tensors don't broadcast: ", shapes);
    return common;
  }

  /// Whether the advanced items are neighbours.
  bool adjacent() const {
    const auto first = std::find_if(items.begin(), items.end(), [&](const Item &item) { return is_advanced(item); });
    const auto end = std::find_if(first, items.end(), [&](const Item &item) { return !is_advanced(item); });
    return std::none_of(end, items.end(), [&](const Item &item) { return is_advanced(item); });
  }

  void place_indices() {
    const std::vector<std::int64_t> common = common_shape();
    bool placed = !adjacent();
    auto place = [&] {
      for (std::int64_t extent : common) {
        result.positions.index_dims.push_back(static_cast<std::int64_t>(result.shape.size()));
        result.shape.push_back(extent);
      }
    };
    if (placed) place();
    std::size_t next = 0; // dimension of the middle
    std::vector<std::int64_t> dims;
    for (const Item &item : items) {
      if (is_advanced(item) && !std::exchange(placed, true)) place();
      if (item.kind == Kind::Position || item.kind == Kind::Flag || item.kind == Kind::Gap) continue;
      const std::int64_t extent = result.middle[next++];
      if (item.kind == Kind::Indices) {
        result.positions.indices.push_back(item.tensor);
        dims.push_back(-static_cast<std::int64_t>(result.positions.indices.size()));
      } else {
        dims.push_back(static_cast<std::int64_t>(result.shape.size()));
        result.shape.push_back(extent);
      }
    }
    result.positions.dims = std::move(dims);
    add_flags(common);
  }

  /// Masks of rank 0 take part in broadcasting alone: an index tensor has their extent instead, or a dimension of extent 1 that is
  /// indexed for them.
  void add_flags(const std::vector<std::int64_t> &common) {
    if (std::none_of(items.begin(), items.end(), [](const Item &item) { return item.kind == Kind::Flag; })) return;
    std::vector<Tensor> &tensors = result.positions.indices;
    if (tensors.empty()) {
      tensors.push_back(Tensor::from_vector(std::vector<std::int64_t>(static_cast<std::size_t>(common[0]), 0), call.location()));
      result.middle.insert(result.middle.begin(), 1);
      result.positions.dims.insert(result.positions.dims.begin(), -1);
    } else {
      tensors[0] = call.broadcast(tensors[0], common);
    }
  }

  const OpCall &call;
  const Shape &shape;
  DType dtype;
  const Indices &indices;
  std::vector<Item> items;
  bool advanced = false; // an index tensor of rank 1 or more, or a mask
  ResolvedIndex result;
};

} // namespace

ResolvedIndex resolve(const OpCall &call, const Shape &shape, DType dtype, const Indices &indices) {
  return Resolution(call, shape, dtype, indices).run();
}

Indices with_found_positions(const OpCall &call, const Shape &shape, DType dtype, const Indices &indices) {
  int taken = 0, axis = 0;
  for (const Index &entry : indices.entries()) taken += taken_by(entry);
  if (taken > shape.rank()) return indices; // resolve says so
  std::vector<Index> entries;
  for (const Index &entry : indices.entries()) {
    if (is_mask(entry) && is_symbolic(entry.tensor()) && entry.tensor().rank() > 0) {
      require_fit(call, entry.tensor(), shape, dtype, axis);
      std::vector<Tensor> positions = positions_of_true(call, entry.tensor());
      positions.pop_back();
      for (const Tensor &along : positions) entries.emplace_back(along, entry.location());
    } else {
      entries.push_back(entry);
    }
    axis += entry.kind() == Index::Kind::Ellipsis ? shape.rank() - taken : taken_by(entry);
  }
  return {std::move(entries), indices.location()};
}

bool ResolvedIndex::is_whole(const Shape &whole) const {
  for (int i = 0; i < whole.rank(); ++i) {
    const SliceRange &range = ranges[static_cast<std::size_t>(i)];
    if (range.count() != whole[i] || (range.step < 0 && whole[i] > 1)) return false;
  }
  return true;
}

std::optional<LoneMask> lone_mask(const Shape &shape, const Indices &indices) {
  std::optional<LoneMask> found;
  int axis = 0, taken = 0;
  for (const Index &entry : indices.entries()) taken += taken_by(entry);
  for (const Index &entry : indices.entries()) {
    if (is_mask(entry) && entry.tensor().rank() > 0 && !found) found = LoneMask{entry.tensor(), axis};
    else if (entry.kind() == Index::Kind::Ellipsis) axis += shape.rank() - taken;
    else if (entry.kind() != Index::Kind::Slice || entry.range().start || entry.range().stop || entry.range().step != 1)
      return std::nullopt;
    axis += taken_by(entry);
  }
  if (!found || taken > shape.rank()) return std::nullopt;
  for (int i = 0; i < found->mask.rank(); ++i)
    if (found->mask.shape()[i] != shape[found->axis + i]) return std::nullopt; // resolve says so
  return found;
}

// --- copies of parts -------------------------------------------------------------------------------------------------

/// Where the slice begins in the whole, in bytes, and its steps.
static std::pair<std::int64_t, std::vector<std::int64_t>> steps_of(const ResolvedIndex &index, const Shape &shape,
                                                                   std::size_t element_size) {
  std::vector<std::int64_t> steps(index.ranges.size());
  auto stride = static_cast<std::int64_t>(element_size);
  std::int64_t first = 0;
  for (std::size_t i = steps.size(); i-- > 0;) {
    steps[i] = index.ranges[i].step * stride;
    first += index.ranges[i].start * stride;
    stride *= shape[static_cast<int>(i)];
  }
  return {first, std::move(steps)};
}

static bool is_empty(const ResolvedIndex &index) { return std::find(index.sliced.begin(), index.sliced.end(), 0) != index.sliced.end(); }

void read_part(const ResolvedIndex &index, const Shape &shape, std::size_t element_size, const void *whole, void *part) {
  if (is_empty(index)) return;
  const auto [first, steps] = steps_of(index, shape, element_size);
  std::vector<CopiedDimension> dims(steps.size());
  auto stride = static_cast<std::int64_t>(element_size);
  for (std::size_t i = steps.size(); i-- > 0;) {
    dims[i] = {index.sliced[i], stride, steps[i]};
    stride *= index.sliced[i];
  }
  copy_strided(part, static_cast<const char *>(whole) + first, std::move(dims), element_size);
}

void write_part(const ResolvedIndex &index, const Shape &shape, std::size_t element_size, void *whole, const void *part,
                std::span<const std::int64_t> part_strides) {
  if (is_empty(index)) return;
  const auto [first, steps] = steps_of(index, shape, element_size);
  std::vector<CopiedDimension> dims(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i)
    dims[i] = {index.sliced[i], steps[i], part_strides[i] * static_cast<std::int64_t>(element_size)};
  copy_strided(static_cast<char *>(whole) + first, part, std::move(dims), element_size);
}

} // namespace burin::detail
