// Sine, cosine, tangent and their inverses.
//
// The argument is reduced to |r| <= pi/4 by a multiple of pi/2: below 2^30 in fmas with pi/2 in three parts (Cody and Waite), above
// by the bits of 2/pi that its exponent selects (Payne and Hanek, 1983), in code that runs only if some lane is that large.
#include "compiler/lowering/MathParts.h"
#include <numbers>

using namespace mlir;

namespace burin::compiler {

constexpr double kHalfPi[] = {1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33};
constexpr double kHuge = 0x1p30;

// The bits of 2/pi from 2^-1 down, behind 64 zeros.
constexpr std::uint64_t kTwoOverPi[] = {0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561,
                                        0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41,
                                        0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7,
                                        0x4f463f669e5fea2d, 0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
                                        0xf0cfbc209af4361d};

namespace {
/// x = r + low + quadrant pi/2 in f64; `quadrant` are bits of which the last two count.
struct Reduced {
  Value r, low, quadrant;
};
} // namespace

/// 212 bits of 2/pi 2^k from weight 2 down, as four numbers of 53 bits. `position` is k - 2 in kTwoOverPi's count.
static SmallVector<Value> bitsOfTwoOverPi(MathEmitter &e, Value position) {
  Value word = e.shiftRight(position, 6), shift = e.andBits(position, e.integer(63)), rest = e.subBits(e.integer(63), shift);
  SmallVector<Value> words, aligned, parts;
  for (int i = 0; i < 5; ++i) words.push_back(e.lookUp("burin_two_over_pi", kTwoOverPi, e.addBits(word, e.integer(i))));
  for (int i = 0; i < 4; ++i) // a shift by 64 is none: by 1 and by the rest
    aligned.push_back(e.orBits(e.shiftLeft(words[i], shift), e.shiftRight(e.shiftRight(words[i + 1], 1), rest)));
  for (int i = 0; i < 4; ++i) {
    const int fromThis = 53 - 11 * i, fromLast = 11 * i; // how many of the 53 bits each word gives
    Value part = e.shiftRight(aligned[i], 64 - fromThis);
    if (i > 0) {
      const std::int64_t mask = (std::int64_t{1} << fromLast) - 1;
      part = e.orBits(part, e.shiftLeft(e.andBits(aligned[i - 1], e.integer(mask)), fromThis));
    }
    parts.push_back(e.mul(e.toNumber(part), e.number(std::ldexp(1.0, 2 - 53 * (i + 1)))));
  }
  return parts;
}

/// For finite x >= 2^30. x = m 2^k with a whole m; of m 2/pi 2^k, bits that make whole multiples of 4 are left out.
static Reduced reduceHuge(MathEmitter &e, Value x) {
  constexpr std::int64_t fraction = (std::int64_t{1} << 52) - 1;
  Value bits = e.bits(x);
  Value m = e.fromBits(e.orBits(e.andBits(bits, e.integer(fraction)), e.bits(e.number(0x1p52))));
  SmallVector<Value> parts = bitsOfTwoOverPi(e, e.subBits(e.shiftRight(bits, 52), e.integer(1023 + 52 + 2 - 64)));
  Sum p0 = twoProduct(e, m, parts[0]), p1 = twoProduct(e, m, parts[1]), p2 = twoProduct(e, m, parts[2]);
  Value first = e.fma(e.nearest(e.mul(p0.high, e.number(0.25))), e.number(-4), p0.high);
  Sum s0 = twoSum(e, first, p0.low), s1 = twoSum(e, s0.high, p1.high);
  Value n = e.nearest(s1.high);
  Sum t0 = twoSum(e, s0.low, s1.low), t1 = twoSum(e, t0.high, p1.low), t2 = twoSum(e, t1.high, p2.high);
  Value tail = e.add(e.add(t0.low, t1.low), e.add(t2.low, e.fma(m, parts[3], p2.low)));
  Sum u = twoSum(e, e.sub(s1.high, n), t2.high), f = fastTwoSum(e, u.high, e.add(u.low, tail));
  Sum product = twoProduct(e, f.high, e.number(kHalfPi[0]));
  Value low = e.add(product.low, e.fma(f.high, e.number(kHalfPi[1]), e.mul(f.low, e.number(kHalfPi[0]))));
  Sum r = fastTwoSum(e, product.high, low);
  return {r.high, r.low, e.bits(e.add(n, e.number(0x1.8p52)))};
}

/// For x >= 0, or NaN.
static Reduced reduceByHalfPi(MathEmitter &e, Value x) {
  RoundedInteger n = roundToInteger(e, x, 2 / std::numbers::pi, 0);
  Value exact = e.fma(n.number, e.number(-kHalfPi[0]), x); // no bit is lost: a multiple of 2^-53, below 2
  Value near = e.fma(n.number, e.number(-kHalfPi[1]), exact);
  Value low = e.fma(n.number, e.number(-kHalfPi[2]), e.fma(n.number, e.number(-kHalfPi[1]), e.sub(exact, near)));
  Sum r = fastTwoSum(e, near, low);
  Value isHuge = e.compare(CmpFPredicate::OGE, x, e.number(kHuge));
  auto huge = [&] {
    Reduced reduced = reduceHuge(e, e.select(isHuge, x, e.number(kHuge)));
    return SmallVector<Value>{e.add(reduced.r, e.sub(x, x)), reduced.low, e.fromBits(reduced.quadrant)}; // infinities give NaN
  };
  SmallVector<Value> reduced = e.selectRarely(isHuge, huge, {r.high, r.low, n.raw});
  return {reduced[0], reduced[1], e.bits(reduced[2])};
}

static Value sinNear0(MathEmitter &e, Value r, Value square) {
  return e.fma(e.mul(r, square), e.polynomial(square, chooseTable(e, tables::sin32, tables::sin64).drop_front()), r);
}
static Value cosNear0(MathEmitter &e, Value square) { return e.polynomial(square, chooseTable(e, tables::cos32, tables::cos64)); }

/// sin(|x| + quarters pi/2). f32 is reduced in f64: nothing cancels there.
static Value sinOfMagnitude(MathEmitter &e, Value x, std::int64_t quarters) {
  MathEmitter f64 = e.inF64();
  Reduced reduced = reduceByHalfPi(f64, e.toF64(e.abs(x)));
  Value r = e.fromF64(reduced.r), square = e.mul(r, r);
  Value quadrant = quarters ? f64.addBits(reduced.quadrant, f64.integer(quarters)) : reduced.quadrant;
  Value y = e.select(f64.isOdd(quadrant), cosNear0(e, square), sinNear0(e, r, square));
  return e.select(f64.isOdd(f64.shiftRight(quadrant, 1)), e.negate(y), y);
}

Value expandSin(MathEmitter &e, ValueRange x) { return e.signFlippedBy(sinOfMagnitude(e, x[0], 0), x[0]); }
Value expandCos(MathEmitter &e, ValueRange x) { return sinOfMagnitude(e, x[0], 1); }

Value expandTan(MathEmitter &e, ValueRange x) {
  Reduced reduced = reduceByHalfPi(e, e.abs(x[0]));
  Value r = reduced.r, square = e.mul(r, r);
  Value t = e.fma(e.mul(r, square), e.polynomial(square, ArrayRef(tables::tan64).drop_front()), r);
  t = e.fma(reduced.low, e.fma(t, t, e.number(1)), t); // the derivative of tan
  t = e.select(e.isOdd(reduced.quadrant), e.div(e.number(-1), t), t);
  return e.signFlippedBy(t, x[0]);
}

//===-- Inverses --------------------------------------------------------------------------------------------------------===//

/// p(t) t for an odd function, whose table holds the powers of t^2 from 1 up.
static Value oddSeries(MathEmitter &e, Value t, Value square, ArrayRef<double> table) {
  return e.fma(e.mul(t, square), e.polynomial(square, table.drop_front()), t);
}

namespace {
/// asin(|x|) where |x| <= 1/2, and elsewhere asin(sqrt((1 - |x|) / 2)), which is a quarter turn less asin(|x|), halved.
struct HalfAsin {
  Value angle, isFolded;
};
} // namespace

static HalfAsin halfAsin(MathEmitter &e, Value magnitude) {
  Value isFolded = e.compare(CmpFPredicate::OGT, magnitude, e.number(0.5));
  Value folded = e.fma(magnitude, e.number(-0.5), e.number(0.5)); // exact
  Value square = e.select(isFolded, folded, e.mul(magnitude, magnitude));
  Value s = e.select(isFolded, e.sqrt(folded), magnitude);
  return {oddSeries(e, s, square, tables::asin64), isFolded};
}

Value expandAsin(MathEmitter &e, ValueRange x) {
  HalfAsin half = halfAsin(e, e.abs(x[0]));
  Value unfolded = e.sub(e.number(kHalfPi[0]), e.fma(half.angle, e.number(2), e.number(-kHalfPi[1])));
  return e.withSignOf(x[0], e.select(half.isFolded, unfolded, half.angle));
}

Value expandAcos(MathEmitter &e, ValueRange x) {
  HalfAsin half = halfAsin(e, e.abs(x[0]));
  Value isNegative = e.compare(CmpFPredicate::OLT, x[0], e.number(0));
  Value angle = e.signFlippedBy(half.angle, x[0]);
  Value around0 = e.sub(e.number(kHalfPi[0]), e.sub(angle, e.number(kHalfPi[1])));
  Value twice = e.mul(half.angle, e.number(2));
  Value aroundPi = e.sub(e.number(2 * kHalfPi[0]), e.sub(twice, e.number(2 * kHalfPi[1])));
  return e.select(half.isFolded, e.select(isNegative, aroundPi, twice), around0);
}

/// atan(t) for 0 <= t <= 1, by way of tan(pi/8) and atan(t) - pi/4 = atan((t - 1) / (t + 1)), as high and low part.
static Sum atanBelow1(MathEmitter &e, Value t) {
  Value isUpper = e.compare(CmpFPredicate::OGT, t, e.number(0.41421356237309503));
  Value one = e.number(1), zero = e.number(0);
  Value u = e.div(e.select(isUpper, e.sub(t, one), t), e.select(isUpper, e.add(t, one), one));
  Value angle = oddSeries(e, u, e.mul(u, u), tables::atan64);
  Value low = e.add(angle, e.select(isUpper, e.number(kHalfPi[1] / 2), zero));
  return {e.select(isUpper, e.number(kHalfPi[0] / 2), zero), low};
}

Value expandAtan(MathEmitter &e, ValueRange x) {
  Value magnitude = e.abs(x[0]), one = e.number(1);
  Value isOuter = e.compare(CmpFPredicate::OGT, magnitude, e.number(2.414213562373095)); // tan(3 pi/8)
  Value isUpper = e.compare(CmpFPredicate::OGT, magnitude, e.number(0.41421356237309503));
  Value numerator = e.select(isOuter, e.number(-1), e.select(isUpper, e.sub(magnitude, one), magnitude));
  Value denominator = e.select(isOuter, magnitude, e.select(isUpper, e.add(magnitude, one), one));
  Value u = e.div(numerator, denominator);
  auto base = [&](double part) { return e.select(isOuter, e.number(part), e.select(isUpper, e.number(part / 2), e.number(0))); };
  Value angle = e.add(base(kHalfPi[0]), e.add(oddSeries(e, u, e.mul(u, u), tables::atan64), base(kHalfPi[1])));
  return e.withSignOf(x[0], angle);
}

Value expandAtan2(MathEmitter &e, ValueRange operands) {
  Value y = operands[0], x = operands[1], zero = e.number(0);
  Value absY = e.abs(y), absX = e.abs(x);
  Value isSteep = e.compare(CmpFPredicate::OGT, absY, absX);
  Value small = e.select(isSteep, absX, absY), great = e.select(isSteep, absY, absX);
  Value t = e.div(small, great);
  t = e.select(e.compare(CmpFPredicate::OEQ, small, great), e.number(1), t); // infinities, too
  t = e.select(e.compare(CmpFPredicate::OEQ, great, zero), zero, t);
  Sum angle = atanBelow1(e, t);
  auto reflected = [&](Value condition, double high, double low) {
    Value sum = e.sub(e.number(low), angle.low);
    angle = {e.select(condition, e.sub(e.number(high), angle.high), angle.high), e.select(condition, sum, angle.low)};
  };
  reflected(isSteep, kHalfPi[0], kHalfPi[1]);
  Value isLeft = e.compare(CmpFPredicate::OLT, e.withSignOf(x, e.number(1)), zero); // -0 is
  reflected(isLeft, 2 * kHalfPi[0], 2 * kHalfPi[1]);
  Value result = e.withSignOf(y, e.add(angle.high, angle.low));
  return e.select(e.compare(CmpFPredicate::UNO, x, y), e.add(x, y), result);
}

Sum sinAndCosOfPi(MathEmitter &e, Value x) {
  // pi times the distance to the nearest half, which is exact.
  Value halves = e.nearest(e.add(x, x));
  Value r = e.mul(e.fma(halves, e.number(-0.5), x), e.number(std::numbers::pi)), square = e.mul(r, r);
  Value sine = sinNear0(e, r, square), cosine = cosNear0(e, square);
  Value quarter = e.mul(halves, e.number(0.5)), isOdd = e.compare(CmpFPredicate::ONE, e.floor(quarter), quarter);
  Value half = e.mul(e.floor(quarter), e.number(0.5)), turns = e.compare(CmpFPredicate::ONE, e.floor(half), half);
  Value s = e.select(isOdd, cosine, sine), c = e.select(isOdd, e.negate(sine), cosine);
  return {e.select(turns, e.negate(s), s), e.select(turns, e.negate(c), c)};
}

} // namespace burin::compiler
