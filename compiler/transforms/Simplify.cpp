// Rewrites that bring ops into the form that clusters want:
//   add(broadcast_to(x), y)          -> add(x, y) where the result keeps its type: elementwise ops broadcast themselves
//   reduce over axes 0 and 2 of 3    -> reduce over 2, then over 0: each reduction's axes are neighbours
//   sum or product of f16 or bf16    -> cast, the same in f32, cast: one rounding for each element of the result
//   sum or product of complex numbers -> those of their parts
//   stop_gradient(x)                 -> x: what differentiates has run
//   any op on tensors without elements -> a constant: no loop, no buffer and no stride ever sees an extent of 0
#include "compiler/dialect/BurinDialect.h"
#include "compiler/transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

using namespace mlir;

namespace burin::compiler {
namespace {

// The result type that an op's operands and attributes give it now; null if they don't fit any more.
Type inferredType(Operation *op) {
  SmallVector<Type> types;
  auto inference = cast<InferTypeOpInterface>(op);
  const bool inferred = succeeded(inference.inferReturnTypes(op->getContext(), std::nullopt, op->getOperands(), op->getAttrDictionary(),
                                                             op->getPropertiesStorage(), op->getRegions(), types));
  return inferred ? types[0] : Type();
}

struct AbsorbBroadcast : OpInterfaceRewritePattern<ElementwiseInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(ElementwiseInterface op, PatternRewriter &rewriter) const override {
    bool changed = false;
    for (OpOperand &operand : op->getOpOperands()) {
      auto broadcast = operand.get().getDefiningOp<BroadcastToOp>();
      if (!broadcast) continue;
      Value former = operand.get();
      operand.set(broadcast.getX());
      if (inferredType(op) == op->getResult(0).getType()) changed = true;
      else operand.set(former);
    }
    return success(changed);
  }
};

struct SplitReduction : OpInterfaceRewritePattern<ReductionInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(ReductionInterface op, PatternRewriter &rewriter) const override {
    auto axesAttribute = op->getAttrOfType<DenseI64ArrayAttr>("axes");
    SmallVector<int64_t> axes(axesAttribute.asArrayRef());
    llvm::sort(axes);
    const auto lastRun = [&] { // neighbours at the end of what is left of axes
      size_t first = axes.size() - 1;
      while (first > 0 && axes[first] == axes[first - 1] + 1) --first;
      return first;
    };
    if (axes.size() < 2 || lastRun() == 0) return failure();
    Value x = op->getOperand(0);
    while (!axes.empty()) { // from the innermost outwards, so that what is left of axes stays right
      const size_t first = lastRun();
      Operation *part = rewriter.clone(*op);
      part->setOperand(0, x);
      part->setAttr("axes", rewriter.getDenseI64ArrayAttr(ArrayRef(axes).drop_front(first)));
      part->getResult(0).setType(inferredType(part));
      x = part->getResult(0);
      axes.resize(first);
    }
    rewriter.replaceOp(op, x);
    return success();
  }
};

Value cast(PatternRewriter &rewriter, Location loc, Value x, Type elementType) { return CastOp::create(rewriter, loc, x, elementType); }

// A copy of `op` on other operands.
Value applied(PatternRewriter &rewriter, Operation *op, ValueRange operands) {
  Operation *copy = rewriter.clone(*op);
  copy->setOperands(operands);
  copy->getResult(0).setType(inferredType(copy));
  return copy->getResult(0);
}

template <class Op> struct WidenHalves : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Type element = op.getType().getElementType();
    if (!isHalf(element)) return failure();
    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) operands.push_back(cast(rewriter, op.getLoc(), operand, rewriter.getF32Type()));
    rewriter.replaceOp(op, cast(rewriter, op.getLoc(), applied(rewriter, op, operands), element));
    return success();
  }
};

// Of an op that is linear in its only operand.
template <class Op> struct SplitComplexSum : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    if (!isa<ComplexType>(op.getType().getElementType())) return failure();
    Value real = applied(rewriter, op, ValueRange(RealOp::create(rewriter, op.getLoc(), op.getX())));
    Value imag = applied(rewriter, op, ValueRange(ImagOp::create(rewriter, op.getLoc(), op.getX())));
    rewriter.replaceOpWithNewOp<ComplexOp>(op, real, imag);
    return success();
  }
};

