// Turns variables into values. Reads become the value at that place of the program, and the last assignments become
// results of the function, so that all that follows sees pure tensor code.
//
//   func @step(%w: !burin.variable<tensor<4xf32>> {burin.variable = "w"}) {
//     %0 = burin.read %w ; %1 = burin.square %0 ; burin.assign %w, %1 ; return }
// ->
//   func @step(%w: tensor<4xf32> {burin.variable = "w"}) -> tensor<4xf32> attributes {burin.updates = array<i64: 0>} {
//     %1 = burin.square %w ; return %1 }
//
// `burin.updates` gives, for each result that was added, the argument that it updates. A variable that a branch assigns
// becomes one more result of the branch; one that a loop assigns, one more entry of its state. A loop whose test assigns
// variables is turned round first: the test runs before the loop and at the end of its body. Ops that may fail get the values
// that the variables have where they stand (FailureInterface).
#include "compiler/dialect/BurinDialect.h"
#include "compiler/transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace burin::compiler {
namespace {

YieldOp yieldOf(Block &block) { return cast<YieldOp>(block.getTerminator()); }

// Puts the test before the loop and at the end of its body; the loop carries what it gave.
void turnRound(WhileOp op) {
  OpBuilder b(op);
  auto cloneTest = [&](ValueRange state) {
    IRMapping mapping;
    mapping.map(op.testBlock().getArguments(), state);
    for (Operation &each : op.testBlock().without_terminator()) b.clone(each, mapping);
    return mapping.lookupOrDefault(yieldOf(op.testBlock()).getValues()[0]);
  };
  SmallVector<Value> inits(op.getInits());
  inits.push_back(cloneTest(op.getInits()));
  Type condition = inits.back().getType();
  auto turned = WhileOp::create(b, op.getLoc(), ValueRange(inits).getTypes(), inits);
  auto yield = yieldOf(op.bodyBlock());
  b.setInsertionPoint(yield);
  SmallVector<Value> next(yield.getValues());
  next.push_back(cloneTest(yield.getValues()));
  yield->setOperands(next);
  op.bodyBlock().addArgument(condition, op.getLoc());
  turned.getBody().takeBody(op.getBody());
  Block &test = turned.getTest().emplaceBlock();
  test.addArguments(ValueRange(inits).getTypes(), SmallVector<Location>(inits.size(), op.getLoc()));
  b.setInsertionPointToEnd(&test);
  YieldOp::create(b, op.getLoc(), ValueRange(test.getArguments().back()));
  op->replaceAllUsesWith(turned.getResults().drop_back());
  op->erase();
}

class VariableLifting {
public:
  explicit VariableLifting(func::FuncOp function) : function(function) {}

  void run() {
    Block &body = function.getBody().front();
    SmallVector<WhileOp> turned;
    function.walk([&](WhileOp op) {
      if (op.getTest().walk([](AssignOp) { return WalkResult::interrupt(); }).wasInterrupted()) turned.push_back(op);
    });
    llvm::for_each(turned, turnRound); // inner loops first, as walks go
    function.walk([&](AssignOp op) { noteWrite(op); });
    llvm::sort(updated, [](BlockArgument a, BlockArgument b) { return a.getArgNumber() < b.getArgNumber(); });
    for (BlockArgument argument : body.getArguments()) {
      auto variable = dyn_cast<VariableType>(argument.getType());
      if (!variable) continue;
      argument.setType(variable.getTensor()); // from here on the ops' typed accessors don't fit any more
      current[argument] = argument;
    }
    lift(body);
    appendResults();
  }

private:
  void noteWrite(AssignOp op) {
    Value variable = op->getOperand(0);
    Operation *around = op->getParentOp();
    while (around != function && written[around].insert(variable)) around = around->getParentOp();
    if (around == function && !llvm::is_contained(updated, variable)) updated.push_back(cast<BlockArgument>(variable));
  }

