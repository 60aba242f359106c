#pragma once
#include "burin/Graph.h"
#include "lib/trace/GraphModule.h"
#include <atomic>
#include <mutex>
#include <vector>

namespace burin::detail {

/// A graph and its collections.
class GraphCore {
public:
  explicit GraphCore(std::string name) : trace(std::move(name)) { trace.trace()->keep_script(); } // extents may become dynamic
  explicit GraphCore(GraphOfModule read)
      : trace(std::move(read.trace)), variables(std::move(read.variables)), initializers(std::move(read.initializers)) {}

  GraphTrace trace;
  std::vector<std::shared_ptr<runtime::VariableState>> variables;
  std::vector<OperationId> initializers;
  /// Raised where a change may alter what was compiled.
  std::atomic<std::uint64_t> version{0};
  /// Held while a run is compiled, which reads the recording.
  mutable std::mutex mutex;

  /// "add:1" and "add" as an operation and an output (0 where none is named). Throws Error for an unknown name, IndexError for an
  /// output that the operation doesn't have.
  struct Named {
    OperationId operation;
    unsigned output;
    bool has_output; ///< false for an operation without outputs
  };
  Named named(std::string_view name, std::string_view op, std::source_location location) const;
  /// A tensor for what is recorded; the first one for a value notes that there is one, which threads may do side by side.
  Tensor output(const GraphValue &value) const {
    const std::lock_guard lock(mutex);
    return trace.output(value);
  }
  /// Throws TraceError for a tensor of elsewhere.
  GraphValue value(const Tensor &tensor, std::string_view op, std::source_location location) const;
  /// Throws TraceError for an operation of elsewhere.
  OperationId operation(const Operation &operation, std::string_view op, std::source_location location) const;
};

} // namespace burin::detail
