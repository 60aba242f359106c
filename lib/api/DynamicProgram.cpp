#include "lib/api/DynamicProgram.h"
#include "lib/api/Errors.h"
#include "lib/api/StagedRun.h"

namespace burin::detail {

static std::vector<std::string> paths_of(const Leaves &leaves) {
  std::vector<std::string> paths;
  for (const Describer::Leaf &leaf : leaves)
    if (leaf.kind == Describer::Leaf::Kind::Tensor) paths.push_back(argument_name(leaf));
  return paths;
}

DynamicProgram::DynamicProgram(std::shared_ptr<const Script> script, std::vector<DynamicDimension> dimensions, const Leaves &leaves,
                               std::string name, std::source_location location, std::size_t capacity)
    : DynamicProgram(std::move(script), std::move(dimensions), paths_of(leaves), std::move(name), location, capacity) {}

DynamicProgram::DynamicProgram(std::shared_ptr<const Script> script, std::vector<DynamicDimension> dimensions,
                               std::vector<std::string> arguments, std::string name, std::source_location location, std::size_t capacity)
    : script_(std::move(script)), plan_(std::make_shared<const StagePlan>(script_)), dimensions_(std::move(dimensions)),
      paths_(std::move(arguments)), name_(std::move(name)), location_(location), cache_(capacity) {}

DynamicProgram::DynamicProgram(const DynamicProgram &other, std::shared_ptr<const Script> script)
    : DynamicProgram(std::move(script), other.dimensions_, other.paths_, other.name_, other.location_, other.cache_.capacity()) {}

static std::vector<Shape> shapes_of(std::span<TensorImpl *const> inputs) {
  std::vector<Shape> shapes;
  for (const TensorImpl *input : inputs) shapes.push_back(input->shape);
  return shapes;
}

void DynamicProgram::require_equal_names(std::span<const Shape> shapes) const {
  const auto extent = [&](const DynamicDimension &dimension) { return shapes[dimension.tensor][dimension.axis]; };
  for (const DynamicDimension &dimension : dimensions_) {
    if (dimension.first_same < 0) continue;
    const DynamicDimension &first = dimensions_[static_cast<std::size_t>(dimension.first_same)];
    if (extent(first) != extent(dimension))
      throw_error<ShapeError>(name_, location_, "dimension '", dimension.name, "' is ", extent(first), " in ", paths_[first.tensor],
                              " (dim ", first.axis, ") and ", extent(dimension), " in ", paths_[dimension.tensor], " (dim ", dimension.axis,
                              ")");
  }
}

std::shared_ptr<const StagePlan> DynamicProgram::plan() const {
  const std::lock_guard lock(plan_mutex_);
  return plan_;
}

std::shared_ptr<const StagePlan> DynamicProgram::plan_after(const StagePlan &plan, StagePlan::Disagreement disagreement) const {
  const std::lock_guard lock(plan_mutex_);
  if (plan_.get() == &plan) plan_ = plan.with(disagreement.control);
  return plan_;
}

std::optional<Trace::Finished> DynamicProgram::recorded_as_one_for(std::span<const Shape> shapes) const {
  const std::shared_ptr<const StagePlan> plan = this->plan();
  if (!plan->is_one_stage()) return std::nullopt;
  require_equal_names(shapes);
  try {
    return plan->recorded_for(plan->stage(0), shapes);
  } catch (const StagePlan::Disagreement &disagreement) { plan_after(*plan, disagreement); }
  return recorded_as_one_for(shapes);
}

Trace::Finished DynamicProgram::recorded_for(std::span<const Shape> shapes) const {
  if (auto trace = recorded_as_one_for(shapes)) return *std::move(trace);
  throw_error<Error>(name_, location_, "extents depend on values that ", plan()->first_label(),
                     " finds when the function runs: there is no one trace of it");
}

static void add_extent(std::string &key, std::int64_t extent) { key.append(reinterpret_cast<const char *>(&extent), sizeof extent); }

std::shared_ptr<const Program> DynamicProgram::for_call(const StagePlan &plan, std::span<TensorImpl *const> inputs) const {
  std::string key;
  key.reserve(dimensions_.size() * sizeof(std::int64_t));
  for (const DynamicDimension &dimension : dimensions_) add_extent(key, inputs[dimension.tensor]->shape[dimension.axis]);
  return cache_.get(key, [&] {
    const std::vector<Shape> shapes = shapes_of(inputs);
    require_equal_names(shapes);
    return std::make_shared<const Program>(plan.recorded_for(plan.stage(0), shapes), location_);
  });
}

std::shared_ptr<const Program> DynamicProgram::for_stage(const StagePlan &plan, std::size_t begin,
                                                         std::span<TensorImpl *const> inputs) const {
  std::string key;
  add_extent(key, static_cast<std::int64_t>(plan.version()));
  add_extent(key, static_cast<std::int64_t>(begin));
  for (const TensorImpl *input : inputs)
    for (std::int64_t extent : input->shape) add_extent(key, extent);
  return cache_.get(key,
                    [&] { return std::make_shared<const Program>(plan.recorded_for(plan.stage(begin), shapes_of(inputs)), location_); });
}

void DynamicProgram::run(std::span<TensorImpl *const> inputs, TensorImpl **results, const RunProgram &run_program) const {
  std::shared_ptr<const StagePlan> plan = this->plan();
  if (plan->is_one_stage()) {
    std::shared_ptr<const Program> program; // lives as long as it runs
    try {
      program = for_call(*plan, inputs);
    } catch (const StagePlan::Disagreement &disagreement) { plan = plan_after(*plan, disagreement); }
    if (program) return run_program(*program, inputs, results);
  }
  require_equal_names(shapes_of(inputs));
  StagedRun(*this, std::move(plan), inputs, run_program).run(results);
}

} // namespace burin::detail