  void lift(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(block)) {
      if (isa<ReadOp>(op)) {
        op.getResult(0).replaceAllUsesWith(current[op.getOperand(0)]);
        op.erase();
      } else if (isa<AssignOp>(op)) {
        current[op.getOperand(0)] = op.getOperand(1);
        op.erase();
      } else if (op.getNumRegions() > 0) {
        liftRegions(&op);
      } else if (auto failure = dyn_cast<FailureInterface>(op); failure && mayEndCall(&op)) {
        for (BlockArgument variable : updated) failure.getStateMutable().append(current[variable]);
      }
    }
  }

  void liftRegions(Operation *op) {
    const SmallVector<Value> variables = written.lookup(op).takeVector();
    const SmallVector<Value> before = values(variables);
    const bool isLoop = isa<WhileOp, ForOp>(op);
    for (Region &region : op->getRegions()) {
      Block &block = region.front();
      setValues(variables, isLoop ? addArguments(block, before) : before);
      lift(block);
      const bool isTest = isa<WhileOp>(op) && region.getRegionNumber() == 0;
      if (!isTest) yieldOf(block)->insertOperands(block.getTerminator()->getNumOperands(), values(variables));
    }
    if (variables.empty()) return;
    setValues(variables, withResults(op, before, isLoop));
  }

  static SmallVector<Value> addArguments(Block &block, ArrayRef<Value> like) {
    SmallVector<Value> arguments;
    for (Value value : like) arguments.push_back(block.addArgument(value.getType(), value.getLoc()));
    return arguments;
  }

  // Replaces `op` by one with a result more for each of `before`, which start its state; gives these results.
  static SmallVector<Value> withResults(Operation *op, ArrayRef<Value> before, bool isLoop) {
    OpBuilder b(op);
    OperationState state(op->getLoc(), op->getName());
    state.addOperands(op->getOperands());
    if (isLoop) state.addOperands(before);
    state.addTypes(op->getResultTypes());
    state.addTypes(ValueRange(before).getTypes());
    state.addAttributes(op->getAttrs());
    for (Region &region : op->getRegions()) state.addRegion()->takeBody(region);
    Operation *larger = b.create(state);
    op->replaceAllUsesWith(larger->getResults().drop_back(before.size()));
    op->erase();
    return larger->getResults().take_back(before.size());
  }

  SmallVector<Value> values(ArrayRef<Value> variables) {
    return llvm::map_to_vector(variables, [&](Value variable) { return current[variable]; });
  }
  void setValues(ArrayRef<Value> variables, ArrayRef<Value> values) {
    for (auto [variable, value] : llvm::zip(variables, values)) current[variable] = value;
  }

  void appendResults() {
    Block &body = function.getBody().front();
    SmallVector<int64_t> arguments;
    auto terminator = cast<func::ReturnOp>(body.getTerminator());
    for (BlockArgument variable : updated) {
      arguments.push_back(variable.getArgNumber());
      terminator.getOperandsMutable().append(current[variable]);
    }
    MLIRContext *context = function.getContext();
    function.setType(FunctionType::get(context, body.getArgumentTypes(), terminator.getOperandTypes()));
    function->setAttr("burin.updates", DenseI64ArrayAttr::get(context, arguments));
  }

  func::FuncOp function;
  llvm::DenseMap<Value, Value> current;                           // variable -> its value here
  llvm::DenseMap<Operation *, llvm::SetVector<Value>> written; // the variables that an op's regions assign
  SmallVector<BlockArgument> updated;                           // those that the function assigns, in the order of arguments
};

struct LiftVariables : PassWrapper<LiftVariables, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LiftVariables)
  StringRef getArgument() const override { return "burin-lift-variables"; }
  StringRef getDescription() const override { return "turn variables into arguments and results"; }

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isDeclaration() || llvm::none_of(function.getArgumentTypes(), llvm::IsaPred<VariableType>)) return;
    VariableLifting(function).run();
  }
};

} // namespace

std::unique_ptr<Pass> createLiftVariablesPass() { return std::make_unique<LiftVariables>(); }

} // namespace burin::compiler
