#include "compiler/lowering/Lanes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace burin::compiler {

void storeLanes(OpBuilder &b, Location loc, Value value, Value buffer, Value index, Value mask) {
  if (!isa<VectorType>(value.getType())) memref::StoreOp::create(b, loc, value, buffer, index);
  else if (mask) vector::MaskedStoreOp::create(b, loc, buffer, index, mask, value);
  else vector::StoreOp::create(b, loc, value, buffer, index);
}

Value lanesBefore(OpBuilder &b, Location loc, int64_t count, int64_t lanes) {
  SmallVector<bool> bits(static_cast<size_t>(lanes), false);
  std::fill_n(bits.begin(), std::min(count, lanes), true);
  return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(VectorType::get({lanes}, b.getI1Type()), bits));
}

Value lanesBefore(OpBuilder &b, Location loc, Value count, int64_t lanes) {
  auto type = VectorType::get({lanes}, b.getI32Type());
  SmallVector<int32_t> numbers = llvm::to_vector(llvm::seq<int32_t>(0, static_cast<int32_t>(lanes)));
  Value lane = arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, ArrayRef<int32_t>(numbers)));
  Value limit = vector::BroadcastOp::create(b, loc, type, arith::IndexCastOp::create(b, loc, b.getI32Type(), count));
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, lane, limit);
}

} // namespace burin::compiler
