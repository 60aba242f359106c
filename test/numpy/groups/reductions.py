"""Sums, extremes, means, and what is made of them."""
import numpy as np

from cases import ALL_REAL, BOOL, EPSILON, FLOATS, INTEGERS, REALS, Absolute, Row, between, distinct_zero, kind, moderate, random_shape, widened


def reduced_shapes(empty=True, one_axis=False):
    """A shape with axes to reduce and whether to keep them."""
    corners = [((), []), ((0,), [0]), ((1,), [0]), ((67,), []), ((1, 3), [0]), ((3, 5), [-1]), ((3, 1, 4), [1]), ((3, 5), [0]), ((2, 0, 3), [0]), ((2, 0, 3), [1]),
               ((17, 33), [0, -1]), ((4, 3, 5), [0, 2]), ((2, 3, 2, 3, 2), [0, 2, 4]), ((2, 3, 2, 3, 2), [1, 3]), ((1, 1, 5), [0, 1]), ((1,), [])]
    if not empty:
        corners = [(shape, axes) for shape, axes in corners if 0 not in shape]
    if one_axis:
        corners = [(shape, axes) for shape, axes in corners if len(axes) == 1]

    def family(rng, index):
        if index < len(corners):
            shape, axes = corners[index]
        else:
            shape = random_shape(rng, low_rank=1 if one_axis else 0, zeros=empty)
            rank = len(shape)
            count = 1 if one_axis else int(rng.integers(rank + 1))
            axes = [int(axis) - (rank if rng.random() < 0.5 else 0) for axis in rng.choice(rank, count, replace=False)] if rank else []
        keep = bool(rng.integers(2))
        return [shape], {"axis": axes[0], "keep": keep} if one_axis else {"axes": axes, "keep": keep}
    return family


def chosen(axes):
    return tuple(axes) or None


def total(x, axes, keep):
    """NumPy widens sums of small integers; Burin keeps the dtype."""
    wide = x if x.dtype.kind in "iu" else widened(x)
    return np.sum(wide, axis=chosen(axes), keepdims=keep, dtype=wide.dtype).astype(x.dtype)


def mean(x, axes, keep):
    wide = x.astype(np.float64) if x.dtype.kind in "iu" else widened(x)
    return np.mean(wide, axis=chosen(axes), keepdims=keep).astype(x.dtype if x.dtype.kind in "fc" else np.float64)


def logsumexp(x, axes, keep):
    wide = widened(x)
    top = np.max(wide, axis=chosen(axes), keepdims=True, initial=-np.inf)
    safe = np.where(np.isfinite(top), top, 0)
    result = np.log(np.sum(np.exp(wide - safe), axis=chosen(axes), keepdims=True)) + safe
    return (result if keep else np.squeeze(result, axis=chosen(axes) or tuple(range(x.ndim)))).astype(x.dtype)


def softmax(x, axis):
    wide = widened(x)
    e = np.exp(wide - np.max(wide, axis=axis, keepdims=True, initial=-np.inf))
    return (e / np.sum(e, axis=axis, keepdims=True)).astype(x.dtype)


def sum_bound(dtype, operands, result, axes, keep):
    """Pairwise summation: eps log2(n) times the sum of magnitudes, and the rounding of what is kept in between."""
    x = np.abs(operands[0].astype(np.float64))
    magnitude = np.sum(x, axis=chosen(axes), keepdims=keep)
    if kind(dtype) == "integer":
        return magnitude * 0
    return (np.log2(max(2, operands[0].size)) + 2) * EPSILON[dtype] * magnitude


