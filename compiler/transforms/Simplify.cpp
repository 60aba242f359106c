// Rewrites that bring ops into the form that clusters want:
//   add(broadcast_to(x), y)          -> add(x, y) where the result keeps its type: elementwise ops broadcast themselves
//   reduce over axes 0 and 2 of 3    -> reduce over 2, then over 0: each reduction's axes are neighbours
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
    size_t run = axes.size(); // the last neighbours are axes[run...]
    while (run > 1 && axes[run - 1] == axes[run - 2] + 1) --run;
    if (run <= 1) return failure();
    auto reduce = [&](Value x, ArrayRef<int64_t> over) {
      Operation *part = rewriter.clone(*op);
      part->setOperand(0, x);
      part->setAttr("axes", rewriter.getDenseI64ArrayAttr(over));
      part->getResult(0).setType(inferredType(part));
      return part->getResult(0);
    };
    Value inner = reduce(op->getOperand(0), ArrayRef(axes).drop_front(run - 1));
    rewriter.replaceOp(op, reduce(inner, ArrayRef(axes).take_front(run - 1)));
    return success();
  }
};

struct Simplify : PassWrapper<Simplify, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Simplify)
  StringRef getArgument() const override { return "burin-simplify"; }
  StringRef getDescription() const override { return "bring ops into the form that clusters want"; }
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<AbsorbBroadcast, SplitReduction>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

std::unique_ptr<Pass> createSimplifyPass() { return std::make_unique<Simplify>(); }

} // namespace burin::compiler
