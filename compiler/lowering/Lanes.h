#pragma once
#include "mlir/IR/Builders.h"

namespace burin::compiler {

/// Stores `value`, a scalar or a vector, in the one-dimensional `buffer` from `index` on; where there is a mask, the lanes that it has alone.
void storeLanes(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, mlir::Value buffer, mlir::Value index, mlir::Value mask);

/// Loads a vector of `type` from `index` of the one-dimensional `buffer` on; zeros in lanes that a mask leaves out.
mlir::Value loadLanes(mlir::OpBuilder &builder, mlir::Location loc, mlir::VectorType type, mlir::Value buffer, mlir::Value index,
                      mlir::Value mask);

/// Transposes a square, a power of two of vectors with as many lanes, in shuffles (J. O. Eklundh, "A fast computer method for matrix
/// transposing", 1972; in vectors of 128 bits, perfect shuffles of halves).
void transposeSquare(mlir::OpBuilder &builder, mlir::Location loc, llvm::MutableArrayRef<mlir::Value> square);

/// The mask of the first `count` of so many lanes; of all if there are more. A `count` that only the run knows must fit 32 bits.
mlir::Value lanesBefore(mlir::OpBuilder &builder, mlir::Location loc, int64_t count, int64_t lanes);
mlir::Value lanesBefore(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value count, int64_t lanes);

/// The mask of those after the first `count` lanes.
mlir::Value lanesFrom(mlir::OpBuilder &builder, mlir::Location loc, int64_t count, int64_t lanes);

} // namespace burin::compiler
