#!/usr/bin/env python3
"""Compiles each public header by itself, with no include path but the public one: headers_alone.py INCLUDE_DIR COMPILER [FLAG ...]
Those of interop/ need another library; their tests include each of them first."""
import pathlib
import subprocess
import sys

directory, compiler, *flags = sys.argv[1:]
failed = 0
headers = sorted(path for path in pathlib.Path(directory).rglob("*.h") if path.parent.name != "interop")
for header in headers:
    # Twice: a header that can't be included a second time is found as well.
    name = header.relative_to(directory).as_posix()
    source = f'#include "{name}"\n#include "{name}"\n'
    command = [compiler, "-x", "c++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", *flags, "-I", directory, "-"]
    if subprocess.run(command, input=source, text=True).returncode:
        print(f"{header}:1: doesn't compile alone")
        failed += 1
print(f"{len(headers) - failed} of {len(headers)} public headers compile alone")
sys.exit(1 if failed else 0)
