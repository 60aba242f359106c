// The elementwise ops beyond the basic ones of BurinOps.td, which has the classes.
#ifndef BURIN_ELEMENTWISE_OPS
#define BURIN_ELEMENTWISE_OPS

class Burin_MathFunction<string mnemonic, string mathOp, code gradient, list<Trait> traits = []>
    : Burin_Unary<mnemonic, "Float", "return s.math<::mlir::math::" # mathOp # ">(x);", gradient, !listconcat([Burin_Costly], traits)>;
class Burin_SpecialFunction<string mnemonic, code gradient, list<Trait> traits = []>
    : Burin_Unary<mnemonic, "Float", "return s.special(\"" # mnemonic # "\", x);", gradient, !listconcat([Burin_Costly], traits)>;
class Burin_Rounding<string mnemonic, string mathOp>
    : Burin_Unary<mnemonic, "Real", "return s.rounded<::mlir::math::" # mathOp # ">(x);", "return {g.none()};",
                  [Burin_KeepsFinite, Burin_KeepsSpecial]>;
class Burin_Predicate<string mnemonic, code scalar> : Burin_Unary<mnemonic, "Real", scalar, traits = [Burin_NoGradient]> {
  let elementwiseResult = "::mlir::IntegerType::get(context, 1)";
}

//===-- arithmetic ---------------------------------------------------------------------------------------------===//

def Burin_ReciprocalOp : Burin_Unary<"reciprocal", "Inexact", "return s.reciprocal(x);",
    "return {g.negative(g.multiply(dy, g.square(result)))};", [Burin_Costly]> {
  let summary = "1 / x";
}
// The sign of 0 counts as none: the gradient there is 0.
def Burin_CopysignOp : Burin_Binary<"copysign", "Float", "return s.copySign(lhs, rhs);",
    "return {g.multiply(dy, g.multiply(g.sign(lhs), g.sign(result))), g.none()};", [Burin_KeepsFinite]> {
  let summary = "|lhs| with the sign of rhs, that of zeros and NaN too";
}
def Burin_NextafterOp : Burin_Binary<"nextafter", "Float", "return s.nextAfter(lhs, rhs);", traits = [Burin_NoGradient]> {
  let summary = "the neighbour of lhs towards rhs in its format; rhs where they are equal";
  let halves = "AsTheyAre";
}
def Burin_HypotOp : Burin_Binary<"hypot", "Float", "return s.special(\"hypot\", {lhs, rhs});", [{
    auto scale = g.divide(dy, g.where(g.equal(result, g.zero()), g.one(), result));
    return {g.multiply(scale, lhs), g.multiply(scale, rhs)};
  }], [Burin_Costly, Commutative]> {
  let summary = "sqrt(lhs^2 + rhs^2) without overflow; infinite where either is, even beside NaN";
}
def Burin_LogaddexpOp : Burin_Binary<"logaddexp", "Float", "return s.special(\"logaddexp\", {lhs, rhs});", [{
    return {g.multiply(dy, g.sigmoid(g.subtract(lhs, rhs))), g.multiply(dy, g.sigmoid(g.subtract(rhs, lhs)))};
  }], [Burin_Costly, Commutative]> {
  let summary = "log(exp(lhs) + exp(rhs)) without overflow";
}
def Burin_FmaOp : Burin_Elementwise<"fma", "Real", "return s.fma(x, y, z);",
    "return {g.multiply(dy, y), g.multiply(dy, x), dy};", [Burin_KeepsSpecial]> {
  let summary = "x * y + z rounded once; integers wrap";
  let arguments = (ins Burin_Tensor:$x, Burin_Tensor:$y, Burin_Tensor:$z);
  let namedOperands = "[[maybe_unused]] ::mlir::Value x = operands[0], y = operands[1], z = operands[2];";
  let assemblyFormat = "$x `,` $y `,` $z attr-dict `:` functional-type(operands, results)";
}

//===-- exponential --------------------------------------------------------------------------------------------===//

