// Puts the checks of ops that may fail in front of them, as effects of their own: from here on order and pruning follow from
// what ops say of their effects, and the op itself is pure. What nobody uses is not run (rule E4), and isn't checked.
//
//   %1 = burin.gather %x at %0    ->    burin.check_indices %0 extent 3 limit 3 ; %1 = burin.gather %x at %0
#include "compiler/dialect/BurinDialect.h"
#include "compiler/transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Iterators.h"

using namespace mlir;

namespace burin::compiler {
namespace {

struct InsertChecks : PassWrapper<InsertChecks, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(InsertChecks)
  StringRef getArgument() const override { return "burin-insert-checks"; }
  StringRef getDescription() const override { return "put the checks of ops that may fail in front of them"; }

  void runOnOperation() override {
    // Backwards, so that what only dead ops use is seen to be dead.
    getOperation().walk<WalkOrder::PostOrder, ReverseIterator>([](Operation *op) {
      auto checked = dyn_cast<RuntimeCheckInterface>(op);
      if (!checked) return;
      if (isOpTriviallyDead(op)) return op->erase();
      OpBuilder builder(op);
      checked.buildChecks(builder);
    });
  }
};

} // namespace

std::unique_ptr<Pass> createInsertChecksPass() { return std::make_unique<InsertChecks>(); }

} // namespace burin::compiler
