#!/usr/bin/env python3
"""The code in our pages is compiled, run, and held to the output that the pages show.

    extract.py generate ROOT OUT PAGE ...   writes sources to OUT, and prints `NAME SOURCE` for each program that they make
    extract.py run ROOT BIN PAGE            runs what came from PAGE, programs in BIN, and compares; exits 1 on a difference

In a page, blocks between ```cpp and ``` are
  - whole programs, if they define main: each becomes a program of its own;
  - else statements: all of a page become one program, with a function for each block.
A comment on the line before a block says what is special about it:
  <!-- continues -->    it goes on where the block before it ended: same function, same variables
  <!-- output -->       not code, but what the block before it prints, on stdout and stderr together
  <!-- from FILE -->    not compiled: it stands in FILE just like this
Blocks between ```diff and ``` must apply to the source tree.

In shown output a line `...` stands for any lines up to the first that matches the next one, and the character … for any text
within a line. Empty lines don't count. File names with line numbers, as in `(at train.cpp:41)`, match any other.
"""
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PRELUDE = """\
#include <burin/Register.h>
#include <burin/burin.h>
#include <array>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace bn = burin;

"""
# So that stdout and stderr come in the order in which they were written.
UNBUFFERED = "\n#include <iostream>\n[[maybe_unused]] static const bool output_is_unbuffered = (std::cout << std::unitbuf, true);\n"


@dataclasses.dataclass
class Block:
    page: str
    line: int  # of its first line of text
    language: str
    mark: str
    text: str


def read_blocks(root, page):
    blocks, opened, mark = [], None, ""
    for number, line in enumerate((root / page).read_text(encoding="utf-8").split("\n"), 1):
        fence = re.fullmatch(r"```(\w*)", line)
        if opened and line == "```":
            blocks.append(opened)
            opened = None
        elif opened:
            opened.text += line + "\n"
        elif fence:
            opened = Block(page, number + 1, fence[1], mark, "")
        if not opened:
            comment = re.fullmatch(r"<!-- (.*) -->", line)
            mark = comment[1] if comment else ""
    if opened:
        sys.exit(f"{page}:{opened.line}: the block has no end")
    return blocks


@dataclasses.dataclass
class Run:
    """One program, or one function of the page's program, with what it should print."""
    page: str
    line: int
    code: list
    is_program: bool
    expected: str | None = None


def runs_of(blocks):
    runs = []
    for block in blocks:
        if block.mark == "output":
            if not runs:
                sys.exit(f"{block.page}:{block.line}: output of which code?")
            runs[-1].expected = (runs[-1].expected or "") + block.text
        elif block.language == "cpp" and not block.mark.startswith("from "):
            if block.mark == "continues":
                runs[-1].code.append(block)
            else:
                runs.append(Run(block.page, block.line, [block], "int main(" in block.text))
    return runs


def stem(page):
    return pathlib.Path(page).stem.replace("-", "_")


def placed(block):
    return f'#line {block.line} "{block.page}"\n{block.text}'


def generate(root, out, pages):
    for page in pages:
        runs = runs_of(read_blocks(root, page))
        functions, calls = "", ""
        for i, run in enumerate(runs):
            code = "".join(placed(block) for block in run.code)
            if run.is_program:
                emit(out, f"{stem(page)}_{i}", code + UNBUFFERED)
            else:
                functions += f"static void snippet_{i}() {{\n{code}}}\n"
                calls += f"  if (number == {i}) snippet_{i}();\n"
        if functions:
            emit(out, stem(page), PRELUDE + functions + UNBUFFERED +
                 f"int main(int, char **arguments) {{\n  const int number = std::atoi(arguments[1]);\n{calls}}}\n")


def emit(out, name, text):
    path = out / f"{name}.cpp"
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    print(name, path)


def run_page(root, binaries, page):
    failures = []
    blocks = read_blocks(root, page)
    for block in blocks:
        check_quotation(root, block, failures)
    for i, run in enumerate(runs_of(blocks)):
        command = [binaries / f"{stem(page)}_{i}"] if run.is_program else [binaries / stem(page), str(i)]
        with tempfile.TemporaryDirectory() as directory:
            environment = {name: value for name, value in os.environ.items() if not name.startswith("BURIN_")}
            done = subprocess.run(command, cwd=directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        if done.returncode:
            failures.append(f"{page}:{run.line}: exit status {done.returncode}\n{done.stdout}")
        elif run.expected is not None and (wrong := mismatch(run.expected, done.stdout)):
            failures.append(f"{page}:{run.line}: other output\n{wrong}")
    print("\n".join(failures) if failures else f"{page}: all {len(blocks)} blocks hold")
    return 1 if failures else 0


def check_quotation(root, block, failures):
    if block.mark.startswith("from "):
        source = (root / block.mark[5:]).read_text(encoding="utf-8")
        if block.text.strip("\n") not in source:
            failures.append(f"{block.page}:{block.line}: not found in {block.mark[5:]}")
    if block.language == "diff":
        done = subprocess.run(["git", "apply", "--check", "-C1", "-"], cwd=root, input=block.text, text=True, capture_output=True)
        if done.returncode:
            failures.append(f"{block.page}:{block.line}: the patch doesn't apply\n{done.stderr}")


def normal(text):
    text = re.sub(r"[\w.-]+\.(cpp|md|h):\d+", "FILE:LINE", text)
    return [line.rstrip() for line in text.split("\n") if line.strip()]


def mismatch(expected, found):
    """None if the shown lines are those printed, in order; else what is wrong first."""
    found, at, skips = normal(found), 0, False
    for line in normal(expected):
        if line.strip() == "...":
            skips = True
            continue
        pattern = ".*".join(re.escape(part) for part in line.split("…"))
        end = len(found) if skips else min(at + 1, len(found))
        hit = next((i for i in range(at, end) if re.fullmatch(pattern, found[i])), None)
        if hit is None:
            printed = "\n".join(found[at:at + 10]) or "(nothing)"
            return f"shown: {line}\nprinted{', among what follows' if skips else ''}:\n{printed}"
        at, skips = hit + 1, False
    if at < len(found) and not skips:
        return "printed, but not shown:\n" + "\n".join(found[at:at + 10])
    return None


def main():
    action, root, directory = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    if action == "run":
        return run_page(root, directory, sys.argv[4])
    directory.mkdir(parents=True, exist_ok=True)
    return generate(root, directory, sys.argv[4:])


if __name__ == "__main__":
    sys.exit(main())
