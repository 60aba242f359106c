#include "runtime/Check.h"
#include "burin/Error.h"
#include "runtime/Extents.h"
#include "runtime/Format.h"
#include <algorithm>
#include <cstring>

namespace burin::runtime {

static constexpr std::size_t kShownPlaces = 10;

// --- places --------------------------------------------------------------------------------------------------------

static std::span<const std::int64_t> extents_of(const CheckedTensor &known, const RuntimeTensor &tensor) {
  return tensor.extents ? std::span(tensor.extents, known.extents.size()) : std::span(known.extents);
}

/// The index along each dimension of element number `place`.
static std::vector<std::int64_t> indices_of(std::int64_t place, std::span<const std::int64_t> extents) {
  std::vector<std::int64_t> indices(extents.size());
  for (std::size_t i = extents.size(); i-- > 0; place /= extents[i]) indices[i] = place % extents[i];
  return indices;
}

/// "[1,2]"; nothing for a scalar.
static std::string place_text(std::span<const std::int64_t> indices) {
  std::string text;
  for (const std::int64_t index : indices) text += (text.empty() ? "[" : ",") + std::to_string(index);
  return text.empty() ? text : text + "]";
}

static std::string type_text(DType dtype, std::span<const std::int64_t> extents) {
  std::string text(name(dtype));
  text += '[';
  for (std::size_t i = 0; i < extents.size(); ++i) text += (i ? "," : "") + std::to_string(extents[i]);
  return text + ']';
}

static bool broadcasts(std::span<const std::int64_t> from, std::span<const std::int64_t> to) {
  if (from.size() > to.size()) return false;
  to = to.last(from.size());
  return std::equal(from.begin(), from.end(), to.begin(), [](std::int64_t a, std::int64_t b) { return a == b || a == 1; });
}

/// The element of a tensor that broadcasting puts at `indices`.
static const void *element_at(DType dtype, const void *data, std::span<const std::int64_t> extents, std::span<const std::int64_t> indices) {
  std::int64_t place = 0;
  for (std::size_t i = 0; i < extents.size(); ++i)
    place = place * extents[i] + (extents[i] == 1 ? 0 : indices[indices.size() - extents.size() + i]);
  return static_cast<const std::byte *>(data) + place * static_cast<std::int64_t>(byte_size(dtype));
}

/// The same as text.
static std::string element_text(DType dtype, const void *data, std::span<const std::int64_t> extents,
                                std::span<const std::int64_t> indices) {
  return format_tensor(dtype, {}, element_at(dtype, data, extents, indices));
}

// --- check ---------------------------------------------------------------------------------------------------------

/// The places of zero bytes: how many there are, and the first ones.
static std::int64_t find_false(const void *data, std::int64_t count, std::vector<std::int64_t> &first) {
  const auto *begin = static_cast<const char *>(data), *end = begin + count;
  std::int64_t found = 0;
  for (const char *at = begin; at < end; ++at, ++found) {
    at = static_cast<const char *>(std::memchr(at, 0, static_cast<std::size_t>(end - at)));
    if (!at) break;
    if (first.size() < kShownPlaces) first.push_back(at - begin);
  }
  return found;
}

void CheckEffect::run(std::span<const RuntimeTensor> tensors) const {
  const std::span<const std::int64_t> extents = extents_of(tensors_[0], tensors[0]);
  const std::int64_t count = element_count(extents);
  if (count == 0 || !std::memchr(tensors[0].data, 0, static_cast<std::size_t>(count))) [[likely]]
    return;
  std::vector<std::int64_t> places;
  const std::int64_t failed = find_false(tensors[0].data, count, places);
  std::string text = "check: " + message_;
  if (!extents.empty()) text += ": " + std::to_string(failed) + " of " + std::to_string(count) + " elements are not, at ";
  bool first = true;
  for (const std::int64_t place : places) {
    const std::vector<std::int64_t> indices = indices_of(place, extents);
    std::string values;
    for (std::size_t i = 1; i < tensors.size(); ++i) {
      const auto shape = extents_of(tensors_[i], tensors[i]);
      if (broadcasts(shape, extents))
        values += (values.empty() ? "" : ", ") + element_text(tensors_[i].dtype, tensors[i].data, shape, indices);
    }
    text += (std::exchange(first, false) ? "" : ", ") + place_text(indices);
    if (!values.empty()) text += (extents.empty() ? ": " : " (") + values + (extents.empty() ? "" : ")");
  }
  if (failed > static_cast<std::int64_t>(places.size())) text += ", ...";
  for (std::size_t i = 1; i < tensors.size(); ++i) {
    const auto shape = extents_of(tensors_[i], tensors[i]);
    if (!broadcasts(shape, extents)) text += "; " + format_tensor(tensors_[i].dtype, shape, tensors[i].data);
  }
  throw CheckError(text + location_);
}

// --- check_finite --------------------------------------------------------------------------------------------------

/// Whether the exponent is all ones: infinity or NaN.
template <class Bits, Bits kExponent> static bool is_special(Bits bits) { return (bits & kExponent) == kExponent; }

/// How many there are; the first `listed` places go to `first`.
template <class Bits, Bits kExponent>
static std::int64_t find_special(const void *data, std::int64_t count, std::vector<std::int64_t> &first, std::size_t listed) {
  const auto *bits = static_cast<const Bits *>(data);
  constexpr std::int64_t kBlock = 1024; // looked at as a whole, without branches: the compiler makes vectors of it
  std::int64_t found = 0;
  for (std::int64_t begin = 0; begin < count; begin += kBlock) {
    const std::int64_t end = std::min(count, begin + kBlock);
    unsigned any = 0;
    for (std::int64_t i = begin; i < end; ++i) any |= is_special<Bits, kExponent>(bits[i]);
    if (!any) [[likely]]
      continue;
    for (std::int64_t i = begin; i < end; ++i) {
      if (!is_special<Bits, kExponent>(bits[i])) continue;
      ++found;
      if (first.size() < listed) first.push_back(i);
    }
  }
  return found;
}

static std::int64_t find_special(DType dtype, const void *data, std::int64_t count, std::vector<std::int64_t> &first,
                                 std::size_t listed = kShownPlaces) {
  switch (dtype) {
  case DType::F16: return find_special<std::uint16_t, 0x7c00>(data, count, first, listed);
  case DType::BF16: return find_special<std::uint16_t, 0x7f80>(data, count, first, listed);
  case DType::F32: return find_special<std::uint32_t, 0x7f800000>(data, count, first, listed);
  case DType::F64: return find_special<std::uint64_t, 0x7ff0000000000000>(data, count, first, listed);
  case DType::Complex64: return find_special<std::uint32_t, 0x7f800000>(data, 2 * count, first, listed);
  case DType::Complex128: return find_special<std::uint64_t, 0x7ff0000000000000>(data, 2 * count, first, listed);
  default: return 0;
  }
}

/// "2 of 4 elements of f32[2,2] are not finite: -inf at [0,1], nan at [1,1]"
static std::string special_text(DType dtype, const void *data, std::span<const std::int64_t> extents, std::int64_t failed,
                                std::span<const std::int64_t> places) {
  const bool is_pair = is_complex(dtype);
  const std::int64_t count = element_count(extents);
  std::string text = std::to_string(failed) + " of " + std::to_string(is_pair ? 2 * count : count) +
                     (is_pair ? " parts of " : " elements of ") + type_text(dtype, extents) + (failed == 1 ? " is" : " are") +
                     " not finite:";
  bool first = true;
  for (const std::int64_t place : places) {
    const std::vector<std::int64_t> indices = indices_of(is_pair ? place / 2 : place, extents);
    const std::string at = place_text(indices);
    text += std::exchange(first, false) ? " " : ", ";
    text += element_text(dtype, data, extents, indices) + (at.empty() ? "" : " at " + at);
  }
  return failed > static_cast<std::int64_t>(places.size()) ? text + ", ..." : text;
}

void CheckFiniteEffect::run(std::span<const RuntimeTensor> tensors) const {
  const std::span<const std::int64_t> extents = extents_of(tensor_, tensors[0]);
  const std::int64_t count = element_count(extents);
  std::vector<std::int64_t> places;
  const std::int64_t failed = find_special(tensor_.dtype, tensors[0].data, count, places);
  if (failed == 0) [[likely]]
    return;
  throw CheckError("check_finite: " + special_text(tensor_.dtype, tensors[0].data, extents, failed, places) + location_);
}

// --- Debug::CheckNumerics --------------------------------------------------------------------------------------------

static bool is_special_at(DType dtype, const void *element) {
  std::vector<std::int64_t> none;
  return find_special(dtype, element, 1, none, /*listed=*/0) != 0;
}

bool NumericsEffect::has_special_operand(std::span<const RuntimeTensor> tensors) const {
  for (std::size_t i = 1; i < tensors.size(); ++i) {
    std::vector<std::int64_t> none;
    if (find_special(tensors_[i].dtype, tensors[i].data, element_count(extents_of(tensors_[i], tensors[i])), none, /*listed=*/0) != 0)
      return true;
  }
  return false;
}

bool NumericsEffect::is_made_at(std::int64_t place, std::span<const RuntimeTensor> tensors) const {
  const std::span<const std::int64_t> extents = extents_of(tensors_[0], tensors[0]);
  const auto size = static_cast<std::int64_t>(byte_size(tensors_[0].dtype));
  if (!is_special_at(tensors_[0].dtype, static_cast<const std::byte *>(tensors[0].data) + place * size)) return false;
  const std::vector<std::int64_t> indices = indices_of(place, extents);
  for (std::size_t i = 1; i < tensors.size(); ++i)
    if (is_special_at(tensors_[i].dtype, element_at(tensors_[i].dtype, tensors[i].data, extents_of(tensors_[i], tensors[i]), indices)))
      return false;
  return true;
}

void NumericsEffect::run(std::span<const RuntimeTensor> tensors) const {
  const std::span<const std::int64_t> extents = extents_of(tensors_[0], tensors[0]);
  std::vector<std::int64_t> places;
  const DType dtype = tensors_[0].dtype;
  const std::int64_t count = element_count(extents), failed = find_special(dtype, tensors[0].data, count, places);
  if (failed == 0) [[likely]]
    return;
  if (has_special_operand(tensors)) { // which the op may have passed on
    bool made = false;
    for (std::int64_t place = 0; elementwise_ && place < count && !made; ++place) made = is_made_at(place, tensors);
    if (!made) return;
  }
  throw CheckError(op_ + ": " + special_text(dtype, tensors[0].data, extents, failed, places) + ", made from finite numbers" + location_);
}

} // namespace burin::runtime
