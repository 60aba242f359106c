#include "compiler/dialect/ComplexScalars.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include <cmath>

using namespace mlir;

namespace burin::compiler {

using Predicate = ScalarBuilder::Predicate;

ComplexScalars::ComplexScalars(OpBuilder &builder, Location location, ComplexType type)
    : b(builder), loc(location), type(type), r(builder, location, type.getElementType()) {}

ComplexScalars::Parts ComplexScalars::parts(Value x) { return {complex::ReOp::create(b, loc, x), complex::ImOp::create(b, loc, x)}; }
Value ComplexScalars::join(Parts parts) { return complex::CreateOp::create(b, loc, type, parts.real, parts.imag); }

Value ComplexScalars::constant(double value) { return join({r.constant(value), r.constant(0)}); }

Value ComplexScalars::add(Value lhs, Value rhs) {
  auto [a, c] = parts(lhs);
  auto [d, e] = parts(rhs);
  return join({r.add(a, d), r.add(c, e)});
}

Value ComplexScalars::subtract(Value lhs, Value rhs) {
  auto [a, c] = parts(lhs);
  auto [d, e] = parts(rhs);
  return join({r.subtract(a, d), r.subtract(c, e)});
}

Value ComplexScalars::multiply(Value lhs, Value rhs) {
  auto [a, c] = parts(lhs);
  auto [d, e] = parts(rhs);
  return join({r.subtract(r.multiply(a, d), r.multiply(c, e)), r.add(r.multiply(a, e), r.multiply(c, d))});
}

// Smith's way (1962), as NumPy: neither part of the divisor is squared, so that nothing overflows early.
Value ComplexScalars::divide(Value lhs, Value rhs) {
  auto [a, c] = parts(lhs);
  auto [d, e] = parts(rhs);
  Value realIsGreater = r.compare(Predicate::GreaterEqual, r.abs(d), r.abs(e));
  Value great = r.select(realIsGreater, d, e), small = r.select(realIsGreater, e, d);
  Value byZero = r.compare(Predicate::Equal, great, r.constant(0)); // then each part is divided by 0
  Value ratio = r.select(byZero, r.constant(0), r.divide(small, great));
  Value scale = r.divide(r.constant(1), r.select(byZero, r.constant(0), r.add(great, r.multiply(small, ratio))));
  Value aRatio = r.multiply(a, ratio), cRatio = r.multiply(c, ratio);
  Value re = r.select(realIsGreater, r.add(a, cRatio), r.add(aRatio, c));
  Value im = r.select(realIsGreater, r.subtract(c, aRatio), r.subtract(cRatio, a));
  return join({r.multiply(re, scale), r.multiply(im, scale)});
}

Value ComplexScalars::negative(Value x) {
  auto [re, im] = parts(x);
  return join({r.negative(re), r.negative(im)});
}

Value ComplexScalars::hypot(Value x, Value y) { return r.special("hypot", {x, y}); }

Value ComplexScalars::abs(Value x) {
  auto [re, im] = parts(x);
  return hypot(re, im);
}

// t = sqrt((|re| + |x|) / 2) is the greater part, im / (2 t) the other. Scaled by a power of 4, where the sum could overflow or t
// be subnormal. As in C: (0, im) for zeros, infinite for an infinite part.
Value ComplexScalars::sqrt(Value x) {
  auto [re, im] = parts(x);
  Value zero = r.constant(0), infinity = r.constant(HUGE_VAL);
  const bool isF64 = type.getElementType().isF64();
  const double high = std::ldexp(1.0, isF64 ? 1020 : 124), low = std::ldexp(1.0, isF64 ? -960 : -100);
  const int up = isF64 ? 120 : 48;
  Value greater = r.maximum(r.abs(re), r.abs(im));
  Value isHuge = r.compare(Predicate::Greater, greater, r.constant(high)), isTiny = r.compare(Predicate::Less, greater, r.constant(low));
  auto choose = [&](double huge, double tiny) {
    return r.select(isHuge, r.constant(huge), r.select(isTiny, r.constant(tiny), r.constant(1)));
  };
  Value scale = choose(0.0625, std::ldexp(1.0, up)), back = choose(4, std::ldexp(1.0, -up / 2));
  Value a = r.multiply(re, scale), c = r.multiply(im, scale);
  Value t = r.sqrt(r.multiply(r.add(r.abs(a), hypot(a, c)), r.constant(0.5)));
  Value other = r.divide(r.abs(c), r.add(t, t));
  Value isZero = r.compare(Predicate::Equal, greater, zero);
  other = r.select(isZero, zero, other);
  Value positive = r.compare(Predicate::GreaterEqual, re, zero);
  Value realPart = r.multiply(r.select(positive, t, other), back), imagPart = r.multiply(r.select(positive, other, t), back);
  // Infinite parts: |im| makes both infinite; re > 0 leaves a zero, re < 0 an infinite imaginary part.
  Value realInfinite = r.isInf(re), imagInfinite = r.isInf(im), isNan = r.isNan(im);
  Value small = r.select(isNan, im, zero);
  realPart = r.select(realInfinite, r.select(positive, infinity, small), realPart);
  imagPart = r.select(realInfinite, r.select(positive, small, infinity), imagPart);
  realPart = r.select(imagInfinite, infinity, realPart);
  imagPart = r.select(imagInfinite, infinity, imagPart);
  return join({realPart, r.copySign(imagPart, im)});
}

// exp(re) in two factors, so that a cosine or sine below 1 brings back what alone would overflow.
Value ComplexScalars::exp(Value x) {
  auto [re, im] = parts(x);
  Value zero = r.constant(0), most = r.constant(type.getElementType().isF64() ? 709 : 88);
  Value first = r.minimum(re, most);
  Value above = r.compare(Predicate::Greater, re, most);
  Value factor = r.exp(first), rest = r.exp(r.select(above, r.subtract(re, most), zero));
  Value realPart = r.multiply(r.multiply(factor, r.cos(im)), rest), imagPart = r.multiply(r.multiply(factor, r.sin(im)), rest);
  imagPart = r.select(r.compare(Predicate::Equal, im, zero), im, imagPart); // not infinity times 0
  // exp(-inf + i y) is 0 whatever y, exp(inf + i y) infinite for any y.
  Value vague = r.bitOr(r.isInf(im), r.isNan(im));
  Value vanishes = r.bitAnd(vague, r.compare(Predicate::Equal, re, r.constant(-HUGE_VAL)));
  Value explodes = r.bitAnd(vague, r.compare(Predicate::Equal, re, r.constant(HUGE_VAL)));
  realPart = r.select(explodes, r.constant(HUGE_VAL), r.select(vanishes, zero, realPart));
  imagPart = r.select(explodes, r.constant(NAN), r.select(vanishes, zero, imagPart));
  return join({realPart, imagPart});
}

// log|x| + i arg(x). Near the unit circle log|x| = log1p((m - 1)(m + 1) + n^2) / 2, where log of the rounded |x| has no digits.
Value ComplexScalars::log(Value x) {
  auto [re, im] = parts(x);
  Value absRe = r.abs(re), absIm = r.abs(im), one = r.constant(1);
  Value great = r.maximum(absRe, absIm), small = r.minimum(absRe, absIm), modulus = hypot(re, im);
  Value beyond = r.fma(small, small, r.multiply(r.subtract(great, one), r.add(great, one)));
  Value nearCircle = r.multiply(r.constant(0.5), r.math<math::Log1pOp>(beyond));
  Value isNear = r.bitAnd(r.compare(Predicate::Greater, modulus, r.constant(0.5)), r.compare(Predicate::Less, modulus, r.constant(2)));
  Value logarithm = r.select(isNear, nearCircle, r.log(modulus));
  return join({logarithm, r.math<math::Atan2Op>({im, re})});
}

Value ComplexScalars::sin(Value x) {
  auto [re, im] = parts(x);
  return join({r.multiply(r.sin(re), r.math<math::CoshOp>(im)), r.multiply(r.cos(re), r.math<math::SinhOp>(im))});
}

Value ComplexScalars::cos(Value x) {
  auto [re, im] = parts(x);
  return join({r.multiply(r.cos(re), r.math<math::CoshOp>(im)), r.negative(r.multiply(r.sin(re), r.math<math::SinhOp>(im)))});
}

Value ComplexScalars::compare(Predicate predicate, Value lhs, Value rhs) {
  auto [a, c] = parts(lhs);
  auto [d, e] = parts(rhs);
  Value real = r.compare(predicate, a, d), imag = r.compare(predicate, c, e);
  return predicate == Predicate::Equal ? r.bitAnd(real, imag) : r.bitOr(real, imag);
}

} // namespace burin::compiler
