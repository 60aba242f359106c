// Turns variables into values. Reads become the value at that place of the program, and the last assignments become
// results of the function, so that all that follows sees pure tensor code.
//
//   func @step(%w: !burin.variable<tensor<4xf32>> {burin.variable = "w"}) {
//     %0 = burin.read %w ; %1 = burin.square %0 ; burin.assign %w, %1 ; return }
// ->
//   func @step(%w: tensor<4xf32> {burin.variable = "w"}) -> tensor<4xf32> attributes {burin.updates = array<i64: 0>} {
//     %1 = burin.square %w ; return %1 }
//
// `burin.updates` gives, for each result that was added, the argument that it updates. Ops that may fail get the values that
// these variables have where they stand (FailureInterface).
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
    const SmallVector<BlockArgument> written = writtenVariables(body);
    for (Operation &op : llvm::make_early_inc_range(body)) {
      if (isa<ReadOp>(op)) {
        op.getResult(0).replaceAllUsesWith(current[op.getOperand(0)]);
        op.erase();
      } else if (isa<AssignOp>(op)) {
        current[op.getOperand(0)] = op.getOperand(1);
        op.erase();
      } else if (auto failure = dyn_cast<FailureInterface>(op); failure && mayEndCall(&op)) {
        for (BlockArgument variable : written) failure.getStateMutable().append(current[variable]);
      }
    }
    appendResults(function, written, current);
  }

  // In the order of the arguments.
  static SmallVector<BlockArgument> writtenVariables(Block &body) {
    llvm::SmallSetVector<BlockArgument, 8> found;
    for (auto assign : body.getOps<AssignOp>()) found.insert(cast<BlockArgument>(assign->getOperand(0)));
    SmallVector<BlockArgument> written = found.takeVector();
    llvm::sort(written, [](BlockArgument a, BlockArgument b) { return a.getArgNumber() < b.getArgNumber(); });
    return written;
  }

  void appendResults(func::FuncOp function, ArrayRef<BlockArgument> written, llvm::DenseMap<Value, Value> &current) {
    Block &body = function.getBody().front();
    SmallVector<int64_t> arguments;
    auto terminator = cast<func::ReturnOp>(body.getTerminator());
    for (BlockArgument variable : written) {
      arguments.push_back(variable.getArgNumber());
      terminator.getOperandsMutable().append(current[variable]);
    }
    function.setType(FunctionType::get(&getContext(), body.getArgumentTypes(), terminator.getOperandTypes()));
    function->setAttr("burin.updates", DenseI64ArrayAttr::get(&getContext(), arguments));
  }
};

} // namespace

std::unique_ptr<Pass> createLiftVariablesPass() { return std::make_unique<LiftVariables>(); }

} // namespace burin::compiler
