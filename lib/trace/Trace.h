#pragma once
#include "burin/Tensor.h"
#include "burin/TensorSpec.h"
#include "lib/trace/Action.h"
#include <cstdint>
#include <functional>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace burin::compiler { class Module; }
namespace burin::runtime { class EffectSite; }

namespace burin::detail {

/// What a function does on the host, by the number of the place where it does it.
using EffectSites = std::vector<std::shared_ptr<const runtime::EffectSite>>;
class Region;
class Script;

/// What there is to a loop besides its regions, for messages, and for the host if it runs the loop. Of branches: nothing.
struct LoopInfo {
  std::vector<std::string> paths = {}; ///< of the entries of its state, and of its rows
  /// Of the entries of its state: kDynamic for an extent that may change with each trip; other extents don't count.
  std::vector<Shape> changing = {};
  // Of a scan that the host runs:
  std::vector<TensorSpec> stacked = {}; ///< of the body's last results: rows
  Tensor rows = {};                     ///< has as many rows as there are trips
  bool reverse = false;                 ///< the last row comes first
};

class Callee;
class CalleeRecording;

/// One recording of a user's function or graph: ops go straight into the burin dialect. Not thread-safe: one thread traces.
class Trace : public std::enable_shared_from_this<Trace> {
public:
  enum class Kind { Function, Graph };
  /// A new trace of a function, or graph, called `name`. It becomes the thread's current one by a TraceScope.
  static std::shared_ptr<Trace> begin(std::string name, Kind kind = Kind::Function);
  ~Trace();

  /// The next argument, symbolic.
  Tensor argument(DType dtype, const Shape &shape, std::string_view name, std::source_location location);

  /// Keeps what is recorded, so that it can be done again: for other extents, or in parts.
  void keep_script();
  /// Only if it keeps a script: from now on extents may be dynamic.
  void make_dynamic();
  bool is_dynamic() const { return is_dynamic_; }
  /// Only if it is dynamic: the next argument; dimensions of one name are equal.
  Tensor argument(DType dtype, const Shape &shape, std::span<const std::string> dimensions, std::string_view name,
                  std::source_location location);
  /// Only if it is dynamic: does `action` to a trace with known extents now, and for the extents of each call.
  using Action = detail::Action;
  std::vector<Tensor> perform(std::string_view label, std::span<const Tensor> operands, Action action, std::source_location location);
  /// The same for an action without results that may be wrong for all extents but those that calls will have: nothing is tried now but
  /// `uses`, which is to use the variables that the action does.
  using Uses = std::function<void(Trace &trace)>;
  void perform_later(std::span<const Tensor> operands, Action action, const Uses &uses, std::source_location location);
  /// Results that the host makes of the operands' values while the function runs, for what compiled code can't: extents that depend on
  /// values. The trace becomes dynamic, and the control flow that it is in the host's.
  using Finding = detail::Finding;
  /// In a trace that has recorded calls, which can't be cut, it throws NeedsInlineCalls: the lambda is to run again, for `inline_calls`.
  struct NeedsInlineCalls {};
  std::vector<Tensor> between(std::string_view label, std::span<const Tensor> operands, const Finding &finding,
                              std::source_location location);
  /// The control flow whose regions are open is the host's when the function runs, and extents in them may depend on values. The trace
  /// becomes dynamic: throws TraceError, for `label`, where it can't. Throws NeedsInlineCalls.
  void run_regions_by_host(std::string_view label, std::source_location location);
  /// Makes it dynamic. Throws TraceError for a graph that keeps no script, or is within a region.
  void require_dynamic(std::string_view label, std::source_location location);

  /// Records op `burin.<op>`; the result types are inferred by the dialect. Concrete operands become constants or
  /// captured inputs. Throws the Error kind that the dialect's inference or verifier names, TraceError for an operand
  /// that belongs to another trace. `label` is the op's name in messages.
  std::vector<Tensor> record(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                             std::span<const NamedAttribute> attributes, std::source_location location);

