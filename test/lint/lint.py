#!/usr/bin/env python3
"""Checks that need no compiler: who includes whom, the form of files, and that each promised rule has tests. Prints `file:line: what is wrong`, exits 1 if anything is.

    lint.py ROOT [FILE ...]    all files of the source tree ROOT, or these alone
"""
import pathlib
import re
import sys

MAX_LINES = 500
SOURCE_DIRS = ["include", "lib", "compiler", "runtime", "test", "examples", "benchmarks", "cmake", "scripts", "docs"]
SUFFIXES = {".h", ".cpp", ".td", ".py", ".sh", ".cmake", ".txt", ".md", ".mlir", ".in", ".json"}

# The layers, most special first: what a file below the first path may include with quotation marks, as regular expressions. Whatever is
# included with angle brackets belongs to the standard library, the system or a library named in CMake; only public headers are
# held to the standard library, but for those of interop/, which users of another library include. None: not held to anything.
GENERATED = r"compiler/dialect/Burin\w+\.(h|cpp)\.inc"
MLIR = r"(mlir|llvm)/.*"
LAYERS = [
    ("include/burin", [r"burin/.*"]),
    ("runtime", [r"burin/(DType|Error|Half|Shape)\.h", r"runtime/.*"]),
    ("compiler/Compiler.h", [r"burin/(DType|Shape)\.h", r"runtime/Abi\.h"]),
    ("compiler/dialect", [MLIR, GENERATED, r"compiler/dialect/.*"]),
    ("compiler/transforms", [MLIR, r"compiler/dialect/.*", r"compiler/transforms/.*"]),
    ("compiler/lowering", [MLIR, r"burin/DType\.h", r"compiler/dialect/.*", r"compiler/lowering/.*", r"runtime/Abi\.h"]),
    ("compiler/jit", [MLIR, r"burin/Error\.h", r"compiler/jit/.*", r"compiler/lowering/TargetInfo\.h", r"runtime/Abi\.h"]),
    ("compiler/pipeline", [MLIR, r"burin/(DType|Error|Shape)\.h", r"compiler/.*", r"runtime/(Abi|Signals)\.h"]),
    ("compiler/tools", [MLIR, r"burin/.*", r"compiler/.*"]),
    ("compiler", [MLIR, r"compiler/.*"]),
    ("lib/trace", [MLIR, r"burin/.*", r"compiler/dialect/.*", r"compiler/pipeline/Module\.h", r"lib/.*", r"runtime/.*"]),
    ("lib", [r"burin/.*", r"compiler/Compiler\.h", r"lib/.*", r"runtime/.*"]),
    ("examples", [r"\w+\.h"]),
    ("benchmarks", None),
    ("test", None),
]
LLVM_FREE = ["include", "runtime", "lib/api", "examples"]

STANDARD_HEADERS = set(
    """algorithm any array atomic barrier bit bitset charconv chrono compare complex concepts condition_variable coroutine deque
    exception expected filesystem format forward_list fstream functional future initializer_list iomanip ios iosfwd iostream istream
    iterator latch limits list locale map memory memory_resource mutex new numbers numeric optional ostream queue random ranges ratio
    regex scoped_allocator semaphore set shared_mutex source_location span sstream stack stdexcept stop_token streambuf string
    string_view syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility valarray
    variant vector version cassert cctype cerrno cfloat cinttypes climits cmath csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib
    cstring ctime cuchar cwchar cwctype""".split())

INCLUDE = re.compile(r'\s*#\s*include\s*(?:"([^"]*)"|<([^>]*)>)')
# A statement behind comment slashes. Sketches of code that comments show are indented by more than one blank.
DEAD_CODE = re.compile(r"\s*// ?(return\b.*|[\w:<>*&]+(\.|->)?[\w:<>]*\(.*\)|[\w:<>*&]+ [\w:<>*&]+ = .*);\s*$")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")


