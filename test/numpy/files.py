#!/usr/bin/env python3
"""Files between NumPy and Burin: `files.py RESAVE` has the program RESAVE load what NumPy wrote and loads what it saved."""
import itertools
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

TYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]
SHAPES = [(), (0,), (1,), (7,), (3, 5), (5, 0, 2), (2, 3, 4), (2, 1, 3, 2), (2, 1, 2, 3, 1, 2, 1, 2)]


def values(type, shape, rng):
    bits = rng.integers(0, 256, (*shape, np.dtype(type).itemsize), dtype=np.uint8)
    if type == "?":
        bits &= 1
    return np.ascontiguousarray(bits).view(type).reshape(shape)


def arrays():
    """Each element type, shape, byte order and order in memory, with the version of the format to write."""
    rng = np.random.default_rng(3)
    versions = itertools.cycle([(1, 0), (2, 0), (3, 0)])
    for type, shape in itertools.product(TYPES, SHAPES):
        plain = values(type, shape, rng)
        yield plain, next(versions)
        yield np.asfortranarray(plain), next(versions)
        yield plain.astype(np.dtype(type).newbyteorder(">")), next(versions)
        yield np.asfortranarray(plain.astype(np.dtype(type).newbyteorder(">"))), next(versions)
        if shape:
            yield plain[::-1], next(versions)


def same(a, b):
    """In element type but for the byte order, shape and bits. Any NaN equals itself: bits are moved, never converted."""
    native = [x.astype(x.dtype.newbyteorder("=")) for x in (a, b)]
    return a.shape == b.shape and native[0].dtype == native[1].dtype and native[0].tobytes() == native[1].tobytes()


def main():
    resave = sys.argv[1]
    failed = checked = 0

    def expect(good, what):
        nonlocal failed, checked
        checked += 1
        if not good:
            failed += 1
            print("differs:", what)

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        made = list(arrays())
        arguments = []
        for i, (array, version) in enumerate(made):
            with open(folder / f"{i}.npy", "wb") as file:
                np.lib.format.write_array(file, array, version=version)
            arguments += [folder / f"{i}.npy", folder / f"{i}-out.npy"]
        by_name = {f"{i}-{'größe/ß' if i % 7 == 0 else 'x'}": array for i, (array, _) in enumerate(made)}
        np.savez(folder / "stored.npz", **by_name)
        np.savez_compressed(folder / "deflated.npz", **by_name)
        np.savez(folder / "empty.npz")
        for name in ("stored", "deflated", "empty"):
            arguments += [folder / f"{name}.npz", folder / f"{name}-out.npz", folder / f"{name}.npz", folder / f"{name}-z.npz"]
        # bf16, as the ml_dtypes package has NumPy write it.
        bf16 = np.array([0x3F80, 0xC000], dtype=np.uint16).view("V2")
        np.save(folder / "bf16.npy", bf16)
        subprocess.run([resave, *arguments, folder / "bf16.npy", folder / "bf16-out.npy"], check=True)

        for i, (array, version) in enumerate(made):
            expect(same(array, np.load(folder / f"{i}-out.npy")), f"{array.dtype} {array.shape} {array.flags.f_contiguous} {version}")
        for name in ("stored", "deflated"):
            for suffix in ("out", "z"):
                loaded = np.load(folder / f"{name}-{suffix}.npz")
                expect(set(loaded.files) == set(by_name), f"the names of {name}-{suffix}.npz")
                for key, array in by_name.items():
                    expect(same(array, loaded[key]), f"{key} of {name}-{suffix}.npz")
        for suffix in ("out", "z"):
            expect(not np.load(folder / f"empty-{suffix}.npz").files, "the empty archive")
        expect((folder / "deflated-z.npz").stat().st_size < (folder / "deflated-out.npz").stat().st_size, "the compressed size")
        expect(np.load(folder / "bf16-out.npy").tobytes() == bf16.tobytes(), "bf16")
    print(f"{checked} checked, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
