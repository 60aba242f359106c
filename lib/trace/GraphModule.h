#pragma once
#include "lib/trace/GraphTrace.h"
#include <memory>
#include <optional>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace burin::compiler { class Module; }

/// Graphs as modules, for files: a function whose arguments are placeholders, then captured tensors, then variables. What MLIR has no
/// place for is in attributes:
///
///   func.func @g(%x: tensor<2xf32>, %w: !burin.variable<...> {burin.variable = "w", burin.value = "...", burin.initializer = "w/assign"})
///       attributes {burin.order = array<i64: ...>} {
///     burin.print "x: {0}", %x {site = 0, burin.effect = "...", burin.after = ["add"]} : tensor<2xf32>
namespace burin::detail {

enum class ModuleForm { Text, Bytecode };

/// `initializers` are the assignments that make the graph's own variables, in order. Throws Error for an effect that can't leave the
/// process.
std::string write_graph(const GraphTrace &graph, std::span<const OperationId> initializers, ModuleForm form, std::source_location location);

/// A graph with its variables: those with an initializer first.
struct GraphOfModule {
  GraphTrace trace;
  std::vector<std::shared_ptr<runtime::VariableState>> variables;
  std::vector<OperationId> initializers; ///< of the first variables
};

/// What the last arguments of a trace stand for, and its effects.
struct TraceParts {
  std::vector<Tensor> captures;
  std::vector<std::shared_ptr<runtime::VariableState>> variables;
  EffectSites sites;
};

/// The graph that `module` holds, which is a trace. Without `parts`, these are made from the attributes.
///
/// What the function returns is in operations "result", "result_1" and so on, which run after all its effects.
/// Throws IoError for what no graph has.
GraphOfModule read_graph(std::unique_ptr<compiler::Module, void (*)(compiler::Module *)> module, std::optional<TraceParts> parts);

} // namespace burin::detail
