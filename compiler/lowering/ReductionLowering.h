#pragma once
#include "compiler/lowering/ElementEmitter.h"
#include "compiler/lowering/NumericsFlags.h"

namespace burin::compiler {

llvm::SmallVector<mlir::utils::IteratorType> parallelLoops(int64_t count);
/// A tensor for values of burin type `type`, without contents, or all of `value`.
mlir::Value emptyTensor(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type type);
mlir::Value filledTensor(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type type, mlir::TypedAttr value);

/// What is least of all elements of `type`, or greatest.
mlir::TypedAttr leastOrGreatest(mlir::Type type, bool least);
/// What the op's combiner leaves any element as it is with.
mlir::TypedAttr identityOf(ReductionInterface op);
/// The generic's next result: `held` and `element`, combined.
void setCombined(GenericBuilder &generic, ReductionInterface op, mlir::Value held, mlir::Value element);

/// Into how many chunks to cut a reduction of all of `count` elements, so that threads can share it. 0: not at all.
int64_t chunksOf(int64_t count);
/// The same for `op`, by its operand's size; `chain` are the ops of its pass. 0 also where it leaves dimensions.
int64_t chunksOf(ReductionInterface op, llvm::ArrayRef<mlir::Operation *> chain);
/// Reduces each chunk, then the chunks' results:
///
///   sum(x * y) of 1048576 elements -> 16 sums of 65536 neighbours each -> their sum
mlir::Value lowerInChunks(mlir::OpBuilder &builder, ElementEmitter &emitter, NumericsFlags &flags, ReductionInterface op,
                          llvm::ArrayRef<mlir::Operation *> chain, int64_t chunks);

} // namespace burin::compiler
