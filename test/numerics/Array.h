#pragma once
#include "burin/Ops.h"
#include <functional>
#include <vector>

namespace burin::test {

/// A plain array of doubles: what references are computed on, as simply as can be.
struct Array {
  std::vector<std::int64_t> extents;
  std::vector<double> values;

  Array() = default;
  Array(std::vector<std::int64_t> shape, double value = 0) : extents(std::move(shape)) {
    std::size_t count = 1;
    for (std::int64_t extent : extents) count *= static_cast<std::size_t>(extent);
    values.assign(count, value);
  }
  int rank() const { return static_cast<int>(extents.size()); }
};

using Index = std::vector<std::int64_t>;

inline std::size_t offset_of(const Array &array, const Index &index) {
  std::size_t offset = 0;
  for (std::size_t i = 0; i < index.size(); ++i)
    offset = offset * static_cast<std::size_t>(array.extents[i]) + static_cast<std::size_t>(index[i]);
  return offset;
}

/// Calls `visit` with each index of `extents`, in row-major order.
inline void for_each_index(const std::vector<std::int64_t> &extents, const std::function<void(const Index &)> &visit) {
  for (std::int64_t extent : extents)
    if (extent == 0) return;
  Index index(extents.size(), 0);
  while (true) {
    visit(index);
    int axis = static_cast<int>(index.size()) - 1;
    while (axis >= 0 && ++index[static_cast<std::size_t>(axis)] == extents[static_cast<std::size_t>(axis)])
      index[static_cast<std::size_t>(axis--)] = 0;
    if (axis < 0) return;
  }
}

/// An array of `extents` whose elements `element` gives.
inline Array generate(std::vector<std::int64_t> extents, const std::function<double(const Index &)> &element) {
  Array result(std::move(extents));
  std::size_t next = 0;
  for_each_index(result.extents, [&](const Index &index) { result.values[next++] = element(index); });
  return result;
}

/// The element that NumPy's broadcasting puts at `index`.
inline double broadcast_element(const Array &array, const Index &index) {
  Index own(index.end() - array.rank(), index.end());
  for (std::size_t i = 0; i < own.size(); ++i)
    if (array.extents[i] == 1) own[i] = 0;
  return array.values[offset_of(array, own)];
}

inline std::vector<std::int64_t> broadcast_extents(const std::vector<Array> &arrays) {
  std::vector<std::int64_t> result;
  for (const Array &array : arrays) {
    if (array.extents.size() > result.size()) result.insert(result.begin(), array.extents.size() - result.size(), 1);
    for (std::size_t i = 0; i < array.extents.size(); ++i) {
      std::int64_t &extent = result[result.size() - array.extents.size() + i];
      if (extent == 1) extent = array.extents[i];
    }
  }
  return result;
}

inline Tensor to_tensor(const Array &array, DType dtype) {
  return cast(Tensor::from_vector(array.values, Shape(std::span<const std::int64_t>(array.extents))), dtype);
}

inline Array to_array(const Tensor &tensor) {
  Array result;
  result.extents.assign(tensor.shape().begin(), tensor.shape().end());
  result.values = cast(tensor, DType::F64).to_vector<double>();
  return result;
}

} // namespace burin::test
