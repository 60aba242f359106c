#include "lib/trace/StagePlan.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include <algorithm>
#include <unordered_map>

namespace burin::detail {

using Control = Script::Control;
using Kind = Script::Step::Kind;

// --- what the host runs --------------------------------------------------------------------------------------------

StagePlan::StagePlan(std::shared_ptr<const Script> script, std::vector<std::size_t> more)
    : script_(std::move(script)), more_(std::move(more)), by_host_(script_->control_count()), uses_(script_->value_count()) {
  for (std::size_t i = 0; i < by_host_.size(); ++i) by_host_[i] = script_->control(i).by_host;
  for (std::size_t control : more_)
    for (; control != Script::kOther && !by_host_[control]; control = outer_control(control)) by_host_[control] = true;
  for (std::size_t step = 0; step < script_->steps().size(); ++step)
    for (std::size_t value : uses_by_host(step)) uses_[value].push_back(step);
  for (std::size_t value : Script::uses(script_->results())) uses_[value].push_back(script_->steps().size());
}

std::shared_ptr<const StagePlan> StagePlan::with(std::size_t control) const {
  std::vector<std::size_t> more = more_;
  more.push_back(control);
  return std::make_shared<const StagePlan>(script_, std::move(more));
}

std::size_t StagePlan::outer_control(std::size_t control) const {
  const std::size_t region = script_->region(script_->control(control).regions[0]).outer;
  return region == Script::kOther ? region : script_->region(region).control;
}

static std::vector<StagePlan::Move> moves(std::span<const std::size_t> values, std::span<const Script::Slot> sources) {
  std::vector<StagePlan::Move> result;
  for (std::size_t i = 0; i < values.size(); ++i) result.push_back({values[i], sources[i]});
  return result;
}

static std::vector<StagePlan::Move> moves(std::span<const std::size_t> values, std::span<const std::size_t> sources) {
  std::vector<StagePlan::Move> result;
  for (std::size_t i = 0; i < values.size(); ++i) result.push_back({values[i], {sources[i], {}}});
  return result;
}

/// Values numbered from `first` on.
static std::vector<std::size_t> numbered(std::size_t first, std::size_t count) {
  std::vector<std::size_t> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(first + i);
  return values;
}

/// The values that stand for the state of a loop in its body.
static std::span<const std::size_t> state_of_body(const Script &script, const Control &control) {
  const std::span<const std::size_t> all = script.region(control.regions.back()).arguments;
  return control.kind == Control::Kind::For ? all.subspan(1) : all; // behind the counter
}

/// The moves that a step of control flow by the host is.
static std::vector<StagePlan::Move> moves_at(const Script &script, const Script::Step &step) {
  const bool is_control = step.kind == Kind::Control;
  const Control &control = script.control(is_control ? step.number : script.region(step.number).control);
  const bool is_first = !is_control && step.number == control.regions.front(),
             is_last = !is_control && step.number == control.regions.back();
  const std::vector<std::size_t> results = numbered(control.first, control.count);
  if (control.kind == Control::Kind::If)
    return step.kind == Kind::EndRegion ? moves(results, script.region(step.number).results) : std::vector<StagePlan::Move>();
  const std::span<const std::size_t> body = state_of_body(script, control);
  const std::span<const std::size_t> head = control.kind == Control::Kind::While ? script.region(control.regions[0]).arguments : body;
  if (is_control) return moves(std::span(results).first(head.size()), head);
  if (step.kind == Kind::EndRegion && is_last) { // the results that are stacks hold rows meanwhile
    std::vector<std::size_t> places(head.begin(), head.end());
    places.insert(places.end(), results.begin() + static_cast<std::ptrdiff_t>(head.size()), results.end());
    return moves(places, script.region(step.number).results);
  }
  if (step.kind != Kind::BeginRegion) return {};
  return is_first ? moves(head, control.initial_state()) : moves(body, head);
}

/// What a step uses, where what is by the host uses what it moves and looks at.
std::vector<std::size_t> StagePlan::uses_by_host(std::size_t number) const {
  const Script::Step &step = script_->steps()[number];
  if (!step.is_of_control()) return step.uses;
  const std::size_t of = step.kind == Kind::Control ? step.number : script_->region(step.number).control;
  if (of == Script::kOther || !by_host_[of]) return step.uses;
  if (step.kind == Kind::RegionArgument) return {};
  const Control &control = script_->control(of);
  std::vector<std::size_t> used;
  const auto use = [&](const Script::Slot &slot) {
    if (slot.value != Script::kOther) used.push_back(slot.value);
  };
  for (const Move &move : moves_at(*script_, step)) use(move.source);
  if (step.kind == Kind::BeginRegion && control.kind != Control::Kind::While) use(control.operands[0]); // a predicate, a count
  if (step.kind == Kind::EndRegion && control.kind == Control::Kind::While && step.number == control.regions[0])
    use(script_->region(step.number).results[0]); // the test
  if (step.kind == Kind::EndRegion && control.kind == Control::Kind::For) {
    use(control.operands[0]);
    for (const Move &move : moves_at(*script_, step)) used.push_back(move.value); // rows
  }
  return used;
}

// --- stages --------------------------------------------------------------------------------------------------------

/// From step to step, to where the host acts.
class StagePlan::Walk {
public:
  Walk(const StagePlan &plan, std::size_t begin) : plan_(plan), script_(*plan.script_) {
    stage_.pieces.push_back({begin, begin, {}});
    std::size_t step = begin;
    while (step < script_.steps().size() && go_on(step)) {}
    stage_.end = step;
    if (begin == 0 && step == script_.steps().size()) stage_.inputs = numbered(0, script_.argument_count()); // it is the function
    for (std::size_t value : made_)
      if (is_needed_later(value)) stage_.outputs.push_back(value);
    std::erase_if(stage_.pieces, [](const Piece &piece) { return piece.begin == piece.end && piece.moves.empty(); });
  }

