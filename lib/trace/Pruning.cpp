// Makes a function of the part of a graph that one run needs:
//
//   graph(%x, %y) { %0 = add %x, %y ; print %0 ; %1 = exp %0 ; %2 = log %y }
//   results [%1], feeds [%0]  ->  func @graph(%0) { %1 = exp %0 ; return %1 }
//
// Operations keep the order in which they were recorded, except where a control dependency wants another one.
#include "lib/api/Errors.h"
#include "lib/trace/TraceImpl.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/IRMapping.h"
#include <algorithm>
#include <set>

namespace burin::detail {

namespace {

class Pruner {
public:
  Pruner(const GraphTrace &trace, GraphRecords &graph, FunctionBody &body, const PruneRequest &request)
      : trace_(trace), graph_(graph), body_(body), request_(request) {}

  /// The name of a placeholder that is needed and not fed, and of what needs it; else empty.
  std::pair<std::string, std::string> collect() {
    for (const GraphValue &feed : request_.feeds) fed_.insert(value(feed));
    for (const auto &result : request_.results)
      if (const auto *wanted = std::get_if<GraphValue>(&result)) require(value(*wanted), wanted->operation);
    for (OperationId effect : request_.effects) require(effect);
    while (!open_.empty() && unfed_.first.empty()) {
      const OperationId id = open_.back();
      open_.pop_back();
      for (mlir::Value operand : readValues(graph_.items[id].op)) require(operand, id);
      for (OperationId before : after(id)) require(before);
    }
    return unfed_;
  }

  PrunedGraph build(mlir::ModuleOp module, llvm::StringRef name, const EffectSites &sites) {
    mlir::MLIRContext *context = module.getContext();
    mlir::OpBuilder b(context);
    b.setInsertionPointToEnd(module.getBody());
    auto function = mlir::func::FuncOp::create(b, b.getUnknownLoc(), name, b.getFunctionType({}, {}));
    mlir::Block *block = function.addEntryBlock();
    b.setInsertionPointToEnd(block);
    addArguments(*block);
    for (OperationId id : needed_) emit(id, b, sites);
    llvm::SmallVector<mlir::Value> results;
    for (const auto &result : request_.results) {
      if (const auto *wanted = std::get_if<GraphValue>(&result)) results.push_back(mapping_.lookup(value(*wanted)));
      else results.push_back(compiler::ReadOp::create(b, b.getUnknownLoc(), variable(*block, std::get<1>(result))));
    }
    mlir::func::ReturnOp::create(b, b.getUnknownLoc(), results);
    function.setFunctionType(b.getFunctionType(block->getArgumentTypes(), mlir::ValueRange(results).getTypes()));
    const std::size_t first = block->getNumArguments() - made_.variables.size();
    for (std::size_t i = 0; i < made_.variables.size(); ++i)
      function.setArgAttr(static_cast<unsigned>(first + i), "burin.variable", b.getStringAttr(made_.variables[i]->name()));
    return std::move(made_);
  }

private:
  mlir::Value value(const GraphValue &value) {
    const GraphRecords::Item &item = graph_.items[value.operation];
    return item.op ? mlir::Value(item.op->getResult(value.output)) : mlir::Value(body_.block().getArgument(item.placeholder));
  }
  std::span<const OperationId> after(OperationId id) const {
    const auto found = graph_.after.find(id);
    return found == graph_.after.end() ? std::span<const OperationId>() : found->second;
  }

  void require(OperationId id) {
    if (graph_.items[id].op && needed_.insert(id).second) open_.push_back(id);
  }
  void require(mlir::Value value, OperationId reader) {
    if (fed_.contains(value)) return;
    auto argument = mlir::dyn_cast<mlir::BlockArgument>(value);
    if (!argument) return require(graph_.makerOf(value));
    const std::size_t number = argument.getArgNumber();
    if (number < body_.arguments) unfed_ = {trace_.name_of(graph_.placeholders[number]), trace_.name_of(reader)};
    else if (number < body_.arguments + body_.captures.size()) captures_.insert(number - body_.arguments);
    else variables_.insert(number - body_.arguments - body_.captures.size());
  }

