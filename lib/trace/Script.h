#pragma once
#include "lib/trace/Trace.h"
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace burin::detail {

/// What a lambda did to its trace, kept so that it can be done again: for other extents of the arguments, and in parts.
///
/// In a dynamic trace, whose extents aren't all known, each step is at once done to samples, ordinary traces with extents that we
/// choose: two with large ones, and one with small ones. An extent in which the samples differ is dynamic; any other is what all say.
/// What is wrong for large extents is wrong, and is thrown at the lambda's line; what is wrong for small ones alone ends that sample.
/// So ops need no shape functions beside those that they have for known extents.
///
/// Where an extent depends on values (the number of true elements of a mask), the function is cut: what comes before is a stage of
/// its own, with the values among its results; the host looks at them; and what comes behind is the next stage, compiled for the
/// extents that were found.
class Script {
public:
  /// One recording of it, or of a stage.
  struct Run {
    explicit Run(std::shared_ptr<Trace> trace) : trace(std::move(trace)) {}
    std::shared_ptr<Trace> trace;
    std::vector<Tensor> values;                    ///< by number: what steps gave
    std::vector<std::unique_ptr<Region>> regions;  ///< by number; null once dropped
    std::vector<std::size_t> marks;                ///< by number: of open_names
  };
  /// An operand: a value by number, or a tensor that isn't this trace's.
  struct Slot {
    std::size_t value = kOther;
    Tensor other;
  };
  static constexpr std::size_t kOther = static_cast<std::size_t>(-1);
  using Slots = std::vector<Slot>;
  using Variables = std::vector<std::shared_ptr<runtime::VariableState>>;

  explicit Script(const Trace &of);
  ~Script();

  /// From now on the trace is dynamic: it has samples, to which what there was so far is done.
  void begin_samples();

  // --- steps: done to the samples and kept, with results as the lambda sees them; symbolic tensors of `trace` ---

  std::vector<Tensor> perform(Trace &trace, std::string_view label, std::span<const Tensor> operands, Trace::Action action,
                              std::source_location location);
  void perform_later(const Trace &trace, std::span<const Tensor> operands, Trace::Action action, const std::function<void(Trace &)> &uses);
  Tensor argument(Trace &trace, DType dtype, const Shape &shape, std::span<const std::string> dimensions, std::string_view name,
                  std::source_location location);
  /// A region, by its number.
  std::size_t begin_region(std::string_view what, std::source_location location);
  /// `like`: null, or a tensor that has the shape.
  Tensor region_argument(Trace &trace, std::size_t region, DType dtype, const Shape &shape, const Tensor *like, std::string_view name,
                         std::source_location location);
  void end_region(const Trace &trace, std::size_t region, std::span<const Tensor> results, std::string_view label,
                  std::source_location location);
  /// As if it had never been: for one that an exception ends.
  void drop_region(std::size_t region);
  std::vector<Tensor> record(Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                             std::span<const NamedAttribute> attributes, std::span<const std::size_t> regions,
                             std::source_location location);
  std::vector<Tensor> cut(Trace &trace, std::string_view label, std::span<const Tensor> operands, const Trace::SpecsOf &specs,
                          Trace::OnHost host, std::source_location location);
  std::size_t open_names(std::string_view name);
  void close_names(std::size_t mark);
  Trace::Initializer initializer(const Trace &trace, const Tensor &value, std::string_view variable, std::source_location location);

  // --- the same for a trace that has done the step itself, with these results ---

  void note_argument(const Tensor &argument, std::string_view name, std::source_location location);
  void note(const Trace &trace, std::span<const Tensor> operands, Trace::Action action, std::span<const Tensor> results);
  void note_record(const Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                   std::span<const NamedAttribute> attributes, std::span<const std::size_t> regions, std::source_location location,
                   std::span<const Tensor> results);
  void note_region_argument(std::size_t region, const Tensor &argument, std::string_view name, std::source_location location);

  // --- the whole ---

  /// The function returns `results`. Gives the variables that it uses.
  Variables finish(const Trace &trace, std::span<const Tensor> results, std::source_location location);

  std::size_t value_count() const { return dtypes_.size(); } ///< the arguments are the first ones
  std::size_t stage_count() const { return cuts_.size() + 1; }
  /// A stage's arguments and results, by number; if there is but one stage, its arguments are the function's, and its results too.
  struct Stage {
    std::vector<std::size_t> inputs, outputs;
  };
  const Stage &stage(std::size_t number) const { return stages_[number]; }
  const Slots &results() const { return results_; }
  /// What the host does behind a stage other than the last: from the values of `operands`, those of numbers `first` and on.
  struct Cut {
    std::size_t step; ///< in front of this one
    Slots operands;
    Trace::OnHost host;
    std::size_t first, count;
    std::string label;
    std::source_location location;
  };
  const Cut &cut_behind(std::size_t stage) const { return cuts_[stage]; }

  /// A stage for inputs of these shapes. Throws what the ops throw for them.
  Trace::Finished recorded_for(std::size_t stage, std::span<const Shape> inputs) const;
  /// All of it for the extents of the samples, with what comes from the host as further arguments: to see what depends on the extents.
  static constexpr std::size_t kSamples = 3, kLarge = 2; ///< the large ones come first
  Trace::Finished sample(std::size_t number) const;

private:
  struct Step {
    std::vector<std::size_t> uses;
    std::function<void(Run &)> run;
  };
  struct Argument {
    std::string name;
    std::array<Shape, kSamples> shapes;
    std::source_location location;
  };

  Slots slots_of(const Trace &trace, std::span<const Tensor> tensors) const;
  static std::vector<Tensor> tensors(const Run &run, const Slots &slots);
  static std::vector<std::size_t> uses(const Slots &slots);
  /// Does something to each sample. The small one ends where it throws.
  template <class Do> void for_each_sample(const Do &action);
  /// Does a step to each sample, then keeps it. What it throws, in the user's terms, leaves nothing behind.
  void keep(const Slots &slots, std::function<void(Run &)> run);
  /// The values numbered from `first` on, which all samples have, as the lambda sees them.
  std::vector<Tensor> merged(Trace &trace, std::size_t first, std::string_view label, std::source_location location);
  /// The number of a dimension's sample extents; 0 for one without a name.
  std::size_t dimension_number(const std::string &name) const;
  void add_dimension(const std::string &name);
  Shape sample_shape(std::size_t sample, const Shape &shape, std::span<const std::string> dimensions) const;
  /// Extents of the samples read `?`, or the dimension's name, in messages.
  std::string in_users_terms(const std::string &text) const;
  Run new_run() const;
  std::function<void(Run &)> recording(const Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                                       std::span<const NamedAttribute> attributes, std::span<const std::size_t> regions,
                                       std::source_location location) const;
  void add_sample_cut(Run &run, std::size_t sample, const Cut &cut, const Trace::SpecsOf &specs) const;
  void plan_stages();

  std::string name_;
  bool checks_numerics_;
  std::vector<Argument> arguments_;
  std::vector<std::string> dimensions_; // names, by the number of their sample extents
  std::vector<Step> steps_;
  std::vector<std::size_t> region_starts_; // the number of steps in front of each region, to drop it
  std::size_t mark_count_ = 0;
  std::vector<DType> dtypes_; // of the values
  std::vector<Run> samples_;  // none while the trace is not dynamic
  std::vector<Cut> cuts_;
  std::vector<Trace::SpecsOf> cut_specs_;
  std::vector<Stage> stages_;
  Slots results_;
  std::vector<TensorSpec> result_specs_; // as the lambda saw them
  std::source_location location_;
};

} // namespace burin::detail
