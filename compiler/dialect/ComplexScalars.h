#pragma once
#include "compiler/dialect/ScalarBuilder.h"
#include "mlir/IR/BuiltinTypes.h"

namespace burin::compiler {

/// Arithmetic on complex numbers, in terms of that on their parts. Special values as the formulas give them, which is what
/// NumPy's do too; where C asks for more (Annex G), it says so beside the formula.
class ComplexScalars {
public:
  struct Parts {
    mlir::Value real, imag;
  };

  ComplexScalars(mlir::OpBuilder &builder, mlir::Location location, mlir::ComplexType type);

  Parts parts(mlir::Value x);
  mlir::Value join(Parts parts);

  mlir::Value constant(double value);
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value subtract(mlir::Value lhs, mlir::Value rhs);
  mlir::Value multiply(mlir::Value lhs, mlir::Value rhs);
  mlir::Value divide(mlir::Value lhs, mlir::Value rhs);
  mlir::Value negative(mlir::Value x);
  mlir::Value abs(mlir::Value x);
  mlir::Value sqrt(mlir::Value x);
  mlir::Value exp(mlir::Value x);
  mlir::Value log(mlir::Value x);
  mlir::Value sin(mlir::Value x);
  mlir::Value cos(mlir::Value x);
  /// Equal or NotEqual.
  mlir::Value compare(ScalarBuilder::Predicate predicate, mlir::Value lhs, mlir::Value rhs);

private:
  mlir::Value hypot(mlir::Value x, mlir::Value y);

  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::ComplexType type;
  ScalarBuilder r; ///< of the parts
};

} // namespace burin::compiler
