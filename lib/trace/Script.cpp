// Traces whose extents aren't all known when the lambda runs: what it did is done to samples with known extents at once, and again, by
// stages, for the extents of each call.
#include "lib/trace/Script.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include <algorithm>
#include <cctype>

namespace burin::detail {

// --- samples -------------------------------------------------------------------------------------------------------

// Their extents are multiples of many numbers, as reshapes and splits ask for such; large enough to be told from extents that users
// write, small enough that the elements of a few dimensions can be counted. Named dimensions get different ones, unnamed ones are
// taken to be equal.
static constexpr std::int64_t kMultiple = 720;
static constexpr std::int64_t kFactors[] = {11, 13, 17, 19, 23, 29, 31, 37, 41, 43,  47,  53,
                                            59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107};
static constexpr std::size_t kMostDimensions = std::size(kFactors) / Script::kLarge;

static std::int64_t sample_extent(std::size_t sample, std::size_t dimension) {
  if (sample < Script::kLarge) return kMultiple * kFactors[dimension * Script::kLarge + sample];
  return 1 + static_cast<std::int64_t>(dimension); // so that a slice up to 8 is not taken to have 8 elements
}

std::size_t Script::dimension_number(const std::string &name) const {
  const auto known = std::find(dimensions_.begin(), dimensions_.end(), name);
  return known == dimensions_.end() ? 0 : static_cast<std::size_t>(known - dimensions_.begin());
}

void Script::add_dimension(const std::string &name) {
  // Beyond a dozen names, the others count as equal to the unnamed ones, until a call shows that they are not.
  const bool is_known = std::find(dimensions_.begin(), dimensions_.end(), name) != dimensions_.end();
  if (!is_known && dimensions_.size() < kMostDimensions) dimensions_.push_back(name);
}

Shape Script::sample_shape(std::size_t sample, const Shape &shape, std::span<const std::string> dimensions) const {
  std::vector<std::int64_t> extents(shape.begin(), shape.end());
  for (std::size_t axis = 0; axis < extents.size(); ++axis)
    if (extents[axis] == kDynamic)
      extents[axis] = sample_extent(sample, dimension_number(axis < dimensions.size() ? dimensions[axis] : ""));
  return Shape(std::span<const std::int64_t>(extents));
}

std::string Script::in_users_terms(const std::string &text) const {
  const auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  const auto term = [&](const std::string &number) {
    for (std::size_t dimension = 0; dimension < dimensions_.size(); ++dimension)
      for (std::size_t sample = 0; sample < kLarge; ++sample)
        if (number == std::to_string(sample_extent(sample, dimension)))
          return dimensions_[dimension].empty() || dimensions_[dimension][0] == '#' ? std::string("?") : dimensions_[dimension];
    return number;
  };
  std::string result, number;
  for (const char c : text + '\0') {
    if (is_digit(c)) {
      number += c;
      continue;
    }
    result += term(number);
    number.clear();
    if (c) result += c;
  }
  return result;
}

Script::Run Script::new_run() const {
  Run run(Trace::begin(name_));
  if (checks_numerics_) run.trace->check_numerics();
  return run;
}

Script::Script(const Trace &of) : name_(of.name()), checks_numerics_(of.checks_numerics()), dimensions_{""} {}
Script::~Script() = default;

static void end(Script::Run &run) {
  while (!run.regions.empty()) run.regions.pop_back(); // the inner ones first
  run = Script::Run(nullptr);
}

template <class Do> void Script::for_each_sample(const Do &action) {
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    Run &run = samples_[i];
    if (!run.trace) continue;
    const TraceScope scope(run.trace.get());
    if (i < kLarge) {
      action(run, i);
      continue;
    }
    try {
      action(run, i);
    } catch (const std::exception &) { end(run); }
  }
}

void Script::begin_samples() {
  for (std::size_t i = 0; i < kSamples; ++i) samples_.push_back(new_run());
  for_each_sample([&](Run &run, std::size_t sample) {
    for (std::size_t i = 0; i < arguments_.size(); ++i)
      run.values.push_back(run.trace->argument(dtypes_[i], arguments_[i].shapes[sample], arguments_[i].name, arguments_[i].location));
    for (const Step &step : steps_) step.run(run);
    run.values.resize(dtypes_.size());
  });
}

