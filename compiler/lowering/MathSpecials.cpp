// erfc, erfinv, and the gamma functions. All formulas are for f64.
#include "compiler/lowering/MathParts.h"
#include <numbers>

using namespace mlir;

namespace burin::compiler {

// As below, in f64: the square is exact, nothing cancels that f32 could tell, and polynomials for f32's digits do. One division gives t
// and 1 / (1 + 2 |x|).
static Value erfcForF32(MathEmitter &e, Value x) {
  Value magnitude = e.clamp(e.abs(x), 0, 10.1), two = e.number(2);
  Value above = e.add(magnitude, two), denominator = e.fma(magnitude, two, e.number(1));
  Value inverse = e.div(e.number(1), e.mul(above, denominator));
  Value t = e.mul(e.mul(e.sub(magnitude, two), denominator), inverse);
  Value scaled = e.mul(e.polynomial(t, tables::erfcx32), e.mul(above, inverse));
  Value exponent = e.negate(e.mul(magnitude, magnitude));
  RoundedInteger n = roundToInteger(e, exponent, std::numbers::log2e, e.exponentBias());
  Value power = e.mul(e.polynomial(reduceByLog2(e, exponent, n), tables::exp32), powerOfTwo(e, n));
  Value tail = e.mul(power, scaled);
  return e.select(e.compare(CmpFPredicate::OLT, x, e.number(0)), e.sub(two, tail), tail);
}

// exp(-x^2) times a function that is nearly 1 / (1 + 2 |x|) (Shepherd and Laframboise, 1981), the square in two parts; near 0, where
// that function's series cancels, from erf.
Value expandErfc(MathEmitter &e, ValueRange x) {
  if (!e.isF64()) {
    MathEmitter f64 = e.inF64();
    return e.fromF64(erfcForF32(f64, e.toF64(x[0])));
  }
  Value magnitude = e.clamp(e.abs(x[0]), 0, 28); // beyond, the result is 0
  Value t = e.div(e.sub(magnitude, e.number(4)), e.add(magnitude, e.number(4)));
  Value scaled = e.div(e.polynomial(t, tables::erfcx64), e.fma(magnitude, e.number(2), e.number(1)));
  Sum square = twoProduct(e, magnitude, magnitude);
  Value tail = e.mul(expHalved(e, e.negate(square.high), e.negate(square.low), 0), scaled);
  Value y = e.select(e.compare(CmpFPredicate::OLT, x[0], e.number(0)), e.sub(e.number(2), tail), tail);
  return e.select(e.compare(CmpFPredicate::OLT, magnitude, e.number(0.5)), e.sub(e.number(1), expandErf(e, x[0])), y);
}

// erfinv(x) / x by w = -log(1 - x^2) or its root (Giles, 2010). The root is for |x| > 0.999.
static Value erfinvSlope(MathEmitter &e, Value w) {
  Value low = e.polynomial(e.sub(w, e.number(3.125)), tables::erfinvLow64);
  auto byRoot = [&]() -> SmallVector<Value> {
    Value root = e.sqrt(w);
    Value middle = e.polynomial(e.sub(root, e.number(3.25)), tables::erfinvMiddle64);
    Value high = e.polynomial(e.sub(root, e.number(5)), tables::erfinvHigh64);
    return {e.select(e.compare(CmpFPredicate::OGT, w, e.number(16)), high, middle)};
  };
  return e.selectRarely(e.compare(CmpFPredicate::OGT, w, e.number(6.25)), byRoot, low).front();
}

// At 1 w is infinite.
Value expandErfinv(MathEmitter &e, ValueRange x) {
  Value one = e.number(1), magnitude = e.abs(x[0]);
  Value w = e.negate(expandLog(e, e.mul(e.sub(one, magnitude), e.add(one, magnitude))));
  Value y = e.mul(x[0], erfinvSlope(e, w));
  y = e.select(e.compare(CmpFPredicate::OEQ, magnitude, one), e.withSignOf(x[0], e.number(INFINITY)), y);
  return e.select(e.compare(CmpFPredicate::OGT, magnitude, one), e.number(NAN), y);
}

// sqrt(2) erfinv(1 - 2x). 1 - (1 - 2x)^2 is taken as 4x (1 - x), which keeps its digits where x is small. f32 has one polynomial for
// all of the range, in the root of w + 2: it needs no second one, nor a choice.
Value expandNormalQuantile(MathEmitter &e, ValueRange x) {
  Value one = e.number(1), slope = e.fma(x[0], e.number(-2), one);
  Value w = e.negate(logOfNormal(e, e.mul(e.mul(x[0], e.number(4)), e.sub(one, x[0]))));
  if (e.isF64()) return e.mul(e.mul(slope, e.number(std::numbers::sqrt2)), erfinvSlope(e, w));
  return e.mul(slope, e.polynomial(e.sub(e.sqrt(e.add(w, e.number(2))), e.number(3.125)), tables::normalQuantile32));
}

//===-- Gamma functions -------------------------------------------------------------------------------------------------===//

/// lgamma(x), x >= 0: from 8 on Stirling's series; below, moved to [3/2, 5/2] by factors whose product has one logarithm. Its zeros
/// at 1 and 2 keep their digits: the series around 2 has none but its argument's.
static Value lgammaOfPositive(MathEmitter &e, Value x) {
  Value one = e.number(1), two = e.number(2);
  Value isLarge = e.compare(CmpFPredicate::OGE, x, e.number(8)), isSmall = e.compare(CmpFPredicate::OLT, x, e.number(1.5));
  Value isTiny = e.compare(CmpFPredicate::OLT, x, e.number(0.5));
  Value moved = e.select(isTiny, e.add(x, two), e.select(isSmall, e.add(x, one), x));
  Value product = e.select(isTiny, e.mul(x, e.add(x, one)), e.select(isSmall, x, one));
  for (int i = 0; i < 6; ++i) {
    Value isAbove = e.compare(CmpFPredicate::OGE, moved, e.number(2.5));
    moved = e.select(isAbove, e.sub(moved, one), moved);
    product = e.select(isAbove, e.mul(product, moved), product);
  }
  Value log = expandLog(e, e.select(isLarge, x, product));
  // Near 1, x - 1 is exact, and x + 1 - 2 would not be.
  Value t = e.select(isTiny, x, e.select(isSmall, e.sub(x, one), e.sub(moved, two)));
  Value near2 = e.mul(t, e.polynomial(t, tables::lgamma2_64));
  Value inverse = e.div(one, x);
  Value series =
      e.fma(inverse, e.polynomial(e.mul(inverse, inverse), tables::stirling64), e.number(0.41893853320467274)); // (log(2 pi) - 1) / 2
  Value large = e.fma(e.sub(x, e.number(0.5)), e.sub(log, one), series);
  return e.select(isLarge, large, e.select(isSmall, e.sub(near2, log), e.add(near2, log)));
}

// Below 0 by the reflection log(pi / |sin(pi x)|) - lgamma(1 - x); infinite at whole numbers.
Value expandLgamma(MathEmitter &e, ValueRange x) {
  Value magnitude = e.abs(x[0]), isNegative = e.compare(CmpFPredicate::OLT, x[0], e.number(0));
  Value positive = lgammaOfPositive(e, e.select(isNegative, e.sub(e.number(1), x[0]), magnitude));
  Value sine = e.abs(sinAndCosOfPi(e, e.clamp(magnitude, 0, 0x1p54)).high); // from 2^53 on all are even
  // Near 0 it is -log|x|; the sine of what is subnormal has no digits.
  Value isTiny = e.compare(CmpFPredicate::OLT, magnitude, e.number(0x1p-60));
  Value logPi = e.select(isTiny, e.number(0), e.number(1.1447298858494002));
  Value log = expandLog(e, e.select(isTiny, magnitude, sine));
  Value y = e.select(isNegative, e.sub(e.sub(logPi, log), positive), positive);
  Value isPole = e.both(isNegative, e.compare(CmpFPredicate::OEQ, sine, e.number(0))); // all large numbers are whole
  return e.select(e.either(isPole, e.compare(CmpFPredicate::OEQ, magnitude, e.number(INFINITY))), e.number(INFINITY), y);
}

// Moved up to 10 by 1 / x + 1 / (x + 1) + ..., kept as one fraction; there the asymptotic series. Below 0 by reflection.
Value expandDigamma(MathEmitter &e, ValueRange x) {
  Value one = e.number(1), zero = e.number(0);
  Value isNegative = e.compare(CmpFPredicate::OLT, x[0], zero);
  Value y = e.select(isNegative, e.sub(one, x[0]), x[0]), numerator = zero, denominator = one;
  for (int i = 0; i < 10; ++i) {
    Value isBelow = e.compare(CmpFPredicate::OLT, y, e.number(10));
    numerator = e.select(isBelow, e.fma(numerator, y, denominator), numerator);
    denominator = e.select(isBelow, e.mul(denominator, y), denominator);
    y = e.select(isBelow, e.add(y, one), y);
  }
  Value inverse = e.div(one, y), square = e.mul(inverse, inverse);
  Value tail = e.fma(inverse, e.number(0.5), e.mul(square, e.polynomial(square, tables::digammaTail64)));
  Value positive = e.sub(e.sub(expandLog(e, y), tail), e.div(numerator, denominator));
  Sum parts = sinAndCosOfPi(e, x[0]);
  Value cotangent = e.div(e.mul(e.number(std::numbers::pi), parts.low), parts.high);
  Value isPole = e.compare(CmpFPredicate::OEQ, parts.high, zero);
  Value reflected = e.select(isPole, e.number(NAN), e.sub(positive, cotangent));
  return e.select(isNegative, reflected, positive);
}

/// x^exponent by squaring; exponent >= 1.
static Value wholePower(MathEmitter &e, Value x, std::int64_t exponent) {
  Value result;
  for (Value square = x;; square = e.mul(square, square)) {
    if (exponent & 1) result = result ? e.mul(result, square) : square;
    exponent >>= 1;
    if (exponent == 0) return result;
  }
}

// (-1)^(m + 1) m! times the sum over k of (x + k)^-(m + 1): some terms, then Euler and Maclaurin's formula for the others.
Value expandPolygamma(MathEmitter &e, Value x, std::int64_t order) {
  constexpr double bernoulli[] = {1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510};
  const auto m = static_cast<double>(order);
  const std::int64_t terms = 10 + order;
  Value one = e.number(1), z = e.add(x, e.number(static_cast<double>(terms))), inverse = e.div(one, z), square = e.mul(inverse, inverse);
  // Of z^-m: 1/m, z^-1 / 2, and B(2j) (m + 2j - 1)! / ((2j)! m!) z^-2j.
  SmallVector<double> coefficients = {1 / m};
  double factor = 1 / m; // (m + 2j - 1)! / ((2j)! m!), from j = 0 up
  for (int j = 1; j <= 8; ++j) {
    factor *= (m + 2 * j - 2) * (m + 2 * j - 1) / ((2.0 * j - 1) * (2.0 * j));
    coefficients.push_back(bernoulli[j - 1] * factor);
  }
  Value sum = e.fma(inverse, e.number(0.5), e.polynomial(square, coefficients));
  sum = e.mul(wholePower(e, inverse, order), sum);
  for (std::int64_t k = terms - 1; k >= 0; --k) // from the least term up
    sum = e.add(sum, wholePower(e, e.div(one, e.add(x, e.number(static_cast<double>(k)))), order + 1));
  const double sign = order % 2 ? 1 : -1;
  Value y = e.mul(sum, e.number(sign * std::tgamma(m + 1)));
  return e.select(e.compare(CmpFPredicate::OLT, x, e.number(0)), e.number(NAN), y);
}

} // namespace burin::compiler
