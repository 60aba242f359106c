#include "compiler/lowering/RegisterTile.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;

namespace burin::compiler {

constexpr int64_t kCacheLineBits = 512;

Value TileBuilder::zeros(int64_t lanes) {
  Value &zero = zeroVectors[lanes];
  if (!zero) zero = index.constant(b.getZeroAttr(VectorType::get(lanes, element)));
  return zero;
}

Value TileBuilder::load(Value memory, Value at, int64_t lanes, Value mask) {
  auto type = VectorType::get(lanes, element);
  if (!mask) return vector::LoadOp::create(b, loc, type, memory, at);
  return vector::MaskedLoadOp::create(b, loc, type, memory, at, mask, zeros(lanes));
}

Value TileBuilder::multiplyAdd(Value x, Value y, Value z) {
  if (isa<FloatType>(element)) return vector::FMAOp::create(b, loc, x, y, z);
  return arith::AddIOp::create(b, loc, arith::MulIOp::create(b, loc, x, y), z);
}

Value TileBuilder::elementOf(const TileOperand &operand, int64_t row, int64_t vector, const RegisterTile &tile) {
  Value at = operand.rows[operand.rows.size() == 1 ? 0 : row];
  if (operand.alongColumns)
    return load(operand.memory, index.add(at, vector * tile.lanes), tile.lanes, vector == tile.vectors - 1 ? tile.mask : nullptr);
  Value scalar = memref::LoadOp::create(b, loc, operand.memory, at);
  return vector::BroadcastOp::create(b, loc, VectorType::get(tile.lanes, element), scalar);
}

SmallVector<Value> TileBuilder::step(const RegisterTile &tile, ArrayRef<TileOperand> operands, ValueRange sums, Combine combine) {
  // Elements by operand and vector, kept as long as they are the same: all rows' before the first row, a row's before its sums.
  SmallVector<SmallVector<Value>> elements(operands.size());
  auto fetch = [&](size_t number, int64_t row) {
    const TileOperand &operand = operands[number];
    elements[number].clear();
    for (int64_t v = 0; v < (operand.alongColumns ? tile.vectors : 1); ++v) elements[number].push_back(elementOf(operand, row, v, tile));
  };
  for (auto [i, operand] : llvm::enumerate(operands))
    if (operand.rows.size() == 1) fetch(i, 0);
  SmallVector<Value> after;
  for (int64_t row = 0; row < tile.rows; ++row) {
    for (auto [i, operand] : llvm::enumerate(operands))
      if (operand.rows.size() > 1) fetch(i, row);
    for (int64_t v = 0; v < tile.vectors; ++v) {
      SmallVector<Value> at;
      for (const SmallVector<Value> &own : elements) at.push_back(own[own.size() == 1 ? 0 : v]);
      after.push_back(combine(at, sums[after.size()]));
    }
  }
  return after;
}

SmallVector<Value> TileBuilder::multiplyAdd(const RegisterTile &tile, ArrayRef<TileOperand> operands, ValueRange sums) {
  return step(tile, operands, sums, [&](ArrayRef<Value> elements, Value sum) { return multiplyAdd(elements[0], elements[1], sum); });
}

void TileBuilder::prefetch(Value memory, Value at, int64_t elements) {
  const auto bits = static_cast<int64_t>(element.getIntOrFloatBitWidth());
  for (int64_t n = 0; n < elements; n += kCacheLineBits / bits)
    memref::PrefetchOp::create(b, loc, memory, index.add(at, n), /*isWrite=*/false, /*localityHint=*/3, /*isDataCache=*/true);
}

Value TileBuilder::stackScratch(int64_t elements) {
  OpBuilder::InsertionGuard guard(b);
  // Not where the task is emitted: that may be in a loop, which would take more stack on each turn.
  auto function = b.getInsertionBlock()->getParentOp();
  if (!isa<FunctionOpInterface>(function)) function = function->getParentOfType<FunctionOpInterface>();
  b.setInsertionPointToStart(&function->getRegion(0).front());
  return memref::AllocaOp::create(b, loc, MemRefType::get(elements, element), b.getI64IntegerAttr(64));
}

} // namespace burin::compiler