def Burin_Expm1Op : Burin_MathFunction<"expm1", "ExpM1Op", "return {g.multiply(dy, g.exp(x))};"> { let summary = "exp(x) - 1, accurate near 0"; }
def Burin_Exp2Op : Burin_MathFunction<"exp2", "Exp2Op", "return {g.multiply(dy, g.multiply(g.constant(0.69314718055994530942), result))};"> {
  let summary = "2 to the power x";
}
def Burin_Log1pOp : Burin_MathFunction<"log1p", "Log1pOp", "return {g.divide(dy, g.add(g.one(), x))};", [Burin_KeepsSpecial]> {
  let summary = "log(1 + x), accurate near 0";
}
def Burin_Log2Op : Burin_MathFunction<"log2", "Log2Op",
    "return {g.multiply(g.constant(1.44269504088896340736), g.divide(dy, x))};", [Burin_KeepsSpecial]> {
  let summary = "logarithm to base 2";
}
def Burin_Log10Op : Burin_MathFunction<"log10", "Log10Op",
    "return {g.multiply(g.constant(0.43429448190325182765), g.divide(dy, x))};", [Burin_KeepsSpecial]> {
  let summary = "logarithm to base 10";
}
def Burin_SoftplusOp : Burin_SpecialFunction<"softplus",
    "return {g.multiply(dy, g.sigmoid(x))};", [Burin_KeepsFinite]> {
  let summary = "log(1 + exp(x)) without overflow";
}
def Burin_LogSigmoidOp : Burin_Unary<"log_sigmoid", "Float", "return s.negative(s.special(\"softplus\", s.negative(x)));",
    "return {g.multiply(dy, g.sigmoid(g.negative(x)))};", [Burin_Costly, Burin_KeepsFinite]> {
  let summary = "log(1 / (1 + exp(-x))) without overflow";
}

//===-- trigonometric, special ---------------------------------------------------------------------------------===//

