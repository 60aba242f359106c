// What of a traced function can be fetched: the names and lines are in the locations that the trace gave to its ops.
#include "lib/trace/FunctionTensors.h"
#include "lib/trace/TraceImpl.h"

namespace burin::detail {

std::string nameIn(mlir::Location location) {
  const auto label = mlir::dyn_cast<mlir::NameLoc>(location);
  const auto name = label ? mlir::dyn_cast<mlir::NameLoc>(label.getChildLoc()) : mlir::NameLoc();
  return name ? name.getName().str() : std::string();
}

static mlir::func::FuncOp functionOf(const compiler::Module &module) { return *module.op().getOps<mlir::func::FuncOp>().begin(); }

/// Calls `visit(value, its op's name, the number among the op's results, how many it has)` for each tensor that has a name.
template <class Visit> static void visitTensors(mlir::func::FuncOp function, Visit visit) {
  for (mlir::BlockArgument argument : function.getArguments())
    if (mlir::isa<mlir::RankedTensorType>(argument.getType())) visit(argument, nameIn(argument.getLoc()), 0u, 1u);
  function.getBody().walk<mlir::WalkOrder::PreOrder>([&](mlir::Operation *op) {
    for (mlir::OpResult result : op->getResults()) visit(result, nameIn(op->getLoc()), result.getResultNumber(), op->getNumResults());
  });
}

static TensorInfo infoOf(mlir::Value value, std::string name) {
  const auto type = mlir::cast<mlir::RankedTensorType>(value.getType());
  TensorInfo info{std::move(name),
                  dtypeOf(type.getElementType()),
                  Shape(std::span<const std::int64_t>(type.getShape().data(), type.getShape().size())),
                  {},
                  0};
  if (const auto place = value.getLoc()->findInstanceOf<mlir::FileLineColLoc>()) {
    const llvm::StringRef file = place.getFilename().getValue();
    info.file = file.substr(file.rfind('/') + 1).str();
    info.line = place.getLine();
  }
  return info;
}

std::vector<TracedTensor> tensorsOf(mlir::func::FuncOp function) {
  mlir::Block *body = &function.getBody().front();
  std::vector<TracedTensor> tensors;
  std::size_t number = 0;
  visitTensors(function, [&](mlir::Value value, std::string name, unsigned output, unsigned outputs) {
    const std::size_t own = number++;
    if (name.empty()) return;
    if (outputs > 1) name += ":" + std::to_string(output);
    tensors.push_back({infoOf(value, std::move(name)), own, value.getParentBlock() != body});
  });
  return tensors;
}

std::vector<mlir::Value> valuesOf(mlir::func::FuncOp function) {
  std::vector<mlir::Value> values;
  visitTensors(function, [&](mlir::Value value, const std::string &, unsigned, unsigned) { values.push_back(value); });
  return values;
}

std::vector<TracedTensor> tensors_of(const compiler::Module &module) { return tensorsOf(functionOf(module)); }

void append_results(compiler::Module &module, std::span<const std::size_t> numbers) {
  mlir::func::FuncOp function = functionOf(module);
  const std::vector<mlir::Value> values = valuesOf(function);
  mlir::Operation *terminator = function.getBody().front().getTerminator();
  llvm::SmallVector<mlir::Value> results(terminator->getOperands());
  for (std::size_t number : numbers) results.push_back(values[number]);
  terminator->setOperands(results);
  mlir::MLIRContext *context = function.getContext();
  function.setType(mlir::FunctionType::get(context, function.getArgumentTypes(), mlir::ValueRange(results).getTypes()));
}

} // namespace burin::detail
