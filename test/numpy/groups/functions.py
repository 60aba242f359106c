"""The functions of include/burin/ops/Elementwise.h: arithmetic, exponential, trigonometric, rounding, bits."""
import math

import numpy as np

from cases import BOOL, COMPLEX, FLOATS, INTEGERS, NUMPY, REALS, SIGNED, UNSIGNED, Row, between, binary, broadcast_shapes, full, unary, unary_shapes, widened


def each(function):
    """A function of Python's math module, in double, with C's special values."""
    def one(x):
        try:
            return function(float(x))
        except OverflowError:
            return math.inf
        except ValueError:
            return math.nan
    return lambda x: np.asarray(np.vectorize(one, otypes=[np.float64])(x)).reshape(x.shape)


def lgamma(x):
    """Python refuses the poles, which are infinite."""
    pole = (x <= 0) & (np.floor(x) == x)
    return np.where(pole | np.isinf(x), np.inf, each(math.lgamma)(np.where(pole, 1, x)))


def logaddexp(x, y):
    return np.logaddexp(x, y)


def softplus(x):
    return np.where(x < 0, 0, x) + np.log1p(np.exp(-np.abs(x)))


def clip(x, low, high):
    return np.minimum(np.maximum(x, low), high)


def fused(x, y, z):
    """x y + z: exact in longdouble for what is rounded to f16, bf16 and f32."""
    wide = np.longdouble if x.dtype.kind == "f" else x.dtype
    return x.astype(wide) * y.astype(wide) + z.astype(wide)


def nonzero(rng, dtype, shape, style):
    values = full(rng, dtype, shape, style)
    return np.where(values == 0, np.ones_like(values), values)


def integer_power(x, y):
    return np.power(x, y)


def nextafter(x, y):
    """As C has it, y where they are equal: of -0 and 0 NumPy's own for f16 gives x."""
    return np.where(x == y, y, np.nextafter(x, y))


def close_shapes(rng, index):
    return broadcast_shapes(2)(rng, index)[0], {"equal_nan": bool(rng.integers(2))}


def isclose(x, y, equal_nan):
    return np.isclose(x, y, equal_nan=equal_nan)


def joined_parts(x, y):
    x, y = np.broadcast_arrays(x, y)
    result = np.empty(x.shape, np.complex64 if x.dtype == np.float32 else np.complex128)
    result.real, result.imag = x, y
    return result


def bits_shapes(other):
    return lambda rng, index: (unary_shapes(rng, index)[0], {"dtype": other})


def bitcast(x, dtype):
    return np.ascontiguousarray(x).view(NUMPY[dtype]).reshape(x.shape)


ROWS = [
    Row("isclose", isclose, ["f32", "f64"], close_shapes),
    unary("real", np.real, COMPLEX),
    unary("imag", np.imag, COMPLEX),
    unary("conj", np.conj, COMPLEX),
    binary("complex", joined_parts, ["f32", "f64"]),
    *(Row("bitcast", bitcast, [dtype], bits_shapes(other), weight=0.5)
      for dtype, other in [("f32", "i32"), ("i32", "u32"), ("f64", "i64"), ("i16", "u16"), ("u8", "i8"), ("i64", "f64")]),
    # exact where NumPy computes in the operands' own format
    binary("floor_divide", np.floor_divide, ["f32", "f64"]),
    binary("remainder", np.remainder, ["f32", "f64"]),
    binary("pow", integer_power, UNSIGNED),
    binary("pow", integer_power, SIGNED, domains=(full, between(0, 40))),
    unary("positive", np.positive, REALS),
    unary("reciprocal", lambda x: 1 / x, FLOATS, ulps=1),
    binary("copysign", np.copysign, FLOATS),
    binary("nextafter", nextafter, ["f16", "f32", "f64"]),
    binary("hypot", np.hypot, FLOATS, ulps=2),
    binary("logaddexp", logaddexp, ["f16", "bf16", "f32"], ulps=2),
    Row("fma", fused, INTEGERS, broadcast_shapes(3), weight=0.5),
    Row("clip", clip, REALS, broadcast_shapes(3), (nonzero,), weight=0.5),  # NumPy leaves open which zero is the greater one
    unary("expm1", np.expm1, FLOATS, ulps=2),
    unary("exp2", np.exp2, FLOATS, ulps=2),
    unary("log1p", np.log1p, FLOATS, ulps=2),
    unary("log2", np.log2, FLOATS, ulps=2),
    unary("log10", np.log10, FLOATS, ulps=2),
    unary("softplus", softplus, FLOATS, ulps=2),
    unary("log_sigmoid", lambda x: -softplus(-x), FLOATS, ulps=2),
    unary("sin", np.sin, FLOATS, ulps=2),
    unary("cos", np.cos, FLOATS, ulps=2),
    unary("tan", np.tan, FLOATS, ulps=3),
    unary("asin", np.arcsin, FLOATS, ulps=3, domains=(between(-1, 1),)),
    unary("acos", np.arccos, FLOATS, ulps=3, domains=(between(-1, 1),)),
    unary("atan", np.arctan, FLOATS, ulps=3),
    binary("atan2", np.arctan2, FLOATS, ulps=3),
    unary("sinh", np.sinh, FLOATS, ulps=3),
    unary("cosh", np.cosh, FLOATS, ulps=3),
    unary("asinh", np.arcsinh, FLOATS, ulps=3),
    unary("acosh", np.arccosh, FLOATS, ulps=3),
    unary("atanh", np.arctanh, FLOATS, ulps=3, domains=(between(-1, 1),)),
    unary("erf", each(math.erf), FLOATS, ulps=4),
    unary("erfc", each(math.erfc), FLOATS, ulps=5),
    unary("lgamma", lgamma, ["f16", "bf16", "f32"], ulps=2),
    unary("floor", np.floor, FLOATS),
    unary("ceil", np.ceil, FLOATS),
    unary("round", np.rint, FLOATS),
    unary("trunc", np.trunc, FLOATS),
    unary("isnan", np.isnan, REALS),
    unary("isinf", np.isinf, REALS),
    unary("isfinite", np.isfinite, REALS),
    unary("signbit", np.signbit, FLOATS),
    binary("bitwise_and", np.bitwise_and, BOOL + INTEGERS),
    binary("bitwise_or", np.bitwise_or, BOOL + INTEGERS),
    binary("bitwise_xor", np.bitwise_xor, BOOL + INTEGERS),
    unary("bitwise_invert", np.invert, BOOL + INTEGERS),
    binary("bitwise_left_shift", np.left_shift, INTEGERS),
    binary("bitwise_right_shift", np.right_shift, INTEGERS),
]