def Burin_SinOp : Burin_Unary<"sin", "Inexact", "return s.sin(x);",
    "return {g.multiply(dy, g.cos(x))};", [Burin_Costly, Burin_KeepsFinite, Burin_KeepsSpecial]> {
  let summary = "sine";
}
def Burin_CosOp : Burin_Unary<"cos", "Inexact", "return s.cos(x);",
    "return {g.negative(g.multiply(dy, g.sin(x)))};", [Burin_Costly, Burin_KeepsFinite, Burin_KeepsSpecial]> {
  let summary = "cosine";
}
def Burin_TanOp : Burin_MathFunction<"tan", "TanOp",
    "return {g.multiply(dy, g.add(g.one(), g.square(result)))};", [Burin_KeepsSpecial]> {
  let summary = "tangent";
}
def Burin_AsinOp : Burin_MathFunction<"asin", "AsinOp",
    "return {g.multiply(dy, g.rsqrt(g.subtract(g.one(), g.square(x))))};", [Burin_KeepsSpecial]> {
  let summary = "inverse sine; NaN beyond 1";
}
def Burin_AcosOp : Burin_MathFunction<"acos", "AcosOp",
    "return {g.negative(g.multiply(dy, g.rsqrt(g.subtract(g.one(), g.square(x)))))};", [Burin_KeepsSpecial]> {
  let summary = "inverse cosine; NaN beyond 1";
}
def Burin_AtanOp : Burin_MathFunction<"atan", "AtanOp",
    "return {g.divide(dy, g.add(g.one(), g.square(x)))};", [Burin_KeepsFinite]> {
  let summary = "inverse tangent";
}
def Burin_Atan2Op : Burin_Binary<"atan2", "Float", "return s.math<::mlir::math::Atan2Op>({lhs, rhs});", [{
    auto scale = g.divide(dy, g.add(g.square(lhs), g.square(rhs)));
    return {g.multiply(scale, rhs), g.negative(g.multiply(scale, lhs))};
  }], [Burin_Costly, Burin_KeepsFinite]> {
  let summary = "angle of the point (rhs, lhs), from -pi to pi, special values as in C";
}
def Burin_SinhOp : Burin_MathFunction<"sinh", "SinhOp",
    "return {g.multiply(dy, g.cosh(x))};", [Burin_KeepsSpecial]> {
  let summary = "hyperbolic sine";
}
def Burin_CoshOp : Burin_MathFunction<"cosh", "CoshOp",
    "return {g.multiply(dy, g.sinh(x))};", [Burin_KeepsSpecial]> {
  let summary = "hyperbolic cosine";
}
def Burin_AsinhOp : Burin_MathFunction<"asinh", "AsinhOp",
    "return {g.multiply(dy, g.rsqrt(g.add(g.square(x), g.one())))};", [Burin_KeepsFinite, Burin_KeepsSpecial]> {
  let summary = "inverse hyperbolic sine";
}
def Burin_AcoshOp : Burin_MathFunction<"acosh", "AcoshOp",
    "return {g.multiply(dy, g.rsqrt(g.subtract(g.square(x), g.one())))};", [Burin_KeepsSpecial]> {
  let summary = "inverse hyperbolic cosine; NaN below 1";
}
def Burin_AtanhOp : Burin_MathFunction<"atanh", "AtanhOp",
    "return {g.divide(dy, g.subtract(g.one(), g.square(x)))};", [Burin_KeepsSpecial]> {
  let summary = "inverse hyperbolic tangent; NaN beyond 1";
}
def Burin_ErfOp : Burin_MathFunction<"erf", "ErfOp",
    "return {g.multiply(dy, g.multiply(g.constant(1.12837916709551257390), g.exp(g.negative(g.square(x)))))};", [Burin_KeepsFinite]> {
  let summary = "error function";
}
def Burin_ErfcOp : Burin_MathFunction<"erfc", "ErfcOp",
    "return {g.multiply(dy, g.multiply(g.constant(-1.12837916709551257390), g.exp(g.negative(g.square(x)))))};", [Burin_KeepsFinite]> {
  let summary = "1 - erf(x), accurate where erf(x) is nearly 1";
}
def Burin_ErfinvOp : Burin_SpecialFunction<"erfinv",
    "return {g.multiply(dy, g.multiply(g.constant(0.88622692545275801365), g.exp(g.square(result))))};"> {
  let summary = "inverse of erf; infinite at 1 and -1, NaN beyond";
}
def Burin_LgammaOp : Burin_SpecialFunction<"lgamma", "return {g.multiply(dy, g.digamma(x))};"> {
  let summary = "log of the gamma function's magnitude; infinite at 0, -1, ...";
}
def Burin_DigammaOp : Burin_SpecialFunction<"digamma", "return {g.multiply(dy, g.polygamma(x, 1))};"> {
  let summary = "derivative of lgamma; NaN at -1, -2, ...";
}
def Burin_PolygammaOp : Burin_Unary<"polygamma", "Float", "return s.special(\"polygamma\", x, static_cast<int64_t>(getOrder()));",
    "return {g.multiply(dy, g.polygamma(x, static_cast<int64_t>(getOrder()) + 1))};", [Burin_Costly]> {
  let summary = "derivative number order of digamma, order being 1 or more, for x > 0; NaN elsewhere";
  let arguments = (ins Burin_Tensor:$x, ConfinedAttr<I64Attr, [IntMinValue<1>, IntMaxValue<32>]>:$order);
}

//===-- rounding, predicates -----------------------------------------------------------------------------------===//

def Burin_FloorOp : Burin_Rounding<"floor", "FloorOp"> { let summary = "greatest whole number that is at most x"; }
def Burin_CeilOp : Burin_Rounding<"ceil", "CeilOp"> { let summary = "least whole number that is at least x"; }
def Burin_RoundOp : Burin_Rounding<"round", "RoundEvenOp"> { let summary = "nearest whole number, halves to the even one"; }
def Burin_TruncOp : Burin_Rounding<"trunc", "TruncOp"> { let summary = "whole part of x"; }

def Burin_IsnanOp : Burin_Predicate<"isnan", "return s.isNan(x);"> { let summary = "whether x is NaN"; }
def Burin_IsinfOp : Burin_Predicate<"isinf", "return s.isInf(x);"> { let summary = "whether x is an infinity"; }
def Burin_IsfiniteOp : Burin_Predicate<"isfinite", "return s.isFinite(x);"> { let summary = "whether x is neither NaN nor an infinity"; }
def Burin_SignbitOp : Burin_Predicate<"signbit", "return s.signBit(x);"> { let summary = "whether x has its sign bit set: of -0 and -NaN too"; }

//===-- bits ---------------------------------------------------------------------------------------------------===//

