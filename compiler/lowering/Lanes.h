#pragma once
#include "mlir/IR/Builders.h"

namespace burin::compiler {

/// Stores `value`, a scalar or a vector, in the one-dimensional `buffer` from `index` on; where there is a mask, the lanes that it has alone.
void storeLanes(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, mlir::Value buffer, mlir::Value index, mlir::Value mask);

/// Stores a vector past the caches; it begins at a multiple of its size, or of 64 bytes.
void storeLanesPastCaches(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value vector, mlir::Value buffer, mlir::Value index);

} // namespace burin::compiler
