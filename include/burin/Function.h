#pragma once
#include "burin/Scope.h"
#include "burin/TensorInfo.h"
#include "burin/detail/FunctionCore.h"
#include <concepts>
#include <functional>
#include <memory>
#include <source_location>
#include <tuple>
#include <type_traits>

namespace burin {

template <class F> class Function;
template <class Signature> class ConcreteFunction;

namespace detail {

// --- the types of a lambda and of one call of it -------------------------------------------------------------------

template <class R, class... P> struct Parameters {
  using Result = R;
  using Types = std::tuple<P...>;
  static constexpr bool are_known = true;
};
struct UnknownParameters { // a generic lambda: they depend on the call
  static constexpr bool are_known = false;
};

template <class T> struct CallOperator;
template <class C, class R, class... P> struct CallOperator<R (C::*)(P...)> : Parameters<R, P...> {};
template <class C, class R, class... P> struct CallOperator<R (C::*)(P...) const> : Parameters<R, P...> {};
template <class C, class R, class... P> struct CallOperator<R (C::*)(P...) noexcept> : Parameters<R, P...> {};
template <class C, class R, class... P> struct CallOperator<R (C::*)(P...) const noexcept> : Parameters<R, P...> {};

template <class F> struct ParametersOf : UnknownParameters {};
template <class R, class... P> struct ParametersOf<R (*)(P...)> : Parameters<R, P...> {};
template <class R, class... P> struct ParametersOf<R (*)(P...) noexcept> : Parameters<R, P...> {};
template <class F>
  requires requires { &F::operator(); }
struct ParametersOf<F> : CallOperator<decltype(&F::operator())> {};

/// One call: what the lambda's parameters are, as what the arguments are held for them, and what comes back.
template <class R, class... P> struct CallTypes {
  using Parameters = std::tuple<P...>;
  using Held = std::tuple<std::remove_cvref_t<P>...>;
  using Returned = std::decay_t<R>;                                                  // void, too
  using Result = std::conditional_t<std::is_void_v<R>, std::tuple<>, std::decay_t<R>>; // as a structure
  using Concrete = ConcreteFunction<Returned(P...)>;
  static constexpr std::size_t arity = sizeof...(P);
  static const std::type_info &id() { return typeid(void (*)(std::remove_cvref_t<P>...)); }
};
template <class R, class Parameters> struct KnownCallTypes;
template <class R, class... P> struct KnownCallTypes<R, std::tuple<P...>> {
  using type = CallTypes<R, P...>;
};

template <class F, class... A> auto call_types() {
  using Known = ParametersOf<F>;
  if constexpr (Known::are_known) {
    static_assert(std::tuple_size_v<typename Known::Types> == sizeof...(A), "the function takes another number of arguments");
    return KnownCallTypes<typename Known::Result, typename Known::Types>();
  } else {
    return std::type_identity<CallTypes<std::invoke_result_t<F &, std::decay_t<A> &...>, std::decay_t<A> &...>>();
  }
}
template <class F, class... A> using CallTypesOf = typename decltype(call_types<F, A...>())::type;

// --- arguments -----------------------------------------------------------------------------------------------------

/// `argument` as a parameter of type `To`; itself if it is one. A C++ number becomes a scalar tensor.
template <class To, class From> decltype(auto) convert(From &&argument) {
  using Plain = std::remove_cvref_t<From>;
  if constexpr (std::is_same_v<Plain, To>) return static_cast<const To &>(argument);
  else if constexpr (std::is_same_v<To, Tensor> && Element<Plain>) return Tensor::scalar(argument);
  else {
    static_assert(std::is_convertible_v<From, To>, "an argument does not convert to the type of the lambda's parameter");
    return To(std::forward<From>(argument));
  }
}

/// Arguments converted to their parameters' types; those that need no conversion are held by reference.
template <class Held, class... A> auto bind(A &&...arguments) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return std::tuple<decltype(convert<std::tuple_element_t<I, Held>>(std::forward<A>(arguments)))...>(
        convert<std::tuple_element_t<I, Held>>(std::forward<A>(arguments))...);
  }(std::index_sequence_for<A...>());
}

template <class Bound, class Sink> void visit_arguments(const Bound &bound, Sink &sink) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit_part(std::get<I>(bound), Step{Step::Kind::Argument, I}, sink), ...);
  }(std::make_index_sequence<std::tuple_size_v<Bound>>());
}

