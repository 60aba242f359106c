#pragma once
#include "lib/trace/Trace.h"
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

namespace burin::detail {

/// What two shapes of one rank have in common: an extent in which they differ is dynamic.
Shape common_shape(const Shape &a, const Shape &b);

/// What no step of a graph gave to the user, but one recorded on its way: an output of its `number`th operation, or its `number`th
/// constant among those that are its own. Constants that users wrote are of no step.
struct ScriptPlace {
  Tensor constant; ///< of the user
  bool is_constant;
  std::size_t step, number;
  unsigned output;
};

/// What a lambda did to its trace, kept so that it can be done again: for other extents of the arguments, and in parts.
///
/// In a dynamic trace, whose extents aren't all known, each step is at once done to samples, ordinary traces with extents that we
/// choose: two with large ones, and one with small ones. An extent in which the samples differ is dynamic; any other is what all say.
/// What is wrong for large extents is wrong, and is thrown at the lambda's line; what is wrong for small ones alone ends that sample.
/// So ops need no shape functions beside those that they have for known extents.
///
/// Where an extent depends on values (the number of true elements of a mask; the branch that a predicate chooses; the trips of a loop
/// whose state grows), code can be made only once the host has looked at them: it acts between stages, which StagePlan finds.
class Script {
public:
  static constexpr std::size_t kOther = static_cast<std::size_t>(-1);
  /// One recording of it, or of a stage.
  struct Run {
    explicit Run(std::shared_ptr<Trace> trace, std::size_t sample = kOther) : trace(std::move(trace)), sample(sample) {}
    Run(Run &&) = default;
    Run &operator=(Run &&) = default;
    ~Run() { drop_regions(); }
    /// The inner ones first. They live no longer than what is recorded.
    void drop_regions() {
      while (!regions.empty()) regions.pop_back();
    }
    Trace::Finished finish(std::span<const Tensor> results, std::source_location location) {
      drop_regions();
      return trace->finish(results, location);
    }
    std::shared_ptr<Trace> trace;
    std::size_t sample;                            ///< its number, if it is one
    std::vector<Tensor> values;                    ///< by number: what steps gave
    std::vector<std::unique_ptr<Region>> regions;  ///< by number; null once dropped
    std::vector<std::size_t> marks;                ///< by number: of open_names
    struct Extent {
      Trace::Counts begin, end;
    };
    std::vector<Extent> recorded; ///< of a graph, by step: what the trace had before it and has after it
  };
  /// An operand: a value by number, or a tensor that isn't this trace's.
  struct Slot {
    std::size_t value = kOther;
    Tensor other;
  };
  using Slots = std::vector<Slot>;

  /// What a step does, apart from any trace that it is done to: for a Replay, and for files. Control flow and cuts are in tables.
  struct Recipe {
    struct Act {
      std::string label;
      Slots operands;
      Action action;
      Trace::Uses uses = nullptr; ///< instead of trying it
    };
    struct OpenNames {
      std::string name;
    };
    struct CloseNames {
      std::size_t mark;
    };
    struct Placeholder {
      TensorSpec spec;
      std::optional<Slot> value; ///< that it has where it isn't fed
    };
    struct BeginRegion {
      std::string what;
    };
    struct RegionArgument {
      TensorSpec spec; ///< with `like`, its shape is what may change
      std::optional<Slot> like;
    };
    struct EndRegion {
      Slots results;
      std::string label;
    };
    struct Give {
      ScriptPlace place;
      std::string name;
    };
    std::variant<Act, OpenNames, CloseNames, Placeholder, BeginRegion, RegionArgument, EndRegion, Give> what;
    std::source_location location;
  };
  using Variables = std::vector<std::shared_ptr<runtime::VariableState>>;

  explicit Script(const Trace &of);
  ~Script();

  /// From now on the trace is dynamic: it has samples, to which what there was so far is done. A graph's own recording becomes the first.
  void begin_samples(Trace &trace);

  // --- steps: done to the samples and kept, with results as the lambda sees them; symbolic tensors of `trace` ---

