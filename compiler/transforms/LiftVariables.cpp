// Turns variables into values. Reads become the value at that place of the program, and the last assignments become
// results of the function, so that all that follows sees pure tensor code.
//
//   func @step(%w: !burin.variable<tensor<4xf32>> {burin.variable = "w"}) {
//     %0 = burin.read %w ; %1 = burin.square %0 ; burin.assign %w, %1 ; return }
// ->
//   func @step(%w: tensor<4xf32> {burin.variable = "w"}) -> tensor<4xf32> attributes {burin.updates = array<i64: 0>} {
//     %1 = burin.square %w ; return %1 }
//
// `burin.updates` gives, for each result that was added, the argument that it updates.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace burin::compiler {
namespace {

struct LiftVariables : PassWrapper<LiftVariables, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LiftVariables)
  StringRef getArgument() const override { return "burin-lift-variables"; }
  StringRef getDescription() const override { return "turn variables into arguments and results"; }

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isDeclaration() || llvm::none_of(function.getArgumentTypes(), llvm::IsaPred<VariableType>)) return;
    Block &body = function.getBody().front();
    llvm::DenseMap<Value, Value> current; // variable -> its value here
    for (BlockArgument argument : body.getArguments()) {
      auto variable = dyn_cast<VariableType>(argument.getType());
      if (!variable) continue;
      argument.setType(variable.getTensor()); // from here on the ops' typed accessors don't fit any more
      current[argument] = argument;
    }
    llvm::SetVector<Value> written;
    for (Operation &op : llvm::make_early_inc_range(body)) {
      if (isa<ReadOp>(op)) {
        op.getResult(0).replaceAllUsesWith(current[op.getOperand(0)]);
        op.erase();
      } else if (isa<AssignOp>(op)) {
        current[op.getOperand(0)] = op.getOperand(1);
        written.insert(op.getOperand(0));
        op.erase();
      }
    }
    appendResults(function, written.getArrayRef(), current);
  }

  void appendResults(func::FuncOp function, ArrayRef<Value> written, llvm::DenseMap<Value, Value> &current) {
    Block &body = function.getBody().front();
    SmallVector<std::pair<int64_t, Value>> updates;
    for (Value variable : written) updates.emplace_back(cast<BlockArgument>(variable).getArgNumber(), current[variable]);
    llvm::sort(updates, llvm::less_first());
    SmallVector<int64_t> arguments;
    auto terminator = cast<func::ReturnOp>(body.getTerminator());
    for (auto &[argument, value] : updates) {
      arguments.push_back(argument);
      terminator.getOperandsMutable().append(value);
    }
    function.setType(FunctionType::get(&getContext(), body.getArgumentTypes(), terminator.getOperandTypes()));
    function->setAttr("burin.updates", DenseI64ArrayAttr::get(&getContext(), arguments));
  }
};

} // namespace

std::unique_ptr<Pass> createLiftVariablesPass() { return std::make_unique<LiftVariables>(); }

} // namespace burin::compiler
