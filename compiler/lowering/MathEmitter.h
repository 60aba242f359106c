#pragma once
#include "compiler/lowering/TargetInfo.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace burin::compiler {

/// Emits arithmetic on values of one floating-point type, scalar or vector, and on integers of the same width.
///
/// No op carries fast-math flags: each rounds as written, so that scalars and vectors of any width agree in every bit.
class MathEmitter {
public:
  /// `type`: f32, f64 or a vector of these.
  MathEmitter(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type type, const TargetInfo &target);

  /// The same for f64s, in vectors of as many lanes. Their formulas serve f32 too, where that needs more digits than it has.
  MathEmitter inF64() const;
  mlir::Value toF64(mlir::Value x);  ///< of this emitter's type; itself if that is f64
  mlir::Value fromF64(mlir::Value x); ///< back, rounded

  bool isF64() const { return elementBits == 64; }
  /// Bits of the significand that are stored: 23 or 52.
  int mantissaBits() const { return isF64() ? 52 : 23; }
  /// 127 or 1023.
  int exponentBias() const { return isF64() ? 1023 : 127; }

  mlir::Value number(double value);
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, mlir::Value b);
  mlir::Value div(mlir::Value a, mlir::Value b);
  mlir::Value negate(mlir::Value a);
  mlir::Value min(mlir::Value a, mlir::Value b); ///< b where either is NaN
  mlir::Value max(mlir::Value a, mlir::Value b); ///< b where either is NaN
  mlir::Value fma(mlir::Value a, mlir::Value b, mlir::Value c);
  mlir::Value sqrt(mlir::Value a);
  mlir::Value compare(mlir::arith::CmpFPredicate predicate, mlir::Value a, mlir::Value b);
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b);
  mlir::Value both(mlir::Value a, mlir::Value b);   ///< of two conditions
  mlir::Value either(mlir::Value a, mlir::Value b); ///< of two conditions
  mlir::Value isOdd(mlir::Value bits);              ///< whether the lowest bit is set
  mlir::Value floor(mlir::Value a);
  mlir::Value remainderByLibrary(mlir::Value a, mlir::Value b); ///< lane by lane, by fmod
  mlir::Value nearest(mlir::Value a); ///< whole number; halves go to the even one
  /// What `rare` gives where `condition` holds, else `usual`. The code of `rare` runs if some lane wants it, and has no effects.
  llvm::SmallVector<mlir::Value> selectRarely(mlir::Value condition, llvm::function_ref<llvm::SmallVector<mlir::Value>()> rare,
                                              mlir::ValueRange usual);

  mlir::Value integer(std::int64_t value);
  mlir::Value bits(mlir::Value x);
  mlir::Value fromBits(mlir::Value x);
  mlir::Value addBits(mlir::Value a, mlir::Value b);
  mlir::Value subBits(mlir::Value a, mlir::Value b);
  mlir::Value andBits(mlir::Value a, mlir::Value b);
  mlir::Value orBits(mlir::Value a, mlir::Value b);
  mlir::Value xorBits(mlir::Value a, mlir::Value b);
  mlir::Value shiftLeft(mlir::Value a, int count);
  mlir::Value shiftRight(mlir::Value a, int count); ///< logical

  /// The value of the polynomial by Horner's rule, coefficients from the constant term up, one fma for each but the last.
  mlir::Value polynomial(mlir::Value x, llvm::ArrayRef<double> coefficients);
  /// x held to [low, high]; a NaN stays. One min and one max instruction on x86.
  mlir::Value clamp(mlir::Value x, double low, double high);
  mlir::Value abs(mlir::Value x);
  /// Eight bytes each at `index` (integers, within bounds) of a constant table, which is made in the module under `name`.
  mlir::Value lookUp(llvm::StringRef name, llvm::ArrayRef<std::uint64_t> table, mlir::Value index);
  mlir::Value shiftLeft(mlir::Value a, mlir::Value count);
  mlir::Value shiftRight(mlir::Value a, mlir::Value count); ///< logical
  /// Numbers of an integer that is neither negative nor more than 2^53.
  mlir::Value toNumber(mlir::Value integer);

  /// `magnitude` with the sign bit of `x` set where x has it. `magnitude` is positive or has the sign of x already.
  mlir::Value withSignOf(mlir::Value x, mlir::Value magnitude);

  /// x, negated where `sign` has its sign bit set.
  mlir::Value signFlippedBy(mlir::Value x, mlir::Value sign);

  /// True where AVX-512's instructions on exponents and ranges, below, apply to the whole vector.
  bool hasExponentInstructions() const { return nativeLanes != 0; }
  mlir::Value scaleByPowerOfTwo(mlir::Value x, mlir::Value exponent); ///< vscalef: x * 2^floor(exponent), rounded once
  mlir::Value mantissa(mlir::Value x); ///< vgetmant: in [0.75, 1.5); NaN below zero
  mlir::Value exponent(mlir::Value x); ///< vgetexp: floor(log2 |x|), -inf for 0
  /// vrange: the lesser or greater number, where -0 is less than 0; the other one where one is a NaN.
  mlir::Value lesser(mlir::Value a, mlir::Value b);
  mlir::Value greater(mlir::Value a, mlir::Value b);

private:
  mlir::Value callIntrinsic(llvm::StringRef name, mlir::ValueRange operands, int immediate);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Type type, integerType;
  TargetInfo target;
  int elementBits;
  int lanes = 1;       ///< of `type`
  int nativeLanes = 0; ///< of the register used for those instructions, 0 for none
};

} // namespace burin::compiler
