#include "lib/api/ops/Positions.h"
#include "lib/api/Eager.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include <algorithm>
#include <limits>

namespace burin::detail {

void require_integers(const OpCall &call, const Tensor &indices) {
  if (!is_integer(indices.dtype()))
    throw_error<DTypeError>(call.label(), call.location(), "expected integer indices, found ", describe(indices), "; cast them first");
}

std::int64_t known_index(const Tensor &index) {
  if (index.dtype() != DType::U64) return index.item<std::int64_t>();
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(index.item<std::uint64_t>(), most));
}

Positions along_axis(int rank, std::int64_t axis, const Tensor &indices) {
  Positions positions{{indices}, {}, {}};
  for (int i = 0; i < rank; ++i) positions.dims.push_back(i < axis ? i : i > axis ? i - 1 + indices.rank() : -1);
  for (int i = 0; i < indices.rank(); ++i) positions.index_dims.push_back(axis + i);
  return positions;
}

/// The places of what is true, in order.
static std::vector<std::int64_t> places_of_true(std::span<const bool> values) {
  std::vector<std::int64_t> places(static_cast<std::size_t>(std::count(values.begin(), values.end(), true)) + 1); // one that is overwritten
  std::size_t found = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    places[found] = static_cast<std::int64_t>(i);
    found += values[i];
  }
  places.pop_back();
  return places;
}

/// The index along a dimension of `extent` of each of `places`, which ascend; one index of it has `behind` elements. Divides where a place
/// leaves the block of indices, or elements, that the one before was in.
static std::vector<std::int64_t> indices_along(std::span<const std::int64_t> places, std::int64_t extent, std::int64_t behind) {
  std::vector<std::int64_t> indices(places.size());
  const std::int64_t block = behind == 1 ? extent : behind;
  std::int64_t begin = 0, end = 0, index = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i] >= end) {
      begin = places[i] / block * block;
      end = begin + block;
      index = begin / behind % extent;
    }
    indices[i] = behind == 1 ? places[i] - begin : index;
  }
  return indices;
}

static std::vector<Tensor> known_positions(const Tensor &mask, std::source_location location) {
  const std::vector<std::int64_t> flat = places_of_true(mask.view<bool>(location));
  std::vector<Tensor> positions;
  std::int64_t behind = mask.element_count();
  for (std::int64_t extent : mask.shape()) {
    if (extent != 0) behind /= extent;
    positions.push_back(Tensor::from_vector(indices_along(flat, extent, behind), location));
  }
  positions.push_back(Tensor::from_vector(flat, location));
  return positions;
}

static const Tensor &only_mask(std::span<const Tensor> masks) {
  if (masks.size() != 1 || !masks[0].defined() || masks[0].dtype() != DType::Bool) throw IoError("positions are those of no mask");
  return masks[0];
}

static Finding finding_of_positions(std::source_location location) {
  const auto specs = [](std::span<const Tensor> masks) {
    const Tensor &mask = only_mask(masks);
    const Shape count{found_extent(mask)};
    return std::vector<TensorSpec>(static_cast<std::size_t>(mask.rank()) + 1, TensorSpec{DType::I64, count});
  };
  return {specs, [location](std::span<const Tensor> masks) { return known_positions(masks[0], location); }, {"positions"}};
}

[[maybe_unused]] static const bool is_registered =
    register_finding("positions", [](ActionReader &reader) { return finding_of_positions(reader.location()); });

std::vector<Tensor> positions_of_true(const OpCall &call, const Tensor &mask) {
  if (!is_symbolic(mask)) return known_positions(mask, call.location());
  if (!current_trace()) require_not_leaked(mask, call.label(), call.location());
  return current_trace()->between(call.label(), {&mask, 1}, finding_of_positions(call.location()), call.location());
}

template <class T> static void check_range(const OpCall &call, const Tensor &indices, const Tensor &x, std::int64_t axis) {
  const std::int64_t extent = x.shape()[static_cast<int>(axis)];
  for (T index : indices.view<T>()) {
    const bool below = std::is_signed_v<T> && static_cast<std::int64_t>(index) < -extent;
    const bool above = (std::is_unsigned_v<T> || index >= 0) && static_cast<std::uint64_t>(index) >= static_cast<std::uint64_t>(extent);
    if (below || above)
      throw_error<IndexError>(call.label(), call.location(), "index ", +index, " is out of range for axis ", axis, " of ", describe(x),
                              " with extent ", extent);
  }
}

static void check_range(const OpCall &call, const Tensor &indices, const Tensor &x, std::int64_t axis) {
  switch (indices.dtype()) {
  case DType::I8: return check_range<std::int8_t>(call, indices, x, axis);
  case DType::I16: return check_range<std::int16_t>(call, indices, x, axis);
  case DType::I32: return check_range<std::int32_t>(call, indices, x, axis);
  case DType::I64: return check_range<std::int64_t>(call, indices, x, axis);
  case DType::U8: return check_range<std::uint8_t>(call, indices, x, axis);
  case DType::U16: return check_range<std::uint16_t>(call, indices, x, axis);
  case DType::U32: return check_range<std::uint32_t>(call, indices, x, axis);
  default: return check_range<std::uint64_t>(call, indices, x, axis);
  }
}

/// Whether no index can be out of range; throws IndexError if one is known to be.
static bool in_bounds(const OpCall &call, const Tensor &x, const Positions &positions) {
  bool known = true;
  for (std::size_t i = 0; i < positions.indices.size(); ++i) {
    const Tensor &indices = positions.indices[i];
    require_integers(call, indices);
    const auto axis = std::find(positions.dims.begin(), positions.dims.end(), -1 - static_cast<std::int64_t>(i));
    if (is_symbolic(indices)) known = false;
    else check_range(call, indices, x, axis - positions.dims.begin());
  }
  return known;
}

Tensor gather(const OpCall &call, const Tensor &x, const Positions &positions) {
  const bool checked = in_bounds(call, x, positions);
  std::vector<Tensor> operands = {x};
  operands.insert(operands.end(), positions.indices.begin(), positions.indices.end());
  return call.apply("gather", operands, {{"dims", positions.dims}, {"index_dims", positions.index_dims}, {"in_bounds", checked}});
}

Tensor scatter(const OpCall &call, const Tensor &x, const Positions &positions, const Tensor &updates, std::string_view combiner) {
  const bool checked = in_bounds(call, x, positions);
  std::vector<Tensor> operands = {x, updates};
  operands.insert(operands.end(), positions.indices.begin(), positions.indices.end());
  return call.apply(
      "scatter", operands,
      {{"dims", positions.dims}, {"index_dims", positions.index_dims}, {"combiner", std::string(combiner)}, {"in_bounds", checked}});
}

} // namespace burin::detail
