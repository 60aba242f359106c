#pragma once
#include "mlir/IR/Builders.h"

namespace burin::compiler {

/// Emits scalar arithmetic for one elementwise op: arith and math ops, chosen by the op's element types (signedness is a
/// matter of the burin type alone; the values are of signless storage types).
class ScalarBuilder {
public:
  enum class Predicate { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };

  ScalarBuilder(mlir::OpBuilder &builder, mlir::Location location, mlir::Operation *op);
  /// For operands and results of one element type.
  ScalarBuilder(mlir::OpBuilder &builder, mlir::Location location, mlir::Type elementType);

  mlir::Value constant(double value);
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value subtract(mlir::Value lhs, mlir::Value rhs);
  mlir::Value multiply(mlir::Value lhs, mlir::Value rhs);
  mlir::Value divide(mlir::Value lhs, mlir::Value rhs);
  mlir::Value floorDivide(mlir::Value lhs, mlir::Value rhs);
  mlir::Value remainder(mlir::Value lhs, mlir::Value rhs);
  mlir::Value pow(mlir::Value lhs, mlir::Value rhs);
  mlir::Value maximum(mlir::Value lhs, mlir::Value rhs);
  mlir::Value minimum(mlir::Value lhs, mlir::Value rhs);
  mlir::Value negative(mlir::Value x);
  mlir::Value abs(mlir::Value x);
  mlir::Value sign(mlir::Value x);
  mlir::Value sqrt(mlir::Value x);
  mlir::Value exp(mlir::Value x);
  mlir::Value log(mlir::Value x);
  mlir::Value tanh(mlir::Value x);
  mlir::Value sigmoid(mlir::Value x);
  mlir::Value relu(mlir::Value x);
  mlir::Value compare(Predicate predicate, mlir::Value lhs, mlir::Value rhs);
  mlir::Value bitAnd(mlir::Value lhs, mlir::Value rhs);
  mlir::Value bitOr(mlir::Value lhs, mlir::Value rhs);
  mlir::Value bitXor(mlir::Value lhs, mlir::Value rhs);
  mlir::Value logicalNot(mlir::Value x);
  mlir::Value select(mlir::Value condition, mlir::Value lhs, mlir::Value rhs);
  /// From the operand's element type to the result's.
  mlir::Value cast(mlir::Value x);

private:
  mlir::Value castFloatToInteger(mlir::Value x);
  mlir::Value roundToOdd(mlir::Value x);

  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::Type operandType; ///< element type of the last operand, with its sign
  mlir::Type resultType;
  bool isFloat;           ///< of operandType
  bool isUnsigned;        ///< of operandType; a boolean counts as unsigned
};

/// The signless type of the same width that stores `elementType`'s values in arithmetic.
mlir::Type storageType(mlir::Type elementType);

} // namespace burin::compiler
