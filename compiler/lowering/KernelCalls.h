#pragma once
#include "burin/DType.h"
#include "compiler/dialect/BurinDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace burin::compiler {

/// The library's name for an element type.
DType dtypeOf(mlir::Type element);

/// The name of the user's op, which the tracer keeps in the location; else the dialect's.
llvm::StringRef labelOf(mlir::Operation *op);

/// The call of the kernel that computes `op`, on tensors of memory types.
CallKernelOp createKernelCall(mlir::OpBuilder &builder, RuntimeKernelInterface op, mlir::ValueRange operands);

/// Replaces `call`, on buffers, by a call of the runtime's kernel with a description of them (runtime/Abi.h: KernelCall).
void emitKernelCall(mlir::OpBuilder &builder, mlir::func::FuncOp function, CallKernelOp call);

} // namespace burin::compiler
