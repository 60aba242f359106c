#pragma once
#include "burin/Operand.h"
#include <optional>

/// Elementwise ops beyond the basic ones of Ops.h, which says how operands broadcast and promote and what is thrown. Where nothing
/// else is said, dtypes are floating (f16, bf16, f32, f64), and the result has the operands' dtype. f16 and bf16 are computed in
/// f32 and rounded once. Special values are C's; docs/numerics.md has the errors.
namespace burin {

// --- arithmetic ----------------------------------------------------------------------------------------------------

/// x itself. Dtypes: numbers.
Tensor positive(const Operand &x);
/// 1 / x. Dtypes: floating, complex.
Tensor reciprocal(const Operand &x);
/// |lhs| with the sign of rhs, also that of a zero or NaN.
Tensor copysign(const Operand &lhs, const Operand &rhs);
/// The neighbour of lhs in its dtype, towards rhs; rhs where they are equal. Not differentiable.
Tensor nextafter(const Operand &lhs, const Operand &rhs);
/// sqrt(lhs^2 + rhs^2), without overflow.
Tensor hypot(const Operand &lhs, const Operand &rhs);
/// log(exp(lhs) + exp(rhs)), without overflow.
Tensor logaddexp(const Operand &lhs, const Operand &rhs);
/// x * y + z, rounded once. Dtypes: integers, which wrap, and floating.
Tensor fma(const Operand &x, const Operand &y, const Operand &z);
/// minimum(maximum(x, low), high): NaN stays; `high` where low > high. Dtypes: integers, floating.
Tensor clip(const Operand &x, const Operand &low, const Operand &high);

// --- exponential ---------------------------------------------------------------------------------------------------

/// exp(x) - 1, accurate near 0.
Tensor expm1(const Operand &x);
/// 2 to the power x.
Tensor exp2(const Operand &x);
/// log(1 + x), accurate near 0.
Tensor log1p(const Operand &x);
/// The logarithm to base 2: -inf for 0, NaN below.
Tensor log2(const Operand &x);
/// The logarithm to base 10: -inf for 0, NaN below.
Tensor log10(const Operand &x);
/// log(1 + exp(x)), without overflow.
Tensor softplus(const Operand &x);
/// log(sigmoid(x)) = -softplus(-x).
Tensor log_sigmoid(const Operand &x);

// --- trigonometric, special ----------------------------------------------------------------------------------------

/// The sine, also of huge x; NaN at infinities. Dtypes: floating, complex.
Tensor sin(const Operand &x);
/// The cosine, also of huge x; NaN at infinities. Dtypes: floating, complex.
Tensor cos(const Operand &x);
/// The tangent, also of huge x; NaN at infinities.
Tensor tan(const Operand &x);
/// The angle whose sine is x, from -pi/2 to pi/2; NaN for |x| > 1.
Tensor asin(const Operand &x);
/// The angle whose cosine is x, from 0 to pi; NaN for |x| > 1.
Tensor acos(const Operand &x);
/// The angle whose tangent is x, from -pi/2 to pi/2.
Tensor atan(const Operand &x);
/// The angle of the point (x, y), from -pi to pi; the signs of zeros count.
Tensor atan2(const Operand &y, const Operand &x);
/// The hyperbolic sine.
Tensor sinh(const Operand &x);
/// The hyperbolic cosine.
Tensor cosh(const Operand &x);
/// The number whose hyperbolic sine is x.
Tensor asinh(const Operand &x);
/// The number, from 0 on, whose hyperbolic cosine is x; NaN for x < 1.
Tensor acosh(const Operand &x);
/// The number whose hyperbolic tangent is x: infinite at 1 and -1, NaN beyond.
Tensor atanh(const Operand &x);
/// 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x.
Tensor erf(const Operand &x);
/// 1 - erf(x), accurate where erf(x) is nearly 1.
Tensor erfc(const Operand &x);
/// The inverse of erf: infinite at 1 and -1, NaN beyond.
Tensor erfinv(const Operand &x);
/// log|gamma(x)|; infinite at 0, -1, -2, ...
Tensor lgamma(const Operand &x);
/// The derivative of lgamma; NaN at -1, -2, ...
Tensor digamma(const Operand &x);
/// The derivative number `order` (1 to 32) of digamma, for x > 0; NaN below. Throws IndexError for another order.
Tensor polygamma(int order, const Operand &x);

// --- rounding, predicates: dtypes integers, floating. Integers are whole and finite. -----------------------------------

/// The greatest whole number that is at most x.
Tensor floor(const Operand &x);
/// The least whole number that is at least x.
Tensor ceil(const Operand &x);
/// To the nearest whole number, halves to the even one.
Tensor round(const Operand &x);
/// The whole part of x: rounded towards 0.
Tensor trunc(const Operand &x);
/// Whether x is NaN. Gives bool.
Tensor isnan(const Operand &x);
/// Whether x is infinite, of either sign. Gives bool.
Tensor isinf(const Operand &x);
/// Whether x is neither NaN nor infinite. Gives bool.
Tensor isfinite(const Operand &x);
/// Whether the sign bit is set. Gives bool: true for -0 and a NaN with that sign.
Tensor signbit(const Operand &x);

enum class NanEqual : bool { No, Yes };
/// |a - b| <= atol + rtol * |b|, or a == b; two NaN only with `NanEqual::Yes`. Dtypes: integers (compared in f64), floating. Gives bool.
Tensor isclose(const Operand &a, const Operand &b, double rtol = 1e-5, double atol = 1e-8, NanEqual nan = NanEqual::No);
/// Whether isclose holds for all elements: a bool of rank 0.
Tensor allclose(const Operand &a, const Operand &b, double rtol = 1e-5, double atol = 1e-8, NanEqual nan = NanEqual::No);

// --- bits: dtypes integers and, but for shifts, bool -------------------------------------------------------------------

/// The bits that are set in both; broadcasts and promotes.
Tensor bitwise_and(const Operand &lhs, const Operand &rhs);
/// The bits that are set in one of the two, or both; broadcasts and promotes.
Tensor bitwise_or(const Operand &lhs, const Operand &rhs);
/// The bits that are set in just one of the two; broadcasts and promotes.
Tensor bitwise_xor(const Operand &lhs, const Operand &rhs);
/// The bits that are not set.
Tensor bitwise_invert(const Operand &x);
/// lhs with its bits moved rhs places up. Integers only. 0 where rhs is negative, or the dtype's width or more.
Tensor bitwise_left_shift(const Operand &lhs, const Operand &rhs);
/// lhs with its bits moved rhs places down. Integers only; the sign fills up. Where rhs is negative, or the dtype's width or more: -1 for negative lhs, else 0.
Tensor bitwise_right_shift(const Operand &lhs, const Operand &rhs);

// For masks, these are NumPy's operators: `(x > 0) & (x < 1)`.
inline Tensor operator&(const Operand &lhs, const Operand &rhs) { return bitwise_and(lhs, rhs); }
inline Tensor operator|(const Operand &lhs, const Operand &rhs) { return bitwise_or(lhs, rhs); }
inline Tensor operator^(const Operand &lhs, const Operand &rhs) { return bitwise_xor(lhs, rhs); }
inline Tensor operator~(const Operand &x) { return bitwise_invert(x); }

// --- complex numbers ---------------------------------------------------------------------------------------------------
// add, subtract, multiply, divide, reciprocal, negative, square, abs, sqrt, exp, log, sin, cos, equal, not_equal, where, sum, matmul,
// cast and what rearranges elements take complex64 and complex128; gradients through them are not defined.

/// real + i imag. Dtypes: f32 gives complex64, f64 complex128.
Tensor complex(const Operand &real, const Operand &imag);
/// The real part of complex numbers, as f32 or f64; other numbers themselves.
Tensor real(const Operand &x);
/// The imaginary part of complex numbers, as f32 or f64; of other numbers 0.
Tensor imag(const Operand &x);
/// The conjugate; of other numbers x itself.
Tensor conj(const Operand &x);

// --- type, choice ------------------------------------------------------------------------------------------------------

/// The same bits as elements of `dtype`, which has x's width. Dtypes: integers, floating. Throws DTypeError for another width.
Tensor bitcast(const Operand &x, DType dtype);
/// x itself, as an op of its own. All dtypes.
Tensor identity(const Operand &x);
/// x, through which no gradient passes. All dtypes.
Tensor stop_gradient(const Operand &x);
/// `where` under its other name.
Tensor select(const Operand &condition, const Operand &lhs, const Operand &rhs);

} // namespace burin
