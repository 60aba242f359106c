#include "lib/api/DynamicProgram.h"
#include "lib/api/Errors.h"

namespace burin::detail {

DynamicProgram::DynamicProgram(std::shared_ptr<const Script> script, std::vector<DynamicDimension> dimensions, const Leaves &leaves,
                               std::string name, std::source_location location, std::size_t capacity)
    : script_(std::move(script)), dimensions_(std::move(dimensions)), name_(std::move(name)), location_(location), cache_(capacity) {
  for (const Describer::Leaf &leaf : leaves)
    if (leaf.kind == Describer::Leaf::Kind::Tensor) paths_.push_back(argument_name(leaf));
}

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

Trace::Finished DynamicProgram::recorded_for(std::span<const Shape> shapes) const {
  if (script_->stage_count() > 1)
    throw_error<Error>(name_, location_, "extents depend on values that ", script_->cut_behind(0).label,
                       " finds when the function runs: there is no one trace of it");
  require_equal_names(shapes);
  return script_->recorded_for(0, shapes);
}

static void add_extent(std::string &key, std::int64_t extent) { key.append(reinterpret_cast<const char *>(&extent), sizeof extent); }

std::shared_ptr<const Program> DynamicProgram::for_call(std::span<TensorImpl *const> inputs) const {
  std::string key;
  key.reserve(dimensions_.size() * sizeof(std::int64_t));
  for (const DynamicDimension &dimension : dimensions_) add_extent(key, inputs[dimension.tensor]->shape[dimension.axis]);
  return cache_.get(key, [&] { return std::make_shared<const Program>(recorded_for(shapes_of(inputs)), location_); });
}

std::shared_ptr<const Program> DynamicProgram::for_stage(std::size_t stage, std::span<TensorImpl *const> inputs) const {
  std::string key;
  add_extent(key, static_cast<std::int64_t>(stage));
  for (const TensorImpl *input : inputs)
    for (std::int64_t extent : input->shape) add_extent(key, extent);
  return cache_.get(key, [&] { return std::make_shared<const Program>(script_->recorded_for(stage, shapes_of(inputs)), location_); });
}

void DynamicProgram::run(std::span<TensorImpl *const> inputs, TensorImpl **results, const RunProgram &run_program) const {
  if (script_->stage_count() > 1) return run_stages(inputs, results, run_program);
  const std::shared_ptr<const Program> program = for_call(inputs); // lives as long as it runs
  run_program(*program, inputs, results);
}

static Tensor shared(TensorImpl *tensor) {
  retain(tensor);
  return Tensor(tensor);
}

void DynamicProgram::run_stages(std::span<TensorImpl *const> inputs, TensorImpl **results, const RunProgram &run_program) const {
  require_equal_names(shapes_of(inputs));
  std::vector<Tensor> values(script_->value_count());
  for (std::size_t i = 0; i < inputs.size(); ++i) values[i] = shared(inputs[i]);
  const auto value_of = [&](const Script::Slot &slot) { return slot.value == Script::kOther ? slot.other : values[slot.value]; };
  for (std::size_t number = 0; number < script_->stage_count(); ++number) {
    const Script::Stage &stage = script_->stage(number);
    std::vector<TensorImpl *> given, made(stage.outputs.size());
    for (std::size_t value : stage.inputs) given.push_back(values[value].impl());
    const std::shared_ptr<const Program> program = for_stage(number, given);
    run_program(*program, given, made.data());
    for (std::size_t i = 0; i < made.size(); ++i) values[stage.outputs[i]] = Tensor(made[i]);
    if (number + 1 == script_->stage_count()) break;
    const Script::Cut &cut = script_->cut_behind(number);
    std::vector<Tensor> operands;
    for (const Script::Slot &slot : cut.operands) operands.push_back(value_of(slot));
    std::vector<Tensor> found = cut.host(operands);
    std::move(found.begin(), found.end(), values.begin() + static_cast<std::ptrdiff_t>(cut.first));
  }
  for (std::size_t i = 0; i < script_->results().size(); ++i) {
    results[i] = value_of(script_->results()[i]).impl();
    retain(results[i]);
  }
}

} // namespace burin::detail
