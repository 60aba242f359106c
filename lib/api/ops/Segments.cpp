#include "burin/ops/Segments.h"
#include "burin/Ops.h"
#include "lib/api/Errors.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/OpCall.h"

namespace burin {

using namespace detail;

static Tensor segments_of(std::string_view op, const Operand &data, const Operand &segments, std::int64_t count) {
  const OpCall call(op, data.location());
  const Tensor operands[] = {call.tensor(data), call.tensor(segments)};
  return call.apply(op, operands, {{"count", count}});
}

Tensor segment_sum(const Operand &data, const Operand &segments, std::int64_t count) {
  return segments_of("segment_sum", data, segments, count);
}
Tensor segment_max(const Operand &data, const Operand &segments, std::int64_t count) {
  return segments_of("segment_max", data, segments, count);
}

/// Each number is the segment of its weight.
static Tensor weighted_count(const OpCall &call, const Tensor &numbers, std::int64_t length, const Tensor &weights) {
  if (!is_integer(numbers.dtype()))
    throw_error<DTypeError>(call.label(), call.location(), "expected integers, found ", describe(numbers), "; cast them first");
  if (length < 0) throw_error<ShapeError>(call.label(), call.location(), "the length is ", length, ", expected 0 or more");
  const Tensor operands[] = {call.reshape(weights, {weights.element_count()}), call.reshape(numbers, {numbers.element_count()})};
  return call.apply("segment_sum", operands, {{"count", length}});
}

Tensor bincount(const Operand &x, std::int64_t length) {
  if (any_dynamic(x)) return deferred<"bincount">(x.location(), [](const auto &...all) { return bincount(all...); }, x, length);
  const OpCall call("bincount", x.location());
  const Tensor numbers = call.tensor(x), one = call.tensor(Operand(1, x.location()), DType::I64);
  const std::vector<std::int64_t> shape(numbers.shape().begin(), numbers.shape().end());
  return weighted_count(call, numbers, length, call.apply("broadcast_to", one, {{"shape", shape}}));
}

Tensor bincount(const Operand &x, std::int64_t length, const Operand &weights) {
  if (any_dynamic(x, weights))
    return deferred<"bincount.weights">(x.location(), [](const auto &...all) { return bincount(all...); }, x, length, weights);
  const OpCall call("bincount", x.location());
  const Tensor numbers = call.tensor(x), each = call.tensor(weights);
  if (numbers.shape() != each.shape())
    throw_error<ShapeError>(call.label(), call.location(), "numbers and weights differ in shape: ", describe(numbers), ", ",
                            describe(each));
  return weighted_count(call, numbers, length, each);
}

} // namespace burin
