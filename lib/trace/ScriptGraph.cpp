#include "lib/trace/ScriptGraph.h"
#include "lib/api/Errors.h"
#include "lib/trace/GraphRun.h"
#include "lib/trace/Replay.h"
#include "lib/trace/TraceImpl.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include <algorithm>
#include <optional>

namespace burin::detail {

ScriptGraph::ScriptGraph(const Script &script, std::source_location location) : location_(location), graph_(script.name()) {
  Trace &trace = *graph_.trace();
  const TraceScope scope(&trace);
  if (script.checks_numerics()) trace.check_numerics();
  trace.keep_script();
  trace.make_dynamic();
  Replay replay(trace);
  for (std::size_t i = 0; i < script.argument_count(); ++i) replay.put(i, argument(script.argument_spec(i)));
  for (std::size_t step = 0; step < script.steps().size(); ++step) replay.step(script, step);
  results_ = replay.tensors(script.results());
  size_ = graph_.size();
  for (Tensor &result : results_)
    if (!is_symbolic(result)) result = trace.record("identity", "result", {&result, 1}, {}, location_)[0];
}

Tensor ScriptGraph::argument(TensorSpec spec) {
  NameTable names = graph_.recording().functions.front().names; // to see what it will be called
  spec.name = names.unique(spec.name);
  return graph_.placeholder(spec, nullptr, location_);
}

std::vector<OperationId> ScriptGraph::effects() const {
  std::vector<OperationId> effects;
  const std::vector<GraphRecords::Item> &items = graph_.recording().graph->items;
  for (OperationId id = 0; id < items.size(); ++id)
    if (mlir::Operation *op = items[id].op; op && !mlir::isMemoryEffectFree(op) && !mlir::isa<compiler::ReadOp>(op)) effects.push_back(id);
  return effects;
}

GraphOfModule ScriptGraph::with_result_operations() && {
  const TraceScope scope(graph_.trace().get());
  const std::size_t mark = graph_.begin_dependencies(effects());
  for (const Tensor &result : results_) graph_.trace()->record("identity", "result", {&result, 1}, {}, location_);
  graph_.end_dependencies(mark);
  std::vector<std::shared_ptr<runtime::VariableState>> variables = graph_.recording().functions.front().variables;
  return {std::move(graph_), std::move(variables), {}};
}

// --- tensors -------------------------------------------------------------------------------------------------------

/// Whether each step belongs to control flow: what it records on its way can't be asked for.
static std::vector<bool> steps_of_control(const Script &script) {
  std::vector<bool> inside;
  std::size_t depth = 0;
  for (const Script::Step &step : script.steps()) {
    depth += step.kind == Script::Step::Kind::BeginRegion;
    inside.push_back(depth > 0 || step.kind == Script::Step::Kind::Control);
    depth -= step.kind == Script::Step::Kind::EndRegion;
  }
  return inside;
}

/// What is made in branches and loops that the host runs, by the labels of the ops: no sample records it.
static void add_what_is_by_host(const Script &script, std::vector<TracedTensor> &tensors) {
  std::vector<std::size_t> open;
  const auto is_by_host = [&](std::size_t region) {
    const std::size_t control = script.region(region).control;
    return script.is_by_host(region) || (control != Script::kOther && script.control(control).by_host);
  };
  for (const Script::Step &step : script.steps()) {
    if (step.kind == Script::Step::Kind::BeginRegion) open.push_back(step.number);
    if (step.kind == Script::Step::Kind::EndRegion) open.pop_back();
    const auto *act = step.recipe ? std::get_if<Script::Recipe::Act>(&step.recipe->what) : nullptr;
    if (!act || std::none_of(open.begin(), open.end(), is_by_host)) continue;
    const std::string_view file = step.recipe->location.file_name();
    TracedTensor tensor{{act->label, {}, {}, std::string(file.substr(file.rfind('/') + 1)), step.recipe->location.line()}};
    tensor.is_inside = true;
    tensors.push_back(std::move(tensor));
  }
}

/// Of what a step records on its way: what its shapes in all samples have in common; nothing if one of them doesn't record it.
static std::optional<Shape> shape_at(const Script &script, const ScriptPlace &place) {
  std::optional<Shape> common;
  for (const Script::Run &run : script.samples()) {
    if (!run.trace) continue;
    const Script::Run::Extent &step = run.recorded[place.step];
    const std::size_t number = step.begin.operations + place.number;
    if (number >= step.end.operations) return std::nullopt;
    mlir::Operation *op = run.trace->impl().operations[number];
    if (place.output >= op->getNumResults()) return std::nullopt;
    const Shape shape = specOf(op->getResult(place.output).getType()).shape;
    if (common && common->rank() != shape.rank()) return std::nullopt;
    common = common ? common_shape(*common, shape) : shape;
  }
  return common;
}

/// The value of the graph that `value`, in its outermost block, is; nothing for a captured tensor.
static std::optional<GraphValue> value_in(const GraphRecords &graph, mlir::Value value) {
  if (const auto argument = mlir::dyn_cast<mlir::BlockArgument>(value))
    return argument.getArgNumber() < graph.placeholders.size() ? std::optional(GraphValue{graph.makerOf(value), 0}) : std::nullopt;
  return GraphValue{graph.makerOf(value), mlir::cast<mlir::OpResult>(value).getResultNumber()};
}

std::vector<TracedTensor> ScriptGraph::tensors() const {
  Trace::Impl &recording = graph_.recording();
  const Script &script = graph_.script();
  const mlir::func::FuncOp function = recording.functions.front().function;
  const std::vector<mlir::Value> values = valuesOf(function);
  const std::vector<bool> is_of_control = steps_of_control(script);
  std::vector<TracedTensor> tensors;
  for (TracedTensor &tensor : tensorsOf(function)) {
    if (!tensor.is_inside) {
      const std::optional<GraphValue> value = value_in(*recording.graph, values[tensor.number]);
      if (!value || value->operation >= size_) continue;
      const GraphRecords::Item &item = recording.graph->items[value->operation];
      const bool is_known = item.first_result != GraphRecords::kNotRecorded;
      if (const auto seen = is_known ? script.seen(*graph_.trace(), item.first_result + value->output) : std::nullopt) {
        tensor.info.shape = seen->shape();
      } else if (const ScriptPlace place = graph_.place_of(*value); !place.constant.defined()) {
        tensor.is_inside = is_of_control[place.step];
        const std::optional<Shape> shape = place.is_constant ? tensor.info.shape : shape_at(script, place);
        if (!shape) continue;
        tensor.info.shape = *shape;
      }
    }
    tensors.push_back(std::move(tensor));
  }
  add_what_is_by_host(script, tensors);
  return tensors;
}

std::shared_ptr<const Script> ScriptGraph::with_results(std::span<const std::size_t> numbers) const {
  const Trace::Impl &recording = graph_.recording();
  const std::vector<mlir::Value> values = valuesOf(recording.functions.front().function);
  PruneRequest request;
  for (const Tensor &result : results_) request.results.emplace_back(*graph_.value_of(result));
  for (const std::size_t number : numbers) request.results.emplace_back(*value_in(*recording.graph, values[number]));
  request.effects = effects();
  for (const OperationId placeholder : recording.graph->placeholders) request.feeds.push_back({placeholder, 0});
  return GraphRun(graph_, std::move(request), location_).function().script;
}

} // namespace burin::detail
