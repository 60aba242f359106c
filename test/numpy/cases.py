"""Rows of the NumPy comparison: what an op is tried on, and what NumPy says about it.

A row belongs to one op of the driver (ops/*.cpp). For each dtype, `shapes` gives operand shapes and attributes (the corner cases
first, random ones behind them), `domains` the operands' values, `reference` the expected results. bf16, which NumPy lacks, is held
in float32 arrays of values that bf16 has; results are rounded to it.
"""
import dataclasses
import math
import typing

import numpy as np

BOOL = ["bool"]
SIGNED = ["i8", "i16", "i32", "i64"]
UNSIGNED = ["u8", "u16", "u32", "u64"]
INTEGERS = SIGNED + UNSIGNED
FLOATS = ["f16", "bf16", "f32", "f64"]
COMPLEX = ["c64", "c128"]
REALS = INTEGERS + FLOATS
ALL_REAL = BOOL + REALS

NUMPY = {
    "bool": np.bool_, "i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64, "u8": np.uint8, "u16": np.uint16,
    "u32": np.uint32, "u64": np.uint64, "f16": np.float16, "bf16": np.float32, "f32": np.float32, "f64": np.float64,
    "c64": np.complex64, "c128": np.complex128,
}
NAMES = {np.dtype(type): name for name, type in NUMPY.items() if name != "bf16"}
EPSILON = {"f16": 2.0**-10, "bf16": 2.0**-7, "f32": 2.0**-23, "f64": 2.0**-52, "c64": 2.0**-23, "c128": 2.0**-52}


def kind(dtype):
    return "bool" if dtype == "bool" else {"i": "integer", "u": "integer", "f": "float", "b": "float", "c": "complex"}[dtype[0]]


# --- bf16 --------------------------------------------------------------------------------------------------------------

def to_bf16(values):
    """The float32 values nearest to `values` that bf16 has; ties to even."""
    single = np.asarray(values, dtype=np.float32)
    flat = np.ascontiguousarray(single).reshape(-1)
    bits = flat.view(np.uint32)
    rounded = ((bits + (np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1)))) & np.uint32(0xFFFF0000)).view(np.float32)
    return np.where(np.isnan(flat), flat, rounded).reshape(single.shape)


def encode(array, dtype):
    """The elements as Burin keeps them."""
    if dtype == "bf16":
        nan = np.isnan(array)
        bits = to_bf16(array).reshape(-1).view(np.uint32) >> np.uint32(16)
        return np.where(nan.reshape(-1), np.uint16(0x7FC0), bits).astype(np.uint16).tobytes()
    return np.ascontiguousarray(array, dtype=NUMPY[dtype]).tobytes()


# --- values ------------------------------------------------------------------------------------------------------------
# A domain makes an array of a dtype and shape, in several styles: each draw of a case uses the next one.

STYLES = 4


