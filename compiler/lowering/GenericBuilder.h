#pragma once
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include <memory>

namespace burin::compiler {

inline mlir::RankedTensorType tensorType(mlir::Value value) { return mlir::cast<mlir::RankedTensorType>(value.getType()); }

/// What memory holds for an element of burin's: a boolean is a byte, an unsigned integer a signless one.
mlir::Type memoryType(mlir::Type element);
mlir::RankedTensorType memoryTensor(mlir::Type type);
mlir::DenseElementsAttr memoryConstant(mlir::DenseElementsAttr value);

/// One linalg.generic on tensors in the making. Its body grows op by op; inputs are added as the body asks for them.
class GenericBuilder {
public:
  GenericBuilder(mlir::OpBuilder &builder, mlir::Location location, llvm::ArrayRef<mlir::utils::IteratorType> iterators);

  /// Inserts at the end of the body.
  mlir::OpBuilder &bodyBuilder() { return inside; }
  int64_t loops() const { return static_cast<int64_t>(iterators.size()); }

  /// The element of `tensor`, which stands for one of element type `elementType`, at `map`, as a value of arithmetic.
  mlir::Value input(mlir::Value tensor, mlir::Type elementType, mlir::AffineMap map);
  /// An output of burin type `type` at `map`, starting from `init`; gives the body's value of what it holds.
  mlir::Value output(mlir::RankedTensorType type, mlir::AffineMap map, mlir::Value init);
  /// Whether an input is indexed by `loop` itself, so that linalg can take the loop's extent from it.
  bool binds(int64_t loop) const;
  /// Whether each input is indexed by none of `loops`, or by all in order along neighbouring dimensions that have their
  /// `extents`: then they may become one loop.
  bool walksAsOne(llvm::ArrayRef<int64_t> loops, llvm::ArrayRef<int64_t> extents) const;
  void makeParallel(int64_t loop) { iterators[static_cast<size_t>(loop)] = mlir::utils::IteratorType::parallel; }
  /// Whether the body so far asks for the loops' indices.
  bool usesIndices() const;
  /// What the next output gets.
  void setResult(mlir::Value element);
  mlir::linalg::GenericOp create();

private:
  mlir::OpBuilder &b;
  mlir::Location loc;
  llvm::SmallVector<mlir::utils::IteratorType> iterators;
  std::unique_ptr<mlir::Block> body;
  mlir::OpBuilder inside;
  llvm::SmallVector<mlir::Value> inputs, inits, yielded;
  llvm::SmallVector<mlir::AffineMap> maps, outputMaps;
  llvm::DenseMap<std::pair<mlir::Value, mlir::AffineMap>, mlir::Value> loaded;
};

} // namespace burin::compiler
