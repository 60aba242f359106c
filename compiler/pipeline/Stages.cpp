#include "compiler/pipeline/Stages.h"
#include "compiler/jit/Jit.h"
#include "compiler/lowering/ControlToBlocks.h"
#include "compiler/lowering/MathExpansion.h"
#include "compiler/lowering/Passes.h"
#include "compiler/transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace burin::compiler {

static constexpr Stage kStages[] = {
    {"trace", "as recorded: one op for each call of the user", [](OpPassManager &, const StageSettings &) {}},
    {"optimized", "calls inlined, variables lifted to values, simplified",
     [](OpPassManager &passes, const StageSettings &settings) {
       passes.addPass(createInlineCallsPass());
       passes.addNestedPass<func::FuncOp>(createInsertChecksPass());
       passes.addNestedPass<func::FuncOp>(createLiftVariablesPass());
       passes.addNestedPass<func::FuncOp>(createCanonicalizerPass());
       passes.addNestedPass<func::FuncOp>(createCSEPass());
       passes.addNestedPass<func::FuncOp>(createGuardNumericsPass(settings.guard));
       passes.addNestedPass<func::FuncOp>(createSimplifyPass());
       passes.addNestedPass<func::FuncOp>(createExpandArgReductionsPass());
       passes.addNestedPass<func::FuncOp>(createExpandWindowsPass());
       passes.addNestedPass<func::FuncOp>(createHoistInvariantsPass());
       passes.addNestedPass<func::FuncOp>(createOrientProductsPass());
       passes.addNestedPass<func::FuncOp>(createSinkReshapesPass());
     }},
    {"clusters", "ops grouped, one group for each loop nest to be",
     [](OpPassManager &passes, const StageSettings &) { passes.addNestedPass<func::FuncOp>(createFormClustersPass()); }},
    {"linalg", "linalg ops on tensors within each cluster",
     [](OpPassManager &passes, const StageSettings &) { passes.addNestedPass<func::FuncOp>(createToLinalgPass()); }},
    {"buffers", "each tensor in its memory",
     [](OpPassManager &passes, const StageSettings &) { passes.addPass(createPlaceBuffersPass()); }},
    {"vector", "loops over vectors, and tasks",
     [](OpPassManager &passes, const StageSettings &settings) {
       passes.addPass(createToLoopsPass(settings.target, settings.parallel, settings.standIns));
       passes.addPass(createOutlineNestsPass());
       passes.addPass(createSplitFunctionPass());
       passes.addNestedPass<func::FuncOp>(createCSEPass());
     }},
    {"llvm", "the LLVM dialect, math functions expanded",
     [](OpPassManager &passes, const StageSettings &settings) {
       passes.addPass(createExpandMathPass(settings.target));
       passes.addPass(createExpandBf16Pass());
       passes.addNestedPass<func::FuncOp>(createControlToBlocksPass());
       passes.addPass(createToLlvmPass());
       passes.addPass(createPackEntryPass());
     }},
    {"llvm-opt", "LLVM IR after LLVM's own passes", nullptr},
    {"asm", "assembly of the machine at hand", nullptr},
};

ArrayRef<Stage> stages() { return kStages; }

void registerPasses() {
  const TargetInfo host = hostTarget(0);
  registerPass([] { return createInlineCallsPass(); });
  registerPass([] { return createInsertChecksPass(); });
  registerPass([] { return createLiftVariablesPass(); });
  registerPass([] { return createGuardNumericsPass(); });
  registerPass([] { return createSimplifyPass(); });
  registerPass([] { return createExpandArgReductionsPass(); });
  registerPass([] { return createExpandWindowsPass(); });
  registerPass([] { return createHoistInvariantsPass(); });
  registerPass([] { return createOrientProductsPass(); });
  registerPass([] { return createSinkReshapesPass(); });
  registerPass([] { return createFormClustersPass(); });
  registerPass([] { return createToLinalgPass(); });
  registerPass([] { return createPlaceBuffersPass(); });
  registerPass([host] { return createToLoopsPass(host, true); });
  registerPass([] { return createOutlineNestsPass(); });
  registerPass([] { return createSplitFunctionPass(); });
  registerPass([host] { return createExpandMathPass(host); });
  registerPass([] { return createExpandBf16Pass(); });
  registerPass([] { return createControlToBlocksPass(); });
  registerPass([] { return createToLlvmPass(); });
  registerPass([] { return createPackEntryPass(); });
  for (const Stage &last : stages()) {
    if (!last.addPasses) continue;
    static std::vector<std::unique_ptr<PassPipelineRegistration<>>> registrations;
    registrations.push_back(std::make_unique<PassPipelineRegistration<>>(("burin-stage-" + last.name).str(), last.meaning,
                                                                         [&last, host](OpPassManager &passes) {
                                                                           for (const Stage &stage : stages()) {
                                                                             stage.addPasses(passes, {host, true, -1, {}});
                                                                             if (&stage == &last) return;
                                                                           }
                                                                         }));
  }
}

} // namespace burin::compiler