// --- steps ---------------------------------------------------------------------------------------------------------

Script::Slots Script::slots_of(const Trace &trace, std::span<const Tensor> tensors) const {
  Slots slots;
  for (const Tensor &tensor : tensors) {
    const bool is_ours = tensor.defined() && is_symbolic(tensor) && tensor.impl()->symbolic->trace.get() == &trace;
    slots.push_back(is_ours ? Slot{tensor.impl()->symbolic->index, {}} : Slot{kOther, tensor});
  }
  return slots;
}

std::vector<Tensor> Script::tensors(const Run &run, const Slots &slots) {
  std::vector<Tensor> result;
  for (const Slot &slot : slots) result.push_back(slot.value == kOther ? slot.other : run.values[slot.value]);
  return result;
}

std::vector<std::size_t> Script::uses(const Slots &slots) {
  std::vector<std::size_t> used;
  for (const Slot &slot : slots)
    if (slot.value != kOther) used.push_back(slot.value);
  return used;
}

template <class... Kinds, class Do, class Mend> static void rethrowing(const Do &action, const Mend &mend) {
  try {
    action();
  } catch (const Error &error) {
    const auto rethrow_as = [&]<class Kind>() {
      if (dynamic_cast<const Kind *>(&error)) throw Kind(mend(error.what()));
    };
    (rethrow_as.template operator()<Kinds>(), ...);
    throw;
  }
}

void Script::keep(const Slots &slots, std::function<void(Run &)> step) {
  const std::size_t values = dtypes_.size(), regions = region_starts_.size(), marks = mark_count_;
  try {
    rethrowing<ShapeError, DTypeError, IndexError, TraceError>([&] { for_each_sample([&](Run &run, std::size_t) { step(run); }); },
                                                               [&](const std::string &text) { return in_users_terms(text); });
  } catch (...) {
    for (Run &run : samples_) {
      run.values.resize(values);
      run.regions.resize(regions);
      run.marks.resize(marks);
    }
    throw;
  }
  steps_.push_back({uses(slots), std::move(step)});
}

std::vector<Tensor> Script::merged(Trace &trace, std::size_t first, std::string_view label, std::source_location location) {
  const std::vector<Tensor> &values = samples_[0].values;
  const auto refuse = [&](std::string_view what) {
    steps_.pop_back();
    for (Run &run : samples_) run.values.resize(first);
    throw_error<ShapeError>(label, location, what, " depends on extents that are known only when ", trace.title(), " is called");
  };
  const auto agree = [&](std::size_t sample) {
    const std::vector<Tensor> &others = samples_[sample].values;
    bool same = true;
    for (std::size_t i = first; i < std::min(values.size(), others.size()); ++i) same &= values[i].rank() == others[i].rank();
    return std::pair(values.size() == others.size(), same);
  };
  const auto [same_count, same_ranks] = agree(1);
  if (!same_count) refuse("the number of results");
  if (!same_ranks) refuse("the rank of a result");
  if (samples_[kLarge].trace && agree(kLarge) != std::pair(true, true)) end(samples_[kLarge]);
  std::vector<Tensor> results;
  for (std::size_t i = first; i < values.size(); ++i) {
    std::vector<std::int64_t> extents(values[i].shape().begin(), values[i].shape().end());
    for (const Run &other : samples_)
      for (int axis = 0; other.trace && axis < values[i].rank(); ++axis)
        if (values[i].shape()[axis] != other.values[i].shape()[axis]) extents[static_cast<std::size_t>(axis)] = kDynamic;
    dtypes_.push_back(values[i].dtype());
    results.push_back(trace.scripted(values[i].dtype(), Shape(std::span<const std::int64_t>(extents)), label, location));
  }
  return results;
}

/// A step whose results are the values numbered from `first` on. A region that was dropped has left its numbers.
template <class Action> static auto giving(std::size_t first, Action action) {
  return [first, action](Script::Run &run) {
    run.values.resize(first);
    std::vector<Tensor> results = action(run);
    run.values.insert(run.values.end(), results.begin(), results.end());
  };
}

