#include "compiler/dialect/ScalarBuilder.h"
#include "compiler/dialect/BurinDialect.h"
#include "compiler/dialect/ComplexScalars.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinTypes.h"
#include <cmath>

using namespace mlir;

namespace burin::compiler {

Type storageType(Type elementType) {
  if (auto integer = dyn_cast<IntegerType>(elementType); integer && !integer.isSignless())
    return IntegerType::get(elementType.getContext(), integer.getWidth());
  return elementType;
}

Type realType(Type elementType) {
  auto complex = dyn_cast<ComplexType>(elementType);
  return complex ? complex.getElementType() : elementType;
}

bool isHalf(Type elementType) { return elementType.isF16() || elementType.isBF16(); }

ScalarBuilder::ScalarBuilder(OpBuilder &builder, Location location, Operation *op)
    : b(builder), loc(location), resultType(getElementTypeOrSelf(op->getResult(0).getType())) {
  setOperandType(op->getNumOperands() ? getElementTypeOrSelf(op->getOperands().back().getType()) : resultType);
}

ScalarBuilder::ScalarBuilder(OpBuilder &builder, Location location, Type elementType) : b(builder), loc(location), resultType(elementType) {
  setOperandType(elementType);
}

void ScalarBuilder::setOperandType(Type type) {
  operandType = type;
  isFloat = isa<FloatType>(type);
  isComplex = isa<ComplexType>(type);
  isUnsigned = type.isUnsignedInteger() || type.isInteger(1);
}

Value ScalarBuilder::compute(ValueRange operands, Halves halves, Expression expression) {
  const Type narrow = operandType;
  if (halves == Halves::AsTheyAre || !isHalf(narrow)) return expression(*this, operands);
  SmallVector<Value> wide;
  for (Value operand : operands) // conditions are no numbers
    wide.push_back(operand.getType() == narrow ? Value(arith::ExtFOp::create(b, loc, b.getF32Type(), operand)) : operand);
  setOperandType(b.getF32Type());
  Value result = expression(*this, wide);
  return resultType == narrow ? Value(arith::TruncFOp::create(b, loc, narrow, result)) : result;
}

Value ScalarBuilder::constant(double value) {
  if (isComplex) return complexScalars().constant(value);
  Type type = storageType(operandType);
  if (isFloat) return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, value));
  return arith::ConstantOp::create(b, loc, b.getIntegerAttr(type, static_cast<int64_t>(value)));
}

Value ScalarBuilder::add(Value lhs, Value rhs) {
  if (isComplex) return complexScalars().add(lhs, rhs);
  return isFloat ? Value(arith::AddFOp::create(b, loc, lhs, rhs)) : arith::AddIOp::create(b, loc, lhs, rhs);
}
Value ScalarBuilder::subtract(Value lhs, Value rhs) {
  if (isComplex) return complexScalars().subtract(lhs, rhs);
  return isFloat ? Value(arith::SubFOp::create(b, loc, lhs, rhs)) : arith::SubIOp::create(b, loc, lhs, rhs);
}
Value ScalarBuilder::multiply(Value lhs, Value rhs) {
  if (isComplex) return complexScalars().multiply(lhs, rhs);
  return isFloat ? Value(arith::MulFOp::create(b, loc, lhs, rhs)) : arith::MulIOp::create(b, loc, lhs, rhs);
}
Value ScalarBuilder::divide(Value lhs, Value rhs) {
  return isComplex ? complexScalars().divide(lhs, rhs) : Value(arith::DivFOp::create(b, loc, lhs, rhs));
}
Value ScalarBuilder::reciprocal(Value x) { return divide(constant(1), x); }
Value ScalarBuilder::fma(Value x, Value y, Value z) {
  return isFloat ? Value(math::FmaOp::create(b, loc, x, y, z)) : add(multiply(x, y), z);
}

