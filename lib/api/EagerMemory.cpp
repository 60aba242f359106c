#include "lib/api/EagerMemory.h"
#include "lib/api/Attributes.h"
#include "lib/api/EagerGather.h"
#include "lib/api/StridedCopy.h"
#include "lib/api/TensorImpl.h"
#include "lib/api/ops/Positions.h"
#include "lib/api/ops/Slices.h"
#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <unordered_map>

namespace burin::detail {

using Numbers = std::vector<std::int64_t>;

namespace {
/// A call of an op.
struct Filling {
  std::string_view label;
  std::span<const Tensor> operands;
  std::span<const NamedAttribute> attributes;
  std::source_location location;

  template <class T> const T &attribute(std::string_view name) const { return attribute_of<T>(attributes, name); }
  const TensorImpl &x() const { return *operands[0].impl(); }
  Tensor fresh(const Numbers &extents) const { return uninitialised(x().dtype, Shape(std::span(extents), location), label, location); }
};
} // namespace

/// Fills `result` from what lies at `from`, with these bytes between neighbours along each dimension of the result.
static Tensor filled(Tensor result, const void *from, const Numbers &steps) {
  const TensorImpl &to = *result.impl();
  const std::size_t size = byte_size(to.dtype);
  const Numbers strides = strides_of(to.shape, size);
  std::vector<CopiedDimension> dims;
  for (std::size_t i = 0; i < steps.size(); ++i) dims.push_back({to.shape[static_cast<int>(i)], strides[i], steps[i]});
  copy_strided(to.data, from, std::move(dims), size);
  return result;
}

static Tensor reshape(const Filling &call) {
  const auto &extents = call.attribute<Numbers>("shape");
  if (extents.size() > static_cast<std::size_t>(kMaxRank)) return {};
  std::int64_t count = 1;
  for (const std::int64_t extent : extents)
    if (extent < 0 || __builtin_mul_overflow(count, extent, &count)) return {};
  if (count != call.x().shape.element_count()) return {};
  return Tensor(new_impl(call.x().dtype, Shape(std::span(extents)), call.x().buffer, call.x().data));
}

static Tensor broadcast_to(const Filling &call) {
  const auto &extents = call.attribute<Numbers>("shape");
  const Shape &shape = call.x().shape;
  const int lead = static_cast<int>(extents.size()) - shape.rank();
  if (lead < 0 || extents.size() > static_cast<std::size_t>(kMaxRank)) return {};
  Numbers steps(static_cast<std::size_t>(lead), 0);
  const Numbers strides = strides_of(shape, byte_size(call.x().dtype));
  for (int i = 0; i < shape.rank(); ++i) {
    const std::int64_t wanted = extents[static_cast<std::size_t>(lead + i)];
    if (shape[i] != wanted && shape[i] != 1) return {};
    steps.push_back(shape[i] == wanted ? strides[static_cast<std::size_t>(i)] : 0);
  }
  std::int64_t count = 1;
  for (const std::int64_t extent : extents)
    if (extent < 0 || __builtin_mul_overflow(count, extent, &count)) return {};
  return filled(call.fresh(extents), call.x().data, steps);
}

static Tensor transpose(const Filling &call) {
  // Compiled code moves large matrices by tiles, on several threads.
  constexpr std::int64_t kLarge = 1 << 16;
  const auto &permutation = call.attribute<Numbers>("permutation");
  const Shape &shape = call.x().shape;
  const int rank = shape.rank();
  if (static_cast<int>(permutation.size()) != rank || shape.element_count() >= kLarge) return {};
  const Numbers strides = strides_of(shape, byte_size(call.x().dtype));
  Numbers extents, steps;
  std::uint32_t seen = 0;
  for (const std::int64_t axis : permutation) {
    if (axis < 0 || axis >= rank || (seen >> axis & 1)) return {};
    seen |= 1u << axis;
    extents.push_back(shape[static_cast<int>(axis)]);
    steps.push_back(strides[static_cast<std::size_t>(axis)]);
  }
  return filled(call.fresh(extents), call.x().data, steps);
}

static bool is_within(const SliceRange &range, std::int64_t extent) {
  if (range.step > 0) return 0 <= range.start && range.start <= range.stop && range.stop <= extent;
  return range.step < 0 && -1 <= range.stop && range.stop <= range.start && range.start < extent;
}

static Tensor slice(const Filling &call) {
  const auto &starts = call.attribute<Numbers>("starts"), &stops = call.attribute<Numbers>("stops"),
             &steps = call.attribute<Numbers>("steps");
  const Shape &shape = call.x().shape;
  const auto rank = static_cast<std::size_t>(shape.rank());
  if (starts.size() != rank || stops.size() != rank || steps.size() != rank) return {};
  Numbers strides = strides_of(shape, byte_size(call.x().dtype)), extents;
  const bool is_empty = shape.element_count() == 0; // then there is nothing to step over
  std::int64_t first = 0;
  for (std::size_t i = 0; i < rank; ++i) {
    const SliceRange range{starts[i], stops[i], steps[i]};
    if (!is_within(range, shape[static_cast<int>(i)])) return {};
    extents.push_back(range.count());
    if (is_empty) continue;
    first += range.start * strides[i];
    strides[i] *= range.step;
  }
  return filled(call.fresh(extents), static_cast<const char *>(call.x().data) + first, strides);
}

/// Whether `part` goes behind `first` along `axis`.
static bool goes_behind(const TensorImpl &first, const TensorImpl &part, int axis) {
  if (part.dtype != first.dtype || part.shape.rank() != first.shape.rank()) return false;
  for (int i = 0; i < part.shape.rank(); ++i)
    if (i != axis && part.shape[i] != first.shape[i]) return false;
  return true;
}

static Tensor concat(const Filling &call) {
  const auto axis = static_cast<int>(call.attribute<std::int64_t>("axis"));
  if (axis < 0 || axis >= call.x().shape.rank()) return {};
  Numbers extents(call.x().shape.begin(), call.x().shape.end());
  std::int64_t &whole = extents[static_cast<std::size_t>(axis)] = 0;
  for (const Tensor &part : call.operands)
    if (!goes_behind(call.x(), *part.impl(), axis) || __builtin_add_overflow(whole, part.impl()->shape[axis], &whole)) return {};
  Tensor result = call.fresh(extents);
  if (result.shape().element_count() == 0) return result;
  // Rows: all that lies in a row from `axis` on.
  auto to = static_cast<char *>(result.impl()->data);
  std::int64_t rows = 1, element = static_cast<std::int64_t>(byte_size(call.x().dtype));
  for (int i = 0; i < static_cast<int>(extents.size()); ++i)
    (i < axis ? rows : element) *= i == axis ? 1 : extents[static_cast<std::size_t>(i)];
  for (const Tensor &part : call.operands) {
    const std::int64_t own = part.impl()->shape[axis] * element;
    copy_strided(to, part.impl()->data, {{rows, whole * element, own}, {own, 1, 1}}, 1);
    to += own;
  }
  return result;
}

/// Numbers from 0 on along the middle one of three dimensions.
template <class T> static void number(void *data, std::int64_t outer, std::int64_t count, std::int64_t inner) {
  auto *next = static_cast<T *>(data);
  for (std::int64_t i = 0; i < outer; ++i)
    for (std::int64_t value = 0; value < count; ++value) next = std::fill_n(next, inner, static_cast<T>(value));
}

static Tensor iota(const Filling &call) {
  static const std::unordered_map<DType, void (*)(void *, std::int64_t, std::int64_t, std::int64_t)> by_dtype = {
      {DType::I8, number<std::int8_t>},    {DType::I16, number<std::int16_t>},  {DType::I32, number<std::int32_t>},
      {DType::I64, number<std::int64_t>},  {DType::U8, number<std::uint8_t>},   {DType::U16, number<std::uint16_t>},
      {DType::U32, number<std::uint32_t>}, {DType::U64, number<std::uint64_t>}, {DType::F32, number<float>},
      {DType::F64, number<double>}};
  const auto &extents = call.attribute<Numbers>("shape");
  const auto axis = call.attribute<std::int64_t>("axis");
  const DType dtype = call.attribute<DType>("dtype");
  const auto found = by_dtype.find(dtype);
  if (found == by_dtype.end()) return {};
  Tensor result = uninitialised(dtype, Shape(std::span(extents), call.location), call.label, call.location);
  if (result.shape().element_count() == 0) return result;
  std::array<std::int64_t, 3> parts = {1, 1, 1}; // before, at, and behind the axis
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(extents.size()); ++i)
    parts[i < axis ? 0 : i == axis ? 1 : 2] *= extents[static_cast<std::size_t>(i)];
  found->second(result.impl()->data, parts[0], parts[1], parts[2]);
  return result;
}

