// A graph from the module that a file holds, or that a function's trace is (GraphModule.h). The module is a trace, as the compiler checks
// it; all else that a graph is known by is checked here.
#include "burin/Error.h"
#include "lib/trace/GraphModule.h"
#include "lib/trace/TraceImpl.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "runtime/SiteCode.h"
#include <algorithm>
#include <cstring>

namespace burin::detail {

namespace {

[[noreturn]] void fail(mlir::Location place, const std::string &why) {
  throw IoError("this is no graph: " + why + "  (at " + compiler::describePlace(place) + ")");
}

/// A tensor of these bytes, which come from a file.
Tensor valueOf(const TensorSpec &spec, llvm::StringRef bytes, mlir::Location place) {
  const std::size_t wanted = checked_bytes(spec.dtype, spec.shape, "load_graph", {});
  if (bytes.size() != wanted) fail(place, "a value has " + std::to_string(bytes.size()) + " bytes, expected " + std::to_string(wanted));
  if (spec.dtype == DType::Bool && llvm::any_of(bytes, [](char c) { return c != 0 && c != 1; })) fail(place, "a bool is neither 0 nor 1");
  const Tensor tensor = uninitialised(spec.dtype, spec.shape, "load_graph", {});
  if (wanted != 0) std::memcpy(tensor.impl()->data, bytes.data(), wanted);
  return tensor;
}

class GraphReader {
public:
  GraphReader(Trace::Impl &impl, std::optional<TraceParts> parts)
      : impl_(impl), graph_(*impl.graph), function_(*impl.module->op().getOps<mlir::func::FuncOp>().begin()), from_file_(!parts) {
    body().function = function_;
    if (parts) setParts(std::move(*parts));
  }

  void read() {
    readArguments();
    readOperations();
    readOrder();
    readNames();
    readDependencies();
    if (from_file_) readEffects();
    addResults();
    removeAttributes();
  }

  std::vector<std::shared_ptr<runtime::VariableState>> variables; // those with an initializer first
  std::vector<OperationId> initializers;

private:
  FunctionBody &body() { return impl_.functions.front(); }
  mlir::Block &block() { return function_.getBody().front(); }

  void setParts(TraceParts parts) {
    body().arguments = block().getNumArguments() - parts.captures.size() - parts.variables.size();
    for (Tensor &capture : parts.captures) body().captures.push_back({std::move(capture)});
    body().variables = std::move(parts.variables);
    impl_.sites = std::move(parts.sites);
  }

  // --- arguments ---

  void readArguments() {
    for (mlir::BlockArgument argument : block().getArguments()) {
      if (from_file_) readKind(argument);
      const std::size_t number = argument.getArgNumber();
      if (number < body().arguments) found_.push_back({nameIn(argument.getLoc()), nullptr, argument.getArgNumber()});
    }
    for (std::size_t i = 0; i < body().captures.size(); ++i)
      body().concrete[body().captures[i].concrete.impl()] = block().getArgument(static_cast<unsigned>(body().arguments + i));
    const std::size_t first = body().arguments + body().captures.size();
    for (std::size_t i = 0; i < body().variables.size(); ++i)
      body().variable_arguments[body().variables[i].get()] = block().getArgument(static_cast<unsigned>(first + i));
  }

  void readKind(mlir::BlockArgument argument) {
    const auto value = function_.getArgAttrOfType<mlir::StringAttr>(argument.getArgNumber(), "burin.value");
    if (auto variable = mlir::dyn_cast<compiler::VariableType>(argument.getType())) {
      readVariable(argument, specOf(variable.getTensor()), value);
    } else if (value) {
      body().captures.push_back({valueOf(specOf(argument.getType()), value.getValue(), argument.getLoc())});
    } else {
      if (!body().captures.empty()) fail(argument.getLoc(), "a placeholder comes after a captured tensor");
      ++body().arguments;
    }
  }

  void readVariable(mlir::BlockArgument argument, const TensorSpec &spec, mlir::StringAttr value) {
    const auto name = function_.getArgAttrOfType<mlir::StringAttr>(argument.getArgNumber(), "burin.variable");
    runtime::BufferRef initial;
    if (value) initial = valueOf(spec, value.getValue(), argument.getLoc()).impl()->buffer;
    std::vector<std::int64_t> extents(spec.shape.begin(), spec.shape.end());
    body().variables.push_back(std::make_shared<runtime::VariableState>(name.str(), spec.dtype, std::move(extents), std::move(initial)));
  }

