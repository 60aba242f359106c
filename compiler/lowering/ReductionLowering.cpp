#include "compiler/lowering/ReductionLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace burin::compiler {

SmallVector<utils::IteratorType> parallelLoops(int64_t count) {
  return SmallVector<utils::IteratorType>(static_cast<size_t>(count), utils::IteratorType::parallel);
}

Value emptyTensor(OpBuilder &b, Location loc, Type type) {
  auto memory = memoryTensor(type);
  return tensor::EmptyOp::create(b, loc, memory.getShape(), memory.getElementType());
}

Value filledTensor(OpBuilder &b, Location loc, Type type, TypedAttr value) {
  Value scalar = arith::ConstantOp::create(b, loc, value);
  return linalg::FillOp::create(b, loc, scalar, emptyTensor(b, loc, type)).getResult(0);
}

TypedAttr leastOrGreatest(Type type, bool least) {
  Type memory = memoryType(type);
  if (auto floating = dyn_cast<FloatType>(type)) return FloatAttr::get(type, APFloat::getInf(floating.getFloatSemantics(), least));
  const unsigned width = memory.getIntOrFloatBitWidth();
  if (type.isUnsignedInteger()) return IntegerAttr::get(memory, least ? APInt::getMinValue(width) : APInt::getMaxValue(width));
  return IntegerAttr::get(memory, least ? APInt::getSignedMinValue(width) : APInt::getSignedMaxValue(width));
}

TypedAttr identityOf(ReductionInterface op) {
  Type type = tensorType(op->getOperand(0)).getElementType();
  Builder b(op.getContext());
  switch (op.combiner()) {
  case Combiner::Sum:
  case Combiner::Or: return b.getZeroAttr(memoryType(type));
  case Combiner::Prod:
  case Combiner::And: return b.getOneAttr(memoryType(type));
  case Combiner::Max: return leastOrGreatest(type, true);
  case Combiner::Min: return leastOrGreatest(type, false);
  }
  llvm_unreachable("all combiners are listed");
}

// What is held of a boolean is a byte.
static Value asByte(GenericBuilder &generic, ReductionInterface op, Value element) {
  OpBuilder &b = generic.bodyBuilder();
  return arith::ExtUIOp::create(b, op.getLoc(), b.getI8Type(), element);
}

void setCombined(GenericBuilder &generic, ReductionInterface op, Value held, Value element) {
  ScalarBuilder scalar(generic.bodyBuilder(), op->getLoc(), op);
  switch (op.combiner()) {
  case Combiner::Sum: return generic.setResult(scalar.add(held, element));
  case Combiner::Prod: return generic.setResult(scalar.multiply(held, element));
  case Combiner::Max: return generic.setResult(scalar.maximum(held, element));
  case Combiner::Min: return generic.setResult(scalar.minimum(held, element));
  case Combiner::Or: return generic.setResult(scalar.bitOr(held, asByte(generic, op, element)));
  case Combiner::And: return generic.setResult(scalar.bitAnd(held, asByte(generic, op, element)));
  }
}

// Whether `value` is walked through in order by loops over all elements of `type`, or has one element.
static bool walksInOrder(Value value, RankedTensorType type) {
  auto own = tensorType(value);
  return own.getShape() == type.getShape() || own.getNumElements() == 1;
}

int64_t chunksOf(int64_t count) {
  constexpr int64_t kChunkElements = 1 << 16, kMaxChunks = 64;
  if (count < 4 * kChunkElements) return 0;
  int64_t chunks = kMaxChunks;
  while (chunks > 1 && (count % chunks != 0 || count / chunks < kChunkElements)) chunks /= 2;
  return chunks > 1 ? chunks : 0;
}

int64_t chunksOf(ReductionInterface op, ArrayRef<Operation *> chain) {
  auto type = tensorType(op->getOperand(0));
  const auto axes = op->getAttrOfType<DenseI64ArrayAttr>("axes").asArrayRef();
  if (static_cast<int64_t>(axes.size()) != type.getRank()) return 0;
  for (Operation *each : chain) {
    if (!isa<ElementwiseInterface>(each)) return 0;
    if (!llvm::all_of(each->getOperands(), [&](Value operand) { return walksInOrder(operand, type); })) return 0;
  }
  return chunksOf(type.getNumElements());
}

static bool isSplatConstant(Value value) {
  DenseElementsAttr constant;
  return matchPattern(value, m_Constant(&constant)) && constant.isSplat();
}

Value lowerInChunks(OpBuilder &b, ElementEmitter &emitter, NumericsFlags &flags, ReductionInterface op, ArrayRef<Operation *> chain,
                    int64_t chunks) {
  Location loc = op->getLoc();
  MLIRContext *context = b.getContext();
  Value reduced = op->getOperand(0);
  auto type = tensorType(reduced), result = tensorType(op->getResult(0));
  const SmallVector<int64_t> shape = {chunks, type.getNumElements() / chunks};
  GenericBuilder generic(b, loc, {utils::IteratorType::parallel, utils::IteratorType::reduction});
  Elements elements;
  auto element = [&](Value operand) -> Value {
    if (Value computed = elements.lookup(operand)) return computed;
    auto own = tensorType(operand);
    if (own.getNumElements() == 1 || isSplatConstant(operand)) {
      const SmallVector<AffineExpr> first(static_cast<size_t>(own.getRank()), getAffineConstantExpr(0, context));
      return emitter.external(generic, operand, AffineMap::get(2, 0, first, context));
    }
    Value tensor = emitter.materialized(operand);
    auto chunked = RankedTensorType::get(shape, tensorType(tensor).getElementType());
    Value view = ReshapeOp::create(b, loc, chunked, tensor, shape);
    return generic.input(view, own.getElementType(), b.getMultiDimIdentityMap(2));
  };
  for (Operation *each : chain) {
    SmallVector<Value> operands;
    for (Value operand : each->getOperands()) operands.push_back(element(operand));
    elements[each->getResult(0)] = cast<ElementwiseInterface>(each).buildScalar(generic.bodyBuilder(), each->getLoc(), operands);
  }
  Value last = element(reduced);
  auto partialType = RankedTensorType::get({chunks}, type.getElementType());
  Value partial = generic.output(partialType, AffineMap::get(2, 0, getAffineDimExpr(0, context)), filledTensor(b, loc, partialType, identityOf(op)));
  setCombined(generic, op, partial, last);
  flags.add(generic, [&](Value value) { return walksInOrder(value, type) ? element(value) : Value(); });
  linalg::GenericOp created = generic.create();
  flags.bind(created);
  Value partials = created.getResult(0);

  GenericBuilder total(b, loc, {utils::IteratorType::reduction});
  Value one = total.input(partials, type.getElementType(), b.getMultiDimIdentityMap(1));
  const SmallVector<AffineExpr> only(static_cast<size_t>(result.getRank()), getAffineConstantExpr(0, context));
  Value held = total.output(result, AffineMap::get(1, 0, only, context), filledTensor(b, loc, result, identityOf(op)));
  setCombined(total, op, held, one);
  return total.create().getResult(0);
}

} // namespace burin::compiler
