#pragma once
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/GenericBuilder.h"

namespace burin::compiler {

/// Lowered values of a function: burin value -> tensor of memory type.
using ValueMap = llvm::DenseMap<mlir::Value, mlir::Value>;
/// Values of a generic's body: burin value -> its element.
using Elements = llvm::DenseMap<mlir::Value, mlir::Value>;

/// The index map of a tensor of `type` within loops over its first `loops` dimensions; all others have extent 1.
mlir::AffineMap firstDims(mlir::RankedTensorType type, int64_t loops);

/// Emits burin ops that work element by element into the bodies of generics.
class ElementEmitter {
public:
  /// `builder` stands before the generic; `space` are the extents of the cluster's whole iteration space.
  ElementEmitter(mlir::OpBuilder &builder, ValueMap &values, llvm::ArrayRef<int64_t> space) : b(builder), values(values), space(space) {}

  /// Emits the ops of `chain`, which is in program order, and notes their elements.
  void emitBody(GenericBuilder &generic, llvm::ArrayRef<mlir::Operation *> chain, Elements &elements);
  mlir::Value emitOp(GenericBuilder &generic, mlir::Operation *op, Elements &elements);
  /// The element at `map` of a value that has a tensor; a constant of one value is a scalar.
  mlir::Value external(GenericBuilder &generic, mlir::Value operand, mlir::AffineMap map);
  /// The tensor of `operand`, also of a constant of one value.
  mlir::Value materialized(mlir::Value operand);

private:
  mlir::Value element(GenericBuilder &generic, mlir::Value operand, mlir::RankedTensorType type, Elements &elements);
  mlir::Value lowered(mlir::Value value);
  mlir::Value emitSlice(GenericBuilder &generic, SliceOp op);
  mlir::Value emitIota(GenericBuilder &generic, IotaOp op);
  mlir::Value emitRead(GenericBuilder &generic, IndexedInterface op);
  mlir::Value emitRandom(GenericBuilder &generic, RandomInterface op);

  mlir::OpBuilder &b;
  ValueMap &values;
  llvm::ArrayRef<int64_t> space;
};

} // namespace burin::compiler