  std::vector<Tensor> perform(Trace &trace, std::string_view label, std::span<const Tensor> operands, Trace::Action action,
                              std::source_location location);
  void perform_later(const Trace &trace, std::span<const Tensor> operands, Trace::Action action, const Trace::Uses &uses,
                     std::source_location location);
  Tensor argument(Trace &trace, DType dtype, const Shape &shape, std::span<const std::string> dimensions, std::string_view name,
                  std::source_location location);
  /// The same with extents of its own in each sample; a sample ends where there are none.
  Tensor argument(Trace &trace, const TensorSpec &spec, std::span<const std::optional<Shape>> shapes, std::source_location location);
  /// Dimensions, and samples that have ended, are those of `graph`. Before all else.
  void sample_as(const Script &graph);
  /// Of a graph. With `value`, which has a shape that fits, that is its value where a run doesn't feed it.
  Tensor placeholder(Trace &trace, const TensorSpec &spec, const Tensor *value, std::source_location location);
  ScriptPlace place_of_operation(std::size_t operation, unsigned output) const;
  ScriptPlace place_of_constant(const Tensor &value) const;
  /// What is there. Throws Error if it isn't recorded for the extents of the run.
  Tensor at(const ScriptPlace &place, Run &run) const;
  /// It as a tensor of the user.
  Tensor give(Trace &trace, const ScriptPlace &place, std::string_view name);
  /// A region, by its number.
  std::size_t begin_region(std::string_view what, std::source_location location);
  Tensor region_argument(Trace &trace, std::size_t region, DType dtype, const Shape &shape, std::string_view name,
                         std::source_location location);
  /// Of the shape of `like`, but for the axes that are dynamic in `changing`.
  Tensor region_argument(Trace &trace, std::size_t region, const Tensor &like, const Shape &changing, std::string_view name,
                         std::source_location location);
  void end_region(const Trace &trace, std::size_t region, std::span<const Tensor> results, std::string_view label,
                  std::source_location location);
  /// As if it had never been: for one that an exception ends.
  void drop_region(std::size_t region);
  /// The control flow whose regions are open is the host's.
  void run_open_regions_by_host();
  bool is_by_host(std::size_t region) const { return regions_[region].by_host; }
  std::vector<Tensor> record(Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                             std::span<const NamedAttribute> attributes, std::source_location location);
  /// An op with regions. It is the host's, too, where branches give different shapes.
  std::vector<Tensor> record(Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                             std::span<const std::size_t> regions, const LoopInfo &loop, std::source_location location);
  std::vector<Tensor> cut(Trace &trace, std::string_view label, std::span<const Tensor> operands, const Finding &finding,
                          std::source_location location);
  std::size_t open_names(std::string_view name);
  void close_names(std::size_t mark);
  Trace::Initializer initializer(const Trace &trace, const Tensor &value, std::string_view variable, std::source_location location);

  // --- the same for a trace that has done the step itself, with these results ---

  void note_argument(const Tensor &argument, std::string_view name, std::source_location location);
  /// A constant that was asked for by its name.
  void note_constant(const Trace &trace, const Tensor &constant, const Tensor &value);
  void note_placeholder(const Trace &trace, const Tensor &placeholder, std::string_view name, std::source_location location);
  void note(const Trace &trace, std::string_view label, std::span<const Tensor> operands, Trace::Action action,
            std::span<const Tensor> results, std::source_location location);
  void note_record(const Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                   std::span<const NamedAttribute> attributes, std::source_location location, std::span<const Tensor> results);
  void note_record(const Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                   std::span<const std::size_t> regions, const LoopInfo &loop, std::source_location location,
                   std::span<const Tensor> results);
  void note_region_argument(std::size_t region, const Tensor &argument, std::string_view name, std::source_location location);

  // --- the whole ---

  /// The function returns `results`. Gives the variables that it uses.
  Variables finish(const Trace &trace, std::span<const Tensor> results, std::source_location location);

  /// One thing that was done. Those that the host does, where control flow is its own, have no results but by the host.
  struct Step {
    enum class Kind { Plain, Names, Placeholder, BeginRegion, RegionArgument, EndRegion, Control, Cut };
    std::function<void(Run &)> run; ///< null for a placeholder without a default
    std::vector<std::size_t> uses = {}; ///< values
    Kind kind = Kind::Plain;
    std::size_t number = kOther; ///< of the region, control flow or cut
    std::size_t first = 0, count = 0; ///< the values that it gives
    std::size_t needs = kOther; ///< of a graph: a step that it looks into
    std::shared_ptr<const Recipe> recipe = nullptr; ///< null for control flow and cuts
    bool is_of_control() const {
      return kind == Kind::BeginRegion || kind == Kind::RegionArgument || kind == Kind::EndRegion || kind == Kind::Control;
    }
  };
  const std::vector<Step> &steps() const { return steps_; }

