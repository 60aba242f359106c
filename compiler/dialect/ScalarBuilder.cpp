#include "compiler/dialect/ScalarBuilder.h"
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

ScalarBuilder::ScalarBuilder(OpBuilder &builder, Location location, Operation *op)
    : b(builder), loc(location), resultType(getElementTypeOrSelf(op->getResult(0).getType())) {
  operandType = op->getNumOperands() ? getElementTypeOrSelf(op->getOperands().back().getType()) : resultType;
  isFloat = isa<FloatType>(operandType);
  isUnsigned = operandType.isUnsignedInteger() || operandType.isInteger(1);
}

ScalarBuilder::ScalarBuilder(OpBuilder &builder, Location location, Type elementType)
    : b(builder), loc(location), operandType(elementType), resultType(elementType), isFloat(isa<FloatType>(elementType)),
      isUnsigned(elementType.isUnsignedInteger() || elementType.isInteger(1)) {}

Value ScalarBuilder::constant(double value) {
  Type type = storageType(operandType);
  if (isFloat) return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, value));
  return arith::ConstantOp::create(b, loc, b.getIntegerAttr(type, static_cast<int64_t>(value)));
}

Value ScalarBuilder::add(Value lhs, Value rhs) {
  return isFloat ? Value(arith::AddFOp::create(b, loc, lhs, rhs)) : arith::AddIOp::create(b, loc, lhs, rhs);
}
Value ScalarBuilder::subtract(Value lhs, Value rhs) {
  return isFloat ? Value(arith::SubFOp::create(b, loc, lhs, rhs)) : arith::SubIOp::create(b, loc, lhs, rhs);
}
Value ScalarBuilder::multiply(Value lhs, Value rhs) {
  return isFloat ? Value(arith::MulFOp::create(b, loc, lhs, rhs)) : arith::MulIOp::create(b, loc, lhs, rhs);
}
Value ScalarBuilder::divide(Value lhs, Value rhs) { return arith::DivFOp::create(b, loc, lhs, rhs); }

Value ScalarBuilder::floorDivide(Value lhs, Value rhs) {
  if (isFloat) return math::FloorOp::create(b, loc, divide(lhs, rhs));
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

Value ScalarBuilder::pow(Value lhs, Value rhs) { return math::PowFOp::create(b, loc, lhs, rhs); }

Value ScalarBuilder::maximum(Value lhs, Value rhs) {
  if (isFloat) return arith::MaximumFOp::create(b, loc, lhs, rhs);
  return isUnsigned ? Value(arith::MaxUIOp::create(b, loc, lhs, rhs)) : arith::MaxSIOp::create(b, loc, lhs, rhs);
}
Value ScalarBuilder::minimum(Value lhs, Value rhs) {
  if (isFloat) return arith::MinimumFOp::create(b, loc, lhs, rhs);
  return isUnsigned ? Value(arith::MinUIOp::create(b, loc, lhs, rhs)) : arith::MinSIOp::create(b, loc, lhs, rhs);
}

Value ScalarBuilder::negative(Value x) { return isFloat ? Value(arith::NegFOp::create(b, loc, x)) : subtract(constant(0), x); }
Value ScalarBuilder::abs(Value x) {
  if (isFloat) return math::AbsFOp::create(b, loc, x);
  return isUnsigned ? x : maximum(x, negative(x));
}
Value ScalarBuilder::sign(Value x) {
  Value zero = constant(0), one = constant(1);
  Value result = select(compare(Predicate::Greater, x, zero), one, x); // zeros and NaN stay
  if (isUnsigned) return result;
  return select(compare(Predicate::Less, x, zero), constant(-1), result);
}
Value ScalarBuilder::sqrt(Value x) { return math::SqrtOp::create(b, loc, x); }
Value ScalarBuilder::exp(Value x) { return math::ExpOp::create(b, loc, x); }
Value ScalarBuilder::log(Value x) { return math::LogOp::create(b, loc, x); }
Value ScalarBuilder::tanh(Value x) { return math::TanhOp::create(b, loc, x); }

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
  if (isFloat) return arith::CmpFOp::create(b, loc, floats[i], lhs, rhs);
  return arith::CmpIOp::create(b, loc, isUnsigned ? unsigneds[i] : signeds[i], lhs, rhs);
}

Value ScalarBuilder::bitAnd(Value lhs, Value rhs) { return arith::AndIOp::create(b, loc, lhs, rhs); }
Value ScalarBuilder::bitOr(Value lhs, Value rhs) { return arith::OrIOp::create(b, loc, lhs, rhs); }
Value ScalarBuilder::bitXor(Value lhs, Value rhs) { return arith::XOrIOp::create(b, loc, lhs, rhs); }
Value ScalarBuilder::logicalNot(Value x) { return bitXor(x, constant(1)); }
Value ScalarBuilder::select(Value condition, Value lhs, Value rhs) { return arith::SelectOp::create(b, loc, condition, lhs, rhs); }

Value ScalarBuilder::cast(Value x) {
  Type to = storageType(resultType);
  if (operandType == resultType) return x;
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
