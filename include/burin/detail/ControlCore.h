#pragma once
#include "burin/Operand.h"
#include "burin/detail/Arguments.h"
#include <functional>
#include <optional>
#include <source_location>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// What control flow is underneath its C++ types: Control.h converts to and from the flat forms here, lib/ does the work.
namespace burin {

struct LoopOptions {
  std::optional<std::int64_t> max_iterations = {}; ///< a `while_loop` that would run its body more often fails
  std::string name = {};                           ///< in messages
  /// Of the state's tensors, in order, if any shape changes: kDynamic for an extent that may do so with each trip.
  std::vector<Shape> shape_invariants = {};
};

/// The numbers that `for_range` counts through: `n`, `{start, stop}`, `{start, stop, step}`. Start and stop are C++ integers
/// or scalar integer tensors; step is not 0 and may be negative.
class Range {
public:
  using Location = std::source_location;
  Range(const Tensor &stop, Location location = Location::current()) : start_(0), stop_(stop, location) {}
  template <class T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
  Range(T stop, Location location = Location::current()) : start_(0), stop_(stop, location) {}
  Range(const Operand &start, const Operand &stop, std::int64_t step = 1) : start_(start), stop_(stop), step_(step) {}

  const Operand &start() const { return start_; }
  const Operand &stop() const { return stop_; }
  std::int64_t step() const { return step_; }

private:
  Operand start_, stop_;
  std::int64_t step_ = 1;
};

namespace detail {

// --- structures as state -------------------------------------------------------------------------------------------

template <class T> auto as_state(const T &value);

template <class T> auto tuple_as_state(const T &value) {
  if constexpr (requires { value.first; }) return std::pair{as_state(value.first), as_state(value.second)};
  else return std::apply([](const auto &...part) { return std::tuple<decltype(as_state(part))...>{as_state(part)...}; }, value);
}

/// What a loop carries, or a branch gives, for `value`: C++ numbers, also in tuples and pairs, become scalar tensors.
template <class T> auto as_state(const T &value) {
  if constexpr (Element<T>) return Tensor::scalar(value);
  else if constexpr (StructureOf<T>::is_tuple) return tuple_as_state(value);
  else return T(value);
}
template <class T> using StateOf = decltype(as_state(std::declval<const T &>()));

/// `f(state)`, or `f(parts...)` if the state is a tuple or pair and `f` takes its parts. `first` come before.
template <class F, class State, class... First> decltype(auto) call_with(F &f, const State &state, const First &...first) {
  if constexpr (std::is_invocable_v<F &, const First &..., const State &>) return f(first..., state);
  else return std::apply([&](const auto &...part) -> decltype(auto) { return f(first..., part...); }, state);
}

/// What `f()` gives, as state; the empty tuple for void.
template <class F> auto result_of(F &&f) {
  if constexpr (std::is_void_v<decltype(f())>) {
    f();
    return std::tuple<>();
  } else {
    return as_state(f());
  }
}
template <class F> using ResultOf = decltype(result_of(std::declval<F &>()));

/// A structured value, flat: its tensors, and all else that it is as bytes.
class Flat {
public:
  template <class T> static Flat of(const T &value) {
    Flat flat;
    visit(value, flat);
    return flat;
  }
  std::vector<Tensor> tensors;
  std::string structure;

  void tensor(const Tensor &tensor) { tensors.push_back(tensor); }
  void variable(const Variable &variable) { number(reinterpret_cast<std::uintptr_t>(variable.state().get())); }
  void text(std::string_view text) { structure.append(text).push_back('\0'); }
  template <class T> void number(T value) { structure.append(reinterpret_cast<const char *>(&value), sizeof value); }
  void begin(Container, std::size_t size) { number(size); }
  void end() {}
  void enter(Step step) {
    if (step.kind == Step::Kind::Key) text(step.name);
  }
  void leave() {}
};

/// The same with words for messages.
struct Described {
  Flat flat;
  Describer words;

