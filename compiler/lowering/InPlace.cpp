#include "compiler/lowering/InPlace.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace burin::compiler {

bool readsAhead(ClusterOp cluster) { return llvm::is_contained({"matmul", "window", "concat"}, cluster.getKind()); }

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
  if (cluster->getBlock() != old.getOwner() || readsAhead(cluster)) return false;
  return isReadBefore(old, cluster, [&](OpOperand &use) { return readsWhereItWrites(use, cluster, fresh); });
}

// Whether `value` has memory that may be written: a loop's state, or what an op makes.
static bool isWritable(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    Operation *loop = argument.getOwner()->getParentOp();
    if (auto tested = dyn_cast<WhileOp>(loop)) return argument.getOwner() == &tested.bodyBlock(); // the body reads what the test did
    return isa<ForOp>(loop) && argument.getArgNumber() > 0;
  }
  return isa<ClusterOp, SetRowOp, UpdateOp, ForOp, WhileOp, IfOp>(value.getDefiningOp());
}

// The updates of a function's own block are UpdateChains' business: they may write over arguments.
static bool isUpdate(Operation *op) {
  return isa_and_present<SetRowOp>(op) || (isa_and_present<UpdateOp>(op) && isa<IfOp, ForOp, WhileOp>(op->getParentOp()));
}

static bool isTarget(OpOperand &use, Operation *update) { return use.getOwner() == update && use.getOperandNumber() == 0; }

// The first of the updates that make `value` in `block`, one in the memory of the other; null if there is none.
static Operation *firstUpdate(Value value, Block *block) {
  Operation *first = nullptr;
  while (isUpdate(value.getDefiningOp()) && value.getParentBlock() == block) {
    Operation *update = value.getDefiningOp();
    if (first && !isReadBefore(value, first, [&](OpOperand &use) { return isTarget(use, first); })) return nullptr;
    first = update;
    value = update->getOperand(0);
  }
  return first;
}

Value passedInPlace(IfOp branch, unsigned number) {
  Value passed;
  Block *blocks[] = {&branch.thenBlock(), &branch.elseBlock()};
  Operation *firsts[2];
  for (auto [block, first] : llvm::zip(blocks, firsts)) {
    Value yielded = cast<YieldOp>(block->getTerminator()).getValues()[number];
    first = firstUpdate(yielded, block);
    Value from = first ? first->getOperand(0) : yielded;
    if (passed && from != passed) return {};
    passed = from;
  }
  if (passed.getParentBlock() != branch->getBlock() || !isWritable(passed) || (!firsts[0] && !firsts[1])) return {};
  const auto isAllowed = [&](OpOperand &use) {
    const bool isThen = branch.getThenBody().isAncestor(use.getOwner()->getParentRegion());
    if (use.getOwner() == branch) return false;
    Block *block = blocks[isThen ? 0 : 1];
    Operation *first = firsts[isThen ? 0 : 1], *user = block->findAncestorOpInBlock(*use.getOwner());
    if (user == block->getTerminator()) return !first && use.getOperandNumber() == number;
    if (isa<ReshapeOp>(user)) return false; // another name of the memory
    return !first || user->isBeforeInBlock(first) || isTarget(use, first);
  };
  return isReadBefore(passed, branch, isAllowed) ? passed : Value();
}

bool mayOverwrite(Operation *update) {
  if (!isUpdate(update)) return false;
  Value target = update->getOperand(0);
  if (target.getParentBlock() == update->getBlock())
    return isWritable(target) && isReadBefore(target, update, [&](OpOperand &use) { return isTarget(use, update); });
  auto branch = dyn_cast<IfOp>(update->getParentOp());
  if (!branch) return false;
  for (unsigned i = 0; i < branch.getNumResults(); ++i)
    if (firstUpdate(cast<YieldOp>(update->getBlock()->getTerminator()).getValues()[i], update->getBlock()) == update)
      return passedInPlace(branch, i) == target;
  return false;
}

bool isUpdatedInPlace(BlockArgument argument, Value next) {
  for (Value value = next; (value = predecessorInPlace(value));)
    if (value == argument) return true;
  auto cluster = next.getDefiningOp<ClusterOp>();
  return cluster && mayOverwrite(argument, cluster, next);
}

// The initial value of a loop's state whose memory the loop may keep it in; null if it needs memory of its own.
static Value passedInPlace(Operation *loop, unsigned number) {
  auto type = cast<RankedTensorType>(loop->getResult(number).getType());
  const unsigned operand = number + (isa<ForOp>(loop) ? 1 : 0);
  Value init = loop->getOperand(operand);
  if (type.getRank() == 0 || init.getParentBlock() != loop->getBlock() || !isWritable(init)) return {};
  Block &body = loop->getRegion(loop->getNumRegions() - 1).front();
  if (!isUpdatedInPlace(body.getArgument(operand), cast<YieldOp>(body.getTerminator()).getValues()[number])) return {};
  const auto isInit = [&](OpOperand &use) { return use.getOwner() == loop && use.getOperandNumber() == operand; };
  return isReadBefore(init, loop, isInit) ? init : Value();
}

Value predecessorInPlace(Value value) {
  Operation *maker = value.getDefiningOp();
  if (isa_and_present<ForOp, WhileOp>(maker)) return passedInPlace(maker, cast<OpResult>(value).getResultNumber());
  if (isUpdate(maker)) return mayOverwrite(maker) ? maker->getOperand(0) : Value();
  if (auto branch = dyn_cast_if_present<IfOp>(maker)) return passedInPlace(branch, cast<OpResult>(value).getResultNumber());
  return {};
}

Value successorInPlace(Value value) {
  for (Operation *user : value.getUsers()) {
    Operation *here = value.getParentBlock()->findAncestorOpInBlock(*user);
    if (isUpdate(here) && here->getOperand(0) == value && mayOverwrite(here)) return here->getResult(0);
    if (!isa<IfOp, ForOp, WhileOp>(here)) continue;
    for (Value result : here->getResults())
      if (predecessorInPlace(result) == value) return result;
  }
  return {};
}

} // namespace burin::compiler