def Burin_BitwiseAndOp : Burin_Binary<"bitwise_and", "Bits", "return s.bitAnd(lhs, rhs);", traits = [Burin_NoGradient, Commutative]> {
  let summary = "bits set in both";
}
def Burin_BitwiseOrOp : Burin_Binary<"bitwise_or", "Bits", "return s.bitOr(lhs, rhs);", traits = [Burin_NoGradient, Commutative]> {
  let summary = "bits set in either";
}
def Burin_BitwiseXorOp : Burin_Binary<"bitwise_xor", "Bits", "return s.bitXor(lhs, rhs);", traits = [Burin_NoGradient, Commutative]> {
  let summary = "bits set in exactly one";
}
def Burin_BitwiseInvertOp : Burin_Unary<"bitwise_invert", "Bits", "return s.bitInvert(x);", traits = [Burin_NoGradient]> {
  let summary = "each bit turned over";
  let hasFolder = 1;
}
def Burin_BitwiseLeftShiftOp : Burin_Binary<"bitwise_left_shift", "Integer", "return s.shiftLeft(lhs, rhs);", traits = [Burin_NoGradient]> {
  let summary = "lhs moved up by rhs bits; 0 where rhs is negative or the width or more";
}
def Burin_BitwiseRightShiftOp : Burin_Binary<"bitwise_right_shift", "Integer", "return s.shiftRight(lhs, rhs);", traits = [Burin_NoGradient]> {
  let summary = "lhs moved down by rhs bits, the sign filling up; 0, or -1 of negative lhs, where rhs is negative or the width or more";
}

//===-- complex numbers ----------------------------------------------------------------------------------------===//

def Burin_ComplexOp : Burin_Binary<"complex", "WideFloat", "return s.complex(lhs, rhs);", traits = [Burin_NoGradient]> {
  let summary = "the complex number lhs + i rhs";
  let elementwiseResult = "::mlir::ComplexType::get(operandElementType)";
}
def Burin_RealOp : Burin_Unary<"real", "Number", "return s.real(x);", traits = [Burin_NoGradient, Burin_KeepsFinite]> {
  let summary = "real part";
  let elementwiseResult = "::burin::compiler::realType(operandElementType)";
}
def Burin_ImagOp : Burin_Unary<"imag", "Number", "return s.imag(x);", traits = [Burin_NoGradient, Burin_KeepsFinite]> {
  let summary = "imaginary part; of real numbers 0";
  let elementwiseResult = "::burin::compiler::realType(operandElementType)";
}
def Burin_ConjOp : Burin_Unary<"conj", "Number", "return s.conj(x);",
    traits = [Burin_NoGradient, Burin_KeepsFinite, Burin_KeepsSpecial]> {
  let summary = "the imaginary part negated";
}

//===-- type ---------------------------------------------------------------------------------------------------===//

def Burin_BitcastOp : Burin_Unary<"bitcast", "Real", "return s.bitcast(x);", traits = [Burin_NoGradient]> {
  let summary = "the same bits as elements of another type of the same width";
  let arguments = (ins Burin_Tensor:$x, TypeAttr:$dtype);
  let elementwiseResult = "::burin::compiler::bitcastType(location, operandElementType, adaptor.getDtype())";
  let halves = "AsTheyAre";
}
def Burin_IdentityOp : Burin_Unary<"identity", "Any", "return x;", "return {dy};", [Burin_KeepsFinite, Burin_KeepsSpecial]> {
  let summary = "x";
  let hasFolder = 1;
  let halves = "AsTheyAre";
}
def Burin_StopGradientOp : Burin_Unary<"stop_gradient", "Any", "return x;", "return {g.none()};", [Burin_KeepsFinite, Burin_KeepsSpecial]> {
  let summary = "x, through which no gradient passes";
  let halves = "AsTheyAre";
}

//===-- what the scalar expressions of special functions are made of ----------------------------------------------===//

def Burin_SpecialFunctionOp : Burin_Op<"special_function", [Pure, SameTypeOperands, SameOperandsAndResultType, Burin_Internal]> {
  let summary = "A function of floats, or vectors of floats, that MLIR's math dialect lacks";
  let description = "`function` is its name in compiler/lowering/MathFormulas.cpp; `order` a whole parameter of it, as polygamma's.";
  let arguments = (ins StrAttr:$function, I64Attr:$order, Variadic<AnyType>:$operands);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$function $operands attr-dict `:` type($result)";
}

#endif
