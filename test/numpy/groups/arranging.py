"""More of rearranging and joining, and picking elements by index."""
import math

import numpy as np

from cases import ALL_REAL, INTEGERS, NUMPY, Row, random_shape, unary_shapes


def ranked(rng, index):
    """A shape of rank 1 or more."""
    while True:
        shape = unary_shapes(rng, index)[0][0]
        if shape:
            return shape
        index = 100


def axis_of(rng, shape):
    return int(rng.integers(-len(shape), len(shape)))


def no_attributes(rng, index):
    return unary_shapes(rng, index)


def permuted(rng, index):
    shape = unary_shapes(rng, index)[0][0]
    return [shape], {"axes": [int(axis) for axis in rng.permutation(len(shape))]}


def swapped(rng, index):
    shape = ranked(rng, index)
    return [shape], {"axis1": axis_of(rng, shape), "axis2": axis_of(rng, shape)}


def unstacked(rng, index):
    shape = [min(extent, 4) for extent in ranked(rng, index)]
    axis = axis_of(rng, shape)
    shape[axis] = max(1, shape[axis])
    return [tuple(shape)], {"axis": axis}


def split_up(rng, index):
    shape = ranked(rng, index)
    axis = axis_of(rng, shape)
    positions = sorted(int(position) for position in rng.integers(0, shape[axis] + 1, rng.integers(1, 4)))
    return [shape], {"positions": positions, "axis": axis}


def backwards(rng, index):
    shape = random_shape(rng, low_rank=1)
    starts, stops, steps = [], [], []
    for extent in shape:
        step = int(rng.choice([-3, -2, -1, 1, 2]))
        starts.append(int(rng.integers(-extent - 1, extent + 2)))
        stops.append(int(rng.integers(-extent - 1, extent + 2)))
        steps.append(step)
    return [shape], {"starts": starts, "stops": stops, "steps": steps}


def sliced(x, starts, stops, steps):
    return x[tuple(slice(*bounds) for bounds in zip(starts, stops, steps))]


def put(rng, index):
    """Each place once, since NumPy leaves open which of several updates stays."""
    shape = random_shape(rng, low_rank=1, zeros=False)
    axis = axis_of(rng, shape)
    picked = list(shape)
    picked[axis] = int(rng.integers(1, shape[axis] + 1))
    lines = math.prod(shape) // shape[axis]
    chosen = np.stack([rng.permutation(shape[axis])[:picked[axis]] for _ in range(lines)], axis=-1)
    moved = [extent for i, extent in enumerate(shape) if i != axis % len(shape)]
    indices = np.moveaxis(chosen.reshape([picked[axis], *moved]), 0, axis)
    return [shape, tuple(picked)], {"axis": axis, "indices": [int(i) for i in indices.ravel()], "picked": picked}


def put_along(x, updates, axis, indices, picked):
    result = x.copy()
    np.put_along_axis(result, np.array(indices).reshape(picked), updates, axis)
    return result


def small(rng, dtype, shape, style):
    """Whole numbers, so that sums are exact in any order; no zeros, of which NumPy leaves open which is the greater."""
    values = rng.integers(1, 9, shape)
    return (values * (rng.choice([-1, 1], shape) if dtype[0] in "if" else 1)).astype(NUMPY[dtype])


def updates(rng, index):
    """With places that come several times, all but where one is to stay."""
    shape = random_shape(rng, low_rank=1, zeros=False)
    axis, mode = axis_of(rng, shape), int(rng.integers(4))
    extent = shape[axis]
    picked = rng.permutation(extent)[:int(rng.integers(1, extent + 1))] if mode == 0 else rng.integers(-extent, extent, int(rng.integers(0, 6)))
    axis %= len(shape)
    return [shape, (*shape[:axis], len(picked), *shape[axis + 1:])], {
        "axis": axis, "mode": mode, "indices": [int(i) for i in picked], "picked": [len(picked)]}


def scattered(x, values, axis, mode, indices, picked):
    result = np.moveaxis(x.copy(), axis, 0)
    values = np.moveaxis(values, axis, 0)
    with np.errstate(all="ignore"):
        for number, place in enumerate(indices):
            combine = [lambda held, new: new, np.add, np.minimum, np.maximum][mode]
            result[place] = combine(result[place], values[number])
    return np.ascontiguousarray(np.moveaxis(result, 0, axis))


def part(rng, index):
    shape = random_shape(rng, low_rank=1, zeros=False)
    sizes = [int(rng.integers(0, extent + 1)) for extent in shape]
    starts = [int(rng.integers(0, extent - size + 1)) for extent, size in zip(shape, sizes)]
    return shape, sizes, starts


def part_read(rng, index):
    shape, sizes, starts = part(rng, index)
    return [shape], {"starts": starts, "sizes": sizes}


def part_written(rng, index):
    shape, sizes, starts = part(rng, index)
    return [shape, tuple(sizes)], {"starts": starts}


def part_of(starts, sizes):
    return tuple(slice(start, start + size) for start, size in zip(starts, sizes))


def replaced(x, update, starts):
    result = x.copy()
    result[part_of(starts, update.shape)] = update
    return result


def places(rng, index):
    shape = random_shape(rng, low_rank=1, zeros=False)
    depth = int(rng.integers(1, len(shape) + 1))
    picked = [int(extent) for extent in rng.integers(1, 4, rng.integers(0, 3))] + [depth]
    rows = rng.integers([-extent for extent in shape[:depth]], shape[:depth], picked)
    return [shape], {"indices": [int(i) for i in rows.ravel()], "picked": picked}


def gather_nd(x, indices, picked):
    rows = np.array(indices).reshape(picked)
    return x[tuple(np.moveaxis(rows, -1, 0))]


ROWS = [Row(op, reference, ALL_REAL, shapes, weight=0.4) for op, reference, shapes in [
    ("flatten", np.ravel, no_attributes),
    ("permute_dims", lambda x, axes: np.transpose(x, axes), permuted),
    ("swapaxes", lambda x, axis1, axis2: np.swapaxes(x, axis1, axis2), swapped),
    ("unstack", lambda x, axis: tuple(np.moveaxis(x, axis, 0)), unstacked),
    ("split", lambda x, positions, axis: tuple(np.split(x, positions, axis)), split_up),
    ("strided_slice", sliced, backwards),
    ("put_along_axis", put_along, put),
    ("dynamic_slice", lambda x, starts, sizes: np.ascontiguousarray(x[part_of(starts, sizes)]), part_read),
    ("dynamic_update_slice", replaced, part_written),
    ("gather_nd", gather_nd, places),
]] + [
    Row("scatter", scattered, INTEGERS + ["f32", "f64"], updates, (small,)),
    Row("shape", lambda x: np.array(x.shape, dtype=np.int64), ["f32"], no_attributes),
    Row("size", lambda x: np.array(x.size, dtype=np.int64), ["f32"], no_attributes),
    Row("rank", lambda x: np.array(x.ndim, dtype=np.int64), ["f32"], no_attributes),
]
