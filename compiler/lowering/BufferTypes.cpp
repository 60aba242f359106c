#include "compiler/lowering/BufferTypes.h"
#include "compiler/dialect/BurinDialect.h"

using namespace mlir;

namespace burin::compiler {

MemRefType memrefType(Type tensor) {
  auto type = cast<RankedTensorType>(tensor);
  if (type.getNumElements() > 0 || type.getRank() < 2) return MemRefType::get(type.getShape(), type.getElementType());
  const SmallVector<int64_t> strides(static_cast<size_t>(type.getRank()), 1);
  return MemRefType::get(type.getShape(), type.getElementType(), StridedLayoutAttr::get(type.getContext(), 0, strides));
}

MemRefType storedType(MemRefType type) { return type.getLayout().isIdentity() ? type : MemRefType::get({0}, type.getElementType()); }

int64_t byteSize(ShapedType type) {
  auto complex = dyn_cast<ComplexType>(type.getElementType());
  const int64_t bits = complex ? 2 * complex.getElementType().getIntOrFloatBitWidth() : type.getElementTypeBitWidth();
  return type.getNumElements() * bits / 8;
}

Value rootOf(Value value) {
  while (auto reshape = value.getDefiningOp<ReshapeOp>()) value = reshape.getX();
  return value;
}

Value reshaped(OpBuilder &b, Value buffer, MemRefType type, Location loc) {
  if (buffer.getType() == type) return buffer;
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)type.getStridesAndOffset(strides, offset);
  return memref::ReinterpretCastOp::create(b, loc, type, buffer, 0, type.getShape(), strides);
}

} // namespace burin::compiler
