#!/usr/bin/env python3
"""Holds a shared library to what it may show and need: symbols.py LIBRARY. Every symbol that others can see must have burin in its name,
so that a program's own LLVM, or another's, and the library's never meet. It must need no library of LLVM."""
import re
import subprocess
import sys


def lines(*command: str) -> list[str]:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def main() -> int:
    library = sys.argv[1]
    shown = [line.split()[-1] for line in lines("nm", "--dynamic", "--defined-only", library)]
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", "\n".join(lines("readelf", "--dynamic", "--wide", library)))
    wrong = [f"shows {name}" for name in shown if "burin" not in name]
    wrong += [f"needs {name}" for name in needed if re.match("lib(LLVM|MLIR)", name)]
    if not shown or not needed:
        wrong.append("can't be read")
    for fault in wrong[:20]:
        print(f"{library} {fault}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