def mean_bound(dtype, operands, result, axes, keep):
    if kind(dtype) == "integer":
        dtype = "f64"
    magnitude = np.sum(np.abs(operands[0].astype(np.float64)), axis=chosen(axes), keepdims=keep)
    count = max(1, operands[0].size // max(1, np.size(result)))
    return (np.log2(max(2, operands[0].size)) + 3) * EPSILON[dtype] * magnitude / count


def logsumexp_bound(dtype, operands, result, axes, keep):
    largest = np.max(np.abs(operands[0].astype(np.float64)), initial=1)
    return np.full(np.shape(result), 16 * EPSILON[dtype] * max(largest, 4))


def softmax_bound(dtype, operands, result, axis):
    largest = np.max(np.abs(operands[0].astype(np.float64)), initial=1)
    return 16 * EPSILON[dtype] * np.asarray(result, dtype=np.float64) * max(largest, 1) + 2.0**-140


def softmax_shapes(rng, index):
    family = reduced_shapes(one_axis=True)
    shapes, attributes = family(rng, index)
    return shapes, {"axis": attributes["axis"]}


def plain(reference):
    """As NumPy does it, in the dtype that it chooses."""
    return lambda x, axes, keep: reference(x, axis=chosen(axes), keepdims=keep)


def product(x, axes, keep):
    wide = x if x.dtype.kind in "iu" else widened(x)
    return np.prod(wide, axis=chosen(axes), keepdims=keep, dtype=wide.dtype).astype(x.dtype)


def product_bound(dtype, operands, result, axes, keep):
    """One rounding for each factor."""
    count = max(1, operands[0].size // max(1, np.size(result)))
    return (count + 1) * EPSILON[dtype] * np.abs(np.asarray(result, dtype=np.float64))


def logical(reference):
    return lambda x, axes, keep: reference(x != 0, axis=chosen(axes), keepdims=keep)


def variance(x, axes, keep):
    wide = x.astype(np.float64) if x.dtype.kind in "iu" else widened(x)
    return np.var(wide, axis=chosen(axes), keepdims=keep).astype(x.dtype if x.dtype.kind == "f" else np.float64)


def variance_bound(dtype, operands, result, axes, keep):
    """That of a mean of the squares, whose terms have the rounding of the mean itself."""
    largest = np.max(np.abs(operands[0].astype(np.float64)), initial=1)
    return np.full(np.shape(result), 32 * EPSILON[dtype if kind(dtype) == "float" else "f64"] * largest * largest)


def deviation(x, axes, keep):
    return np.std(widened(x), axis=chosen(axes), keepdims=keep).astype(x.dtype)


def deviation_bound(dtype, operands, result, axes, keep):
    """The root of a variance near 0 magnifies its error: no more than the root of that."""
    error = variance_bound(dtype, operands, result, axes, keep)
    return np.minimum(np.sqrt(error), error / np.maximum(np.asarray(result, np.float64), 1e-300)) + EPSILON[dtype if kind(dtype) == "float" else "f64"] * np.asarray(result, np.float64)


def euclidean(x, axes, keep):
    return np.sqrt(np.sum(widened(x) ** 2, axis=chosen(axes), keepdims=keep)).astype(x.dtype)


def euclidean_bound(dtype, operands, result, axes, keep):
    return 8 * EPSILON[dtype] * np.abs(np.asarray(result, dtype=np.float64))


def index_of(reference):
    return lambda x, axis, keep: reference(x, axis=axis, keepdims=keep).astype(np.int64)


def euclidean_of_bools(x, axes, keep):
    return np.sqrt(np.sum(x, axis=chosen(axes), keepdims=keep, dtype=np.float64))


ROWS = [
    Row("sum", plain(np.sum), BOOL, reduced_shapes()),
    Row("prod", plain(np.prod), BOOL, reduced_shapes()),
    Row("mean", plain(np.mean), BOOL, reduced_shapes(empty=False)),
    Row("var", plain(np.var), BOOL, reduced_shapes(empty=False), tolerance=Absolute(variance_bound)),
    Row("std", plain(np.std), BOOL, reduced_shapes(empty=False), tolerance=Absolute(deviation_bound)),
    Row("norm", euclidean_of_bools, BOOL, reduced_shapes()),
    Row("max", plain(np.max), BOOL, reduced_shapes(empty=False)),
    Row("min", plain(np.min), BOOL, reduced_shapes(empty=False)),
    Row("argmax", index_of(np.argmax), BOOL, reduced_shapes(empty=False, one_axis=True)),
    Row("argmin", index_of(np.argmin), BOOL, reduced_shapes(empty=False, one_axis=True)),
    Row("sum", total, INTEGERS, reduced_shapes()),
    Row("sum", total, FLOATS, reduced_shapes(), (moderate,), Absolute(sum_bound)),
    Row("prod", product, INTEGERS, reduced_shapes()),
    Row("prod", product, FLOATS, reduced_shapes(), (between(0.75, 1.25),), Absolute(product_bound)),
    Row("any", logical(np.any), ALL_REAL, reduced_shapes()),
    Row("all", logical(np.all), ALL_REAL, reduced_shapes()),
    Row("count_nonzero", lambda x, axes, keep: np.asarray(np.count_nonzero(x, axis=chosen(axes), keepdims=keep)).astype(np.int64), ALL_REAL, reduced_shapes()),
    Row("var", variance, ["i8", "u8", "i16"] + FLOATS, reduced_shapes(empty=False), (moderate,), Absolute(variance_bound)),
    Row("std", deviation, FLOATS, reduced_shapes(empty=False), (moderate,), Absolute(deviation_bound)),
    Row("norm", euclidean, FLOATS, reduced_shapes(), (between(-4, 4),), Absolute(euclidean_bound)),
    Row("mean", mean, REALS, reduced_shapes(), (moderate,), Absolute(mean_bound)),
    Row("max", plain(np.max), REALS, reduced_shapes(empty=False), (distinct_zero,)),
    Row("min", plain(np.min), REALS, reduced_shapes(empty=False), (distinct_zero,)),
    Row("argmax", index_of(np.argmax), REALS, reduced_shapes(empty=False, one_axis=True)),
    Row("argmin", index_of(np.argmin), REALS, reduced_shapes(empty=False, one_axis=True)),
    Row("logsumexp", logsumexp, FLOATS, reduced_shapes(), (moderate,), Absolute(logsumexp_bound)),
    Row("softmax", softmax, FLOATS, softmax_shapes, (moderate,), Absolute(softmax_bound)),
]