  struct RegionRecord {
    std::size_t outer; ///< the region that it is in; kOther: none
    std::size_t begin, end = kOther; ///< steps
    std::size_t control = kOther; ///< whose it is
    std::vector<std::size_t> arguments = {}; ///< values
    Slots results = {};
    bool by_host = false;
  };
  const RegionRecord &region(std::size_t number) const { return regions_[number]; }

  struct Control {
    enum class Kind { If, While, For };
    Kind kind;
    std::string label;
    std::source_location location;
    Slots operands;
    std::vector<std::size_t> regions;
    LoopInfo loop;
    Slot rows = {}; ///< of a scan by the host
    std::size_t step = 0, first = 0, count = 0; ///< its own step, its results
    std::vector<Shape> varies = {}; ///< of the results of branches that the host chooses from: kDynamic where it depends on the choice
    bool by_host = false;
    /// Behind the count of a loop over numbers.
    std::span<const Slot> initial_state() const { return std::span(operands).subspan(kind == Kind::For ? 1 : 0); }
  };
  const Control &control(std::size_t number) const { return controls_[number]; }
  std::size_t control_count() const { return controls_.size(); }
  /// For control flow whose regions a run has recorded: what two branches give in one place, if its shapes differ. Throws ShapeError for
  /// a loop whose state changes its shape.
  std::optional<std::pair<Tensor, Tensor>> differing_branches(const Run &run, const Control &control) const;

  /// Where the host makes values from others.
  struct Cut {
    Slots operands;
    Finding finding;
    std::string label;
    std::source_location location;
  };
  const Cut &cut(std::size_t number) const { return cuts_[number]; }

  const std::string &name() const { return name_; }
  bool checks_numerics() const { return checks_numerics_; }
  std::size_t argument_count() const { return arguments_.size(); }
  const TensorSpec &argument_spec(std::size_t number) const { return arguments_[number].spec; }
  std::size_t value_count() const { return dtypes_.size(); } ///< the arguments are the first ones
  const Slots &results() const { return results_; }
  /// Throws ShapeError for a result that isn't what the lambda saw.
  void require_results(std::span<const Tensor> results) const;
  static void put(Run &run, std::size_t first, std::span<const Tensor> results);
  static std::vector<std::size_t> uses(const Slots &slots);
  static std::vector<Tensor> tensors(const Run &run, const Slots &slots);

  /// A run whose values `inputs` are arguments of these shapes.
  Run begin_run(std::span<const std::size_t> inputs, std::span<const Shape> shapes) const;
  Trace::Finished finish_run(Run &run, std::span<const Tensor> results) const;

  /// All of it for the extents of the samples, with what comes from the host as further arguments: to see what depends on the extents.
  static constexpr std::size_t kSamples = 3, kLarge = 2; ///< the large ones come first
  /// `shapes`: of the arguments, where these are known; else empty.
  Trace::Finished sample(std::size_t number, std::span<const Shape> shapes = {}) const;

  // --- of a graph ---

  /// The samples that still stand; the first is the recording that is looked at.
  std::span<const Run> samples() const { return samples_; }
  /// What the user's symbolic tensor stands for in the first sample.
  const Tensor &known(const Tensor &tensor) const { return samples_[0].values[number_of(tensor)]; }
  /// What the user sees of the first sample's `known`, by its number there; nothing if it was never given to the user.
  std::optional<Tensor> seen(Trace &trace, std::size_t known) const;
  std::optional<std::size_t> number_of_known(std::size_t known) const;
  /// The names of a placeholder's dimensions; none for any other value.
  std::vector<std::string> dimensions_of(std::size_t value) const;
  /// Extents of the samples read `?`, or the dimension's name.
  std::string in_users_terms(const std::string &text) const;

private:
  friend class GraphRun;
  friend class ScriptWriter;
  friend class Trace;
  /// What a graph's values are to the user, and where they come from.
  struct Seen {
    std::size_t index; ///< of the user's tensor
    Shape shape;
    std::size_t step;
  };
  struct Argument {
    TensorSpec spec;
    std::array<Shape, kSamples> shapes;
    std::source_location location;
  };