Value ScalarBuilder::floorDivide(Value lhs, Value rhs) {
  if (isFloat) return floorDivideFloats(lhs, rhs);
  // Neither a zero divisor nor the least integer by -1 may reach the processor's division: both trap.
  Value zero = constant(0), one = constant(1);
  Value byZero = compare(Predicate::Equal, rhs, zero);
  Value divisor = select(byZero, one, rhs);
  if (isUnsigned) return select(byZero, zero, arith::DivUIOp::create(b, loc, lhs, divisor));
  Value byMinusOne = compare(Predicate::Equal, rhs, constant(-1));
  divisor = select(byMinusOne, one, divisor);
  Value quotient = arith::DivSIOp::create(b, loc, lhs, divisor);
  Value rest = subtract(lhs, multiply(quotient, divisor));
  Value inexact = compare(Predicate::NotEqual, rest, zero);
  Value signsDiffer = compare(Predicate::Less, bitXor(rest, divisor), zero);
  quotient = select(bitAnd(inexact, signsDiffer), subtract(quotient, one), quotient);
  quotient = select(byMinusOne, subtract(zero, lhs), quotient);
  return select(byZero, zero, quotient);
}

// As NumPy: from fmod, so that it and the remainder fit together, while lhs / rhs may round up to the next whole number.
Value ScalarBuilder::floorDivideFloats(Value lhs, Value rhs) {
  Value rest = arith::RemFOp::create(b, loc, lhs, rhs), zero = constant(0), one = constant(1);
  Value quotient = divide(subtract(lhs, rest), rhs);
  Value signsDiffer = bitXor(compare(Predicate::Less, rest, zero), compare(Predicate::Less, rhs, zero));
  Value moves = bitAnd(compare(Predicate::NotEqual, rest, zero), signsDiffer);
  quotient = select(moves, subtract(quotient, one), quotient);
  Value whole = math::FloorOp::create(b, loc, quotient); // the quotient is off by a rounding at most
  whole = select(compare(Predicate::Greater, subtract(quotient, whole), constant(0.5)), add(whole, one), whole);
  Value ratio = divide(lhs, rhs);
  whole = select(compare(Predicate::Equal, quotient, zero), copySign(zero, ratio), whole);
  return select(compare(Predicate::Equal, rhs, zero), ratio, whole);
}

Value ScalarBuilder::remainder(Value lhs, Value rhs) {
  if (!isFloat) {
    Value byZero = compare(Predicate::Equal, rhs, constant(0));
    return select(byZero, constant(0), subtract(lhs, multiply(floorDivide(lhs, rhs), rhs)));
  }
  // As NumPy: fmod moved to the divisor's sign, a zero with the divisor's sign.
  Value rest = arith::RemFOp::create(b, loc, lhs, rhs);
  Value zero = constant(0);
  Value isZero = compare(Predicate::Equal, rest, zero);
  Value restNegative = compare(Predicate::Less, rest, zero), rhsNegative = compare(Predicate::Less, rhs, zero);
  Value moved = select(bitXor(restNegative, rhsNegative), add(rest, rhs), rest);
  return select(isZero, math::CopySignOp::create(b, loc, zero, rhs), moved);
}

Value ScalarBuilder::pow(Value lhs, Value rhs) { return isFloat ? Value(math::PowFOp::create(b, loc, lhs, rhs)) : powOfIntegers(lhs, rhs); }

// By squaring, which wraps as repeated products do. A negative exponent gives the whole part of the power: 0 but for bases 1, -1.
Value ScalarBuilder::powOfIntegers(Value lhs, Value rhs) {
  const unsigned width = operandType.getIntOrFloatBitWidth(), bits = isUnsigned ? width : width - 1;
  Value one = constant(1), zero = constant(0), result = one, square = lhs;
  for (unsigned i = 0; i < bits; ++i) {
    Value bit = bitAnd(arith::ShRUIOp::create(b, loc, rhs, constant(i)), one);
    result = select(compare(Predicate::NotEqual, bit, zero), multiply(result, square), result);
    if (i + 1 < bits) square = multiply(square, square);
  }
  if (isUnsigned) return result;
  Value isUnit = bitOr(compare(Predicate::Equal, lhs, one), compare(Predicate::Equal, lhs, constant(-1)));
  Value isOdd = compare(Predicate::NotEqual, bitAnd(rhs, one), zero);
  Value inverse = select(isUnit, select(isOdd, lhs, one), zero);
  return select(compare(Predicate::Less, rhs, zero), inverse, result);
}

Value ScalarBuilder::maximum(Value lhs, Value rhs) {
  if (isFloat) return arith::MaximumFOp::create(b, loc, lhs, rhs);
  return isUnsigned ? Value(arith::MaxUIOp::create(b, loc, lhs, rhs)) : arith::MaxSIOp::create(b, loc, lhs, rhs);
}
Value ScalarBuilder::minimum(Value lhs, Value rhs) {
  if (isFloat) return arith::MinimumFOp::create(b, loc, lhs, rhs);
  return isUnsigned ? Value(arith::MinUIOp::create(b, loc, lhs, rhs)) : arith::MinSIOp::create(b, loc, lhs, rhs);
}

