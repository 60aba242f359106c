// Traces of functions with dynamic extents as graphs (GraphModule.h).
#include "lib/api/Errors.h"
#include "lib/trace/GraphModule.h"
#include "lib/trace/Replay.h"
#include "lib/trace/TraceImpl.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace burin::detail {

class ScriptGraph {
public:
  ScriptGraph(const Script &script, std::source_location location)
      : script_(script), location_(location), graph_(script.name()), replay_(*graph_.trace()) {
    if (script.checks_numerics()) graph_.trace()->check_numerics();
    graph_.trace()->keep_script();
  }

  GraphOfModule make() {
    const TraceScope scope(graph_.trace().get());
    for (std::size_t i = 0; i < script_.argument_count(); ++i) replay_.put(i, argument(script_.argument_spec(i)));
    for (std::size_t step = 0; step < script_.steps().size(); ++step) replay_.step(script_, step);
    addResults();
    std::vector<std::shared_ptr<runtime::VariableState>> variables = graph_.recording().functions.front().variables;
    return {std::move(graph_), std::move(variables), {}};
  }

private:
  Tensor argument(TensorSpec spec) {
    NameTable names = graph_.recording().functions.front().names; // to see what it will be called
    spec.name = names.unique(spec.name);
    return graph_.placeholder(spec, nullptr, location_);
  }

  /// Behind all effects.
  void addResults() {
    std::vector<OperationId> effects;
    const std::vector<GraphRecords::Item> &items = graph_.recording().graph->items;
    for (OperationId id = 0; id < items.size(); ++id)
      if (mlir::Operation *op = items[id].op; op && !mlir::isMemoryEffectFree(op) && !mlir::isa<compiler::ReadOp>(op))
        effects.push_back(id);
    const std::size_t mark = graph_.begin_dependencies(effects);
    for (const Tensor &result : replay_.tensors(script_.results()))
      graph_.trace()->record("identity", "result", {&result, 1}, {}, location_);
    graph_.end_dependencies(mark);
  }

  const Script &script_;
  std::source_location location_;
  GraphTrace graph_;
  Replay replay_;
};

GraphOfModule graph_of_script(const Script &script, std::source_location location) { return ScriptGraph(script, location).make(); }

} // namespace burin::detail
