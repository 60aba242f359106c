#include "compiler/lowering/Lanes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace burin::compiler {

void storeLanes(OpBuilder &b, Location loc, Value value, Value buffer, Value index, Value mask) {
  if (!isa<VectorType>(value.getType())) memref::StoreOp::create(b, loc, value, buffer, index);
  else if (mask) vector::MaskedStoreOp::create(b, loc, buffer, index, mask, value);
  else vector::StoreOp::create(b, loc, value, buffer, index);
}

void storeLanesPastCaches(OpBuilder &b, Location loc, Value vector, Value buffer, Value index) {
  auto type = cast<VectorType>(vector.getType());
  const int64_t bytes = type.getNumElements() * type.getElementTypeBitWidth() / 8;
  vector::StoreOp::create(b, loc, vector, buffer, index, /*nontemporal=*/true, llvm::MaybeAlign(std::min<int64_t>(bytes, 64)));
}

} // namespace burin::compiler