/// Calls `lambda`; parameters by reference refer into `arguments`, those by value take them.
template <class Types, class F> typename Types::Result invoke(F &lambda, typename Types::Held &arguments) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) -> typename Types::Result {
    if constexpr (std::is_void_v<typename Types::Returned>) {
      std::invoke(lambda, static_cast<std::tuple_element_t<I, typename Types::Parameters> &&>(std::get<I>(arguments))...);
      return {};
    } else {
      return std::invoke(lambda, static_cast<std::tuple_element_t<I, typename Types::Parameters> &&>(std::get<I>(arguments))...);
    }
  }(std::make_index_sequence<Types::arity>());
}

/// Copies of `bound` with the tensors and variables that `source` gives.
template <class Types, class Bound, class Source> typename Types::Held hold(const Bound &bound, Source &source) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return typename Types::Held{rebuild(std::get<I>(bound), source)...}; // braces evaluate from left to right
  }(std::make_index_sequence<Types::arity>());
}

template <class Types, class F, class Bound> class TypedBody final : public Body {
public:
  TypedBody(F &lambda, const Bound &bound) : lambda_(lambda), bound_(bound) {}

  void describe(Describer &describer) const override { visit_arguments(bound_, describer); }
  std::unique_ptr<Skeleton> trace(TraceArguments &source, ResultGatherer &results) const override {
    typename Types::Held arguments = hold<Types>(bound_, source);
    const typename Types::Result result = invoke<Types>(lambda_, arguments);
    return std::make_unique<TypedSkeleton<typename Types::Result>>(rebuild(result, results));
  }

private:
  F &lambda_;
  const Bound &bound_;
};

/// Calls a function or one of its traces, `target`.
template <class Types, class Target, class F, class Bound>
typename Types::Returned call_bound(FunctionCore &core, Target &target, F &lambda, const Bound &bound) {
  const TypedBody<Types, F, Bound> body(lambda, bound);
  Arguments arguments(Types::id());
  visit_arguments(bound, arguments);
  const auto result_of = [](auto &results) {
    using Skeleton = TypedSkeleton<typename Types::Result>;
    return static_cast<typename Types::Returned>(rebuild(static_cast<const Skeleton &>(results.skeleton()).value, results));
  };
  if (!calls_are_ordinary()) [[unlikely]] {
    require_match(target, arguments, body);
    if (calls_are_recorded()) {
      RecordedCall recorded(core, arguments, body);
      return result_of(recorded);
    }
    const LambdaCall scope(core, arguments, body);
    SharedArguments source;
    typename Types::Held held = hold<Types>(bound, source);
    return static_cast<typename Types::Returned>(invoke<Types>(lambda, held));
  }
  CallResults results(arguments);
  call(target, arguments, body, results);
  return result_of(results);
}

// --- arguments of which only a spec is known -----------------------------------------------------------------------

template <class T> constexpr bool has_specs() {
  using S = StructureOf<T>;
  if constexpr (std::is_same_v<T, TensorSpec>) return true;
  else if constexpr (S::is_tuple)
    return []<std::size_t... I>(std::index_sequence<I...>) {
      return (has_specs<std::tuple_element_t<I, T>>() || ...);
    }(std::make_index_sequence<std::tuple_size_v<T>>());
  else if constexpr (S::is_array || S::is_vector || S::is_optional) return has_specs<typename T::value_type>();
  else if constexpr (S::is_map) return has_specs<typename T::mapped_type>();
  else return false;
}

/// `value` with a tensor in place of each spec.
template <class T> decltype(auto) with_tensors(const T &value, SpecTensors &tensors) {
  using S = StructureOf<T>;
  if constexpr (std::is_same_v<T, TensorSpec>) return tensors.make(value);
  else if constexpr (!has_specs<T>()) return static_cast<const T &>(value);
  else if constexpr (requires { value.first; }) {
    return std::pair{with_tensors(value.first, tensors), with_tensors(value.second, tensors)};
  } else if constexpr (S::is_tuple) {
    const auto all = [&](const auto &...part) {
      return std::tuple<std::decay_t<decltype(with_tensors(part, tensors))>...>{with_tensors(part, tensors)...};
    };
    return std::apply(all, value);
  } else if constexpr (S::is_array) {
    return std::apply([&](const auto &...part) { return std::array{with_tensors(part, tensors)...}; }, value);
  } else if constexpr (S::is_vector) {
    std::vector<std::decay_t<decltype(with_tensors(value[0], tensors))>> result;
    for (const auto &element : value) result.push_back(with_tensors(element, tensors));
    return result;
  } else if constexpr (S::is_optional) {
    using Part = std::decay_t<decltype(with_tensors(*value, tensors))>;
    return value ? std::optional<Part>(with_tensors(*value, tensors)) : std::optional<Part>();
  } else {
    std::map<std::string, std::decay_t<decltype(with_tensors(value.begin()->second, tensors))>> result;
    for (const auto &[key, element] : value) result.emplace(key, with_tensors(element, tensors));
    return result;
  }
}

} // namespace detail