// Of an op that is linear in both operands.
template <class Op> struct SplitComplexProduct : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    if (!isa<ComplexType>(op.getType().getElementType())) return failure();
    Location loc = op.getLoc();
    Value a = RealOp::create(rewriter, loc, op->getOperand(0)), b = ImagOp::create(rewriter, loc, op->getOperand(0));
    Value c = RealOp::create(rewriter, loc, op->getOperand(1)), d = ImagOp::create(rewriter, loc, op->getOperand(1));
    auto product = [&](Value lhs, Value rhs) { return applied(rewriter, op, {lhs, rhs}); };
    Value real = SubtractOp::create(rewriter, loc, product(a, c), product(b, d));
    Value imag = AddOp::create(rewriter, loc, product(a, d), product(b, c));
    rewriter.replaceOpWithNewOp<ComplexOp>(op, real, imag);
    return success();
  }
};

struct RemoveStopGradient : OpRewritePattern<StopGradientOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(StopGradientOp op, PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, op.getX());
    return success();
  }
};

// The element of a reduction over nothing.
TypedAttr elementOfNothing(Operation *op, Type element, PatternRewriter &rewriter) {
  auto reduction = dyn_cast<ReductionInterface>(op);
  const bool one = reduction && (reduction.combiner() == Combiner::Prod || reduction.combiner() == Combiner::And);
  if (auto integer = dyn_cast<IntegerType>(element)) return IntegerAttr::get(integer, APInt(integer.getWidth(), one));
  return one ? rewriter.getOneAttr(element) : rewriter.getZeroAttr(element);
}

bool isEmpty(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getNumElements() == 0;
}

// Ops that make no element, or make theirs from none: sums and matrix products of nothing are zeros, products ones (reductions
// that have no such element are refused by inference), and updates by nothing leave their target.
struct RemoveEmpty : RewritePattern {
  explicit RemoveEmpty(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (op->getNumResults() != 1 || isa<ConstantOp>(op) || !isMemoryEffectFree(op) || op->getName().getDialectNamespace() != "burin")
      return failure();
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    if (type.getNumElements() == 0) {
      rewriter.replaceOpWithNewOp<ConstantOp>(op, DenseElementsAttr::get(type, ArrayRef<Attribute>()));
      return success();
    }
    if (auto update = dyn_cast<UpdateInterface>(op)) {
      if (!llvm::is_contained(update.updatedShape(), 0)) return failure();
      rewriter.replaceOp(op, op->getOperand(0));
      return success();
    }
    // A kernel knows what to make of nothing: a determinant of it is 1.
    if (isa<RuntimeKernelInterface>(op) || llvm::none_of(op->getOperands(), isEmpty)) return failure();
    if (auto concat = dyn_cast<ConcatOp>(op)) {
      SmallVector<Value> parts;
      llvm::copy_if(concat.getParts(), std::back_inserter(parts), [](Value part) { return !isEmpty(part); });
      rewriter.replaceOpWithNewOp<ConcatOp>(op, type, parts, concat.getAxis());
      return success();
    }
    rewriter.replaceOpWithNewOp<ConstantOp>(op, DenseElementsAttr::get(type, elementOfNothing(op, type.getElementType(), rewriter)));
    return success();
  }
};

struct Simplify : PassWrapper<Simplify, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Simplify)
  StringRef getArgument() const override { return "burin-simplify"; }
  StringRef getDescription() const override { return "bring ops into the form that clusters want"; }
  void runOnOperation() override {
    apply<RemoveStopGradient, WidenHalves<ReduceSumOp>, WidenHalves<ReduceProdOp>, WidenHalves<MatmulOp>, WidenHalves<ConvolutionOp>,
          WidenHalves<SumPoolOp>, WidenHalves<MaxPoolOp>, SplitComplexSum<ReduceSumOp>, SplitComplexSum<SumPoolOp>,
          SplitComplexProduct<MatmulOp>, SplitComplexProduct<ConvolutionOp>>();
    apply<AbsorbBroadcast, RemoveEmpty, SplitReduction>();
  }

  // One walk: it doesn't see the ops that its patterns make.
  template <class... Patterns> void apply() {
    RewritePatternSet patterns(&getContext());
    patterns.add<Patterns...>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

std::unique_ptr<Pass> createSimplifyPass() { return std::make_unique<Simplify>(); }

} // namespace burin::compiler
