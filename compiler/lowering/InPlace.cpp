#include "compiler/lowering/InPlace.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace burin::compiler {

bool readsWhereItWrites(OpOperand &use, ClusterOp cluster, Value fresh) {
  auto yield = cast<YieldOp>(cluster.getBody().front().getTerminator());
  Value made = yield.getValues()[cast<OpResult>(fresh).getResultNumber()];
  auto generic = dyn_cast<linalg::GenericOp>(use.getOwner());
  if (!generic || made.getDefiningOp() != generic || use.get().getType() != made.getType()) return false;
  OpOperand *init = generic.getDpsInitOperand(cast<OpResult>(made).getResultNumber());
  AffineMap map = generic.getMatchingIndexingMap(init);
  return map.isIdentity() && generic.getMatchingIndexingMap(&use) == map && generic.getNumReductionLoops() == 0;
}

// Whether each use of `value` is before `op`, at the level of `op`'s block, or passes `check`.
static bool isReadBefore(Value value, Operation *op, llvm::function_ref<bool(OpOperand &)> check) {
  return llvm::all_of(value.getUses(), [&](OpOperand &use) {
    Operation *user = op->getBlock()->findAncestorOpInBlock(*use.getOwner());
    if (!user || isa<ReshapeOp>(user)) return false; // another name of the memory
    return user == op ? check(use) : user->isBeforeInBlock(op);
  });
}

bool mayOverwrite(BlockArgument old, ClusterOp cluster, Value fresh) {
  if (cluster->getBlock() != old.getOwner() || cluster.getKind() == "matmul" || cluster.getKind() == "concat") return false;
  return isReadBefore(old, cluster, [&](OpOperand &use) { return readsWhereItWrites(use, cluster, fresh); });
}

bool mayOverwrite(SetRowOp op) {
  Value x = op.getX();
  if (x.getParentBlock() != op->getBlock()) return false;
  if (auto argument = dyn_cast<BlockArgument>(x)) {
    Operation *loop = op->getParentOp();
    const bool isState = isa<WhileOp>(loop) || (isa<ForOp>(loop) && argument.getArgNumber() > 0);
    if (!isState) return false;
  } else if (!isa<ClusterOp, SetRowOp, ForOp, WhileOp, IfOp>(x.getDefiningOp())) {
    return false;
  }
  return isReadBefore(x, op, [&](OpOperand &use) { return use.getOwner() == op && use.getOperandNumber() == 0; });
}

Value successorInPlace(Value value) {
  for (Operation *user : value.getUsers())
    if (auto set = dyn_cast<SetRowOp>(user); set && set.getX() == value && mayOverwrite(set)) return set.getResult();
  return {};
}

} // namespace burin::compiler