/// What `Function::fetch` gives: the function's own result, and the tensors that were asked for.
template <class R> struct FetchResult {
  R result;
  NamedTensors tensors;
  /// The tensor of that name. Throws Error for one that isn't there, with the nearest names.
  const Tensor &operator[](std::string_view name) const { return tensors[name]; }
};
template <> struct FetchResult<void> {
  NamedTensors tensors;
  const Tensor &operator[](std::string_view name) const { return tensors[name]; }
};

namespace detail {

template <class Types, class F, class Bound>
FetchResult<typename Types::Returned> fetch_bound(FunctionCore &core, F &lambda, const Bound &bound,
                                                  std::span<const std::string> patterns) {
  const TypedBody<Types, F, Bound> body(lambda, bound);
  Arguments arguments(Types::id());
  visit_arguments(bound, arguments);
  CallResults results(arguments);
  NamedTensors tensors = fetch(core, patterns, arguments, body, results);
  if constexpr (std::is_void_v<typename Types::Returned>) return {std::move(tensors)};
  else return {rebuild(static_cast<const TypedSkeleton<typename Types::Result> &>(results.skeleton()).value, results), std::move(tensors)};
}

} // namespace detail

/// One trace of a function: compiled for one signature. A handle; equal if it is the same trace. Keeps the code alive.
template <class R, class... P> class ConcreteFunction<R(P...)> {
public:
  /// Throws SignatureError for arguments of any other signature, naming the argument, what was expected and what came.
  template <class... A> R operator()(A &&...arguments) const {
    static_assert(sizeof...(A) == sizeof...(P), "the function takes another number of arguments");
    const auto bound = detail::bind<typename Types::Held>(std::forward<A>(arguments)...);
    return detail::call_bound<Types>(*core_, *concrete_, *lambda_, bound);
  }

  /// "(f32[32,10], true)"
  const std::string &signature() const { return detail::signature(*concrete_); }
  /// The text of the function at `stage`: "trace", "optimized", ..., "asm". Throws Error for an unknown stage.
  ///
  /// A trace with dynamic extents has the text that is the same for all, extents that differ are `?`; where there is no such text, in
  /// later stages, this throws Error. Asked for as `function.ir(stage, ...)` with known extents it has that of the code for these.
  std::string ir(std::string_view stage) const { return detail::ir(*concrete_, stage, shapes_); }
  /// What can be fetched of it, in the order of the program.
  std::vector<TensorInfo> tensors() const { return detail::tensors(*concrete_); }
  /// The trace as MLIR bytecode.
  std::string bytecode() const { return detail::bytecode(*concrete_, shapes_); }

  friend bool operator==(const ConcreteFunction &a, const ConcreteFunction &b) { return a.concrete_ == b.concrete_; }

  // For the library itself.
  const detail::Concrete &concrete() const { return *concrete_; }

private:
  template <class F> friend class Function;
  using Types = detail::CallTypes<R, P...>;
  using Lambda = std::function<R(P...)>;

  ConcreteFunction(std::shared_ptr<detail::FunctionCore> core, detail::ConcreteRef concrete, std::shared_ptr<Lambda> lambda,
                   std::vector<Shape> shapes)
      : core_(std::move(core)), concrete_(std::move(concrete)), lambda_(std::move(lambda)), shapes_(std::move(shapes)) {}

  std::shared_ptr<detail::FunctionCore> core_;
  detail::ConcreteRef concrete_;
  std::shared_ptr<Lambda> lambda_; // for when it runs inline
  std::vector<Shape> shapes_;      // that it was asked for with
};

