#include "compiler/lowering/ElementEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace burin::compiler {

AffineMap firstDims(RankedTensorType type, int64_t loops) {
  SmallVector<AffineExpr> indices;
  for (int64_t i = 0; i < type.getRank(); ++i)
    indices.push_back(i < loops ? getAffineDimExpr(i, type.getContext()) : getAffineConstantExpr(0, type.getContext()));
  return AffineMap::get(loops, 0, indices, type.getContext());
}

void ElementEmitter::emitBody(GenericBuilder &generic, ArrayRef<Operation *> chain, Elements &elements) {
  for (Operation *op : chain) elements[op->getResult(0)] = emitOp(generic, op, elements);
}

Value ElementEmitter::emitOp(GenericBuilder &generic, Operation *op, Elements &elements) {
  auto type = tensorType(op->getResult(0));
  if (auto slice = dyn_cast<SliceOp>(op)) return emitSlice(generic, slice);
  if (auto view = dyn_cast<ViewInterface>(op)) return external(generic, op->getOperand(0), view.indexMap());
  if (auto iota = dyn_cast<IotaOp>(op)) return emitIota(generic, iota);
  if (auto take = dyn_cast<TakeOp>(op)) return emitTake(generic, take);
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) operands.push_back(element(generic, operand, type, elements));
  return cast<ElementwiseInterface>(op).buildScalar(generic.bodyBuilder(), op->getLoc(), operands);
}

// The element of `operand` that an elementwise op of result type `type` wants.
Value ElementEmitter::element(GenericBuilder &generic, Value operand, RankedTensorType type, Elements &elements) {
  if (Value computed = elements.lookup(operand)) return computed;
  AffineMap map = broadcastMap(tensorType(operand), type);
  if (type.getShape() != space) map = map.compose(firstDims(type, generic.loops())); // one element for each row
  return external(generic, operand, map);
}

Value ElementEmitter::external(GenericBuilder &generic, Value operand, AffineMap map) {
  OpBuilder &inside = generic.bodyBuilder();
  DenseElementsAttr constant;
  if (matchPattern(operand, m_Constant(&constant)) && constant.isSplat()) {
    TypedAttr value = constant.getSplatValue<TypedAttr>();
    Type element = constant.getElementType();
    if (auto integer = dyn_cast<IntegerAttr>(value)) value = IntegerAttr::get(storageType(element), integer.getValue());
    return arith::ConstantOp::create(inside, operand.getLoc(), value);
  }
  return generic.input(lowered(operand), tensorType(operand).getElementType(), map);
}

Value ElementEmitter::lowered(Value value) {
  Value result = values.lookup(value);
  assert(result && "a value is used before it has a tensor");
  return result;
}

// Linalg's loops run over whole operands: the part is cut out first, which costs nothing in memory.
Value ElementEmitter::emitSlice(GenericBuilder &generic, SliceOp op) {
  SmallVector<OpFoldResult> offsets, sizes, strides;
  for (auto [start, step, extent] : llvm::zip(op.getStarts(), op.getSteps(), op.getType().getShape())) {
    offsets.push_back(b.getIndexAttr(start));
    sizes.push_back(b.getIndexAttr(extent));
    strides.push_back(b.getIndexAttr(step));
  }
  Value part = tensor::ExtractSliceOp::create(b, op.getLoc(), materialized(op.getX()), offsets, sizes, strides);
  return generic.input(part, op.getType().getElementType(), b.getMultiDimIdentityMap(op.getType().getRank()));
}

Value ElementEmitter::emitIota(GenericBuilder &generic, IotaOp op) {
  OpBuilder &inside = generic.bodyBuilder();
  Value index = linalg::IndexOp::create(inside, op.getLoc(), op.getAxis());
  Type element = storageType(op.getType().getElementType());
  if (isa<IntegerType>(element)) return arith::IndexCastOp::create(inside, op.getLoc(), element, index);
  Value integer = arith::IndexCastOp::create(inside, op.getLoc(), inside.getI64Type(), index);
  return arith::SIToFPOp::create(inside, op.getLoc(), element, integer);
}

// x[..., indices[...], ...]. The index is held within the axis, so that no run reads out of bounds.
Value ElementEmitter::emitTake(GenericBuilder &generic, TakeOp op) {
  OpBuilder &inside = generic.bodyBuilder();
  Location loc = op.getLoc();
  auto x = tensorType(op.getX()), indices = tensorType(op.getIndices());
  const auto axis = static_cast<int64_t>(op.getAxis());
  SmallVector<AffineExpr> picked;
  for (int64_t i = 0; i < indices.getRank(); ++i) picked.push_back(b.getAffineDimExpr(axis + i));
  Value index = external(generic, op.getIndices(), AffineMap::get(generic.loops(), 0, picked, b.getContext()));
  index = indices.getElementType().isUnsignedInteger()
              ? Value(arith::IndexCastUIOp::create(inside, loc, inside.getIndexType(), index))
              : arith::IndexCastOp::create(inside, loc, inside.getIndexType(), index);
  auto constant = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(inside, loc, value); };
  Value zero = constant(0), extent = constant(x.getDimSize(axis));
  Value negative = arith::CmpIOp::create(inside, loc, arith::CmpIPredicate::slt, index, zero);
  index = arith::SelectOp::create(inside, loc, negative, arith::AddIOp::create(inside, loc, index, extent), index);
  index = arith::MaxSIOp::create(inside, loc, index, zero);
  index = arith::MinSIOp::create(inside, loc, index, constant(x.getDimSize(axis) - 1));
  SmallVector<Value> position;
  for (int64_t i = 0; i < x.getRank(); ++i) {
    if (i == axis) position.push_back(index);
    else position.push_back(linalg::IndexOp::create(inside, loc, i < axis ? i : i - 1 + indices.getRank()));
  }
  Value element = tensor::ExtractOp::create(inside, loc, materialized(op.getX()), position);
  if (!x.getElementType().isInteger(1)) return element;
  Value none = arith::ConstantOp::create(inside, loc, inside.getI8IntegerAttr(0));
  return arith::CmpIOp::create(inside, loc, arith::CmpIPredicate::ne, element, none);
}

// A tensor even for a constant of one value.
Value ElementEmitter::materialized(Value operand) {
  if (Value tensor = values.lookup(operand)) return tensor;
  auto constant = operand.getDefiningOp<ConstantOp>();
  Value tensor = arith::ConstantOp::create(b, operand.getLoc(), memoryConstant(cast<DenseElementsAttr>(constant.getValue())));
  return tensor;
}

} // namespace burin::compiler
