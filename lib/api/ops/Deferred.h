#pragma once
#include "burin/Operand.h"
#include "lib/api/TensorImpl.h"
#include "lib/api/ops/ActionArguments.h"
#include "lib/trace/Trace.h"
#include <algorithm>
#include <tuple>
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

/// A name as a template argument.
template <std::size_t N> struct ActionName {
  constexpr ActionName(const char (&text)[N]) { std::copy_n(text, N, characters); }
  constexpr std::string_view text() const { return {characters, N - 1}; }
  /// "split" of "split.positions": what messages and operations call it.
  constexpr std::string_view label() const { return text().substr(0, text().find('.')); }
  char characters[N];
};

/// `Op`, a lambda without captures, which takes `Arguments` and gives a tensor, a vector of them, or nothing, as an action of traces that
/// files may have by its name. Of the arguments, Tensors, Operands and lists of Operands are the trace's; the others are kept.
template <ActionName Name, class Op, class... Arguments> struct DeferredAction {
  using Kept = std::tuple<Arguments...>;

  static Action::Run run(Kept kept) {
    return [kept = std::move(kept)](Trace &, std::span<const Tensor> tensors) {
      Kept known = kept;
      std::apply([&](auto &...arguments) { (put_tensors(arguments, tensors), ...); }, known);
      if (!tensors.empty()) throw IoError("an action has too many operands"); // of a file
      using Result = decltype(std::apply(Op(), std::as_const(known)));
      std::vector<Tensor> results;
      if constexpr (std::is_void_v<Result>) std::apply(Op(), std::as_const(known));
      else if constexpr (std::is_same_v<Result, Tensor>) results.push_back(std::apply(Op(), std::as_const(known)));
      else results = std::apply(Op(), std::as_const(known));
      return results;
    };
  }

  static Action::Run read(ActionReader &reader) { return run(Kept{read_argument<Arguments>(reader)...}); }

  static Action action(Kept kept) {
    (void)is_registered;
    ActionCode code{std::string(Name.text())};
    std::apply([&](const auto &...arguments) { (add_argument(arguments, code), ...); }, kept);
    return {run(std::move(kept)), std::move(code)};
  }

  static inline const bool is_registered = register_action(Name.text(), &read);
};

/// What an action keeps of an argument: tensors of a trace would keep it alive in itself.
template <class A> auto kept_argument(const A &argument) {
  if constexpr (std::is_same_v<A, Tensor>) return Tensor();
  else if constexpr (std::is_same_v<A, Operand>) return argument.is_number() ? argument : Operand(Tensor(), argument.location());
  else if constexpr (std::is_convertible_v<A, std::span<const Operand>>) {
    std::vector<Operand> kept;
    for (const Operand &operand : std::span<const Operand>(argument)) kept.push_back(kept_argument(operand));
    return kept;
  } else if constexpr (std::is_convertible_v<A, std::string_view>) return std::string(argument);
  else return argument;
}

/// What `op` makes of the arguments.
template <ActionName Name, class Op, class... A> Action action_of(Op, const A &...arguments) {
  using Deferred = DeferredAction<Name, Op, decltype(kept_argument(arguments))...>;
  return Deferred::action(typename Deferred::Kept(kept_argument(arguments)...));
}

template <class... A> std::vector<Tensor> tensors_of(const A &...arguments) {
  std::vector<Tensor> tensors;
  (add_tensors(arguments, tensors), ...);
  return tensors;
}

/// What `op` makes of the arguments once their extents are known: a tensor, a vector of them, or nothing. It may use no other tensor of
/// the trace. Messages, and its operation, call it `label`.
template <ActionName Name, class Op, class... A>
auto deferred_as(std::string_view label, std::source_location location, Op op, const A &...arguments) {
  using Result = std::invoke_result_t<Op, const decltype(kept_argument(arguments)) &...>;
  std::vector<Tensor> results = current_trace()->perform(label, tensors_of(arguments...), action_of<Name>(op, arguments...), location);
  if constexpr (std::is_same_v<Result, Tensor>) return results[0];
  else if constexpr (!std::is_void_v<Result>) return results;
}

/// The same for one that is called as its action is.
template <ActionName Name, class Op, class... A> auto deferred(std::source_location location, Op op, const A &...arguments) {
  return deferred_as<Name>(Name.label(), location, op, arguments...);
}

} // namespace burin::detail
