#include "lib/trace/GraphTrace.h"
#include "lib/api/Errors.h"
#include "lib/trace/TraceImpl.h"
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
  const NameTable &names = trace_->impl_->body().names;
  if (!NameTable::is_valid(name))
    throw_error<TraceError>(op, location, "'", name,
                            "' is no name: names have letters, digits and any of _.-/, and start and end with no /");
  if (!names.has(name)) return;
  const auto taken = find(names.prefix() + std::string(name));
  throw_error<TraceError>(op, location, "the name '", names.prefix(), name, "' is taken",
                          taken ? " by the " + operation(*taken).type + " at " + operation(*taken).place : std::string(" by a scope"));
}

Tensor GraphTrace::placeholder(DType dtype, const Shape &shape, std::string_view name, std::source_location location) const {
  require_free(name, "placeholder", location);
  checked_bytes(dtype, shape, "placeholder", location);
  return trace_->argument(dtype, shape, name, location);
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

std::size_t GraphTrace::size() const { return trace_->impl_->graph->items.size(); }
const std::string &GraphTrace::name_of(OperationId id) const { return trace_->impl_->graph->items[id].name; }

std::size_t GraphTrace::output_count(OperationId id) const {
  mlir::Operation *op = trace_->impl_->graph->items[id].op;
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

OperationInfo GraphTrace::operation(OperationId id) const {
  Trace::Impl &impl = *trace_->impl_;
  const GraphRecords &graph = *impl.graph;
  const GraphRecords::Item &item = graph.items[id];
  OperationInfo info{item.name, item.op ? item.op->getName().stripDialect().str() : "placeholder", {}, {}, {}, {}, {}};
  info.place = placeOf(item.op ? item.op->getLoc() : impl.functions.front().block().getArgument(item.placeholder).getLoc());
  for (unsigned i = 0; i < output_count(id); ++i) info.outputs.push_back(specOf(valueOf(impl.functions.front(), item, i).getType()));
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
  const auto &by_name = trace_->impl_->graph->by_name;
  const auto found = by_name.find(std::string(name));
  return found == by_name.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string_view> GraphTrace::names() const {
  std::vector<std::string_view> names;
  for (const GraphRecords::Item &item : trace_->impl_->graph->items) names.push_back(item.name);
  return names;
}

Tensor GraphTrace::output(const GraphValue &value) const {
  Trace::Impl &impl = *trace_->impl_;
  GraphRecords::Item &item = impl.graph->items[value.operation];
  const TensorSpec spec = specOf(valueOf(impl.functions.front(), item, value.output).getType());
  if (item.first_result == GraphRecords::kNotRecorded) {
    item.first_result = impl.recorded.size();
    for (unsigned i = 0; i < output_count(value.operation); ++i)
      impl.recorded.push_back({valueOf(impl.functions.front(), item, i), item.name, {}, 0});
  }
  Tensor tensor(new_impl(spec.dtype, spec.shape, nullptr, nullptr));
  tensor.impl()->symbolic = std::make_unique<SymbolicValue>(SymbolicValue{trace_, item.first_result + value.output});
  return tensor;
}

std::optional<GraphValue> GraphTrace::value_of(const Tensor &tensor) const {
  Trace::Impl &impl = *trace_->impl_;
  const Recorded &recorded = impl.recorded[tensor.impl()->symbolic->index];
  if (!impl.scopes[recorded.scope].is_open) return std::nullopt; // the value is gone, too, if the lambda has thrown
  mlir::Block *block = &impl.functions.front().block();
  if (mlir::Value(recorded.value).getParentBlock() != block) return std::nullopt;
  const auto result = mlir::dyn_cast<mlir::OpResult>(recorded.value);
  return GraphValue{impl.graph->makerOf(recorded.value), result ? result.getResultNumber() : 0};
}

// --- control dependencies ------------------------------------------------------------------------------------------

std::size_t GraphTrace::begin_dependencies(std::span<const OperationId> ids) const {
  std::vector<OperationId> &open = trace_->impl_->graph->open_dependencies;
  const std::size_t mark = open.size();
  for (OperationId id : ids)
    if (std::find(open.begin(), open.end(), id) == open.end()) open.push_back(id);
  return mark;
}

void GraphTrace::end_dependencies(std::size_t mark) const {
  std::vector<OperationId> &open = trace_->impl_->graph->open_dependencies;
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
  trace_->impl_->graph->after[after].push_back(before);
}

std::string GraphTrace::text() const {
  Trace::Impl &impl = *trace_->impl_;
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
  return text + "\n";
}

} // namespace burin::detail