std::vector<Tensor> Script::perform(Trace &trace, std::string_view label, std::span<const Tensor> operands, Trace::Action action,
                                    std::source_location location) {
  const std::size_t first = dtypes_.size();
  const Slots slots = slots_of(trace, operands);
  keep(slots, giving(first, [slots, action](Run &run) { return action(*run.trace, tensors(run, slots)); }));
  return merged(trace, first, label, location);
}

void Script::perform_later(const Trace &trace, std::span<const Tensor> operands, Trace::Action action,
                           const std::function<void(Trace &)> &uses) {
  for_each_sample([&](Run &run, std::size_t) { uses(*run.trace); });
  note(trace, operands, std::move(action), {});
}

Tensor Script::argument(Trace &trace, DType dtype, const Shape &shape, std::span<const std::string> dimensions, std::string_view name,
                        std::source_location location) {
  Argument argument{std::string(name), {}, location};
  for (const std::string &dimension : dimensions) add_dimension(dimension);
  for (std::size_t i = 0; i < kSamples; ++i) argument.shapes[i] = sample_shape(i, shape, dimensions);
  for_each_sample(
      [&](Run &run, std::size_t sample) { run.values.push_back(run.trace->argument(dtype, argument.shapes[sample], name, location)); });
  arguments_.push_back(std::move(argument));
  dtypes_.push_back(dtype);
  return trace.scripted(dtype, shape, "argument '" + std::string(name) + "'", location);
}

std::function<void(Script::Run &)> Script::recording(const Trace &trace, std::string_view op, std::string_view label,
                                                     std::span<const Tensor> operands, std::span<const NamedAttribute> attributes,
                                                     std::span<const std::size_t> regions, std::source_location location) const {
  std::vector<std::pair<std::string, AttributeValue>> kept(attributes.begin(), attributes.end());
  return giving(dtypes_.size(),
                [op = std::string(op), label = std::string(label), slots = slots_of(trace, operands), kept = std::move(kept),
                 numbers = std::vector<std::size_t>(regions.begin(), regions.end()), location](Run &run) {
                  const std::vector<NamedAttribute> attributes(kept.begin(), kept.end());
                  std::vector<Region *> regions;
                  for (std::size_t number : numbers) regions.push_back(run.regions[number].get());
                  const std::vector<Tensor> operands = tensors(run, slots);
                  return regions.empty() ? run.trace->record(op, label, operands, attributes, location)
                                         : run.trace->record(op, label, operands, attributes, regions, location);
                });
}

std::vector<Tensor> Script::record(Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                                   std::span<const NamedAttribute> attributes, std::span<const std::size_t> regions,
                                   std::source_location location) {
  const std::size_t first = dtypes_.size();
  keep(slots_of(trace, operands), recording(trace, op, label, operands, attributes, regions, location));
  return merged(trace, first, label, location);
}

// --- control flow --------------------------------------------------------------------------------------------------

std::size_t Script::begin_region(std::string_view what, std::source_location location) {
  const std::size_t start = steps_.size(), number = region_starts_.size();
  keep({}, [what = std::string(what), location, number](Run &run) {
    run.regions.resize(number);
    run.regions.push_back(std::make_unique<Region>(*run.trace, what, location));
  });
  region_starts_.push_back(start);
  return number;
}

Tensor Script::region_argument(Trace &trace, std::size_t region, DType dtype, const Shape &shape, const Tensor *like, std::string_view name,
                               std::source_location location) {
  const std::size_t first = dtypes_.size();
  const Slots slots = like ? slots_of(trace, {like, 1}) : Slots();
  keep(slots, giving(first, [region, dtype, shape, slots, name = std::string(name), location](Run &run) {
         const Shape known = slots.empty() ? shape : tensors(run, slots)[0].shape();
         return std::vector{run.regions[region]->argument(dtype, known, name, location)};
       }));
  return merged(trace, first, name, location)[0];
}

void Script::end_region(const Trace &trace, std::size_t region, std::span<const Tensor> results, std::string_view label,
                        std::source_location location) {
  const Slots slots = slots_of(trace, results);
  keep(slots,
       [region, slots, label = std::string(label), location](Run &run) { run.regions[region]->end(tensors(run, slots), label, location); });
}