  // --- operations, in the order in which they were recorded ---

  void readOperations() {
    for (mlir::Operation &op : block().without_terminator()) found_.push_back({nameIn(op.getLoc()), &op, 0});
  }

  void readOrder() {
    auto order = function_->getAttrOfType<mlir::DenseI64ArrayAttr>("burin.order");
    std::vector<std::size_t> at(found_.size(), found_.size()); // by number
    for (std::size_t i = 0; i < found_.size(); ++i) {
      if (order && static_cast<std::size_t>(order.size()) != found_.size())
        fail(function_.getLoc(), "burin.order has another number of operations");
      const std::size_t number = order ? static_cast<std::size_t>(order[static_cast<std::ptrdiff_t>(i)]) : i;
      if (number >= at.size() || at[number] != found_.size()) fail(function_.getLoc(), "burin.order is no order");
      at[number] = i;
    }
    for (std::size_t i : at) graph_.add({std::move(found_[i].name), found_[i].op, found_[i].placeholder, GraphRecords::kNotRecorded});
    for (unsigned i = 0; i < graph_.placeholders.size(); ++i)
      if (graph_.items[graph_.placeholders[i]].placeholder != i) fail(function_.getLoc(), "burin.order exchanges placeholders");
  }

  /// Names are unique, as are those of scopes.
  void readNames() {
    for (const GraphRecords::Item &item : graph_.items)
      if (!NameTable::is_valid(item.name) || body().names.has(item.name) || body().names.unique(item.name) != item.name)
        fail(locationOf(item), "'" + item.name + "' is no name, or that of another operation, too");
    for (const GraphRecords::Item &item : graph_.items)
      for (std::size_t end = item.name.find('/'); end != std::string::npos; end = item.name.find('/', end + 1))
        if (const std::string scope = item.name.substr(0, end); !body().names.has(scope)) body().names.unique(scope);
  }

  mlir::Location locationOf(const GraphRecords::Item &item) {
    return item.op ? item.op->getLoc() : block().getArgument(item.placeholder).getLoc();
  }

  OperationId named(mlir::Attribute name, mlir::Location place) {
    const auto text = mlir::dyn_cast_or_null<mlir::StringAttr>(name);
    const auto entry = text ? graph_.by_name.find(text.str()) : graph_.by_name.end();
    if (entry == graph_.by_name.end()) fail(place, "it refers to an operation that it doesn't have");
    return entry->second;
  }

  // --- control dependencies ---

  void readDependencies() {
    for (OperationId id = 0; id < graph_.items.size(); ++id) {
      mlir::Operation *op = graph_.items[id].op;
      if (!op) continue;
      if (auto after = op->getAttrOfType<mlir::ArrayAttr>("burin.after"))
        for (mlir::Attribute name : after) graph_.after[id].push_back(named(name, op->getLoc()));
    }
    requireNoCycle();
    readInitializers();
  }

  /// Takes away, again and again, what nothing that is left comes before.
  void requireNoCycle() {
    std::vector<std::vector<OperationId>> next(graph_.items.size());
    std::vector<std::size_t> open(graph_.items.size());
    const auto add = [&](OperationId before, OperationId id) {
      next[before].push_back(id);
      ++open[id];
    };
    for (OperationId id = 0; id < graph_.items.size(); ++id) {
      if (graph_.items[id].op)
        for (mlir::Value value : readValues(graph_.items[id].op))
          if (value.getDefiningOp()) add(graph_.makerOf(value), id);
      if (const auto after = graph_.after.find(id); after != graph_.after.end())
        for (OperationId before : after->second) add(before, id);
    }
    std::vector<OperationId> ready;
    for (OperationId id = 0; id < graph_.items.size(); ++id)
      if (open[id] == 0) ready.push_back(id);
    std::size_t done = 0;
    for (; !ready.empty(); ++done) {
      const OperationId id = ready.back();
      ready.pop_back();
      for (OperationId each : next[id])
        if (--open[each] == 0) ready.push_back(each);
    }
    if (done == graph_.items.size()) return;
    const auto first = std::find_if(open.begin(), open.end(), [](std::size_t count) { return count != 0; });
    const GraphRecords::Item &item = graph_.items[static_cast<std::size_t>(first - open.begin())];
    fail(locationOf(item), "'" + item.name + "' comes after itself by control dependencies");
  }

