#pragma once
#include "mlir/Pass/Pass.h"
#include <memory>

namespace burin::compiler {

/// `burin-control-to-blocks`: structured control flow becomes blocks, in time linear in the ops.
std::unique_ptr<mlir::Pass> createControlToBlocksPass();

} // namespace burin::compiler
