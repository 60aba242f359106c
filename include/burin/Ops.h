#pragma once
#include "burin/Operand.h"
#include "burin/Variable.h"
#include "burin/ops/Contraction.h"
#include "burin/ops/Creation.h"
#include "burin/ops/Elementwise.h"
#include "burin/ops/Fourier.h"
#include "burin/ops/Indexing.h"
#include "burin/ops/Joining.h"
#include "burin/ops/LinearAlgebra.h"
#include "burin/ops/Losses.h"
#include "burin/ops/Neural.h"
#include "burin/ops/Random.h"
#include "burin/ops/Reductions.h"
#include "burin/ops/Scans.h"
#include "burin/ops/Segments.h"
#include "burin/ops/Shape.h"
#include "burin/ops/Sorting.h"
#include <optional>

/// The ops. Each takes tensors, variables and C++ numbers, runs at once outside of a traced function, and is recorded
/// inside one. Each throws SymbolicValueError or TraceError as `Tensor` says, and besides what it says itself:
///   ShapeError  shapes that don't broadcast or fit, or a result of 2^63 or more elements
///   DTypeError  element types that the op doesn't take or that don't promote
///
/// *Broadcasting* is NumPy's: shapes are aligned at their ends, and an extent of 1 stretches.
/// *Promotion*: of two dtypes of one kind the wider one (i8 with u8 gives i16, f16 with bf16 gives f32); an integer
/// with a floating one gives the floating one; a C++ number takes the tensor's dtype. An error: bool with a number, u64
/// with a signed integer, a floating C++ number with an integer tensor, a C++ number out of the tensor's range.
namespace burin {

// --- arithmetic: broadcasts and promotes; numbers only -------------------------------------------------------------

/// lhs + rhs; integers wrap.
Tensor add(const Operand &lhs, const Operand &rhs);
/// lhs - rhs; integers wrap.
Tensor subtract(const Operand &lhs, const Operand &rhs);
/// lhs * rhs; integers wrap.
Tensor multiply(const Operand &lhs, const Operand &rhs);
/// lhs / rhs. Dtype: of two integers f64.
Tensor divide(const Operand &lhs, const Operand &rhs);
/// The largest whole number that is at most lhs / rhs; integers: 0 where rhs is 0. Dtypes: integers, floating.
Tensor floor_divide(const Operand &lhs, const Operand &rhs);
/// lhs - rhs * floor_divide(lhs, rhs), with the sign of rhs; integers: 0 where rhs is 0. Dtypes: integers, floating.
Tensor remainder(const Operand &lhs, const Operand &rhs);
/// lhs to the power rhs, special values as in C. Dtypes: integers, which wrap (a negative power is cut to a whole number), and floating.
Tensor pow(const Operand &lhs, const Operand &rhs);
/// The greater one; NaN if either is NaN. Dtypes: integers, floating.
Tensor maximum(const Operand &lhs, const Operand &rhs);
/// The lesser one; NaN if either is NaN. Dtypes: integers, floating.
Tensor minimum(const Operand &lhs, const Operand &rhs);

/// -x; integers wrap.
Tensor negative(const Operand &x);
/// |x|, of a complex number its modulus, as f32 or f64; the least signed integer stays itself.
Tensor abs(const Operand &x);
/// -1, 0 or 1; NaN for NaN. Dtypes: integers, floating.
Tensor sign(const Operand &x);
/// x * x; integers wrap.
Tensor square(const Operand &x);

// --- exponential: floating dtypes, where nothing else is said ------------------------------------------------------

/// The square root; NaN below 0. Dtypes: floating, complex.
Tensor sqrt(const Operand &x);
/// 1 / sqrt(x).
Tensor rsqrt(const Operand &x);
/// e to the power x. Within 4 ULP, as are log, tanh and sigmoid. Dtypes: floating, complex.
Tensor exp(const Operand &x);
/// The natural logarithm: -inf for 0, NaN below. Dtypes: floating, complex.
Tensor log(const Operand &x);
/// The hyperbolic tangent.
Tensor tanh(const Operand &x);
/// 1 / (1 + exp(-x)), without overflow.
Tensor sigmoid(const Operand &x);
/// x where x > 0, else 0; NaN stays. Integers, too.
Tensor relu(const Operand &x);

// --- comparison, logic, choice: broadcasts and promotes ------------------------------------------------------------

/// Whether lhs = rhs. All dtypes; gives bool. NaN is unequal to all, itself included.
Tensor equal(const Operand &lhs, const Operand &rhs);
/// Whether lhs and rhs differ. All dtypes; gives bool. True where either is NaN.
Tensor not_equal(const Operand &lhs, const Operand &rhs);
/// Whether lhs < rhs. Dtypes: integers, floating; gives bool. False where either is NaN.
Tensor less(const Operand &lhs, const Operand &rhs);
/// Whether lhs <= rhs. Dtypes: integers, floating; gives bool. False where either is NaN.
Tensor less_equal(const Operand &lhs, const Operand &rhs);
/// Whether lhs > rhs. Dtypes: integers, floating; gives bool. False where either is NaN.
Tensor greater(const Operand &lhs, const Operand &rhs);
/// Whether lhs >= rhs. Dtypes: integers, floating; gives bool. False where either is NaN.
Tensor greater_equal(const Operand &lhs, const Operand &rhs);

/// Whether both are true; bool only. `&&` and `||` are not overloaded: they could not evaluate lazily.
Tensor logical_and(const Operand &lhs, const Operand &rhs);
/// Whether one of the two is true, or both; bool only.
Tensor logical_or(const Operand &lhs, const Operand &rhs);
/// Whether just one of the two is true; bool only.
Tensor logical_xor(const Operand &lhs, const Operand &rhs);
/// Whether x is false; bool only.
Tensor logical_not(const Operand &x);

/// `lhs` where `condition` is true, else `rhs`. All three broadcast; `lhs` and `rhs` promote; `condition` is bool.
Tensor where(const Operand &condition, const Operand &lhs, const Operand &rhs);

/// x with elements of `dtype`. Floats to integers truncate and saturate, NaN gives 0; anything but 0 is true.
/// Throws DTypeError for complex numbers, unless they become complex ones or bool.
Tensor cast(const Operand &x, DType dtype);

// --- operators -----------------------------------------------------------------------------------------------------

inline Tensor operator+(const Operand &lhs, const Operand &rhs) { return add(lhs, rhs); }
inline Tensor operator-(const Operand &lhs, const Operand &rhs) { return subtract(lhs, rhs); }
inline Tensor operator*(const Operand &lhs, const Operand &rhs) { return multiply(lhs, rhs); }
inline Tensor operator/(const Operand &lhs, const Operand &rhs) { return divide(lhs, rhs); }
inline Tensor operator-(const Operand &x) { return negative(x); }
inline Tensor operator==(const Operand &lhs, const Operand &rhs) { return equal(lhs, rhs); }
inline Tensor operator!=(const Operand &lhs, const Operand &rhs) { return not_equal(lhs, rhs); }
inline Tensor operator<(const Operand &lhs, const Operand &rhs) { return less(lhs, rhs); }
inline Tensor operator<=(const Operand &lhs, const Operand &rhs) { return less_equal(lhs, rhs); }
inline Tensor operator>(const Operand &lhs, const Operand &rhs) { return greater(lhs, rhs); }
inline Tensor operator>=(const Operand &lhs, const Operand &rhs) { return greater_equal(lhs, rhs); }
/// These give the handle a new tensor; the old tensor, being a value, stays as it was.
inline Tensor &operator+=(Tensor &lhs, const Operand &rhs) { return lhs = add(Operand(lhs, rhs.location()), rhs); }
inline Tensor &operator-=(Tensor &lhs, const Operand &rhs) { return lhs = subtract(Operand(lhs, rhs.location()), rhs); }
inline Tensor &operator*=(Tensor &lhs, const Operand &rhs) { return lhs = multiply(Operand(lhs, rhs.location()), rhs); }
inline Tensor &operator/=(Tensor &lhs, const Operand &rhs) { return lhs = divide(Operand(lhs, rhs.location()), rhs); }

// --- contraction ---------------------------------------------------------------------------------------------------

/// The matrix product over the last dimension of `lhs` and the last but one of `rhs`; leading dimensions are batches
/// and broadcast. A vector counts as a row on the left, as a column on the right, and drops out of the result.
///
/// Dtype: promoted; numbers only.
/// Throws ShapeError for rank 0, or inner extents that differ.
Tensor matmul(const Operand &lhs, const Operand &rhs);

// --- reductions ----------------------------------------------------------------------------------------------------
// Shape: each reduced axis is dropped, or kept as 1 with `KeepDims::Yes`.
// Each throws IndexError if an axis is out of range or listed twice.

/// Sums `x` over `axes` (all axes when empty). Dtype: unchanged, of bools, which are counted, i64; integers wrap. Error growth: pairwise.
Tensor sum(const Operand &x, const Axes &axes = {}, KeepDims keep = KeepDims::No);
/// The arithmetic mean over `axes` (all axes when empty); NaN over no elements. Dtype: of integers f64, of bools, too: the
/// share that is true.
Tensor mean(const Operand &x, const Axes &axes = {}, KeepDims keep = KeepDims::No);
/// The greatest over `axes` (all axes when empty); NaN if any is NaN; true is greater than false. Dtypes: all but complex ones.
/// Throws ShapeError over an axis of extent 0.
Tensor max(const Operand &x, const Axes &axes = {}, KeepDims keep = KeepDims::No);
/// The least over `axes` (all axes when empty); NaN if any is NaN; true is greater than false. Dtypes: all but complex ones.
/// Throws ShapeError over an axis of extent 0.
Tensor min(const Operand &x, const Axes &axes = {}, KeepDims keep = KeepDims::No);
/// log(sum(exp(x))) over `axes` (all axes when empty), without overflow; -inf over no elements. Floating dtypes only.
Tensor logsumexp(const Operand &x, const Axes &axes = {}, KeepDims keep = KeepDims::No);

/// The index of the first greatest element along `axis`, or, without one, among all in row-major order; a NaN counts as greater than all.
/// Of bools that of the first true one, or 0. Dtype: i64. Throws ShapeError over an axis of extent 0.
Tensor argmax(const Operand &x, std::optional<int> axis = {}, KeepDims keep = KeepDims::No);
/// The index of the first least element along `axis`, or, without one, among all in row-major order; a NaN counts as less than all.
/// Of bools that of the first false one, or 0. Dtype: i64. Throws ShapeError over an axis of extent 0.
Tensor argmin(const Operand &x, std::optional<int> axis = {}, KeepDims keep = KeepDims::No);

/// exp(x) scaled to sum 1 along `axis`, without overflow. Floating dtypes only.
Tensor softmax(const Operand &x, int axis = -1);

// --- creation ------------------------------------------------------------------------------------------------------

/// 0 (false) everywhere. Any dtype. Throws ShapeError for a negative extent.
Tensor zeros(const Shape &shape, DType dtype = DType::F32, std::source_location location = std::source_location::current());
/// 1 (true) everywhere. Any dtype. Throws ShapeError for a negative extent.
Tensor ones(const Shape &shape, DType dtype = DType::F32, std::source_location location = std::source_location::current());
/// `value` everywhere. Dtype: that of `value`, unless given.
Tensor full(const Shape &shape, const Operand &value, std::optional<DType> dtype = {});
/// Each element is its index along `axis`. Throws IndexError for an axis out of range.
Tensor iota(const Shape &shape, int axis = 0, DType dtype = DType::I64, std::source_location location = std::source_location::current());
/// 0, 1, ..., stop - 1.
Tensor arange(std::int64_t stop, DType dtype = DType::I64, std::source_location location = std::source_location::current());
/// start, start + step, ... before stop. `step` may be negative, but not 0.
Tensor arange(std::int64_t start, std::int64_t stop, std::int64_t step = 1, DType dtype = DType::I64,
              std::source_location location = std::source_location::current());

/// A tensor of known values: `constant(2.0f)`, `constant({1, 2, 3})`, `constant({{1, 2}, {3, 4}})`, `constant(vector, shape)`.
/// Throws ShapeError for rows of different lengths.
template <Element T> Tensor constant(T value, std::source_location location = std::source_location::current()) {
  return Tensor::scalar(value, location);
}
template <Element T> Tensor constant(std::initializer_list<T> values, std::source_location location = std::source_location::current()) {
  return Tensor::from_vector(std::vector<T>(values), location);
}
template <Element T>
Tensor constant(std::initializer_list<std::initializer_list<T>> rows, std::source_location location = std::source_location::current());
template <Element T>
Tensor constant(std::initializer_list<std::initializer_list<std::initializer_list<T>>> matrices,
                std::source_location location = std::source_location::current());
template <Element T>
Tensor constant(const std::vector<T> &values, const Shape &shape, std::source_location location = std::source_location::current()) {
  return Tensor::from_vector(values, shape, location);
}
template <Element T> Tensor constant(const std::vector<T> &values, std::source_location location = std::source_location::current()) {
  return Tensor::from_vector(values, location);
}

namespace detail {
[[noreturn]] void throw_ragged(std::size_t expected, std::size_t found, std::source_location location);

/// Appends all elements of a nested list to `values`; `shape` grows by its extents. Throws ShapeError if it is ragged.
template <class T> void flatten(const T &value, int, std::vector<T> &values, std::vector<std::int64_t> &, std::source_location) {
  values.push_back(value);
}
template <class List, class T>
void flatten(const std::initializer_list<List> &list, int depth, std::vector<T> &values, std::vector<std::int64_t> &shape,
             std::source_location location) {
  const auto level = static_cast<std::size_t>(depth);
  if (shape.size() == level) shape.push_back(static_cast<std::int64_t>(list.size()));
  if (static_cast<std::size_t>(shape[level]) != list.size()) throw_ragged(static_cast<std::size_t>(shape[level]), list.size(), location);
  for (const List &item : list) flatten(item, depth + 1, values, shape, location);
}
template <class T, class List> Tensor nested_constant(const List &list, std::source_location location) {
  std::vector<T> values;
  std::vector<std::int64_t> shape;
  flatten(list, 0, values, shape, location);
  return Tensor::from_vector(values, Shape(shape, location), location);
}
} // namespace detail

template <Element T> Tensor constant(std::initializer_list<std::initializer_list<T>> rows, std::source_location location) {
  return detail::nested_constant<T>(rows, location);
}
template <Element T>
Tensor constant(std::initializer_list<std::initializer_list<std::initializer_list<T>>> matrices, std::source_location location) {
  return detail::nested_constant<T>(matrices, location);
}

} // namespace burin
