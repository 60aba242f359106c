#pragma once
#include "compiler/dialect/BurinDialect.h"

/// When a value may be written over one that is no longer needed.
namespace burin::compiler {

/// Whether `use`, in a cluster that makes `fresh` as one of its results, reads only where that result is written at the time.
bool readsWhereItWrites(mlir::OpOperand &use, ClusterOp cluster, mlir::Value fresh);

/// Whether `cluster` may write its result `fresh` over `old`, which is an argument of the cluster's block: nothing reads `old`
/// afterwards, and the cluster itself only as above.
bool mayOverwrite(mlir::BlockArgument old, ClusterOp cluster, mlir::Value fresh);

/// Whether the op may write its row into the memory of the array that it takes: nobody else reads that.
bool mayOverwrite(SetRowOp op);

/// What is written into the memory of `value` once nobody reads that; null if nothing.
mlir::Value successorInPlace(mlir::Value value);

} // namespace burin::compiler
