#pragma once
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"

namespace burin::compiler {

/// The buffer of a tensor as ops see it. MLIR takes the strides before an extent of 0 to be unknown, so an empty buffer has
/// strides of its own; then it can't be an argument, or a view of the arena: those are flat.
mlir::MemRefType memrefType(mlir::Type tensor);
/// The type of the memory of a buffer of `type`.
mlir::MemRefType storedType(mlir::MemRefType type);
int64_t byteSize(mlir::ShapedType type);

/// The value whose memory `value` is: reshapes share it.
mlir::Value rootOf(mlir::Value value);
/// `buffer`, seen as `type`.
mlir::Value reshaped(mlir::OpBuilder &builder, mlir::Value buffer, mlir::MemRefType type, mlir::Location loc);

} // namespace burin::compiler
