// What elements of random tensors are made of: docs/random.md has it in words.
#include "compiler/dialect/BurinDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/APFloat.h"
#include <cmath>

using namespace mlir;

namespace burin::compiler {

LogicalResult inferRandom(std::optional<Location> location, Type key, ArrayRef<int64_t> shape, Type dtype, Accepts accepts,
                          SmallVectorImpl<Type> &types) {
  auto wanted = RankedTensorType::get({2}, IntegerType::get(key.getContext(), 64, IntegerType::Unsigned));
  if (key != wanted) return emitIf(location, ErrorKind::DType) << "expected a key " << describe(wanted) << ", found " << describe(key);
  if (failed(checkExtents(location, shape))) return failure();
  auto type = RankedTensorType::get(shape, dtype);
  if (failed(checkElement(location, type, accepts))) return failure();
  types.push_back(type);
  return success();
}

static Type elementOf(Operation *op) { return cast<RankedTensorType>(op->getResult(0).getType()).getElementType(); }
static int64_t wordOf(Type element) { return element.getIntOrFloatBitWidth() == 64 ? 64 : 32; }

namespace {

constexpr uint64_t kOne = 0x3ff0000000000000, kHalf = 0x3fe0000000000000; ///< bits of numbers of f64

/// Arithmetic on the bits of one element, and on the numbers made of them.
struct BitBuilder {
  OpBuilder &b;
  Location loc;

  Value integer(Type type, uint64_t value) {
    return arith::ConstantOp::create(b, loc, b.getIntegerAttr(type, APInt(type.getIntOrFloatBitWidth(), value)));
  }
  Value andWith(Value x, uint64_t mask) { return arith::AndIOp::create(b, loc, x, integer(x.getType(), mask)); }
  Value orWith(Value x, uint64_t bits) { return arith::OrIOp::create(b, loc, x, integer(x.getType(), bits)); }
  Value shiftRight(Value x, uint64_t count) { return arith::ShRUIOp::create(b, loc, x, integer(x.getType(), count)); }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }
  Value subtract(Value x, Value y) { return arith::SubIOp::create(b, loc, x, y); }
  Value multiply(Value x, Value y) { return arith::MulIOp::create(b, loc, x, y); }
  Value to(Type type, Value x) {
    const unsigned from = x.getType().getIntOrFloatBitWidth(), width = type.getIntOrFloatBitWidth();
    if (from == width) return x;
    return from > width ? Value(arith::TruncIOp::create(b, loc, type, x)) : arith::ExtUIOp::create(b, loc, type, x);
  }
  Value asFloat(Type type, Value bits) { return arith::BitcastOp::create(b, loc, type, bits); }
  /// Below 2^31, so that the signed conversion does, which is the one that processors have.
  Value toNumber(Type type, Value x) { return arith::SIToFPOp::create(b, loc, type, x); }
  /// floor(x / 2^11) 2^-53, exactly. AVX2 converts no integers of 64 bits: their first 52 are made a number from 1 to 2, from which 1 is
  /// taken, or the number below 1 if the last bit is set.
  Value fractionOf(Value x) {
    Value above = orWith(shiftRight(x, 12), kOne), taken = subtract(integer(x.getType(), kOne), andWith(shiftRight(x, 11), 1));
    return arith::SubFOp::create(b, loc, asFloat(b.getF64Type(), above), asFloat(b.getF64Type(), taken));
  }
  Value rounded(Type element, Value x) { return x.getType() == element ? x : Value(arith::TruncFOp::create(b, loc, element, x)); }

  /// The upper half of x * y.
  Value multiplyHigh(Value x, Value y) {
    Value low = andWith(x, UINT32_MAX), high = shiftRight(x, 32), lowY = andWith(y, UINT32_MAX), highY = shiftRight(y, 32);
    Value middle = add(multiply(high, lowY), shiftRight(multiply(low, lowY), 32)); // never overflows
    Value other = add(multiply(low, highY), andWith(middle, UINT32_MAX));
    return add(add(multiply(high, highY), shiftRight(middle, 32)), shiftRight(other, 32));
  }
};

} // namespace

/// What floats are computed in: halves in f32, and rounded once.
static Type computedType(Builder &b, Type element) { return isHalf(element) ? b.getF32Type() : element; }

//===-- bits, integers -----------------------------------------------------------------------------------------===//

int64_t RandomBitsOp::bitsPerElement() { return wordOf(elementOf(*this)); }
Value RandomBitsOp::buildElement(OpBuilder &, Location, ValueRange bits) { return bits[0]; }

// As many more bits than the span has that no integer is likelier than another by more than 2^-32, or 2^-64.
int64_t RandomIntegersOp::bitsPerElement() { return getSpan() <= (uint64_t(1) << 32) ? 64 : 128; }
// floor(bits * span / 2^64), or 2^128 (Lemire, 2019, without rejection).
Value RandomIntegersOp::buildElement(OpBuilder &b, Location loc, ValueRange bits) {
  BitBuilder e{b, loc};
  Value span = e.integer(b.getI64Type(), getSpan()), offset;
  if (bits.size() == 1) {
    Value low = e.andWith(bits[0], UINT32_MAX), high = e.shiftRight(bits[0], 32);
    offset = e.shiftRight(e.add(e.multiply(high, span), e.shiftRight(e.multiply(low, span), 32)), 32);
  } else {
    Value product = e.multiply(bits[1], span), sum = e.add(product, e.multiplyHigh(bits[0], span));
    Value carry = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, sum, product);
    offset = e.add(e.multiplyHigh(bits[1], span), arith::ExtUIOp::create(b, loc, b.getI64Type(), carry));
  }
  return e.to(storageType(elementOf(*this)), e.add(offset, e.integer(b.getI64Type(), getLow())));
}

