#include "burin/Ops.h"
#include "lib/api/ops/OpCall.h"

namespace burin {

using detail::OpCall;

/// Public names and the dialect's are the same; so this says all about most ops.
static Tensor unary(std::string_view op, const Operand &x) { return OpCall(op, x.location()).elementwise(op, {x}); }
static Tensor binary(std::string_view op, const Operand &lhs, const Operand &rhs) {
  return OpCall(op, lhs.location()).elementwise(op, {lhs, rhs});
}

Tensor add(const Operand &lhs, const Operand &rhs) { return binary("add", lhs, rhs); }
Tensor subtract(const Operand &lhs, const Operand &rhs) { return binary("subtract", lhs, rhs); }
Tensor multiply(const Operand &lhs, const Operand &rhs) { return binary("multiply", lhs, rhs); }
Tensor divide(const Operand &lhs, const Operand &rhs) {
  const OpCall call("divide", lhs.location());
  const DType dtype = call.common_dtype({lhs, rhs});
  return call.elementwise("divide", is_integer(dtype) ? DType::F64 : dtype, {lhs, rhs});
}
Tensor floor_divide(const Operand &lhs, const Operand &rhs) { return binary("floor_divide", lhs, rhs); }
Tensor remainder(const Operand &lhs, const Operand &rhs) { return binary("remainder", lhs, rhs); }
Tensor pow(const Operand &lhs, const Operand &rhs) { return binary("pow", lhs, rhs); }
Tensor maximum(const Operand &lhs, const Operand &rhs) { return binary("maximum", lhs, rhs); }
Tensor minimum(const Operand &lhs, const Operand &rhs) { return binary("minimum", lhs, rhs); }

Tensor negative(const Operand &x) { return unary("negative", x); }
Tensor abs(const Operand &x) { return unary("abs", x); }
Tensor sign(const Operand &x) { return unary("sign", x); }
Tensor square(const Operand &x) { return unary("square", x); }
Tensor sqrt(const Operand &x) { return unary("sqrt", x); }
Tensor rsqrt(const Operand &x) { return unary("rsqrt", x); }
Tensor exp(const Operand &x) { return unary("exp", x); }
Tensor log(const Operand &x) { return unary("log", x); }
Tensor tanh(const Operand &x) { return unary("tanh", x); }
Tensor sigmoid(const Operand &x) { return unary("sigmoid", x); }
Tensor relu(const Operand &x) { return unary("relu", x); }

Tensor equal(const Operand &lhs, const Operand &rhs) { return binary("equal", lhs, rhs); }
Tensor not_equal(const Operand &lhs, const Operand &rhs) { return binary("not_equal", lhs, rhs); }
Tensor less(const Operand &lhs, const Operand &rhs) { return binary("less", lhs, rhs); }
Tensor less_equal(const Operand &lhs, const Operand &rhs) { return binary("less_equal", lhs, rhs); }
Tensor greater(const Operand &lhs, const Operand &rhs) { return binary("greater", lhs, rhs); }
Tensor greater_equal(const Operand &lhs, const Operand &rhs) { return binary("greater_equal", lhs, rhs); }

Tensor logical_and(const Operand &lhs, const Operand &rhs) { return binary("logical_and", lhs, rhs); }
Tensor logical_or(const Operand &lhs, const Operand &rhs) { return binary("logical_or", lhs, rhs); }
Tensor logical_xor(const Operand &lhs, const Operand &rhs) { return binary("logical_xor", lhs, rhs); }
Tensor logical_not(const Operand &x) { return unary("logical_not", x); }

Tensor where(const Operand &condition, const Operand &lhs, const Operand &rhs) {
  const OpCall call("where", condition.location());
  return call.where(call.tensor(condition), lhs, rhs);
}

Tensor cast(const Operand &x, DType dtype) {
  const OpCall call("cast", x.location());
  const Tensor tensor = call.tensor(x);
  return tensor.dtype() == dtype ? tensor : call.apply("cast", tensor, {{"dtype", dtype}});
}

} // namespace burin
