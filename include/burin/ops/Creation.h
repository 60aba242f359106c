#pragma once
#include "burin/Operand.h"
#include <optional>

/// Tensors made from little or nothing, beyond the basic ops of Ops.h.
namespace burin {

/// Zeros in the shape of `x`. Dtype: that of x, unless given.
Tensor zeros_like(const Operand &x, std::optional<DType> dtype = {});
/// Ones in the shape of `x`. Dtype: that of x, unless given.
Tensor ones_like(const Operand &x, std::optional<DType> dtype = {});
/// `value` in the shape of `x`. Dtype: that of x, unless given.
Tensor full_like(const Operand &x, const Operand &value, std::optional<DType> dtype = {});

/// A matrix with 1 where column - row is `diagonal`, 0 elsewhere; square unless `columns` is given. Any dtype.
/// Throws ShapeError for a negative extent.
Tensor eye(std::int64_t rows, std::optional<std::int64_t> columns = {}, std::int64_t diagonal = 0, DType dtype = DType::F32,
           std::source_location location = std::source_location::current());

namespace detail { Tensor floating_arange(double start, double stop, double step, DType dtype, std::source_location location); }
/// start, start + step, ... before stop, as start + i * step in f64, converted to `dtype`: ceil((stop - start) / step) elements. At
/// least one of the three is floating. Throws IndexError for a step that is 0 or NaN, and for ends that are not finite.
template <class Start, class Stop, class Step = int>
  requires(std::is_arithmetic_v<Start> && std::is_arithmetic_v<Stop> && std::is_arithmetic_v<Step> &&
           (std::is_floating_point_v<Start> || std::is_floating_point_v<Stop> || std::is_floating_point_v<Step>))
Tensor arange(Start start, Stop stop, Step step = 1, DType dtype = DType::F32,
              std::source_location location = std::source_location::current()) {
  return detail::floating_arange(static_cast<double>(start), static_cast<double>(stop), static_cast<double>(step), dtype, location);
}

enum class Endpoint : bool { No, Yes };
/// `count` numbers from `start` to `stop` at even distances, computed in f64; the last one is `stop` itself, or one distance before it
/// with `Endpoint::No`. Floating dtypes. Throws ShapeError for a negative count.
Tensor linspace(double start, double stop, std::int64_t count, DType dtype = DType::F32, Endpoint endpoint = Endpoint::Yes,
                std::source_location location = std::source_location::current());

/// Which of the first two vectors runs along rows: XY as coordinates, IJ as indices.
enum class Indexing { XY, IJ };
/// For each of n vectors the tensor of n dimensions that it makes when repeated along all others. Throws ShapeError unless each has rank 1.
std::vector<Tensor> meshgrid(const std::vector<Tensor> &vectors, Indexing indexing = Indexing::XY,
                             std::source_location location = std::source_location::current());

/// The lower triangle of each matrix (the last two dimensions), up to `diagonal` above the main one; 0 elsewhere. Any dtype.
/// Throws ShapeError for rank 0 or 1.
Tensor tril(const Operand &x, std::int64_t diagonal = 0);
/// The upper triangle, from `diagonal` above the main one on; 0 elsewhere. Any dtype. Throws ShapeError for rank 0 or 1.
Tensor triu(const Operand &x, std::int64_t diagonal = 0);

} // namespace burin
