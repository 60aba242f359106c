#include "lib/api/Recording.h"
#include "lib/api/Errors.h"
#include "lib/api/FunctionCore.h"
#include "lib/api/TensorImpl.h"

namespace burin::detail {

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

static void require_defined_results(const FunctionCore &core, const std::vector<Tensor> &results) {
  for (std::size_t i = 0; i < results.size(); ++i)
    if (!results[i].defined())
      throw_error<TraceError>(core.name(), core.location(), "tensor ", i,
                              " of the lambda's result is empty: it was default-constructed or moved from");
}

LambdaResults run_lambda(Trace &trace, const FunctionCore &core, const Arguments &arguments, const Body &body, const SpecTensors *specs,
                         const VariableStates &variables) {
  const LambdaCall lambda_call(core, arguments, body);
  TraceArguments source(symbolic_arguments(trace, arguments, specs, core.location()), variables);
  ResultGatherer results;
  std::unique_ptr<Skeleton> skeleton = body.trace(source, results);
  require_defined_results(core, results.tensors);
  return {std::move(results.tensors), std::move(skeleton)};
}

/// `captured`: variable arguments that are known to be captured, too. `made_variables`: null if the lambda may make none, else gets
/// whether it did.
static Recording record_once(const FunctionCore &core, const Arguments &arguments, const Body &body, const SpecTensors *specs,
                             const VariableStates &captured, bool inlines_calls, bool *made_variables) {
  const std::shared_ptr<Trace> trace = Trace::begin(core.name());
  trace->keep_script();
  if (inlines_calls) trace->inline_calls();
  if (made_variables) trace->allow_variables();
  if (core.checks_numerics()) trace->check_numerics();
  const TraceScope scope(trace.get());
  VariableStates stand_ins = make_stand_ins(arguments, captured);
  LambdaResults results = run_lambda(*trace, core, arguments, body, specs, stand_ins);
  if (made_variables) *made_variables = trace->made_variables();
  Trace::Finished finished = trace->finish(results.tensors, core.location());
  VariableBinding variables{std::move(finished.variables), std::move(stand_ins), captured};
  return {std::move(finished), results.tensors.size(), std::move(results.skeleton), std::move(variables)};
}

Recording record(const FunctionCore &core, const Arguments &arguments, const Body &body, const SpecTensors *specs, bool is_first) {
  bool made_variables = false, inlines_calls = false;
  const auto record_now = [&](const VariableStates &captured, bool *made) {
    try {
      return record_once(core, arguments, body, specs, captured, inlines_calls, made);
    } catch (const Trace::NeedsInlineCalls &) { // rare: an extent depends on values, and functions are called
      inlines_calls = true;
      return record_once(core, arguments, body, specs, captured, inlines_calls, made);
    }
  };
  Recording recording = record_now({}, is_first ? &made_variables : nullptr);
  if (made_variables) recording = record_now({}, nullptr);
  VariableStates captured;
  for (const Variable *variable : arguments.variables())
    if (contains(recording.variables.variables, variable->state())) captured.push_back(variable->state());
  if (captured.empty()) return recording;
  // Rare: a variable both passed and captured. Now that it is known, it is recorded as what it is: one variable.
  return record_now(captured, nullptr);
}

} // namespace burin::detail
