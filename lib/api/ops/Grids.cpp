#include "burin/Ops.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/OpCall.h"
#include <algorithm>
#include <cmath>
#include <limits>

namespace burin {

using namespace detail;

// --- like another tensor -------------------------------------------------------------------------------------------

Tensor full_like(const Operand &x, const Operand &value, std::optional<DType> dtype) {
  if (any_dynamic(x, value))
    return deferred<"full_like">(x.location(), [](const auto &...all) { return full_like(all...); }, x, value, dtype);
  const OpCall call("full_like", x.location());
  const Tensor like = call.tensor(x);
  return full(like.shape(), call.tensor(value, dtype.value_or(like.dtype())));
}

static Tensor constant_like(std::string_view label, const Operand &x, bool value, std::optional<DType> dtype) {
  const OpCall call(label, x.location());
  const Tensor like = call.tensor(x);
  const DType result = dtype.value_or(like.dtype());
  return value ? ones(like.shape(), result, x.location()) : zeros(like.shape(), result, x.location());
}

Tensor zeros_like(const Operand &x, std::optional<DType> dtype) {
  if (any_dynamic(x)) return deferred<"zeros_like">(x.location(), [](const auto &...all) { return zeros_like(all...); }, x, dtype);
  return constant_like("zeros_like", x, false, dtype);
}
Tensor ones_like(const Operand &x, std::optional<DType> dtype) {
  if (any_dynamic(x)) return deferred<"ones_like">(x.location(), [](const auto &...all) { return ones_like(all...); }, x, dtype);
  return constant_like("ones_like", x, true, dtype);
}

// --- sequences -----------------------------------------------------------------------------------------------------

/// start + i * step for i from 0 to count - 1, in f64.
static Tensor sequence(const OpCall &call, double start, double step, std::int64_t count) {
  const Tensor scaled = call.elementwise("multiply", {{call.iota({count}, 0, DType::F64), call.location()}, {step, call.location()}});
  return call.elementwise("add", {{scaled, call.location()}, {start, call.location()}});
}

Tensor detail::floating_arange(double start, double stop, double step, DType dtype, std::source_location location) {
  const OpCall call("arange", location);
  if (!(step != 0) || !std::isfinite(start) || !std::isfinite(stop) || !std::isfinite(step))
    throw_error<IndexError>("arange", location, "start, stop and step are ", start, ", ", stop, " and ", step,
                            ", expected finite numbers and a step that isn't 0");
  const double count = std::max(std::ceil((stop - start) / step), 0.0);
  if (count >= 0x1p63) throw_error<ShapeError>("arange", location, "the number of elements exceeds 2^63 - 1");
  return call.tensor(sequence(call, start, step, static_cast<std::int64_t>(count)), dtype);
}

Tensor linspace(double start, double stop, std::int64_t count, DType dtype, Endpoint endpoint, std::source_location location) {
  const OpCall call("linspace", location);
  if (count < 0) throw_error<ShapeError>("linspace", location, "the count is ", count, ", expected 0 or more");
  if (!is_floating(dtype)) throw_error<DTypeError>("linspace", location, "expected a floating dtype, found ", name(dtype));
  const bool ends = endpoint == Endpoint::Yes && count > 1;
  const auto distances = static_cast<double>(std::max<std::int64_t>(ends ? count - 1 : count, 1));
  Tensor values = sequence(call, start, (stop - start) / distances, count);
  if (ends)
    values = call.where(call.elementwise("equal", {{call.iota({count}, 0, DType::I64), location}, {count - 1, location}}), stop, values);
  return call.tensor(values, dtype);
}

// --- matrices ------------------------------------------------------------------------------------------------------

/// Where column - row >= diagonal, for matrices of those extents.
static Tensor above_diagonal(const OpCall &call, std::int64_t rows, std::int64_t columns, std::int64_t diagonal) {
  const Operand::Location at = call.location();
  const Tensor row = call.elementwise("add", {{call.iota({rows, 1}, 0, DType::I64), at}, {diagonal, at}});
  return call.elementwise("less_equal", {{row, at}, {call.iota({columns}, 0, DType::I64), at}});
}

Tensor eye(std::int64_t rows, std::optional<std::int64_t> columns, std::int64_t diagonal, DType dtype, std::source_location location) {
  const OpCall call("eye", location);
  const std::int64_t width = columns.value_or(rows);
  if (rows < 0 || width < 0) throw_error<ShapeError>("eye", location, "the extents are ", rows, " and ", width, ", expected 0 or more");
  (void)checked_bytes(dtype, Shape({rows, width}), "eye", location); // before the numbers of its rows are made
  const Tensor row = call.elementwise("add", {{call.iota({rows, 1}, 0, DType::I64), location}, {diagonal, location}});
  return call.tensor(call.elementwise("equal", {{row, location}, {call.iota({width}, 0, DType::I64), location}}), dtype);
}

static Tensor triangle(std::string_view label, const Operand &x, std::int64_t diagonal, bool upper) {
  const OpCall call(label, x.location());
  const Tensor value = call.tensor(x);
  if (value.rank() < 2) throw_error<ShapeError>(label, x.location(), "expected at least two dimensions, found ", describe(value));
  // The lower triangle ends where the part above it begins.
  const Tensor above =
      above_diagonal(call, value.shape()[value.rank() - 2], value.shape()[value.rank() - 1], upper ? diagonal : diagonal + 1);
  const Tensor zero = call.tensor(value.dtype() == DType::Bool ? Operand(false, x.location()) : Operand(0, x.location()), value.dtype());
  return upper ? call.where(above, value, zero) : call.where(above, zero, value);
}

Tensor tril(const Operand &x, std::int64_t diagonal) {
  if (any_dynamic(x)) return deferred<"tril">(x.location(), [](const auto &...all) { return tril(all...); }, x, diagonal);
  return triangle("tril", x, diagonal, false);
}
Tensor triu(const Operand &x, std::int64_t diagonal) {
  if (any_dynamic(x)) return deferred<"triu">(x.location(), [](const auto &...all) { return triu(all...); }, x, diagonal);
  return triangle("triu", x, diagonal, true);
}

std::vector<Tensor> meshgrid(const std::vector<Tensor> &vectors, Indexing indexing, std::source_location location) {
  const std::vector<Operand> operands(vectors.begin(), vectors.end());
  if (any_dynamic(operands)) {
    const auto grids = [](const std::vector<Operand> &known, Indexing indexing, std::source_location location) {
      std::vector<Tensor> vectors;
      for (const Operand &operand : known) vectors.push_back(operand.tensor());
      return meshgrid(vectors, indexing, location);
    };
    return deferred<"meshgrid">(location, grids, operands, indexing, location);
  }
  const OpCall call("meshgrid", location);
  std::vector<std::size_t> position(vectors.size()); // the dimension along which each vector runs
  for (std::size_t i = 0; i < vectors.size(); ++i) position[i] = i;
  if (indexing == Indexing::XY && vectors.size() > 1) std::swap(position[0], position[1]);
  std::vector<std::int64_t> extents(vectors.size());
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const Tensor vector = call.tensor({vectors[i], location});
    if (vector.rank() != 1) throw_error<ShapeError>("meshgrid", location, "expected vectors, found ", describe(vector));
    extents[position[i]] = vector.shape()[0];
  }
  std::vector<Tensor> grids;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    std::vector<std::int64_t> own(vectors.size(), 1);
    own[position[i]] = extents[position[i]];
    grids.push_back(call.apply("broadcast_to", call.reshape(vectors[i], own), {{"shape", extents}}));
  }
  return grids;
}

} // namespace burin
