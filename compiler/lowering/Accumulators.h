#pragma once
#include "compiler/lowering/LoopNest.h"
#include "compiler/lowering/VectorBody.h"

namespace burin::compiler {

/// The vector accumulators of a nest's reductions. Lists of them are ordered by accumulation, then by copy.
class Accumulators {
public:
  /// After this many trips a float sum's accumulators go into the compensated total.
  static constexpr int64_t kBlockTrips = 32;

  Accumulators(const LoopNest &nest, int64_t lanes);

  /// Whether some reduction is a sum of floats.
  bool compensates() const;
  /// What each of `copies` accumulators starts from.
  llvm::SmallVector<mlir::Value> identities(mlir::OpBuilder &builder, int64_t copies);
  /// Combines the body's contributions into copy `copy` of `values`; lanes outside of `mask` contribute nothing.
  void add(mlir::OpBuilder &builder, VectorBody &body, mlir::Value mask, llvm::SmallVectorImpl<mlir::Value> &values, unsigned copy);
  /// Combines the copies of each accumulation into one vector.
  llvm::SmallVector<mlir::Value> merge(mlir::OpBuilder &builder, mlir::ValueRange values, int64_t copies);
  /// Combines the lanes of accumulation `i`.
  mlir::Value acrossLanes(mlir::OpBuilder &builder, unsigned i, mlir::Value vector);

  /// Totals with their errors: for each accumulator a sum, then for each an error (unused but for float sums).
  llvm::SmallVector<mlir::Value> startTotals(mlir::OpBuilder &builder, int64_t copies = 1);
  llvm::SmallVector<mlir::Value> addToTotals(mlir::OpBuilder &builder, mlir::ValueRange totals, mlir::ValueRange values);
  llvm::SmallVector<mlir::Value> finishTotals(mlir::OpBuilder &builder, mlir::ValueRange totals);

  /// `accumulation`'s combiner on any two values.
  static mlir::Value combine(mlir::OpBuilder &builder, const Accumulation &accumulation, mlir::Value lhs, mlir::Value rhs);

private:
  mlir::Value identity(mlir::OpBuilder &builder, const Accumulation &accumulation);
  mlir::Type vectorType(const Accumulation &accumulation) const;
  bool isFloatSum(size_t accumulation) const;

  const LoopNest &nest;
  int64_t lanes;
  mlir::Location loc;
};

} // namespace burin::compiler
