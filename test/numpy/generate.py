#!/usr/bin/env python3
"""Writes cases for the NumPy comparison to standard output: ops on operands, with what NumPy makes of them.

    generate.py [--cases N] [--seed S] [--op NAME ...] | burin_numpy_driver

The same arguments write the same bytes. Rows come from groups/*.py: each has a list ROWS.
"""
import argparse
import importlib.util
import pathlib
import sys
import warnings
import zlib

import numpy as np

import cases

DRAWS = 4  # sets of values for each op, dtype and shapes: what differs between them costs no compilation


def all_rows():
    rows = []
    for path in sorted(pathlib.Path(__file__).parent.glob("groups/*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        rows += module.ROWS
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--op", action="append", help="only these")
    options = parser.parse_args()
    np.seterr(all="ignore")
    warnings.simplefilter("ignore")

    rows = [row for row in all_rows() if not options.op or row.op in options.op]
    if not rows:
        parser.error(f"no row for {options.op}")
    # Many cases take more values for each template, and more templates: both find what the other does not.
    draws = max(DRAWS, round(DRAWS * (options.cases / 20000) ** 0.5))
    total = sum(row.weight * len(row.dtypes) for row in rows)
    out = sys.stdout.buffer
    for row in rows:
        templates = max(1, -(-options.cases * row.weight // (draws * total)))
        for number, dtype in enumerate(row.dtypes):
            rng = np.random.default_rng([options.seed, zlib.crc32(row.op.encode()), zlib.crc32(dtype.encode())])
            for index in range(int(templates)):
                # The dtypes share the corner cases out among them, so that few templates suffice for all.
                shapes, attributes = row.shapes(rng, index * len(row.dtypes) + number)
                cases.write_case(out, row, dtype, shapes, attributes, draws, rng)


if __name__ == "__main__":
    main()