void Script::drop_region(std::size_t region) {
  steps_.resize(region_starts_[region]);
  for (Run &run : samples_)
    if (run.trace) run.regions[region].reset();
}

// --- names, variables ----------------------------------------------------------------------------------------------

std::size_t Script::open_names(std::string_view name) {
  const std::size_t number = mark_count_;
  keep({}, [number, name = std::string(name)](Run &run) {
    run.marks.resize(number);
    run.marks.push_back(run.trace->open_names(name));
  });
  return mark_count_++;
}

void Script::close_names(std::size_t number) {
  keep({}, [number](Run &run) { run.trace->close_names(run.marks[number]); });
}

Trace::Initializer Script::initializer(const Trace &trace, const Tensor &value, std::string_view variable, std::source_location location) {
  return samples_[0].trace->initializer(tensors(samples_[0], slots_of(trace, {&value, 1}))[0], variable, location);
}

// --- steps that the trace has done itself --------------------------------------------------------------------------

void Script::note_argument(const Tensor &argument, std::string_view name, std::source_location location) {
  arguments_.push_back({std::string(name), {argument.shape(), argument.shape(), argument.shape()}, location});
  dtypes_.push_back(argument.dtype());
}

void Script::note(const Trace &trace, std::span<const Tensor> operands, Trace::Action action, std::span<const Tensor> results) {
  const Slots slots = slots_of(trace, operands);
  steps_.push_back({uses(slots), giving(dtypes_.size(), [slots, action](Run &run) { return action(*run.trace, tensors(run, slots)); })});
  for (const Tensor &result : results) dtypes_.push_back(result.dtype());
}

void Script::note_record(const Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                         std::span<const NamedAttribute> attributes, std::span<const std::size_t> regions, std::source_location location,
                         std::span<const Tensor> results) {
  steps_.push_back({uses(slots_of(trace, operands)), recording(trace, op, label, operands, attributes, regions, location)});
  for (const Tensor &result : results) dtypes_.push_back(result.dtype());
}

void Script::note_region_argument(std::size_t region, const Tensor &argument, std::string_view name, std::source_location location) {
  steps_.push_back(
      {{},
       giving(dtypes_.size(), [region, dtype = argument.dtype(), shape = argument.shape(), name = std::string(name), location](Run &run) {
         return std::vector{run.regions[region]->argument(dtype, shape, name, location)};
       })});
  dtypes_.push_back(argument.dtype());
}

// --- cuts ----------------------------------------------------------------------------------------------------------

static std::string dimension_of_cut(std::size_t step) { return "#" + std::to_string(step); }

/// In a sample, what comes from the host is an argument, of an extent of its own where that isn't known.
void Script::add_sample_cut(Run &run, std::size_t sample, const Cut &cut, const Trace::SpecsOf &specs) const {
  run.values.resize(cut.first);
  for (const TensorSpec &spec : specs(tensors(run, cut.operands))) {
    const std::vector<std::string> names(static_cast<std::size_t>(spec.shape.rank()), dimension_of_cut(cut.step));
    run.values.push_back(run.trace->argument(spec.dtype, sample_shape(sample, spec.shape, names), cut.label, cut.location));
  }
}

std::vector<Tensor> Script::cut(Trace &trace, std::string_view label, std::span<const Tensor> operands, const Trace::SpecsOf &specs,
                                Trace::OnHost host, std::source_location location) {
  Cut cut{steps_.size(), slots_of(trace, operands), std::move(host), dtypes_.size(), 0, std::string(label), location};
  add_dimension(dimension_of_cut(cut.step));
  for_each_sample([&](Run &run, std::size_t sample) { add_sample_cut(run, sample, cut, specs); });
  cut.count = samples_[0].values.size() - cut.first;
  cuts_.push_back(std::move(cut));
  cut_specs_.push_back(specs);
  return merged(trace, cuts_.back().first, label, location);
}

// --- the whole -----------------------------------------------------------------------------------------------------

