#include "compiler/lowering/TileEpilogue.h"
#include "compiler/lowering/Lanes.h"
#include "compiler/lowering/VectorBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace burin::compiler {

// The element of a buffer at the index of loops over its dimensions.
static Access wholeBuffer(Value buffer) {
  Access access;
  access.buffer = buffer;
  (void)cast<MemRefType>(buffer.getType()).getStridesAndOffset(access.strides, access.offset);
  return access;
}

TileEpilogue::TileEpilogue(linalg::LinalgOp contraction, ArrayRef<linalg::LinalgOp> ops, int64_t columns)
    : loc(contraction->getLoc()), product(wholeBuffer(contraction.getDpsInits()[0])) {
  auto type = cast<MemRefType>(product.buffer.getType());
  rowExtents.assign(type.getShape().begin(), type.getShape().end() - columns);
  product.strides.truncate(rowExtents.size() + 1);
  for (linalg::LinalgOp op : ops) {
    LoopNest &nest = consumers.emplace_back(analyze(op, type.getRank()));
    nest.loops.resize(rowExtents.size() + 1);
    for (Access &access : nest.inputs) access.strides.truncate(nest.loops.size());
    for (Access &access : nest.outputs) access.strides.truncate(nest.loops.size());
  }
  // The product has memory of its own unless an epilogue's result took its place.
  keepsProduct = llvm::none_of(
      consumers, [&](const LoopNest &nest) { return llvm::any_of(nest.outputs, [&](const Access &output) { return isProduct(output); }); });
}

bool TileEpilogue::joinRows() {
  const size_t rows = rowExtents.size();
  auto walksAsOne = [&](const Access &access) {
    if (access.isScalar) return true;
    for (size_t i = 0; i + 1 < rows; ++i)
      if (access.strides[i] != access.strides[i + 1] * rowExtents[i + 1]) return false;
    return true;
  };
  if (rows < 2 || !walksAsOne(product)) return rows == 1;
  for (const LoopNest &nest : consumers)
    if (nest.usesIndices || !llvm::all_of(nest.inputs, walksAsOne) || !llvm::all_of(nest.outputs, walksAsOne)) return false;
  auto join = [&](Access &access) {
    if (!access.isScalar) access.strides.erase(access.strides.begin(), access.strides.begin() + static_cast<long>(rows) - 1);
  };
  join(product);
  for (LoopNest &nest : consumers) {
    llvm::for_each(nest.inputs, join);
    llvm::for_each(nest.outputs, join);
    nest.loops.erase(nest.loops.begin(), nest.loops.begin() + static_cast<long>(rows) - 1);
  }
  rowExtents = {std::accumulate(rowExtents.begin(), rowExtents.end(), int64_t(1), std::multiplies())};
  return true;
}

int64_t TileEpilogue::cost() const {
  int64_t cost = 0;
  for (const LoopNest &nest : consumers) cost += nest.bodyCost;
  return cost;
}

void TileEpilogue::emit(OpBuilder &b, Frame &frame, ArrayRef<Value> indices, Value j, Value sums, Value mask) const {
  const int64_t lanes = isa<VectorType>(sums.getType()) ? cast<VectorType>(sums.getType()).getNumElements() : 1;
  auto base = [&](const Access &access) -> Value {
    if (access.isScalar) return {};
    Value sum = frame.constant(access.offset);
    for (auto [index, stride] : llvm::zip(indices, access.strides))
      if (stride) sum = arith::AddIOp::create(b, loc, sum, arith::MulIOp::create(b, loc, index, frame.constant(stride)));
    return sum;
  };
  // A vector of one lane is a scalar to the body.
  Value element = lanes == 1 && isa<VectorType>(sums.getType()) ? Value(vector::ExtractOp::create(b, loc, sums, 0)) : sums;
  if (keepsProduct) {
    Value flat = frame.flat(product.buffer);
    Value at = arith::AddIOp::create(b, loc, base(product), j);
    storeLanes(b, loc, element, flat, at, mask);
  }
  for (const LoopNest &nest : consumers) {
    SmallVector<Value> bases, preset;
    for (const Access &input : nest.inputs) {
      bases.push_back(base(input));
      preset.push_back(isProduct(input) ? element : Value());
    }
    for (const Access &output : nest.outputs) bases.push_back(base(output));
    VectorBody body(frame, nest, bases, indices, lanes);
    body.allowAnyStart(); // the last tile of a row may begin early
    body.emit(b, j, lanes == 1 ? Value() : mask, preset);
    body.store(b, j, lanes == 1 ? Value() : mask);
  }
}

} // namespace burin::compiler
