#include "burin/Shape.h"
#include "burin/Operand.h"
#include "lib/api/Errors.h"
#include <algorithm>

namespace burin {

Shape::Shape(std::initializer_list<std::int64_t> extents, std::source_location location)
    : Shape(std::span(extents.begin(), extents.size()), location) {}

Shape::Shape(std::span<const std::int64_t> extents, std::source_location location) {
  if (extents.size() > static_cast<std::size_t>(kMaxRank))
    detail::throw_error<ShapeError>("shape", location, "a tensor has at most ", kMaxRank, " dimensions, not ", extents.size());
  for (std::size_t i = 0; i < extents.size(); ++i)
    if (extents[i] < 0 && extents[i] != kDynamic)
      detail::throw_error<ShapeError>("shape", location, "extent ", i, " is ", extents[i], ", expected 0 or more");
  std::copy(extents.begin(), extents.end(), extents_.begin());
  rank_ = static_cast<int>(extents.size());
}

void detail::require_known(std::span<const std::int64_t> values) {
  if (std::find(values.begin(), values.end(), kDynamic) != values.end())
    throw_error<ShapeError>("extent", {},
                            "an extent that is known only when the function is called is no number while it is traced: "
                            "count from the end, let reshape work out -1, or use the tensor burin::shape(x)");
}

std::int64_t Shape::extent(int axis) const {
  if (axis < -rank_ || axis >= rank_)
    detail::throw_error<IndexError>("shape", {}, "axis ", axis, " is out of range for rank ", rank_, " ", to_string());
  return (*this)[axis < 0 ? axis + rank_ : axis];
}

bool Shape::is_static() const { return std::find(begin(), end(), kDynamic) == end(); }

bool Shape::fits(const Shape &expected) const {
  return rank_ == expected.rank_ &&
         std::equal(begin(), end(), expected.begin(), [](std::int64_t a, std::int64_t b) { return a == b || b == kDynamic; });
}

std::int64_t Shape::element_count() const {
  if (!is_static())
    detail::throw_error<ShapeError>("shape", {}, "the number of elements of ", to_string(), " is known only when the function is called");
  if (std::find(begin(), end(), 0) != end()) return 0;
  std::int64_t count = 1;
  for (std::int64_t extent : *this)
    if (__builtin_mul_overflow(count, extent, &count))
      detail::throw_error<ShapeError>("shape", {}, to_string(), " has more than 2^63 - 1 elements");
  return count;
}

std::string Shape::to_string() const {
  std::string text = "[";
  for (int i = 0; i < rank_; ++i) {
    if (i != 0) text += ',';
    text += (*this)[i] == kDynamic ? "?" : std::to_string((*this)[i]);
  }
  return text + "]";
}

} // namespace burin
