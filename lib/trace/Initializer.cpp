// Variables that are made while a function is traced for the first time: what their initial values are made of.
#include "lib/api/Errors.h"
#include "lib/trace/Script.h"
#include "lib/trace/TraceImpl.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace burin::detail {

void Trace::admit_variable(std::string_view variable, std::source_location location) {
  if (!variables_allowed_)
    throw_error<TraceError>("variable", location, "'", variable, "' is made while function '", name(),
                            "' is traced again: a function makes variables on its first trace only, and keeps them outside of the lambda; "
                            "or make it outside and capture it by reference");
  made_variables_ = true;
}

namespace {

/// What a value is made of, and the first thing in it that is known only when the function runs.
class Slice {
public:
  Slice(FunctionBody &body) : body(body) {}

  bool add(mlir::Value value) {
    if (auto argument = mlir::dyn_cast<mlir::BlockArgument>(value)) return addArgument(argument);
    mlir::Operation *op = value.getDefiningOp();
    if (ops.contains(op)) return true;
    if (!isPure(op)) return fail(op->getLoc());
    bool known = true;
    op->walk([&](mlir::Operation *inner) {
      for (mlir::Value operand : inner->getOperands())
        if (known && !op->isAncestor(operand.getParentBlock()->getParentOp())) known = add(operand);
    });
    ops.insert(op);
    return known;
  }

  llvm::SetVector<mlir::Operation *> ops; ///< what an op needs comes before it
  llvm::SetVector<mlir::Value> captures;
  llvm::SetVector<mlir::func::FuncOp> callees;
  std::string culprit;

private:
  /// A call is as pure as what it calls, which is then needed, too.
  bool isPure(mlir::Operation *op) {
    auto call = mlir::dyn_cast<mlir::func::CallOp>(op);
    if (!call) return mlir::isMemoryEffectFree(op);
    auto callee = op->getParentOfType<mlir::ModuleOp>().lookupSymbol<mlir::func::FuncOp>(call.getCallee());
    if (!callees.insert(callee)) return true;
    return !callee
                .walk([&](mlir::Operation *inner) {
                  const bool isStructure = mlir::isa<mlir::func::FuncOp, mlir::func::ReturnOp>(inner);
                  return isStructure || isPure(inner) ? mlir::WalkResult::advance() : mlir::WalkResult::interrupt();
                })
                .wasInterrupted();
  }
  bool addArgument(mlir::BlockArgument argument) {
    const std::size_t number = argument.getArgNumber();
    const bool isCapture =
        argument.getOwner() == &body.block() && number >= body.arguments && number < body.arguments + body.captures.size();
    if (!isCapture || !body.captures[number - body.arguments].concrete.defined()) return fail(argument.getLoc());
    captures.insert(argument);
    return true;
  }
  bool fail(mlir::Location location) {
    const auto name = mlir::dyn_cast<mlir::NameLoc>(location);
    culprit = name ? name.getName().str() : "a value";
    if (const auto place = location->findInstanceOf<mlir::FileLineColLoc>())
      culprit += " (at " + llvm::sys::path::filename(place.getFilename()).str() + ":" + std::to_string(place.getLine()) + ")";
    return false;
  }

  FunctionBody &body;
};

} // namespace

Trace::Initializer Trace::initializer(const Tensor &value, std::string_view variable, std::source_location location) {
  impl_->requireOpen("variable", location);
  if (is_dynamic_) return script_->initializer(*this, value, variable, location);
  const mlir::Value root = impl_->valueOf(*this, value, "variable", location);
  Slice slice(impl_->body());
  if (!slice.add(root))
    throw_error<TraceError>("variable", location, "the initial value of '", variable, "' depends on ", slice.culprit,
                            ", which is known only when function '", name(),
                            "' runs: make it from constants, or make the variable outside");
  mlir::OpBuilder builder(&impl_->context());
  const mlir::Location place = sourceLocation(impl_->context(), "variable", location);
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(builder, place);
  builder.setInsertionPointToEnd(module->getBody());
  const auto types = llvm::map_to_vector(slice.captures, [](mlir::Value capture) { return capture.getType(); });
  auto function = mlir::func::FuncOp::create(builder, place, "initial_value", builder.getFunctionType(types, root.getType()));
  mlir::Block *block = function.addEntryBlock();
  builder.setInsertionPointToEnd(block);
  mlir::IRMapping mapping;
  Initializer result;
  for (const auto [capture, argument] : llvm::zip(slice.captures, block->getArguments())) {
    mapping.map(capture, argument);
    const std::size_t number = mlir::cast<mlir::BlockArgument>(capture).getArgNumber() - impl_->body().arguments;
    result.captures.push_back(impl_->body().captures[number].concrete);
  }
  for (mlir::Operation *op : slice.ops) builder.clone(*op, mapping);
  mlir::func::ReturnOp::create(builder, place, mapping.lookup(root));
  builder.setInsertionPointToEnd(module->getBody());
  for (mlir::func::FuncOp callee : slice.callees) builder.clone(*callee);
  llvm::raw_string_ostream stream(result.bytecode);
  if (failed(mlir::writeBytecodeToFile(*module, stream)))
    throw_error<CompileError>("variable", location, "the initial value of '", variable, "' can't be written as bytecode");
  return result;
}

} // namespace burin::detail