  Slots slots_of(const Trace &trace, std::span<const Tensor> tensors);
  /// Does something to each sample. The small one ends where it throws.
  void for_each_sample(const std::function<void(Run &run)> &action);
  /// Does a step to each sample, then keeps it. What it throws, in the user's terms, leaves nothing behind.
  void keep(Step step);
  /// Keeps a step that has been done; by `trace`, if it recorded any operation.
  void add_step(Step step, const Trace *trace);
  /// The same for one that gave `results`.
  void add_noted(Step step, std::span<const Tensor> results, const Trace *trace);
  /// The last step gave one more value.
  void add_value(const Tensor &seen);
  Step acting(const Trace &trace, std::string_view label, std::span<const Tensor> operands, Trace::Action action,
              std::source_location location, const Trace::Uses &uses = nullptr);
  /// The values that the last step gave, which all samples have, as the lambda sees them.
  std::vector<Tensor> merged(Trace &trace, std::string_view label, std::source_location location);
  std::size_t number_of(const Tensor &tensor) const;
  /// Does a step again; a graph's run notes what it records.
  void run_step(Run &run, std::size_t number) const;
  /// For a graph: what the samples record from here on is the next step's.
  void begin_step();
  /// A graph's samples are as they were before it.
  void undo_step();
  std::vector<Tensor> own_constants(const Run &run, std::size_t step) const;
  void leave_constant(const Tensor &value);
  /// In a graph each value has an operation that makes it alone: what is concrete, or an operand, gets one.
  static Trace::Action giving_its_own(Trace::Action action, std::string_view label, std::source_location location);
  /// The samples of a graph: its own recording, and others to which all steps are done.
  void take_recording(Trace &trace);
  /// The number of a dimension's sample extents; 0 for one without a name.
  std::size_t dimension_number(const std::string &name) const;
  void add_dimension(const std::string &name);
  Shape sample_shape(std::size_t sample, const Shape &shape, std::span<const std::string> dimensions) const;
  /// `shape` of a tensor in a sample, where the axes that are dynamic in `pattern` have the extents of dimensions without names.
  Shape sample_shape(std::size_t sample, const Shape &shape, const Shape &pattern) const;
  Run new_run(std::size_t sample = kOther) const;
  void run_sample(Run &run, std::span<const Shape> shapes = {}) const;
  Step recording(const Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                 std::span<const NamedAttribute> attributes, std::source_location location);
  Step control_step(const Trace &trace, std::string_view op, std::string_view label, std::span<const Tensor> operands,
                    std::span<const std::size_t> regions, const LoopInfo &loop, std::source_location location);
  /// What the op's regions give: of branches, the first one; of a loop, the body.
  const RegionRecord &giving_region(const Control &control) const;
  void find_what_varies(Control &control);
  /// Throws ShapeError for a loop whose state changes in extents that it may not change in.
  void require_steady_state(const Control &control) const;
  std::vector<Tensor> sample_results(const Run &run, const Control &control) const;
  /// In a sample, for what the host makes: arguments, or in a graph, which is looked at, an operation.
  std::vector<Tensor> stand_ins(const Run &run, std::string_view label, std::span<const Tensor> operands, std::span<const TensorSpec> specs,
                                std::source_location location) const;

  std::string name_;
  Trace::Kind kind_;
  bool checks_numerics_;
  std::vector<Argument> arguments_;
  std::vector<std::string> dimensions_; // names, by the number of their sample extents
  std::vector<Step> steps_;
  std::vector<RegionRecord> regions_;
  std::vector<std::size_t> open_regions_; // innermost last
  std::vector<Control> controls_;
  std::vector<Cut> cuts_;
  std::size_t mark_count_ = 0;
  std::vector<DType> dtypes_; // of the values
  std::vector<Seen> seen_; // the same, of a graph
  std::unordered_map<std::size_t, std::size_t> numbers_; // of a graph's values, by the index of the user's tensor
  std::unordered_map<std::size_t, std::size_t> known_numbers_; // the same by that of the first sample's
  std::unordered_set<const TensorImpl *> constants_; // that the user gave to a graph's steps
  std::vector<Run::Extent> recorded_; // by step, of a graph that is not dynamic
  std::vector<Run> samples_; // none while the trace is not dynamic
  Slots results_;
  std::vector<TensorSpec> result_specs_; // as the lambda saw them
  std::source_location location_;
};

} // namespace burin::detail
