// Control flow in scripts: regions and the ops that hold them, and where the host acts while a function runs.
#include "lib/api/ControlChecks.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include "lib/trace/Script.h"
#include <algorithm>
#include <optional>
#include <utility>

namespace burin::detail {

// --- regions -------------------------------------------------------------------------------------------------------

std::size_t Script::begin_region(std::string_view what, std::source_location location) {
  const std::size_t number = regions_.size();
  const auto begin = [what = std::string(what), location, number](Run &run) {
    run.regions.resize(number);
    run.regions.push_back(std::make_unique<Region>(*run.trace, what, location));
  };
  Step step{begin, {}, Step::Kind::BeginRegion, number};
  step.recipe = std::make_shared<const Recipe>(Recipe{Recipe::BeginRegion{std::string(what)}, location});
  keep(std::move(step));
  regions_.push_back({open_regions_.empty() ? kOther : open_regions_.back(), steps_.size() - 1});
  open_regions_.push_back(number);
  return number;
}

static Script::Step argument_step(std::size_t region, std::size_t value, DType dtype, const Shape &shape, std::string_view name,
                                  std::source_location location) {
  const auto add = [=, name = std::string(name)](Script::Run &run) {
    Script::put(run, value, std::vector{run.regions[region]->argument(dtype, shape, name, location)});
  };
  Script::Step step{add, {}, Script::Step::Kind::RegionArgument, region};
  const Script::Recipe::RegionArgument argument{{dtype, shape, std::string(name)}, std::nullopt};
  step.recipe = std::make_shared<const Script::Recipe>(Script::Recipe{argument, location});
  return step;
}

void Script::note_region_argument(std::size_t region, const Tensor &argument, std::string_view name, std::source_location location) {
  regions_[region].arguments.push_back(dtypes_.size());
  add_noted(argument_step(region, dtypes_.size(), argument.dtype(), argument.shape(), name, location), {&argument, 1}, nullptr);
}

Tensor Script::region_argument(Trace &trace, std::size_t region, DType dtype, const Shape &shape, std::string_view name,
                               std::source_location location) {
  regions_[region].arguments.push_back(dtypes_.size());
  keep(argument_step(region, dtypes_.size(), dtype, shape, name, location));
  return merged(trace, name, location)[0];
}

Tensor Script::region_argument(Trace &trace, std::size_t region, const Tensor &like, const Shape &changing, std::string_view name,
                               std::source_location location) {
  const Slots slots = slots_of(trace, {&like, 1});
  const auto add = [this, region, slots, changing, first = dtypes_.size(), name = std::string(name), location](Run &run) {
    const Tensor like = tensors(run, slots)[0];
    const Shape shape = run.sample == kOther ? like.shape() : sample_shape(run.sample, like.shape(), changing);
    put(run, first, std::vector{run.regions[region]->argument(like.dtype(), shape, name, location)});
  };
  regions_[region].arguments.push_back(dtypes_.size());
  Step step{add, uses(slots), Step::Kind::RegionArgument, region};
  const Recipe::RegionArgument argument{{like.dtype(), changing, std::string(name)}, slots[0]};
  step.recipe = std::make_shared<const Recipe>(Recipe{argument, location});
  keep(std::move(step));
  return merged(trace, name, location)[0];
}

void Script::end_region(const Trace &trace, std::size_t region, std::span<const Tensor> results, std::string_view label,
                        std::source_location location) {
  const Slots slots = slots_of(trace, results);
  const auto end = [region, slots, label = std::string(label), location](Run &run) {
    run.regions[region]->end(tensors(run, slots), label, location);
  };
  Step step{end, uses(slots), Step::Kind::EndRegion, region};
  step.recipe = std::make_shared<const Recipe>(Recipe{Recipe::EndRegion{slots, std::string(label)}, location});
  keep(std::move(step));
  regions_[region].end = steps_.size() - 1;
  regions_[region].results = slots;
  open_regions_.pop_back();
}

void Script::drop_region(std::size_t region) {
  steps_.resize(regions_[region].begin);
  recorded_.resize(std::min(recorded_.size(), steps_.size()));
  open_regions_.resize(static_cast<std::size_t>(std::find(open_regions_.begin(), open_regions_.end(), region) - open_regions_.begin()));
  for (Run &run : samples_) // with those that are left of what it held, the inner ones first
    while (run.regions.size() > region) run.regions.pop_back();
}

void Script::run_open_regions_by_host() {
  for (const std::size_t region : open_regions_) regions_[region].by_host = true;
}

// --- ops with regions ----------------------------------------------------------------------------------------------

static Script::Control::Kind kind_of(std::string_view op) {
  if (op == "if") return Script::Control::Kind::If;
  return op == "while" ? Script::Control::Kind::While : Script::Control::Kind::For;
}

const Script::RegionRecord &Script::giving_region(const Control &control) const {
  return regions_[control.kind == Control::Kind::If ? control.regions.front() : control.regions.back()];
}

Script::Step Script::control_step(const Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                                  std::span<const std::size_t> regions, const LoopInfo &loop, std::source_location location) {
  const std::size_t number = controls_.size();
  Control control{kind_of(op), std::string(label), location, slots_of(trace, operands), {regions.begin(), regions.end()}, loop};
  control.rows = slots_of(trace, {&loop.rows, 1})[0];
  control.loop.rows = {}; // which would keep the trace, and so this script, alive
  control.step = steps_.size();
  control.first = dtypes_.size();
  for (const std::size_t region : regions) {
    regions_[region].control = number;
    control.by_host |= regions_[region].by_host;
  }
  const auto record = [this, number, op = std::string(op)](Run &run) {
    const Control &control = controls_[number];
    std::vector<Region *> held;
    for (const std::size_t region : control.regions) held.push_back(run.regions[region].get());
    put(run, control.first,
        control.by_host ? sample_results(run, control)
                        : run.trace->record(op, control.label, tensors(run, control.operands), held, {}, control.location));
    for (const std::size_t region : control.regions) run.regions[region].reset();
  };
  Step step{record, uses(control.operands), Step::Kind::Control, number};
  controls_.push_back(std::move(control));
  return step;
}

std::vector<Tensor> Script::record(Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                                   std::span<const std::size_t> regions, const LoopInfo &loop, std::source_location location) {
  Step step = control_step(trace, op, label, operands, regions, loop, location);
  Control &control = controls_.back();
  if (control.kind == Control::Kind::If) find_what_varies(control);
  else require_steady_state(control);
  keep(std::move(step));
  std::vector<Tensor> results = merged(trace, label, location);
  controls_.back().count = results.size();
  return results;
}

void Script::note_record(const Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                         std::span<const std::size_t> regions, const LoopInfo &loop, std::source_location location,
                         std::span<const Tensor> results) {
  add_noted(control_step(trace, op, label, operands, regions, loop, location), results, &trace);
  controls_.back().count = results.size();
}

std::optional<std::pair<Tensor, Tensor>> Script::differing_branches(const Run &run, const Control &control) const {
  const Slots &last = regions_[control.regions.back()].results;
  const bool is_if = control.kind == Control::Kind::If;
  const std::span<const Slot> others = is_if ? std::span<const Slot>(regions_[control.regions.front()].results) : control.initial_state();
  for (std::size_t i = 0; i < last.size(); ++i) {
    const Tensor before = tensors(run, {others[i]})[0], after = tensors(run, {last[i]})[0];
    if (before.shape() == after.shape()) continue;
    if (is_if) return std::pair(before, after);
    throw_changed_state(control.label, control.loop.paths[i], spec_of(before), spec_of(after), control.location);
  }
  return std::nullopt;
}

// --- by the host ---------------------------------------------------------------------------------------------------

static Shape as_shape(const std::vector<std::int64_t> &extents) { return Shape(std::span<const std::int64_t>(extents)); }

void Script::find_what_varies(Control &control) {
  const RegionRecord &first = regions_[control.regions[0]], &second = regions_[control.regions[1]];
  bool any = false;
  for (std::size_t i = 0; i < first.results.size(); ++i) {
    std::vector<std::int64_t> pattern(static_cast<std::size_t>(tensors(samples_[0], {first.results[i]})[0].rank()));
    for (const Run &run : samples_) {
      if (!run.trace) continue;
      const Shape a = tensors(run, {first.results[i]})[0].shape(), b = tensors(run, {second.results[i]})[0].shape();
      for (std::size_t axis = 0; axis < pattern.size(); ++axis)
        if (a[static_cast<int>(axis)] != b[static_cast<int>(axis)]) pattern[axis] = kDynamic;
    }
    control.varies.push_back(as_shape(pattern));
    any |= !control.varies.back().is_static();
  }
  if (!any) return;
  control.by_host = true;
  run_open_regions_by_host(); // what it is in
}

void Script::require_steady_state(const Control &control) const {
  const std::span<const Slot> initial = control.initial_state();
  const Slots &next = regions_[control.regions.back()].results;
  for (std::size_t i = 0; i < control.loop.changing.size(); ++i) {
    std::optional<std::pair<TensorSpec, TensorSpec>> seen; // what the large samples have in common
    bool is_steady = true;
    for (const Run &run : std::span(samples_).first(kLarge)) {
      if (!run.trace) continue;
      const Tensor before = tensors(run, {initial[i]})[0], after = tensors(run, {next[i]})[0];
      is_steady &= same_shape(before, after, control.loop.changing[i]);
      if (!seen) seen.emplace(spec_of(before), spec_of(after));
      seen->first.shape = common_shape(seen->first.shape, before.shape());
      seen->second.shape = common_shape(seen->second.shape, after.shape());
    }
    if (!is_steady) throw_changed_state(control.label, control.loop.paths[i], seen->first, seen->second, control.location);
  }
}

std::vector<Tensor> Script::sample_results(const Run &run, const Control &control) const {
  const std::vector<Tensor> given = tensors(run, giving_region(control).results);
  const std::size_t kept = given.size() - control.loop.stacked.size();
  std::vector<TensorSpec> specs;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::vector<Shape> &changing = control.kind == Control::Kind::If ? control.varies : control.loop.changing;
    Shape shape = given[i].shape();
    if (i < kept) shape = sample_shape(run.sample, shape, changing[i]);
    else shape = stacked_shape(tensors(run, {control.rows})[0].shape()[0], shape, control.location);
    specs.push_back({given[i].dtype(), shape, control.label});
  }
  return stand_ins(run, control.label, tensors(run, control.operands), specs, control.location);
}

