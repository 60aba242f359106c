#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>

namespace burin::compiler {

/// Throws IoError unless `function` is what a trace is: one block of the user's ops, on tensors of static shape.
void requireTrace(mlir::func::FuncOp function, const std::string &name);

} // namespace burin::compiler
