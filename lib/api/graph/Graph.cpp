#include "burin/Graph.h"
#include "burin/Session.h"
#include "lib/api/Errors.h"
#include "lib/api/Promotion.h"
#include "lib/api/TensorImpl.h"
#include "lib/api/graph/GraphCore.h"
#include "runtime/VariableStore.h"

namespace burin {

using namespace detail;

// --- scopes --------------------------------------------------------------------------------------------------------

Graph::Graph(std::string name) : core_(std::make_shared<GraphCore>(std::move(name))) {}

Scope Graph::scope() const {
  auto scope = std::make_shared<TraceScope>(core_->trace.trace().get());
  return Scope([core = core_, scope]() mutable { scope.reset(); });
}

Scope name_scope(std::string_view name) {
  Trace *trace = current_trace();
  if (!trace) return Scope(nullptr);
  return Scope([trace = trace->shared_from_this(), mark = trace->open_names(name)] { trace->close_names(mark); });
}

/// The operations that `fetches` name or are made by.
static std::vector<OperationId> operations_of(const GraphCore &core, std::span<const Fetch> fetches, std::source_location location) {
  const std::string_view op = "control_dependencies";
  std::vector<OperationId> ids;
  for (const Fetch &fetch : fetches) switch (fetch.kind()) {
    case Fetch::Kind::Tensor: ids.push_back(core.value(fetch.tensor(), op, location).operation); break;
    case Fetch::Kind::Operation: ids.push_back(core.operation(fetch.operation(), op, location)); break;
    case Fetch::Kind::Name: ids.push_back(core.named(fetch.name(), op, location).operation); break;
    case Fetch::Kind::Variable:
      throw_error<TraceError>(op, location, "variable '", fetch.variable().name(),
                              "' is no operation: name the read or the assignment that is to come before");
    }
  return ids;
}

Scope Graph::control_dependencies(std::initializer_list<Fetch> fetches, Location location) {
  const std::size_t mark = core_->trace.begin_dependencies(operations_of(*core_, {fetches.begin(), fetches.size()}, location));
  return Scope([core = core_, mark] { core->trace.end_dependencies(mark); });
}

void Graph::add_control_dependency(const Operation &operation, const Operation &before, Location location) {
  const std::string_view op = "add_control_dependency";
  const OperationId after = core_->operation(operation, op, location);
  const std::lock_guard lock(core_->mutex);
  core_->trace.add_dependency(after, core_->operation(before, op, location), location);
  ++core_->version;
}

// --- placeholders and variables ------------------------------------------------------------------------------------

/// `spec`, which is called something.
static TensorSpec named(TensorSpec spec) {
  if (spec.name.empty()) spec.name = "placeholder";
  return spec;
}

Tensor Graph::placeholder(DType dtype, const Shape &shape, std::string_view name, Location location) {
  return core_->trace.placeholder({dtype, shape, std::string(name)}, nullptr, location);
}
Tensor Graph::placeholder(const TensorSpec &spec, Location location) { return core_->trace.placeholder(named(spec), nullptr, location); }

static Tensor record_default(const GraphTrace &trace, const Operand &value, std::string_view name) {
  trace.require_free(name, "placeholder_with_default", value.location());
  const TraceScope scope(trace.trace().get());
  const Tensor tensor = as_tensor("placeholder_with_default", value);
  return trace.trace()->record("identity", name, {&tensor, 1}, {}, value.location())[0];
}

static Tensor dynamic_default(const GraphTrace &trace, const Operand &value, const Shape &shape, std::string_view name) {
  if (shape.is_static()) trace.require_free(name, "placeholder_with_default", value.location());
  const TraceScope scope(trace.trace().get());
  const Tensor tensor = as_tensor("placeholder_with_default", value);
  if (!tensor.shape().fits(shape))
    throw_error<ShapeError>("placeholder_with_default", value.location(), "the default ", describe(tensor), " doesn't fit the shape ",
                            shape.to_string());
  if (shape.is_static()) return record_default(trace, value, name);
  return trace.placeholder({tensor.dtype(), shape, std::string(name)}, &tensor, value.location());
}

Tensor Graph::placeholder_with_default(const Operand &value, std::string_view name) { return record_default(core_->trace, value, name); }
Tensor Graph::placeholder_with_default(const Operand &value, const Shape &shape, std::string_view name) {
  return dynamic_default(core_->trace, value, shape, name);
}

static GraphTrace current_graph(std::string_view op, std::source_location location) {
  Trace *trace = current_trace();
  if (!trace) throw_error<TraceError>(op, location, "belongs to graphs, and none is being recorded: open one by graph.scope()");
  return GraphTrace(trace->shared_from_this(), op, location);
}

Tensor placeholder(DType dtype, const Shape &shape, std::string_view name, std::source_location location) {
  return current_graph("placeholder", location).placeholder({dtype, shape, std::string(name)}, nullptr, location);
}
Tensor placeholder(const TensorSpec &spec, std::source_location location) {
  return current_graph("placeholder", location).placeholder(named(spec), nullptr, location);
}
Tensor placeholder_with_default(const Operand &value, std::string_view name) {
  return record_default(current_graph("placeholder_with_default", value.location()), value, name);
}
Tensor placeholder_with_default(const Operand &value, const Shape &shape, std::string_view name) {
  return dynamic_default(current_graph("placeholder_with_default", value.location()), value, shape, name);
}

Variable Graph::variable(const Operand &initial, std::string name) {
  const GraphTrace &trace = core_->trace;
  trace.require_free(name, "variable", initial.location());
  const TraceScope scope(trace.trace().get());
  const Tensor value = as_tensor("variable", initial);
  if (!value.shape().is_static())
    throw_error<ShapeError>("variable", initial.location(), "the initial value of '", name, "' is ", describe(value),
                            ", a variable's extents are known");
  Variable variable(
      std::make_shared<runtime::VariableState>(name, value.dtype(), std::vector<std::int64_t>(value.shape().begin(), value.shape().end())));
  {
    const Scope names = name_scope(name);
    trace.trace()->assign(variable.state(), value, initial.location());
  }
  core_->variables.push_back(variable.state());
  core_->initializers.push_back(static_cast<OperationId>(trace.size() - 1));
  return variable;
}

std::vector<Variable> Graph::variables() const {
  std::vector<Variable> variables;
  for (const auto &state : core_->variables) variables.push_back(Variable(state));
  return variables;
}

std::vector<Operation> Graph::variables_initializer() const {
  std::vector<Operation> operations;
  for (OperationId id : core_->initializers) operations.emplace_back(core_, id);
  return operations;
}

// --- looking up ----------------------------------------------------------------------------------------------------

std::vector<Operation> Graph::operations() const {
  std::vector<Operation> operations;
  operations.reserve(core_->trace.size());
  for (std::size_t i = 0; i < core_->trace.size(); ++i) operations.emplace_back(core_, static_cast<OperationId>(i));
  return operations;
}

Operation Graph::operation(std::string_view name, Location location) const {
  return Operation(core_, core_->named(name, "operation", location).operation);
}

Tensor Graph::tensor(std::string_view name, Location location) const {
  const GraphCore::Named named = core_->named(name, "tensor", location);
  if (!named.has_output)
    throw_error<IndexError>("tensor", location, "operation '", name, "' has no output: a session runs it where it is fetched itself");
  return core_->output({named.operation, named.output});
}

Operation Graph::last_operation(Location location) const {
  if (core_->trace.size() == 0) throw_error<Error>("last_operation", location, core_->trace.trace()->title(), " is empty");
  return Operation(core_, static_cast<OperationId>(core_->trace.size() - 1));
}

void Graph::finalize() { core_->trace.finalize(); }
bool Graph::is_finalized() const { return core_->trace.is_finalized(); }
const std::string &Graph::name() const { return core_->trace.name(); }
std::string Graph::ir() const { return core_->trace.text(); }

// --- operations ----------------------------------------------------------------------------------------------------

const std::string &Operation::name() const { return graph_->trace.name_of(id_); }
std::string Operation::type() const { return graph_->trace.operation(id_).type; }
std::string Operation::place() const { return graph_->trace.operation(id_).place; }

Tensor Operation::output(std::size_t index, std::source_location location) const {
  const std::size_t count = graph_->trace.output_count(id_);
  if (index >= count) throw_error<IndexError>("output", location, "there is no output ", index, " of '", name(), "', which has ", count);
  return graph_->output({id_, static_cast<unsigned>(index)});
}

std::vector<Tensor> Operation::outputs() const {
  std::vector<Tensor> outputs;
  for (std::size_t i = 0; i < graph_->trace.output_count(id_); ++i) outputs.push_back(output(i));
  return outputs;
}

std::vector<Tensor> Operation::inputs() const {
  std::vector<Tensor> inputs;
  for (const GraphValue &input : graph_->trace.operation(id_).inputs) inputs.push_back(graph_->output(input));
  return inputs;
}

std::vector<Operation> Operation::control_inputs() const {
  std::vector<Operation> operations;
  for (OperationId id : graph_->trace.operation(id_).after) operations.emplace_back(graph_, id);
  return operations;
}

} // namespace burin
