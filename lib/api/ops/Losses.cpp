#include "burin/Ops.h"
#include "lib/api/Errors.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/OpCall.h"
#include <limits>

namespace burin {

using namespace detail;

static Tensor binary(const OpCall &call, std::string_view op, const Tensor &lhs, const Tensor &rhs) {
  return call.elementwise(op, {{lhs, call.location()}, {rhs, call.location()}});
}
static Tensor binary(const OpCall &call, std::string_view op, const Tensor &lhs, double rhs) {
  return call.elementwise(op, {{lhs, call.location()}, {rhs, call.location()}});
}

static Tensor reduced(const OpCall &call, const Tensor &loss, Reduction reduction) {
  switch (reduction) {
  case Reduction::None: return loss;
  case Reduction::Sum: return call.reduce("reduce_sum", loss, {}, KeepDims::No);
  case Reduction::Mean: return mean({loss, call.location()});
  }
  return loss;
}

static Tensor difference(const OpCall &call, const Operand &prediction, const Operand &target) {
  const Tensor value = call.floating(prediction);
  return call.elementwise("subtract", {{value, call.location()}, target});
}

Tensor mse(const Operand &prediction, const Operand &target, Reduction reduction) {
  const OpCall call("mse", prediction.location());
  return reduced(call, call.apply("square", difference(call, prediction, target)), reduction);
}

Tensor mae(const Operand &prediction, const Operand &target, Reduction reduction) {
  const OpCall call("mae", prediction.location());
  return reduced(call, call.apply("abs", difference(call, prediction, target)), reduction);
}

Tensor huber(const Operand &prediction, const Operand &target, double delta, Reduction reduction) {
  const OpCall call("huber", prediction.location());
  const Tensor distance = call.apply("abs", difference(call, prediction, target));
  // The part up to delta, squared, and what lies beyond: no branch that could be infinite where it isn't taken.
  const Tensor inner = binary(call, "minimum", distance, delta), outer = binary(call, "subtract", distance, inner);
  const Tensor loss =
      binary(call, "add", binary(call, "multiply", call.apply("square", inner), 0.5), binary(call, "multiply", outer, delta));
  return reduced(call, loss, reduction);
}

Tensor binary_cross_entropy(const Operand &prediction, const Operand &target, Prediction given, Reduction reduction) {
  const OpCall call("binary_cross_entropy", prediction.location());
  const Tensor p = call.floating(prediction), y = call.tensor(target, p.dtype());
  if (given == Prediction::Logits) // softplus(z) - z y
    return reduced(call, binary(call, "subtract", call.apply("softplus", p), binary(call, "multiply", p, y)), reduction);
  const Tensor yes = binary(call, "multiply", y, call.apply("log", p));
  const Tensor rest = call.elementwise("subtract", {{1.0, call.location()}, {y, call.location()}});
  const Tensor no = binary(call, "multiply", rest, call.apply("log1p", call.apply("negative", p)));
  return reduced(call, call.apply("negative", binary(call, "add", yes, no)), reduction);
}

// --- cross entropy ---------------------------------------------------------------------------------------------------

static Tensor log_probabilities(const OpCall &call, const Tensor &prediction, const CrossEntropyOptions &options) {
  if (options.given == Prediction::Probabilities) return call.apply("log", prediction);
  return log_softmax({prediction, call.location()}, options.axis);
}

/// The targets as classes, with an axis of extent 1 for these. Throws ShapeError.
static Tensor classes(const OpCall &call, const Tensor &target, const Tensor &prediction, std::int64_t axis) {
  std::vector<std::int64_t> expected(prediction.shape().begin(), prediction.shape().end()), kept = expected;
  expected.erase(expected.begin() + axis);
  kept[static_cast<std::size_t>(axis)] = 1;
  if (std::vector<std::int64_t>(target.shape().begin(), target.shape().end()) != expected)
    throw_error<ShapeError>(call.label(), call.location(), "expected classes of shape ",
                            Shape(std::span<const std::int64_t>(expected)).to_string(), " for ", describe(prediction), ", found ",
                            describe(target));
  return call.reshape(call.tensor({target, call.location()}, DType::I64), kept);
}

/// -log of the probability of each example's class.
static Tensor sparse_loss(const OpCall &call, const Tensor &logs, const Tensor &target, std::int64_t axis) {
  const Operand::Location at = call.location();
  const std::int64_t count = logs.shape()[static_cast<int>(axis)];
  const Tensor wanted = classes(call, target, logs, axis);
  const Tensor hit = binary(call, "equal", wanted, call.iota(logs.shape(), axis, DType::I64));
  const Tensor picked = call.where(hit, {logs, at}, {0.0, at});
  const Tensor loss = call.apply("negative", call.reduce("reduce_sum", picked, static_cast<int>(axis), KeepDims::Yes));
  const Tensor known = binary(call, "logical_and", call.elementwise("greater_equal", {{wanted, at}, {0, at}}),
                              call.elementwise("less", {{wanted, at}, {count, at}}));
  const Tensor checked = call.where(known, {loss, at}, {std::numeric_limits<double>::quiet_NaN(), at});
  return call.reshape(checked, std::vector<std::int64_t>(target.shape().begin(), target.shape().end()));
}

static Tensor dense_loss(const OpCall &call, const Tensor &logs, const Tensor &target, std::int64_t axis) {
  if (target.shape() != logs.shape())
    throw_error<ShapeError>(call.label(), call.location(), "expected probabilities of the shape of ", describe(logs), ", found ",
                            describe(target));
  // 0 log(0) is 0: a class without probability has no say.
  const Operand::Location at = call.location();
  const Tensor terms = binary(call, "multiply", target, logs);
  const Tensor counted = call.where(call.elementwise("equal", {{target, at}, {0.0, at}}), {0.0, at}, {terms, at});
  return call.apply("negative", call.reduce("reduce_sum", counted, static_cast<int>(axis), KeepDims::No));
}

Tensor cross_entropy(const Operand &prediction, const Operand &target, const CrossEntropyOptions &options) {
  if (any_dynamic(prediction, target))
    return deferred<"cross_entropy">(
        prediction.location(), [](const auto &...all) { return cross_entropy(all...); }, prediction, target, options);
  const OpCall call("cross_entropy", prediction.location());
  const Tensor value = call.floating(prediction), wanted = call.tensor(target);
  const std::int64_t axis = call.axis(options.axis, value);
  const Tensor logs = log_probabilities(call, value, options);
  Tensor loss =
      is_integer(wanted.dtype()) ? sparse_loss(call, logs, wanted, axis) : dense_loss(call, logs, call.tensor(target, value.dtype()), axis);
  if (options.label_smoothing != 0) {
    const Tensor spread = call.apply("negative", mean({logs, call.location()}, static_cast<int>(axis)));
    loss = binary(call, "add", binary(call, "multiply", loss, 1 - options.label_smoothing),
                  binary(call, "multiply", spread, options.label_smoothing));
  }
  return reduced(call, loss, options.reduction);
}

} // namespace burin