  Stage stage() { return std::move(stage_); }

private:
  /// False where the host acts. Else, `step` is the next one.
  bool go_on(std::size_t &step) {
    const Script::Step &now = script_.steps()[step];
    if (now.kind == Kind::Cut) return false;
    if (!now.is_of_control()) return take(step);
    const std::size_t of = now.kind == Kind::Control ? now.number : script_.region(now.number).control;
    if (of == Script::kOther) { // an exception has ended the control flow: it never was
      jump(step = script_.region(now.number).end + 1);
      return true;
    }
    if (!plan_.by_host_[of]) return take(step);
    return go_on_by_host(step, now, of);
  }

  bool go_on_by_host(std::size_t &step, const Script::Step &now, std::size_t of) {
    const Control &control = script_.control(of);
    const bool is_last = now.number == control.regions.back();
    if (now.kind == Kind::RegionArgument) jump(++step);
    else if (control.kind == Control::Kind::If && now.kind == Kind::BeginRegion) return false;
    else if (control.kind == Control::Kind::While && now.kind == Kind::EndRegion && !is_last) return false;
    else {
      move(step, now.kind == Kind::EndRegion && control.kind != Control::Kind::If ? of : Script::kOther);
      if (control.kind == Control::Kind::For && now.kind != Kind::Control) return false;
      if (now.kind != Kind::EndRegion) ++step;
      else step = control.kind == Control::Kind::If ? control.step + 1 : script_.region(control.regions[0]).begin + 1;
      jump(step);
    }
    return true;
  }

  bool take(std::size_t &number) {
    const Script::Step &step = script_.steps()[number];
    for (std::size_t value : step.uses) use(value);
    order_.emplace(number, order_.size());
    for (std::size_t i = 0; i < step.count; ++i) make(step.first + i, number);
    stage_.has_code = true;
    stage_.pieces.back().end = ++number;
    return true;
  }

  void move(std::size_t step, std::size_t next) {
    Piece &piece = stage_.pieces.back();
    piece.moves = moves_at(script_, script_.steps()[step]);
    piece.next = next;
    for (const Move &move : piece.moves)
      if (move.source.value != Script::kOther) use(move.source.value);
    order_.emplace(step, order_.size());
    for (const Move &move : piece.moves) make(move.value, step);
    jump(step);
  }

