#pragma once
#include "burin/detail/ControlCore.h"

/// Control flow over tensors whose values are known only when a function runs. In a traced function it becomes part of
/// the function, whose branches and bodies are traced once; eagerly the same calls are the host's own control flow.
///
/// State and results are structures of tensors (see Structure.h): tensors, tuples, pairs, arrays, vectors, maps, registered
/// structs. A lambda that takes a tuple's parts may take them one by one. C++ numbers become scalar tensors.
namespace burin {

/// What `then()` gives if `pred` is true, else what `otherwise()` gives; both are called with `operands`.
///
/// Only the branch that is chosen runs. In a traced function, extents in which the branches' results differ are dynamic: they depend on
/// `pred`. Throws DTypeError, ShapeError unless `pred` is a boolean scalar, and where the results differ in dtype or rank, or, in a
/// graph, in shape; TraceError where they differ in structure.
template <class Then, class Else, class... A> auto cond(const Operand &pred, Then &&then, Else &&otherwise, A &&...operands) {
  auto run_then = [&] { return then(operands...); };
  auto run_else = [&] { return otherwise(operands...); };
  using Result = detail::ResultOf<decltype(run_then)>;
  static_assert(std::is_same_v<Result, detail::ResultOf<decltype(run_else)>>, "the branches of cond give different types");
  const Tensor condition = detail::condition("cond", pred);
  if (!detail::is_tracing()) return condition.item<bool>() ? detail::result_of(run_then) : detail::result_of(run_else);
  std::optional<Result> result;
  const auto branch = [&](auto &run) {
    return [&] {
      result.emplace(detail::result_of(run));
      return detail::Described::of(*result, "result");
    };
  };
  const detail::Branch branches[] = {{"the then branch", branch(run_then)}, {"the else branch", branch(run_else)}};
  const std::vector<Tensor> tensors = detail::trace_branches("cond", condition, branches, pred.location());
  return detail::with_tensors_of(*result, tensors);
}

/// What `branches[index]()` gives; what the last one gives for an index that is out of range. Throws like `cond`.
template <class F> auto switch_case(const Operand &index, const std::vector<F> &branches) {
  using Result = detail::ResultOf<const F>;
  const Tensor chosen = detail::branch_index("switch_case", branches.empty() ? Operand(true) : index);
  if (!detail::is_tracing()) return detail::result_of(branches[detail::chosen_branch(chosen, branches.size())]);
  std::optional<Result> result;
  std::vector<detail::Branch> named;
  for (const F &branch : branches)
    named.push_back({"branch " + std::to_string(named.size()), [&] {
                       result.emplace(detail::result_of(branch));
                       return detail::Described::of(*result, "result");
                     }});
  const std::vector<Tensor> tensors = detail::trace_branches("switch_case", chosen, named, index.location());
  return detail::with_tensors_of(*result, tensors);
}
/// The same for branches of different C++ types that give the same one.
template <class First, class... F>
  requires std::is_invocable_v<First &>
auto switch_case(const Operand &index, First &&first, F &&...branches) {
  using Branch = std::function<decltype(first())()>;
  return switch_case(index, std::vector<Branch>{Branch(std::ref(first)), Branch(std::ref(branches))...});
}

/// Runs `state = body(state)` for as long as `test(state)` is true, starting from `init`; gives the last state.
///
/// The state keeps its structure, dtypes and shapes, but for extents that `options.shape_invariants` lets change, else DTypeError,
/// ShapeError or TraceError. Throws Error when a run reaches `options.max_iterations` and the test is still true.
template <class Test, class Body, class Init>
auto while_loop(Test &&test, Body &&body, const Init &init, const LoopOptions &options = {},
                std::source_location location = std::source_location::current()) {
  using State = detail::StateOf<Init>;
  State state = detail::as_state(init);
  const auto described = detail::Described::of(state, "state");
  const auto tested = [&](const State &now) { return Tensor(detail::result_of([&] { return detail::call_with(test, now); })); };
  const auto next = [&](const State &now) { return State(detail::result_of([&] { return detail::call_with(body, now); })); };
  if (detail::is_tracing()) {
    const auto trace_test = [&](std::span<const Tensor> tensors) { return tested(detail::with_tensors_of(state, tensors)); };
    const auto trace_body = [&](std::span<const Tensor> tensors) {
      return detail::Described::of(next(detail::with_tensors_of(state, tensors)), "state");
    };
    return detail::with_tensors_of(state, detail::trace_while(described, trace_test, trace_body, options, location));
  }
  detail::HostLoop loop("while_loop", described, options, location);
  for (;;) {
    const Tensor condition = tested(state);
    detail::require_condition("while_loop", condition, location);
    if (!condition.item<bool>()) return state;
    loop.begin_trip();
    State given = next(state);
    loop.end_trip(detail::Flat::of(given), [&] { return detail::Described::of(given, "state"); });
    state = std::move(given);
  }
}

/// Runs `state = body(i, state)` for each i of `range`, an i64 scalar, starting from `init`; gives the last state.
///
/// The state keeps its structure, dtypes and shapes, but for extents that `options.shape_invariants` lets change, else DTypeError,
/// ShapeError or TraceError.
template <class Body, class Init>
  requires(!std::is_same_v<Init, LoopOptions>)
auto for_range(const Range &range, Body &&body, const Init &init, const LoopOptions &options = {},
               std::source_location location = std::source_location::current()) {
  using State = detail::StateOf<Init>;
  State state = detail::as_state(init);
  const auto described = detail::Described::of(state, "state");
  const auto next = [&](const Tensor &i, const State &now) {
    return State(detail::result_of([&] { return detail::call_with(body, now, i); }));
  };
  if (detail::is_tracing()) {
    const auto trace_body = [&](const Tensor &i, std::span<const Tensor> tensors) {
      return detail::Described::of(next(i, detail::with_tensors_of(state, tensors)), "state");
    };
    return detail::with_tensors_of(state, detail::trace_for(range, described, trace_body, options, location));
  }
  const detail::HostRange host = detail::host_range(range, "for_range", location);
  detail::HostLoop loop("for_range", described, options, location);
  for (std::int64_t trip = 0; trip < host.trips; ++trip) {
    State given = next(Tensor::scalar(host.start + trip * host.step), state);
    loop.end_trip(detail::Flat::of(given), [&] { return detail::Described::of(given, "state"); });
    state = std::move(given);
  }
  return state;
}
/// Without state, for the body's effects.
template <class Body>
void for_range(const Range &range, Body &&body, const LoopOptions &options = {},
               std::source_location location = std::source_location::current()) {
  for_range(
      range,
      [&](const Tensor &i, const std::tuple<> &) {
        body(i);
        return std::tuple<>();
      },
      std::tuple<>(), options, location);
}

struct RowOptions {
  bool reverse = false; ///< from the last row to the first; what the rows give is stacked at their places
};

/// Runs `{state, y} = body(state, x)` for each row x of `xs` along the first dimension, starting from `init`; gives the last
/// state and the stacked ys.
///
/// `xs` is a structure of tensors with the same first extent (else ShapeError); x has the same structure.
template <class Body, class Init, class Xs>
auto scan(Body &&body, const Init &init, const Xs &xs, const RowOptions &options = {},
          std::source_location location = std::source_location::current()) {
  using State = detail::StateOf<Init>;
  using Step = detail::StateOf<std::decay_t<std::invoke_result_t<Body &, const State &, const Xs &>>>;
  static_assert(std::tuple_size_v<Step> == 2, "the body of scan gives a pair: the next state and a row");
  using Row = std::tuple_element_t<1, Step>;
  State state = detail::as_state(init);
  std::optional<Row> row;
  const auto step = [&](const State &now, std::span<const Tensor> rows) {
    const Xs x = detail::with_tensors_of(xs, rows);
    Step given = detail::result_of([&] { return body(now, x); });
    row.emplace(std::get<1>(given));
    return State(std::get<0>(std::move(given)));
  };
  const auto trace_body = [&](std::span<const Tensor> tensors, std::span<const Tensor> rows) {
    const State next = step(detail::with_tensors_of(state, tensors), rows);
    return detail::ScanStep{detail::Described::of(next, "state"), detail::Described::of(*row, "row")};
  };
  const auto order = options.reverse ? detail::ScanOrder::Reverse : detail::ScanOrder::Forward;
  const auto described = detail::Described::of(state, "state"), sources = detail::Described::of(xs, "xs");
  if (detail::is_tracing()) {
    const std::vector<Tensor> all = detail::trace_scan("scan", described, sources, trace_body, order, location);
    const auto states = std::span(all).first(described.flat.tensors.size());
    return std::pair<State, Row>(detail::with_tensors_of(state, states),
                                 detail::with_tensors_of(*row, std::span(all).subspan(states.size())));
  }
  detail::HostScan rows("scan", sources, order, location);
  detail::HostLoop loop("scan", described, {}, location);
  if (rows.trips() == 0) rows.add_nothing(described.flat, trace_body);
  for (std::int64_t trip = 0; trip < rows.trips(); ++trip) {
    State given = step(state, rows.rows(trip));
    loop.end_trip(detail::Flat::of(given), [&] { return detail::Described::of(given, "state"); });
    rows.add(trip, detail::Described::of(*row, "row"));
    state = std::move(given);
  }
  return std::pair<State, Row>(std::move(state), detail::with_tensors_of(*row, rows.stacked()));
}

/// `f(x)` for each row x of `xs` along the first dimension, stacked. In order, one by one.
template <class F, class Xs> auto map(F &&f, const Xs &xs, std::source_location location = std::source_location::current()) {
  const auto step = [&](const std::tuple<> &none, const Xs &x) {
    return std::pair(none, detail::result_of([&] { return detail::call_with(f, x); }));
  };
  return scan(step, std::tuple<>(), xs, {}, location).second;
}

} // namespace burin
