#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"

namespace burin::compiler {

/// Tasks from `begin` to `end - 1`.
struct TaskRange {
  mlir::Value begin, end;
};

/// A function whose code is being emitted: the compiled function itself, or a task of it, which captures what it needs.
/// Constants are made once, in its entry block.
class Frame {
public:
  /// The compiled function. Its values stand for themselves.
  explicit Frame(mlir::func::FuncOp function);
  /// A task of `source`: a function with the range's begin and end as its only arguments, so far. Others are added in front of
  /// them for values that are captured.
  static Frame forTask(mlir::func::FuncOp task);

  ~Frame();
  Frame(const Frame &) = delete;
  Frame &operator=(const Frame &) = delete;

  mlir::func::FuncOp function() const { return target; }
  /// What the task captures, in the order of its arguments.
  llvm::ArrayRef<mlir::Value> captures() const { return captured; }

  mlir::Value constant(int64_t value);
  /// The buffer that memref `buffer` of the source function points into, as one dimension; indices count from its start.
  mlir::Value flat(mlir::Value buffer);
  /// The counterpart of any value of the source function. Memory on the stack that a cluster uses is each frame's own.
  mlir::Value get(mlir::Value value);
  /// In the function's own frame: code that replaces `op` comes next. Views and constants that a cluster has inside go in front.
  void startReplacing(mlir::Operation *op);

private:
  Frame(mlir::func::FuncOp target, bool isTask);
  mlir::Value capture(mlir::Value value);
  mlir::Value cloned(mlir::Operation *op, mlir::Value result, mlir::OpBuilder &builder);

  mlir::func::FuncOp target;
  bool isTask;
  mlir::OpBuilder entry;    // before `anchor`, in the entry block: there things go that are made once
  mlir::Operation *anchor;
  mlir::Operation *front = nullptr; // stands before all code that replaces an op
  llvm::SmallVector<mlir::Value> captured;
  llvm::DenseMap<mlir::Value, mlir::Value> values, flats;
  llvm::DenseMap<int64_t, mlir::Value> constants;
};

} // namespace burin::compiler
