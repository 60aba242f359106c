// The checks of ops that fail for some values of their operands.
#include "compiler/dialect/BurinDialect.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace burin::compiler {

// Whether `indices` are known, and all within [0, limit) once negative ones are counted from the end of `extent`.
static bool areKnownToFit(Value indices, int64_t extent, int64_t limit, bool isUnsigned) {
  DenseIntElementsAttr known;
  if (!matchPattern(indices, m_Constant(&known))) return false;
  return llvm::all_of(known.getValues<APInt>(), [&](const APInt &index) {
    if (isUnsigned) return index.getActiveBits() < 64 && index.getZExtValue() < static_cast<uint64_t>(limit);
    const int64_t value = index.getSExtValue(), position = value < 0 ? value + extent : value;
    return position >= 0 && position < limit;
  });
}

// `take: index {} is out of range for axis 0 of f32[3,2] with extent 3  (at train.cpp:41)`
static std::string outOfRangeMessage(Operation *op, const IndexRead &read) {
  auto x = cast<RankedTensorType>(op->getOperand(0).getType());
  auto label = op->getLoc()->findInstanceOf<NameLoc>();
  std::string text = (label ? label.getName().str() : op->getName().stripDialect().str()) + ": index {} is out of range for axis " +
                     std::to_string(read.axis) + " of " + describe(x) + " with extent " + std::to_string(x.getDimSize(read.axis));
  if (read.size != 1) text += ": it begins a part of extent " + std::to_string(read.size);
  return text + describe(op->getLoc());
}

void buildIndexChecks(OpBuilder &builder, Operation *op) {
  for (const IndexRead &read : cast<IndexedInterface>(op).indexReads()) {
    const int64_t extent = cast<RankedTensorType>(op->getOperand(0).getType()).getDimSize(read.axis), limit = extent - read.size + 1;
    const bool isUnsigned = cast<RankedTensorType>(read.indices.getType()).getElementType().isUnsignedInteger();
    if (read.inBounds || areKnownToFit(read.indices, extent, limit, isUnsigned)) continue;
    CheckIndicesOp::create(builder, op->getLoc(), read.indices, ValueRange(), static_cast<uint64_t>(extent), static_cast<uint64_t>(limit),
                           isUnsigned, outOfRangeMessage(op, read));
  }
}

} // namespace burin::compiler
