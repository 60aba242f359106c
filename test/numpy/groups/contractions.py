"""Matrix products."""
import numpy as np

from cases import EPSILON, FLOATS, INTEGERS, Absolute, Row, kind, moderate, widened

CORNERS = [((3,), (3,)), ((1,), (1,)), ((0,), (0,)), ((3, 4), (4,)), ((4,), (4, 5)), ((3, 4), (4, 5)), ((2, 0), (0, 3)), ((0, 2), (2, 3)),
           ((17, 9), (9, 33)), ((2, 3, 4), (4, 5)), ((3, 4), (2, 4, 5)), ((2, 1, 3, 4), (5, 4, 2)), ((1, 3, 4), (6, 4, 1)), ((1, 1), (1, 1))]


def shapes(rng, index):
    if index < len(CORNERS):
        return list(CORNERS[index]), {}
    m, k, n = (int(extent) for extent in rng.integers(1, 12, 3))
    batch = [int(extent) for extent in rng.integers(1, 4, rng.integers(0, 3))]
    left = [1 if rng.random() < 0.3 else extent for extent in batch][int(rng.integers(len(batch) + 1)):]
    right = [1 if rng.random() < 0.3 else extent for extent in batch][int(rng.integers(len(batch) + 1)):]
    return [(*left, m, k), (*right, k, n)], {}


def product(x, y):
    wide = widened if x.dtype.kind in "fc" else (lambda array: array)
    return np.matmul(wide(x), wide(y)).astype(x.dtype)


def bound(dtype, operands, result):
    if kind(dtype) == "integer":
        return np.zeros(np.shape(result))
    magnitude = np.matmul(*(np.abs(operand.astype(np.float64)) for operand in operands))
    return 2 * max(2, operands[0].shape[-1]) * EPSILON[dtype] * magnitude


ROWS = [Row("matmul", product, INTEGERS + FLOATS, shapes, (moderate,), Absolute(bound))]
