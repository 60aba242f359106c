#include "lib/api/ops/OpCall.h"
#include "lib/api/Eager.h"
#include "lib/api/Errors.h"
#include "lib/api/Promotion.h"
#include <algorithm>
#include <numeric>

namespace burin::detail {

static std::span<const Operand> view(const std::initializer_list<Operand> &operands) { return {operands.begin(), operands.size()}; }

Tensor OpCall::apply(std::string_view op, std::span<const Tensor> operands, std::initializer_list<NamedAttribute> attributes) const {
  return detail::apply(op, label_, operands, {attributes.begin(), attributes.size()}, location_);
}

std::vector<Tensor> OpCall::apply_all(std::string_view op, std::span<const Tensor> operands,
                                      std::initializer_list<NamedAttribute> attributes) const {
  return detail::apply_all(op, label_, operands, {attributes.begin(), attributes.size()}, location_);
}

Tensor OpCall::tensor(const Operand &operand) const { return as_tensor(label_, operand); }
Tensor OpCall::tensor(const Operand &operand, DType dtype) const { return as_tensor(label_, operand, dtype); }
Tensor OpCall::tensor_beside(DType dtype, const Operand &operand) const {
  if (!operand.is_number()) return tensor(operand);
  const Tensor other = tensor(dtype == DType::Bool ? Operand(false, location_) : Operand(0, location_), dtype);
  return tensor(operand, common_dtype({{other, location_}, operand}));
}
Tensor OpCall::floating(const Operand &operand) const {
  const Tensor value = tensor(operand);
  if (!is_floating(value.dtype()))
    throw_error<DTypeError>(label_, location_, "expected a floating element type, found ", describe(value), "; cast it first");
  return value;
}

DType OpCall::common_dtype(std::initializer_list<Operand> operands) const { return detail::common_dtype(label_, view(operands)); }

Tensor OpCall::elementwise(std::string_view op, std::initializer_list<Operand> operands) const {
  return elementwise(op, common_dtype(operands), operands);
}

Tensor OpCall::elementwise(std::string_view op, DType dtype, std::initializer_list<Operand> operands) const {
  constexpr std::size_t kMost = 3;
  Tensor tensors[kMost];
  std::transform(operands.begin(), operands.end(), tensors, [&](const Operand &operand) { return tensor(operand, dtype); });
  return apply(op, {tensors, operands.size()});
}

Tensor OpCall::where(const Tensor &condition, const Operand &lhs, const Operand &rhs) const {
  if (condition.dtype() != DType::Bool)
    throw_error<DTypeError>(label_, location_, "the condition is ", describe(condition), ", expected bool: compare it with 0");
  const DType dtype = common_dtype({lhs, rhs});
  const Tensor operands[] = {condition, tensor(lhs, dtype), tensor(rhs, dtype)};
  return apply("where", operands);
}

Tensor OpCall::reduce(std::string_view op, const Tensor &x, const Axes &axes, KeepDims keep) const {
  return apply(op, x, {{"axes", this->axes(axes, x)}, {"keep_dims", keep == KeepDims::Yes}});
}

Tensor OpCall::reshape(const Tensor &x, std::vector<std::int64_t> shape) const {
  return apply("reshape", x, {{"shape", std::move(shape)}});
}

Tensor OpCall::broadcast(const Tensor &x, std::vector<std::int64_t> shape) const {
  return apply("broadcast_to", x, {{"shape", std::move(shape)}});
}

Tensor OpCall::matrices_transposed(const Tensor &x) const {
  std::vector<std::int64_t> permutation(static_cast<std::size_t>(x.rank()));
  std::iota(permutation.begin(), permutation.end(), 0);
  std::swap(permutation.back(), permutation[permutation.size() - 2]);
  return apply("transpose", x, {{"permutation", std::move(permutation)}});
}

Tensor OpCall::slice(const Tensor &x, std::vector<std::int64_t> starts, std::vector<std::int64_t> stops,
                     std::vector<std::int64_t> steps) const {
  return apply("slice", x, {{"starts", std::move(starts)}, {"stops", std::move(stops)}, {"steps", std::move(steps)}});
}

Tensor OpCall::slice(const Tensor &x, std::int64_t axis, std::int64_t start, std::int64_t stop) const {
  std::vector<std::int64_t> starts(static_cast<std::size_t>(x.rank()), 0), stops(x.shape().begin(), x.shape().end()),
      steps(starts.size(), 1);
  starts[static_cast<std::size_t>(axis)] = start;
  stops[static_cast<std::size_t>(axis)] = stop;
  return slice(x, std::move(starts), std::move(stops), std::move(steps));
}

Tensor OpCall::iota(const Shape &shape, std::int64_t axis, DType dtype) const {
  return apply("iota", std::span<const Tensor>(),
               {{"shape", std::vector<std::int64_t>(shape.begin(), shape.end())}, {"axis", axis}, {"dtype", dtype}});
}

std::int64_t OpCall::axis(int axis, int rank, const Tensor &x) const {
  if (axis < -rank || axis >= rank)
    throw_error<IndexError>(label_, location_, "axis ", axis, " is out of range for ", describe(x), " with rank ", x.rank());
  return axis < 0 ? axis + rank : axis;
}

std::vector<std::int64_t> OpCall::axes(const Axes &axes, const Tensor &x) const {
  std::vector<std::int64_t> result;
  for (int axis : axes.values()) result.push_back(this->axis(axis, x));
  if (axes.empty()) {
    result.resize(static_cast<std::size_t>(x.rank()));
    std::iota(result.begin(), result.end(), 0);
  }
  std::sort(result.begin(), result.end());
  const auto twice = std::adjacent_find(result.begin(), result.end());
  if (twice != result.end())
    throw_error<IndexError>(label_, location_, "axis ", *twice, " is listed twice for ", describe(x), " with rank ", x.rank());
  return result;
}

} // namespace burin::detail
