#pragma once
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/Frame.h"

namespace burin::compiler {

/// The call context, a compiled function's last argument.
mlir::Value callContext(mlir::func::FuncOp function);

/// Replaces `print` by a call of the runtime's print, with an array of what the runtime knows of a tensor (RuntimeTensor).
void emitPrint(mlir::OpBuilder &builder, mlir::func::FuncOp function, PrintOp print);

/// Replaces `check` by a loop over the indices that tells the runtime of the first one that is out of range.
void emitCheck(mlir::OpBuilder &builder, Frame &frame, CheckIndicesOp check);

} // namespace burin::compiler
