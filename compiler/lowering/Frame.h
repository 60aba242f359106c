#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"

namespace burin::compiler {

/// A function whose code is being emitted: the compiled function itself, or a task of it that sees the same arguments.
/// Constants and flat views of buffers are made once, in its entry block.
class Frame {
public:
  /// Emits into `target`, whose first arguments are those of `source`. Both may be the same function.
  Frame(mlir::func::FuncOp source, mlir::func::FuncOp target);

  ~Frame();
  Frame(const Frame &) = delete;
  Frame &operator=(const Frame &) = delete;

  mlir::func::FuncOp function() const { return target; }
  mlir::Value constant(int64_t value);
  /// The buffer that memref `buffer` of the source function points into, as one dimension; indices count from its start.
  mlir::Value flat(mlir::Value buffer);
  /// The counterpart of any value of the source function that stems from arguments, allocas and constants alone.
  mlir::Value get(mlir::Value value);

private:
  mlir::func::FuncOp source, target;
  mlir::OpBuilder entry;    // before `anchor`, in the entry block: there things go that are made once
  mlir::Operation *anchor;
  llvm::DenseMap<mlir::Value, mlir::Value> values, flats;
  llvm::DenseMap<int64_t, mlir::Value> constants;
};

} // namespace burin::compiler
