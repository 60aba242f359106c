#include "compiler/lowering/UpdateChains.h"
#include "compiler/lowering/BufferTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace burin::compiler {

// Whether nothing but its target operand reads the target's memory, from `op` on.
static bool isLastReader(UpdateOp op, Value root, const Liveness &liveness) {
  if (liveness.lastUse(root) != liveness.stepOf(op) || root.getDefiningOp<arith::ConstantOp>()) return false;
  return llvm::none_of(op->getOperands().drop_front(), [&](Value operand) { return rootOf(operand) == root; });
}

UpdateChains::UpdateChains(Block &block, const Liveness &liveness, ArrayRef<std::pair<BlockArgument, Value>> written) {
  SmallVector<Value> overArguments;
  for (Operation &op : block) {
    auto update = dyn_cast<UpdateOp>(op);
    if (!update) continue;
    Value root = rootOf(update.getTarget());
    if (!isLastReader(update, root, liveness)) continue;
    targets[update.getResult()] = root;
    if (isa<BlockArgument>(root)) overArguments.push_back(update.getResult());
  }
  auto isReturnedOnce = [&](Value root) {
    return llvm::count_if(block.getTerminator()->getOperands(), [&](Value value) { return rootOf(value) == root; }) == 1;
  };
  auto mayBeWritten = [&](Value argument) {
    return llvm::any_of(
        written, [&](auto &pair) { return pair.first == argument && origin(pair.second) == argument && isReturnedOnce(pair.second); });
  };
  llvm::erase_if(overArguments, [&](Value result) { return mayBeWritten(targets.lookup(result)); });
  for (Value result : overArguments) targets.erase(result);
  for (auto &[result, target] : targets) {
    int64_t &use = last[origin(target)];
    use = std::max(use, liveness.lastUse(result));
  }
}

Value UpdateChains::origin(Value root) const {
  while (Value target = targets.lookup(root)) root = target;
  return root;
}

} // namespace burin::compiler
