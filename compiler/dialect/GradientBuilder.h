#pragma once
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace burin::compiler {

class ScatterOp;

/// Emits the gradients of one op as burin ops, which have that op's location. Operands broadcast; types are inferred.
/// All that it emits has gradients in turn, where it depends on a floating value: gradients nest.
class GradientBuilder {
public:
  GradientBuilder(mlir::OpBuilder &builder, mlir::Operation *op, mlir::Value resultGradient);

  /// A tensor of rank 0 with the element type of the result's gradient.
  mlir::Value constant(double value);
  mlir::Value zero() { return constant(0); }
  mlir::Value one() { return constant(1); }
  mlir::Value zeros(llvm::ArrayRef<int64_t> shape);
  /// The gradient of an operand that has none, or on which the result depends by jumps alone.
  static mlir::Value none() { return {}; }

  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value subtract(mlir::Value lhs, mlir::Value rhs);
  mlir::Value multiply(mlir::Value lhs, mlir::Value rhs);
  mlir::Value divide(mlir::Value lhs, mlir::Value rhs);
  mlir::Value floorDivide(mlir::Value lhs, mlir::Value rhs);
  mlir::Value remainder(mlir::Value lhs, mlir::Value rhs);
  mlir::Value pow(mlir::Value lhs, mlir::Value rhs);
  mlir::Value negative(mlir::Value x);
  mlir::Value sign(mlir::Value x);
  mlir::Value square(mlir::Value x);
  mlir::Value rsqrt(mlir::Value x);
  mlir::Value exp(mlir::Value x);
  mlir::Value log(mlir::Value x);
  mlir::Value sigmoid(mlir::Value x);
  mlir::Value sin(mlir::Value x);
  mlir::Value cos(mlir::Value x);
  mlir::Value sinh(mlir::Value x);
  mlir::Value cosh(mlir::Value x);
  mlir::Value digamma(mlir::Value x);
  mlir::Value polygamma(mlir::Value x, int64_t order);

  mlir::Value equal(mlir::Value lhs, mlir::Value rhs);
  mlir::Value less(mlir::Value lhs, mlir::Value rhs);
  mlir::Value greater(mlir::Value lhs, mlir::Value rhs);
  mlir::Value where(mlir::Value condition, mlir::Value lhs, mlir::Value rhs);
  /// The result's gradient where `wins`, half of it where `ties`, else 0: of an op that picks one of two operands.
  mlir::Value shareOf(mlir::Value wins, mlir::Value ties);

  /// The result's gradient with `x`'s element type; null where that isn't floating.
  mlir::Value castBack(mlir::Value x);

  mlir::Value matmul(mlir::Value lhs, mlir::Value rhs);
  mlir::Value sum(mlir::Value x, llvm::ArrayRef<int64_t> axes);
  mlir::Value prod(mlir::Value x, llvm::ArrayRef<int64_t> axes);
  mlir::Value reshape(mlir::Value x, llvm::ArrayRef<int64_t> shape);
  mlir::Value broadcastTo(mlir::Value x, llvm::ArrayRef<int64_t> shape);
  mlir::Value transpose(mlir::Value x, llvm::ArrayRef<int64_t> permutation);
  /// Elements `start` to `stop` - 1 along `axis`.
  mlir::Value slice(mlir::Value x, int64_t axis, int64_t start, int64_t stop);
  mlir::Value concat(mlir::ValueRange parts, int64_t axis);

  /// i64 tensors: 0, 1, ... in row-major order; -1 everywhere.
  mlir::Value numbers(llvm::ArrayRef<int64_t> shape);
  mlir::Value noNumbers(llvm::ArrayRef<int64_t> shape);
  /// What `scatter` would update in `x`, and `x` with that updated; by `combiner` instead of its own.
  mlir::Value gather(mlir::Value x, ScatterOp scatter);
  mlir::Value scatter(mlir::Value x, mlir::Value updates, ScatterOp scatter, llvm::StringRef combiner);

  /// The gradients, each summed over the dimensions along which its operand was broadcast: now of the operands' types.
  llvm::SmallVector<mlir::Value> sumToOperands(llvm::ArrayRef<mlir::Value> gradients);

  /// Any other op, at the place of the one whose gradients these are.
  template <class Op, class... Arguments> mlir::Value emit(Arguments &&...arguments) {
    return Op::create(b, op->getLoc(), std::forward<Arguments>(arguments)...);
  }

private:
  mlir::Value sumTo(mlir::Value x, llvm::ArrayRef<int64_t> shape);

  mlir::OpBuilder &b;
  mlir::Operation *op;
  mlir::Value dy;
};

/// The extents of a tensor.
inline llvm::ArrayRef<int64_t> shapeOf(mlir::Value x) { return mlir::cast<mlir::RankedTensorType>(x.getType()).getShape(); }

} // namespace burin::compiler
