// Makes a function of the part of a dynamic graph that one run needs:
//
//   x f32[?,3]; a = mean(x, 0); b = exp(x); print(a)
//   results [b], feeds [x]  ->  function(x f32[?,3]) { return exp(x) }
//
// What is pruned are steps, not operations: an op like `mean` looks at the extents of its operand, which its operations don't show. The
// function is traced for dynamic extents as any other, and so runs for any, and by stages where extents depend on values.
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

/// Takes away, again and again, what nothing that is left comes before.
std::optional<OperationId> GraphRun::in_cycle() const {
  std::vector<std::vector<std::size_t>> next(units_.size());
  std::vector<std::size_t> open(units_.size()), ready;
  for (std::size_t unit = 0; unit < units_.size(); ++unit) {
    for (const std::size_t need : needs_of(unit)) next[need].push_back(unit), ++open[unit];
    if (open[unit] == 0) ready.push_back(unit);
  }
  std::size_t done = 0;
  for (; !ready.empty(); ++done) {
    const std::size_t unit = ready.back();
    ready.pop_back();
    for (const std::size_t each : next[unit])
      if (--open[each] == 0) ready.push_back(each);
  }
  if (done == units_.size()) return std::nullopt;
  for (const auto &[id, before] : graph_.recording().graph->after)
    if (const std::size_t unit = unit_of(id); unit != kNone && open[unit] != 0) return id;
  return 0;
}

std::optional<OperationId> GraphTrace::in_cycle() const { return is_dynamic() ? GraphRun(*this, {}, {}).in_cycle() : std::nullopt; }

// --- the function --------------------------------------------------------------------------------------------------

std::optional<std::size_t> GraphRun::number_of_feed(const GraphValue &value) const {
  const auto found = std::find(request_.feeds.begin(), request_.feeds.end(), value);
  if (found == request_.feeds.end()) return std::nullopt;
  return static_cast<std::size_t>(found - request_.feeds.begin());
}

/// As the function's arguments, with the extents that they have in the graph's samples: what goes together there does so here, too.
std::vector<Tensor> GraphRun::arguments(Trace &trace) const {
  std::vector<Tensor> arguments;
  for (const GraphValue &feed : request_.feeds) {
    std::array<std::optional<Shape>, Script::kSamples> shapes;
    for (std::size_t i = 0; i < Script::kSamples; ++i) shapes[i] = graph_.shape_in_sample(feed, i);
    TensorSpec spec = graph_.spec_of(feed);
    spec.name = graph_.name_of(feed.operation);
    arguments.push_back(trace.script_->argument(trace, spec, shapes, location_));
  }
  return arguments;
}

void GraphRun::put_feeds(Replay &replay, std::span<const Tensor> arguments) const {
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    const Source &source = feeds_[i];
    if (source.value != Script::kOther) continue; // behind its step
    if (source.place.constant.defined()) replay.put_for(source.place.constant, arguments[i]);
    else replay.feed(place_in_step(source.place), arguments[i]);
  }
}

/// Throws Error for a constant that an op makes within a region: it has no place of its own.
const ScriptPlace &GraphRun::place_in_step(const ScriptPlace &place) const {
  const Unit &unit = units_[unit_of_step_[place.step]];
  if (unit.end - unit.begin > 1)
    throw_error<Error>("run", location_, "what an op within ", name_of(unit_of_step_[place.step]), " is made of can't be fetched or fed");
  return place;
}

void GraphRun::want_places(Replay &replay) const {
  const auto want = [&](const ScriptPlace &place) {
    const bool is_fed = std::any_of(feeds_.begin(), feeds_.end(), [&](const Source &feed) {
      return feed.value == Script::kOther && feed.place.step == place.step && feed.place.is_constant == place.is_constant &&
             feed.place.number == place.number && feed.place.output == place.output;
    });
    if (!place.constant.defined() && !is_fed) replay.want(place_in_step(place));
  };
  for (const auto &result : request_.results)
    if (const auto *value = std::get_if<GraphValue>(&result); value && !number_of_feed(*value))
      if (const Source source = source_of(*value); source.value == Script::kOther) want(source.place);
  for (std::size_t unit : order_)
    for (std::size_t step = units_[unit].begin; step < units_[unit].end; ++step)
      if (const auto &recipe = script_.steps()[step].recipe; recipe && std::holds_alternative<Script::Recipe::Give>(recipe->what))
        want(std::get<Script::Recipe::Give>(recipe->what).place);
}

Trace::Finished GraphRun::function() const {
  const std::shared_ptr<Trace> trace = Trace::begin(graph_.name());
  const TraceScope scope(trace.get());
  if (script_.checks_numerics()) trace->check_numerics();
  trace->keep_script();
  trace->make_dynamic();
  trace->script_->sample_as(script_);
  const std::vector<Tensor> given = arguments(*trace);
  Replay replay(*trace);
  put_feeds(replay, given);
  want_places(replay);
  const auto put_values = [&] {
    for (std::size_t i = 0; i < feeds_.size(); ++i)
      if (feeds_[i].value != Script::kOther) replay.put(feeds_[i].value, given[i]);
  };
  put_values();
  for (std::size_t unit : order_)
    for (std::size_t step = units_[unit].begin; step < units_[unit].end; ++step) {
      if (script_.steps()[step].kind == Script::Step::Kind::Placeholder) continue; // it is fed
      replay.step(script_, step);
      put_values(); // a step may have made what is fed
    }
  std::vector<Tensor> results;
  for (const auto &result : request_.results) {
    if (const auto *variable = std::get_if<PruneRequest::Variable>(&result)) results.push_back(trace->read(*variable, location_));
    else results.push_back(result_of(replay, std::get<GraphValue>(result), given));
  }
  return trace->finish(results, location_);
}

Tensor GraphRun::result_of(const Replay &replay, const GraphValue &value, std::span<const Tensor> arguments) const {
  if (const auto feed = number_of_feed(value)) return arguments[*feed];
  const Source source = source_of(value);
  return source.value != Script::kOther ? replay.value(source.value) : replay.on_the_way(source.place);
}

} // namespace burin::detail
