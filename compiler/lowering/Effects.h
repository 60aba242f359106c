#pragma once
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/Frame.h"
#include "compiler/lowering/TargetInfo.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace burin::compiler {

/// The call context, a compiled function's last argument.
mlir::Value callContext(mlir::func::FuncOp function);
/// The runtime's function `name`, of no result, declared in the module where it isn't yet.
mlir::LLVM::LLVMFuncOp runtimeFunction(mlir::func::FuncOp user, llvm::StringRef name, llvm::ArrayRef<mlir::Type> arguments);
/// The pointer to a text that ends with a zero byte.
mlir::Value textConstant(mlir::OpBuilder &builder, mlir::func::FuncOp user, mlir::Location loc, llvm::StringRef text);
/// The pointer to a buffer's first element.
mlir::Value dataPointer(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value buffer);

/// Replaces an effect of the runtime by the call of it, with an array of what the runtime knows of a tensor (RuntimeTensor).
void emitRuntimeCall(mlir::OpBuilder &builder, Frame &frame, RuntimeCallInterface op);

/// Ends the function here if the call has failed. To be emitted behind all that may fail: `op`, or a call of the runtime. If
/// `op` knows what variables hold then (FailureInterface), on buffers, that is seen to.
void emitExitIfFailed(mlir::OpBuilder &builder, mlir::func::FuncOp function, mlir::Operation *op);

/// Replaces `check` by a loop over the indices that tells the runtime of the first one that is out of range.
void emitCheck(mlir::OpBuilder &builder, Frame &frame, CheckIndicesOp check, const TargetInfo &target);

/// Replaces `guard` by a branch that lets the runtime look into it.
void emitGuard(mlir::OpBuilder &builder, Frame &frame, GuardNumericsOp guard);

/// Replaces `require` by a branch that fails the call.
void emitRequire(mlir::OpBuilder &builder, Frame &frame, RequireOp require);

} // namespace burin::compiler
