#pragma once
#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace burin::compiler {

/// Emits scalar arithmetic for one elementwise op: arith and math ops, chosen by the op's element types (signedness is a
/// matter of the burin type alone; the values are of signless storage types).
class ScalarBuilder {
public:
  enum class Predicate { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };

  /// How an op treats f16 and bf16: computes in f32 and rounds once, or works on the values as they are.
  enum class Halves { InF32, AsTheyAre };
  using Expression = llvm::function_ref<mlir::Value(ScalarBuilder &, mlir::ValueRange)>;

  ScalarBuilder(mlir::OpBuilder &builder, mlir::Location location, mlir::Operation *op);
  /// For values of `elementType`, operands and result.
  ScalarBuilder(mlir::OpBuilder &builder, mlir::Location location, mlir::Type elementType);

  /// What `expression` makes of `operands`, which are values of the op's operand types, as a value of its result type.
  mlir::Value compute(mlir::ValueRange operands, Halves halves, Expression expression);

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
  mlir::Value sin(mlir::Value x);
  mlir::Value cos(mlir::Value x);
  mlir::Value tanh(mlir::Value x);
  mlir::Value sigmoid(mlir::Value x);
  mlir::Value relu(mlir::Value x);
  mlir::Value reciprocal(mlir::Value x);
  mlir::Value fma(mlir::Value a, mlir::Value b, mlir::Value c);
  mlir::Value copySign(mlir::Value magnitude, mlir::Value sign);
  mlir::Value nextAfter(mlir::Value x, mlir::Value towards);
  /// A function of floats that has an op of its own in MLIR's math dialect, or one in MathExpansion (`function` is its name).
  template <class MathOp> mlir::Value math(mlir::ValueRange operands);
  mlir::Value special(llvm::StringRef function, mlir::ValueRange operands, int64_t order = 0);
  /// floor and its like: of integers x itself.
  template <class MathOp> mlir::Value rounded(mlir::Value x) { return isFloat ? math<MathOp>(x) : x; }
  mlir::Value isNan(mlir::Value x);
  mlir::Value isInf(mlir::Value x);
  mlir::Value isFinite(mlir::Value x);
  mlir::Value signBit(mlir::Value x);
  mlir::Value compare(Predicate predicate, mlir::Value lhs, mlir::Value rhs);
  mlir::Value bitAnd(mlir::Value lhs, mlir::Value rhs);
  mlir::Value bitOr(mlir::Value lhs, mlir::Value rhs);
  mlir::Value bitXor(mlir::Value lhs, mlir::Value rhs);
  mlir::Value bitInvert(mlir::Value x);
  /// A count below 0, or of the width or more, shifts all bits out.
  mlir::Value shiftLeft(mlir::Value x, mlir::Value count);
  mlir::Value shiftRight(mlir::Value x, mlir::Value count);
  mlir::Value logicalNot(mlir::Value x);
  mlir::Value select(mlir::Value condition, mlir::Value lhs, mlir::Value rhs);
  /// From the operand's element type to the result's.
  mlir::Value cast(mlir::Value x);
  /// The same bits as the result's type, which is of the same width.
  mlir::Value bitcast(mlir::Value x);

  // Parts of complex numbers; of a real one, itself and zero.
  mlir::Value real(mlir::Value x);
  mlir::Value imag(mlir::Value x);
  mlir::Value conj(mlir::Value x);
  mlir::Value complex(mlir::Value real, mlir::Value imag);

private:
  void setOperandType(mlir::Type type);
  class ComplexScalars complexScalars();
  mlir::Value floorDivideFloats(mlir::Value lhs, mlir::Value rhs);
  mlir::Value powOfIntegers(mlir::Value lhs, mlir::Value rhs);
  mlir::Value castComplex(mlir::Value x);
  mlir::Value castFloatToInteger(mlir::Value x);
  mlir::Value roundToOdd(mlir::Value x);

  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::Type operandType; ///< element type of the last operand, with its sign
  mlir::Type resultType;
  bool isFloat = false;    ///< of operandType
  bool isComplex = false;  ///< of operandType
  bool isUnsigned = false; ///< of operandType; a boolean counts as unsigned
};

template <class MathOp> mlir::Value ScalarBuilder::math(mlir::ValueRange operands) {
  return MathOp::create(b, loc, operands.front().getType(), operands).getResult();
}

/// The signless type of the same width that stores `elementType`'s values in arithmetic.
mlir::Type storageType(mlir::Type elementType);
/// Of a complex type that of its parts; other types themselves.
mlir::Type realType(mlir::Type elementType);
bool isHalf(mlir::Type elementType);

} // namespace burin::compiler
