#pragma once
#include "burin/Options.h"
#include "burin/Scope.h"
#include "burin/TensorInfo.h"
#include "burin/TensorSpec.h"
#include "burin/TraceRecord.h"
#include "burin/detail/Arguments.h"
#include <atomic>
#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

/// What functions are underneath their C++ types: Function.h converts to and from the flat forms here, lib/ does the work.
namespace burin {

struct FunctionOptions {
  std::string name = "function";  ///< in messages and in the IR
  std::size_t max_traces = 256;   ///< more than these, and the least recently used one is dropped with its code
  Debug debug = Debug::None;      ///< for this function; `Options::debug` is for all
  /// What the tensor arguments are, in their order, with dynamic extents where calls differ: there is one trace, for all calls.
  std::vector<TensorSpec> input_signature = {};
  /// A dimension that has a second extent, neither of them 1, becomes dynamic; a third one doesn't retrace.
  bool reduce_retracing = false;
};

namespace detail {

class FunctionCore; // of one function and its copies: its traces
class Concrete;     // one of its traces, compiled
struct VariableBinding;

/// The variables that its traces captured, in the order of first use.
std::vector<Variable> variables(const FunctionCore &core);

/// What a lambda returned at its trace, tensors left out: how a run's flat results become the user's type again.
struct Skeleton {
  virtual ~Skeleton() = default;
};
template <class R> struct TypedSkeleton final : Skeleton {
  explicit TypedSkeleton(R value) : value(std::move(value)) {}
  R value;
};

/// Gives a lambda that is traced the symbolic tensors, and stand-ins for the variables, of its arguments.
class TraceArguments {
public:
  TraceArguments(std::vector<Tensor> tensors, std::vector<std::shared_ptr<runtime::VariableState>> variables)
      : tensors_(std::move(tensors)), variables_(std::move(variables)) {}
  Tensor tensor(const Tensor &) { return tensors_[next_tensor_++]; }
  Variable variable(const Variable &) { return Variable(variables_[next_variable_++]); }

private:
  std::vector<Tensor> tensors_;
  std::vector<std::shared_ptr<runtime::VariableState>> variables_;
  std::size_t next_tensor_ = 0, next_variable_ = 0;
};

/// Copies arguments for a lambda that runs now: tensors as they are, variables as themselves.
struct SharedArguments {
  Tensor tensor(const Tensor &tensor) { return tensor; }
  Variable variable(const Variable &variable) { return Variable(variable.state()); }
};

/// Makes a skeleton of what a lambda returned, and gathers the tensors.
struct ResultGatherer {
  std::vector<Tensor> tensors;
  Tensor tensor(const Tensor &tensor) {
    tensors.push_back(tensor);
    return {};
  }
  Variable variable(const Variable &variable) { return Variable(variable.state()); }
};

/// One call, as far as its C++ types matter.
class Body {
public:
  virtual void describe(Describer &describer) const = 0;
  /// Calls the lambda. Throws what it throws.
  virtual std::unique_ptr<Skeleton> trace(TraceArguments &arguments, ResultGatherer &results) const = 0;

protected:
  ~Body() = default;
};

void retain(Concrete *concrete) noexcept;
void release(Concrete *concrete) noexcept;

/// A counted reference.
class ConcreteRef {
public:
  ConcreteRef() = default;
  /// Takes over the reference that the caller holds.
  static ConcreteRef take(Concrete *concrete) {
    ConcreteRef reference;
    reference.concrete_ = concrete;
    return reference;
  }
  ConcreteRef(const ConcreteRef &other) : concrete_(other.concrete_) {
    if (concrete_) retain(concrete_);
  }
  ConcreteRef(ConcreteRef &&other) noexcept : concrete_(std::exchange(other.concrete_, nullptr)) {}
  ConcreteRef &operator=(ConcreteRef other) noexcept {
    std::swap(concrete_, other.concrete_);
    return *this;
  }
  ~ConcreteRef() {
    if (concrete_) release(concrete_);
  }

  Concrete *get() const { return concrete_; }
  Concrete *operator->() const { return concrete_; }
  Concrete &operator*() const { return *concrete_; }
  explicit operator bool() const { return concrete_ != nullptr; }
  Concrete *give() { return std::exchange(concrete_, nullptr); }
  friend bool operator==(const ConcreteRef &, const ConcreteRef &) = default;

private:
  Concrete *concrete_ = nullptr;
};

/// Where a function keeps the trace that a thread used last. Empty while a call uses it.
using Slot = std::atomic<Concrete *>;

/// The outcome of a run: flat results, and the trace that made them, which goes back to its slot afterwards.
class CallResults {
public:
  explicit CallResults(const Arguments &arguments) : arguments_(arguments) {}
  ~CallResults();
  CallResults(const CallResults &) = delete;
  CallResults &operator=(const CallResults &) = delete;

  // As a source for `rebuild`.
  Tensor tensor(const Tensor &) { return Tensor(tensors_[next_++]); }
  Variable variable(const Variable &of_trace);