class Lint:
    def __init__(self, root):
        self.root = root
        self.findings = []

    def report(self, name, line, text):
        self.findings.append(f"{name}:{line}: {text}")

    def check(self, path):
        name = path.relative_to(self.root).as_posix()
        text = path.read_text(encoding="utf-8")
        lines = text.split("\n")
        self.check_form(name, text, lines)
        if path.suffix in {".h", ".cpp"}:
            self.check_code(name, lines)
            self.check_includes(name, lines)
        if path.suffix == ".md":
            self.check_paths(name, lines)

    def check_form(self, name, text, lines):
        count = len(lines) - 1
        if count > MAX_LINES and not name.endswith(".md"):
            self.report(name, count, f"the file has {count} lines, more than {MAX_LINES}: which second idea moved in?")
        if not text.endswith("\n") or text.endswith("\n\n"):
            self.report(name, count, "the file must end with one newline")
        for number, line in enumerate(lines, 1):
            if "\t" in line:
                self.report(name, number, "tab")
            if line != line.rstrip():
                self.report(name, number, "blanks at the end of the line")
            if UNFINISHED.search(line):
                self.report(name, number, "unfinished: mend it or write an issue")

    def check_code(self, name, lines):
        if name.endswith(".h") and "#pragma once" not in lines[:1]:
            self.report(name, 1, "a header starts with #pragma once")
        is_public = name.startswith("include/")
        for number, line in enumerate(lines, 1):
            if DEAD_CODE.match(line):
                self.report(name, number, "code that is commented out")
            if name.endswith(".h") and line.startswith("using namespace"):
                self.report(name, number, "a header opens no namespace for its readers")
            if any(name.startswith(layer + "/") for layer in LLVM_FREE) and re.search(r"\b(llvm|mlir)::", line):
                self.report(name, number, "LLVM and MLIR are not known here")
            if "getenv(" in line and name != "lib/api/Options.cpp" and not name.startswith(("test/", "benchmarks/")):
                self.report(name, number, "the environment is read in lib/api/Options.cpp alone")
            if is_public and re.match(r"\s*#\s*define\b", line) and not line.split()[1].startswith("BURIN_"):
                self.report(name, number, "a public macro starts with BURIN_")

    def check_includes(self, name, lines):
        layer, allowed = next(((layer, allowed) for layer, allowed in LAYERS if name == layer or name.startswith(layer + "/")), (None, None))
        if allowed is None:
            return
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            quoted, angled = match.groups()
            if quoted is not None:
                if "//" in quoted or ".." in quoted.split("/"):
                    self.report(name, number, f'"{quoted}": paths start at the root of the source tree')
                elif not any(re.fullmatch(pattern, quoted) for pattern in allowed):
                    self.report(name, number, f'{layer} may not include "{quoted}"')
            elif layer == "include/burin" and angled not in STANDARD_HEADERS and not name.startswith("include/burin/interop/"):
                self.report(name, number, f"public headers include the standard library alone, not <{angled}>")
            elif angled.startswith(("mlir/", "llvm/", "burin/")) and layer != "examples":
                self.report(name, number, f"<{angled}> should stand between quotation marks")

    # Paths that a page names exist: links, and anything between backticks that starts with one of our directories.
    def check_paths(self, name, lines):
        for number, line in enumerate(lines, 1):
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", line):
                if not re.match(r"\w+:", target) and not (self.root / name).parent.joinpath(target).exists():
                    self.report(name, number, f"the link leads to no file: {target}")
            for path in re.findall(r"`\.?/?([\w.-]+/[\w./*+-]*)`", line):
                if path.split("/")[0] in SOURCE_DIRS and not self.exists(path.rstrip("/")):
                    self.report(name, number, f"there is no {path}")
            for script in re.findall(r"^\s*\./(scripts/[\w.-]+)", line):
                if not (self.root / script).exists():
                    self.report(name, number, f"there is no {script}")

    # `pattern` is a path, perhaps with stars, perhaps without its suffix: `compiler/lowering/Matmul*`, `compiler/lowering/Arena`.
    def exists(self, pattern):
        return any(self.root.glob(pattern)) or any(self.root.glob(pattern + ".*"))


# Each rule of the contract, "- **T8** A dimension may be ...", has a test with its id in its name.
RULES_PAGE = "docs/semantics.md"
TEST_NAME = re.compile(r"\bTEST(?:_F|_P)?\(\w+,\s*(\w+)")


def check_rules(lint, tests):
    page = lint.root / RULES_PAGE
    if not page.exists():
        return
    names = [name for path in tests for name in TEST_NAME.findall(path.read_text(encoding="utf-8"))]
    tested = {part for name in names for part in name.split("_") if re.fullmatch(r"[A-Z]\d+", part)}
    for number, line in enumerate(page.read_text(encoding="utf-8").split("\n"), 1):
        rule = re.match(r"- \*\*([A-Z]\d+)\*\* ", line)
        if rule and rule[1] not in tested:
            lint.report(RULES_PAGE, number, f"no test is named after rule {rule[1]}")


def source_files(root):
    for path in root.iterdir():
        if path.is_file() and (path.suffix in SUFFIXES or path.name.startswith(".clang")):
            yield path
    for directory in SOURCE_DIRS:
        for path in (root / directory).rglob("*"):
            if path.is_file() and path.suffix in SUFFIXES and "__pycache__" not in path.parts:
                yield path


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    lint = Lint(root)
    files = [pathlib.Path(name).resolve() for name in sys.argv[2:]] or sorted(source_files(root))
    for path in files:
        lint.check(path)
    if not sys.argv[2:]:
        check_rules(lint, (path for path in files if path.suffix == ".cpp" and path.is_relative_to(root / "test")))
    print("\n".join(lint.findings) if lint.findings else f"{len(files)} files are clean")
    return 1 if lint.findings else 0


if __name__ == "__main__":
    sys.exit(main())
