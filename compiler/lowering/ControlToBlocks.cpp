// Turns structured control flow into blocks, by MLIR's own patterns. From the last op to the first: each cuts its block in two, and
// what comes behind it is short then, as it has been cut up already. Dialect conversion goes the other way, and moves all of the rest
// of a function for each of its branches.
#include "compiler/lowering/ControlToBlocks.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Iterators.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Rewrite/PatternApplicator.h"

using namespace mlir;

namespace burin::compiler {
namespace {

struct ControlToBlocks : PassWrapper<ControlToBlocks, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ControlToBlocks)
  StringRef getArgument() const override { return "burin-control-to-blocks"; }
  StringRef getDescription() const override { return "turn structured control flow into blocks"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<cf::ControlFlowDialect>(); }

  void runOnOperation() override {
    SmallVector<Operation *> ops; // an op before what it has within: MLIR takes its regions to be blocks
    getOperation().walk<WalkOrder::PreOrder, ReverseIterator>([&](Operation *op) {
      if (isa<scf::IfOp, scf::ForOp, scf::WhileOp>(op)) ops.push_back(op);
    });
    if (ops.empty()) return;
    RewritePatternSet patterns(&getContext());
    populateSCFToControlFlowConversionPatterns(patterns);
    const FrozenRewritePatternSet frozen(std::move(patterns));
    PatternApplicator applicator(frozen);
    applicator.applyDefaultCostModel();
    PatternRewriter rewriter(&getContext());
    for (Operation *op : ops) {
      rewriter.setInsertionPoint(op);
      if (failed(applicator.matchAndRewrite(op, rewriter))) {
        op->emitOpError("can't be turned into blocks");
        return signalPassFailure();
      }
    }
  }
};

} // namespace

std::unique_ptr<Pass> createControlToBlocksPass() { return std::make_unique<ControlToBlocks>(); }

} // namespace burin::compiler
