"""Conversions between element types. Floats saturate, as NumPy leaves open."""
import numpy as np

from cases import ALL_REAL, NUMPY, Row, kind, to_bf16, unary_shapes


def converted(to):
    def reference(x, dtype):
        if kind(to) == "integer" and x.dtype.kind == "f":
            limits = np.iinfo(NUMPY[to])
            whole = np.trunc(np.where(np.isnan(x), 0, x).astype(np.longdouble))
            return np.clip(whole, np.longdouble(limits.min), np.longdouble(limits.max)).astype(NUMPY[to])
        if to == "bf16":
            return to_bf16_once(x)
        return x.astype(NUMPY[to])
    return reference


def to_bf16_once(x):
    """To bf16 with one rounding from any format: round to odd in f32 on the way."""
    if x.dtype.kind == "b" or x.dtype.itemsize <= 2 or x.dtype == np.float32:
        return to_bf16(x.astype(np.float32))
    exact = x.astype(np.longdouble).reshape(-1)
    near = exact.astype(np.float32)
    bits = near.view(np.uint32)
    away = np.abs(near.astype(np.longdouble)) > np.abs(exact)
    inexact = (near.astype(np.longdouble) != exact) & np.isfinite(near)
    bits = np.where(inexact & away, bits - 1, bits)
    bits = np.where(inexact, bits | 1, bits).astype(np.uint32)
    return to_bf16(bits.view(np.float32)).reshape(x.shape)


def shapes(to):
    def family(rng, index):
        return unary_shapes(rng, index)[0], {"dtype": to}
    return family


ROWS = [Row("cast", converted(to), ALL_REAL, shapes(to), result=to, weight=0.25) for to in ALL_REAL]
