#pragma once
#include "lib/trace/Trace.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace burin::detail {

struct ScriptPlace;

/// Operations of a graph are numbered as they are recorded.
using OperationId = std::uint32_t;

/// Output `output` of an operation.
struct GraphValue {
  OperationId operation = 0;
  unsigned output = 0;
  friend auto operator<=>(const GraphValue &, const GraphValue &) = default;
};

/// What there is to know of one operation.
struct OperationInfo {
  std::string name;
  std::string type;  ///< "matmul"; "placeholder"
  std::string place; ///< "train.cpp:41"
  std::vector<TensorSpec> outputs;
  std::vector<GraphValue> inputs; ///< captures and variables left out
  std::vector<std::string> outside; ///< those: "variable 'w'", "f32[64,10]"
  std::vector<OperationId> after;
};

/// What one run of a graph is to do.
struct PruneRequest {
  using Variable = std::shared_ptr<runtime::VariableState>;
  std::vector<std::variant<GraphValue, Variable>> results; ///< a variable: its value when all else has run
  std::vector<OperationId> effects;                        ///< that are to happen, too
  std::vector<GraphValue> feeds;                           ///< the arguments
};

/// The part of a graph that one run needs, as a function.
struct PrunedGraph {
  std::string bytecode;
  std::vector<Tensor> captures;
  std::vector<std::shared_ptr<runtime::VariableState>> variables;
  EffectSites sites;
};

/// A trace that never ends: the recording of a graph, and what can be asked of it. A handle.
class GraphTrace {
public:
  /// An empty graph.
  explicit GraphTrace(std::string name);
  /// The graph that `trace` records. Throws TraceError for the trace of a function; `op` asks.
  GraphTrace(std::shared_ptr<Trace> trace, std::string_view op, std::source_location location);

  const std::shared_ptr<Trace> &trace() const { return trace_; }
  const std::string &name() const { return trace_->name(); }

  /// Throws TraceError for a name that is taken or has a character that names don't. With `value`, which has a shape that fits `shape`,
  /// it has that where it isn't fed.
  Tensor placeholder(const TensorSpec &spec, const Tensor *value, std::source_location location) const;
  void require_free(std::string_view name, std::string_view op, std::source_location location) const;
  /// From here on nothing is recorded any more.
  void finalize() const;
  bool is_finalized() const;

  std::size_t size() const;
  OperationInfo operation(OperationId id) const;
  /// With the extents in which the samples differ as dynamic ones, and the names of a placeholder's dimensions.
  TensorSpec spec_of(const GraphValue &value) const;
  const std::string &name_of(OperationId id) const;
  std::size_t output_count(OperationId id) const;
  std::optional<OperationId> find(std::string_view name) const;
  std::vector<std::string_view> names() const;
  Tensor output(const GraphValue &value) const;
  /// What a symbolic tensor of this graph stands for; nothing if it was made in a branch or a loop.
  std::optional<GraphValue> value_of(const Tensor &tensor) const;

  /// All that is recorded until `end_dependencies`, with what this gives, runs after `ids`.
  std::size_t begin_dependencies(std::span<const OperationId> ids) const;
  void end_dependencies(std::size_t mark) const;
  /// Throws TraceError if `before` itself needs `after`, or nothing can be added.
  void add_dependency(OperationId after, OperationId before, std::source_location location) const;

  /// An operation that comes after itself, if there is one: of a file.
  std::optional<OperationId> in_cycle() const;

  /// Whether any extent is dynamic: what a run needs is recorded by a GraphRun then, not pruned.
  bool is_dynamic() const { return trace_->is_dynamic(); }
  /// Of one that is, or may become it.
  const Script &script() const;

  /// Throws Error for a placeholder that is needed and not fed.
  PrunedGraph prune(const PruneRequest &request, std::source_location location) const;
  /// The text of all of it.
  std::string text() const;

private:
  friend class GraphRun;
  friend class ScriptGraph;
  friend class ScriptReader;
  // For files:
  void set_dependency(OperationId after, OperationId before) const;
  /// A tensor for what a step of a dynamic graph records on its way.
  Tensor give(const ScriptPlace &place, std::string_view name) const;
  /// What the verifier objects to in the recordings of a dynamic graph; empty if nothing.
  std::string objection() const;
  bool assigns(OperationId id, const std::shared_ptr<runtime::VariableState> &variable) const;
  std::vector<OperationId> dependencies(OperationId id) const;
  /// What there is to look at: the trace's own recording, or the first sample's of a dynamic one.
  Trace::Impl &recording() const;
  /// The same of sample `number`; null if it has ended.
  Trace::Impl *sample(std::size_t number) const;
  /// Nothing if the sample has ended, or has something else there.
  std::optional<Shape> shape_in_sample(const GraphValue &value, std::size_t number) const;
  /// The user's constant that is operation `id`; undefined if it is no constant.
  Tensor constant_of(OperationId id) const;
  Tensor dynamic_output(const GraphValue &value) const;
  ScriptPlace place_of(const GraphValue &value) const;
  std::shared_ptr<Trace> trace_;
};

} // namespace burin::detail
