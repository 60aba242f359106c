#pragma once
#include "burin/detail/FunctionCore.h"
#include "lib/api/VariableBinding.h"
#include "lib/trace/Trace.h"
#include "runtime/Print.h"
#include <memory>
#include <vector>

namespace burin::detail {

/// A user's lambda, recorded once.
struct Recording {
  Trace::Finished finished;
  std::size_t result_count;
  std::unique_ptr<Skeleton> skeleton;
  VariableBinding variables;
};

/// Runs the lambda of `body`, a call of `core`, with symbolic tensors. Throws what it throws, and TraceError. On the function's first
/// trace (`is_first`) the lambda may make variables; then it is run once more, to see that it doesn't make them each time (rule S1).
Recording record(const FunctionCore &core, const Arguments &arguments, const Body &body, const SpecTensors *specs, bool is_first);

/// What a lambda gave that ran with symbolic arguments.
struct LambdaResults {
  std::vector<Tensor> tensors;
  std::unique_ptr<Skeleton> skeleton;
};
/// Runs the lambda of `body`, a call of `core`, into the function that `trace` records now, whose arguments it makes. `variables` stand
/// for its variable arguments.
LambdaResults run_lambda(Trace &trace, const FunctionCore &core, const Arguments &arguments, const Body &body, const SpecTensors *specs,
                         const VariableStates &variables);

} // namespace burin::detail
