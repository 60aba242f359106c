#pragma once
#include "burin/Operand.h"
#include "burin/Scope.h"
#include "burin/TensorSpec.h"
#include "burin/Variable.h"
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

/// Graphs: ops that are recorded first, and of which sessions (burin/Session.h) run what is asked for.
namespace burin {

class Fetch;
namespace detail { class GraphCore; }

/// One operation of a graph. A handle.
class Operation {
public:
  /// "dense/add_1"
  const std::string &name() const;
  /// The op: "add"; "placeholder".
  std::string type() const;
  /// The user's line: "train.cpp:41"; empty if unknown.
  std::string place() const;
  /// Throws IndexError if there is no such output.
  Tensor output(std::size_t index = 0, std::source_location location = std::source_location::current()) const;
  std::vector<Tensor> outputs() const;
  /// The tensors of the graph that it reads; not variables, nor tensors from outside.
  std::vector<Tensor> inputs() const;
  /// What it runs after, besides the makers of its inputs.
  std::vector<Operation> control_inputs() const;

  friend bool operator==(const Operation &, const Operation &) = default;

  // For the library itself.
  Operation(std::shared_ptr<const detail::GraphCore> graph, std::uint32_t id) : graph_(std::move(graph)), id_(id) {}
  const detail::GraphCore &graph() const { return *graph_; }
  std::uint32_t id() const { return id_; }

private:
  std::shared_ptr<const detail::GraphCore> graph_;
  std::uint32_t id_;
};

/// Operations that were recorded, to be run by a Session. A handle: copies are the same graph.
///
///     bn::Graph graph;
///     auto scope = graph.scope();
///     bn::Tensor x = graph.placeholder(bn::DType::F32, {2}, "x");
///     bn::Tensor y = bn::exp(x) + 1.0f;
///
/// One thread at a time records. Sessions on any number of threads may run meanwhile what they have run before.
class Graph {
public:
  using Location = std::source_location;

  explicit Graph(std::string name = "graph");

  /// As long as the scope lasts, the thread's ops are recorded here rather than run.
  Scope scope() const;

  /// A tensor whose value each run is fed; a dimension that is kDynamic takes any extent, for which the run is then compiled. Throws
  /// TraceError if the name is taken, in the open name scope, or is no name.
  Tensor placeholder(DType dtype, const Shape &shape, std::string_view name = "placeholder", Location location = Location::current());
  /// The same of a spec, whose dynamic dimensions may have names: those of one name are equal in each run, in all placeholders.
  Tensor placeholder(const TensorSpec &spec, Location location = Location::current());
  /// One that has the value of `value`, a tensor of this graph or a concrete one, where it isn't fed.
  Tensor placeholder_with_default(const Operand &value, std::string_view name = "placeholder");
  /// The same with extents of its own, kDynamic for some. Throws ShapeError if `value` doesn't fit them.
  Tensor placeholder_with_default(const Operand &value, const Shape &shape, std::string_view name = "placeholder");
  /// A variable without a value, which `variables_initializer` gives that of `initial`: a tensor of this graph or a concrete one.
  Variable variable(const Operand &initial, std::string name);

  /// Those that `variable` made; in a graph that was loaded, or is that of a function, all that it has.
  std::vector<Variable> variables() const;
  /// The assignments that give them their values: `session.run(graph.variables_initializer())`.
  std::vector<Operation> variables_initializer() const;

  /// All operations, in the order in which they were recorded.
  std::vector<Operation> operations() const;
  /// Throws Error for an unknown name, with the nearest ones.
  Operation operation(std::string_view name, Location location = Location::current()) const;
  /// "dense/add:0" is the first output of "dense/add"; ":0" may be left out. Throws Error as `operation` does, IndexError if
  /// there is no such output.
  Tensor tensor(std::string_view name, Location location = Location::current()) const;
  /// The operation that was recorded last, such as a print.
  Operation last_operation(Location location = Location::current()) const;

  /// What is recorded as long as the scope lasts runs after `fetches`, which run if it does.
  Scope control_dependencies(std::initializer_list<Fetch> fetches, Location location = Location::current());
  /// Throws TraceError if this makes a cycle, naming its operations.
  void add_control_dependency(const Operation &operation, const Operation &before, Location location = Location::current());

  /// Forbids all changes: from then on they throw TraceError.
  void finalize();
  bool is_finalized() const;

  const std::string &name() const;
  /// All of it as MLIR.
  std::string ir() const;

  friend bool operator==(const Graph &, const Graph &) = default;

  // For the library itself.
  explicit Graph(std::shared_ptr<detail::GraphCore> core) : core_(std::move(core)) {}
  const std::shared_ptr<detail::GraphCore> &core() const { return core_; }

private:
  std::shared_ptr<detail::GraphCore> core_;
};

/// A placeholder of the graph that the thread is recording. Throws TraceError if there is none.
Tensor placeholder(DType dtype, const Shape &shape, std::string_view name = "placeholder",
                   std::source_location location = std::source_location::current());
Tensor placeholder(const TensorSpec &spec, std::source_location location = std::source_location::current());
Tensor placeholder_with_default(const Operand &value, std::string_view name = "placeholder");
Tensor placeholder_with_default(const Operand &value, const Shape &shape, std::string_view name = "placeholder");

} // namespace burin
