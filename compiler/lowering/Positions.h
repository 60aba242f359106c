#pragma once
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"

/// Positions in a tensor as arithmetic.
namespace burin::compiler {

/// `index`, an integer, as a position where a part of `size` elements begins in `extent` ones: counted from the end if it is
/// negative, and held within [0, extent - size], so that no run touches what lies outside.
mlir::Value indexWithin(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value index, bool isUnsigned, int64_t extent, int64_t size);

/// The results of `map` at `dims` (null where the map doesn't use them) and `symbols`.
llvm::SmallVector<mlir::Value> expanded(mlir::OpBuilder &builder, mlir::Location loc, mlir::AffineMap map, llvm::ArrayRef<mlir::Value> dims,
                                        llvm::ArrayRef<mlir::Value> symbols);

} // namespace burin::compiler
