#pragma once
#include "compiler/lowering/TileEpilogue.h"
#include "compiler/lowering/WindowPlan.h"

namespace burin::compiler {

/// A convolution or pooling without padding, with its elementwise consumers, as tasks that each make a part of the output.
class WindowCluster {
public:
  /// `windows` sums over its reduction loops; its output holds `initial` before.
  WindowCluster(mlir::linalg::LinalgOp windows, mlir::TypedAttr initial, llvm::ArrayRef<mlir::linalg::LinalgOp> consumers,
                const TargetInfo &target);

  int64_t taskCount() const { return plan.taskCount; }
  /// Multiplications, or what is in their place, that it does in all.
  int64_t work() const { return nest.iterations(); }
  void emitTasks(mlir::OpBuilder &builder, Frame &frame, TaskRange tasks) const;

private:
  void emitTask(mlir::OpBuilder &builder, Frame &frame, mlir::Value task) const;
  void findShape(llvm::ArrayRef<mlir::linalg::LinalgOp> consumers);
  size_t findColumn(bool last) const;

  LoopNest nest;
  mlir::TypedAttr initial;
  size_t column = 0;              ///< the loop along which vectors run
  std::optional<size_t> batch;    ///< the loop over groups of channels
  std::vector<int64_t> rowExtents;
  std::optional<TileEpilogue> epilogue;
  bool joinedRows = false;        ///< the epilogue wants one index for all
  WindowShape shape;
  WindowPlan plan;
};

} // namespace burin::compiler
