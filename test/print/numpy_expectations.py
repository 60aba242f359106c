#!/usr/bin/env python3
"""Writes how NumPy shows arrays to numpy-expected.data beside this file: `numpy_expectations.py`.

Each case is a line `dtype extents precision suppress threshold edge_items line_width bytes` (extents joined by x, a dash for none;
bytes in hexadecimal, repeated until the array is full, a dash for none), the lines that NumPy prints, each after a bar, and an empty line.
"""
import pathlib

import numpy as np

TYPES = {"bool": "?", "i8": "i1", "i16": "i2", "i32": "i4", "i64": "i8", "u8": "u1", "u16": "u2", "u32": "u4", "u64": "u8",
         "f16": "f2", "f32": "f4", "f64": "f8", "c64": "c8", "c128": "c16"}
FLOATS = ["f16", "f32", "f64"]
DEFAULTS = {"precision": 8, "suppress": False, "threshold": 1000, "edgeitems": 3, "linewidth": 75}
PERIOD = 61  # elements after which large arrays repeat, for the sake of the file's size


def random_bits(rng, dtype, shape):
    numpy_type = np.dtype(TYPES[dtype])
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    bits = rng.integers(0, 256, (*shape, numpy_type.itemsize), dtype=np.uint8)
    values = bits.reshape(-1).view(numpy_type).reshape(shape)
    return np.where(np.isnan(values), 1, values).astype(numpy_type) if numpy_type.kind == "f" else values


def scalars():
    floats = [0.0, -0.0, 1.0, -1.5, 0.1, 1 / 3, 2 / 3, 1e-4, 9.9e-5, 1e-5, 123456.0, 12345678.0, 1e8, 1e15, 9.99e15, 1e16, 1e17, 1e-300, 1e300,
              np.pi, np.nan, np.inf, -np.inf, 5e-324, 65504.0, 6e-8]
    for dtype in FLOATS:
        for value in floats:
            yield dtype, np.array(value, dtype=TYPES[dtype]), {}
    for dtype in ("c64", "c128"):
        for value in (0j, 1 + 2j, -1.5 - 0.1j, 1e20 + 1e-7j, complex(np.nan, np.inf), complex(-0.0, 1), complex(0, -1), complex(np.inf, -np.inf)):
            yield dtype, np.array(value, dtype=TYPES[dtype]), {}
    for dtype in list(TYPES)[:9]:
        for value in (0, 1, 100):
            yield dtype, np.array(value).astype(TYPES[dtype]), {}


def chosen():
    """Rules that one meets: when columns turn scientific, what nan and inf widen, where lines wrap."""
    lists = [[1.0, 2.0], [0.5, 10.25, -3.0], [1e8, 1.0], [99999999.0, 1.0], [1.0, 1001.0], [1.0, 1000.0], [0.0001, 0.01], [0.00009, 0.01], [1e-10, 0],
             [np.nan, 1.0], [np.inf, 1.5, -np.inf], [np.nan, np.nan], [np.inf], [-np.inf], [np.inf, 1e10], [np.nan, 12345.678], [0.1, 0.2, 0.3],
             [1 / 3, 1e5], [1 / 3, 100], [1e300, 1e-300], [1e100], [-1e-5, 1e5], [0.0], [-0.0, 0.0], [1.00000001, 1], [123456789.123, 0.1],
             [1e-12, 1.0], [1.5e-9, 2.5], [0.1, 12345.6789], [3.14159265358979, 2.718281828], [1, 10, 100, 1000, 10000], [5e-324, 1e308],
             [0.30000001, 0.3], [2.0**-24, 1.0], [1e22, 1e23], [999.9999999, 0.5], [0.99999999999, 1]]
    for values in lists:
        for dtype in FLOATS:
            yield dtype, np.array(values).astype(TYPES[dtype]), {}
            yield dtype, np.array(values).astype(TYPES[dtype]), {"precision": 3}
            yield dtype, np.array(values).astype(TYPES[dtype]), {"suppress": True}
        for dtype in ("c64", "c128"):
            yield dtype, (np.array(values) + 1j * np.array(values[::-1])).astype(TYPES[dtype]), {}


def shaped(rng):
    shapes = [(0,), (1,), (3, 0), (2, 3), (2, 3, 4), (1, 1, 1, 1, 1), (2, 1, 2, 1, 3), (30,), (100,), (7, 40), (1001,), (1000,), (40, 30), (11, 11, 11),
              (3, 400), (1001, 1), (2, 2, 300)]
    for shape in shapes:
        for dtype in TYPES:
            yield dtype, random_bits(rng, dtype, shape), {}
        for dtype in FLOATS:
            yield dtype, rng.standard_normal(shape).astype(TYPES[dtype]), {}
    for options in ({"threshold": 5}, {"threshold": 5, "edgeitems": 1}, {"linewidth": 20}, {"linewidth": 5}, {"precision": 0}, {"precision": 1, "suppress": True},
                    {"threshold": 0, "edgeitems": 2}, {"precision": 20}):
        for dtype in TYPES:
            yield dtype, (rng.standard_normal((4, 9)) * 100).astype(TYPES[dtype]), options


def main():
    np.seterr(all="ignore")
    rng = np.random.default_rng(11)
    lines, count = [], 0
    for dtype, array, changes in [*scalars(), *chosen(), *shaped(rng)]:
        options = {**DEFAULTS, **changes}
        array = np.resize(array.reshape(-1)[:PERIOD], array.shape)
        with np.printoptions(**options):
            text = str(array)
        extents = "x".join(map(str, array.shape)) or "-"
        data = np.ascontiguousarray(array).tobytes()[:PERIOD * array.itemsize]
        words = [dtype, extents, options["precision"], int(options["suppress"]), options["threshold"], options["edgeitems"], options["linewidth"],
                 data.hex() or "-"]
        lines.append(" ".join(map(str, words)))
        lines += ["|" + line for line in text.split("\n")] + [""]
        count += 1
    path = pathlib.Path(__file__).with_name("numpy-expected.data")
    path.write_text("\n".join(lines[:-1]) + "\n")
    print(f"{count} cases in {path}")


if __name__ == "__main__":
    main()