//===-- uniform ------------------------------------------------------------------------------------------------===//

/// The digits of a number of the type.
static unsigned digitsOf(Type element) { return APFloat::semanticsPrecision(cast<FloatType>(element).getFloatSemantics()); }

/// The greatest number of the type below `high`, which is one of its numbers.
static double below(Type element, double high) {
  APFloat value(high);
  bool inexact;
  (void)value.convert(cast<FloatType>(element).getFloatSemantics(), APFloat::rmNearestTiesToEven, &inexact);
  (void)value.next(/*nextDown=*/true);
  (void)value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact);
  return value.convertToDouble();
}

int64_t RandomUniformOp::bitsPerElement() { return wordOf(elementOf(*this)); }
Value RandomUniformOp::buildElement(OpBuilder &b, Location loc, ValueRange bits) {
  BitBuilder e{b, loc};
  Type element = elementOf(*this), computed = computedType(b, element);
  ScalarBuilder s(b, loc, computed);
  const unsigned digits = digitsOf(element);
  Value x;
  if (computed.isF64()) x = e.fractionOf(bits[0]);
  else x = s.multiply(e.toNumber(computed, e.shiftRight(bits[0], 32 - digits)), s.constant(std::ldexp(1.0, -static_cast<int>(digits))));
  const double low = getLow().convertToDouble(), high = getHigh().convertToDouble();
  if (low != 0 || high != 1) {
    if (high - low != 1) x = s.multiply(x, s.constant(high - low));
    if (low != 0) x = s.add(x, s.constant(low));
    Value last = s.constant(below(element, high)); // the sum may have been rounded up to `high`
    x = s.select(s.compare(ScalarBuilder::Predicate::Less, x, last), x, last);
  }
  return e.rounded(element, x);
}

//===-- normal -------------------------------------------------------------------------------------------------===//

static Value scaled(ScalarBuilder &s, Value x, double mean, double stddev) {
  if (stddev != 1) x = s.multiply(x, s.constant(stddev));
  return mean != 0 ? s.add(x, s.constant(mean)) : x;
}

/// (k + 1/2) 2^-32 for the k that all bits but the highest are, or (k + 1/2) 2^-53 for 52 bits after it, exactly: a number from 1/2 on less
/// one below.
static Value tailOf(BitBuilder &e, ScalarBuilder &s, Value bits, Type type) {
  if (!type.isF64()) return s.multiply(s.add(e.toNumber(type, e.andWith(bits, INT32_MAX)), s.constant(0.5)), s.constant(0x1p-32));
  Value fromHalf = e.asFloat(type, e.orWith(e.andWith(e.shiftRight(bits, 11), (uint64_t(1) << 52) - 1), kHalf));
  return s.subtract(fromHalf, s.constant(0.5 - 0x1p-54));
}

int64_t RandomNormalOp::bitsPerElement() { return wordOf(elementOf(*this)); }
// The highest bit is the sign, the others are the probability that the magnitude is exceeded, in the middle of its interval.
Value RandomNormalOp::buildElement(OpBuilder &b, Location loc, ValueRange bits) {
  BitBuilder e{b, loc};
  Type element = elementOf(*this), computed = computedType(b, element), word = bits[0].getType();
  ScalarBuilder s(b, loc, computed);
  Value magnitude = s.special("normal_quantile", tailOf(e, s, bits[0], computed));
  Value sign = e.andWith(bits[0], computed.isF64() ? uint64_t(1) << 63 : uint64_t(1) << 31);
  Value x = e.asFloat(computed, arith::OrIOp::create(b, loc, arith::BitcastOp::create(b, loc, word, magnitude), sign));
  return e.rounded(element, scaled(s, x, getMean().convertToDouble(), getStddev().convertToDouble()));
}

int64_t RandomTruncatedNormalOp::bitsPerElement() { return wordOf(elementOf(*this)); }
// By the distribution's inverse, on the side of the mean where probabilities keep their digits.
Value RandomTruncatedNormalOp::buildElement(OpBuilder &b, Location loc, ValueRange bits) {
  BitBuilder e{b, loc};
  Type element = elementOf(*this);
  double lower = getLower().convertToDouble(), upper = getUpper().convertToDouble();
  const bool mirrored = lower > 0;
  if (mirrored) std::tie(lower, upper) = std::pair(-upper, -lower);
  // Far from the mean f32 has too few digits.
  Type computed = upper < -3 ? b.getF64Type() : computedType(b, element);
  ScalarBuilder s(b, loc, computed);
  auto probabilityBelow = [](double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; };
  const double first = probabilityBelow(lower), last = probabilityBelow(upper);
  const bool isLong = bits[0].getType().isInteger(64);
  Value whole = isLong ? s.multiply(e.fractionOf(bits[0]), s.constant(0x1p53)) : e.toNumber(computed, e.shiftRight(bits[0], 1));
  Value part = s.add(whole, s.constant(0.5));
  Value p = s.add(s.multiply(part, s.constant((last - first) * (isLong ? 0x1p-53 : 0x1p-31))), s.constant(first));
  using P = ScalarBuilder::Predicate;
  Value isLow = s.compare(P::Less, p, s.constant(0.5));
  Value magnitude = s.special("normal_quantile", s.select(isLow, p, s.subtract(s.constant(1), p)));
  Value x = s.select(isLow, s.negative(magnitude), magnitude);
  x = s.select(s.compare(P::Less, x, s.constant(lower)), s.constant(lower), x); // rounding may pass the bounds
  x = s.select(s.compare(P::Greater, x, s.constant(upper)), s.constant(upper), x);
  if (mirrored) x = s.negative(x);
  return e.rounded(element, scaled(s, x, getMean().convertToDouble(), getStddev().convertToDouble()));
}

} // namespace burin::compiler
