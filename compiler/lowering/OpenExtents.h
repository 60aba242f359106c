#pragma once
#include "compiler/lowering/NestEmitter.h"

namespace burin::compiler {

/// What a function runs to that is compiled for any extents (CompileOptions::stand_ins). Its tensors have stand-ins in their types, all of
/// them different and larger than 1; where a loop ends and what addresses step by is worked out from the numbers that the call brings
/// (CallContext::extents). All tensors are dense.
class OpenExtents {
public:
  /// Loads the numbers at the beginning of `function`.
  OpenExtents(mlir::func::FuncOp function, llvm::ArrayRef<int64_t> standIns);

  /// The part of the outermost loop that a call is for.
  LoopRange range() const { return {begin, end}; }
  /// How often loop number `loop` of `nest` runs.
  mlir::Value extent(mlir::OpBuilder &builder, const LoopNest &nest, size_t loop) const;
  /// How many elements lie between neighbours of an operand of `nest` along loop number `loop`; null for 1.
  mlir::Value stride(mlir::OpBuilder &builder, const LoopNest &nest, const Access &operand, size_t loop) const;

private:
  mlir::Value extentOf(int64_t standIn) const;

  llvm::SmallVector<int64_t> standIns;
  llvm::SmallVector<mlir::Value> extents;
  mlir::Value begin, end;
};

} // namespace burin::compiler