/// A C++ function over tensors that is traced and compiled on its first call with arguments of a new signature. Made by
/// `function`. Copies share their traces. Safe to call from many threads.
template <class F> class Function {
public:
  /// Calls the function. A C++ number for a tensor parameter becomes a scalar tensor.
  ///
  /// Tensors in the result are new; numbers, enums and strings in it are what they were at the trace.
  /// Throws what the lambda throws while it is traced, and what the run throws.
  template <class... A> auto operator()(A &&...arguments) const {
    using Types = detail::CallTypesOf<F, A...>;
    const auto bound = detail::bind<typename Types::Held>(std::forward<A>(arguments)...);
    return detail::call_bound<Types>(*state_->core, *state_->core, state_->lambda, bound);
  }

  /// Traces and compiles without running. A TensorSpec may stand for each tensor. The same trace when asked again.
  template <class... A> auto concrete(A &&...arguments) const {
    detail::SpecTensors tensors;
    return concrete_of(tensors, detail::with_tensors(arguments, tensors)...);
  }

  /// The text of one trace at `stage`: "trace", "optimized", ..., "asm". Makes the trace as `concrete` does.
  template <class... A> std::string ir(std::string_view stage, A &&...arguments) const {
    return concrete(std::forward<A>(arguments)...).ir(stage);
  }

  /// Calls the function, which computes the same to the bit, and gives tensors from its middle, too, in the order of the program.
  ///
  /// `names`: names as `tensors` lists them, with `*` for any characters and `?` for one; or lines of the program,
  /// "train.cpp:41". Each must match a tensor. A set of names is compiled once for each signature.
  /// Throws Error for one that matches none, with the nearest names; TraceError while another function is traced.
  template <class... A> auto fetch(const std::vector<std::string> &names, A &&...arguments) const {
    using Types = detail::CallTypesOf<F, A...>;
    const auto bound = detail::bind<typename Types::Held>(std::forward<A>(arguments)...);
    return detail::fetch_bound<Types>(*state_->core, state_->lambda, bound, names);
  }

  /// What can be fetched: name, dtype, shape and line of each tensor. Makes the trace as `concrete` does.
  template <class... A> std::vector<TensorInfo> tensors(A &&...arguments) const {
    return concrete(std::forward<A>(arguments)...).tensors();
  }

  /// As long as the scope lasts, `callback` gets the tensors that match `names` after each call of the function or a copy.
  Scope tap(std::vector<std::string> names, TapCallback callback) const {
    return detail::tap(state_->core, std::move(names), std::move(callback));
  }
  /// All tensors.
  Scope tap(TapCallback callback) const { return tap({"*"}, std::move(callback)); }

  /// All traces in the order in which they were made, with the reason for each.
  std::vector<TraceRecord> traces() const { return detail::traces(*state_->core); }

  /// Handles of the variables that the traces captured, in the order in which the lambda used them first: to be saved, or counted.
  std::vector<Variable> variables() const { return detail::variables(*state_->core); }

private:
  template <class G> friend Function<std::decay_t<G>> function(G &&, FunctionOptions, std::source_location);

  struct State {
    F lambda;
    std::shared_ptr<detail::FunctionCore> core;
  };

  explicit Function(std::shared_ptr<State> state) : state_(std::move(state)) {}

  template <class... A> auto concrete_of(const detail::SpecTensors &tensors, const A &...arguments) const {
    using Types = detail::CallTypesOf<F, A...>;
    const auto bound = detail::bind<typename Types::Held>(arguments...);
    const detail::TypedBody<Types, F, decltype(bound)> body(state_->lambda, bound);
    detail::Arguments flat(Types::id());
    detail::visit_arguments(bound, flat);
    using Lambda = typename Types::Concrete::Lambda;
    auto lambda = std::make_shared<Lambda>([state = state_](auto &&...parameters) -> typename Types::Returned {
      return std::invoke(state->lambda, std::forward<decltype(parameters)>(parameters)...);
    });
    return typename Types::Concrete(state_->core, detail::concrete(*state_->core, flat, body, tensors), std::move(lambda), flat.shapes());
  }

  std::shared_ptr<State> state_;
};

/// Makes a function of a lambda, function pointer or function object over tensors.
///
/// Captured host values are frozen when a signature is first traced; captured variables are not: capture them by reference.
/// Parameters and results: see Structure.h. A lambda with `auto` parameters takes arguments as what they decay to.
template <class F>
Function<std::decay_t<F>> function(F &&lambda, FunctionOptions options = {},
                                   std::source_location location = std::source_location::current()) {
  using Made = Function<std::decay_t<F>>;
  return Made(std::make_shared<typename Made::State>(
      typename Made::State{std::forward<F>(lambda), detail::make_function_core(std::move(options), location)}));
}

} // namespace burin
