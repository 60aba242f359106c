#pragma once
#include "mlir/Pass/Pass.h"
#include <memory>

/// Passes from the burin dialect to itself.
namespace burin::compiler {

/// `burin-inline-calls`: functions that the public ones call become part of them, but for those of many loop nests that are called often.
std::unique_ptr<mlir::Pass> createInlineCallsPass();
/// `burin-insert-checks`: the checks of ops that may fail become effects that stand before them.
std::unique_ptr<mlir::Pass> createInsertChecksPass();
/// `burin-lift-variables`: variables become arguments (old values) and results (new values).
std::unique_ptr<mlir::Pass> createLiftVariablesPass();
/// `burin-guard-numerics`: checks behind each op become flags, and guards that look for the op once a flag is up. With `guard`, the
/// function becomes that search for guard number `guard`.
std::unique_ptr<mlir::Pass> createGuardNumericsPass(int64_t guard = -1);
/// `burin-simplify`: rewrites that need more than an op's own fold: broadcasts into elementwise ops, split reductions.
std::unique_ptr<mlir::Pass> createSimplifyPass();
/// `burin-expand-windows`: convolutions and pooling without padding, on operands that are padded.
std::unique_ptr<mlir::Pass> createExpandArgReductionsPass();
std::unique_ptr<mlir::Pass> createExpandWindowsPass();
/// `burin-hoist-invariants`: moves out of loops what is the same in each trip.
std::unique_ptr<mlir::Pass> createHoistInvariantsPass();
/// `burin-orient-products`: transposes before a loop the matrix that it multiplies with a vector in each trip.
std::unique_ptr<mlir::Pass> createOrientProductsPass();
/// `burin-sink-reshapes`: moves reshapes of products behind the elementwise ops that follow, which fuse with the product then.
std::unique_ptr<mlir::Pass> createSinkReshapesPass();
/// `burin-form-clusters`: groups ops into clusters, each to become one loop nest, in time linear in the ops.
std::unique_ptr<mlir::Pass> createFormClustersPass();

} // namespace burin::compiler
