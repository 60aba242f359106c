#include "lib/trace/GraphTrace.h"
#include "lib/api/Errors.h"
#include "lib/trace/Script.h"
#include "lib/trace/TraceImpl.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Transforms/RegionUtils.h"
#include <algorithm>

namespace burin::detail {

// --- records -------------------------------------------------------------------------------------------------------

void GraphRecords::add(Item item) {
  const auto id = static_cast<OperationId>(items.size());
  by_name.emplace(item.name, id);
  if (item.op) ids[item.op] = id;
  else placeholders.push_back(id);
  if (!open_dependencies.empty()) after[id] = open_dependencies;
  items.push_back(std::move(item));
}

OperationId GraphRecords::makerOf(mlir::Value value) const {
  if (auto argument = mlir::dyn_cast<mlir::BlockArgument>(value)) return placeholders[argument.getArgNumber()];
  return ids.lookup(value.getDefiningOp());
}

std::vector<mlir::Value> readValues(mlir::Operation *op) {
  std::vector<mlir::Value> values(op->operand_begin(), op->operand_end());
  if (op->getNumRegions() == 0) return values;
  llvm::SetVector<mlir::Value> outside;
  mlir::getUsedValuesDefinedAbove(op->getRegions(), outside);
  values.insert(values.end(), outside.begin(), outside.end());
  return values;
}

// --- recording -----------------------------------------------------------------------------------------------------

GraphTrace::GraphTrace(std::string name) : trace_(Trace::begin(std::move(name), Trace::Kind::Graph)) {}

GraphTrace::GraphTrace(std::shared_ptr<Trace> trace, std::string_view op, std::source_location location) : trace_(std::move(trace)) {
  if (trace_->kind() != Trace::Kind::Graph)
    throw_error<TraceError>(op, location, "belongs to graphs, and ", trace_->title(),
                            " is none: a function's arguments are its placeholders");
}

void GraphTrace::require_free(std::string_view name, std::string_view op, std::source_location location) const {
  const NameTable &names = recording().body().names;
  if (!NameTable::is_valid(name))
    throw_error<TraceError>(op, location, "'", name,
                            "' is no name: names have letters, digits and any of _.-/, and start and end with no /");
  if (!names.has(name)) return;
  const auto taken = find(names.prefix() + std::string(name));
  throw_error<TraceError>(op, location, "the name '", names.prefix(), name, "' is taken",
                          taken ? " by the " + operation(*taken).type + " at " + operation(*taken).place : std::string(" by a scope"));
}

static void require_dimensions(const TensorSpec &spec, std::source_location location) {
  if (spec.dimensions.size() > static_cast<std::size_t>(spec.shape.rank()))
    throw_error<ShapeError>("placeholder", location, "'", spec.name, "' ", describe(spec.dtype, spec.shape), " has ", spec.shape.rank(),
                            " dimensions, found ", spec.dimensions.size(), " names");
  for (std::size_t axis = 0; axis < spec.dimensions.size(); ++axis)
    if (!spec.dimensions[axis].empty() && spec.shape[static_cast<int>(axis)] != kDynamic)
      throw_error<ShapeError>("placeholder", location, "dimension '", spec.dimensions[axis], "' of '", spec.name, "' ",
                              describe(spec.dtype, spec.shape), " has a known extent: names are for kDynamic ones");
}

/// Throws ShapeError for one that no memory could hold, whatever its dynamic extents are.
static void require_size(const TensorSpec &spec, std::source_location location) {
  std::vector<std::int64_t> least(spec.shape.begin(), spec.shape.end());
  std::replace(least.begin(), least.end(), kDynamic, std::int64_t{1});
  checked_bytes(spec.dtype, Shape(std::span<const std::int64_t>(least)), "placeholder", location);
}

Tensor GraphTrace::placeholder(const TensorSpec &spec, const Tensor *value, std::source_location location) const {
  require_free(spec.name, "placeholder", location);
  trace_->impl_->requireOpen("placeholder", location);
  require_dimensions(spec, location);
  require_size(spec, location);
  if (!spec.shape.is_static() && !is_dynamic()) trace_->require_dynamic("placeholder", location);
  if (is_dynamic()) return trace_->script_->placeholder(*trace_, spec, value, location);
  return trace_->argument(spec.dtype, spec.shape, spec.name, location);
}

void GraphTrace::finalize() const { trace_->impl_->graph->is_finalized = true; }
bool GraphTrace::is_finalized() const { return trace_->impl_->graph->is_finalized; }

// --- operations ----------------------------------------------------------------------------------------------------

TensorSpec specOf(mlir::Type tensor) {
  const auto type = mlir::cast<mlir::RankedTensorType>(tensor);
  return {dtypeOf(type.getElementType()), Shape(std::span<const std::int64_t>(type.getShape().data(), type.getShape().size()))};
}

std::string placeOf(mlir::Location location) {
  const auto found = location->findInstanceOf<mlir::FileLineColLoc>();
  if (!found || found.getLine() == 0) return {};
  const llvm::StringRef file = found.getFilename().getValue();
  return file.substr(file.rfind('/') + 1).str() + ":" + std::to_string(found.getLine());
}

std::size_t GraphTrace::size() const { return recording().graph->items.size(); }
const std::string &GraphTrace::name_of(OperationId id) const { return recording().graph->items[id].name; }

std::size_t GraphTrace::output_count(OperationId id) const {
  mlir::Operation *op = recording().graph->items[id].op;
  return op ? op->getNumResults() : 1;
}

static mlir::Value valueOf(FunctionBody &body, const GraphRecords::Item &item, unsigned output) {
  return item.op ? mlir::Value(item.op->getResult(output)) : mlir::Value(body.block().getArgument(item.placeholder));
}

/// What argument `number`, a captured tensor or a variable, stands for.
static std::string describeOutside(const FunctionBody &body, std::size_t number) {
  const std::size_t capture = number - body.arguments;
  if (capture < body.captures.size()) return detail::describe(body.captures[capture].concrete);
  return "variable '" + body.variables[capture - body.captures.size()]->name() + "'";
}

Trace::Impl &GraphTrace::recording() const { return is_dynamic() ? *trace_->script_->samples()[0].trace->impl_ : *trace_->impl_; }

Trace::Impl *GraphTrace::sample(std::size_t number) const {
  const std::shared_ptr<Trace> &trace = trace_->script_->samples()[number].trace;
  return trace ? trace->impl_.get() : nullptr;
}

std::optional<Shape> GraphTrace::shape_in_sample(const GraphValue &value, std::size_t number) const {
  Trace::Impl *impl = sample(number);
  if (!impl || value.operation >= impl->graph->items.size()) return std::nullopt;
  // What an op is made of may depend on the extents: is it the same there?
  mlir::Operation *op = recording().graph->items[value.operation].op, *same = impl->graph->items[value.operation].op;
  if (!op != !same || (op && op->getName().getStringRef() != same->getName().getStringRef())) return std::nullopt;
  return specOf(valueOf(impl->functions.front(), impl->graph->items[value.operation], value.output).getType()).shape;
}

TensorSpec GraphTrace::spec_of(const GraphValue &value) const {
  Trace::Impl &impl = recording();
  const GraphRecords::Item &item = impl.graph->items[value.operation];
  TensorSpec spec = specOf(valueOf(impl.functions.front(), item, value.output).getType());
  if (!is_dynamic()) return spec;
  for (std::size_t i = 1; i < Script::kSamples; ++i)
    if (const auto shape = shape_in_sample(value, i); shape && shape->rank() == spec.shape.rank())
      spec.shape = common_shape(spec.shape, *shape);
  if (const auto number = item.first_result == GraphRecords::kNotRecorded
                              ? std::nullopt
                              : trace_->script_->number_of_known(item.first_result + value.output))
    spec.dimensions = trace_->script_->dimensions_of(*number);
  return spec;
}

OperationInfo GraphTrace::operation(OperationId id) const {
  Trace::Impl &impl = recording();
  const GraphRecords &graph = *impl.graph;
  const GraphRecords::Item &item = graph.items[id];
  OperationInfo info{item.name, item.type, {}, {}, {}, {}, {}};
  if (info.type.empty()) info.type = item.op ? item.op->getName().stripDialect().str() : "placeholder";
  info.place = placeOf(item.op ? item.op->getLoc() : impl.functions.front().block().getArgument(item.placeholder).getLoc());
  for (unsigned i = 0; i < output_count(id); ++i) info.outputs.push_back(spec_of({id, i}));
  if (item.op)
    for (mlir::Value value : readValues(item.op)) {
      const auto argument = mlir::dyn_cast<mlir::BlockArgument>(value);
      if (argument && argument.getArgNumber() >= graph.placeholders.size()) {
        info.outside.push_back(describeOutside(impl.functions.front(), argument.getArgNumber()));
        continue;
      }
      info.inputs.push_back({graph.makerOf(value), argument ? 0 : mlir::cast<mlir::OpResult>(value).getResultNumber()});
    }
  if (const auto found = graph.after.find(id); found != graph.after.end()) info.after = found->second;
  return info;
}

std::optional<OperationId> GraphTrace::find(std::string_view name) const {
  const auto &by_name = recording().graph->by_name;
  const auto found = by_name.find(std::string(name));
  return found == by_name.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string_view> GraphTrace::names() const {
  std::vector<std::string_view> names;
  for (const GraphRecords::Item &item : recording().graph->items) names.push_back(item.name);
  return names;
}

Tensor GraphTrace::constant_of(OperationId id) const {
  Trace::Impl &impl = recording();
  if (!mlir::isa_and_present<compiler::ConstantOp>(impl.graph->items[id].op)) return {};
  const FunctionBody &body = impl.functions.front();
  for (const Tensor &constant : body.constants)
    if (body.concrete.at(constant.impl()) == impl.graph->items[id].op->getResult(0)) return constant;
  return {};
}

/// The user's tensor for what a sample made; what no step gave becomes one.
Tensor GraphTrace::dynamic_output(const GraphValue &value) const {
  Script &script = *trace_->script_;
  const GraphRecords::Item &item = recording().graph->items[value.operation];
  if (item.first_result != GraphRecords::kNotRecorded)
    if (auto seen = script.seen(*trace_, item.first_result + value.output)) return *seen;
  return script.give(*trace_, place_of(value), item.name);
}

ScriptPlace GraphTrace::place_of(const GraphValue &value) const {
  const Trace::Impl &impl = recording();
  if (const Tensor constant = constant_of(value.operation); constant.defined()) return trace_->script_->place_of_constant(constant);
  const auto found = std::find(impl.operations.begin(), impl.operations.end(), impl.graph->items[value.operation].op);
  return trace_->script_->place_of_operation(static_cast<std::size_t>(found - impl.operations.begin()), value.output);
}

Tensor GraphTrace::output(const GraphValue &value) const {
  if (is_dynamic()) return dynamic_output(value);
  Trace::Impl &impl = recording();
  GraphRecords::Item &item = impl.graph->items[value.operation];
  const TensorSpec spec = specOf(valueOf(impl.functions.front(), item, value.output).getType());
  if (item.first_result == GraphRecords::kNotRecorded) {
    item.first_result = impl.recorded.size();
    for (unsigned i = 0; i < output_count(value.operation); ++i)
      impl.recorded.push_back({valueOf(impl.functions.front(), item, i), item.name, {}, 0});
  }
  Tensor tensor(new_impl(spec.dtype, spec.shape, nullptr, nullptr));
  tensor.impl()->symbolic = std::make_unique<SymbolicValue>(SymbolicValue{trace_, item.first_result + value.output});
  if (trace_->script_) trace_->script_->note_constant(*trace_, tensor, constant_of(value.operation));
  return tensor;
}

std::optional<GraphValue> GraphTrace::value_of(const Tensor &tensor) const {
  const std::size_t index = tensor.impl()->symbolic->index;
  const std::size_t scope = trace_->impl_->recorded[index].scope;
  if (!trace_->impl_->scopes[scope].is_open) return std::nullopt; // the value is gone, too, if the lambda has thrown
  Trace::Impl &impl = recording();
  const Recorded &recorded = impl.recorded[is_dynamic() ? trace_->script_->known(tensor).impl()->symbolic->index : index];
  mlir::Block *block = &impl.functions.front().block();
  if (mlir::Value(recorded.value).getParentBlock() != block) return std::nullopt;
  const auto result = mlir::dyn_cast<mlir::OpResult>(recorded.value);
  return GraphValue{impl.graph->makerOf(recorded.value), result ? result.getResultNumber() : 0};
}

// --- control dependencies ------------------------------------------------------------------------------------------

std::size_t GraphTrace::begin_dependencies(std::span<const OperationId> ids) const {
  std::vector<OperationId> &open = recording().graph->open_dependencies;
  const std::size_t mark = open.size();
  for (OperationId id : ids)
    if (std::find(open.begin(), open.end(), id) == open.end()) open.push_back(id);
  return mark;
}

void GraphTrace::end_dependencies(std::size_t mark) const {
  std::vector<OperationId> &open = recording().graph->open_dependencies;
  open.resize(std::min(mark, open.size()));
}

std::vector<OperationId> GraphTrace::dependencies(OperationId id) const {
  const OperationInfo info = operation(id);
  std::vector<OperationId> all = info.after;
  for (const GraphValue &input : info.inputs) all.push_back(input.operation);
  return all;
}

void GraphTrace::add_dependency(OperationId after, OperationId before, std::source_location location) const {
  trace_->impl_->requireOpen("add_control_dependency", location);
  std::unordered_map<OperationId, OperationId> reached{{before, before}}; // each with what needs it
  std::vector<OperationId> open{before};
  while (!open.empty() && !reached.contains(after)) {
    const OperationId id = open.back();
    open.pop_back();
    for (OperationId needed : dependencies(id))
      if (reached.try_emplace(needed, id).second) open.push_back(needed);
  }
  if (reached.contains(after)) {
    std::string way; // from what `before` reads to `after`
    for (OperationId id = after; id != before; id = reached[id]) way = " '" + name_of(id) + "'" + (way.empty() ? "" : " ->" + way);
    throw_error<TraceError>("add_control_dependency", location, "'", name_of(after), "' after '", name_of(before), "' would be a cycle",
                            way.empty() ? "" : ": '" + name_of(before) + "' needs" + way);
  }
  std::vector<OperationId> &all = recording().graph->after[after];
  all.push_back(before);
  // In a dynamic graph what one op made is done as one.
  if (is_dynamic() && in_cycle()) {
    all.pop_back();
    throw_error<TraceError>("add_control_dependency", location, "'", name_of(after), "' after '", name_of(before),
                            "' would be a cycle: what made '", name_of(after), "' made what '", name_of(before), "' needs, too");
  }
}

// --- for files -----------------------------------------------------------------------------------------------------

const Script &GraphTrace::script() const { return *trace_->script_; }
void GraphTrace::set_dependency(OperationId after, OperationId before) const { recording().graph->after[after].push_back(before); }
Tensor GraphTrace::give(const ScriptPlace &place, std::string_view name) const { return trace_->script_->give(*trace_, place, name); }

bool GraphTrace::assigns(OperationId id, const std::shared_ptr<runtime::VariableState> &variable) const {
  auto assign = mlir::dyn_cast_or_null<compiler::AssignOp>(recording().graph->items[id].op);
  if (!assign) return false;
  const auto &arguments = recording().functions.front().variable_arguments;
  const auto found = arguments.find(variable.get());
  return found != arguments.end() && found->second == assign.getVariable();
}

/// Of a graph that still is recorded, whose function has no end.
static std::string objection_to(Trace::Impl &impl) {
  mlir::func::FuncOp function = impl.functions.front().function;
  mlir::OpBuilder b(&impl.context());
  b.setInsertionPointToEnd(&function.getBody().front());
  auto end = mlir::func::ReturnOp::create(b, b.getUnknownLoc());
  function.setFunctionType(b.getFunctionType(function.getBody().front().getArgumentTypes(), {}));
  ErrorCollector errors(impl.context());
  const bool is_right = succeeded(mlir::verify(impl.module->op()));
  end->erase();
  return is_right ? std::string() : errors.text;
}

std::string GraphTrace::objection() const {
  if (!is_dynamic()) return objection_to(recording());
  for (const Script::Run &run : script().samples())
    if (run.trace)
      if (std::string text = objection_to(*run.trace->impl_); !text.empty()) return text;
  return {};
}

std::string GraphTrace::text() const {
  Trace::Impl &impl = recording();
  mlir::func::FuncOp function = impl.functions.front().function;
  mlir::Block &block = function.getBody().front();
  // What is recorded has no end yet; without one it would print in MLIR's generic form.
  mlir::OpBuilder b(&impl.context());
  b.setInsertionPointToEnd(&block);
  auto end = mlir::func::ReturnOp::create(b, b.getUnknownLoc());
  function.setFunctionType(b.getFunctionType(block.getArgumentTypes(), {}));
  std::string text;
  llvm::raw_string_ostream stream(text);
  impl.module->op()->print(stream);
  end->erase();
  return (is_dynamic() ? trace_->script_->in_users_terms(text) : text) + "\n";
}

} // namespace burin::detail
