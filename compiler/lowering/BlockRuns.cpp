#include "compiler/lowering/BlockRuns.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace burin::compiler {

std::size_t lengthOf(Operation *op) {
  std::size_t length = 0;
  op->walk([&](Operation *) { ++length; });
  return length;
}

bool isStack(Operation *op) { return isa_and_present<memref::AllocaOp, LLVM::AllocaOp>(op); }

BlockRuns::BlockRuns(Block &block, std::size_t length) : block(block) {
  for (Operation &op : block.without_terminator()) {
    const Role role = roleOf(&op);
    if (role == Role::Work) list(&op);
    else (role == Role::Floating ? floating : onStack).insert(&op);
  }
  cut(length);
}

BlockRuns::Role BlockRuns::roleOf(Operation *op) const {
  if (isStack(op)) return Role::OnStack;
  if (op->getNumRegions() > 0 || !isMemoryEffectFree(op)) return Role::Work;
  Role role = Role::Floating;
  for (Value operand : op->getOperands()) {
    Operation *maker = operand.getDefiningOp();
    if (!maker || maker->getBlock() != &block || floating.contains(maker)) continue;
    if (!onStack.contains(maker)) return Role::Work;
    role = Role::OnStack;
  }
  return role;
}

void BlockRuns::list(Operation *op) {
  op->walk([&](Operation *inner) { listStackBefore(inner); });
  place[op] = work.size();
  work.push_back(op);
}

void BlockRuns::listStackBefore(Operation *op) {
  for (Value operand : op->getOperands())
    if (Operation *maker = operand.getDefiningOp(); maker && onStack.contains(maker) && !place.contains(maker)) list(maker);
}

void BlockRuns::cut(std::size_t least) {
  std::size_t length = 0, lastUse = 0;
  bool isOpen = false;
  for (auto [i, op] : llvm::enumerate(work)) {
    if (!isOpen) runs.emplace_back();
    runs.back().push_back(op);
    length += lengthOf(op);
    for (Operation *user : op->getUsers()) lastUse = std::max(lastUse, place.lookup(block.findAncestorOpInBlock(*user)));
    isOpen = length < least || lastUse > i;
    if (!isOpen) length = 0;
  }
}

} // namespace burin::compiler
