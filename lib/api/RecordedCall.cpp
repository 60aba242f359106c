// Calls of functions within the trace of another one: each becomes a call in the trace, of a function that is recorded once.
#include "lib/api/FunctionCore.h"
#include "lib/api/LambdaCalls.h"
#include "lib/trace/Callee.h"

namespace burin::detail {

bool calls_are_recorded() { return current_trace() && current_trace()->records_calls(); }

namespace {

/// A callee, with what else a call must have in common with the one that it was recorded for.
class TracedCallee final : public Callee {
public:
  TracedCallee(FunctionCore &core, const Arguments &arguments) : core_(core.shared_from_this()), signature_(arguments) {}

  bool fits(const FunctionCore &core, const Arguments &arguments) const {
    return core_.get() == &core && signature_.matches(arguments) && binding.fits(arguments);
  }

  VariableBinding binding;
  std::unique_ptr<Skeleton> skeleton;

private:
  std::shared_ptr<const FunctionCore> core_; // kept: another function might get its address
  Signature signature_;
};

/// Null if the lambda captured variables that it was passed, too: they are added to `captured`, and nothing is left recorded.
const TracedCallee *record_once(Trace &trace, FunctionCore &core, const Arguments &arguments, const Body &body, VariableStates &captured) {
  CalleeRecording recording(trace, core.name(), core.location());
  VariableStates stand_ins = make_stand_ins(arguments, captured);
  LambdaResults results = run_lambda(trace, core, arguments, body, nullptr, stand_ins);
  const std::size_t known = captured.size();
  for (const Variable *variable : arguments.variables())
    if (recording.uses(variable->state()) && !contains(captured, variable->state())) captured.push_back(variable->state());
  if (captured.size() > known) return nullptr;
  auto callee = std::make_unique<TracedCallee>(core, arguments);
  TracedCallee &made = *callee;
  made.skeleton = std::move(results.skeleton);
  recording.end(std::move(callee), results.tensors, core.location());
  made.binding = {made.variables, std::move(stand_ins), captured};
  return &made;
}

const TracedCallee &find_or_record(Trace &trace, FunctionCore &core, const Arguments &arguments, const Body &body) {
  for (const std::unique_ptr<Callee> &callee : trace.callees()) {
    const auto &known = static_cast<const TracedCallee &>(*callee); // there are no others
    if (known.fits(core, arguments) && trace.knows_captures(known)) return known;
  }
  VariableStates captured;
  const TracedCallee *recorded = record_once(trace, core, arguments, body, captured);
  return recorded ? *recorded : *record_once(trace, core, arguments, body, captured);
}

std::vector<Tensor> tensors_of(const Arguments &arguments) {
  std::vector<Tensor> tensors;
  for (TensorImpl *impl : arguments.tensors()) {
    retain(impl);
    tensors.push_back(Tensor(impl));
  }
  return tensors;
}

} // namespace

RecordedCall::RecordedCall(FunctionCore &core, const Arguments &arguments, const Body &body) : arguments_(arguments) {
  require_usable(core, arguments, body, ArgumentKind::Any);
  const std::shared_ptr<Trace> trace = current_trace()->shared_from_this();
  const TracedCallee &callee = find_or_record(*trace, core, arguments, body);
  skeleton_ = callee.skeleton.get();
  binding_ = &callee.binding;
  VariableStates variables;
  for (const auto &state : callee.variables) variables.push_back(binding_->in_call(state, arguments));
  results_ = trace->call(callee, tensors_of(arguments), variables, core.name(), core.location());
}

Variable RecordedCall::variable(const Variable &of_trace) { return Variable(binding_->in_call(of_trace.state(), arguments_)); }

} // namespace burin::detail
