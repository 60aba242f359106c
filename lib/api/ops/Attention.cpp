#include "burin/Ops.h"
#include "lib/api/Errors.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/OpCall.h"
#include <cmath>
#include <limits>

namespace burin {

using namespace detail;

static void require_fitting(const OpCall &call, const Tensor &query, const Tensor &key, const Tensor &value) {
  if (!is_floating(query.dtype()))
    throw_error<DTypeError>(call.label(), call.location(), "expected floating element types, found ", describe(query), "; cast them first");
  for (const Tensor &tensor : {query, key, value})
    if (tensor.rank() < 2)
      throw_error<ShapeError>(call.label(), call.location(), "expected at least two dimensions, found ", describe(tensor));
  if (query.shape().extent(-1) != key.shape().extent(-1))
    throw_error<ShapeError>(call.label(), call.location(), "queries and keys differ in length: query ", describe(query), ", key ",
                            describe(key));
  if (key.shape().extent(-2) != value.shape().extent(-2))
    throw_error<ShapeError>(call.label(), call.location(), "there must be a value for each key: key ", describe(key), ", value ",
                            describe(value));
}

/// `scores` where `mask` lets them be: -inf elsewhere, or with a floating mask added.
static Tensor masked(const OpCall &call, const Tensor &scores, const Tensor &mask) {
  const std::source_location location = call.location();
  if (mask.dtype() != DType::Bool) return call.elementwise("add", scores.dtype(), {{scores, location}, {mask, location}});
  return call.where(mask, {scores, location}, {-std::numeric_limits<double>::infinity(), location});
}

/// Where a key is not behind its query.
static Tensor causal_mask(const OpCall &call, const Tensor &scores) {
  const Shape shape({scores.shape().extent(-2), scores.shape().extent(-1)});
  return call.elementwise("greater_equal", {call.iota(shape, 0, DType::I64), call.iota(shape, 1, DType::I64)});
}

Tensor scaled_dot_product_attention(const Operand &query, const Operand &key, const Operand &value, const AttentionOptions &options) {
  const Tensor &mask = options.mask;
  if (any_dynamic(query, key, value, mask)) {
    const auto attention = [](const Operand &query, const Operand &key, const Operand &value, const Tensor &mask, bool causal,
                              const std::optional<double> &scale) {
      return scaled_dot_product_attention(query, key, value, {mask, causal, scale});
    };
    return deferred<"scaled_dot_product_attention">(query.location(), attention, query, key, value, mask, options.causal, options.scale);
  }
  const OpCall call("scaled_dot_product_attention", query.location());
  const DType dtype = call.common_dtype({query, key, value});
  const Tensor queries = call.tensor(query, dtype), keys = call.tensor(key, dtype), values = call.tensor(value, dtype);
  require_fitting(call, queries, keys, values);
  const double scale = options.scale.value_or(1 / std::sqrt(static_cast<double>(queries.shape().extent(-1))));
  const Tensor scaled = call.elementwise("multiply", {{queries, call.location()}, {scale, call.location()}});
  const Tensor products[] = {scaled, call.matrices_transposed(keys)};
  Tensor scores = call.apply("matmul", products);
  if (options.causal) scores = masked(call, scores, causal_mask(call, scores));
  if (mask.defined()) scores = masked(call, scores, mask);
  const Tensor weighted[] = {softmax({scores, call.location()}), values};
  return call.apply("matmul", weighted);
}

} // namespace burin
