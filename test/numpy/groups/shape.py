"""Rearranging, joining, cutting, picking."""
import math

import numpy as np

from cases import ALL_REAL, Row, random_shape, unary_shapes


def reshape_shapes(rng, index):
    shape = unary_shapes(rng, index)[0][0]
    size = math.prod(shape)
    factors = []
    while size > 1 and len(factors) < 4:
        divisor = int(rng.choice([d for d in range(1, size + 1) if size % d == 0]))
        factors.append(divisor)
        size //= divisor
    target = [*factors, size] if size != 1 or rng.random() < 0.5 else factors
    if target and math.prod(shape) and rng.random() < 0.5:
        target[int(rng.integers(len(target)))] = -1
    return [shape], {"shape": target}


def transpose_shapes(rng, index):
    shape = unary_shapes(rng, index)[0][0]
    permutation = [int(axis) for axis in rng.permutation(len(shape))] if rng.random() < 0.8 else []
    return [shape], {"axes": permutation}


def broadcast_shapes(rng, index):
    shape = unary_shapes(rng, index)[0][0]
    grown = [int(rng.integers(0, 4)) if extent == 1 else extent for extent in shape]
    lead = [int(extent) for extent in rng.integers(1, 4, rng.integers(0, 6 - len(shape)))]
    return [shape], {"shape": [*lead, *grown]}


def expand_shapes(rng, index):
    shape = unary_shapes(rng, index)[0][0]
    return [shape], {"axis": int(rng.integers(-len(shape) - 1, len(shape) + 1))}


def squeeze_shapes(rng, index):
    shape = [1 if rng.random() < 0.4 else extent for extent in unary_shapes(rng, index)[0][0]]
    ones = [axis for axis, extent in enumerate(shape) if extent == 1]
    axes = [axis - (len(shape) if rng.random() < 0.5 else 0) for axis in ones if rng.random() < 0.7]
    return [tuple(shape)], {"axes": axes}


def concat_shapes(rng, index):
    shape = list(random_shape(rng, low_rank=1))
    axis = int(rng.integers(len(shape)))
    shapes = []
    for _ in range(int(rng.integers(1, 5))):
        shape[axis] = int(rng.integers(0, 5))
        shapes.append(tuple(shape))
    return shapes, {"axis": axis - (len(shape) if rng.random() < 0.5 else 0)}


def slice_shapes(rng, index):
    shape = random_shape(rng, low_rank=1)
    count = int(rng.integers(1, len(shape), endpoint=True))
    bounds = [(int(rng.integers(-extent - 2, extent + 3)), int(rng.integers(-extent - 2, extent + 3))) for extent in shape[:count]]
    steps = [int(rng.integers(1, 4)) for _ in range(count)]
    return [shape], {"starts": [start for start, _ in bounds], "stops": [stop for _, stop in bounds], "steps": steps}


def take_shapes(rng, index):
    while True:
        shape = random_shape(rng, low_rank=1)
        axes = [axis for axis, extent in enumerate(shape) if extent]
        if axes:
            break
    axis = int(rng.choice(axes))
    picked = tuple(int(extent) for extent in rng.integers(0, 5, rng.integers(0, 3)))
    indices = [int(i) for i in rng.integers(-shape[axis], shape[axis], math.prod(picked))]
    return [shape], {"axis": axis - (len(shape) if rng.random() < 0.5 else 0), "indices": indices, "picked": list(picked)}


def squeezed(x, axes):
    return np.squeeze(x, axis=tuple(axes)) if axes else np.squeeze(x)


def sliced(x, starts, stops, steps):
    return x[tuple(slice(*bounds) for bounds in zip(starts, stops, steps))]


def taken(x, axis, indices, picked):
    return np.take(x, np.array(indices, dtype=np.int64).reshape(picked), axis=axis)


ROWS = [
    Row("reshape", lambda x, shape: np.reshape(x, shape), ALL_REAL, reshape_shapes),
    Row("transpose", lambda x, axes: np.transpose(x, axes or None), ALL_REAL, transpose_shapes),
    Row("broadcast_to", lambda x, shape: np.broadcast_to(x, shape), ALL_REAL, broadcast_shapes),
    Row("expand_dims", lambda x, axis: np.expand_dims(x, axis), ALL_REAL, expand_shapes),
    Row("squeeze", squeezed, ALL_REAL, squeeze_shapes),
    Row("concat", lambda *x, axis: np.concatenate(x, axis=axis), ALL_REAL, concat_shapes),
    Row("slice", sliced, ALL_REAL, slice_shapes),
    Row("take", taken, ALL_REAL, take_shapes),
]