Value ScalarBuilder::negative(Value x) {
  if (isComplex) return complexScalars().negative(x);
  return isFloat ? Value(arith::NegFOp::create(b, loc, x)) : subtract(constant(0), x);
}
Value ScalarBuilder::abs(Value x) {
  if (isComplex) return complexScalars().abs(x);
  if (isFloat) return math::AbsFOp::create(b, loc, x);
  return isUnsigned ? x : maximum(x, negative(x));
}
Value ScalarBuilder::sign(Value x) {
  Value zero = constant(0), one = constant(1);
  Value result = select(compare(Predicate::Greater, x, zero), one, x); // NaN stays
  if (isUnsigned) return result;
  if (isFloat) result = add(result, zero); // -0 becomes 0, as NumPy has it
  return select(compare(Predicate::Less, x, zero), constant(-1), result);
}
Value ScalarBuilder::sqrt(Value x) { return isComplex ? complexScalars().sqrt(x) : math<math::SqrtOp>(x); }
Value ScalarBuilder::exp(Value x) { return isComplex ? complexScalars().exp(x) : math<math::ExpOp>(x); }
Value ScalarBuilder::log(Value x) { return isComplex ? complexScalars().log(x) : math<math::LogOp>(x); }
Value ScalarBuilder::sin(Value x) { return isComplex ? complexScalars().sin(x) : math<math::SinOp>(x); }
Value ScalarBuilder::cos(Value x) { return isComplex ? complexScalars().cos(x) : math<math::CosOp>(x); }
Value ScalarBuilder::tanh(Value x) { return math<math::TanhOp>(x); }
Value ScalarBuilder::copySign(Value magnitude, Value sign) { return math<math::CopySignOp>({magnitude, sign}); }
Value ScalarBuilder::special(StringRef function, ValueRange operands, int64_t order) {
  return SpecialFunctionOp::create(b, loc, operands.front().getType(), function, static_cast<uint64_t>(order), operands);
}

Value ScalarBuilder::sigmoid(Value x) {
  // exp of a number that is never positive: no overflow, and full accuracy at both ends.
  Value e = exp(negative(abs(x)));
  Value one = constant(1);
  return divide(select(compare(Predicate::Less, x, constant(0)), e, one), add(one, e));
}

Value ScalarBuilder::relu(Value x) {
  Value zero = constant(0);
  return select(compare(Predicate::Less, x, zero), zero, x); // a NaN is not less: it stays
}

Value ScalarBuilder::compare(Predicate predicate, Value lhs, Value rhs) {
  using F = arith::CmpFPredicate;
  using I = arith::CmpIPredicate;
  static constexpr F floats[] = {F::OEQ, F::UNE, F::OLT, F::OLE, F::OGT, F::OGE};
  static constexpr I signeds[] = {I::eq, I::ne, I::slt, I::sle, I::sgt, I::sge};
  static constexpr I unsigneds[] = {I::eq, I::ne, I::ult, I::ule, I::ugt, I::uge};
  const int i = static_cast<int>(predicate);
  if (isComplex) return complexScalars().compare(predicate, lhs, rhs);
  if (isFloat) return arith::CmpFOp::create(b, loc, floats[i], lhs, rhs);
  return arith::CmpIOp::create(b, loc, isUnsigned ? unsigneds[i] : signeds[i], lhs, rhs);
}

Value ScalarBuilder::bitAnd(Value lhs, Value rhs) { return arith::AndIOp::create(b, loc, lhs, rhs); }
Value ScalarBuilder::bitOr(Value lhs, Value rhs) { return arith::OrIOp::create(b, loc, lhs, rhs); }
Value ScalarBuilder::bitXor(Value lhs, Value rhs) { return arith::XOrIOp::create(b, loc, lhs, rhs); }
Value ScalarBuilder::bitInvert(Value x) { return bitXor(x, constant(-1)); }
Value ScalarBuilder::logicalNot(Value x) { return bitXor(x, constant(1)); }

