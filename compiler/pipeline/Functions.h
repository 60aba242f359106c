#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>

namespace burin::compiler {

/// Whether a trace may call functions: those of graphs don't.
enum class Calls { Allowed, Refused };

/// Throws IoError unless `function` is what a trace is: one block of the user's ops, on tensors of static shape.
void requireTrace(mlir::func::FuncOp function, const std::string &name, Calls calls);

} // namespace burin::compiler
