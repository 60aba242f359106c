#!/usr/bin/env python3
"""NumPy as a peer of the benchmarks; figures.py says how it is asked."""
import time

import numpy as np

from figures import serve


def top_k(x, k):
    """The k greatest in order and their indices, as NumPy's users do it."""
    some = np.argpartition(x, x.size - k)[x.size - k:]
    indices = some[np.argsort(-x[some], kind="stable")]
    return x[indices], indices


def picking(x):
    """x[i], with i from x itself: made before it is timed."""
    indices = (x.reshape(len(x), -1)[:, 0] * np.float32(len(x))).astype(np.int64)
    return lambda values: values[indices]


def mandelbrot(extents, x, y):
    """Row by row how many points are near, in how many trips: whole arrays, written over where that saves memory."""
    rows, columns, trips = extents
    y = y.reshape(rows, 1)

    def run():
        re, im = np.zeros((rows, columns), np.float32), np.zeros((rows, columns), np.float32)
        count = np.zeros((rows, columns), np.int32)
        re2, im2, near = np.empty_like(re), np.empty_like(re), np.empty(re.shape, bool)
        with np.errstate(all="ignore"):
            for _ in range(trips):
                np.multiply(re, re, out=re2)
                np.multiply(im, im, out=im2)
                np.multiply(im, re, out=im)
                np.multiply(im, np.float32(2), out=im)
                np.add(im, y, out=im)
                np.subtract(re2, im2, out=re)
                np.add(re, x, out=re)
                np.add(re2, im2, out=re2)
                np.less_equal(re2, np.float32(4), out=near)
                np.add(count, near, out=count)
        return count.sum(axis=1)

    return run


def drawing(method, x, dtype):
    """Draws of NumPy's fastest generator for them, into memory that is there already."""
    out, draws = np.empty(x.shape, dtype), {}
    for bits in (np.random.SFC64, np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox):
        draw = getattr(np.random.Generator(bits(1)), method)
        fill = lambda _, draw=draw: draw(out=out, dtype=dtype)
        fill(x)
        start = time.perf_counter()
        fill(x)
        draws[time.perf_counter() - start] = fill
    return draws[min(draws)]


PREPARED = {
    "gather": picking,
    "gather_rows": picking,
    "uniform": lambda x: drawing("random", x, np.float32),
    "normal": lambda x: drawing("standard_normal", x, np.float32),
    "uniform_f64": lambda x: drawing("random", x, np.float64),
    "normal_f64": lambda x: drawing("standard_normal", x, np.float64),
}
OPS = {
    "remainder": lambda x: np.remainder(x, np.float32(0.7)),
    "argmax": lambda x: np.argmax(x, axis=1),
    "sort": np.sort,
    "argsort": lambda x: np.argsort(x, kind="stable"),
    "top_k": lambda x: top_k(x, 100)[0],
    "cumulative_sum": np.cumsum,
    "cumulative_prod": np.cumprod,
    "cumulative_max": np.maximum.accumulate,
    "inv": np.linalg.inv,
}


def prepare(name, extents, inputs):
    if name == "mandelbrot":
        return mandelbrot(extents, *inputs)
    x = inputs[0].reshape(extents)
    op = PREPARED[name](x) if name in PREPARED else OPS[name]
    return lambda: op(x)


if __name__ == "__main__":
    serve(prepare, np.__version__)