Script::Variables Script::finish(const Trace &trace, std::span<const Tensor> results, std::source_location location) {
  results_ = slots_of(trace, results);
  location_ = location;
  for (const Tensor &result : results) result_specs_.push_back({result.dtype(), result.shape()});
  Variables variables;
  for_each_sample([&](Run &run, std::size_t) { variables = run.trace->finish(tensors(run, results_), location).variables; });
  samples_.clear();
  plan_stages();
  return variables;
}

static void add_once(std::vector<std::size_t> &numbers, std::size_t number) {
  if (std::find(numbers.begin(), numbers.end(), number) == numbers.end()) numbers.push_back(number);
}

void Script::plan_stages() {
  stages_.resize(stage_count());
  if (cuts_.empty()) {
    for (std::size_t i = 0; i < arguments_.size(); ++i) stages_[0].inputs.push_back(i);
    return;
  }
  // Which stage makes a value; none for arguments and what comes from the host.
  const auto maker = [&](std::size_t value) -> std::size_t {
    if (value < arguments_.size()) return kOther;
    std::size_t stage = 0;
    for (; stage < cuts_.size() && value >= cuts_[stage].first; ++stage)
      if (value < cuts_[stage].first + cuts_[stage].count) return kOther;
    return stage;
  };
  const auto want = [&](std::size_t value) {
    if (const std::size_t stage = maker(value); stage != kOther) add_once(stages_[stage].outputs, value);
  };
  std::size_t stage = 0;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    while (stage < cuts_.size() && cuts_[stage].step <= i) ++stage;
    for (std::size_t value : steps_[i].uses) {
      if (maker(value) == stage) continue;
      add_once(stages_[stage].inputs, value);
      want(value);
    }
  }
  for (const Cut &cut : cuts_)
    for (std::size_t value : uses(cut.operands)) want(value);
  for (std::size_t value : uses(results_)) want(value);
}

Trace::Finished Script::recorded_for(std::size_t number, std::span<const Shape> shapes) const {
  Run run = new_run();
  const TraceScope scope(run.trace.get());
  const Stage &stage = stages_[number];
  run.values.resize(dtypes_.size());
  for (std::size_t i = 0; i < stage.inputs.size(); ++i) {
    const std::size_t value = stage.inputs[i];
    const bool is_argument = value < arguments_.size();
    const std::string name = is_argument ? arguments_[value].name : "value" + std::to_string(value);
    run.values[value] = run.trace->argument(dtypes_[value], shapes[i], name, is_argument ? arguments_[value].location : location_);
  }
  const std::size_t begin = number == 0 ? 0 : cuts_[number - 1].step, end = number == cuts_.size() ? steps_.size() : cuts_[number].step;
  for (std::size_t i = begin; i < end; ++i) steps_[i].run(run);
  if (!cuts_.empty()) {
    std::vector<Tensor> outputs;
    for (std::size_t value : stage.outputs) outputs.push_back(run.values[value]);
    return run.trace->finish(outputs, location_);
  }
  const std::vector<Tensor> results = tensors(run, results_);
  for (std::size_t i = 0; i < results.size(); ++i)
    if (!results[i].shape().fits(result_specs_[i].shape))
      throw_error<ShapeError>(name_, location_, "result ", i, " is ", describe(results[i]), " for these arguments, was traced as ",
                              describe(result_specs_[i].dtype, result_specs_[i].shape));
  return run.trace->finish(results, location_);
}

Trace::Finished Script::sample(std::size_t number) const {
  Run run = new_run();
  const TraceScope scope(run.trace.get());
  for (std::size_t i = 0; i < arguments_.size(); ++i)
    run.values.push_back(run.trace->argument(dtypes_[i], arguments_[i].shapes[number], arguments_[i].name, arguments_[i].location));
  std::size_t cut = 0;
  for (std::size_t i = 0; i <= steps_.size(); ++i) {
    for (; cut < cuts_.size() && cuts_[cut].step == i; ++cut) add_sample_cut(run, number, cuts_[cut], cut_specs_[cut]);
    if (i < steps_.size()) steps_[i].run(run);
  }
  return run.trace->finish(tensors(run, results_), location_);
}

} // namespace burin::detail
