"""Convolutions and pooling, from NumPy's view of all windows."""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cases import COMPLEX, EPSILON, FLOATS, INTEGERS, Absolute, Exact, Row, distinct_zero, kind, moderate, widened


def widths(same, padding, extents, window, strides, dilations):
    if not same:
        return list(zip(padding[::2], padding[1::2])) if padding else [(0, 0)] * len(extents)
    result = []
    for n, k, s, d in zip(extents, window, strides, dilations):
        total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        result.append((total // 2, total - total // 2))
    return result


def windows(x, window, strides, dilations, pads, value):
    """[batch, places..., channels, window...] of x with its channels last."""
    x = np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=value)
    spatial = len(window)
    reach = [(k - 1) * d + 1 for k, d in zip(window, dilations)]
    view = sliding_window_view(x, reach, axis=tuple(range(1, spatial + 1)))
    places = [slice(None, None, s) for s in strides]
    taps = [slice(None, None, d) for d in dilations]
    return view[(slice(None), *places, slice(None), *taps)]


def to_last(x, channels_first):
    return np.moveaxis(x, 1, -1) if channels_first else x


def from_last(x, channels_first):
    return np.moveaxis(x, -1, 1) if channels_first else x


def products(x, filter, pads, strides, dilations, groups):
    spatial = filter.ndim - 2
    all_windows = windows(x, filter.shape[:spatial], strides, dilations, pads, 0)
    taken, made = filter.shape[spatial], filter.shape[spatial + 1] // groups
    parts = []
    for g in range(groups):
        one = all_windows[(slice(None),) * (spatial + 1) + (slice(g * taken, (g + 1) * taken),)]
        one = np.moveaxis(one, spatial + 1, -1)  # [batch, places..., window..., taken]
        parts.append(np.tensordot(one, filter[..., g * made:(g + 1) * made], spatial + 1))
    return np.concatenate(parts, axis=-1)


def convolution(x, filter, *, strides, dilations, same=None, padding=None, groups=1, channels_first=None):
    x = to_last(x, channels_first)
    spatial = filter.ndim - 2
    pads = widths(same, padding, x.shape[1:-1], filter.shape[:spatial], strides, dilations)
    return from_last(products(x, filter, pads, strides, dilations, groups), channels_first)


def depthwise(x, filter, *, channels_first=None, **rest):
    channels = x.shape[1] if channels_first else x.shape[-1]
    return convolution(x, filter.reshape(*filter.shape[:2], 1, -1), groups=channels, channels_first=channels_first, **rest)


def transposed(x, filter, *, strides, dilations, same=None, padding=None, groups=1, channels_first=None):
    """By what it is: each element of x puts the filter, times itself, down where conv2d would have read it."""
    x = to_last(x, channels_first)
    batch, *extents, channels = x.shape
    reach = [(k - 1) * d + 1 for k, d in zip(filter.shape, dilations)]
    if same:
        pads = [(max(r - s, 0) // 2, max(r - s, 0) - max(r - s, 0) // 2) for r, s in zip(reach, strides)]
        result = [n * s for n, s in zip(extents, strides)]
    elif padding:
        pads = list(zip(padding[::2], padding[1::2]))
        result = [(n - 1) * s + r - sum(p) for n, s, r, p in zip(extents, strides, reach, pads)]
    else:
        pads = [(0, 0)] * 2
        result = [(n - 1) * s + max(r, s) for n, s, r in zip(extents, strides, reach)]
    made, taken = filter.shape[2], channels // groups
    whole = [max((n - 1) * s + r, m + p[0]) for n, s, r, m, p in zip(extents, strides, reach, result, pads)]
    total = np.zeros([batch, *whole, made * groups], dtype=np.result_type(x, filter))
    for kh in range(filter.shape[0]):
        for kw in range(filter.shape[1]):
            at = [slice(k * d, k * d + (n - 1) * s + 1, s) for k, d, n, s in zip((kh, kw), dilations, extents, strides)]
            for g in range(groups):
                part = x[..., g * taken:(g + 1) * taken] @ filter[kh, kw, :, g * taken:(g + 1) * taken].T
                total[(slice(None), *at, slice(g * made, (g + 1) * made))] += part
    total = total[(slice(None), *(slice(p[0], p[0] + m) for p, m in zip(pads, result)))]
    return from_last(total, channels_first)


# --- shapes ------------------------------------------------------------------------------------------------------------

def sliding(rng, extents, window, transposed=False):
    """Attributes with which the window fits somewhere."""
    attributes = {"strides": [int(rng.integers(1, 4)) for _ in extents], "dilations": [1] * len(extents)}
    if rng.random() < 0.3:
        attributes["dilations"] = [int(rng.integers(1, 4)) for _ in extents]
    reach = [(k - 1) * d + 1 for k, d in zip(window, attributes["dilations"])]
    fits = all(n >= r for n, r in zip(extents, reach)) or transposed
    style = int(rng.integers(0, 3))
    if style == 0 or not fits and style == 1:
        attributes["same"] = True
    elif style == 2 or not fits:
        padding = []
        for n, r in zip(extents, reach):
            most = r - 1
            need = 0 if transposed else max(r - n, 0)
            before = int(rng.integers(0, most + 1))
            after = int(rng.integers(0, most + 1))
            if transposed:
                before, after = min(before, (n - 1) // 2), min(after, (n - 1) // 2)
            padding += [max(before, need), after]
        attributes["padding"] = padding
    if rng.random() < 0.3:
        attributes["channels_first"] = True
    return attributes


def layout(shape, attributes):
    return (shape[0], shape[-1], *shape[1:-1]) if attributes.get("channels_first") else shape


CHANNELS = [1, 1, 2, 3, 4, 8, 16, 17, 24, 33]


def convolution_shapes(spatial, transposed=False, depthwise=False):
    def family(rng, index):
        window = [int(rng.integers(1, 5)) for _ in range(spatial)]
        extents = [int(rng.integers(1, 20 if spatial == 1 else 6 if transposed else 10)) for _ in range(spatial)]
        batch = 0 if index % 29 == 28 else int(rng.integers(1, 4))
        attributes = sliding(rng, extents, window, transposed)
        channels, made = (int(rng.choice(CHANNELS)) for _ in range(2))
        groups = 1
        if not depthwise and rng.random() < 0.25:
            groups = int(rng.choice([2, 3, 5]))
            channels, made = groups * int(rng.integers(1, 5)), groups * int(rng.integers(1, 10))
            attributes["groups"] = groups
        if transposed:
            filter = (*window, made // groups, channels)
        elif depthwise:
            filter = (*window, channels, int(rng.choice([1, 1, 2, 3])))
        else:
            filter = (*window, channels // groups, made)
        return [layout((batch, *extents, channels), attributes), filter], attributes
    return family


def pool_shapes(rng, index):
    spatial = int(rng.integers(1, 4))
    window = [int(rng.integers(1, 4)) for _ in range(spatial)]
    extents = [int(rng.integers(1, 12 if spatial < 3 else 6)) for _ in range(spatial)]
    attributes = {"window": window, **sliding(rng, extents, window)}
    shape = (0 if index % 29 == 28 else int(rng.integers(1, 4)), *extents, int(rng.choice(CHANNELS)))
    return [layout(shape, attributes)], attributes


def average_shapes(rng, index):
    shapes, attributes = pool_shapes(rng, index)
    while True:  # a window that is in padding alone has no mean
        counts = pooled(np.ones(shapes[0]), {**attributes, "count_padding": False}, 0, np.sum) if shapes[0][0] else np.ones(1)
        if counts.size == 0 or counts.min() > 0:
            break
        shapes, attributes = pool_shapes(rng, index)
    if rng.random() < 0.3:
        attributes["count_padding"] = True
    return shapes, attributes


# --- references and bounds ---------------------------------------------------------------------------------------------

def in_wide(reference):
    def wide(x, filter, **attributes):
        up = widened if x.dtype.kind in "fc" else (lambda array: array)
        with np.errstate(all="ignore"):
            return reference(up(x), up(filter), **attributes).astype(x.dtype)
    return wide


def product_bound(reference):
    def bound(dtype, operands, result, **attributes):
        if kind(dtype) == "integer":
            return np.zeros(np.shape(result))
        magnitude = reference(*(np.abs(operand).astype(np.float64) for operand in operands), **attributes)
        terms = max(4, int(np.prod(operands[1].shape[:3])))
        return 2 * terms * EPSILON[dtype] * magnitude
    return bound


def pooled(x, attributes, value, reduce):
    attributes = dict(attributes)
    channels_first = attributes.get("channels_first")
    x = to_last(x, channels_first)
    window, strides, dilations = attributes["window"], attributes["strides"], attributes["dilations"]
    pads = widths(attributes.get("same"), attributes.get("padding"), x.shape[1:-1], window, strides, dilations)
    view = windows(x, window, strides, dilations, pads, value)
    return from_last(reduce(view, axis=tuple(range(-len(window), 0))), channels_first)


def max_pool(x, **attributes):
    least = np.iinfo(x.dtype).min if x.dtype.kind in "iu" else -np.inf
    return pooled(x, attributes, least, np.max)


def avg_pool(x, **attributes):
    wide = widened(x)
    sums = pooled(wide, attributes, 0, np.sum)
    counted = np.ones_like(wide)
    counts = np.prod(attributes["window"]) if attributes.get("count_padding") else pooled(counted, attributes, 0, np.sum)
    return (sums / counts).astype(x.dtype)


def mean_bound(dtype, operands, result, **attributes):
    magnitude = avg_pool(np.abs(operands[0]).astype(np.float64), **attributes)
    return 2 * max(4, np.prod(attributes["window"])) * EPSILON[dtype] * magnitude


def convolution_row(op, reference, shapes, weight=1):
    wide = in_wide(reference)
    return Row(op, wide, INTEGERS + FLOATS + COMPLEX, shapes, (moderate,), Absolute(product_bound(reference)), weight=weight)


ROWS = [
    convolution_row("conv1d", convolution, convolution_shapes(1)),
    convolution_row("conv2d", convolution, convolution_shapes(2)),
    convolution_row("depthwise_conv2d", depthwise, convolution_shapes(2, depthwise=True)),
    convolution_row("conv2d_transpose", transposed, convolution_shapes(2, transposed=True)),
    Row("max_pool", max_pool, INTEGERS + FLOATS, pool_shapes, (distinct_zero,), Exact()),
    Row("avg_pool", avg_pool, FLOATS, average_shapes, (moderate,), Absolute(mean_bound)),
]
