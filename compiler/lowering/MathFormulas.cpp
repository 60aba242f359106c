// The formulas, each once for f32 and f64, after fdlibm (f64 logarithms), Cephes (f32 logarithm, the shape of the reductions)
// and the identities given beside them. They hold over the whole range: where a special value doesn't come out of the
// arithmetic by itself, a select puts it right. docs/numerics.md has the errors measured.
#include "compiler/lowering/MathFormulas.h"
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/MathParts.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>
#include <numbers>

using namespace mlir;

namespace burin::compiler {

// fdlibm's e_log.c and e_log10.c for f64; Cephes' idea (a short high part) for f32.
Split logOf2(const MathEmitter &e) {
  return choose<Split>(e, {0.693145751953125, 1.42860677e-06}, {6.93147180369123816490e-01, 1.90821492927058770002e-10});
}
static Split log10Of2(const MathEmitter &e) {
  return choose<Split>(e, {0.301025390625, 4.6050389811952e-06}, {3.01029995663611771306e-01, 3.69423907715893078616e-13});
}
static Split log2OfE(const MathEmitter &e) {
  return choose<Split>(e, {1.44269502162933349609, 1.92596299e-08}, {1.4426950408889634, 2.0355273740931033e-17});
}
static Split log10OfE(const MathEmitter &e) {
  return choose<Split>(e, {0.4342944920063018798828, -1.0103050118e-08}, {0.4342944819032518, 1.098319650216765e-17});
}

//===-- Extrema --------------------------------------------------------------------------------------------------------===//

// x86's instructions give their second operand for a NaN and for zeros of both signs; IEEE 754 wants the NaN, and -0 below 0. LLVM's
// own expansion sorts the operands by sign first and is twice as long.
template <bool kMax> static Value expandExtremum(MathEmitter &e, ValueRange x) {
  Value a = x[0], b = x[1], chosen;
  if (e.hasExponentInstructions()) {
    chosen = kMax ? e.greater(a, b) : e.lesser(a, b);
  } else { // in both orders: the two differ for zeros of both signs alone
    Value bits = e.bits(kMax ? e.max(a, b) : e.min(a, b)), swapped = e.bits(kMax ? e.max(b, a) : e.min(b, a));
    chosen = e.fromBits(kMax ? e.andBits(bits, swapped) : e.orBits(bits, swapped));
  }
  Value unordered = e.compare(arith::CmpFPredicate::UNO, a, b), nan = e.add(a, b);
  return e.select(unordered, nan, chosen);
}

//===-- Powers of two ---------------------------------------------------------------------------------------------------===//

RoundedInteger roundToInteger(MathEmitter &e, Value x, double scale, int offset) {
  Value shift = e.number(std::ldexp(1.5, e.mantissaBits()) + offset);
  Value raw = scale == 1 ? e.add(x, shift) : e.fma(x, e.number(scale), shift);
  return {e.sub(raw, shift), raw};
}

Value powerOfTwo(MathEmitter &e, RoundedInteger n) { return e.fromBits(e.shiftLeft(e.bits(n.raw), e.mantissaBits())); }

Value scale(MathEmitter &e, Value y, RoundedInteger n) {
  if (e.hasExponentInstructions()) return e.scaleByPowerOfTwo(y, n.number);
  Value sum = e.bits(n.raw);
  Value half = e.shiftRight(sum, 1);
  Value first = e.fromBits(e.shiftLeft(half, e.mantissaBits()));
  Value second = e.fromBits(e.shiftLeft(e.subBits(sum, half), e.mantissaBits()));
  return e.mul(e.mul(y, first), second);
}

Value reduceByLog2(MathEmitter &e, Value x, RoundedInteger n) {
  Split log2 = logOf2(e);
  return e.fma(n.number, e.number(-log2.low), e.fma(n.number, e.number(-log2.high), x));
}

/// expm1(r) for |r| <= log(2)/2; r itself where r^2 vanishes beside it.
static Value expm1Near0(MathEmitter &e, Value r) {
  return e.fma(e.mul(r, r), e.polynomial(r, chooseTable(e, tables::expm1_32, tables::expm1_64)), r);
}

//===-- Exponentials ----------------------------------------------------------------------------------------------------===//

Value expandExp(MathEmitter &e, Value x) { return expHalved(e, x, {}, 0); }

Value expHalved(MathEmitter &e, Value x, Value low, int halvings) {
  // Beyond the bounds the result is 0 or infinite; within them 2^n is the product of two normal powers of two.
  double bound = choose(e, 104.0, 746.0);
  x = e.clamp(x, -bound, bound);
  RoundedInteger n = roundToInteger(e, x, std::numbers::log2e, 2 * e.exponentBias());
  Value r = reduceByLog2(e, x, n);
  if (low) r = e.add(r, low);
  if (halvings) n = {e.sub(n.number, e.number(halvings)), e.fromBits(e.subBits(e.bits(n.raw), e.integer(halvings)))};
  return scale(e, e.polynomial(r, chooseTable(e, tables::exp32, tables::exp64)), n);
}

//===-- Exact sums and products -----------------------------------------------------------------------------------------===//

Sum twoSum(MathEmitter &e, Value a, Value b) {
  Value sum = e.add(a, b), back = e.sub(sum, a);
  return {sum, e.add(e.sub(a, e.sub(sum, back)), e.sub(b, back))};
}

Sum fastTwoSum(MathEmitter &e, Value a, Value b) {
  Value sum = e.add(a, b);
  return {sum, e.sub(b, e.sub(sum, a))};
}

Sum twoProduct(MathEmitter &e, Value a, Value b) {
  Value product = e.mul(a, b);
  return {product, e.fma(a, b, e.negate(product))};
}

Value expandExp2(MathEmitter &e, Value x) {
  double bound = choose(e, 151.0, 1076.0);
  x = e.clamp(x, -bound, bound);
  RoundedInteger n = roundToInteger(e, x, 1, 2 * e.exponentBias());
  return scale(e, e.polynomial(e.sub(x, n.number), chooseTable(e, tables::exp2_32, tables::exp2_64)), n);
}

/// (expm1(r) + (1 - 2^-n)) 2^n: n = 0 leaves expm1(r) as it is, and the factor is applied last for the sake of overflow.
Value expandExpm1(MathEmitter &e, Value x) {
  Value clamped = e.clamp(x, choose(e, -26.0, -46.0), choose(e, 89.0, 710.0));
  RoundedInteger n = roundToInteger(e, clamped, std::numbers::log2e, 2 * e.exponentBias());
  Value q = expm1Near0(e, reduceByLog2(e, clamped, n));
  // 2^-n as half of 2^(1 - n), which is still a power of two, or 0, at the largest n.
  Value negated = e.subBits(e.integer(3 * e.exponentBias() + 1), e.bits(n.raw));
  Value twiceInverse = e.fromBits(e.shiftLeft(negated, e.mantissaBits()));
  Value sum = e.add(q, e.fma(twiceInverse, e.number(-0.5), e.number(1)));
  return e.withSignOf(x, scale(e, sum, n));
}

//===-- Logarithms ------------------------------------------------------------------------------------------------------===//

/// For positive normal x. Where `subnormal` holds, `x` was multiplied by 2^raisedBy, which the exponent takes back.
static Decomposed decomposeBits(MathEmitter &e, Value x, Value subnormal = {}, int raisedBy = 0) {
  std::int64_t one = std::int64_t(e.exponentBias()) << e.mantissaBits();
  std::int64_t threeQuarters = one - (std::int64_t(1) << (e.mantissaBits() - 1));
  Value moved = e.addBits(e.bits(x), e.integer(one - threeQuarters));
  // The biased exponent, written into the low bits of 2^mantissaBits, is a number without a conversion.
  double shift = std::ldexp(1.0, e.mantissaBits());
  Value asNumber = e.fromBits(e.orBits(e.shiftRight(moved, e.mantissaBits()), e.bits(e.number(shift))));
  Value bias = e.number(shift + e.exponentBias());
  if (subnormal) bias = e.select(subnormal, e.number(shift + e.exponentBias() + raisedBy), bias);
  std::int64_t fraction = (std::int64_t(1) << e.mantissaBits()) - 1;
  Value mantissa = e.fromBits(e.addBits(e.andBits(moved, e.integer(fraction)), e.integer(threeQuarters)));
  return {mantissa, e.sub(asNumber, bias)};
}

/// For every x. vgetexp and vgetmant give what the special values need: exponents of +-inf for inf and 0, a NaN below 0.
/// Without them those results are put right at the end, by `withLogSpecials`.
Decomposed decompose(MathEmitter &e, Value x) {
  if (e.hasExponentInstructions()) {
    Value mantissa = e.mantissa(x);
    return {mantissa, e.sub(e.exponent(x), e.exponent(mantissa))};
  }
  Value subnormal = e.compare(CmpFPredicate::OLT, x, e.number(std::ldexp(1.0, 1 - e.exponentBias())));
  Value raised = e.mul(x, e.number(std::ldexp(1.0, e.mantissaBits())));
  return decomposeBits(e, e.select(subnormal, raised, x), subnormal, e.mantissaBits());
}

/// `y` where 0 < x < inf; the IEEE results of a logarithm at x elsewhere.
static Value withLogSpecials(MathEmitter &e, Value x, Value y) {
  Value infinity = e.number(INFINITY), zero = e.number(0);
  Value notPositive = e.select(e.compare(CmpFPredicate::OEQ, x, zero), e.number(-INFINITY), e.number(-NAN));
  y = e.select(e.compare(CmpFPredicate::OLE, x, zero), notPositive, y);
  return e.select(e.compare(CmpFPredicate::OLT, x, infinity), y, e.add(x, x));
}

/// log(1 + f) - f + `addend` for -1/4 <= f <= 1/2.
/// f32: the form of Cephes' logf. f64: the form of fdlibm's e_log.c, whose division by 2 + f halves the number of terms.
static Value logResidual(MathEmitter &e, Value f, Value addend) {
  Value square = e.mul(f, f);
  if (!e.isF64()) {
    Value p = e.fma(e.polynomial(f, tables::log32), f, e.number(-0.5));
    return addend ? e.fma(p, square, addend) : e.mul(p, square);
  }
  Value s = e.div(f, e.add(f, e.number(2)));
  Value z = e.mul(s, s);
  Value halfSquare = e.mul(square, e.number(0.5));
  Value series = e.fma(z, e.polynomial(z, tables::log64), halfSquare);
  Value residual = e.fma(s, series, e.negate(halfSquare));
  return addend ? e.add(addend, residual) : residual;
}

/// exponent * log(2) + log(1 + f).
static Value logFromParts(MathEmitter &e, Value exponent, Value f) {
  Split log2 = logOf2(e);
  Value y = e.fma(exponent, e.number(log2.low), logResidual(e, f, f));
  return e.fma(exponent, e.number(log2.high), y);
}

/// log(1 + f) * base, with its rounding error far below an ulp.
static Value logInBase(MathEmitter &e, Value f, Split base) {
  Value residual = logResidual(e, f, {});
  Value low = e.fma(f, e.number(base.low), e.mul(residual, e.number(base.high)));
  return e.fma(f, e.number(base.high), low);
}

static Value finishLog(MathEmitter &e, Value x, Value y) { return e.hasExponentInstructions() ? y : withLogSpecials(e, x, y); }

Value expandLog(MathEmitter &e, Value x) {
  Decomposed parts = decompose(e, x);
  return finishLog(e, x, logFromParts(e, parts.exponent, e.sub(parts.mantissa, e.number(1))));
}

Value logOfNormal(MathEmitter &e, Value x) {
  Decomposed parts = decomposeBits(e, x);
  return logFromParts(e, parts.exponent, e.sub(parts.mantissa, e.number(1)));
}

Value expandLog2(MathEmitter &e, Value x) {
  Decomposed parts = decompose(e, x);
  Value y = logInBase(e, e.sub(parts.mantissa, e.number(1)), log2OfE(e));
  return finishLog(e, x, e.add(y, parts.exponent));
}

static Value expandLog10(MathEmitter &e, Value x) {
  Decomposed parts = decompose(e, x);
  Split log2 = log10Of2(e);
  Value y = logInBase(e, e.sub(parts.mantissa, e.number(1)), log10OfE(e));
  y = e.fma(parts.exponent, e.number(log2.low), y);
  return finishLog(e, x, e.fma(parts.exponent, e.number(log2.high), y));
}

/// log(u) with u = 1 + x rounded; the part of x lost in u, brought to the mantissa's scale, is added to the mantissa.
/// For tiny x the mantissa less 1 plus that part is x again.
Value expandLog1p(MathEmitter &e, Value x) {
  Value one = e.number(1);
  Value u = e.add(x, one);
  Value lost = e.sub(x, e.sub(u, one));
  Decomposed parts = decomposeBits(e, u);
  // 2^-exponent; from 2^64 on the lost part is far below an ulp, and its factor need only be finite.
  Value limit = e.number(64);
  Value exponent = e.select(e.compare(CmpFPredicate::OLT, parts.exponent, limit), parts.exponent, limit);
  Value inverse = powerOfTwo(e, {{}, e.sub(e.number(std::ldexp(1.5, e.mantissaBits()) + e.exponentBias()), exponent)});
  Value f = e.fma(lost, inverse, e.sub(parts.mantissa, one));
  return e.withSignOf(x, withLogSpecials(e, u, logFromParts(e, parts.exponent, f)));
}

//===-- Saturating functions, reciprocal root ---------------------------------------------------------------------------===//

/// The integer n by which |x| = r + n log(2)/2. f32: the nearest one. f64: the one below, at the price of two ops: r >= 0
/// and sums of positive terms, which brings the error under 2 ulps.
static RoundedInteger halfLog2Multiple(MathEmitter &e, Value magnitude) {
  constexpr double scale = 2 * std::numbers::log2e;
  if (!e.isF64()) return roundToInteger(e, magnitude, scale, e.exponentBias() - 1);
  Value lowered = e.fma(magnitude, e.number(scale), e.number(-0.5));
  return roundToInteger(e, lowered, 1, e.exponentBias() - 1);
}

/// With |x| = r + n log(2)/2, s = 2^n and D = r coth(r), e^(2|x|) = s (D + r) / (D - r), so that, for h = (s - 1)/2,
///   tanh|x| = (h (D + r) + r) / (h (D + r) + D).
/// D is even and nearly 1: a few terms do. h = 0 for n = 0, where tiny x pass unchanged as r / 1.
/// Eigen's rational function costs as much and has 4.3 ulps; one fitted to 0.1 still has 5.1, from its roundings: here those
/// of h (D + r) vanish in the quotient as x grows.
static Value expandTanh(MathEmitter &e, Value x) {
  Value bound = e.number(choose(e, 10.0, 20.0)), magnitude = e.abs(x);
  magnitude = e.select(e.compare(CmpFPredicate::OLT, bound, magnitude), bound, magnitude);
  RoundedInteger n = halfLog2Multiple(e, magnitude);
  Value r = e.fma(n.number, e.number(-std::numbers::ln2 / 2), magnitude);
  if (e.isF64()) // f32's log(2)/2 is good to 30 bits by chance
    r = e.fma(n.number, e.number(-tables::halfLog2Low64), r);
  Value d = e.polynomial(e.mul(r, r), chooseTable(e, tables::rCothR32, tables::rCothR64));
  Value sum = e.add(d, r);
  Value h = e.sub(powerOfTwo(e, n), e.number(0.5)); // n carries 2^(n - 1)
  Value numerator = e.fma(h, sum, r);
  // One op more for f64: errors that numerator and denominator share cancel where they are nearly equal.
  Value denominator = e.isF64() ? e.add(numerator, e.sub(d, r)) : e.fma(h, sum, d);
  return e.withSignOf(x, e.div(numerator, denominator));
}

/// 1 - exp(g(|x|)) by way of expm1, with g = log(erfc): a polynomial without constant term, so that tiny x keep their digits;
/// the factor exp(g) damps its errors as |x| grows.
Value expandErf(MathEmitter &e, Value x) {
  Value bound = e.number(choose(e, 3.94, 5.94)), magnitude = e.abs(x);
  magnitude = e.select(e.compare(CmpFPredicate::OLT, bound, magnitude), bound, magnitude);
  ArrayRef<double> table = chooseTable(e, tables::logErfc32, tables::logErfc64);
  Value rest = e.mul(magnitude, e.polynomial(magnitude, table.drop_front()));
  Value g = e.fma(magnitude, e.number(table.front()), rest);
  RoundedInteger n = roundToInteger(e, g, std::numbers::log2e, e.exponentBias());
  Value q = expm1Near0(e, reduceByLog2(e, g, n));
  Value factor = powerOfTwo(e, n);
  Value negative = e.fma(factor, q, e.sub(factor, e.number(1)));
  return e.withSignOf(x, e.abs(negative));
}

/// fmod, which is exact: |x| - n |y|, in one fma, for n = |x|/|y| rounded down. The quotient is rounded before, which may give an n that is
/// one too large, but none other below 2^mantissaBits / 2: the difference of |y| comes back. Larger quotients, and what isn't finite, are
/// the C library's.
static Value expandRemainder(MathEmitter &e, ValueRange x) {
  Value dividend = e.abs(x[0]), divisor = e.abs(x[1]);
  Value quotient = e.floor(e.div(dividend, divisor));
  Value rest = e.fma(e.negate(quotient), divisor, dividend);
  rest = e.select(e.compare(CmpFPredicate::OLT, rest, e.number(0)), e.add(rest, divisor), rest);
  rest = e.withSignOf(x[0], rest);
  Value isLarge = e.compare(CmpFPredicate::UGE, quotient, e.number(std::ldexp(1, e.mantissaBits() - 1)));
  Value isEndless = e.compare(CmpFPredicate::OEQ, divisor, e.number(INFINITY));
  auto byLibrary = [&]() -> SmallVector<Value> { return {e.remainderByLibrary(x[0], x[1])}; };
  return e.selectRarely(e.either(isLarge, isEndless), byLibrary, rest).front();
}

static Value expandRsqrt(MathEmitter &e, Value x) { return e.div(e.number(1), e.sqrt(x)); }

//===-- The table -------------------------------------------------------------------------------------------------------===//

/// A formula of one argument as one of all operands.
template <Value (*formula)(MathEmitter &, Value)> static Value unary(MathEmitter &e, ValueRange x) { return formula(e, x.front()); }

static MathFormula specialFormula(StringRef function, std::int64_t order) {
  return llvm::StringSwitch<MathFormula>(function)
      .Case("hypot", throughF64<expandHypot>)
      .Case("logaddexp", throughF64<expandLogaddexp>)
      .Case("softplus", expandSoftplus)
      .Case("erfinv", throughF64<expandErfinv>)
      .Case("normal_quantile", expandNormalQuantile)
      .Case("lgamma", throughF64<expandLgamma>)
      .Case("digamma", throughF64<expandDigamma>)
      .Case("polygamma",
            [order](MathEmitter &e, ValueRange x) {
              MathEmitter f64 = e.inF64();
              return e.fromF64(expandPolygamma(f64, e.toF64(x.front()), order));
            })
      .Default(nullptr);
}

MathFormula mathFormulaOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, MathFormula>(op)
      .Case([](math::ExpOp) -> MathFormula { return unary<expandExp>; })
      .Case([](math::Exp2Op) -> MathFormula { return unary<expandExp2>; })
      .Case([](math::ExpM1Op) -> MathFormula { return unary<expandExpm1>; })
      .Case([](math::LogOp) -> MathFormula { return unary<expandLog>; })
      .Case([](math::Log2Op) -> MathFormula { return unary<expandLog2>; })
      .Case([](math::Log10Op) -> MathFormula { return unary<expandLog10>; })
      .Case([](math::Log1pOp) -> MathFormula { return unary<expandLog1p>; })
      .Case([](math::TanhOp) -> MathFormula { return unary<expandTanh>; })
      .Case([](math::ErfOp) -> MathFormula { return unary<expandErf>; })
      .Case([](math::RsqrtOp) -> MathFormula { return unary<expandRsqrt>; })
      .Case([](math::SinOp) -> MathFormula { return expandSin; })
      .Case([](math::CosOp) -> MathFormula { return expandCos; })
      .Case([](math::TanOp) -> MathFormula { return throughF64<expandTan>; })
      .Case([](math::AsinOp) -> MathFormula { return throughF64<expandAsin>; })
      .Case([](math::AcosOp) -> MathFormula { return throughF64<expandAcos>; })
      .Case([](math::AtanOp) -> MathFormula { return throughF64<expandAtan>; })
      .Case([](math::Atan2Op) -> MathFormula { return throughF64<expandAtan2>; })
      .Case([](math::SinhOp) -> MathFormula { return throughF64<expandSinh>; })
      .Case([](math::CoshOp) -> MathFormula { return throughF64<expandCosh>; })
      .Case([](math::AsinhOp) -> MathFormula { return throughF64<expandAsinh>; })
      .Case([](math::AcoshOp) -> MathFormula { return throughF64<expandAcosh>; })
      .Case([](math::AtanhOp) -> MathFormula { return throughF64<expandAtanh>; })
      .Case([](math::PowFOp) -> MathFormula { return throughF64<expandPow>; })
      .Case([](math::ErfcOp) -> MathFormula { return expandErfc; })
      .Case([](arith::RemFOp) -> MathFormula { return expandRemainder; })
      .Case([](arith::MaximumFOp) -> MathFormula { return expandExtremum<true>; })
      .Case([](arith::MinimumFOp) -> MathFormula { return expandExtremum<false>; })
      .Case([](SpecialFunctionOp special) -> MathFormula {
        return specialFormula(special.getFunction(), static_cast<std::int64_t>(special.getOrder()));
      })
      .Default(MathFormula(nullptr));
}

} // namespace burin::compiler
