#include "lib/api/StagedRun.h"
#include "lib/api/ControlChecks.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include <algorithm>
#include <cstring>

namespace burin::detail {

using Control = Script::Control;
using Kind = Script::Step::Kind;

static Tensor shared(TensorImpl *tensor) {
  retain(tensor);
  return Tensor(tensor);
}

StagedRun::StagedRun(const DynamicProgram &program, std::shared_ptr<const StagePlan> plan, std::span<TensorImpl *const> inputs,
                     const DynamicProgram::RunProgram &run_program)
    : program_(program), plan_(std::move(plan)), script_(program.script()), run_program_(run_program), values_(script_.value_count()) {
  for (std::size_t i = 0; i < inputs.size(); ++i) values_[i] = shared(inputs[i]);
}

void StagedRun::run(TensorImpl **results) {
  for (std::size_t step = run_stage(0); step < script_.steps().size();) step = run_stage(act(step));
  std::vector<Tensor> given;
  for (const Script::Slot &slot : script_.results()) given.push_back(value(slot));
  script_.require_results(given);
  for (std::size_t i = 0; i < given.size(); ++i) {
    results[i] = given[i].impl();
    retain(results[i]);
  }
}

// --- stages --------------------------------------------------------------------------------------------------------

std::size_t StagedRun::run_stage(std::size_t step) {
  const StagePlan::Stage &stage = plan_->stage(step);
  if (!stage.has_code) {
    for (const StagePlan::Piece &piece : stage.pieces) move_in(piece);
    return stage.end;
  }
  std::vector<TensorImpl *> inputs, made(stage.outputs.size());
  for (std::size_t value : stage.inputs) inputs.push_back(values_[value].impl());
  std::shared_ptr<const Program> program; // lives as long as it runs
  try {
    program = program_.for_stage(*plan_, step, inputs);
  } catch (const StagePlan::Disagreement &disagreement) { plan_ = program_.plan_after(*plan_, disagreement); }
  if (!program) return run_stage(step);
  run_program_(*program, inputs, made.data());
  const std::vector<Tensor> outputs(made.begin(), made.end());
  require_state(stage, outputs);
  for (std::size_t i = 0; i < outputs.size(); ++i) values_[stage.outputs[i]] = outputs[i];
  return stage.end;
}

void StagedRun::require_same_shape(std::size_t loop, std::size_t entry, const Tensor &before, const Tensor &after) const {
  const Control &control = script_.control(loop);
  if (!same_shape(before, after, control.loop.changing[entry]))
    throw_changed_state(control.label, control.loop.paths[entry], spec_of(before), spec_of(after), control.location);
}

void StagedRun::require_state(const StagePlan::Stage &stage, std::span<const Tensor> outputs) const {
  for (const StagePlan::Piece &piece : stage.pieces) {
    if (piece.next == Script::kOther) continue;
    for (std::size_t entry = 0; entry < script_.control(piece.next).loop.changing.size(); ++entry) { // rows are behind the state
      const std::size_t value = piece.moves[entry].value;
      const auto found = std::find(stage.outputs.begin(), stage.outputs.end(), value); // a loop's results read all of its state
      require_same_shape(piece.next, entry, values_[value], outputs[static_cast<std::size_t>(found - stage.outputs.begin())]);
    }
  }
}

void StagedRun::move_in(const StagePlan::Piece &piece) {
  std::vector<Tensor> moved;
  for (const StagePlan::Move &move : piece.moves) moved.push_back(value(move.source));
  for (std::size_t i = 0; i < moved.size(); ++i) {
    Tensor &place = values_[piece.moves[i].value];
    if (piece.next != Script::kOther && i < script_.control(piece.next).loop.changing.size())
      require_same_shape(piece.next, i, place, moved[i]);
    place = moved[i];
  }
}

// --- what the host does --------------------------------------------------------------------------------------------

std::size_t StagedRun::act(std::size_t number) {
  const Script::Step &step = script_.steps()[number];
  if (step.kind == Kind::Cut) {
    const Script::Cut &cut = script_.cut(step.number);
    std::vector<Tensor> operands;
    for (const Script::Slot &slot : cut.operands) operands.push_back(value(slot));
    std::vector<Tensor> found = cut.finding.host(operands);
    std::move(found.begin(), found.end(), values_.begin() + static_cast<std::ptrdiff_t>(step.first));
    return number + 1;
  }
  const Script::RegionRecord &region = script_.region(step.number);
  const Control &control = script_.control(region.control);
  switch (control.kind) {
  case Control::Kind::If: return script_.region(control.regions[value(control.operands[0]).item<bool>() ? 0 : 1]).begin + 1;
  case Control::Kind::While: return value(region.results[0]).item<bool>() ? script_.region(control.regions[1]).begin : control.step;
  default: return count(region, step.kind == Kind::BeginRegion);
  }
}

std::size_t StagedRun::count(const Script::RegionRecord &body, bool is_begin) {
  const Control &control = script_.control(body.control);
  Rows &rows = rows_[body.control];
  Tensor &number = values_[body.arguments[0]];
  if (is_begin) rows.clear();
  else keep_rows(body, rows);
  number = Tensor::scalar(is_begin ? std::int64_t(0) : number.item<std::int64_t>() + 1);
  if (number.item<std::int64_t>() < value(control.operands[0]).item<std::int64_t>()) return body.begin + 1;
  for (std::size_t i = 0; i < control.loop.stacked.size(); ++i)
    values_[control.first + control.loop.changing.size() + i] = stacked(control, i, rows);
  rows.clear();
  return control.step;
}

void StagedRun::keep_rows(const Script::RegionRecord &body, Rows &rows) const {
  const Control &control = script_.control(body.control);
  const std::size_t count = control.loop.stacked.size(), states = control.loop.changing.size();
  if (count == 0) return;
  std::vector<Tensor> given;
  for (std::size_t i = 0; i < count; ++i) {
    given.push_back(values_[control.first + states + i]);
    if (!rows.empty() && rows[0][i].shape() != given[i].shape())
      throw_error<ShapeError>(control.label, control.location, control.loop.paths[states + i], " is ", describe(rows[0][i]),
                              " in one trip and ", describe(given[i]), " in another: rows that are stacked have one shape");
  }
  rows.push_back(std::move(given));
}

Tensor StagedRun::stacked(const Control &control, std::size_t entry, const Rows &rows) const {
  const TensorSpec &spec = control.loop.stacked[entry];
  std::vector<std::int64_t> extents(spec.shape.begin(), spec.shape.end());
  std::replace(extents.begin(), extents.end(), kDynamic, std::int64_t(0)); // of rows that there aren't
  const Shape shape = rows.empty() ? Shape(std::span<const std::int64_t>(extents)) : rows[0][entry].shape();
  const std::size_t bytes = checked_bytes(spec.dtype, shape, control.label, control.location);
  const Tensor result = uninitialised(spec.dtype, stacked_shape(static_cast<std::int64_t>(rows.size()), shape, control.location),
                                      control.label, control.location);
  for (std::size_t trip = 0; bytes && trip < rows.size(); ++trip) {
    const std::size_t place = control.loop.reverse ? rows.size() - 1 - trip : trip;
    std::memcpy(static_cast<char *>(result.impl()->data) + place * bytes, rows[trip][entry].impl()->data, bytes);
  }
  return result;
}

} // namespace burin::detail
