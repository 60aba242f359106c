#pragma once
#include "compiler/lowering/IndexBuilder.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

/// What the emitters of matrix products and of windows share: a tile of the output that is summed in registers.
namespace burin::compiler {

/// `rows` times `vectors` sums of `lanes` elements each, row by row.
struct RegisterTile {
  int64_t rows = 1, vectors = 1, lanes = 1;
  mlir::Value mask; ///< of the elements of the last vector; null if all exist

  int64_t sums() const { return rows * vectors; }
};

/// An operand's elements for a tile, at one step of the sums.
struct TileOperand {
  mlir::Value memory;
  llvm::SmallVector<mlir::Value> rows; ///< where each row's begin; one, if all rows have the same
  bool alongColumns = false;           ///< one for each column, neighbours in memory; else one for all columns
};

/// Operations on vectors of one element type in one-dimensional memory.
class TileBuilder {
public:
  using Value = mlir::Value;
  /// Gives a sum with the operands' elements, vectors each, added.
  using Combine = llvm::function_ref<Value(llvm::ArrayRef<Value> elements, Value sum)>;

  TileBuilder(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type element) : index(builder, loc), b(builder), loc(loc), element(element) {}

  Value zeros(int64_t lanes);
  Value load(Value memory, Value at, int64_t lanes, Value mask = nullptr);
  void store(Value vector, Value memory, Value at) { mlir::vector::StoreOp::create(b, loc, vector, memory, at); }
  Value multiplyAdd(Value x, Value y, Value z);
  /// All sums after one step: elements that all rows have are loaded once.
  llvm::SmallVector<Value> step(const RegisterTile &tile, llvm::ArrayRef<TileOperand> operands, mlir::ValueRange sums, Combine combine);
  /// The same for the sum of the products of two operands.
  llvm::SmallVector<Value> multiplyAdd(const RegisterTile &tile, llvm::ArrayRef<TileOperand> operands, mlir::ValueRange sums);
  /// Fetches a run of elements into the cache. Beyond the memory's end it does nothing: a prefetch never faults.
  void prefetch(Value memory, Value at, int64_t elements);
  /// Memory of the task that is being emitted, 64-byte aligned.
  Value stackScratch(int64_t elements);

  IndexBuilder index;

protected:
  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::Type element;

private:
  Value elementOf(const TileOperand &operand, int64_t row, int64_t vector, const RegisterTile &tile);
  llvm::DenseMap<int64_t, Value> zeroVectors;
};

} // namespace burin::compiler
