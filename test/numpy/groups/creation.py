"""Tensors out of nothing."""
import numpy as np

from cases import ALL_REAL, INTEGERS, NUMPY, REALS, Row, Ulps, between, random_shape, to_dtype, unary_shapes


def created(rng, index):
    return [], {"shape": list(unary_shapes(rng, index)[0][0])}


def of(dtype, family):
    def shapes(rng, index):
        shapes, attributes = family(rng, index)
        return shapes, {**attributes, "dtype": dtype}
    return shapes


def full_shapes(rng, index):
    return [], {**created(rng, index)[1], "value": int(rng.integers(0, 2))}


def iota_shapes(rng, index):
    shape = random_shape(rng, low_rank=1)
    return [], {"shape": list(shape), "axis": int(rng.integers(-len(shape), len(shape)))}


def arange_shapes(rng, index):
    start, stop = (int(value) for value in rng.integers(0, 40, 2))
    return [], {"start": start, "stop": stop, "step": int(rng.integers(1, 5))}


def iota(shape, axis, dtype):
    extent = shape[axis]
    column = np.arange(extent).reshape([extent if i == axis % len(shape) else 1 for i in range(len(shape))])
    return to_dtype(np.broadcast_to(column, shape), dtype)


def one_hot(x, depth, dtype):
    return to_dtype(x[..., np.newaxis] == np.arange(depth, dtype=x.dtype), dtype)


def one_hot_shapes(rng, index):
    return unary_shapes(rng, index)[0], {"depth": int(rng.integers(0, 6)), "dtype": "f32"}


def eye_shapes(rng, index):
    rows, columns = (int(extent) for extent in rng.integers(0, 7, 2))
    return [], {"rows": rows, "columns": columns, "diagonal": int(rng.integers(-4, 5))}


def linspace_shapes(rng, index):
    start, stop = (float(value) for value in rng.integers(-50, 50, 2) / 4)
    return [], {"start": start, "stop": stop, "count": int(rng.integers(0, 40)), "endpoint": bool(rng.integers(2))}


def triangle_shapes(rng, index):
    return [random_shape(rng, low_rank=2)], {"diagonal": int(rng.integers(-3, 4))}


def grid_shapes(rng, index):
    return [(int(extent),) for extent in rng.integers(0, 5, int(rng.integers(1, 4)))], {"ij": bool(rng.integers(2))}


def meshgrid(*vectors, ij):
    return tuple(np.meshgrid(*vectors, indexing="ij" if ij else "xy"))


def rows_of(dtype):
    return [
        Row("eye", lambda rows, columns, diagonal, dtype: np.eye(rows, columns, diagonal, NUMPY[dtype]), [dtype], of(dtype, eye_shapes),
            result=dtype, weight=0.4),
        Row("zeros", lambda shape, dtype: np.zeros(shape, NUMPY[dtype]), [dtype], of(dtype, created), result=dtype, weight=0.4),
        Row("ones", lambda shape, dtype: np.ones(shape, NUMPY[dtype]), [dtype], of(dtype, created), result=dtype, weight=0.4),
        Row("full", lambda shape, value, dtype: np.full(shape, value, NUMPY[dtype]), [dtype], of(dtype, full_shapes), result=dtype,
            weight=0.4),
        Row("iota", iota, [dtype], of(dtype, iota_shapes), result=dtype, weight=0.4),
        Row("arange", lambda start, stop, step, dtype: to_dtype(np.arange(start, stop, step), dtype), [dtype],
            of(dtype, arange_shapes), result=dtype, weight=0.4),
    ]


ROWS = [row for dtype in REALS for row in rows_of(dtype)]
ROWS += [Row("linspace", lambda start, stop, count, endpoint, dtype: np.linspace(start, stop, count, endpoint).astype(NUMPY[dtype]), [dtype],
             of(dtype, linspace_shapes), result=dtype, tolerance=Ulps(1)) for dtype in ["f32", "f64"]]
ROWS += [
    Row("zeros_like", np.zeros_like, ALL_REAL, weight=0.4),
    Row("ones_like", np.ones_like, ALL_REAL, weight=0.4),
    Row("tril", lambda x, diagonal: np.tril(x, diagonal), ALL_REAL, triangle_shapes, weight=0.5),
    Row("triu", lambda x, diagonal: np.triu(x, diagonal), ALL_REAL, triangle_shapes, weight=0.5),
    Row("meshgrid", meshgrid, ALL_REAL, grid_shapes, weight=0.5),
]
ROWS += [Row("one_hot", one_hot, INTEGERS, one_hot_shapes, (between(0, 7),), result="f32")]