  void jump(std::size_t step) { stage_.pieces.push_back({step, step, {}}); }

  void use(std::size_t value) {
    if (!maker_.contains(value) && std::find(stage_.inputs.begin(), stage_.inputs.end(), value) == stage_.inputs.end())
      stage_.inputs.push_back(value);
  }
  void make(std::size_t value, std::size_t step) {
    if (maker_.insert_or_assign(value, order_.at(step)).second) made_.push_back(value);
  }

  bool is_needed_later(std::size_t value) const {
    const auto is_later = [&](std::size_t step) {
      const auto within = order_.find(step);
      return step == stage_.end || within == order_.end() || within->second <= maker_.at(value);
    };
    const std::vector<std::size_t> &users = plan_.uses_[value];
    return std::any_of(users.begin(), users.end(), is_later);
  }

  const StagePlan &plan_;
  const Script &script_;
  Stage stage_;
  std::unordered_map<std::size_t, std::size_t> order_; // of steps
  std::unordered_map<std::size_t, std::size_t> maker_; // of values: the place of the step that made them
  std::vector<std::size_t> made_;
};

const StagePlan::Stage &StagePlan::stage(std::size_t step) const {
  const std::lock_guard lock(mutex_);
  const auto known = stages_.find(step);
  return known != stages_.end() ? known->second : stages_.emplace(step, Walk(*this, step).stage()).first->second;
}

const std::string &StagePlan::first_label() const {
  const Script::Step &step = script_->steps()[stage(0).end];
  if (step.kind == Kind::Cut) return script_->cut(step.number).label;
  return script_->control(script_->region(step.number).control).label;
}

// --- recording -----------------------------------------------------------------------------------------------------

/// Whether a loop carries stacks of rows, which a loop of the host makes in another way.
static bool carries_stacks(const Script &script, const Control &control) {
  return control.kind == Control::Kind::For && script.region(control.regions[0]).results.size() > control.loop.changing.size();
}

void StagePlan::throw_disagreement(std::size_t number, const Tensor &a, const Tensor &b) const {
  const Control &control = script_->control(number);
  for (std::size_t outer = outer_control(number); outer != Script::kOther; outer = outer_control(outer))
    if (!by_host_[outer] && carries_stacks(*script_, script_->control(outer)))
      throw_error<ShapeError>(control.label, control.location, "for these arguments the branches give ", describe(a), " and ", describe(b),
                              ", whose extents were taken to be equal, in a ", script_->control(outer).label,
                              ": give the dimensions names that tell them apart");
  throw Disagreement{number};
}

static void move_in(Script::Run &run, const std::vector<StagePlan::Move> &moves) {
  Script::Slots sources;
  for (const StagePlan::Move &move : moves) sources.push_back(move.source);
  const std::vector<Tensor> values = Script::tensors(run, sources);
  for (std::size_t i = 0; i < moves.size(); ++i) run.values[moves[i].value] = values[i];
}

Trace::Finished StagePlan::recorded_for(const Stage &stage, std::span<const Shape> inputs) const {
  Script::Run run = script_->begin_run(stage.inputs, inputs);
  const TraceScope scope(run.trace.get());
  for (const Piece &piece : stage.pieces) {
    for (std::size_t i = piece.begin; i < piece.end; ++i) {
      const Script::Step &step = script_->steps()[i];
      if (step.kind == Kind::Control)
        if (const auto differing = script_->differing_branches(run, script_->control(step.number)))
          throw_disagreement(step.number, differing->first, differing->second);
      step.run(run);
    }
    move_in(run, piece.moves);
  }
  if (!is_one_stage()) {
    std::vector<Tensor> outputs;
    for (std::size_t value : stage.outputs) outputs.push_back(run.values[value]);
    return script_->finish_run(run, outputs);
  }
  const std::vector<Tensor> results = Script::tensors(run, script_->results());
  script_->require_results(results);
  return script_->finish_run(run, results);
}

} // namespace burin::detail
