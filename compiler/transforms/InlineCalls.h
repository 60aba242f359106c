#pragma once
#include "mlir/Pass/Pass.h"
#include <memory>

namespace burin::compiler {

/// `burin-inline-calls{share-heavy=false}`: all functions that the public ones call become part of them.
std::unique_ptr<mlir::Pass> createInlineAllCallsPass();

} // namespace burin::compiler