def _floats(rng, dtype, shape, style):
    if style == 0:
        values = rng.standard_normal(shape) * 10.0 ** rng.integers(-2, 3)
    elif style == 1:
        limits = np.finfo(np.float32 if dtype == "bf16" else NUMPY[dtype])
        specials = [0.0, -0.0, 1.0, -1.0, 0.5, 2.5, np.nan, np.inf, -np.inf, float(limits.max), float(limits.min), float(limits.tiny),
                    -float(limits.tiny) / 4, float(limits.eps), math.pi, 100.0]
        values = np.where(rng.random(shape) < 0.7, rng.choice(specials, shape), rng.standard_normal(shape))
    elif style == 2:
        values = rng.integers(-8, 9, shape) / 2.0
    else:
        limits = np.finfo(np.float32 if dtype == "bf16" else NUMPY[dtype])
        values = rng.standard_normal(shape) * 2.0 ** rng.integers(limits.minexp // 2, limits.maxexp // 2, shape)
    values = np.asarray(values).astype(NUMPY[dtype])
    return to_bf16(values) if dtype == "bf16" else values


def full(rng, dtype, shape, style):
    """Everything the dtype has: NaN, infinities, signed zeros, subnormals, extremes of integers."""
    what = kind(dtype)
    if what == "bool":
        return rng.integers(0, 2, shape).astype(np.bool_)
    if what == "integer":
        limits = np.iinfo(NUMPY[dtype])
        low, high = int(limits.min), int(limits.max)
        if style == 0:
            return rng.integers(max(low, -20), 21, shape).astype(NUMPY[dtype])
        if style == 1:
            extremes = [low, low + 1, 0, 1, high, high - 1, high // 2] + ([-1, -2] if low < 0 else [2, 3])
            return rng.choice(np.array(extremes, dtype=NUMPY[dtype]), shape)
        if style == 2:
            return rng.integers(max(low, -3), 4, shape).astype(NUMPY[dtype])
        return rng.integers(low, high, shape, dtype=NUMPY[dtype], endpoint=True)
    if what == "complex":
        part = "f32" if dtype == "c64" else "f64"
        return (full(rng, part, shape, style) + 1j * full(rng, part, shape, style)).astype(NUMPY[dtype])
    return _floats(rng, dtype, shape, style)


def moderate(rng, dtype, shape, style):
    """Finite numbers whose sums and products stay finite."""
    if kind(dtype) == "complex":
        part = "f32" if dtype == "c64" else "f64"
        return (_floats(rng, part, shape, style % 2 * 2) + 1j * _floats(rng, part, shape, style % 2 * 2)).astype(NUMPY[dtype])
    if kind(dtype) != "float":
        return full(rng, dtype, shape, style)
    return _floats(rng, dtype, shape, 2) if style % 2 else to_dtype(np.clip(rng.standard_normal(shape), -4, 4), dtype)


def between(low, high):
    """Uniform in [low, high]; whole for integers."""
    def domain(rng, dtype, shape, style):
        if kind(dtype) == "integer":
            return rng.integers(low, high, shape, endpoint=True).astype(NUMPY[dtype])
        return to_dtype(rng.uniform(low, high, shape), dtype)
    return domain


def to_dtype(values, dtype):
    return to_bf16(values) if dtype == "bf16" else np.asarray(values).astype(NUMPY[dtype])


# --- shapes ------------------------------------------------------------------------------------------------------------
# A family gives, for the index-th template of an op, the operands' shapes and the attributes.

def random_shape(rng, low_rank=0, high_rank=5, zeros=True):
    rank = int(rng.integers(low_rank, high_rank, endpoint=True))
    shape = [int(extent) for extent in rng.choice([1, 2, 3, 4, 5], rank)]
    if rank and rng.random() < 0.3:
        shape[-1] = int(rng.integers(6, 40))
    if zeros and rank and rng.random() < 0.08:
        shape[int(rng.integers(rank))] = 0
    while math.prod(shape) > 500:
        shape[int(np.argmax(shape))] = 2
    return tuple(shape)


UNARY_CORNERS = [(), (0,), (1,), (67,), (3, 5), (2, 0, 3), (17, 9), (2, 1, 3, 2), (2, 2, 1, 2, 3)]
BINARY_CORNERS = [((), ()), ((5,), ()), ((), (5,)), ((3, 1), (1, 4)), ((2, 3, 4), (3, 1)), ((0,), (1,)), ((1,), (2, 0)), ((33,), (33,)),
                  ((4, 1, 3), (2, 1)), ((67,), (1,)), ((2, 1, 2, 1, 3), (1, 2, 1, 2, 1)), ((3, 5), (3, 5))]


def unary_shapes(rng, index):
    return [UNARY_CORNERS[index] if index < len(UNARY_CORNERS) else random_shape(rng)], {}


def broadcast_shapes(count):
    """Shapes of `count` operands that broadcast."""
    def family(rng, index):
        if index < len(BINARY_CORNERS):
            corner = BINARY_CORNERS[index]
            return [corner[i % 2] for i in range(count)], {}
        whole = random_shape(rng)
        shapes = []
        for _ in range(count):
            shape = [1 if rng.random() < 0.25 else extent for extent in whole]
            shapes.append(tuple(shape[int(rng.integers(len(shape) + 1)) if rng.random() < 0.3 else 0:]))
        return shapes, {}
    return family


def distinct_zero(rng, dtype, shape, style):
    """Without zeros, of which NumPy leaves open which is the greater."""
    values = full(rng, dtype, shape, style)
    return np.where(values == 0, np.ones_like(values), values)


# --- tolerances --------------------------------------------------------------------------------------------------------

@dataclasses.dataclass
class Exact:
    """Bit for bit, but that any NaN equals any other."""


@dataclasses.dataclass
class Ulps:
    """Within `limit` units in the last place of NumPy's result in the next wider format, rounded."""
    limit: int


@dataclasses.dataclass
class Absolute:
    """Within `bound(dtype, operands, result, **attributes)` of NumPy's result, an array for each result."""
    bound: typing.Callable


# --- rows --------------------------------------------------------------------------------------------------------------

@dataclasses.dataclass
class Row:
    op: str                       # as the driver calls it
    reference: typing.Callable    # (*operands, **attributes) -> array, or a tuple of them
    dtypes: list                  # of the first operand; with `others` of the rest
    shapes: typing.Callable = unary_shapes
    domains: tuple = (full,)      # one for each operand; the last one serves all others
    tolerance: object = dataclasses.field(default_factory=Exact)
    others: tuple = ()            # dtypes of the second, third ... operand; None: that of the first
    wide: bool = False            # the reference is computed in the next wider format
    result: object = None         # the results' dtype: a name, or a function of the first dtype; None: as NumPy has it
    weight: float = 1             # how many templates, compared with other rows

    def operand_dtypes(self, dtype, count):
        rest = [self.others[i] if i < len(self.others) and self.others[i] else dtype for i in range(count - 1)]
        return [dtype, *rest][:count]


def widened(array):
    """In the next wider format, for references."""
    wider = {np.dtype(np.float16): np.float64, np.dtype(np.float32): np.float64, np.dtype(np.float64): np.longdouble,
             np.dtype(np.complex64): np.complex128, np.dtype(np.complex128): np.clongdouble}
    return array.astype(wider.get(array.dtype, array.dtype))


def unary(op, reference, dtypes, ulps=None, **rest):
    return Row(op, reference, dtypes, unary_shapes, **_accuracy(ulps), **rest)


def binary(op, reference, dtypes, ulps=None, **rest):
    return Row(op, reference, dtypes, broadcast_shapes(2), **_accuracy(ulps), **rest)


def _accuracy(ulps):
    return {} if ulps is None else {"tolerance": Ulps(ulps), "wide": True}


# --- writing -----------------------------------------------------------------------------------------------------------

def spell(value):
    """An attribute's value as the driver reads it."""
    if isinstance(value, (bool, np.bool_)):
        return "1" if value else "0"
    if isinstance(value, (list, tuple)):
        return ",".join(spell(item) for item in value)
    if isinstance(value, (int, np.integer, str)):
        return str(value)
    return repr(float(value))


def specification(dtype, shape):
    return f"{dtype}[{','.join(map(str, shape))}]"


def result_dtype(row, dtype, array):
    if callable(row.result):
        return row.result(dtype)
    if row.result:
        return row.result
    if kind(dtype) in ("float", "complex") and row.wide and array.dtype.kind in "fc":
        if kind(dtype) == "complex" and array.dtype.kind == "f":
            return "f32" if dtype == "c64" else "f64"
        return dtype
    if dtype == "bf16" and array.dtype == np.float32:
        return "bf16"
    return NAMES[array.dtype]


def make_draw(row, dtype, dtypes, shapes, attributes, style, rng):
    """Operands, results, results' dtypes, bounds."""
    operands = []
    for i, (operand_dtype, shape) in enumerate(zip(dtypes, shapes)):
        domain = row.domains[min(i, len(row.domains) - 1)]
        values = np.asarray(domain(rng, operand_dtype, shape, style))
        if values.ndim and rng.random() < 0.25:  # as a view with a negative stride would come
            values = np.ascontiguousarray(values[..., ::-1])
        operands.append(values)
    arrays = [widened(array) for array in operands] if row.wide else operands
    results = row.reference(*arrays, **attributes)
    results = [np.asarray(result) for result in (results if isinstance(results, tuple) else (results,))]
    result_dtypes = [result_dtype(row, dtype, result) for result in results]
    bounds = []
    if isinstance(row.tolerance, Absolute):
        bound = row.tolerance.bound(dtype, operands, results[0] if len(results) == 1 else results, **attributes)
        for i, result in enumerate(results):
            one = bound[i] if isinstance(bound, (list, tuple)) else bound
            bounds.append(np.broadcast_to(np.asarray(one, dtype=np.float64), result.shape))
    return operands, results, result_dtypes, bounds


def write_case(out, row, dtype, shapes, attributes, draws, rng):
    """One template with `draws` sets of values."""
    dtypes = row.operand_dtypes(dtype, len(shapes))
    made = [make_draw(row, dtype, dtypes, shapes, attributes, style % STYLES, rng) for style in range(draws)]
    _, results, result_dtypes, _ = made[0]
    tolerance = {Exact: "exact", Absolute: "absolute"}.get(type(row.tolerance)) or f"ulps:{row.tolerance.limit}"
    words = [row.op, str(draws), tolerance, "in", *map(specification, dtypes, shapes)]
    words += ["out", *(specification(name, result.shape) for name, result in zip(result_dtypes, results))]
    words += ["with", *(f"{key}={spell(value)}" for key, value in attributes.items() if value is not None)]
    out.write((" ".join(words) + "\n").encode())
    for operands, results, _, bounds in made:
        for name, array in zip(dtypes, operands):
            out.write(encode(array, name))
        for name, array in zip(result_dtypes, results):
            out.write(encode(array, name))
        for bound in bounds:
            out.write(np.ascontiguousarray(bound).tobytes())
