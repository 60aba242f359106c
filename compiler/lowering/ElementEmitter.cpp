#include "compiler/lowering/ElementEmitter.h"
#include "compiler/lowering/Positions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
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
  if (auto read = dyn_cast<IndexedInterface>(op)) return emitRead(generic, read);
  if (auto random = dyn_cast<RandomInterface>(op)) return emitRandom(generic, random);
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
    Type element = constant.getElementType();
    if (isa<ComplexType>(element))
      return complex::ConstantOp::create(inside, operand.getLoc(), element, cast<ArrayAttr>(constant.getSplatValue<Attribute>()));
    TypedAttr value = constant.getSplatValue<TypedAttr>();
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

// Linalg's loops run over whole operands: the part is cut out first, which costs nothing in memory, and read backwards along
// dimensions with a negative step.
Value ElementEmitter::emitSlice(GenericBuilder &generic, SliceOp op) {
  SmallVector<OpFoldResult> offsets, sizes, strides;
  SmallVector<AffineExpr> indices;
  for (auto [start, step, extent] : llvm::zip(op.getStarts(), op.getSteps(), op.getType().getShape())) {
    offsets.push_back(b.getIndexAttr(step > 0 ? start : start + step * (extent - 1)));
    sizes.push_back(b.getIndexAttr(extent));
    strides.push_back(b.getIndexAttr(std::abs(step)));
    AffineExpr index = b.getAffineDimExpr(static_cast<unsigned>(indices.size()));
    indices.push_back(step > 0 ? index : (extent - 1) - index);
  }
  Value part = tensor::ExtractSliceOp::create(b, op.getLoc(), materialized(op.getX()), offsets, sizes, strides);
  const auto rank = static_cast<unsigned>(indices.size());
  return generic.input(part, op.getType().getElementType(), AffineMap::get(rank, 0, indices, b.getContext()));
}

Value ElementEmitter::emitIota(GenericBuilder &generic, IotaOp op) {
  OpBuilder &inside = generic.bodyBuilder();
  Value index = linalg::IndexOp::create(inside, op.getLoc(), op.getAxis());
  Type element = storageType(op.getType().getElementType());
  if (isa<IntegerType>(element)) return arith::IndexCastOp::create(inside, op.getLoc(), element, index);
  Value integer = arith::IndexCastOp::create(inside, op.getLoc(), inside.getI64Type(), index);
  return arith::SIToFPOp::create(inside, op.getLoc(), element, integer);
}

// The element of operand 0 at the position that the indices give here.
Value ElementEmitter::emitRead(GenericBuilder &generic, IndexedInterface op) {
  OpBuilder &inside = generic.bodyBuilder();
  Location loc = op->getLoc();
  Value source = op->getOperand(0);
  auto x = tensorType(source);
  SmallVector<Value> loops, indices;
  const AffineMap position = op.position();
  for (unsigned i = 0; i < position.getNumDims(); ++i)
    loops.push_back(position.isFunctionOfDim(i) ? Value(linalg::IndexOp::create(inside, loc, i)) : Value());
  for (const IndexRead &read : op.indexReads()) {
    Value index = external(generic, read.indices, read.map);
    const bool isUnsigned = tensorType(read.indices).getElementType().isUnsignedInteger();
    indices.push_back(indexWithin(inside, loc, index, isUnsigned, x.getDimSize(read.axis), read.size));
  }
  Value element = tensor::ExtractOp::create(inside, loc, materialized(source), expanded(inside, loc, position, loops, indices));
  if (!x.getElementType().isInteger(1)) return element;
  Value none = arith::ConstantOp::create(inside, loc, inside.getI8IntegerAttr(0));
  return arith::CmpIOp::create(inside, loc, arith::CmpIPredicate::ne, element, none);
}

// Each element's bits are those of its number, which is an address into no memory, so that loops join as they do for loads.
Value ElementEmitter::emitRandom(GenericBuilder &generic, RandomInterface op) {
  OpBuilder &inside = generic.bodyBuilder();
  Location loc = op->getLoc();
  auto type = tensorType(op->getResult(0));
  Value numbers = ElementNumbersOp::create(b, loc, RankedTensorType::get(type.getShape(), b.getIndexType()));
  Value number = generic.input(numbers, b.getIndexType(), firstDims(type, generic.loops()));
  auto keyPart = [&](int64_t part) {
    Value key = op->getOperand(0);
    return external(generic, key, AffineMap::get(generic.loops(), 0, b.getAffineConstantExpr(part), b.getContext()));
  };
  Value seed = keyPart(0), stream = keyPart(1);
  const int64_t bits = op.bitsPerElement();
  SmallVector<Value> words;
  for (int64_t word = 0; word < std::max<int64_t>(1, bits / 64); ++word)
    words.push_back(PhiloxOp::create(inside, loc, inside.getIntegerType(bits == 32 ? 32 : 64), number, seed, stream, bits, word));
  return op.buildElement(inside, loc, words);
}

// A tensor even for a constant of one value.
Value ElementEmitter::materialized(Value operand) {
  if (Value tensor = values.lookup(operand)) return tensor;
  auto constant = operand.getDefiningOp<ConstantOp>();
  Value tensor = arith::ConstantOp::create(b, operand.getLoc(), memoryConstant(cast<DenseElementsAttr>(constant.getValue())));
  return tensor;
}

} // namespace burin::compiler
