#pragma once
#include "burin/TensorInfo.h"
#include "burin/TraceRecord.h"
#include "burin/detail/FunctionCore.h"
#include "lib/api/DynamicProgram.h"
#include "lib/api/Program.h"
#include "lib/api/Recording.h"
#include "lib/api/Signature.h"
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace burin::detail {

class ScriptGraph;

/// One trace of a function, compiled for one signature.
class Concrete {
public:
  /// Compiles `recording`, unless it has dynamic extents. Throws CompileError.
  Concrete(const FunctionCore &core, const Arguments &arguments, Signature signature, Describer description, Recording recording);
  ~Concrete();

  /// Whether a call with `arguments`, all of them defined, may run this trace.
  bool matches(const Arguments &arguments) const;
  /// Whether it is the trace for exactly these.
  bool is_of(const Arguments &arguments, const DimensionNames &names) const {
    return signature_.is_of(arguments, names) && (arguments.variables().empty() || variables_.fits(arguments));
  }
  /// Whether extents are known with each call only.
  bool is_dynamic() const { return dynamic_ != nullptr; }
  /// `results` gets one tensor for each of `result_count()`, owned by the caller.
  void run(const Arguments &arguments, TensorImpl **results) const {
    if (dynamic_) [[unlikely]]
      return run_dynamic(*dynamic_, arguments, results);
    run(*program_, arguments, results);
  }

  /// The trace, compiled so that it gives tensors from its middle after its own results.
  struct Fetching {
    std::vector<TensorInfo> tensors;
    std::unique_ptr<const Program> program;        // or
    std::unique_ptr<const DynamicProgram> dynamic; // where it runs by stages
  };
  /// For calls with the shapes of `arguments`. Throws Error for a pattern that matches no tensor, if each must.
  std::shared_ptr<const Fetching> fetching(std::span<const std::string> patterns, bool each_must_match, const Arguments &arguments) const;
  void run(const Fetching &fetching, const Arguments &arguments, TensorImpl **results) const {
    if (fetching.dynamic) run_dynamic(*fetching.dynamic, arguments, results);
    else run(*fetching.program, arguments, results);
  }
  /// What can be fetched of it, with dynamic extents as such.
  std::vector<TensorInfo> tensors() const;

  std::size_t result_count() const { return result_count_; }
  const Skeleton &skeleton() const { return *skeleton_; }
  const VariableBinding &variables() const { return variables_; }
  /// Those of its variables that it captured.
  VariableStates captured_variables() const;
  const std::string &name() const { return name_; }
  std::source_location location() const { return location_; }
  /// The trace; if it is dynamic, for arguments of these shapes, with what the ops throw for them.
  Trace::Finished recorded_for(std::span<const Shape> shapes) const;
  /// Of a dynamic trace: whether no extents depend on values.
  bool is_one_stage() const { return dynamic_->plan()->is_one_stage(); }
  /// Of a dynamic trace; else null.
  const Script *script() const { return dynamic_ ? &dynamic_->script() : nullptr; }
  /// Of a trace that is not dynamic.
  const std::string &bytecode() const { return bytecode_; }
  const Leaves &leaves() const { return leaves_; }

  // For the function's cache.
  void add_reference() { references_.fetch_add(1, std::memory_order_relaxed); }
  bool drop_reference() { return references_.fetch_sub(1, std::memory_order_acq_rel) == 1; }
  std::atomic<std::uint64_t> last_used{0}; ///< by the cache's clock
  std::atomic<bool> evicted{false};
  std::uint64_t sequence = 0;
  TraceRecord record; ///< set before others see the trace

private:
  void run(const Program &program, const Arguments &arguments, TensorImpl **results) const;
  void run_dynamic(const DynamicProgram &program, const Arguments &arguments, TensorImpl **results) const;
  const ScriptGraph &graph() const;

  std::atomic<std::uint32_t> references_{1};
  Signature signature_;
  std::unique_ptr<Program> program_;        // or
  std::unique_ptr<DynamicProgram> dynamic_; // for a dynamic trace
  std::size_t result_count_;
  VariableBinding variables_;
  std::vector<int> argument_numbers_; // of each variable: its position among the variable arguments; -1: captured
  std::unique_ptr<Skeleton> skeleton_;
  std::string name_;
  std::source_location location_;
  std::string bytecode_;
  Leaves leaves_;

  mutable std::mutex fetching_mutex_; // also held while one is compiled, so that each is compiled once
  mutable std::unique_ptr<const ScriptGraph> graph_; // of one that runs by stages, once tensors are asked for
  mutable std::map<std::vector<std::string>, std::shared_ptr<const Fetching>> fetchings_;
};

} // namespace burin::detail
