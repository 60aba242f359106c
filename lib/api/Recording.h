#pragma once
#include "burin/detail/FunctionCore.h"
#include "lib/trace/Trace.h"
#include "runtime/Print.h"
#include "runtime/VariableStore.h"
#include <memory>
#include <vector>

namespace burin::detail {

using VariableStates = std::vector<std::shared_ptr<runtime::VariableState>>;

/// A user's lambda, recorded once.
struct Recording {
  Trace::Finished finished;
  std::size_t result_count;
  std::unique_ptr<Skeleton> skeleton;
  /// For each variable argument what stood for it, so that the trace tells what was passed from what was captured; the
  /// same for the same. The variable itself where it was captured, too.
  VariableStates stand_ins;
  VariableStates captured_arguments; ///< the variable arguments that were captured, too
};

/// Runs the lambda of `body`, a call of `core`, with symbolic tensors. Throws what it throws, and TraceError. On the function's first
/// trace (`is_first`) the lambda may make variables; then it is run once more, to see that it doesn't make them each time (rule S1).
Recording record(const FunctionCore &core, const Arguments &arguments, const Body &body, const SpecTensors *specs, bool is_first);

} // namespace burin::detail
