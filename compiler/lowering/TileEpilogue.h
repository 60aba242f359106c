#pragma once
#include "compiler/lowering/Frame.h"
#include "compiler/lowering/LoopNest.h"

namespace burin::compiler {

/// What becomes of sums that are complete: they go through the elementwise consumers, vector by vector, and where these ask for it,
/// or nothing else keeps them, to memory.
class TileEpilogue {
public:
  /// `consumers` run over the dimensions of the product, which `contraction` makes, the last of which are `columns` (more than one only
  /// if those behind the first have extent 1).
  TileEpilogue(mlir::linalg::LinalgOp contraction, llvm::ArrayRef<mlir::linalg::LinalgOp> consumers, int64_t columns = 1);

  /// Joins the dimensions before the columns to one if memory allows. Then `emit` takes the one index of all.
  bool joinRows();
  /// Instructions for one element, roughly.
  int64_t cost() const;

  /// `sums` are the elements from column `j` on, of the rows at `indices`; a mask says which of them exist.
  void emit(mlir::OpBuilder &builder, Frame &frame, llvm::ArrayRef<mlir::Value> indices, mlir::Value j, mlir::Value sums,
            mlir::Value mask) const;

private:
  bool isProduct(const Access &input) const { return input.buffer == product.buffer; }

  mlir::Location loc;
  Access product;
  llvm::SmallVector<int64_t> rowExtents;
  std::vector<LoopNest> consumers;
  bool keepsProduct = true; ///< something outside of the epilogue reads the product itself
};

} // namespace burin::compiler