static Tensor gather(const Filling &call) {
  return gather_eagerly(call.label, call.operands, call.attribute<Numbers>("dims"), call.attribute<Numbers>("index_dims"), call.location);
}

/// x once more, to be written to.
static Tensor copied(const Filling &call) {
  const TensorImpl &x = call.x();
  Tensor result = call.fresh({x.shape.begin(), x.shape.end()});
  if (const auto bytes = static_cast<std::size_t>(x.shape.element_count()) * byte_size(x.dtype))
    std::memcpy(result.impl()->data, x.data, bytes);
  return result;
}

/// x with the elements that a slice picks replaced by those of the other operand, which broadcasts to them.
static Tensor update_slice(const Filling &call) {
  const auto &starts = call.attribute<Numbers>("starts"), &stops = call.attribute<Numbers>("stops"),
             &steps = call.attribute<Numbers>("steps");
  const TensorImpl &update = *call.operands[1].impl();
  const Shape &shape = call.x().shape;
  const auto rank = static_cast<std::size_t>(shape.rank());
  if (starts.size() != rank || stops.size() != rank || steps.size() != rank || update.dtype != call.x().dtype ||
      update.shape.rank() > shape.rank())
    return {};
  const std::size_t size = byte_size(call.x().dtype), lead = rank - static_cast<std::size_t>(update.shape.rank());
  const Numbers strides = strides_of(shape, size), from = strides_of(update.shape, size);
  std::vector<CopiedDimension> dims;
  std::int64_t first = 0;
  for (std::size_t i = 0; i < rank; ++i) {
    const SliceRange range{starts[i], stops[i], steps[i]};
    if (!is_within(range, shape[static_cast<int>(i)])) return {};
    const std::int64_t extent = i < lead ? 1 : update.shape[static_cast<int>(i - lead)];
    if (extent != 1 && extent != range.count()) return {};
    first += range.start * strides[i];
    dims.push_back({range.count(), strides[i] * range.step, extent == 1 ? 0 : from[i - lead]});
  }
  Tensor result = copied(call);
  copy_strided(static_cast<char *>(result.impl()->data) + first, update.data, std::move(dims), size);
  return result;
}