Value ScalarBuilder::shiftLeft(Value x, Value count) {
  const unsigned width = operandType.getIntOrFloatBitWidth();
  Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, count, constant(width)); // negative counts are huge
  Value zero = constant(0);
  return select(inside, arith::ShLIOp::create(b, loc, x, select(inside, count, zero)), zero);
}

Value ScalarBuilder::shiftRight(Value x, Value count) {
  const unsigned width = operandType.getIntOrFloatBitWidth();
  Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, count, constant(width));
  if (!isUnsigned) return arith::ShRSIOp::create(b, loc, x, select(inside, count, constant(width - 1)));
  Value zero = constant(0);
  return select(inside, arith::ShRUIOp::create(b, loc, x, select(inside, count, zero)), zero);
}

// --- predicates and neighbours -------------------------------------------------------------------------------------

static Value booleanConstant(OpBuilder &b, Location loc, bool value) { return arith::ConstantOp::create(b, loc, b.getBoolAttr(value)); }

Value ScalarBuilder::isNan(Value x) {
  if (!isFloat) return booleanConstant(b, loc, false);
  return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, x, x);
}
Value ScalarBuilder::isInf(Value x) {
  return isFloat ? compare(Predicate::Equal, abs(x), constant(HUGE_VAL)) : booleanConstant(b, loc, false);
}
Value ScalarBuilder::isFinite(Value x) {
  return isFloat ? compare(Predicate::Less, abs(x), constant(HUGE_VAL)) : booleanConstant(b, loc, true);
}
Value ScalarBuilder::signBit(Value x) {
  if (!isFloat) return compare(Predicate::Less, x, constant(0));
  Type integer = b.getIntegerType(operandType.getIntOrFloatBitWidth());
  Value bits = arith::BitcastOp::create(b, loc, integer, x);
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, bits, arith::ConstantOp::create(b, loc, b.getIntegerAttr(integer, 0)));
}

// The bits of a float, read as an integer, count up with its magnitude.
Value ScalarBuilder::nextAfter(Value x, Value towards) {
  Type integer = b.getIntegerType(operandType.getIntOrFloatBitWidth());
  auto number = [&](int64_t value) -> Value { return arith::ConstantOp::create(b, loc, b.getIntegerAttr(integer, value)); };
  Value zero = constant(0), bits = arith::BitcastOp::create(b, loc, integer, x);
  Value outwards =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, compare(Predicate::Less, x, towards), compare(Predicate::Greater, x, zero));
  Value moved = arith::AddIOp::create(b, loc, bits, select(outwards, number(1), number(-1)));
  Value next = arith::BitcastOp::create(b, loc, operandType, moved);
  Value least = copySign(arith::BitcastOp::create(b, loc, operandType, number(1)), towards);
  next = select(compare(Predicate::Equal, x, zero), least, next);
  next = select(compare(Predicate::Equal, x, towards), towards, next);
  Value unordered = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, x, towards);
  return select(unordered, add(x, towards), next);
}

Value ScalarBuilder::select(Value condition, Value lhs, Value rhs) { return arith::SelectOp::create(b, loc, condition, lhs, rhs); }

Value ScalarBuilder::cast(Value x) {
  Type to = storageType(resultType);
  if (operandType == resultType) return x;
  if (isComplex || isa<ComplexType>(resultType)) return castComplex(x);
  if (to.isInteger(1)) return compare(Predicate::NotEqual, x, constant(0));
  if (isFloat && isa<FloatType>(to)) {
    const unsigned from = operandType.getIntOrFloatBitWidth(), width = to.getIntOrFloatBitWidth();
    if (from < width) return arith::ExtFOp::create(b, loc, to, x);
    if (from == 64 && to.isBF16()) return arith::TruncFOp::create(b, loc, to, roundToOdd(x)); // no processor does it at once
    if (from > width) return arith::TruncFOp::create(b, loc, to, x);
    return arith::TruncFOp::create(b, loc, to, arith::ExtFOp::create(b, loc, b.getF32Type(), x)); // f16 and bf16
  }
  if (isFloat) return castFloatToInteger(x);
  if (isa<FloatType>(to)) return isUnsigned ? Value(arith::UIToFPOp::create(b, loc, to, x)) : arith::SIToFPOp::create(b, loc, to, x);
  const unsigned from = operandType.getIntOrFloatBitWidth(), width = to.getIntOrFloatBitWidth();
  if (from > width) return arith::TruncIOp::create(b, loc, to, x);
  if (from == width) return x;
  return isUnsigned ? Value(arith::ExtUIOp::create(b, loc, to, x)) : arith::ExtSIOp::create(b, loc, to, x);
}

