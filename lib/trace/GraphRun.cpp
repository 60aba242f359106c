// Records the part of a dynamic graph that one run needs, for the extents of that run:
//
//   x f32[?,3]; a = mean(x, 0); b = exp(x); print(a)
//   results [b], feeds [x f32[5,3]]  ->  func @graph(%0: tensor<5x3xf32>) { %1 = exp %0 ; return %1 }
//
// What is pruned are steps, not operations: an op like `mean` looks at the extents of its operand, which its operations don't show.
#include "lib/trace/GraphRun.h"
#include "lib/api/Errors.h"
#include "lib/trace/TraceImpl.h"
#include <algorithm>

namespace burin::detail {

static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

GraphRun::GraphRun(const GraphTrace &graph, PruneRequest request, std::source_location location)
    : graph_(graph), script_(*graph.trace_->script_), request_(std::move(request)), location_(location) {
  for (const GraphValue &feed : request_.feeds) feeds_.push_back(source_of(feed));
  find_units();
  find_dependencies();
  collect(location);
}

GraphRun::Source GraphRun::source_of(const GraphValue &value) const {
  const std::size_t known = graph_.recording().graph->items[value.operation].first_result;
  if (known != GraphRecords::kNotRecorded)
    if (const auto number = script_.number_of_known(known + value.output)) return {*number, {}};
  return {Script::kOther, graph_.place_of(value)};
}

bool GraphRun::is_fed(std::size_t value) const {
  return std::any_of(feeds_.begin(), feeds_.end(), [&](const Source &feed) { return feed.value == value; });
}

// --- which steps ---------------------------------------------------------------------------------------------------

void GraphRun::find_units() {
  unit_of_step_.resize(script_.steps_.size());
  for (std::size_t end = script_.steps_.size(); end > 0; end = units_.back().begin) {
    const Script::Step &last = script_.steps_[end - 1];
    const bool has_regions = last.kind == Script::Step::Kind::Control;
    units_.push_back({has_regions ? script_.region(script_.control(last.number).regions.front()).begin : end - 1, end});
  }
  std::reverse(units_.begin(), units_.end());
  for (std::size_t unit = 0; unit < units_.size(); ++unit)
    for (std::size_t step = units_[unit].begin; step < units_[unit].end; ++step) unit_of_step_[step] = unit;
}

std::size_t GraphRun::unit_of(const GraphValue &value) const {
  const Source source = source_of(value);
  if (source.value != Script::kOther) return unit_of_step_[script_.seen_[source.value].step];
  return source.place.step == Script::kOther ? kNone : unit_of_step_[source.place.step];
}

std::size_t GraphRun::unit_of(OperationId id) const {
  const Trace::Impl &recording = graph_.recording();
  mlir::Operation *op = recording.graph->items[id].op;
  if (!op || mlir::isa<compiler::ConstantOp>(op)) return unit_of(GraphValue{id, 0});
  const auto found = std::find(recording.operations.begin(), recording.operations.end(), op);
  return unit_of_step_[script_.place_of_operation(static_cast<std::size_t>(found - recording.operations.begin()), 0).step];
}

void GraphRun::find_dependencies() {
  for (const auto &[id, before] : graph_.recording().graph->after)
    for (OperationId each : before) {
      const std::size_t unit = unit_of(id), other = unit_of(each);
      const bool is_placeholder = !graph_.recording().graph->items[each].op; // which has nothing to do
      if (unit != kNone && other != kNone && unit != other && !is_placeholder) after_[unit].push_back(other);
    }
}

/// The units that must be done before it.
std::vector<std::size_t> GraphRun::needs_of(std::size_t unit) const {
  std::vector<std::size_t> needs;
  const auto add = [&](std::size_t step) {
    if (unit_of_step_[step] != unit) needs.push_back(unit_of_step_[step]);
  };
  for (std::size_t step = units_[unit].begin; step < units_[unit].end; ++step) {
    for (std::size_t value : script_.steps_[step].uses)
      if (!is_fed(value)) add(script_.seen_[value].step);
    if (script_.steps_[step].needs != Script::kOther) add(script_.steps_[step].needs);
  }
  if (const auto after = after_.find(unit); after != after_.end()) needs.insert(needs.end(), after->second.begin(), after->second.end());
  return needs;
}

std::string GraphRun::name_of(std::size_t unit) const {
  const Trace::Impl &recording = graph_.recording();
  const std::size_t first = script_.samples_[0].recorded[units_[unit].begin].begin.operations;
  if (first >= recording.operations.size()) return {};
  return recording.graph->items[recording.graph->ids.lookup(recording.operations[first])].name;
}

/// `reader`: the unit that reads what `unit` gives.
void GraphRun::require_feeds(std::size_t unit, std::size_t reader, std::source_location location) const {
  for (OperationId id : graph_.recording().graph->placeholders) {
    const std::size_t value = source_of({id, 0}).value, step = script_.seen_[value].step;
    const bool is_needed = step >= units_[unit].begin && step < units_[unit].end && !is_fed(value);
    if (!is_needed || script_.steps_[step].kind != Script::Step::Kind::Placeholder) continue; // it has a default
    const OperationInfo info = graph_.operation(id);
    throw_error<Error>("run", location, "placeholder '", info.name, "' ", describe(info.outputs[0].dtype, info.outputs[0].shape), " (at ",
                       info.place, ") needs a feed", reader == unit ? std::string() : ": '" + name_of(reader) + "' reads it");
  }
}

void GraphRun::collect(std::source_location location) {
  std::vector<std::pair<std::size_t, std::size_t>> open; // units, each with what reads it
  const auto want = [&](std::size_t unit, std::size_t reader) {
    if (unit == kNone || !needed_.insert(unit).second) return;
    require_feeds(unit, reader, location);
    open.emplace_back(unit, reader);
  };
  for (const auto &result : request_.results)
    if (const auto *value = std::get_if<GraphValue>(&result); value && !number_of_feed(*value)) want(unit_of(*value), unit_of(*value));
  for (OperationId effect : request_.effects)
    if (graph_.recording().graph->items[effect].op) want(unit_of(effect), unit_of(effect));
  while (!open.empty()) {
    const std::size_t unit = open.back().first;
    open.pop_back();
    for (std::size_t need : needs_of(unit)) want(need, unit);
  }
  for (std::size_t unit = 0; unit < units_.size(); ++unit)
    if (script_.steps_[units_[unit].begin].kind == Script::Step::Kind::Names) needed_.insert(unit);
  std::vector<bool> done(units_.size());
  for (std::size_t unit : needed_) put_in_order(unit, done);
}

/// `root`, behind what it needs. No recursion: graphs may be deep.
void GraphRun::put_in_order(std::size_t root, std::vector<bool> &done) {
  std::vector<std::size_t> stack{root};
  while (!stack.empty()) {
    const std::size_t unit = stack.back(), size = stack.size();
    if (!done[unit]) {
      for (std::size_t need : needs_of(unit))
        if (!done[need]) stack.push_back(need);
      if (stack.size() > size) continue;
      done[unit] = true;
      order_.push_back(unit);
    }
    stack.pop_back();
  }
}

// --- doing them ----------------------------------------------------------------------------------------------------

std::optional<std::size_t> GraphRun::number_of_feed(const GraphValue &value) const {
  const auto found = std::find(request_.feeds.begin(), request_.feeds.end(), value);
  if (found == request_.feeds.end()) return std::nullopt;
  return static_cast<std::size_t>(found - request_.feeds.begin());
}

static mlir::Value &recordedValue(Trace &trace, const Tensor &tensor) {
  return trace.impl().recorded[tensor.impl()->symbolic->index].value;
}

std::vector<Tensor> GraphRun::arguments(Script::Run &run, std::span<const Shape> shapes) const {
  std::vector<Tensor> arguments;
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    const GraphValue &feed = request_.feeds[i];
    arguments.push_back(run.trace->argument(graph_.spec_of(feed).dtype, shapes[i], graph_.name_of(feed.operation), location_));
    const Source &source = feeds_[i];
    if (source.value != Script::kOther) run.values[source.value] = arguments.back();
    else if (const Tensor &constant = source.place.constant; constant.defined())
      run.trace->impl().body().concrete[constant.impl()] = recordedValue(*run.trace, arguments.back());
  }
  return arguments;
}

