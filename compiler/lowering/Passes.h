#pragma once
#include "compiler/lowering/TargetInfo.h"
#include "mlir/Pass/Pass.h"
#include <memory>

/// Passes from the burin dialect down to LLVM's.
namespace burin::compiler {

/// `burin-to-linalg`: clusters of burin ops become clusters of linalg ops on tensors of storage types.
std::unique_ptr<mlir::Pass> createToLinalgPass();
/// `burin-place-buffers`: each tensor gets its place: an argument, a result handed in, a row on the stack, the arena.
std::unique_ptr<mlir::Pass> createPlaceBuffersPass();
/// `burin-to-loops`: clusters on buffers become loops over vectors, large ones tasks for the thread pool. Of a function for any extents
/// those in its types are `standIns` (OpenExtents.h).
std::unique_ptr<mlir::Pass> createToLoopsPass(const TargetInfo &target, bool parallel, llvm::ArrayRef<int64_t> standIns = {});
/// `burin-outline-nests`: what is deep or long within loops and branches becomes functions of its own.
std::unique_ptr<mlir::Pass> createOutlineNestsPass();
/// `burin-split-function`: long functions become parts, one called after the other.
std::unique_ptr<mlir::Pass> createSplitFunctionPass();
/// `burin-expand-bf16`: arithmetic on bf16 becomes arithmetic on f32, rounded by integer ops.
std::unique_ptr<mlir::Pass> createExpandBf16Pass();
/// `burin-to-llvm`: loops over vectors become the LLVM dialect; buffers are bare pointers.
std::unique_ptr<mlir::Pass> createToLlvmPass();
/// `burin-pack-entry`: the entry `void f(void **args)` beside each compiled function, in the LLVM dialect.
std::unique_ptr<mlir::Pass> createPackEntryPass();

} // namespace burin::compiler
