#pragma once
#include "burin/Tensor.h"
#include <array>
#include <functional>
#include <utility>

/// Tensors on memory that Burin didn't allocate, and views of tensors by strides.
namespace burin {

namespace detail {
Tensor adopt_memory(DType dtype, const Shape &shape, const void *data, std::function<void()> release, std::source_location location);
/// Copies elements that lie `strides[i]` elements apart along dimension i.
Tensor copy_strided(DType dtype, const Shape &shape, const void *data, std::span<const std::int64_t> strides,
                    std::source_location location);
} // namespace detail

/// A tensor on the memory at `data`, without a copy: `shape`'s elements in row-major order. They must not change as long as the
/// tensor, or anything that shares its data, lives; `release` runs once when the last of them goes, on whichever thread that is.
/// Burin never writes there: a variable with this value copies it at its first update.
///
/// Throws Error if `data` is null or not aligned as `T` wants it; `release` doesn't run then.
template <Element T>
Tensor from_memory(const T *data, const Shape &shape, std::function<void()> release = {},
                   std::source_location location = std::source_location::current()) {
  return detail::adopt_memory(dtype_of<T>, shape, data, std::move(release), location);
}

/// Elements in memory, `strides[i]` elements apart along dimension i; a stride may be 0 or negative. Owns nothing.
template <Element T> struct StridedView {
  const T *data = nullptr;
  Shape shape;
  std::array<std::int64_t, kMaxRank> strides{};

  template <class... Index> const T &operator()(Index... index) const {
    const std::array<std::int64_t, sizeof...(Index)> all{static_cast<std::int64_t>(index)...};
    std::int64_t offset = 0;
    for (std::size_t i = 0; i < all.size(); ++i) offset += all[i] * strides[i];
    return data[offset];
  }
};

/// The elements of a concrete tensor, valid as long as it lives. Throws like `Tensor::view`.
template <Element T> StridedView<T> strided_view(const Tensor &tensor, std::source_location location = std::source_location::current()) {
  StridedView<T> view{tensor.view<T>(location).data(), tensor.shape(), {}};
  std::int64_t stride = 1;
  for (int axis = tensor.rank() - 1; axis >= 0; --axis) {
    view.strides[static_cast<std::size_t>(axis)] = stride;
    stride *= tensor.shape()[axis];
  }
  return view;
}

/// A copy of the elements that a view sees.
template <Element T> Tensor from_strided(const StridedView<T> &view, std::source_location location = std::source_location::current()) {
  const std::span strides(view.strides.data(), static_cast<std::size_t>(view.shape.rank()));
  return detail::copy_strided(dtype_of<T>, view.shape, view.data, strides, location);
}

} // namespace burin