/// What `step` has just made and is fed gives way to its feed.
void GraphRun::put_feeds(Script::Run &run, std::size_t step, std::span<const Tensor> arguments) const {
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    const Source &source = feeds_[i];
    if (source.value != Script::kOther) run.values[source.value] = arguments[i];
    else if (source.place.step == step) {
      const Tensor made = script_.at(source.place, run);
      if (!(made.shape() == arguments[i].shape()))
        throw_error<ShapeError>("feed", location_, "'", graph_.name_of(request_.feeds[i].operation), "' is ",
                                describe(made.dtype(), made.shape()), " in a run with these feeds, its feed is ",
                                describe(arguments[i].dtype(), arguments[i].shape()));
      recordedValue(*run.trace, made).replaceAllUsesWith(recordedValue(*run.trace, arguments[i]));
    }
  }
}

/// The code chooses from branches, which so have the same shapes.
void GraphRun::require_agreement(const Script::Run &run, const Script::Step &step) const {
  if (step.kind != Script::Step::Kind::Control) return;
  const Script::Control &control = script_.control(step.number);
  if (const auto differing = script_.differing_branches(run, control))
    throw_error<ShapeError>(control.label, control.location, "the branches give ", describe(differing->first), " and ",
                            describe(differing->second), " in a run with these feeds: in ", graph_.trace()->title(), " they can't differ");
}

Trace::Finished GraphRun::recorded_for(std::span<const Shape> shapes) const {
  Script::Run run(Trace::begin(script_.name_));
  const TraceScope scope(run.trace.get());
  run.values.resize(script_.dtypes_.size());
  run.recorded.resize(script_.steps_.size());
  const std::vector<Tensor> given = arguments(run, shapes);
  for (std::size_t unit : order_)
    for (std::size_t step = units_[unit].begin; step < units_[unit].end; ++step) {
      if (script_.steps_[step].kind == Script::Step::Kind::Placeholder) continue; // it is fed
      require_agreement(run, script_.steps_[step]);
      script_.run_step(run, step);
      put_feeds(run, step, given);
    }
  std::vector<Tensor> results;
  for (const auto &result : request_.results) {
    if (const auto *variable = std::get_if<PruneRequest::Variable>(&result)) results.push_back(run.trace->read(*variable, location_));
    else results.push_back(result_of(run, std::get<GraphValue>(result), given));
  }
  return run.finish(results, location_);
}

Tensor GraphRun::result_of(Script::Run &run, const GraphValue &value, std::span<const Tensor> arguments) const {
  if (const auto feed = number_of_feed(value)) return arguments[*feed];
  const Source source = source_of(value);
  return source.value != Script::kOther ? run.values[source.value] : script_.at(source.place, run);
}

} // namespace burin::detail
