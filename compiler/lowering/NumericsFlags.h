#pragma once
#include "compiler/lowering/ElementEmitter.h"

namespace burin::compiler {

/// The looks for NaN and infinities of one cluster (burin.makes_special). Each is taken in the first loop nest that has the value at
/// hand. Those of one nest share a flag.
class NumericsFlags {
public:
  /// `builder` stands before the nest in the making; `space` are the extents of the cluster's whole iteration space, and `ops` its ops.
  NumericsFlags(mlir::OpBuilder &builder, ValueMap &values, ElementEmitter &emitter, llvm::ArrayRef<int64_t> space,
                llvm::ArrayRef<mlir::Operation *> ops);

  /// The values of the whole space that are still to be looked at.
  llvm::SmallVector<mlir::Value> wanted() const;

  /// Adds an output behind those that `generic`, which runs over the whole space, has: for the values that are among `elements`, or have a
  /// tensor.
  void add(GenericBuilder &generic, const Elements &elements);
  /// The same of a nest that has other loops over all elements: `element` gives that of a value, or null.
  void add(GenericBuilder &generic, llvm::function_ref<mlir::Value(mlir::Value)> element);
  /// Says that the last output of `generic` is what `add` added to it, if anything.
  void bind(mlir::linalg::GenericOp generic);

  /// Loop nests for what is left: values of which there is one for each row, in the first `outer` dimensions.
  void lowerRows(int64_t outer);

private:
  bool isWhole(MakesSpecialOp look) const;
  mlir::Value elementOf(GenericBuilder &generic, mlir::Value value, mlir::RankedTensorType type, const Elements &elements);
  mlir::Value look(mlir::OpBuilder &inside, MakesSpecialOp op, llvm::function_ref<mlir::Value(mlir::Value)> element);
  void addOutput(GenericBuilder &generic, mlir::Value condition, mlir::Location location);

  mlir::OpBuilder &b;
  ValueMap &values;
  ElementEmitter &emitter;
  llvm::ArrayRef<int64_t> space;
  llvm::SmallVector<MakesSpecialOp> open, added;
};

} // namespace burin::compiler
