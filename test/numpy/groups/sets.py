"""Ops whose results have as many elements as the values say, brought to the number of x's elements (ops/Sets.cpp)."""
import numpy as np

from cases import ALL_REAL, BOOL, INTEGERS, REALS, Row, between, full, random_shape


def few_values(rng, dtype, shape, style):
    """With values that come more than once; zeros of one sign, as NumPy leaves open which it gives."""
    values = full(rng, dtype, shape, style)
    if values.size:
        values = rng.choice(values.reshape(-1)[:max(1, values.size // 2)], shape)
    return np.where(values == 0, np.zeros_like(values), values)


def some_shape(rng, index):
    corners = [(1,), (67,), (3, 5), (300,), (2, 3, 4)]
    return corners[index] if index < len(corners) else random_shape(rng, low_rank=1, high_rank=4, zeros=False)


def no_more_than(found, count):
    return found[np.minimum(np.arange(count), len(found) - 1)]


def filled_up(found, count):
    return np.concatenate([found, np.zeros(count, found.dtype)])[:count]


def unique(x, equal_nan):
    return no_more_than(np.unique(x, equal_nan=equal_nan), x.size)


def unique_all(x):
    values, indices, inverse, counts = np.unique(x, return_index=True, return_inverse=True, return_counts=True)
    return (no_more_than(values, x.size), no_more_than(indices, x.size).astype(np.int64), inverse.reshape(x.shape).astype(np.int64),
            no_more_than(counts, x.size).astype(np.int64))


def nonzero(x):
    return tuple(filled_up(positions.astype(np.int64), x.size) for positions in np.nonzero(x))


def masked_shapes(rng, index):
    shape = some_shape(rng, index)
    return [shape, shape[:int(rng.integers(1, len(shape) + 1))]], {}


def boolean_mask(x, mask):
    return filled_up(x[mask].reshape(-1), x.size)


def without_nan(rng, dtype, shape, style):
    values = few_values(rng, dtype, shape, style)
    return np.where(np.isnan(values), np.zeros_like(values), values)


ROWS = [
    Row("unique", unique, ALL_REAL, lambda rng, index: ([some_shape(rng, index)], {"equal_nan": bool(rng.integers(2))}), (few_values,)),
    Row("unique_all", unique_all, BOOL + INTEGERS, lambda rng, index: ([some_shape(rng, index)], {}), (few_values,)),
    # NumPy's inverse of several NaN that count as one is that of several.
    Row("unique_all", unique_all, ["f16", "bf16", "f32", "f64"], lambda rng, index: ([some_shape(rng, index)], {}), (without_nan,)),
    Row("nonzero", nonzero, ALL_REAL, lambda rng, index: ([some_shape(rng, index)], {}), (few_values,)),
    Row("boolean_mask", boolean_mask, ALL_REAL, masked_shapes, (full,), others=("bool",)),
]