  template <class T> static Described of(const T &value, std::string root) {
    Described described{Flat::of(value), Describer(std::move(root))};
    visit(value, described.words);
    return described;
  }
};

/// Gives tensors, one after the other, to `rebuild`.
class TensorSource {
public:
  explicit TensorSource(std::span<const Tensor> tensors) : next_(tensors.data()) {}
  Tensor tensor(const Tensor &) { return *next_++; }
  Variable variable(const Variable &variable) { return Variable(variable.state()); }

private:
  const Tensor *next_;
};
template <class T> T with_tensors_of(const T &value, std::span<const Tensor> tensors) {
  TensorSource source(tensors);
  return rebuild(value, source);
}

// --- recorded ------------------------------------------------------------------------------------------------------

/// Whether the thread is tracing: else control flow is the host's.
bool is_tracing();

struct Branch {
  std::string name; ///< "the then branch"
  std::function<Described()> run;
};
/// A branch for each value of `selector`: a boolean (true, false), or an integer (others than these run the last one).
std::vector<Tensor> trace_branches(std::string_view label, const Tensor &selector, std::span<const Branch> branches,
                                   std::source_location location);

using LoopTest = std::function<Tensor(std::span<const Tensor> state)>;
using LoopBody = std::function<Described(std::span<const Tensor> state)>;
using NumberedBody = std::function<Described(const Tensor &number, std::span<const Tensor> state)>;
std::vector<Tensor> trace_while(const Described &init, const LoopTest &test, const LoopBody &body, const LoopOptions &options,
                                std::source_location location);
std::vector<Tensor> trace_for(const Range &range, const Described &init, const NumberedBody &body, const LoopOptions &options,
                              std::source_location location);

/// What one step of a scan gives.
struct ScanStep {
  Described state, row;
};
using ScanBody = std::function<ScanStep(std::span<const Tensor> state, std::span<const Tensor> row)>;
enum class ScanOrder { Forward, Reverse };
/// The last state, then the rows stacked.
std::vector<Tensor> trace_scan(std::string_view label, const Described &init, const Described &rows, const ScanBody &body, ScanOrder order,
                               std::source_location location);

// --- run by the host -----------------------------------------------------------------------------------------------

/// The condition's tensor. Throws DTypeError or ShapeError unless it is a boolean scalar.
Tensor condition(std::string_view label, const Operand &condition);
void require_condition(std::string_view label, const Tensor &condition, std::source_location location);
/// The index's tensor, an i64. Throws likewise for what is no integer scalar.
Tensor branch_index(std::string_view label, const Operand &index);
/// The branch to run.
std::size_t chosen_branch(const Tensor &index, std::size_t count);

/// Watches over a loop that the host runs: its state keeps dtypes, structure, and shapes but for what `options` let change, and its trips
/// are limited.
class HostLoop {
public:
  HostLoop(std::string_view label, const Described &init, const LoopOptions &options, std::source_location location);
  /// To be called before each trip, and with what it gave.
  void begin_trip();
  void end_trip(const Flat &next, const std::function<Described()> &describe);

private:
  std::string label_;
  const Described &init_;
  std::vector<Shape> changing_; // by tensor: kDynamic for extents that may change
  std::optional<std::int64_t> max_iterations_;
  std::int64_t trips_ = 0;
  std::source_location location_;
};

/// A host integer's start, stop and step.
struct HostRange {
  std::int64_t start, step, trips;
};
HostRange host_range(const Range &range, std::string_view label, std::source_location location);

/// Rows of structures of tensors, for a scan that the host runs.
class HostScan {
public:
  /// Throws ShapeError unless all tensors of `rows` have the same first extent.
  HostScan(std::string_view label, const Described &rows, ScanOrder order, std::source_location location);
  std::int64_t trips() const { return trips_; }
  /// The rows that trip `trip` reads; no copies.
  std::vector<Tensor> rows(std::int64_t trip) const;
  /// Keeps what trip `trip` gave.
  void add(std::int64_t trip, const Described &given);
  /// What a step would give, from a trace that is thrown away: for a scan without rows.
  void add_nothing(const Flat &init, const ScanBody &body);
  const std::vector<Tensor> &stacked() const { return stacked_; }

private:
  std::int64_t row_number(std::int64_t trip) const { return order_ == ScanOrder::Forward ? trip : trips_ - 1 - trip; }
  std::string label_;
  std::vector<Tensor> sources_, stacked_;
  std::optional<Described> first_;
  std::int64_t trips_ = 0;
  ScanOrder order_;
  std::source_location location_;
};

} // namespace detail
} // namespace burin
