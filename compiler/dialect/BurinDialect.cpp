#include "compiler/dialect/BurinDialect.h"
#include "compiler/dialect/GradientBuilder.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace burin::compiler;

#include "compiler/dialect/BurinDialect.cpp.inc"
#include "compiler/dialect/BurinInterfaces.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "compiler/dialect/BurinTypes.cpp.inc"
#define GET_OP_CLASSES
#include "compiler/dialect/BurinOps.cpp.inc"

void BurinDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "compiler/dialect/BurinTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "compiler/dialect/BurinOps.cpp.inc"
      >();
}

Operation *BurinDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location location) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type) return nullptr;
  return ConstantOp::create(builder, location, elements);
}

LogicalResult AssignOp::verify() {
  auto tensor = getVariable().getType().getTensor();
  if (tensor == getValue().getType()) return success();
  return emitOpError("expected a value of the variable's type ") << describe(tensor) << ", found " << describe(getValue().getType());
}

void PrintOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  effects.emplace_back(MemoryEffects::Write::get(), PrintResource::get());
  effects.emplace_back(MemoryEffects::Read::get(), CallResource::get());
  if (getMayFail()) effects.emplace_back(MemoryEffects::Write::get(), CallResource::get());
}

bool burin::compiler::mayEndCall(Operation *op) {
  auto interface = dyn_cast<MemoryEffectOpInterface>(op);
  if (!interface) return false;
  SmallVector<MemoryEffects::EffectInstance> effects;
  interface.getEffectsOnResource(CallResource::get(), effects);
  return llvm::any_of(effects, [](const MemoryEffects::EffectInstance &effect) { return isa<MemoryEffects::Write>(effect.getEffect()); });
}

AffineMap TransposeOp::indexMap() {
  SmallVector<unsigned> permutation(getPermutation().begin(), getPermutation().end());
  return inversePermutation(AffineMap::getPermutationMap(permutation, getContext()));
}

AffineMap BroadcastToOp::indexMap() { return broadcastMap(getX().getType(), getType()); }

AffineMap burin::compiler::broadcastMap(RankedTensorType from, RankedTensorType to) {
  const int64_t lead = to.getRank() - from.getRank();
  SmallVector<AffineExpr> indices;
  for (int64_t i = 0; i < from.getRank(); ++i)
    indices.push_back(from.getDimSize(i) == 1 ? getAffineConstantExpr(0, from.getContext())
                                              : getAffineDimExpr(lead + i, from.getContext()));
  return AffineMap::get(to.getRank(), 0, indices, from.getContext());
}
