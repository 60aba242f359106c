#!/usr/bin/env python3
"""NumPy as a peer of the benchmarks: peers/NumPy.cpp runs this with the problem on standard input.

First come a line `name extent ...` and the first input's bytes (f32). Then, for each line that follows: `run N` runs it N times and
answers with the seconds of one; `values` answers with the number of values and then these, as f32.
"""
import sys
import time

import numpy as np


def top_k(x, k):
    """The k greatest in order and their indices, as NumPy's users do it."""
    some = np.argpartition(x, x.size - k)[x.size - k:]
    indices = some[np.argsort(-x[some], kind="stable")]
    return x[indices], indices


def picking(x):
    """x[i], with i from x itself: made before it is timed."""
    indices = (x.reshape(len(x), -1)[:, 0] * np.float32(len(x))).astype(np.int64)
    return lambda values: values[indices]


PREPARED = {"gather": picking, "gather_rows": picking}
OPS = {
    "sort": np.sort,
    "argsort": lambda x: np.argsort(x, kind="stable"),
    "top_k": lambda x: top_k(x, 100)[0],
    "cumulative_sum": np.cumsum,
    "cumulative_prod": np.cumprod,
    "cumulative_max": np.maximum.accumulate,
    "inv": np.linalg.inv,
}


def main():
    source, out = sys.stdin.buffer, sys.stdout.buffer
    if len(sys.argv) > 1:  # --version
        print(np.__version__)
        return
    name, *extents = source.readline().decode().split()
    extents = [int(extent) for extent in extents]
    x = np.frombuffer(source.read(4 * int(np.prod(extents))), dtype=np.float32).reshape(extents).copy()
    op = PREPARED[name](x) if name in PREPARED else OPS[name]
    for line in source:
        command, *rest = line.decode().split()
        if command == "run":
            times = int(rest[0])
            start = time.perf_counter()
            for _ in range(times):
                op(x)
            out.write(f"{(time.perf_counter() - start) / times!r}\n".encode())
        else:
            values = np.ascontiguousarray(op(x)).astype(np.float32).reshape(-1)
            out.write(f"{values.size}\n".encode() + values.tobytes())
        out.flush()


if __name__ == "__main__":
    main()
