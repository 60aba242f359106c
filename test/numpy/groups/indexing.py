"""NumPy's x[...], and ops that rearrange, pick and put in elements."""
import math
import warnings

import numpy as np

from cases import ALL_REAL, Row, random_shape, unary_shapes

# --- x[...] ------------------------------------------------------------------------------------------------------------
# An index is spelled as its entries, joined by ";": i-2, s1:5:2, e, n, t2x1/0,-1 (integers of shape 2x1), m3/101 (a mask).


def spelled(entry):
    if entry is None:
        return "n"
    if entry is Ellipsis:
        return "e"
    if isinstance(entry, slice):
        return "s" + ":".join("" if bound is None else str(bound) for bound in (entry.start, entry.stop, entry.step))
    if isinstance(entry, int):
        return f"i{entry}"
    extents = "x".join(map(str, entry.shape))
    if entry.dtype == bool:
        return f"m{extents}/" + "".join("1" if value else "0" for value in entry.ravel())
    return f"t{extents}/" + ",".join(map(str, entry.ravel()))


def random_slice(rng, extent):
    bound = lambda: None if rng.random() < 0.3 else int(rng.integers(-extent - 2, extent + 3))
    return slice(bound(), bound(), None if rng.random() < 0.4 else int(rng.choice([-3, -2, -1, 1, 2, 3])))


def random_index(rng, shape):
    """Entries for some dimensions of `shape`, valid ones."""
    common = tuple(int(extent) for extent in rng.integers(0 if rng.random() < 0.1 else 1, 4, rng.integers(0, 3)))
    entries, axis = [], 0
    advanced = rng.random() < 0.7
    while axis < len(shape) and rng.random() < 0.85:
        extent, draw = shape[axis], rng.random()
        if draw < 0.25 and extent:
            entries.append(int(rng.integers(-extent, extent)))
        elif draw < 0.55 and advanced and extent:
            picked = tuple(1 if rng.random() < 0.2 else size for size in common[int(rng.integers(0, len(common) + 1)):])
            entries.append(np.asarray(rng.integers(-extent, extent, picked), dtype=np.int64))
        elif draw < 0.62 and advanced:
            ranks = min(2, len(shape) - axis)
            extents = shape[axis:axis + int(rng.integers(1, ranks, endpoint=True))]
            entries.append(rng.random(extents) < 0.5)
            axis += len(extents) - 1
        else:
            entries.append(random_slice(rng, extent))
        axis += 1
    if rng.random() < 0.3:
        entries.insert(int(rng.integers(0, len(entries) + 1)), Ellipsis)
    if advanced and rng.random() < 0.05:
        entries.insert(int(rng.integers(0, len(entries) + 1)), np.asarray(rng.random() < 0.7))
    while rng.random() < 0.2:
        entries.insert(int(rng.integers(0, len(entries) + 1)), None)
    return entries


def index_shapes(rng, index):
    while True:
        shape = random_shape(rng, high_rank=4)
        entries = random_index(rng, shape)
        moved = any(entry is Ellipsis for entry in entries)
        # NumPy lets an empty mask stand for an axis of any extent, which we refuse.
        if not entries or moved and any(isinstance(entry, np.ndarray) and entry.dtype == bool and not entry.size for entry in entries):
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", DeprecationWarning)
                result = np.empty(shape, dtype=np.int8)[tuple(entries)]
        # Index tensors that don't broadcast, as masks count what they pick; integers that an ellipsis moved to a shorter axis. Where
        # the result is empty, NumPy does no more than warn of these, while we throw.
        except (IndexError, DeprecationWarning):
            continue
        if result.ndim <= 8:
            return [shape], {"index": ";".join(map(spelled, entries))}


def entry_of(text):
    kind, rest = text[0], text[1:]
    if kind == "i":
        return int(rest)
    if kind == "e":
        return Ellipsis
    if kind == "n":
        return None
    if kind == "s":
        return slice(*(int(bound) if bound else None for bound in rest.split(":")))
    extents, values = rest.split("/")
    shape = tuple(map(int, extents.split("x"))) if extents else ()
    if kind == "m":
        return np.array([value == "1" for value in values], dtype=bool).reshape(shape)
    return np.array([int(value) for value in values.split(",")] if values else [], dtype=np.int64).reshape(shape)