  void addArguments(mlir::Block &block) {
    for (const GraphValue &feed : request_.feeds) addArgument(block, value(feed));
    for (std::size_t i : captures_) {
      addArgument(block, body_.block().getArgument(static_cast<unsigned>(body_.arguments + i)));
      made_.captures.push_back(body_.captures[i].concrete);
    }
    for (std::size_t i : variables_) {
      addArgument(block, body_.block().getArgument(static_cast<unsigned>(body_.arguments + body_.captures.size() + i)));
      made_.variables.push_back(body_.variables[i]);
    }
  }
  void addArgument(mlir::Block &block, mlir::Value value) { mapping_.map(value, block.addArgument(value.getType(), value.getLoc())); }

  /// The argument for a variable that is fetched.
  mlir::Value variable(mlir::Block &block, const PruneRequest::Variable &state) {
    const auto found = std::find(made_.variables.begin(), made_.variables.end(), state);
    const auto index = static_cast<std::size_t>(found - made_.variables.begin());
    if (found != made_.variables.end())
      return block.getArgument(static_cast<unsigned>(block.getNumArguments() - made_.variables.size() + index));
    made_.variables.push_back(state);
    mlir::MLIRContext &context = *block.getParentOp()->getContext();
    const mlir::Type type = compiler::VariableType::get(&context, tensorType(context, state->dtype(), state->extents()));
    return block.addArgument(type, mlir::UnknownLoc::get(&context));
  }

  /// `root` and, before it, those that it needs and that are still to come. No recursion: graphs may be deep.
  void emit(OperationId root, mlir::OpBuilder &b, const EffectSites &sites) {
    std::vector<OperationId> stack{root};
    while (!stack.empty()) {
      const OperationId id = stack.back();
      const std::size_t size = stack.size();
      const auto want = [&](OperationId before) {
        if (needed_.contains(before) && !emitted_.contains(before)) stack.push_back(before);
      };
      if (!emitted_.contains(id)) {
        for (mlir::Value operand : readValues(graph_.items[id].op))
          if (!fed_.contains(operand) && operand.getDefiningOp()) want(graph_.makerOf(operand));
        for (OperationId before : after(id)) want(before);
        if (stack.size() > size) continue;
        clone(id, b, sites);
      }
      stack.pop_back();
    }
  }

  void clone(OperationId id, mlir::OpBuilder &b, const EffectSites &sites) {
    emitted_.insert(id);
    mlir::Operation *op = graph_.items[id].op;
    // What is fed stays fed where the operation runs for another output, or as an effect.
    llvm::SmallVector<std::pair<mlir::Value, mlir::Value>> kept;
    for (mlir::Value result : op->getResults())
      if (fed_.contains(result)) kept.emplace_back(result, mapping_.lookup(result));
    mlir::Operation *copy = b.clone(*op, mapping_);
    for (auto [result, feed] : kept) mapping_.map(result, feed);
    copy->walk([&](compiler::RuntimeCallInterface call) {
      const std::size_t site = call.getSite();
      call->setAttr("site", b.getI64IntegerAttr(static_cast<std::int64_t>(made_.sites.size())));
      made_.sites.push_back(sites[site]);
    });
  }

  const GraphTrace &trace_;
  GraphRecords &graph_;
  FunctionBody &body_;
  const PruneRequest &request_;
  llvm::DenseSet<mlir::Value> fed_;
  std::set<OperationId> needed_;
  std::vector<OperationId> open_; // needed, its operands not yet looked at
  std::set<std::size_t> captures_, variables_;
  std::pair<std::string, std::string> unfed_;
  llvm::DenseSet<OperationId> emitted_;
  mlir::IRMapping mapping_;
  PrunedGraph made_;
};

} // namespace

PrunedGraph GraphTrace::prune(const PruneRequest &request, std::source_location location) const {
  Trace::Impl &impl = *trace_->impl_;
  Pruner pruner(*this, *impl.graph, impl.functions.front(), request);
  if (const auto [unfed, reader] = pruner.collect(); !unfed.empty()) {
    const OperationInfo info = operation(*find(unfed));
    throw_error<Error>("run", location, "placeholder '", unfed, "' ", detail::describe(info.outputs[0].dtype, info.outputs[0].shape),
                       " (at ", info.place, ") needs a feed", unfed == reader ? std::string() : ": '" + reader + "' reads it");
  }
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(mlir::UnknownLoc::get(&impl.context()));
  PrunedGraph pruned = pruner.build(*module, impl.name, impl.sites);
  llvm::raw_string_ostream stream(pruned.bytecode);
  if (failed(mlir::writeBytecodeToFile(*module, stream))) throw_error<CompileError>("run", location, "the graph can't be written");
  return pruned;
}

} // namespace burin::detail
