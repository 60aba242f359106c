"""How a Python peer of the benchmarks talks to peers/Python.h, on standard input and output.

First come a line `name extent ...` and for each input a line `input SIZE` and its bytes (f32). Then, for each line that follows:
`run N` runs the problem N times and answers with the seconds of one; `values` answers with the number of values and then these, as f32.
"""
import sys
import time

import numpy as np


def serve(prepare, version):
    """Answers until the input ends. `prepare(name, extents, inputs)` gives a function of nothing that does the work."""
    source, out = sys.stdin.buffer, sys.stdout.buffer
    if len(sys.argv) > 1:  # --version
        print(version)
        return
    name, *extents = source.readline().decode().split()
    inputs, run = [], None
    for line in source:
        command, *rest = line.decode().split()
        if command == "input":
            inputs.append(np.frombuffer(source.read(4 * int(rest[0])), dtype=np.float32).copy())
            continue
        run = run or prepare(name, [int(extent) for extent in extents], inputs)
        if command == "run":
            times = int(rest[0])
            start = time.perf_counter()
            for _ in range(times):
                run()
            out.write(f"{(time.perf_counter() - start) / times!r}\n".encode())
        else:
            values = np.ascontiguousarray(run()).astype(np.float32).reshape(-1)
            out.write(f"{values.size}\n".encode() + values.tobytes())
        out.flush()
