#pragma once
#include "compiler/dialect/BurinDialect.h"

/// When a value may be written over one that is no longer needed.
namespace burin::compiler {

/// Whether the cluster reads its operands in another order than it writes, so that nothing may be overwritten.
bool readsAhead(ClusterOp cluster);

/// Whether `use`, in a cluster that makes `fresh` as one of its results, reads only where that result is written at the time.
bool readsWhereItWrites(mlir::OpOperand &use, ClusterOp cluster, mlir::Value fresh);

/// Whether `cluster` may write its result `fresh` over `old`, which is an argument of the cluster's block: nothing reads `old`
/// afterwards, and the cluster itself only as above.
bool mayOverwrite(mlir::BlockArgument old, ClusterOp cluster, mlir::Value fresh);

/// Whether a set_row, or an update within a loop or branch, may write into the memory of the array that it takes: nobody else
/// reads that.
bool mayOverwrite(mlir::Operation *update);

/// The value that result `number` of the branch is made of, each way in the memory of that value: by updates in place, or as it
/// is. Null if the result needs memory of its own.
mlir::Value passedInPlace(IfOp branch, unsigned number);

/// Whether a trip of a loop may write what comes after `argument` in its place. A value that a cluster makes is told to.
bool isUpdatedInPlace(mlir::BlockArgument argument, mlir::Value next);

/// The value in whose memory `value` is made by an update, a branch, or a loop that updates it; null if it has memory of its own.
mlir::Value predecessorInPlace(mlir::Value value);

/// What is written into the memory of `value` once nobody reads that; null if nothing.
mlir::Value successorInPlace(mlir::Value value);

} // namespace burin::compiler
