#include "burin/ops/LinearAlgebra.h"
#include "burin/Ops.h"
#include "lib/api/Errors.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/OpCall.h"

namespace burin {

using namespace detail;

static Tensor real_operand(const OpCall &call, const Operand &x) {
  return is_integer(x.dtype()) ? call.tensor(x, DType::F64) : call.tensor(x);
}

static Tensor apply(std::string_view op, const Operand &x) {
  const OpCall call(op, x.location());
  return call.apply(op, real_operand(call, x));
}

static std::vector<Tensor> apply_all(std::string_view op, const Operand &x, std::initializer_list<NamedAttribute> attributes = {}) {
  const OpCall call(op, x.location());
  const Tensor values = real_operand(call, x);
  return call.apply_all(op, {&values, 1}, attributes);
}

Tensor cholesky(const Operand &x, Triangle triangle) {
  const OpCall call("cholesky", x.location());
  const Tensor factor = call.apply("cholesky", real_operand(call, x));
  return triangle == Triangle::Lower ? factor : call.matrices_transposed(factor);
}

// --- systems of equations ------------------------------------------------------------------------------------------

using Extents = std::vector<std::int64_t>;

static Extents batch_of(const Tensor &x) { return {x.shape().begin(), x.shape().end() - 2}; }

/// The batch that both broadcast to.
static Extents common_batch(const OpCall &call, const Tensor &a, const Tensor &b) {
  Extents batch = batch_of(a), other = batch_of(b);
  if (batch.size() < other.size()) std::swap(batch, other);
  const std::size_t lead = batch.size() - other.size();
  for (std::size_t i = 0; i < other.size(); ++i) {
    std::int64_t &extent = batch[lead + i];
    if (extent == 1) extent = other[i];
    else if (other[i] != 1 && other[i] != extent)
      throw_error<ShapeError>(call.label(), call.location(), "batch dimensions don't broadcast: a ", describe(a), ", b ", describe(b));
  }
  return batch;
}

static Tensor in_batch(const OpCall &call, const Tensor &x, Extents batch) {
  if (batch_of(x) == batch) return x;
  batch.insert(batch.end(), x.shape().end() - 2, x.shape().end());
  return call.apply("broadcast_to", x, {{"shape", std::move(batch)}});
}

static Tensor solve_by(std::string_view op, const Operand &a, const Operand &b, std::initializer_list<NamedAttribute> attributes) {
  const OpCall call(op, a.location());
  DType dtype = call.common_dtype({a, b});
  if (is_integer(dtype)) dtype = DType::F64;
  Tensor matrices = call.tensor(a, dtype), sides = call.tensor(b, dtype);
  const bool vector = sides.rank() == 1;
  if (vector) sides = call.reshape(sides, {sides.shape()[0], 1});
  if (matrices.rank() >= 2 && sides.rank() >= 2) {
    const Extents batch = common_batch(call, matrices, sides);
    matrices = in_batch(call, matrices, batch);
    sides = in_batch(call, sides, batch);
  }
  const Tensor operands[] = {matrices, sides};
  const Tensor result = call.apply(op, operands, attributes);
  return vector ? call.reshape(result, Extents(result.shape().begin(), result.shape().end() - 1)) : result;
}

Tensor triangular_solve(const Operand &a, const Operand &b, const TriangularOptions &options) {
  if (any_dynamic(a, b))
    return deferred<"triangular_solve">(a.location(), [](const auto &...all) { return triangular_solve(all...); }, a, b, options);
  return solve_by("triangular_solve", a, b,
                  {{"lower", options.triangle == Triangle::Lower}, {"transposed", options.transposed}, {"unit", options.unit_diagonal}});
}

Tensor solve(const Operand &a, const Operand &b) {
  if (any_dynamic(a, b)) return deferred<"solve">(a.location(), [](const auto &...all) { return solve(all...); }, a, b);
  return solve_by("solve", a, b, {});
}

// --- the others ----------------------------------------------------------------------------------------------------

Tensor inv(const Operand &x) { return apply("inv", x); }
Tensor det(const Operand &x) { return apply("det", x); }

SignAndLogarithm slogdet(const Operand &x) {
  const std::vector<Tensor> results = apply_all("slogdet", x);
  return {results[0], results[1]};
}

Qr qr(const Operand &x, Basis basis) {
  const std::vector<Tensor> results = apply_all("qr", x, {{"full", basis == Basis::Complete}});
  return {results[0], results[1]};
}

Svd svd(const Operand &x, Basis basis) {
  const std::vector<Tensor> results = apply_all("svd", x, {{"full", basis == Basis::Complete}});
  return {results[0], results[1], results[2]};
}

Eigh eigh(const Operand &x) {
  const std::vector<Tensor> results = apply_all("eigh", x);
  return {results[0], results[1]};
}

} // namespace burin
