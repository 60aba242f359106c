#pragma once
#include "burin/DType.h"
#include "burin/Error.h"
#include "burin/Shape.h"
#include <iosfwd>
#include <source_location>
#include <span>
#include <string>
#include <vector>

namespace burin {

class Index;
class Indices;

namespace detail {
struct TensorImpl;
void retain(TensorImpl *) noexcept;
void release(TensorImpl *) noexcept;
} // namespace detail

/// How tensors become text: the options, and their defaults, of NumPy's `set_printoptions`.
struct TextOptions {
  int precision = 8;            ///< most digits behind the point of floating-point elements
  bool suppress = false;        ///< very small numbers show as 0 rather than in scientific notation
  std::int64_t threshold = 1000; ///< a tensor of more elements is shown by its edges
  std::int64_t edge_items = 3;  ///< entries at either end of a dimension then
  int line_width = 75;          ///< lines longer than this are wrapped
};

/// Their text in messages: `f32`, and `[2,3]`.
std::ostream &operator<<(std::ostream &stream, DType dtype);
std::ostream &operator<<(std::ostream &stream, const Shape &shape);

/// An immutable n-dimensional array of one element type: concrete (it has values), or symbolic (it stands for a value
/// inside a function that is being traced). A handle: copies are cheap and share the data.
class Tensor {
public:
  using Location = std::source_location;

  /// Empty: equal to no tensor; every use but assignment throws Error.
  Tensor() = default;
  Tensor(const Tensor &other) noexcept : impl_(other.impl_) {
    if (impl_) detail::retain(impl_);
  }
  Tensor(Tensor &&other) noexcept : impl_(other.impl_) { other.impl_ = nullptr; }
  Tensor &operator=(Tensor other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
  }
  ~Tensor() {
    if (impl_) detail::release(impl_);
  }

  /// A scalar (rank 0).
  template <Element T> static Tensor scalar(T value, Location location = Location::current());
  /// Copies `values`, in row-major order. Throws ShapeError if their number is not that of `shape`'s elements.
  template <Element T> static Tensor from_span(std::span<const T> values, Shape shape, Location location = Location::current());
  template <Element T> static Tensor from_vector(const std::vector<T> &values, Shape shape, Location location = Location::current());
  /// Rank 1.
  template <Element T> static Tensor from_vector(const std::vector<T> &values, Location location = Location::current());

  bool defined() const { return impl_ != nullptr; }
  bool is_symbolic() const;
  DType dtype() const;
  const Shape &shape() const;
  int rank() const { return shape().rank(); }
  std::int64_t element_count() const;

  /// The only element. Throws ShapeError if there is not exactly one, DTypeError if `T` is neither the tensor's element
  /// type nor a lossless widening of it, SymbolicValueError if the tensor is symbolic.
  template <Element T> T item(Location location = Location::current()) const;
  /// A copy of all elements in row-major order. Throws DTypeError, SymbolicValueError.
  template <Element T> std::vector<T> to_vector(Location location = Location::current()) const;
  /// Copies all elements out. Throws ShapeError if `out` has another size; DTypeError, SymbolicValueError.
  template <Element T> void copy_to(std::span<T> out, Location location = Location::current()) const;
  /// The elements themselves, read-only; valid as long as some handle to this tensor lives. Throws like `to_vector`.
  template <Element T> std::span<const T> view(Location location = Location::current()) const;

  /// NumPy's `x[...]`: `t.index({1, slice(0, 5), ellipsis, mask})` (burin/Index.h). Throws IndexError for a position out of range,
  /// naming it and the extent; too many entries; a second ellipsis; a mask of other extents; a step of 0.
  Tensor index(const Indices &indices) const;
  /// The same with one entry: `t[i]`.
  Tensor operator[](const Index &index) const;

  /// Always throws for a symbolic tensor, naming `where`, `cond` and `while_loop`; else the truth of the only element.
  explicit operator bool() const;

  /// `f32[2,3]` with the values of a concrete tensor as NumPy shows them, the name of a symbolic one.
  std::string to_string(const TextOptions &options = {}) const;
  friend std::ostream &operator<<(std::ostream &stream, const Tensor &tensor);

  // For the library itself.
  explicit Tensor(detail::TensorImpl *adopted) noexcept : impl_(adopted) {}
  detail::TensorImpl *impl() const { return impl_; }

private:
  detail::TensorImpl *impl_ = nullptr;
};

namespace detail {
Tensor make_tensor(DType dtype, const Shape &shape, const void *data, std::int64_t count, std::source_location location);
const void *checked_data(const Tensor &tensor, DType wanted, const char *call, std::source_location location);
void read_item(const Tensor &tensor, DType wanted, void *out, std::source_location location);
[[noreturn]] void throw_wrong_size(const Tensor &tensor, std::int64_t size, std::source_location location);
} // namespace detail

template <Element T> Tensor Tensor::scalar(T value, Location location) {
  return detail::make_tensor(dtype_of<T>, Shape{}, &value, 1, location);
}
template <Element T> Tensor Tensor::from_span(std::span<const T> values, Shape shape, Location location) {
  return detail::make_tensor(dtype_of<T>, shape, values.data(), static_cast<std::int64_t>(values.size()), location);
}
template <Element T> Tensor Tensor::from_vector(const std::vector<T> &values, Shape shape, Location location) {
  if constexpr (std::is_same_v<T, bool>) {
    const std::vector<std::uint8_t> bytes(values.begin(), values.end());
    return detail::make_tensor(DType::Bool, shape, bytes.data(), static_cast<std::int64_t>(bytes.size()), location);
  } else {
    return from_span<T>(std::span<const T>(values), shape, location);
  }
}
template <Element T> Tensor Tensor::from_vector(const std::vector<T> &values, Location location) {
  return from_vector<T>(values, Shape{static_cast<std::int64_t>(values.size())}, location);
}
template <Element T> T Tensor::item(Location location) const {
  T value;
  detail::read_item(*this, dtype_of<T>, &value, location);
  return value;
}
template <Element T> std::span<const T> Tensor::view(Location location) const {
  const void *data = detail::checked_data(*this, dtype_of<T>, "view", location);
  return {static_cast<const T *>(data), static_cast<std::size_t>(element_count())};
}
template <Element T> std::vector<T> Tensor::to_vector(Location location) const {
  const T *data = static_cast<const T *>(detail::checked_data(*this, dtype_of<T>, "to_vector", location));
  return std::vector<T>(data, data + element_count()); // braces would be a list of two bools for T = bool
}
template <Element T> void Tensor::copy_to(std::span<T> out, Location location) const {
  const T *data = static_cast<const T *>(detail::checked_data(*this, dtype_of<T>, "copy_to", location));
  if (static_cast<std::int64_t>(out.size()) != element_count())
    detail::throw_wrong_size(*this, static_cast<std::int64_t>(out.size()), location);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = data[i];
}

} // namespace burin