  const Skeleton &skeleton() const { return *skeleton_; }

private:
  friend void call(FunctionCore &, const Arguments &, const Body &, CallResults &);
  friend void call(Concrete &, const Arguments &, const Body &, CallResults &);
  friend NamedTensors fetch(FunctionCore &, std::span<const std::string>, const Arguments &, const Body &, CallResults &);
  void run(Concrete &concrete);
  /// Runs it so that it gives further tensors.
  NamedTensors run_fetching(Concrete &concrete, std::span<const std::string> patterns, bool each_must_match);
  void run_tapped(FunctionCore &core);

  const Arguments &arguments_;
  InlineVector<TensorImpl *, 8> tensors_;
  std::size_t next_ = 0; // those before it are taken
  const Skeleton *skeleton_ = nullptr;
  ConcreteRef concrete_;
  Slot *slot_ = nullptr;
};

std::shared_ptr<FunctionCore> make_function_core(FunctionOptions options, std::source_location location);

/// Runs the trace that fits `arguments`; makes it first if there is none.
void call(FunctionCore &core, const Arguments &arguments, const Body &body, CallResults &results);
/// Runs this trace. Throws SignatureError if it doesn't fit `arguments`.
void call(Concrete &concrete, const Arguments &arguments, const Body &body, CallResults &results);

/// Runs the trace that fits `arguments`, and gives the tensors that `patterns` name.
NamedTensors fetch(FunctionCore &core, std::span<const std::string> patterns, const Arguments &arguments, const Body &body,
                   CallResults &results);
std::vector<TensorInfo> tensors(const Concrete &concrete);
Scope tap(const std::shared_ptr<FunctionCore> &core, std::vector<std::string> patterns, TapCallback callback);

/// Stand-ins for tensors of which only a spec is known, and the names that the specs gave them.
class SpecTensors {
public:
  /// Throws SignatureError for more names of dimensions than there are, or one for a dimension whose extent is known.
  Tensor make(const TensorSpec &spec);
  /// Empty for a tensor that no spec made.
  std::string_view name_of(const TensorImpl *tensor) const;
  std::span<const std::string> dimensions_of(const TensorImpl *tensor) const;

private:
  struct Made {
    Tensor tensor;
    std::string name;
    std::vector<std::string> dimensions;
  };
  const Made *find(const TensorImpl *tensor) const;

  std::vector<Made> made_;
};

/// The trace that fits `arguments`; made and compiled, but not run.
ConcreteRef concrete(FunctionCore &core, const Arguments &arguments, const Body &body, const SpecTensors &specs);
/// `shapes`: of the arguments, for a trace with dynamic extents.
std::string ir(const Concrete &concrete, std::string_view stage, std::span<const Shape> shapes);
/// The trace as MLIR bytecode.
std::string bytecode(const Concrete &concrete, std::span<const Shape> shapes);
const std::string &signature(const Concrete &concrete);
std::vector<TraceRecord> traces(const FunctionCore &core);

/// Whether a call now looks for a trace and runs it: else it is recorded, or the lambda runs as part of what calls it.
bool calls_are_ordinary();
/// Whether a call now becomes a call in the trace of a function. In a graph, and eagerly, the lambda runs instead.
bool calls_are_recorded();

/// The outcome of a call that is recorded: its symbolic results.
class RecordedCall {
public:
  /// Records the function first, unless the trace calls it with this signature already. Throws what the lambda throws, and TraceError.
  RecordedCall(FunctionCore &core, const Arguments &arguments, const Body &body);

  // As a source for `rebuild`.
  Tensor tensor(const Tensor &) { return results_[next_++]; }
  Variable variable(const Variable &of_trace);

  const Skeleton &skeleton() const { return *skeleton_; }

private:
  const Arguments &arguments_;
  const Skeleton *skeleton_;
  const VariableBinding *binding_;
  std::vector<Tensor> results_;
  std::size_t next_ = 0;
};

/// Throws SignatureError if a call of this trace doesn't fit it.
void require_match(const Concrete &concrete, const Arguments &arguments, const Body &body);
inline void require_match(const FunctionCore &, const Arguments &, const Body &) {} // any signature will do

/// A call of a lambda as part of a trace, as long as it lasts; nothing if the thread is not tracing. Throws TraceError
/// if it is within a call of the same function with the same signature: tracing would never end (rule T15).
class LambdaCall {
public:
  LambdaCall(const FunctionCore &core, const Arguments &arguments, const Body &body);
  ~LambdaCall();
  LambdaCall(const LambdaCall &) = delete;
  LambdaCall &operator=(const LambdaCall &) = delete;

private:
  friend class LambdaCalls;
  const FunctionCore &core_;
  const Arguments &arguments_;
  const Body &body_;
  const LambdaCall *outer_ = nullptr;
  bool is_traced_;
};

} // namespace detail
} // namespace burin
