#pragma once
#include "compiler/lowering/LoopNest.h"
#include "compiler/lowering/TargetInfo.h"
#include "llvm/ADT/SmallBitVector.h"

/// Stores past the caches: of a line that is written whole the processor needn't read first what it held.
namespace burin::compiler {

/// The outputs that no cache holds, and that vectors of `lanes` elements fill in whole, aligned pieces.
llvm::SmallBitVector pastCaches(const LoopNest &nest, int64_t lanes, const TargetInfo &target);

/// Stores a vector past the caches; its memory begins at a multiple of `alignment` bytes.
void storePastCaches(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value vector, mlir::Value buffer, mlir::Value index,
                     int64_t alignment);

/// Such stores aren't ordered as others are: what follows comes after them for all threads.
void fencePastCaches(mlir::OpBuilder &builder, mlir::Location loc);

} // namespace burin::compiler
