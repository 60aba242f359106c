#pragma once
#include "burin/interop/Memory.h"
#include <Eigen/Core>
#include <memory>

/// Tensors as Eigen's maps, and Eigen's matrices as tensors. For programs that use Eigen; Burin itself does not.
namespace burin {

template <class T> using EigenMatrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class T> using EigenVector = Eigen::Matrix<T, Eigen::Dynamic, 1>;

namespace detail {
  [[noreturn]] void throw_wrong_rank(const Tensor &tensor, int wanted, const char *call, std::source_location location);
} // namespace detail

/// A tensor of rank 2 as a map, without a copy; valid as long as the tensor lives. Throws ShapeError for another rank, and like
/// `Tensor::view`.
template <Element T>
Eigen::Map<const EigenMatrix<T>> eigen_matrix(const Tensor &tensor, std::source_location location = std::source_location::current()) {
  const T *data = tensor.view<T>(location).data();
  if (tensor.rank() != 2) detail::throw_wrong_rank(tensor, 2, "eigen_matrix", location);
  return {data, static_cast<Eigen::Index>(tensor.shape()[0]), static_cast<Eigen::Index>(tensor.shape()[1])};
}

/// A tensor of rank 1 as a map, without a copy; valid as long as the tensor lives. Throws ShapeError for another rank, and like
/// `Tensor::view`.
template <Element T>
Eigen::Map<const EigenVector<T>> eigen_vector(const Tensor &tensor, std::source_location location = std::source_location::current()) {
  const T *data = tensor.view<T>(location).data();
  if (tensor.rank() != 1) detail::throw_wrong_rank(tensor, 1, "eigen_vector", location);
  return {data, static_cast<Eigen::Index>(tensor.shape()[0])};
}

/// A matrix, or any expression, as a tensor: of rank 1 if it is known to be a vector, else of rank 2. Elements are copied, unless
/// it is a vector or a row-major matrix that is moved in: then its memory becomes the tensor's.
template <class Expression> Tensor from_eigen(Expression &&expression, std::source_location location = std::source_location::current()) {
  using Plain = std::decay_t<decltype(expression.eval())>;
  using T = typename Plain::Scalar;
  constexpr bool is_vector = Plain::IsVectorAtCompileTime;
  using Kept = std::conditional_t<is_vector || Plain::IsRowMajor, Plain, EigenMatrix<T>>;
  const auto kept = std::make_shared<const Kept>(std::forward<Expression>(expression));
  const Shape shape = is_vector ? Shape{kept->size()} : Shape{kept->rows(), kept->cols()};
  if (kept->size() == 0) return Tensor::from_span<T>({}, shape, location);
  return from_memory<T>(kept->data(), shape, [kept] {}, location);
}

} // namespace burin
