#include "compiler/lowering/GenericBuilder.h"
#include "compiler/dialect/ScalarBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace burin::compiler {

Type memoryType(Type element) {
  if (element.isInteger(1)) return IntegerType::get(element.getContext(), 8);
  return storageType(element);
}

RankedTensorType memoryTensor(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return RankedTensorType::get(tensor.getShape(), memoryType(tensor.getElementType()));
}

DenseElementsAttr memoryConstant(DenseElementsAttr value) {
  auto type = memoryTensor(value.getType());
  if (type == value.getType()) return value;
  auto element = cast<IntegerType>(type.getElementType());
  auto widen = [&](const APInt &bits) { return bits.zextOrTrunc(element.getWidth()); };
  if (value.isSplat()) return DenseElementsAttr::get(type, widen(value.getSplatValue<APInt>()));
  SmallVector<APInt> bits;
  for (const APInt &one : value.getValues<APInt>()) bits.push_back(widen(one));
  return DenseElementsAttr::get(type, bits);
}

GenericBuilder::GenericBuilder(OpBuilder &builder, Location location, ArrayRef<utils::IteratorType> iterators)
    : b(builder), loc(location), iterators(iterators), body(std::make_unique<Block>()), inside(builder.getContext()) {
  inside.setInsertionPointToEnd(body.get());
}

Value GenericBuilder::input(Value tensor, Type elementType, AffineMap map) {
  Value &element = loaded[{tensor, map}];
  if (element) return element;
  inputs.push_back(tensor);
  maps.push_back(map);
  element = body->insertArgument(static_cast<unsigned>(inputs.size()) - 1, tensorType(tensor).getElementType(), loc);
  if (elementType.isInteger(1)) {
    Value zero = arith::ConstantOp::create(inside, loc, inside.getZeroAttr(element.getType()));
    element = arith::CmpIOp::create(inside, loc, arith::CmpIPredicate::ne, element, zero);
  }
  return element;
}

Value GenericBuilder::output(RankedTensorType type, AffineMap map, Value init) {
  inits.push_back(init);
  outputMaps.push_back(map);
  return body->addArgument(memoryType(type.getElementType()), loc);
}

bool GenericBuilder::binds(int64_t loop) const {
  return llvm::any_of(maps, [&](AffineMap map) {
    return llvm::any_of(map.getResults(), [&](AffineExpr index) { return index == b.getAffineDimExpr(static_cast<unsigned>(loop)); });
  });
}

bool GenericBuilder::walksAsOne(ArrayRef<int64_t> loops, ArrayRef<int64_t> extents) const {
  for (auto [input, map] : llvm::zip(inputs, maps)) {
    if (llvm::none_of(loops, [map = map](int64_t loop) { return map.isFunctionOfDim(static_cast<unsigned>(loop)); })) continue;
    std::optional<unsigned> before;
    for (auto [loop, extent] : llvm::zip(loops, extents)) {
      const std::optional<unsigned> at = map.getResultPosition(b.getAffineDimExpr(static_cast<unsigned>(loop)));
      if (!at || (before && (*at != *before + 1 || tensorType(input).getDimSize(*at) != extent))) return false;
      before = at;
    }
  }
  return true;
}

bool GenericBuilder::usesIndices() const { return llvm::any_of(*body, llvm::IsaPred<linalg::IndexOp>); }

void GenericBuilder::setResult(Value element) {
  if (element.getType().isInteger(1)) element = arith::ExtUIOp::create(inside, loc, inside.getI8Type(), element);
  yielded.push_back(element);
}

linalg::GenericOp GenericBuilder::create() {
  llvm::append_range(maps, outputMaps);
  auto generic = linalg::GenericOp::create(b, loc, ValueRange(inits).getTypes(), inputs, inits, maps, iterators);
  generic.getRegion().push_back(body.release());
  linalg::YieldOp::create(inside, loc, yielded);
  return generic;
}

} // namespace burin::compiler
