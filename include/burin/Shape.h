#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <source_location>
#include <span>
#include <string>

namespace burin {

/// Most dimensions that a tensor can have.
inline constexpr int kMaxRank = 8;

/// An extent that is known only when a function is called: in a TensorSpec, and in the shape of a symbolic tensor.
inline constexpr std::int64_t kDynamic = std::numeric_limits<std::int64_t>::min();

/// The extents of a tensor, outermost first. Rank 0 is a scalar with one element.
class Shape {
public:
  Shape() = default;
  /// Throws ShapeError for a negative extent, other than kDynamic, or more than `kMaxRank` dimensions.
  Shape(std::initializer_list<std::int64_t> extents, std::source_location location = std::source_location::current());
  explicit Shape(std::span<const std::int64_t> extents, std::source_location location = {});

  int rank() const { return rank_; }
  /// Negative `axis` counts from the end. Throws IndexError when out of range.
  std::int64_t extent(int axis) const;
  std::int64_t operator[](int axis) const { return extents_[static_cast<std::size_t>(axis)]; }
  std::span<const std::int64_t> extents() const { return {extents_.data(), static_cast<std::size_t>(rank_)}; }
  const std::int64_t *begin() const { return extents_.data(); }
  const std::int64_t *end() const { return extents_.data() + rank_; }

  /// Whether no extent is kDynamic.
  bool is_static() const;
  /// Whether it is `expected`, which may have dynamic extents.
  bool fits(const Shape &expected) const;
  /// Product of the extents. Throws ShapeError when it exceeds 2^63 - 1, or where an extent is dynamic.
  std::int64_t element_count() const;
  /// `[2,3]`; `[]` for rank 0; `?` for a dynamic extent.
  std::string to_string() const;

  friend bool operator==(const Shape &a, const Shape &b) {
    if (a.rank_ != b.rank_) return false;
    for (int i = 0; i < a.rank_; ++i)
      if (a[i] != b[i]) return false;
    return true;
  }

private:
  std::array<std::int64_t, kMaxRank> extents_{};
  int rank_ = 0;
};

} // namespace burin
