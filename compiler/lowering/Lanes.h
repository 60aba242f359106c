#pragma once
#include "mlir/IR/Builders.h"

namespace burin::compiler {

/// Stores `value`, a scalar or a vector, in the one-dimensional `buffer` from `index` on; where there is a mask, the lanes that it has alone.
void storeLanes(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, mlir::Value buffer, mlir::Value index, mlir::Value mask);

/// The mask of the first `count` of so many lanes; of all if there are more. A `count` that only the run knows must fit 32 bits.
mlir::Value lanesBefore(mlir::OpBuilder &builder, mlir::Location loc, int64_t count, int64_t lanes);
mlir::Value lanesBefore(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value count, int64_t lanes);

} // namespace burin::compiler
