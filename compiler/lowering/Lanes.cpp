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

Value loadLanes(OpBuilder &b, Location loc, VectorType type, Value buffer, Value index, Value mask) {
  if (!mask) return vector::LoadOp::create(b, loc, type, buffer, index);
  Value none = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  return vector::MaskedLoadOp::create(b, loc, type, buffer, index, mask, none);
}

// Rounds that put row i + size/2 between the elements of row i: the processor has instructions for that in vectors of 128 bits.
static void transposeByInterleaving(OpBuilder &b, Location loc, MutableArrayRef<Value> square) {
  const auto size = static_cast<int64_t>(square.size());
  SmallVector<int64_t> low, high;
  for (int64_t lane = 0; lane < size; ++lane) {
    low.push_back(lane / 2 + lane % 2 * size);
    high.push_back(low.back() + size / 2);
  }
  for (int64_t round = 1; round < size; round *= 2) {
    const SmallVector<Value> before(square);
    for (size_t i = 0; i < before.size() / 2; ++i) {
      square[2 * i] = vector::ShuffleOp::create(b, loc, before[i], before[i + before.size() / 2], low);
      square[2 * i + 1] = vector::ShuffleOp::create(b, loc, before[i], before[i + before.size() / 2], high);
    }
  }
}

// Swaps off-diagonal blocks of 1, 2, 4, ... elements.
static void transposeBySwapping(OpBuilder &b, Location loc, MutableArrayRef<Value> square) {
  const auto size = static_cast<int64_t>(square.size());
  for (int64_t block = 1; block < size; block *= 2) {
    SmallVector<int64_t> upper, lower;
    for (int64_t lane = 0; lane < size; ++lane) {
      upper.push_back(lane & block ? size + lane - block : lane);
      lower.push_back(lane & block ? size + lane : lane + block);
    }
    for (int64_t row = 0; row < size; ++row) {
      if (row & block) continue;
      Value &above = square[static_cast<size_t>(row)], &below = square[static_cast<size_t>(row + block)];
      Value swapped = vector::ShuffleOp::create(b, loc, above, below, upper);
      below = vector::ShuffleOp::create(b, loc, above, below, lower);
      above = swapped;
    }
  }
}

void transposeSquare(OpBuilder &b, Location loc, MutableArrayRef<Value> square) {
  auto type = cast<VectorType>(square[0].getType());
  const auto bits = static_cast<int64_t>(type.getElementTypeBitWidth());
  auto as = [&](Type element) {
    for (Value &row : square) row = vector::BitCastOp::create(b, loc, VectorType::get(type.getShape(), element), row);
  };
  const bool isNarrowFloat = isa<FloatType>(type.getElementType()) && bits < 32; // LLVM takes vectors of these apart
  if (isNarrowFloat) as(b.getIntegerType(static_cast<unsigned>(bits)));
  if (type.getNumElements() * bits <= 128) transposeByInterleaving(b, loc, square);
  else transposeBySwapping(b, loc, square);
  if (isNarrowFloat) as(type.getElementType());
}

Value lanesBefore(OpBuilder &b, Location loc, int64_t count, int64_t lanes) {
  SmallVector<bool> bits(static_cast<size_t>(lanes), false);
  std::fill_n(bits.begin(), std::min(count, lanes), true);
  return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(VectorType::get({lanes}, b.getI1Type()), bits));
}

Value lanesFrom(OpBuilder &b, Location loc, int64_t count, int64_t lanes) {
  SmallVector<bool> bits(static_cast<size_t>(lanes), true);
  std::fill_n(bits.begin(), count, false);
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
