#pragma once
#include "lib/trace/FunctionTensors.h"
#include "lib/trace/GraphModule.h"
#include <memory>
#include <source_location>
#include <span>
#include <vector>

namespace burin::detail {

/// The trace of a function with dynamic extents as a graph: its steps, done to one. So what ops record on their way has a place,
/// and can be asked for wherever the host acts when it runs.
class ScriptGraph {
public:
  ScriptGraph(const Script &script, std::source_location location);

  /// With operations "result", "result_1" and so on for what the function returns, which come behind all its effects.
  GraphOfModule with_result_operations() &&;

  /// All that there is in any run of it: arguments, then what ops make, in the order of the program. Those inside are in branches or
  /// loops, or of what ops there are made of.
  std::vector<TracedTensor> tensors() const;
  /// The function with tensors of these numbers, none of them inside, as further results.
  std::shared_ptr<const Script> with_results(std::span<const std::size_t> numbers) const;

private:
  Tensor argument(TensorSpec spec);
  std::vector<OperationId> effects() const;

  std::source_location location_;
  GraphTrace graph_;
  std::vector<Tensor> results_; // of the function
  std::size_t size_;            // of the graph before what makes constants results
};

} // namespace burin::detail
