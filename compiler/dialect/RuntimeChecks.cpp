// The checks of ops that fail for some values of their operands.
#include "compiler/dialect/BurinDialect.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace burin::compiler;

// Whether `indices` are known and all within [-extent, extent).
static bool areKnownToFit(Value indices, int64_t extent, bool isUnsigned) {
  DenseIntElementsAttr known;
  if (!matchPattern(indices, m_Constant(&known))) return false;
  return llvm::all_of(known.getValues<APInt>(), [&](const APInt &index) {
    if (isUnsigned) return index.getActiveBits() < 64 && index.getZExtValue() < static_cast<uint64_t>(extent);
    return index.getSExtValue() >= -extent && index.getSExtValue() < extent;
  });
}

void TakeOp::buildChecks(OpBuilder &builder) {
  auto x = cast<RankedTensorType>(getX().getType());
  const auto axis = static_cast<int64_t>(getAxis());
  const int64_t extent = x.getDimSize(axis);
  const bool isUnsigned = cast<RankedTensorType>(getIndices().getType()).getElementType().isUnsignedInteger();
  if (areKnownToFit(getIndices(), extent, isUnsigned)) return;
  const std::string message = "take: index {} is out of range: axis " + std::to_string(axis) + " of " + describe(x) + " has " +
                              std::to_string(extent) + describe(getLoc());
  CheckIndicesOp::create(builder, getLoc(), getIndices(), ValueRange(), static_cast<uint64_t>(extent), isUnsigned, message);
}