def indexed(x, index):
    return x[tuple(map(entry_of, index.split(";")))]


# --- rearranging ---------------------------------------------------------------------------------------------------------


def axes_shapes(rng, index):
    shape = unary_shapes(rng, index)[0][0]
    axes = [axis - (len(shape) if rng.random() < 0.5 else 0) for axis in range(len(shape)) if rng.random() < 0.6]
    return [shape], {"axes": axes}


def roll_shapes(rng, index):
    shapes, attributes = axes_shapes(rng, index)
    return shapes, {"axes": attributes["axes"], "shifts": [int(rng.integers(-7, 8)) for _ in attributes["axes"]]}


def tile_shapes(rng, index):
    shape = random_shape(rng, high_rank=4)
    return [shape], {"counts": [int(count) for count in rng.integers(0, 4, rng.integers(0, 5))]}


def repeat_shapes(rng, index):
    shape = random_shape(rng, low_rank=1)
    return [shape], {"axis": int(rng.integers(-len(shape), len(shape))), "count": int(rng.integers(0, 4))}


def pad_shapes(rng, index):
    shape = random_shape(rng, low_rank=1, high_rank=4)
    mode = str(rng.choice(["constant", "edge", "reflect", "wrap"]))
    widths = [int(width) if extent or mode == "constant" else 0 for extent in shape for width in rng.integers(0, 5, 2)]
    if mode == "wrap":  # before 1.25, NumPy wraps what is longer than the dimension wrongly
        widths = [min(width, shape[i // 2]) for i, width in enumerate(widths)]
    return [shape], {"widths": widths, "mode": mode}


def stack_shapes(rng, index):
    shape = random_shape(rng, high_rank=4)
    return [shape] * int(rng.integers(1, 4)), {"axis": int(rng.integers(-len(shape) - 1, len(shape) + 1))}


def moveaxis_shapes(rng, index):
    shape = random_shape(rng, low_rank=1)
    count = int(rng.integers(0, len(shape) + 1))
    draw = lambda: [int(axis) for axis in rng.permutation(len(shape))[:count]]
    return [shape], {"source": draw(), "destination": draw()}


def along_axis_shapes(rng, index):
    while True:
        shape = random_shape(rng, low_rank=1, high_rank=4)
        axis = int(rng.integers(len(shape)))
        if shape[axis]:
            break
    picked = list(shape)
    picked[axis] = int(rng.integers(0, 5))
    indices = [int(i) for i in rng.integers(-shape[axis], shape[axis], math.prod(picked))]
    return [shape], {"axis": axis - (len(shape) if rng.random() < 0.5 else 0), "indices": indices, "picked": picked}


def flipped(x, axes):
    return np.flip(x, tuple(axes)) if axes else np.flip(x)


def rolled(x, axes, shifts):
    return np.roll(x, tuple(shifts), tuple(axes)) if axes else np.roll(x, 3)


def padded(x, widths, mode):
    pairs = list(zip(widths[::2], widths[1::2]))
    return np.pad(x, pairs, mode, **({"constant_values": 1} if mode == "constant" else {}))


def taken_along(x, axis, indices, picked):
    return np.take_along_axis(x, np.array(indices, dtype=np.int64).reshape(picked), axis)


ROWS = [
    Row("index", indexed, ALL_REAL, index_shapes, weight=4),
    Row("flip", flipped, ALL_REAL, axes_shapes),
    Row("roll", rolled, ALL_REAL, roll_shapes),
    Row("tile", lambda x, counts: np.tile(x, tuple(counts)), ALL_REAL, tile_shapes),
    Row("repeat", lambda x, axis, count: np.repeat(x, count, axis), ALL_REAL, repeat_shapes),
    Row("pad", padded, ALL_REAL, pad_shapes),
    Row("stack", lambda *x, axis: np.stack(x, axis), ALL_REAL, stack_shapes),
    Row("moveaxis", lambda x, source, destination: np.moveaxis(x, source, destination), ALL_REAL, moveaxis_shapes),
    Row("take_along_axis", taken_along, ALL_REAL, along_axis_shapes),
]
