#include "compiler/jit/ScalarStores.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace burin::compiler {

// The only lane that a constant mask has.
static std::optional<unsigned> onlyLane(Value *mask) {
  auto *bits = dyn_cast<Constant>(mask);
  auto *type = dyn_cast<FixedVectorType>(mask->getType());
  if (!bits || !type) return std::nullopt;
  std::optional<unsigned> only;
  for (unsigned lane = 0; lane < type->getNumElements(); ++lane) {
    Constant *bit = bits->getAggregateElement(lane);
    if (bit && bit->isNullValue()) continue;
    if (only || !bit || !bit->isOneValue()) return std::nullopt;
    only = lane;
  }
  return only;
}

// The element alone, if the mask of `store` has one.
static bool makeScalar(IntrinsicInst &store) {
  Value *vector = store.getArgOperand(0);
  const std::optional<unsigned> lane = onlyLane(store.getArgOperand(2));
  if (!lane) return false;
  IRBuilder<> b(&store);
  Type *type = vector->getType()->getScalarType();
  const TypeSize size = store.getDataLayout().getTypeAllocSize(type);
  Value *address = b.CreateConstInBoundsGEP1_64(type, store.getArgOperand(1), *lane);
  b.CreateAlignedStore(b.CreateExtractElement(vector, *lane), address, commonAlignment(store.getParamAlign(1).valueOrOne(), *lane * size))
      ->copyMetadata(store);
  store.eraseFromParent();
  return true;
}

PreservedAnalyses ScalarStores::run(Function &function, FunctionAnalysisManager &) {
  bool changed = false;
  for (Instruction &instruction : make_early_inc_range(instructions(function)))
    if (auto *call = dyn_cast<IntrinsicInst>(&instruction); call && call->getIntrinsicID() == Intrinsic::masked_store)
      changed |= makeScalar(*call);
  return changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace burin::compiler
