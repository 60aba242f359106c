#pragma once
#include "compiler/lowering/Frame.h"
#include "compiler/lowering/LoopNest.h"
#include "compiler/lowering/MatmulEmitter.h"
#include "compiler/lowering/TileEpilogue.h"

namespace burin::compiler {

/// A contraction with its elementwise consumers, as tasks that each make a part of one matrix of the batch.
class MatmulCluster {
public:
  MatmulCluster(mlir::linalg::LinalgOp contraction, llvm::ArrayRef<mlir::linalg::LinalgOp> consumers, const TargetInfo &target);

  int64_t taskCount() const { return batches * plan.taskCount; }
  /// Multiplications that it does in all.
  int64_t work() const;
  void emitTasks(mlir::OpBuilder &builder, Frame &frame, TaskRange tasks) const;

private:
  void emitTasksOfBatch(mlir::OpBuilder &builder, Frame &frame, mlir::Value number, TaskRange tasks) const;

  LoopNest product;
  TileEpilogue epilogue;
  int64_t batches = 1;
  llvm::SmallVector<int64_t> batchExtents;
  MatmulPlan plan;
  TargetInfo target;
};

} // namespace burin::compiler