/// Where the part of extents `sizes` that begins at `starts` lies in x, in bytes; none where it doesn't lie in x.
static std::optional<std::int64_t> part_of(const TensorImpl &x, std::span<const Tensor> starts, const Numbers &sizes) {
  const auto rank = static_cast<std::size_t>(x.shape.rank());
  if (starts.size() != rank || sizes.size() != rank) return std::nullopt;
  const Numbers strides = strides_of(x.shape, byte_size(x.dtype));
  std::int64_t first = 0;
  for (std::size_t i = 0; i < rank; ++i) {
    const TensorImpl &start = *starts[i].impl();
    const std::int64_t extent = x.shape[static_cast<int>(i)];
    if (!is_integer(start.dtype) || start.shape.rank() != 0 || sizes[i] < 0 || sizes[i] > extent) return std::nullopt;
    const std::int64_t index = known_index(starts[i]), position = index < 0 ? index + extent : index;
    if (position < 0 || position > extent - sizes[i]) return std::nullopt;
    first += position * strides[i];
  }
  return first;
}

static Tensor dynamic_slice(const Filling &call) {
  const auto &sizes = call.attribute<Numbers>("sizes");
  const std::optional<std::int64_t> first = part_of(call.x(), call.operands.subspan(1), sizes);
  if (!first) return {};
  return filled(call.fresh(sizes), static_cast<const char *>(call.x().data) + *first,
                strides_of(call.x().shape, byte_size(call.x().dtype)));
}

static Tensor dynamic_update_slice(const Filling &call) {
  const TensorImpl &x = call.x(), &update = *call.operands[1].impl();
  const Numbers sizes(update.shape.begin(), update.shape.end());
  const std::optional<std::int64_t> first = part_of(x, call.operands.subspan(2), sizes);
  if (!first || update.dtype != x.dtype) return {};
  const std::size_t size = byte_size(x.dtype);
  const Numbers to = strides_of(x.shape, size), from = strides_of(update.shape, size);
  std::vector<CopiedDimension> dims;
  for (std::size_t i = 0; i < sizes.size(); ++i) dims.push_back({sizes[i], to[i], from[i]});
  Tensor result = copied(call);
  copy_strided(static_cast<char *>(result.impl()->data) + *first, update.data, std::move(dims), size);
  return result;
}

Tensor fill_eagerly(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                    std::span<const NamedAttribute> attributes, std::source_location location) {
  static const std::unordered_map<std::string_view, Tensor (*)(const Filling &)> fillings = {
      {"iota", iota},
      {"reshape", reshape},
      {"broadcast_to", broadcast_to},
      {"transpose", transpose},
      {"slice", slice},
      {"concat", concat},
      {"gather", gather},
      {"update_slice", update_slice},
      {"dynamic_slice", dynamic_slice},
      {"dynamic_update_slice", dynamic_update_slice}};
  const auto found = fillings.find(op);
  return found == fillings.end() ? Tensor() : found->second({label, operands, attributes, location});
}

} // namespace burin::detail
