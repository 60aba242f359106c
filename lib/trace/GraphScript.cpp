// Graphs with dynamic extents: what Script.h does for functions, with all that was recorded still there to be looked at and run in parts.
#include "lib/api/Errors.h"
#include "lib/trace/Script.h"
#include "lib/trace/TraceActions.h"
#include "lib/trace/TraceImpl.h"
#include <algorithm>
#include <numeric>

namespace burin::detail {

// --- the recording -------------------------------------------------------------------------------------------------

Trace::Counts Trace::counts() const { return {impl_->operations.size(), impl_->functions.front().constants.size()}; }
const Tensor &Trace::constant_value(std::size_t number) const { return impl_->functions.front().constants[number]; }

std::shared_ptr<Trace> Trace::give_recording() {
  std::shared_ptr<Trace> taken(new Trace(std::move(impl_)));
  const Impl &recording = *taken->impl_;
  impl_ = std::make_unique<Impl>(recording.name, Kind::Graph);
  for (const Recorded &recorded : recording.recorded) impl_->recorded.push_back({{}, recorded.label, recorded.location, recorded.scope});
  impl_->scopes = recording.scopes;
  impl_->open_scopes = recording.open_scopes;
  taken->marks_ = marks_;
  return taken;
}

void Trace::leave_constant(const Tensor &value) {
  if (is_dynamic_) script_->leave_constant(value);
  else impl_->valueOf(*this, value, "constant", {});
}

void Trace::drop_operations(std::size_t first) {
  std::vector<mlir::Operation *> &operations = impl_->operations;
  if (first == operations.size()) return;
  GraphRecords &graph = *impl_->graph;
  const OperationId begin = graph.ids.lookup(operations[first]);
  std::vector<GraphRecords::Item> later(graph.items.begin() + begin, graph.items.end());
  graph.items.resize(begin);
  for (const GraphRecords::Item &item : later) {
    graph.by_name.erase(item.name);
    graph.ids.erase(item.op);
    if (!mlir::isa<compiler::ConstantOp>(item.op)) impl_->body().names.release(item.name);
  }
  for (auto entry = graph.after.begin(); entry != graph.after.end();)
    entry = entry->first >= begin ? graph.after.erase(entry) : std::next(entry);
  for (GraphRecords::Item &item : later)
    if (mlir::isa<compiler::ConstantOp>(item.op)) graph.add(std::move(item));
  for (; operations.size() > first; operations.pop_back()) {
    operations.back()->dropAllUses();
    operations.back()->erase();
  }
}

Tensor Trace::output(std::size_t operation, unsigned output) {
  if (output >= impl_->operations[operation]->getNumResults()) throw_error<IndexError>("output", {}, "there is no output ", output);
  const mlir::Value value = impl_->operations[operation]->getResult(output);
  return impl_->symbolic(shared_from_this(), value, nameIn(value.getLoc()), {});
}

/// A symbolic tensor of `trace`.
static Tensor handle(std::shared_ptr<Trace> trace, DType dtype, const Shape &shape, std::size_t index) {
  Tensor tensor(new_impl(dtype, shape, nullptr, nullptr));
  tensor.impl()->symbolic = std::make_unique<SymbolicValue>(SymbolicValue{std::move(trace), index});
  return tensor;
}

void Script::take_recording(Trace &trace) {
  Run &first = samples_.emplace_back(trace.give_recording(), 0);
  for (std::size_t number = 0; number < seen_.size(); ++number) {
    first.values.push_back(handle(first.trace, dtypes_[number], seen_[number].shape, seen_[number].index));
    known_numbers_.emplace(seen_[number].index, number);
  }
  first.regions.resize(regions_.size());
  first.marks.resize(mark_count_);
  std::iota(first.marks.begin(), first.marks.end(), std::size_t{0});
  first.recorded = std::move(recorded_);
  for (std::size_t i = 1; i < kSamples; ++i) {
    Run &run = samples_.emplace_back(new_run(i));
    const TraceScope scope(run.trace.get());
    run_sample(run);
  }
}

// --- parts of graphs -----------------------------------------------------------------------------------------------

void Script::sample_as(const Script &graph) {
  dimensions_ = graph.dimensions_;
  for (std::size_t i = 0; i < kSamples; ++i)
    if (!graph.samples_[i].trace) samples_[i] = Run(nullptr);
}

Tensor Script::argument(Trace &trace, const TensorSpec &spec, std::span<const std::optional<Shape>> shapes, std::source_location location) {
  Argument argument{spec, {}, location};
  for (std::size_t i = 0; i < kSamples; ++i) {
    if (shapes[i]) argument.shapes[i] = *shapes[i];
    else samples_[i] = Run(nullptr);
  }
  for_each_sample(
      [&](Run &run) { run.values.push_back(run.trace->argument(spec.dtype, argument.shapes[run.sample], spec.name, location)); });
  arguments_.push_back(std::move(argument));
  dtypes_.push_back(spec.dtype);
  return trace.scripted(spec.dtype, spec.shape, "'" + spec.name + "'", location);
}

// --- steps and values ----------------------------------------------------------------------------------------------

void Script::begin_step() {
  if (kind_ != Trace::Kind::Graph) return;
  for (Run &run : samples_) {
    if (!run.trace) continue;
    run.recorded.resize(steps_.size() + 1);
    run.recorded.back().begin = run.trace->counts();
  }
}

void Script::undo_step() {
  if (kind_ != Trace::Kind::Graph) return;
  for (Run &run : samples_)
    if (run.trace) run.trace->drop_operations(run.recorded[steps_.size()].begin.operations);
}

void Script::add_step(Step step, const Trace *trace) {
  steps_.push_back(std::move(step));
  if (kind_ != Trace::Kind::Graph) return;
  for (Run &run : samples_)
    if (run.trace) run.recorded.back().end = run.trace->counts();
  if (!samples_.empty()) return;
  const Trace::Counts before = recorded_.empty() ? Trace::Counts() : recorded_.back().end;
  recorded_.push_back({before, trace ? trace->counts() : before});
}

void Script::add_value(const Tensor &seen) {
  const std::size_t number = dtypes_.size();
  dtypes_.push_back(seen.dtype());
  if (kind_ != Trace::Kind::Graph) return;
  const std::size_t index = seen.impl()->symbolic->index;
  seen_.push_back({index, seen.shape(), steps_.size() - 1});
  numbers_.emplace(index, number);
  if (!samples_.empty()) known_numbers_.emplace(samples_[0].values[number].impl()->symbolic->index, number);
}

std::size_t Script::number_of(const Tensor &tensor) const {
  const std::size_t index = tensor.impl()->symbolic->index;
  return kind_ == Trace::Kind::Graph ? numbers_.at(index) : index;
}

Trace::Action Script::giving_its_own(Trace::Action action, std::string_view label, std::source_location location) {
  return action.with([action, label = std::string(label), location](Trace &trace, std::span<const Tensor> operands) {
    const auto is_operand = [&](const Tensor &result) {
      return std::any_of(operands.begin(), operands.end(), [&](const Tensor &operand) {
        return operand.defined() && is_symbolic(operand) && operand.impl()->symbolic->index == result.impl()->symbolic->index;
      });
    };
    std::vector<Tensor> results = action(trace, operands);
    for (Tensor &result : results)
      if (!is_symbolic(result) || is_operand(result)) result = trace.record("identity", label, {&result, 1}, {}, location)[0];
    return results;
  });
}

std::optional<std::size_t> Script::number_of_known(std::size_t known) const {
  const auto found = known_numbers_.find(known);
  return found == known_numbers_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Script::dimensions_of(std::size_t value) const {
  const Step &step = steps_[seen_[value].step];
  const auto *placeholder = step.recipe ? std::get_if<Recipe::Placeholder>(&step.recipe->what) : nullptr;
  return placeholder ? placeholder->spec.dimensions : std::vector<std::string>();
}

std::optional<Tensor> Script::seen(Trace &trace, std::size_t known) const {
  const std::optional<std::size_t> number = number_of_known(known);
  if (!number) return std::nullopt;
  return handle(trace.shared_from_this(), dtypes_[*number], seen_[*number].shape, seen_[*number].index);
}

// --- what only graphs have -----------------------------------------------------------------------------------------

void Script::note_placeholder(const Trace &trace, const Tensor &placeholder, std::string_view name, std::source_location location) {
  const auto again = [first = dtypes_.size(), dtype = placeholder.dtype(), shape = placeholder.shape(), name = std::string(name),
                      location](Run &run) { put(run, first, std::vector{run.trace->argument(dtype, shape, name, location)}); };
  Step step{again, {}, Step::Kind::Placeholder};
  const Recipe::Placeholder recipe{{placeholder.dtype(), placeholder.shape(), std::string(name)}, std::nullopt};
  step.recipe = std::make_shared<const Recipe>(Recipe{recipe, location});
  add_noted(std::move(step), {&placeholder, 1}, &trace);
}

void Script::note_constant(const Trace &trace, const Tensor &constant, const Tensor &value) {
  if (numbers_.contains(constant.impl()->symbolic->index)) return;
  note(trace, "constant", {&value, 1}, constant_of({}), {&constant, 1}, {});
}

Tensor Script::placeholder(Trace &trace, const TensorSpec &spec, const Tensor *value, std::source_location location) {
  const std::size_t first = dtypes_.size();
  for (const std::string &dimension : spec.dimensions) add_dimension(dimension);
  begin_step();
  for_each_sample([&](Run &run) {
    const Shape shape = sample_shape(run.sample, spec.shape, spec.dimensions);
    put(run, first, std::vector{run.trace->argument(spec.dtype, shape, spec.name, location)});
  });
  Step step{nullptr, {}, Step::Kind::Placeholder}; // a run that needs it feeds it
  Recipe::Placeholder recipe{spec, std::nullopt};
  if (value) {
    const auto by_default = [name = spec.name, location](Trace &trace, std::span<const Tensor> value) {
      return trace.record("identity", name, value, {}, location);
    };
    step = acting(trace, spec.name, {value, 1}, by_default, location);
    recipe.value = std::get<Recipe::Act>(step.recipe->what).operands[0];
  }
  step.recipe = std::make_shared<const Recipe>(Recipe{recipe, location});
  Tensor placeholder = trace.scripted(spec.dtype, spec.shape, "placeholder '" + spec.name + "'", location);
  add_noted(std::move(step), {&placeholder, 1}, nullptr);
  return placeholder;
}

// --- what steps record on their way --------------------------------------------------------------------------------

ScriptPlace Script::place_of_operation(std::size_t operation, unsigned output) const {
  const std::vector<Run::Extent> &recorded = samples_[0].recorded;
  const auto is_before = [](std::size_t operation, const Run::Extent &step) { return operation < step.begin.operations; };
  const auto behind = std::upper_bound(recorded.begin(), recorded.end(), operation, is_before);
  const auto step = static_cast<std::size_t>(behind - recorded.begin()) - 1;
  return {{}, false, step, operation - recorded[step].begin.operations, output};
}

/// The constants that a step made of values of its own.
void Script::leave_constant(const Tensor &value) {
  constants_.insert(value.impl());
  for_each_sample([&](Run &run) { run.trace->constant(value, {}); });
}

std::vector<Tensor> Script::own_constants(const Run &run, std::size_t step) const {
  std::vector<Tensor> own;
  for (std::size_t i = run.recorded[step].begin.constants; i < run.recorded[step].end.constants; ++i)
    if (const Tensor &value = run.trace->constant_value(i); !constants_.contains(value.impl())) own.push_back(value);
  return own;
}

ScriptPlace Script::place_of_constant(const Tensor &value) const {
  if (constants_.contains(value.impl())) return {value, true, kOther, 0, 0};
  for (std::size_t step = 0; step < steps_.size(); ++step) {
    const std::vector<Tensor> own = own_constants(samples_[0], step);
    const auto found = std::find_if(own.begin(), own.end(), [&](const Tensor &each) { return each.impl() == value.impl(); });
    if (found != own.end()) return {{}, true, step, static_cast<std::size_t>(found - own.begin()), 0};
  }
  return {value, true, kOther, 0, 0};
}

Tensor Script::at(const ScriptPlace &place, Run &run) const {
  if (place.constant.defined()) return run.trace->constant(place.constant, location_);
  if (place.step >= run.recorded.size()) throw_error<Error>("output", location_, "there is no step ", place.step);
  const auto refuse = [&]() -> Tensor { throw_error<Error>("output", location_, "it is not recorded for these extents"); };
  if (place.is_constant) {
    const std::vector<Tensor> own = own_constants(run, place.step);
    return place.number < own.size() ? run.trace->constant(own[place.number], location_) : refuse();
  }
  const Run::Extent &step = run.recorded[place.step];
  const std::size_t operation = step.begin.operations + place.number;
  const bool is_there = place.number < step.end.operations - step.begin.operations;
  return is_there ? run.trace->output(operation, place.output) : refuse();
}

Tensor Script::give(Trace &trace, const ScriptPlace &place, std::string_view name) {
  Step step{[this, place, first = dtypes_.size()](Run &run) { put(run, first, std::vector{at(place, run)}); }};
  step.needs = place.step;
  step.recipe = std::make_shared<const Recipe>(Recipe{Recipe::Give{place, std::string(name)}, location_});
  keep(std::move(step));
  return merged(trace, name, location_)[0];
}

} // namespace burin::detail
