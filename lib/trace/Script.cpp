// Traces whose extents aren't all known when the lambda runs: what it did is done to samples with known extents at once, and again, by
// stages, for the extents of each call.
#include "lib/trace/Script.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include "lib/trace/TraceActions.h"
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

Shape common_shape(const Shape &a, const Shape &b) {
  std::vector<std::int64_t> extents(a.begin(), a.end());
  for (int axis = 0; axis < a.rank(); ++axis)
    if (a[axis] != b[axis]) extents[static_cast<std::size_t>(axis)] = kDynamic;
  return Shape(std::span<const std::int64_t>(extents));
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

Shape Script::sample_shape(std::size_t sample, const Shape &shape, const Shape &pattern) const {
  if (pattern.is_static()) return shape;
  std::vector<std::int64_t> extents(shape.begin(), shape.end());
  for (std::size_t axis = 0; axis < extents.size(); ++axis)
    if (pattern[static_cast<int>(axis)] == kDynamic) extents[axis] = kDynamic;
  return sample_shape(sample, Shape(std::span<const std::int64_t>(extents)), std::span<const std::string>());
}

Script::Run Script::new_run(std::size_t sample) const {
  Run run(Trace::begin(name_, kind_), sample);
  if (checks_numerics_) run.trace->check_numerics();
  return run;
}

Script::Script(const Trace &of) : name_(of.name()), kind_(of.kind()), checks_numerics_(of.checks_numerics()), dimensions_{""} {}
Script::~Script() = default;

static void end(Script::Run &run) {
  run.drop_regions();
  run = Script::Run(nullptr);
}

void Script::for_each_sample(const std::function<void(Run &)> &action) {
  for (Run &run : samples_) {
    if (!run.trace) continue;
    const TraceScope scope(run.trace.get());
    if (run.sample < kLarge) {
      action(run);
      continue;
    }
    try {
      action(run);
    } catch (const std::exception &) { end(run); }
  }
}

void Script::begin_samples(Trace &trace) {
  if (kind_ == Trace::Kind::Graph) return take_recording(trace);
  for (std::size_t i = 0; i < kSamples; ++i) samples_.push_back(new_run(i));
  for_each_sample([&](Run &run) { run_sample(run); });
}

void Script::run_sample(Run &run, std::span<const Shape> shapes) const {
  for (std::size_t i = 0; i < arguments_.size(); ++i)
    run.values.push_back(run.trace->argument(dtypes_[i], shapes.empty() ? arguments_[i].shapes[run.sample] : shapes[i],
                                             arguments_[i].spec.name, arguments_[i].location));
  for (std::size_t step = 0; step < steps_.size(); ++step) run_step(run, step);
  run.values.resize(dtypes_.size());
}

void Script::run_step(Run &run, std::size_t number) const {
  if (kind_ != Trace::Kind::Graph) return steps_[number].run(run);
  if (run.recorded.size() <= number) run.recorded.resize(number + 1);
  run.recorded[number].begin = run.trace->counts();
  steps_[number].run(run);
  run.recorded[number].end = run.trace->counts();
}

// --- steps ---------------------------------------------------------------------------------------------------------

Script::Slots Script::slots_of(const Trace &trace, std::span<const Tensor> tensors) {
  Slots slots;
  for (const Tensor &tensor : tensors) {
    const bool is_ours = tensor.defined() && is_symbolic(tensor) && tensor.impl()->symbolic->trace.get() == &trace;
    if (kind_ == Trace::Kind::Graph && tensor.defined() && !is_symbolic(tensor)) constants_.insert(tensor.impl());
    slots.push_back(is_ours ? Slot{number_of(tensor), {}} : Slot{kOther, tensor});
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

void Script::keep(Step step) {
  begin_step();
  step.first = dtypes_.size();
  const std::size_t regions = regions_.size(), marks = mark_count_;
  try {
    rethrowing<ShapeError, DTypeError, IndexError, TraceError>([&] { for_each_sample([&](Run &run) { step.run(run); }); },
                                                               [&](const std::string &text) { return in_users_terms(text); });
  } catch (...) {
    for (Run &run : samples_) {
      run.values.resize(step.first);
      run.regions.resize(regions);
      run.marks.resize(marks);
    }
    undo_step();
    throw;
  }
  add_step(std::move(step), nullptr);
}

std::vector<Tensor> Script::merged(Trace &trace, std::string_view label, std::source_location location) {
  const std::vector<Tensor> &values = samples_[0].values;
  const std::size_t first = steps_.back().first;
  const auto refuse = [&](std::string_view what) {
    steps_.pop_back();
    for (Run &run : samples_) run.values.resize(first);
    undo_step();
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
    Shape shape = values[i].shape();
    for (const Run &other : samples_)
      if (other.trace) shape = common_shape(shape, other.values[i].shape());
    results.push_back(trace.scripted(values[i].dtype(), shape, label, location));
    add_value(results.back());
  }
  steps_.back().count = results.size();
  return results;
}

void Script::put(Run &run, std::size_t first, std::span<const Tensor> results) {
  // A region that was dropped has left its numbers.
  if (run.values.size() < first + results.size()) run.values.resize(first + results.size());
  std::copy(results.begin(), results.end(), run.values.begin() + static_cast<std::ptrdiff_t>(first));
}

std::vector<Tensor> Script::perform(Trace &trace, std::string_view label, std::span<const Tensor> operands, Trace::Action action,
                                    std::source_location location) {
  if (kind_ == Trace::Kind::Graph) action = giving_its_own(std::move(action), label, location);
  keep(acting(trace, label, operands, std::move(action), location));
  return merged(trace, label, location);
}

void Script::perform_later(const Trace &trace, std::span<const Tensor> operands, Trace::Action action, const Trace::Uses &uses,
                           std::source_location location) {
  begin_step();
  for_each_sample([&](Run &run) { uses(*run.trace); });
  add_noted(acting(trace, "assign", operands, std::move(action), location, uses), {}, &trace);
}

Script::Step Script::acting(const Trace &trace, std::string_view label, std::span<const Tensor> operands, Trace::Action action,
                            std::source_location location, const Trace::Uses &uses) {
  const Slots slots = slots_of(trace, operands);
  Step step{[first = dtypes_.size(), slots, action](Run &run) { put(run, first, action(*run.trace, tensors(run, slots))); },
            Script::uses(slots)};
  step.recipe = std::make_shared<const Recipe>(Recipe{Recipe::Act{std::string(label), slots, std::move(action), uses}, location});
  return step;
}

Tensor Script::argument(Trace &trace, DType dtype, const Shape &shape, std::span<const std::string> dimensions, std::string_view name,
                        std::source_location location) {
  Argument argument{{dtype, shape, std::string(name), {dimensions.begin(), dimensions.end()}}, {}, location};
  for (const std::string &dimension : dimensions) add_dimension(dimension);
  for (std::size_t i = 0; i < kSamples; ++i) argument.shapes[i] = sample_shape(i, shape, dimensions);
  for_each_sample([&](Run &run) { run.values.push_back(run.trace->argument(dtype, argument.shapes[run.sample], name, location)); });
  arguments_.push_back(std::move(argument));
  dtypes_.push_back(dtype);
  return trace.scripted(dtype, shape, "argument '" + std::string(name) + "'", location);
}

Script::Step Script::recording(const Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                               std::span<const NamedAttribute> attributes, std::source_location location) {
  return acting(trace, label, operands, recording_of(op, label, attributes, location), location);
}

std::vector<Tensor> Script::record(Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                                   std::span<const NamedAttribute> attributes, std::source_location location) {
  keep(recording(trace, op, label, operands, attributes, location));
  return merged(trace, label, location);
}

// --- names, variables ----------------------------------------------------------------------------------------------

// A stage may begin, or end, within a scope of names: it knows those that it opened.
std::size_t Script::open_names(std::string_view name) {
  const std::size_t number = mark_count_;
  const auto open = [number, name = std::string(name)](Run &run) {
    run.marks.resize(number, kOther);
    run.marks.push_back(run.trace->open_names(name));
  };
  Step step{open, {}, Step::Kind::Names, number};
  step.recipe = std::make_shared<const Recipe>(Recipe{Recipe::OpenNames{std::string(name)}, {}});
  keep(std::move(step));
  return mark_count_++;
}

void Script::close_names(std::size_t number) {
  const auto close = [number](Run &run) {
    if (number < run.marks.size() && run.marks[number] != kOther) run.trace->close_names(run.marks[number]);
  };
  Step step{close, {}, Step::Kind::Names};
  step.recipe = std::make_shared<const Recipe>(Recipe{Recipe::CloseNames{number}, {}});
  keep(std::move(step));
}

Trace::Initializer Script::initializer(const Trace &trace, const Tensor &value, std::string_view variable, std::source_location location) {
  return samples_[0].trace->initializer(tensors(samples_[0], slots_of(trace, {&value, 1}))[0], variable, location);
}

// --- steps that the trace has done itself --------------------------------------------------------------------------

void Script::note_argument(const Tensor &argument, std::string_view name, std::source_location location) {
  const Shape &shape = argument.shape();
  arguments_.push_back({{argument.dtype(), shape, std::string(name)}, {shape, shape, shape}, location});
  dtypes_.push_back(argument.dtype());
}

void Script::note(const Trace &trace, std::string_view label, std::span<const Tensor> operands, Trace::Action action,
                  std::span<const Tensor> results, std::source_location location) {
  add_noted(acting(trace, label, operands, std::move(action), location), results, &trace);
}

void Script::note_record(const Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                         std::span<const NamedAttribute> attributes, std::source_location location, std::span<const Tensor> results) {
  add_noted(recording(trace, op, label, operands, attributes, location), results, &trace);
}

void Script::add_noted(Step step, std::span<const Tensor> results, const Trace *trace) {
  step.first = dtypes_.size();
  step.count = results.size();
  add_step(std::move(step), trace);
  for (const Tensor &result : results) add_value(result);
}

// --- the whole -----------------------------------------------------------------------------------------------------

Script::Variables Script::finish(const Trace &trace, std::span<const Tensor> results, std::source_location location) {
  results_ = slots_of(trace, results);
  location_ = location;
  for (const Tensor &result : results) result_specs_.push_back({result.dtype(), result.shape()});
  Variables variables;
  for_each_sample([&](Run &run) { variables = run.finish(tensors(run, results_), location).variables; });
  samples_.clear();
  return variables;
}

void Script::require_results(std::span<const Tensor> results) const {
  for (std::size_t i = 0; i < results.size(); ++i)
    if (!results[i].shape().fits(result_specs_[i].shape))
      throw_error<ShapeError>(name_, location_, "result ", i, " is ", describe(results[i]), " for these arguments, was traced as ",
                              describe(result_specs_[i].dtype, result_specs_[i].shape));
}

Script::Run Script::begin_run(std::span<const std::size_t> inputs, std::span<const Shape> shapes) const {
  Run run = new_run();
  run.values.resize(dtypes_.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::size_t value = inputs[i];
    const bool is_argument = value < arguments_.size();
    const std::string name = is_argument ? arguments_[value].spec.name : "value" + std::to_string(value);
    run.values[value] = run.trace->argument(dtypes_[value], shapes[i], name, is_argument ? arguments_[value].location : location_);
  }
  return run;
}

Trace::Finished Script::finish_run(Run &run, std::span<const Tensor> results) const { return run.finish(results, location_); }

Trace::Finished Script::sample(std::size_t number, std::span<const Shape> shapes) const {
  Run run = new_run(number);
  const TraceScope scope(run.trace.get());
  run_sample(run, shapes);
  return run.finish(tensors(run, results_), location_);
}

} // namespace burin::detail
