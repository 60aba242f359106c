#include "compiler/lowering/TurnedInputs.h"
#include "compiler/lowering/IndexBuilder.h"
#include "compiler/lowering/Lanes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace burin::compiler {
namespace {

constexpr int64_t kCacheLine = 64;      // bytes
constexpr int64_t kLeastWork = 1 << 14; // elements: with fewer, the longer code takes longer to compile than it ever saves
constexpr int64_t kNarrow = 128;        // bits of vectors whose elements of 8 and 16 bits are turned by single instructions
constexpr int64_t kLeastSquare = 4;
constexpr size_t kMostInputs = 4;       // that are turned together: their blocks share the first-level cache

int64_t bitsOf(const Access &input) { return getElementTypeOrSelf(input.buffer.getType()).getIntOrFloatBitWidth(); }

// The loop, of those from `shared` on and but the last, that the input has neighbours along; the last if it is none.
size_t loopAlong(const LoopNest &nest, const Access &input, unsigned shared) {
  const size_t last = nest.loops.size() - 1;
  if (input.isScalar || input.isNumbering) return last;
  const int64_t stride = input.strides.back();
  if (stride == 0 || stride == 1 || stride == -1) return last;
  size_t loop = shared;
  while (loop < last && (input.strides[loop] != 1 || nest.loops[loop].reduction)) ++loop;
  return loop;
}

} // namespace

TurnedInputs::TurnedInputs(const LoopNest &nest, unsigned shared, int64_t lanes, const TargetInfo &target)
    : nest(&nest), lanes(lanes), registerBits(target.vectorBits) {
  if (nest.drawsInBulk || nest.iterations(shared) < kLeastWork) return;
  const size_t last = nest.loops.size() - 1;
  along = last;
  for (unsigned i = 0; i < nest.inputs.size(); ++i) {
    const size_t loop = loopAlong(nest, nest.inputs[i], shared);
    if (loop == last || (along != last && loop != along) || inputs.size() == kMostInputs || bitsOf(nest.inputs[i]) % 8 != 0) continue;
    if (squareOf(i) < kLeastSquare || nest.loops[loop].extent < squareOf(i)) continue;
    along = loop;
    block = std::max({block, squareOf(i), kCacheLine * 8 / bitsOf(nest.inputs[i])});
    inputs.push_back(i);
  }
}

int64_t TurnedInputs::squareOf(unsigned input) const {
  const int64_t bits = bitsOf(nest->inputs[input]);
  return std::min(lanes, (bits < 32 ? kNarrow : registerBits) / bits);
}

void TurnedInputs::reserveMemory(OpBuilder &b) {
  const Location loc = nest->op->getLoc();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&b.getInsertionBlock()->getParent()->getParentOfType<func::FuncOp>().getBody().front());
  for (unsigned input : inputs) {
    // The last square may start before the block.
    auto type = MemRefType::get((block + squareOf(input)) * lanes, getElementTypeOrSelf(nest->inputs[input].buffer.getType()));
    memory.push_back(memref::AllocaOp::create(b, loc, type, b.getI64IntegerAttr(kCacheLine)));
  }
}

void TurnedInputs::turn(OpBuilder &b, Frame &frame, ArrayRef<Value> bases, Value row, Value iv, bool whole) const {
  const Location loc = nest->op->getLoc();
  IndexBuilder index(b, loc);
  for (auto [input, scratch] : llvm::zip(inputs, memory)) {
    const Access &access = nest->inputs[input];
    const int64_t side = squareOf(input), lastLane = nest->loops.back().extent - 1;
    Value flat = frame.flat(access.buffer), lastSquare = index.constant(nest->loops[along].extent - side);
    auto type = VectorType::get({side}, cast<MemRefType>(flat.getType()).getElementType());
    Value end = index.min(index.constant(block), index.sub(index.constant(nest->loops[along].extent), row));
    if (nest->loops[along].extent % block == 0) end = index.constant(block);
    index.loop(index.constant(0), end, side, [&](Value ahead) {
      Value t = index.add(row, ahead);
      Value first = nest->loops[along].extent % side == 0 ? t : index.min(t, lastSquare);
      Value from = index.add(bases[input], first), to = index.mul(index.add(index.sub(first, row), side), lanes);
      index.loop(index.constant(0), index.constant(lanes), side, [&](Value lane) {
        SmallVector<Value> square;
        for (int64_t i = 0; i < side; ++i) {
          Value l = index.add(index.add(iv, lane), i);
          if (!whole) l = index.min(l, index.constant(lastLane));
          square.push_back(loadLanes(b, loc, type, flat, index.add(from, index.mul(l, access.strides.back())), Value()));
        }
        transposeSquare(b, loc, square);
        for (int64_t i = 0; i < side; ++i) storeLanes(b, loc, square[i], scratch, index.add(index.add(to, lane), i * lanes), Value());
      });
    });
  }
}

SmallVector<Value> TurnedInputs::load(OpBuilder &b, Value row) const {
  const Location loc = nest->op->getLoc();
  IndexBuilder index(b, loc);
  SmallVector<Value> values(nest->inputs.size());
  for (auto [input, scratch] : llvm::zip(inputs, memory)) {
    auto type = VectorType::get({lanes}, cast<MemRefType>(scratch.getType()).getElementType());
    Value at = index.mul(index.add(row, squareOf(input)), lanes);
    values[input] = loadLanes(b, loc, type, scratch, at, Value());
  }
  return values;
}

} // namespace burin::compiler
