#pragma once
#include "lib/api/ProgramCache.h"
#include "lib/api/Signature.h"
#include "lib/trace/StagePlan.h"
#include <mutex>
#include <optional>

namespace burin::detail {

/// A trace with dynamic extents, compiled for the extents of each call: the code is that of a trace with these extents. Where extents
/// depend on values it is compiled, and run, by stages, each for the extents that it comes to.
class DynamicProgram {
public:
  /// Keeps the `capacity` programs last used. `name`, `location`: of the function, for messages; `leaves` name the arguments.
  DynamicProgram(std::shared_ptr<const Script> script, std::vector<DynamicDimension> dimensions, const Leaves &leaves, std::string name,
                 std::source_location location, std::size_t capacity);
  /// The same with names for the arguments.
  DynamicProgram(std::shared_ptr<const Script> script, std::vector<DynamicDimension> dimensions, std::vector<std::string> arguments,
                 std::string name, std::source_location location, std::size_t capacity);
  /// The same call of a script that gives further results.
  DynamicProgram(const DynamicProgram &other, std::shared_ptr<const Script> script);

  /// Runs a call with `inputs`, which fit the trace. `run_program` runs a program with inputs and its variables. Throws ShapeError where
  /// dimensions of one name differ, and what the ops throw for these extents; CompileError.
  using RunProgram = std::function<void(const Program &program, std::span<TensorImpl *const> inputs, TensorImpl **results)>;
  void run(std::span<TensorImpl *const> inputs, TensorImpl **results, const RunProgram &run_program) const;

  /// The trace that it compiles for arguments of these shapes. Throws Error where that depends on values, too.
  Trace::Finished recorded_for(std::span<const Shape> shapes) const;
  /// The same; nothing where it depends on values.
  std::optional<Trace::Finished> recorded_as_one_for(std::span<const Shape> shapes) const;
  const Script &script() const { return *script_; }

  // For a run by stages, which begins with one plan and ends with it or later ones.
  std::shared_ptr<const StagePlan> plan() const;
  /// The one to go on with where control flow that `plan` leaves to the code must be the host's.
  std::shared_ptr<const StagePlan> plan_after(const StagePlan &plan, StagePlan::Disagreement disagreement) const;
  std::shared_ptr<const Program> for_stage(const StagePlan &plan, std::size_t begin, std::span<TensorImpl *const> inputs) const;

private:
  void require_equal_names(std::span<const Shape> shapes) const;
  std::shared_ptr<const Program> for_call(const StagePlan &plan, std::span<TensorImpl *const> inputs) const;

  std::shared_ptr<const Script> script_;
  mutable std::mutex plan_mutex_;
  mutable std::shared_ptr<const StagePlan> plan_;
  std::vector<DynamicDimension> dimensions_;
  std::vector<std::string> paths_; // of the tensor arguments, for messages
  std::string name_;
  std::source_location location_;
  mutable ProgramCache cache_;
};

} // namespace burin::detail