  /// Records an op of control flow with `regions`, all of which have ended. Its results are what the last one yields; in a dynamic trace,
  /// branches may yield different shapes.
  std::vector<Tensor> record(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                             std::span<Region *const> regions, const LoopInfo &loop, std::source_location location);

  /// A read and an assignment of a variable, in program order. The same state always is the same variable of the trace.
  Tensor read(const std::shared_ptr<runtime::VariableState> &variable, std::source_location location);
  void assign(const std::shared_ptr<runtime::VariableState> &variable, const Tensor &value, std::source_location location);

  /// Adds a check behind each op that may make a NaN or an infinity (Debug::CheckNumerics).
  void check_numerics() { checks_numerics_ = true; }
  bool checks_numerics() const { return checks_numerics_; }

  /// Whether variables may be made while it records (rule S1): on a function's first trace only.
  void allow_variables() { variables_allowed_ = true; }
  /// Notes that one is made. Throws TraceError where none may be.
  void admit_variable(std::string_view variable, std::source_location location);
  bool made_variables() const { return made_variables_; }

  /// The ops that make `value`, as a function of their own without arguments, to be run now. Throws TraceError if it depends on
  /// anything that is known only when the function runs. `variable` is what it is for.
  struct Initializer {
    std::string bytecode;
    std::vector<Tensor> captures; ///< its inputs
  };
  Initializer initializer(const Tensor &value, std::string_view variable, std::source_location location);

  /// Records effect op `burin.<op>`, which runs `site` with the operands' values; `attributes` are the op's others. Gives the
  /// op's results, of the types that are asked for.
  std::vector<Tensor> effect(std::string_view op, std::shared_ptr<const runtime::EffectSite> site, std::span<const Tensor> operands,
                             std::span<const NamedAttribute> attributes, std::span<const TensorSpec> results, std::source_location location,
                             std::string_view label = {});

  /// Whether functions that are called become calls: else their lambdas run as part of what calls them.
  bool records_calls() const { return kind() == Kind::Function && !is_dynamic_ && !inlines_calls_; }
  void inline_calls() { inlines_calls_ = true; }
  /// The functions that it may call: CalleeRecording adds to them.
  std::span<const std::unique_ptr<Callee>> callees() const;
  /// Whether what `callee` captured of its callers is known where the trace records now.
  bool knows_captures(const Callee &callee) const;
  /// Records a call of `callee` with these arguments and, for each of its variables, one of the caller's; gives the results.
  /// `label` is what the user calls it.
  std::vector<Tensor> call(const Callee &callee, std::span<const Tensor> arguments,
                           std::span<const std::shared_ptr<runtime::VariableState>> variables, std::string_view label,
                           std::source_location location);

  /// Lives as long as the trace: what its locations refer to.
  void keep_alive(std::shared_ptr<const void> kept) { kept_ = std::move(kept); }

  /// Ends the recording: the function returns `results`. Afterwards its tensors are leaked ones if they are used.
  /// The module is verified.
  struct Finished {
    std::unique_ptr<compiler::Module, void (*)(compiler::Module *)> module; ///< null for a dynamic trace
    std::shared_ptr<const Script> script; ///< of a dynamic trace: it alone, and `variables`
    std::vector<Tensor> captures; ///< concrete tensors: hidden inputs after the arguments
    std::vector<std::shared_ptr<runtime::VariableState>> variables; ///< in the order of the module's variable arguments
    EffectSites sites;
  };
  Finished finish(std::span<const Tensor> results, std::source_location location);

  const std::string &name() const;
  Kind kind() const;
  /// "function 'f'", for messages.
  std::string title() const;

  /// Until `close_names`, with what this gives, names are in scope `name`: "dense/add".
  std::size_t open_names(std::string_view name);
  void close_names(std::size_t mark);

