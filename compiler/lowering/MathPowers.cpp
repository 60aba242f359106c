// pow and hypot.
//
// |x|^y = exp(y log|x|), with the logarithm and its product with y to some 65 bits: a rounding of log|x| to 53 would grow by the
// product, which is up to 745.
#include "compiler/lowering/MathParts.h"

using namespace mlir;

namespace burin::compiler {

constexpr Split kTwoThirds = {0.6666666666666666, 3.700743415417188e-17};

/// log(x) for finite x > 0, with s = f / (2 + f) as in expandLog: 2 s + s^3 (2/3 + s^2 Q(s^2)), all but Q in two parts.
static Sum preciseLog(MathEmitter &e, Value x) {
  Decomposed parts = decompose(e, x);
  Value two = e.number(2), f = e.sub(parts.mantissa, e.number(1));
  Sum divisor = fastTwoSum(e, two, f);
  Value high = e.div(f, divisor.high);
  // What the quotient lacks, from the remainder of the division.
  Value remainder = e.fma(e.negate(high), divisor.low, e.fma(e.negate(high), divisor.high, f));
  Value low = e.div(remainder, divisor.high);
  Sum square = twoProduct(e, high, high);
  Value squareLow = e.fma(e.add(high, high), low, square.low);
  Value series = e.polynomial(square.high, tables::powerLog64);
  Sum factor = fastTwoSum(e, e.number(kTwoThirds.high), e.mul(square.high, series));
  Value factorLow = e.add(factor.low, e.number(kTwoThirds.low));
  Sum term = twoProduct(e, square.high, factor.high);
  Value termLow = e.add(term.low, e.fma(square.high, factorLow, e.mul(squareLow, factor.high)));
  Sum cubic = twoProduct(e, high, term.high);
  Value cubicLow = e.add(cubic.low, e.fma(high, termLow, e.mul(low, term.high)));
  Sum mantissaLog = fastTwoSum(e, e.add(high, high), cubic.high);
  Value mantissaLow = e.add(mantissaLog.low, e.add(e.add(low, low), cubicLow));
  // The exponent's part: its product with the short high part of log(2) is exact.
  Split log2 = logOf2(e);
  Sum whole = twoSum(e, e.mul(parts.exponent, e.number(log2.high)), mantissaLog.high);
  Value wholeLow = e.add(whole.low, e.fma(parts.exponent, e.number(log2.low), mantissaLow));
  return fastTwoSum(e, whole.high, wholeLow);
}

// Special values as in C: 1 for y = 0 and for x = 1, whatever the other; zeros and infinities by the sign of y, with the sign of x
// where y is odd; NaN for a finite negative x unless y is whole.
Value expandPow(MathEmitter &e, ValueRange operands) {
  Value x = operands[0], y = operands[1];
  Value zero = e.number(0), one = e.number(1), infinity = e.number(INFINITY), magnitude = e.abs(x), absY = e.abs(y);
  auto equal = [&](Value a, Value b) { return e.compare(CmpFPredicate::OEQ, a, b); };
  Value xIsSpecial = e.either(equal(magnitude, zero), equal(magnitude, infinity)), yIsInfinite = equal(absY, infinity);
  Sum log = preciseLog(e, e.select(xIsSpecial, one, magnitude));
  Value boundedY = e.clamp(y, -0x1p80, 0x1p80); // far beyond what overflows, and the products stay finite
  Sum product = twoProduct(e, boundedY, log.high);
  Value low = e.fma(boundedY, log.low, product.low);
  Value result = expHalved(e, product.high, e.clamp(low, -1, 1), 0);

  Value yIsPositive = e.compare(CmpFPredicate::OGT, y, zero), isAbove1 = e.compare(CmpFPredicate::OGT, magnitude, one);
  auto infiniteOrZero = [&](Value a, Value b) { // infinite where both hold, or neither
    return e.select(a, e.select(b, infinity, zero), e.select(b, zero, infinity));
  };
  result = e.select(e.either(xIsSpecial, yIsInfinite), infiniteOrZero(isAbove1, yIsPositive), result);
  result = e.select(e.both(yIsInfinite, equal(magnitude, one)), one, result);

  Value isWhole = equal(e.floor(absY), absY), half = e.mul(absY, e.number(0.5));
  Value isOdd = e.both(isWhole, e.compare(CmpFPredicate::ONE, e.floor(half), half));
  result = e.select(isOdd, e.signFlippedBy(result, x), result);
  Value isFiniteNegative = e.both(e.compare(CmpFPredicate::OLT, x, zero), e.compare(CmpFPredicate::OLT, magnitude, infinity));
  Value isFraction = e.both(isFiniteNegative, e.compare(CmpFPredicate::ONE, e.floor(absY), absY));
  result = e.select(isFraction, e.number(NAN), result);
  result = e.select(e.compare(CmpFPredicate::UNO, x, y), e.add(x, y), result);
  return e.select(e.either(equal(y, zero), equal(x, one)), one, result);
}

// Scaled by a power of 2 where a square could overflow or be subnormal.
Value expandHypot(MathEmitter &e, ValueRange x) {
  Value a = e.abs(x[0]), b = e.abs(x[1]), infinity = e.number(INFINITY);
  Value great = e.max(a, b);
  Value isHuge = e.compare(CmpFPredicate::OGT, great, e.number(0x1p500)), isTiny = e.compare(CmpFPredicate::OLT, great, e.number(0x1p-450));
  auto choose = [&](double huge, double tiny) { return e.select(isHuge, e.number(huge), e.select(isTiny, e.number(tiny), e.number(1))); };
  Value scale = choose(0x1p-600, 0x1p600), u = e.mul(a, scale), v = e.mul(b, scale);
  Value root = e.mul(e.sqrt(e.fma(u, u, e.mul(v, v))), choose(0x1p600, 0x1p-600));
  Value isInfinite = e.either(e.compare(CmpFPredicate::OEQ, a, infinity), e.compare(CmpFPredicate::OEQ, b, infinity));
  return e.select(isInfinite, infinity, root);
}

} // namespace burin::compiler
