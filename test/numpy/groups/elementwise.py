"""Arithmetic, exponential functions, comparison, logic, choice."""
import numpy as np

from cases import ALL_REAL, BOOL, FLOATS, INTEGERS, REALS, SIGNED, Row, binary, broadcast_shapes, full, unary


def nonzero(rng, dtype, shape, style):
    values = full(rng, dtype, shape, style)
    return np.where(values == 0, np.ones_like(values), values)


def divide(x, y):
    return np.divide(x, y) if x.dtype.kind == "f" else np.divide(x, y, dtype=np.float64)


ROWS = [
    binary("add", np.add, REALS),
    binary("subtract", np.subtract, REALS),
    binary("multiply", np.multiply, REALS),
    binary("divide", divide, REALS),
    binary("floor_divide", np.floor_divide, INTEGERS, domains=(full, nonzero)),
    binary("remainder", np.remainder, INTEGERS, domains=(full, nonzero)),
    binary("pow", np.power, FLOATS, ulps=4),
    binary("maximum", np.maximum, INTEGERS),
    binary("minimum", np.minimum, INTEGERS),
    binary("maximum", np.maximum, FLOATS, domains=(nonzero,)),  # NumPy leaves open which zero is the greater one
    binary("minimum", np.minimum, FLOATS, domains=(nonzero,)),
    unary("negative", np.negative, SIGNED + FLOATS),
    unary("abs", np.abs, SIGNED + FLOATS),
    unary("sign", np.sign, SIGNED),
    unary("sign", np.sign, FLOATS, domains=(nonzero,)),  # NumPy loses the zero's sign
    unary("square", np.square, REALS),
    unary("sqrt", np.sqrt, FLOATS),
    unary("rsqrt", lambda x: 1 / np.sqrt(x), FLOATS, ulps=2),
    unary("exp", np.exp, FLOATS, ulps=2),
    unary("log", np.log, FLOATS, ulps=2),
    unary("tanh", np.tanh, FLOATS, ulps=4),
    unary("sigmoid", lambda x: 1 / (1 + np.exp(-x)), FLOATS, ulps=4),
    unary("relu", lambda x: np.where(x < 0, np.zeros_like(x), x), SIGNED + FLOATS, domains=(nonzero,)),
    binary("equal", np.equal, ALL_REAL),
    binary("not_equal", np.not_equal, ALL_REAL),
    binary("less", np.less, REALS),
    binary("less_equal", np.less_equal, REALS),
    binary("greater", np.greater, REALS),
    binary("greater_equal", np.greater_equal, REALS),
    binary("logical_and", np.logical_and, BOOL),
    binary("logical_or", np.logical_or, BOOL),
    binary("logical_xor", np.logical_xor, BOOL),
    unary("logical_not", np.logical_not, BOOL),
] + [
    Row("where", np.where, BOOL, broadcast_shapes(3), others=(dtype, dtype), result=dtype, weight=0.5) for dtype in ALL_REAL
]
