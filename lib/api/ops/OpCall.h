#pragma once
#include "burin/Operand.h"
#include "lib/trace/Trace.h"
#include <initializer_list>
#include <string_view>

namespace burin::detail {

/// What sums and products are computed in: bools are counted.
inline DType counted_dtype(DType dtype) { return dtype == DType::Bool ? DType::I64 : dtype; }
/// What an op that asks for an order works on: bools are 0 and 1 to it.
inline DType ordered_dtype(DType dtype) { return dtype == DType::Bool ? DType::U8 : dtype; }

/// A call of one public op. A composite op applies several primitive ones, all under its own name and the user's line.
class OpCall {
public:
  OpCall(std::string_view label, std::source_location location) : label_(label), location_(location) {}

  Tensor apply(std::string_view op, std::span<const Tensor> operands, std::initializer_list<NamedAttribute> attributes = {}) const;
  Tensor apply(std::string_view op, const Tensor &x, std::initializer_list<NamedAttribute> attributes = {}) const {
    return apply(op, {&x, 1}, attributes);
  }
  /// For an op with several results.
  std::vector<Tensor> apply_all(std::string_view op, std::span<const Tensor> operands,
                                std::initializer_list<NamedAttribute> attributes = {}) const;

  /// The operand as a tensor, of its own dtype or of another.
  Tensor tensor(const Operand &operand) const;
  Tensor tensor(const Operand &operand, DType dtype) const;
  /// The operand of its own dtype; a number takes `dtype`, as it would beside a tensor. Throws DTypeError where it can't.
  Tensor tensor_beside(DType dtype, const Operand &operand) const;
  /// The operand as a tensor. Throws DTypeError unless it is floating: a number beside it, in a composite op, would decide an integer's dtype
  /// before the op that refuses it is met.
  Tensor floating(const Operand &operand) const;
  DType common_dtype(std::initializer_list<Operand> operands) const;

  /// An elementwise op on operands that promote.
  Tensor elementwise(std::string_view op, std::initializer_list<Operand> operands) const;
  /// The same on operands that are converted to `dtype`.
  Tensor elementwise(std::string_view op, DType dtype, std::initializer_list<Operand> operands) const;
  Tensor where(const Tensor &condition, const Operand &lhs, const Operand &rhs) const;
  Tensor reduce(std::string_view op, const Tensor &x, const Axes &axes, KeepDims keep) const;
  Tensor reshape(const Tensor &x, std::vector<std::int64_t> shape) const;
  /// The last two dimensions in each other's place.
  Tensor matrices_transposed(const Tensor &x) const;
  Tensor broadcast(const Tensor &x, std::vector<std::int64_t> shape) const;
  /// Elements starts[i], starts[i] + steps[i], ... before stops[i], as `burin.slice` has it.
  Tensor slice(const Tensor &x, std::vector<std::int64_t> starts, std::vector<std::int64_t> stops, std::vector<std::int64_t> steps) const;
  /// The same along one axis, in steps of 1.
  Tensor slice(const Tensor &x, std::int64_t axis, std::int64_t start, std::int64_t stop) const;
  Tensor iota(const Shape &shape, std::int64_t axis, DType dtype) const;

  /// From 0 to rank - 1. Throws IndexError, naming the axis and `x`.
  std::int64_t axis(int axis, const Tensor &x) const { return this->axis(axis, x.rank(), x); }
  /// The same for a result of `rank` dimensions.
  std::int64_t axis(int axis, int rank, const Tensor &x) const;
  /// Sorted; all axes when `axes` is empty. Throws IndexError.
  std::vector<std::int64_t> axes(const Axes &axes, const Tensor &x) const;

  std::string_view label() const { return label_; }
  std::source_location location() const { return location_; }

private:
  std::string_view label_;
  std::source_location location_;
};

} // namespace burin::detail
