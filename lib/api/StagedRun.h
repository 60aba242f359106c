#pragma once
#include "lib/api/DynamicProgram.h"
#include <map>

namespace burin::detail {

/// One call of a program that runs by stages: it holds the values between them, and does what the host does.
class StagedRun {
public:
  StagedRun(const DynamicProgram &program, std::shared_ptr<const StagePlan> plan, std::span<TensorImpl *const> inputs,
            const DynamicProgram::RunProgram &run_program);
  void run(TensorImpl **results);

private:
  /// Runs the stage that begins at `step`; gives the step where the host acts.
  std::size_t run_stage(std::size_t step);
  void move_in(const StagePlan::Piece &piece);
  // They throw ShapeError where the next state of a loop has another shape than the last one, in what may not change.
  void require_state(const StagePlan::Stage &stage, std::span<const Tensor> outputs) const;
  void require_same_shape(std::size_t loop, std::size_t entry, const Tensor &before, const Tensor &after) const;
  /// Acts at a step; gives the step to go on at.
  std::size_t act(std::size_t number);
  /// The same at the beginning, or end, of the body of a loop that counts.
  std::size_t count(const Script::RegionRecord &body, bool is_begin);
  using Rows = std::vector<std::vector<Tensor>>; // of each trip
  void keep_rows(const Script::RegionRecord &body, Rows &rows) const;
  Tensor stacked(const Script::Control &control, std::size_t entry, const Rows &rows) const;

  Tensor value(const Script::Slot &slot) const { return slot.value == Script::kOther ? slot.other : values_[slot.value]; }

  const DynamicProgram &program_;
  std::shared_ptr<const StagePlan> plan_;
  const Script &script_;
  const DynamicProgram::RunProgram &run_program_;
  std::vector<Tensor> values_;
  std::map<std::size_t, Rows> rows_; // by scan
};

} // namespace burin::detail
