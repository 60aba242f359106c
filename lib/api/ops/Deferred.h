#pragma once
#include "burin/Operand.h"
#include "lib/api/TensorImpl.h"
#include "lib/trace/Trace.h"
#include <type_traits>
#include <utility>

/// Ops that look at the extents of their operands: where these are known only when the function is called, the op is done once they are.
namespace burin::detail {

inline bool is_dynamic(const Tensor &tensor) { return tensor.defined() && !tensor.shape().is_static(); }
inline bool is_dynamic(const Operand &operand) { return !operand.is_number() && is_dynamic(operand.tensor()); }

inline bool is_dynamic(std::span<const Operand> operands) {
  for (const Operand &operand : operands)
    if (is_dynamic(operand)) return true;
  return false;
}

/// Whether any of an op's operands, tensors and Operands, has an extent that isn't known yet.
template <class... O> bool any_dynamic(const O &...operands) { return (is_dynamic(operands) || ...); }

/// Whether the thread records a trace with dynamic extents: there, effects wait for the extents of what they see, too.
inline bool in_dynamic_trace() { return current_trace() && current_trace()->is_dynamic(); }

/// `op`, which takes a list of operands and gives a tensor, a vector of them, or nothing, as an action of a trace.
template <class Op> Trace::Action action_of(Op op, std::span<const Operand> operands) {
  using Result = std::invoke_result_t<Op, const std::vector<Operand> &>;
  std::vector<Operand> given; // without tensors, which would keep the trace alive in itself
  for (const Operand &operand : operands) given.push_back(operand.is_number() ? operand : Operand(Tensor(), operand.location()));
  return [given, op](Trace &, std::span<const Tensor> tensors) {
    std::vector<Operand> known;
    for (std::size_t i = 0; i < given.size(); ++i)
      known.push_back(given[i].is_number() ? given[i] : Operand(tensors[i], given[i].location()));
    std::vector<Tensor> results;
    if constexpr (std::is_void_v<Result>) op(known);
    else if constexpr (std::is_same_v<Result, Tensor>) results.push_back(op(known));
    else results = op(known);
    return results;
  };
}

inline std::vector<Tensor> tensors_of(std::span<const Operand> operands) {
  std::vector<Tensor> tensors;
  for (const Operand &operand : operands) tensors.push_back(operand.is_number() ? Tensor() : operand.tensor());
  return tensors;
}

/// What `op` makes of a list of operands once their extents are known: a tensor, a vector of them, or nothing. It may use no other
/// tensor of the trace.
template <class Op> auto deferred_list(std::string_view label, std::source_location location, Op op, std::span<const Operand> operands) {
  using Result = std::invoke_result_t<Op, const std::vector<Operand> &>;
  std::vector<Tensor> results = current_trace()->perform(label, tensors_of(operands), action_of(op, operands), location);
  if constexpr (std::is_same_v<Result, Tensor>) return results[0];
  else if constexpr (!std::is_void_v<Result>) return results;
}

template <class O> const O &operand_as(const Operand &operand) {
  if constexpr (std::is_same_v<O, Tensor>) return operand.tensor();
  else return operand;
}

/// The same for operands, tensors and Operands, that `op` takes one by one.
template <class Op, class... O> auto deferred(std::string_view label, std::source_location location, Op op, const O &...operands) {
  const auto of_list = [op](const std::vector<Operand> &known) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) { return op(operand_as<O>(known[I])...); }(std::index_sequence_for<O...>());
  };
  const Operand list[] = {Operand(operands)...};
  return deferred_list(label, location, of_list, list);
}

} // namespace burin::detail
