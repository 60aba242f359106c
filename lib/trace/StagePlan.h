#pragma once
#include "lib/trace/Script.h"
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace burin::detail {

/// How a script runs: compiled stages, and what the host does between them. A stage begins at a step where the host leaves it, and goes
/// on, through ends of branches and bodies of loops, to the step at which the host has to act. So a branch that the host chooses is
/// compiled with what comes behind it, and a trip of a loop that it runs with the next test.
class StagePlan {
public:
  /// By the host are the control flow that the script says, and those of `more`, by number, with all that they are in.
  explicit StagePlan(std::shared_ptr<const Script> script, std::vector<std::size_t> more = {});

  /// Values that take others' places, all at once: arguments and results of what the host runs.
  struct Move {
    std::size_t value;
    Script::Slot source;
  };
  /// Steps from `begin` to `end`, then moves. `next`: the loop whose next state these are, if any.
  struct Piece {
    std::size_t begin, end;
    std::vector<Move> moves;
    std::size_t next = Script::kOther;
  };
  struct Stage {
    std::vector<Piece> pieces;
    std::size_t end;                          ///< the step where the host acts; the number of steps at the end of all
    std::vector<std::size_t> inputs, outputs; ///< values
    bool has_code = false;                    ///< or there are but moves
  };
  /// The one that begins at this step.
  const Stage &stage(std::size_t step) const;
  /// Whether there is but one, from the beginning to the end.
  bool is_one_stage() const { return stage(0).end == script_->steps().size(); }
  /// What the host does first, for messages.
  const std::string &first_label() const;

  /// Branches of control flow that the code was to choose from, which differ in shape for these extents: it must be the host's.
  struct Disagreement {
    std::size_t control;
  };
  /// A stage for inputs of these shapes. Throws what the ops throw for them, and Disagreement.
  Trace::Finished recorded_for(const Stage &stage, std::span<const Shape> inputs) const;

  bool is_by_host(std::size_t control) const { return by_host_[control]; }
  /// The same with one more.
  std::shared_ptr<const StagePlan> with(std::size_t control) const;
  /// How many were added: tells the plans of a script apart.
  std::size_t version() const { return more_.size(); }
  const Script &script() const { return *script_; }

private:
  class Walk;
  [[noreturn]] void throw_disagreement(std::size_t number, const Tensor &a, const Tensor &b) const;
  std::vector<std::size_t> uses_by_host(std::size_t step) const;
  /// The control flow that it is in; kOther: none.
  std::size_t outer_control(std::size_t control) const;

  std::shared_ptr<const Script> script_;
  std::vector<std::size_t> more_;
  std::vector<bool> by_host_;                  // by control flow
  std::vector<std::vector<std::size_t>> uses_; // by value: the steps that use it, the end's number for results
  mutable std::mutex mutex_;
  mutable std::map<std::size_t, Stage> stages_; // by their first steps
};

} // namespace burin::detail
