#pragma once
#include "lib/trace/GraphModule.h"

/// Graphs with dynamic extents as modules, for files: the steps that recorded them, one op each, which a reader does again. So a graph
/// that was loaded is what the same program would have recorded, for all extents.
///
///   module @batches {
///     %0 = "step.placeholder"() {name = "x"} : () -> tensor<?x3xf32> loc("train.cpp":7:3)
///     %1 = "step.act"(%0) {action = "mean", arguments = [array<i64: 0>, 0], label = "mean", names = ["mean", "constant", "mean_1"], ...}
///         : (tensor<?x3xf32>) -> tensor<3xf32> loc("train.cpp":8:7)
///
/// Concrete tensors and variables have steps, too, which come before what uses them; control dependencies come last. A step has the names
/// of the operations that it recorded: a version of Burin that would record others refuses the file.
namespace burin::detail {

/// Throws Error for what can't leave the process.
std::string write_steps(const GraphTrace &graph, std::span<const OperationId> initializers, ModuleForm form, std::source_location location);

/// The graph of a file of steps, of unknown origin. Throws IoError for what is none.
GraphOfModule read_steps(std::string_view bytes, std::string_view name);

} // namespace burin::detail
