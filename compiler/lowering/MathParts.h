#pragma once
#include "compiler/lowering/MathEmitter.h"
#include "compiler/lowering/MathTables.h"
#include <cmath>

/// What the formulas of the math functions share.
namespace burin::compiler {

using mlir::arith::CmpFPredicate;

/// What differs between the two formats: the same formula reads the one or the other.
template <class T> T choose(const MathEmitter &e, T forF32, T forF64) { return e.isF64() ? forF64 : forF32; }

template <std::size_t N, std::size_t M>
llvm::ArrayRef<double> chooseTable(const MathEmitter &e, const double (&forF32)[N], const double (&forF64)[M]) {
  return e.isF64() ? llvm::ArrayRef<double>(forF64) : llvm::ArrayRef<double>(forF32);
}

/// A constant as the sum of two numbers of the format. `high` is short enough for exact products with an exponent where it
/// multiplies one, and `low` is then positive: infinite exponents must not meet inf - inf.
struct Split {
  double high, low;
};
Split logOf2(const MathEmitter &e);

/// An integer n, as a number and in the low bits of `raw` with an offset added.
struct RoundedInteger {
  mlir::Value number, raw;
};

/// The integer nearest x * scale, ties to even, for |n| < 2^(mantissaBits - 2). The sum with 1.5 * 2^mantissaBits leaves no
/// room for a fraction: one fma rounds once, and the integer is there without a conversion. `offset` is added to `raw` alone.
RoundedInteger roundToInteger(MathEmitter &e, mlir::Value x, double scale, int offset);
/// 2^n for an integer that was rounded with the exponent's bias as its offset. Bits above the exponent are shifted out.
mlir::Value powerOfTwo(MathEmitter &e, RoundedInteger n);
/// y * 2^n, rounded once, for n rounded with twice the bias as its offset and y near 1. Where vscalef is missing, by the
/// factors 2^floor(n/2) and 2^ceil(n/2): only the second product can round, so that the bits are the same.
mlir::Value scale(MathEmitter &e, mlir::Value y, RoundedInteger n);
/// x - n log(2) in two steps (Cody and Waite): the first is exact.
mlir::Value reduceByLog2(MathEmitter &e, mlir::Value x, RoundedInteger n);

/// x = mantissa * 2^exponent with the mantissa in [3/4, 3/2), so that neither the logarithm of the mantissa nor its sum with
/// a multiple of log(2) cancels.
struct Decomposed {
  mlir::Value mantissa, exponent;
};
/// For every x; where the exponent instructions are missing, for finite x > 0.
Decomposed decompose(MathEmitter &e, mlir::Value x);

mlir::Value expandExp(MathEmitter &e, mlir::Value x);
/// exp(x + low) / 2^halvings, rounded once, for a small `low` (may be null).
mlir::Value expHalved(MathEmitter &e, mlir::Value x, mlir::Value low, int halvings);
mlir::Value expandExp2(MathEmitter &e, mlir::Value x);
mlir::Value expandExpm1(MathEmitter &e, mlir::Value x);
mlir::Value expandLog(MathEmitter &e, mlir::Value x);
/// log(x) for normal x > 0, without the care of other numbers.
mlir::Value logOfNormal(MathEmitter &e, mlir::Value x);
mlir::Value expandLog2(MathEmitter &e, mlir::Value x);
mlir::Value expandLog1p(MathEmitter &e, mlir::Value x);
mlir::Value expandErf(MathEmitter &e, mlir::Value x);

/// a + b exactly, as its rounded value and the rest (Knuth).
struct Sum {
  mlir::Value high, low;
};
Sum twoSum(MathEmitter &e, mlir::Value a, mlir::Value b);
/// The same where a = 0 or |a| >= |b| (Dekker).
Sum fastTwoSum(MathEmitter &e, mlir::Value a, mlir::Value b);
/// a * b exactly.
Sum twoProduct(MathEmitter &e, mlir::Value a, mlir::Value b);

// The formulas, by file; each for operands of the emitter's type.
mlir::Value expandSin(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandCos(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandTan(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandAsin(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandAcos(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandAtan(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandAtan2(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandSinh(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandCosh(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandAsinh(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandAcosh(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandAtanh(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandPow(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandHypot(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandLogaddexp(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandSoftplus(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandErfc(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandErfinv(MathEmitter &e, mlir::ValueRange x);
/// The number of standard deviations that is exceeded with probability x, 0 < x <= 1/2; f32: from 2^-33 on, f64: 2^-54.
mlir::Value expandNormalQuantile(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandLgamma(MathEmitter &e, mlir::ValueRange x);
mlir::Value expandDigamma(MathEmitter &e, mlir::ValueRange x);
/// The derivative number `order` of digamma.
mlir::Value expandPolygamma(MathEmitter &e, mlir::Value x, std::int64_t order);
/// sin(pi x) / pi, and cos(pi x), for the reflections of the gamma functions.
Sum sinAndCosOfPi(MathEmitter &e, mlir::Value x);

/// `formula`, which is for f64, for both formats: f32 is computed in f64 and rounded, which leaves little more than half an ulp.
template <mlir::Value (*formula)(MathEmitter &, mlir::ValueRange)> mlir::Value throughF64(MathEmitter &e, mlir::ValueRange x) {
  if (e.isF64()) return formula(e, x);
  llvm::SmallVector<mlir::Value> wide;
  for (mlir::Value operand : x) wide.push_back(e.toF64(operand));
  MathEmitter f64 = e.inF64();
  return e.fromF64(formula(f64, wide));
}

} // namespace burin::compiler
