// Rewrites that bring ops into the form that clusters want:
//   add(broadcast_to(x), y)          -> add(x, y) where the result keeps its type: elementwise ops broadcast themselves
//   reduce over axes 0 and 2 of 3    -> reduce over 2, then over 0: each reduction's axes are neighbours
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

bool isEmpty(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getNumElements() == 0;
}

// Ops that make no element, or make theirs from none: sums and products of nothing are zeros (other reductions of nothing
// are refused by inference), and updates by nothing leave their target.
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
    rewriter.replaceOpWithNewOp<ConstantOp>(op, DenseElementsAttr::get(type, rewriter.getZeroAttr(type.getElementType())));
    return success();
  }
};

struct Simplify : PassWrapper<Simplify, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Simplify)
  StringRef getArgument() const override { return "burin-simplify"; }
  StringRef getDescription() const override { return "bring ops into the form that clusters want"; }
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<AbsorbBroadcast, RemoveEmpty, SplitReduction>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

std::unique_ptr<Pass> createSimplifyPass() { return std::make_unique<Simplify>(); }

} // namespace burin::compiler