  /// "exp (at train.cpp:41)": what made a symbolic tensor, for messages.
  static std::string describe(const Tensor &symbolic);

  /// What the outermost block has so far: operations other than constants and placeholders; constants.
  struct Counts {
    std::size_t operations = 0, constants = 0;
  };
  Counts counts() const;
  /// What one of its operations made, or one of its constants, by the number that it has in `counts`.
  Tensor output(std::size_t operation, unsigned output);
  const Tensor &constant_value(std::size_t number) const;
  /// A concrete tensor as one of the trace.
  Tensor constant(const Tensor &value, std::source_location location);

  // For the files of lib/trace.
  struct Impl;
  Impl &impl() const { return *impl_; }

private:
  friend class Region;
  friend class CalleeRecording;
  friend class GraphRun;
  friend class GraphTrace;
  friend class Script;
  friend class ScriptReader;
  explicit Trace(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  void record_checks(std::string_view op, std::string_view label, std::span<const Tensor> operands, std::span<const Tensor> results,
                     std::source_location location);

  /// All that a graph has recorded moves to the trace that this gives; its tensors stay those of this one.
  std::shared_ptr<Trace> give_recording();
  /// What stands for results of the host where a graph's samples are looked at: an operation that is called `label`.
  std::vector<Tensor> found_by_host(std::string_view label, std::span<const Tensor> operands, std::span<const TensorSpec> specs,
                                    std::source_location location);
  /// A constant of a graph that no step has, but a name.
  void leave_constant(const Tensor &value);
  /// Takes back the graph's operations from number `first` on, but for constants; nothing else may use them.
  void drop_operations(std::size_t first);

  /// The next value of a dynamic trace.
  Tensor scripted(DType dtype, const Shape &shape, std::string_view label, std::source_location location);

  std::shared_ptr<const void> kept_;
  std::shared_ptr<Script> script_; // null if none is kept
  bool is_dynamic_ = false, inlines_calls_ = false, has_calls_ = false;
  std::vector<std::size_t> marks_; // of the names
  bool variables_allowed_ = false, made_variables_ = false, checks_numerics_ = false;
};

/// A region of an op of control flow: from its making until its end, the trace records into it. What is recorded may use all
/// that is known outside; what is made in it is known in it alone. A region that doesn't end, because the user's lambda
/// throws, leaves nothing behind.
class Region {
public:
  /// `what` is "the body of while_loop", for messages.
  Region(Trace &trace, std::string_view what, std::source_location location);
  ~Region();
  Region(const Region &) = delete;
  Region &operator=(const Region &) = delete;

  Tensor argument(DType dtype, const Shape &shape, std::string_view name, std::source_location location);
  /// Of the dtype and shape of `like`, which the trace knows; axes that are dynamic in `changing`, which has its rank, are dynamic. Only
  /// a region that the host runs may have such.
  Tensor argument(const Tensor &like, const Shape &changing, std::string_view name, std::source_location location);
  bool is_by_host() const;
  /// Throws TraceError for a result that is not known in the region.
  void end(std::span<const Tensor> results, std::string_view label, std::source_location location);

private:
  friend class Trace;
  struct Impl;
  void close();
  std::unique_ptr<Impl> impl_;
};

// For TraceScope and current_trace.
[[gnu::tls_model("initial-exec")]] extern constinit thread_local Trace *current;

/// The trace that the calling thread is recording, or null.
inline Trace *current_trace() { return current; }

/// Makes `trace` the thread's current one; null suspends tracing (eager execution). Restores the former one at its end.
class TraceScope {
public:
  explicit TraceScope(Trace *trace) : former_(std::exchange(current, trace)) {}
  ~TraceScope() { current = former_; }
  TraceScope(const TraceScope &) = delete;
  TraceScope &operator=(const TraceScope &) = delete;

private:
  Trace *former_;
};

} // namespace burin::detail