std::vector<Tensor> Script::stand_ins(const Run &run, std::string_view label, std::span<const Tensor> operands,
                                      std::span<const TensorSpec> specs, std::source_location location) const {
  if (kind_ == Trace::Kind::Graph) return run.trace->found_by_host(label, operands, specs, location);
  std::vector<Tensor> arguments;
  for (const TensorSpec &spec : specs) arguments.push_back(run.trace->argument(spec.dtype, spec.shape, spec.name, location));
  return arguments;
}

// --- cuts ----------------------------------------------------------------------------------------------------------

// In a sample, what comes from the host is an argument. Extents that it finds count as equal, as dimensions without names do: those of
// one mask are, and of others a run will show it.
std::vector<Tensor> Script::cut(Trace &trace, std::string_view label, std::span<const Tensor> operands, const Finding &finding,
                                std::source_location location) {
  const std::size_t number = cuts_.size(), first = dtypes_.size();
  cuts_.push_back({slots_of(trace, operands), finding, std::string(label), location});
  const auto add_arguments = [this, number, first](Run &run) {
    const Cut &cut = cuts_[number];
    const std::vector<Tensor> operands = tensors(run, cut.operands);
    std::vector<TensorSpec> specs;
    for (const TensorSpec &spec : cut.finding.specs(operands))
      specs.push_back({spec.dtype, sample_shape(run.sample, spec.shape, spec.shape), cut.label});
    put(run, first, stand_ins(run, cut.label, operands, specs, cut.location));
  };
  keep({add_arguments, uses(cuts_.back().operands), Step::Kind::Cut, number});
  return merged(trace, label, location);
}

} // namespace burin::detail
