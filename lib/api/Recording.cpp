#include "lib/api/Recording.h"
#include "lib/api/Errors.h"
#include "lib/api/FunctionCore.h"
#include "lib/api/TensorImpl.h"
#include <algorithm>

namespace burin::detail {

using runtime::VariableState;

static bool contains(const VariableStates &states, const std::shared_ptr<VariableState> &state) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

static std::vector<Tensor> symbolic_arguments(Trace &trace, const Arguments &arguments, const SpecTensors *specs,
                                              std::source_location location) {
  const auto is_dynamic = [](const TensorImpl *tensor) { return !tensor->shape.is_static(); };
  if (std::any_of(arguments.tensors().begin(), arguments.tensors().end(), is_dynamic)) trace.make_dynamic();
  std::vector<Tensor> symbolic;
  for (const TensorImpl *tensor : arguments.tensors()) {
    std::string name(specs ? specs->name_of(tensor) : "");
    if (name.empty()) name = "arg" + std::to_string(symbolic.size());
    if (trace.is_dynamic()) symbolic.push_back(trace.argument(tensor->dtype, tensor->shape, specs->dimensions_of(tensor), name, location));
    else symbolic.push_back(trace.argument(tensor->dtype, tensor->shape, name, location));
  }
  return symbolic;
}

static VariableStates make_stand_ins(const Arguments &arguments, const VariableStates &captured) {
  VariableStates originals, stand_ins;
  for (const Variable *variable : arguments.variables()) {
    const auto &state = variable->state();
    const auto same = std::find(originals.begin(), originals.end(), state);
    if (same != originals.end()) stand_ins.push_back(stand_ins[static_cast<std::size_t>(same - originals.begin())]);
    else if (contains(captured, state)) stand_ins.push_back(state);
    else stand_ins.push_back(std::make_shared<VariableState>(state->name(), state->dtype(), state->extents()));
    originals.push_back(state);
  }
  return stand_ins;
}

static void require_defined_results(const FunctionCore &core, const std::vector<Tensor> &results) {
  for (std::size_t i = 0; i < results.size(); ++i)
    if (!results[i].defined())
      throw_error<TraceError>(core.name(), core.location(), "tensor ", i,
                              " of the lambda's result is empty: it was default-constructed or moved from");
}

/// `captured`: variable arguments that are known to be captured, too. `made_variables`: null if the lambda may make none, else gets
/// whether it did.
static Recording record_once(const FunctionCore &core, const Arguments &arguments, const Body &body, const SpecTensors *specs,
                             const VariableStates &captured, bool *made_variables = nullptr) {
  const std::shared_ptr<Trace> trace = Trace::begin(core.name());
  trace->keep_script();
  if (made_variables) trace->allow_variables();
  if (core.checks_numerics()) trace->check_numerics();
  const TraceScope scope(trace.get());
  const LambdaCall lambda_call(core, arguments, body);
  VariableStates stand_ins = make_stand_ins(arguments, captured);
  TraceArguments source(symbolic_arguments(*trace, arguments, specs, core.location()), stand_ins);
  ResultGatherer results;
  std::unique_ptr<Skeleton> skeleton = body.trace(source, results);
  require_defined_results(core, results.tensors);
  if (made_variables) *made_variables = trace->made_variables();
  return {trace->finish(results.tensors, core.location()), results.tensors.size(), std::move(skeleton), std::move(stand_ins), captured};
}

Recording record(const FunctionCore &core, const Arguments &arguments, const Body &body, const SpecTensors *specs, bool is_first) {
  bool made_variables = false;
  Recording recording = record_once(core, arguments, body, specs, {}, is_first ? &made_variables : nullptr);
  if (made_variables) recording = record_once(core, arguments, body, specs, {});
  VariableStates captured;
  for (const Variable *variable : arguments.variables())
    if (contains(recording.finished.variables, variable->state())) captured.push_back(variable->state());
  if (captured.empty()) return recording;
  // Rare: a variable both passed and captured. Now that it is known, it is recorded as what it is: one variable.
  return record_once(core, arguments, body, specs, captured);
}

} // namespace burin::detail