  void readInitializers() {
    const std::size_t first = body().arguments + body().captures.size();
    std::vector<std::pair<OperationId, std::shared_ptr<runtime::VariableState>>> own;
    for (std::size_t i = 0; i < body().variables.size(); ++i) {
      const mlir::BlockArgument argument = block().getArgument(static_cast<unsigned>(first + i));
      const auto name = function_.getArgAttr(argument.getArgNumber(), "burin.initializer");
      if (!name) continue;
      const OperationId id = named(name, argument.getLoc());
      auto assign = mlir::dyn_cast_or_null<compiler::AssignOp>(graph_.items[id].op);
      if (!assign || assign.getVariable() != argument) fail(argument.getLoc(), "its initializer doesn't assign to it");
      own.emplace_back(id, body().variables[i]);
    }
    std::sort(own.begin(), own.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    for (auto &[id, variable] : own) {
      initializers.push_back(id);
      variables.push_back(variable);
    }
    for (const auto &variable : body().variables)
      if (std::find(variables.begin(), variables.end(), variable) == variables.end()) variables.push_back(variable);
  }

  // --- effects ---

  void readEffects() {
    llvm::SmallVector<compiler::RuntimeCallInterface> calls; // no exception may cross the walk
    function_.walk([&](compiler::RuntimeCallInterface call) { calls.push_back(call); });
    for (compiler::RuntimeCallInterface call : calls) {
      const auto code = call->getAttrOfType<mlir::StringAttr>("burin.effect");
      if (!code || call->getNumResults() != 0) fail(call.getLoc(), "an effect lacks its code");
      std::vector<runtime::CheckedTensor> tensors;
      for (mlir::Value tensor : call.getTensors()) {
        const TensorSpec spec = specOf(tensor.getType());
        tensors.push_back({spec.dtype, {spec.shape.begin(), spec.shape.end()}});
      }
      if (tensors.size() != call->getNumOperands()) fail(call.getLoc(), "an effect keeps values of variables");
      const auto site = runtime::decode_site(code.getValue(), call->getName().stripDialect(), std::move(tensors));
      if (auto print = mlir::dyn_cast<compiler::PrintOp>(call.getOperation())) print.setMayFail(runtime::may_fail_by_itself(*site));
      call->setAttr("site", mlir::Builder(call.getContext()).getI64IntegerAttr(static_cast<std::int64_t>(impl_.sites.size())));
      impl_.sites.push_back(site);
    }
  }

  // --- the end ---

  void addResults() {
    mlir::Operation *end = block().getTerminator();
    const std::vector<mlir::Value> results(end->operand_begin(), end->operand_end());
    const mlir::Location place = end->getLoc();
    end->erase();
    impl_.builder = mlir::OpBuilder(&impl_.context());
    impl_.builder.setInsertionPointToEnd(&block());
    std::vector<OperationId> effects;
    for (OperationId id = 0; id < graph_.items.size(); ++id)
      if (mlir::Operation *op = graph_.items[id].op; op && !mlir::isMemoryEffectFree(op) && !mlir::isa<compiler::ReadOp>(op))
        effects.push_back(id);
    for (mlir::Value result : results) {
      mlir::OperationState state(place, "burin.identity", result, result.getType(), {});
      const auto id = static_cast<OperationId>(graph_.items.size());
      impl_.nameOperation(impl_.builder.create(state), "result", {});
      graph_.items.back().first_result = GraphRecords::kNotRecorded;
      if (!effects.empty()) graph_.after[id] = effects;
    }
  }

  /// All others were read, or are not known.
  void removeAttributes() {
    const auto none = mlir::DictionaryAttr::get(&impl_.context());
    function_.walk([&](mlir::Operation *op) { op->setDiscardableAttrs(none); });
    function_.removeArgAttrsAttr();
    function_.removeResAttrsAttr();
  }

  struct Found {
    std::string name;
    mlir::Operation *op;
    unsigned placeholder;
  };

  Trace::Impl &impl_;
  GraphRecords &graph_;
  mlir::func::FuncOp function_;
  bool from_file_;
  std::vector<Found> found_; // in the order of the function
};

} // namespace

GraphOfModule read_graph(std::unique_ptr<compiler::Module, void (*)(compiler::Module *)> module, std::optional<TraceParts> parts) {
  GraphTrace trace(module->functionName());
  Trace::Impl &impl = trace.trace()->impl();
  impl.module = std::move(module);
  GraphReader reader(impl, std::move(parts));
  reader.read();
  return {std::move(trace), std::move(reader.variables), std::move(reader.initializers)};
}

} // namespace burin::detail
