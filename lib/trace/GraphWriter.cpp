// A graph as the module that a file holds (GraphModule.h).
#include "lib/api/Errors.h"
#include "lib/trace/GraphModule.h"
#include "lib/trace/StepsModule.h"
#include "lib/trace/TraceImpl.h"
#include "mlir/Bytecode/BytecodeWriter.h"

namespace burin::detail {

namespace {

class GraphWriter {
public:
  GraphWriter(Trace::Impl &impl, std::span<const OperationId> initializers, std::source_location location)
      : impl_(impl), graph_(*impl.graph), body_(impl.functions.front()), initializers_(initializers), location_(location),
        copy_(mlir::cast<mlir::ModuleOp>(impl.module->op()->clone())), b_(&impl.context()) {
    function_ = *copy_->getOps<mlir::func::FuncOp>().begin();
  }

  std::string write(ModuleForm form) {
    mlir::Block &block = function_.getBody().front();
    b_.setInsertionPointToEnd(&block);
    mlir::func::ReturnOp::create(b_, b_.getUnknownLoc());
    function_.setFunctionType(b_.getFunctionType(block.getArgumentTypes(), {}));
    addOrder();
    addDependencies();
    addCaptures();
    addVariables();
    addEffects();
    std::string text;
    llvm::raw_string_ostream stream(text);
    if (form == ModuleForm::Text) copy_->print(stream, mlir::OpPrintingFlags().enableDebugInfo());
    else if (failed(mlir::writeBytecodeToFile(*copy_, stream, bytecodeConfig())))
      throw_error<CompileError>("save_graph", location_, "the graph can't be written");
    return text;
  }

private:
  /// The version that compiler/pipeline/BytecodeCheck.cpp reads.
  static mlir::BytecodeWriterConfig bytecodeConfig() {
    mlir::BytecodeWriterConfig config;
    config.setDesiredBytecodeVersion(2);
    return config;
  }

  /// For each argument and operation in the order of the function, its number.
  void addOrder() {
    std::vector<std::int64_t> order(graph_.placeholders.begin(), graph_.placeholders.end());
    for (mlir::Operation &op : body_.block()) order.push_back(graph_.ids.lookup(&op));
    if (!std::is_sorted(order.begin(), order.end())) function_->setAttr("burin.order", b_.getDenseI64ArrayAttr(order));
  }

  void addDependencies() {
    // The copy has the operations in the same order, and then the return.
    for (auto [op, copied] : llvm::zip_first(body_.block(), function_.getBody().front())) {
      const auto found = graph_.after.find(graph_.ids.lookup(&op));
      if (found == graph_.after.end()) continue;
      llvm::SmallVector<llvm::StringRef> names;
      for (OperationId id : found->second) names.push_back(graph_.items[id].name);
      copied.setAttr("burin.after", b_.getStrArrayAttr(names));
    }
  }

  void addCaptures() {
    for (const auto &[i, capture] : llvm::enumerate(body_.captures)) {
      const TensorImpl &impl = *capture.concrete.impl();
      setValue(body_.arguments + i, impl.data, checked_bytes(impl.dtype, impl.shape, "save_graph", location_));
    }
  }

  void addVariables() {
    const std::size_t first = body_.arguments + body_.captures.size();
    for (const auto &[i, variable] : llvm::enumerate(body_.variables)) {
      function_.setArgAttr(static_cast<unsigned>(first + i), "burin.variable", b_.getStringAttr(variable->name()));
      if (const runtime::BufferRef value = variable->read()) setValue(first + i, value->data(), value->bytes());
    }
    for (OperationId id : initializers_) {
      auto assign = mlir::cast<compiler::AssignOp>(graph_.items[id].op);
      const unsigned argument = mlir::cast<mlir::BlockArgument>(assign.getVariable()).getArgNumber();
      function_.setArgAttr(argument, "burin.initializer", b_.getStringAttr(graph_.items[id].name));
    }
  }

  void setValue(std::size_t argument, const void *data, std::size_t bytes) {
    function_.setArgAttr(static_cast<unsigned>(argument), "burin.value",
                         b_.getStringAttr(llvm::StringRef(static_cast<const char *>(data), bytes)));
  }

  void addEffects() {
    llvm::SmallVector<compiler::RuntimeCallInterface> calls; // no exception may cross the walk
    function_.walk([&](compiler::RuntimeCallInterface call) { calls.push_back(call); });
    for (compiler::RuntimeCallInterface call : calls) {
      const std::string code = impl_.sites[call.getSite()]->encode();
      if (code.empty())
        throw_error<Error>("save_graph", location_, call->getName().stripDialect().str(), " (at ", compiler::describePlace(call.getLoc()),
                           ") calls a function of the program, which a file can't hold: leave it out of the graph, or save one that it is "
                           "no part of");
      call->setAttr("burin.effect", b_.getStringAttr(code));
    }
  }

  Trace::Impl &impl_;
  GraphRecords &graph_;
  FunctionBody &body_;
  std::span<const OperationId> initializers_;
  std::source_location location_;
  mlir::OwningOpRef<mlir::ModuleOp> copy_;
  mlir::func::FuncOp function_;
  mlir::OpBuilder b_;
};

} // namespace

std::string write_graph(const GraphTrace &graph, std::span<const OperationId> initializers, ModuleForm form,
                        std::source_location location) {
  if (graph.is_dynamic()) return write_steps(graph, initializers, form, location);
  return GraphWriter(graph.trace()->impl(), initializers, location).write(form);
}

} // namespace burin::detail
