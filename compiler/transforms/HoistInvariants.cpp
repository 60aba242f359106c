// Moves out of loops what is the same in each trip. What costs next to nothing where it is used, and memory elsewhere, stays.
//
//   burin.for %n times, %x { ^bb0(%i, %s): %0 = burin.exp %y ; %1 = burin.add %s, %0 ; burin.yield %1 }
//     -> %0 = burin.exp %y ; burin.for %n times, %x { ^bb0(%i, %s): %1 = burin.add %s, %0 ; burin.yield %1 }
#include "compiler/dialect/BurinDialect.h"
#include "compiler/transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"

using namespace mlir;

namespace burin::compiler {
namespace {

bool isWorthMemory(Operation *op) {
  return isPure(op) && !op->hasTrait<OpTrait::IsTerminator>() && !isa<IotaOp, BroadcastToOp, UninitializedOp>(op);
}

struct HoistInvariants : PassWrapper<HoistInvariants, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(HoistInvariants)
  StringRef getArgument() const override { return "burin-hoist-invariants"; }
  StringRef getDescription() const override { return "move out of loops what is the same in each trip"; }
  void runOnOperation() override {
    getOperation().walk([](Operation *op) { // inner loops first
      if (!isa<ForOp, WhileOp>(op)) return;
      SmallVector<Region *> regions;
      for (Region &region : op->getRegions()) regions.push_back(&region);
      const auto isOutside = [](Value value, Region *region) { return !region->isAncestor(value.getParentRegion()); };
      moveLoopInvariantCode(
          regions, isOutside, [](Operation *inner, Region *) { return isWorthMemory(inner); },
          [op](Operation *inner, Region *) { inner->moveBefore(op); });
    });
  }
};

} // namespace

std::unique_ptr<Pass> createHoistInvariantsPass() { return std::make_unique<HoistInvariants>(); }

} // namespace burin::compiler
