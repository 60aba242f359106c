// What ops fold to on their own. No fold may change a bit of a result: x + 0 is not x (minus zero), x - 0 and x * 1 are.
#include "compiler/dialect/BurinDialect.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace burin::compiler {

// Whether `attribute` is a tensor of one value, and that value is `value`.
static bool isSplat(Attribute attribute, double value) {
  auto elements = dyn_cast_or_null<SplatElementsAttr>(attribute);
  if (!elements) return false;
  if (isa<FloatType>(elements.getElementType())) {
    const APFloat splat = elements.getSplatValue<APFloat>();
    return splat.convertToDouble() == value && !(splat.isZero() && splat.isNegative());
  }
  if (auto integer = dyn_cast<IntegerType>(elements.getElementType()))
    return !integer.isInteger(1) && elements.getSplatValue<APInt>() == static_cast<uint64_t>(static_cast<int64_t>(value));
  return false;
}

OpFoldResult SubtractOp::fold(FoldAdaptor adaptor) {
  return isSplat(adaptor.getRhs(), 0) && getLhs().getType() == getType() ? getLhs() : OpFoldResult();
}

OpFoldResult MultiplyOp::fold(FoldAdaptor adaptor) {
  if (isSplat(adaptor.getRhs(), 1) && getLhs().getType() == getType()) return getLhs();
  if (isSplat(adaptor.getLhs(), 1) && getRhs().getType() == getType()) return getRhs();
  return {};
}

OpFoldResult DivideOp::fold(FoldAdaptor adaptor) {
  return isSplat(adaptor.getRhs(), 1) && getLhs().getType() == getType() ? getLhs() : OpFoldResult();
}

OpFoldResult NegativeOp::fold(FoldAdaptor) {
  auto inner = getX().getDefiningOp<NegativeOp>();
  return inner ? inner.getX() : OpFoldResult();
}

OpFoldResult LogicalNotOp::fold(FoldAdaptor) {
  auto inner = getX().getDefiningOp<LogicalNotOp>();
  return inner ? inner.getX() : OpFoldResult();
}

OpFoldResult BitwiseInvertOp::fold(FoldAdaptor) {
  auto inner = getX().getDefiningOp<BitwiseInvertOp>();
  return inner ? inner.getX() : OpFoldResult();
}

OpFoldResult IdentityOp::fold(FoldAdaptor) { return getX(); }

OpFoldResult CastOp::fold(FoldAdaptor) { return getX().getType() == getType() ? getX() : OpFoldResult(); }

// The constant of another shape: of the same number of elements in the same order, or of one value.
static OpFoldResult reshaped(Attribute value, RankedTensorType type, bool sameCount) {
  auto elements = dyn_cast_or_null<DenseElementsAttr>(value);
  if (!elements) return {};
  if (elements.isSplat()) return elements.resizeSplat(type);
  return sameCount ? OpFoldResult(elements.reshape(type)) : OpFoldResult();
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (getX().getType() == getType()) return getX();
  if (auto inner = getX().getDefiningOp<ReshapeOp>()) {
    getXMutable().assign(inner.getX());
    return getResult();
  }
  return reshaped(adaptor.getX(), getType(), true);
}

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  if (llvm::equal(getPermutation(), llvm::seq<int64_t>(0, getType().getRank()))) return getX();
  if (auto inner = getX().getDefiningOp<TransposeOp>()) {
    SmallVector<int64_t> composed;
    for (int64_t axis : getPermutation()) composed.push_back(inner.getPermutation()[axis]);
    setPermutation(composed);
    getXMutable().assign(inner.getX());
    return getResult();
  }
  return reshaped(adaptor.getX(), getType(), false);
}

OpFoldResult BroadcastToOp::fold(FoldAdaptor adaptor) {
  if (getX().getType() == getType()) return getX();
  return reshaped(adaptor.getX(), getType(), false);
}

OpFoldResult ConcatOp::fold(FoldAdaptor) { return getParts().size() == 1 ? getParts()[0] : OpFoldResult(); }

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

namespace {
// pow(x, 2) -> square(x); pow(x, 1) -> x. Both are exact in C's pow as well.
struct PowOfConstant : OpRewritePattern<PowOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(PowOp op, PatternRewriter &rewriter) const override {
    Attribute exponent;
    if (!matchPattern(op.getRhs(), m_Constant(&exponent)) || op.getLhs().getType() != op.getType()) return failure();
    if (isSplat(exponent, 1)) {
      rewriter.replaceOp(op, op.getLhs());
      return success();
    }
    if (!isSplat(exponent, 2)) return failure();
    rewriter.replaceOpWithNewOp<SquareOp>(op, op.getLhs());
    return success();
  }
};
} // namespace

void PowOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) { patterns.add<PowOfConstant>(context); }

} // namespace burin::compiler