// --- complex numbers -----------------------------------------------------------------------------------------------

ComplexScalars ScalarBuilder::complexScalars() { return ComplexScalars(b, loc, mlir::cast<ComplexType>(operandType)); }

Value ScalarBuilder::real(Value x) { return isComplex ? complexScalars().parts(x).real : x; }
Value ScalarBuilder::imag(Value x) { return isComplex ? complexScalars().parts(x).imag : constant(0); }
Value ScalarBuilder::conj(Value x) {
  if (!isComplex) return x;
  auto [re, im] = complexScalars().parts(x);
  return complexScalars().join({re, arith::NegFOp::create(b, loc, im)});
}
Value ScalarBuilder::complex(Value re, Value im) { return ComplexScalars(b, loc, ComplexType::get(operandType)).join({re, im}); }

// Parts convert one by one; a real number has none imaginary. (Inference refuses complex to real: which part would that be?)
Value ScalarBuilder::castComplex(Value x) {
  Type to = realType(resultType), from = realType(operandType);
  auto converted = [&](Value part) {
    ScalarBuilder builder(b, loc, from);
    builder.resultType = to;
    return builder.cast(part);
  };
  if (!isComplex)
    return ComplexScalars(b, loc, mlir::cast<ComplexType>(resultType)).join({converted(x), ScalarBuilder(b, loc, to).constant(0)});
  auto [re, im] = complexScalars().parts(x);
  if (resultType.isInteger(1)) return bitOr(converted(re), converted(im));
  return ComplexScalars(b, loc, mlir::cast<ComplexType>(resultType)).join({converted(re), converted(im)});
}

Value ScalarBuilder::bitcast(Value x) {
  Type to = storageType(resultType);
  return x.getType() == to ? x : Value(arith::BitcastOp::create(b, loc, to, x));
}

// f64 to f32 such that a second rounding, to a still shorter type, gives what a single one would have given: an inexact
// result has its last bit set (Boldo and Melquiond, "When double rounding is odd", 2005).
Value ScalarBuilder::roundToOdd(Value x) {
  Type f32 = b.getF32Type(), i32 = b.getI32Type();
  Value nearest = arith::TruncFOp::create(b, loc, f32, x);
  Value back = arith::ExtFOp::create(b, loc, b.getF64Type(), nearest);
  Value inexact = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::ONE, back, x);
  Value away =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, math::AbsFOp::create(b, loc, back), math::AbsFOp::create(b, loc, x));
  Value one = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(1)), zero = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
  Value bits = arith::BitcastOp::create(b, loc, i32, nearest);
  bits = arith::SubIOp::create(b, loc, bits, select(away, one, zero)); // towards zero
  bits = arith::OrIOp::create(b, loc, bits, select(inexact, one, zero));
  return arith::BitcastOp::create(b, loc, f32, bits);
}

Value ScalarBuilder::castFloatToInteger(Value x) {
  // The conversion instruction is defined only within the integer's range: beyond it saturates, NaN gives 0.
  Type to = storageType(resultType);
  const bool toUnsigned = resultType.isUnsignedInteger();
  const unsigned width = to.getIntOrFloatBitWidth();
  const double end = std::ldexp(1.0, toUnsigned ? width : width - 1), begin = toUnsigned ? 0.0 : -end;
  Value above = compare(Predicate::GreaterEqual, x, constant(end)); // infinity in f16 where `end` is too large: never a finite x
  Value below = compare(Predicate::Less, x, constant(begin));
  Value inside = bitAnd(compare(Predicate::GreaterEqual, x, constant(begin)), compare(Predicate::Less, x, constant(end)));
  Value safe = select(inside, x, constant(0));
  Value result = toUnsigned ? Value(arith::FPToUIOp::create(b, loc, to, safe)) : arith::FPToSIOp::create(b, loc, to, safe);
  auto limit = [&](APInt value) -> Value { return arith::ConstantOp::create(b, loc, b.getIntegerAttr(to, value)); };
  result = select(above, limit(toUnsigned ? APInt::getMaxValue(width) : APInt::getSignedMaxValue(width)), result);
  return select(below, limit(toUnsigned ? APInt::getMinValue(width) : APInt::getSignedMinValue(width)), result);
}

} // namespace burin::compiler
