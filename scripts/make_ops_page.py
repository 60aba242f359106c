#!/usr/bin/env python3
"""Makes docs/ops.md: each public op with its declaration and docstring, which are quoted from the headers, and with its names in NumPy
and TensorFlow and an example, which docs/ops/*.txt have.

    make_ops_page.py            writes the page
    make_ops_page.py --check    exits 1, saying why, unless the page is what would be written

A public op that docs/ops has no entry for, and an entry without an op, are errors. Entries of docs/ops/*.txt, in the page's order:

    # Arithmetic                  a group
    ~ text                        of the group
    add | add | math.add          an op: its name, NumPy's, TensorFlow's; - for none. `Variable::assign` is a method
        bn::add(x, 3)             its example: expressions to be printed, or statements if a line ends in a semicolon
    > i32[2] [4 5]                what that prints
"""
import dataclasses
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = ROOT / "include/burin"
# Headers of ops; the last one has methods alone.
HEADERS = [INCLUDE / "Ops.h", *sorted((INCLUDE / "ops").glob("*.h")), INCLUDE / "Control.h", INCLUDE / "Print.h", INCLUDE / "Check.h",
           INCLUDE / "HostCall.h", INCLUDE / "Variable.h"]
INTRODUCTION = """\
<!-- Made by scripts/make_ops_page.py of the headers and docs/ops; change these and run it. -->
# Ops

Each op with its declaration, its names in NumPy and TensorFlow, and an example. [op-support.md](op-support.md) has the element types
that each takes. All run eagerly, and inside of traced functions; extents may be dynamic ([dynamic-shapes.md](dynamic-shapes.md)).
"""

FUNCTION = re.compile(r"\b(?:[A-Z]\w*|auto|void|std::vector<\w+>) ([a-z]\w*)\(")
TYPE = re.compile(r"(?:enum class|struct) (\w+)")


@dataclasses.dataclass
class Declaration:
    header: pathlib.Path
    name: str
    text: str     # with its docstring, as it stands in the header
    section: str  # what the section's heading says of all in it


@dataclasses.dataclass
class Entry:
    name: str
    numpy: str
    tensorflow: str
    example: list = dataclasses.field(default_factory=list)
    output: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Group:
    title: str
    text: list = dataclasses.field(default_factory=list)
    entries: list = dataclasses.field(default_factory=list)


def fail(text):
    sys.exit(f"make_ops_page: {text}")


# --- headers -----------------------------------------------------------------------------------------------------------

def code(line):
    return re.sub(r"\s*//.*$", "", line)


def statements(lines):
    """(docstring, declaration, declaration and body, what the section's heading says) of each statement in namespace burin."""
    doc, section, in_heading, i = [], [], False, 0
    while i < len(lines):
        line, start = lines[i], i
        if line.startswith("///"):
            doc.append(line)
        elif heading := re.fullmatch(r"// --- (.*?) -*", line):
            section, in_heading = [heading[1].partition(": ")[2]], True
        elif line.startswith("// ") and in_heading:
            section.append(line[3:])
        elif not line or line.startswith(("#", "//")):
            doc, in_heading = [], False
        else:
            while not code(lines[i]).endswith((";", "{", "}")):
                i += 1
            declared = lines[start:i + 1]
            if code(lines[i]).endswith("{"):
                end = "} // namespace detail" if line.startswith("namespace detail") else "}"
                i = next(k for k in range(i + 1, len(lines)) if lines[k].startswith(end))
            yield doc, "\n".join(declared), "\n".join(lines[start:i + 1]), " ".join(filter(None, section))
            doc, in_heading = [], False
        i += 1


def read_header(header):
    """Its functions, by name, its enums and structs, by name, and what it says of all it has."""
    lines = header.read_text(encoding="utf-8").split("\n")
    functions, types, undocumented = {}, {}, set()
    opening = lines.index("namespace burin {")
    about = [line for line in lines[:opening] if line.startswith("///")]
    for doc, declared, whole, section in statements(lines[opening + 1:]):
        if declared.startswith(("struct", "enum class")):
            types[TYPE.match(declared)[1]] = "\n".join([*doc, whole])
        elif declared.startswith(("namespace", "inline", "class", "}")) or not (found := FUNCTION.search(declared)):
            continue
        elif doc:
            text = "\n".join([*doc, re.sub(r"(?<=\)) \{.*$", "", declared)])
            functions.setdefault(found[1], []).append(Declaration(header, found[1], text, section))
        else:
            undocumented.add(found[1])
    if undocumented - set(functions):
        fail(f"{header.name}: no docstring for {', '.join(sorted(undocumented - set(functions)))}")
    return functions, types, "\n".join(about)


def method(header, name):
    """A method of the class that the header has."""
    lines = header.read_text(encoding="utf-8").split("\n")
    at = next((i for i, line in enumerate(lines) if re.match(rf"  [\w ]+\b{name}\(.*;$", line)), None)
    if at is None:
        fail(f"{header.name} has no method {name}")
    start = at
    while lines[start - 1].startswith("  ///"):
        start -= 1
    return Declaration(header, name, "\n".join(lines[start:at + 1]), "")


# --- entries -----------------------------------------------------------------------------------------------------------

def read_entries(path, groups):
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("# "):
            groups.append(Group(line[2:]))
        elif line.startswith("~ "):
            groups[-1].text.append(line[2:])
        elif line.startswith("    "):
            groups[-1].entries[-1].example.append(line[4:])
        elif line.startswith("> "):
            groups[-1].entries[-1].output.append(line[2:])
        elif len(parts := line.split(" | ")) == 3:
            groups[-1].entries.append(Entry(*parts))
        elif line:
            fail(f"{path.name}:{number}: not understood: {line}")


# --- the page ----------------------------------------------------------------------------------------------------------

def quotation(header, text):
    return f"<!-- from {header.relative_to(ROOT).as_posix()} -->\n```cpp\n{text}\n```\n"


def names(library, text):
    names = re.split(r", (?![^\[]*\])", text)  # not at the comma of `x[i, j]`
    return f"{library}: {', '.join(f'`{name}`' for name in names)}." if text != "-" else ""


def example(entry, is_first):
    is_code = any(line.endswith((";", "{", "}")) for line in entry.example)
    lines = entry.example if is_code else [f"std::cout << {line} << '\\n';" for line in entry.example]
    mark = "" if is_first else "<!-- continues -->\n"
    return f"{mark}```cpp\n" + "\n".join(lines) + "\n```\n<!-- output -->\n```text\n" + "\n".join(entry.output) + "\n```\n"


class Page:
    def __init__(self):
        self.functions, self.types, self.about = {}, {}, {}
        for header in HEADERS:
            functions, types, self.about[header] = read_header(header)
            for name, found in functions.items():
                self.functions.setdefault(name, []).extend(found)
            self.types.update({name: (header, text) for name, text in types.items()})
        self.shown = set()
        self.groups = []
        for path in sorted((ROOT / "docs/ops").glob("*.txt")):
            read_entries(path, self.groups)

    def declarations(self, entry):
        if entry.name.startswith("Variable::"):
            return [method(INCLUDE / "Variable.h", entry.name.partition("::")[2])]
        return self.functions.get(entry.name) or fail(f"docs/ops has an entry for {entry.name}, which no header declares")

    def check_complete(self):
        entries = [entry.name for group in self.groups for entry in group.entries]
        if missing := sorted(set(self.functions) - set(entries)):
            fail(f"docs/ops/*.txt have no entry for {', '.join(missing)}")
        if repeated := sorted({name for name in entries if entries.count(name) > 1}):
            fail(f"docs/ops/*.txt have several entries for {', '.join(repeated)}")

    def quoted_types(self, text):
        """The enums and structs that the text names, each where it is named first."""
        blocks = []
        for name, (header, definition) in self.types.items():
            if name not in self.shown and re.search(rf"\b{name}\b", text):
                self.shown.add(name)
                blocks += [*self.quoted_types(definition), quotation(header, definition)]
        return blocks

    def entry_text(self, entry, is_first):
        declarations = self.declarations(entry)
        parts = [f"### {entry.name}\n"]
        parts += self.quoted_types("\n".join(found.text for found in declarations))
        parts += [quotation(found.header, found.text) for found in declarations]
        facts = [f"In its section: {declarations[0].section.rstrip('.')}."] if declarations[0].section else []
        facts += [names("NumPy", entry.numpy), names("TensorFlow", entry.tensorflow)]
        if any(facts):
            parts.append(" ".join(filter(None, facts)) + "\n")
        parts.append(example(entry, is_first))
        return "\n".join(parts)

    def group_text(self, group):
        parts = [f"## {group.title}\n", *(text + "\n" for text in group.text)]
        for header in HEADERS[1:]:
            used = any(found.header == header for entry in group.entries for found in self.declarations(entry))
            if used and self.about[header] and header not in self.shown:
                self.shown.add(header)
                parts.append(quotation(header, self.about[header]))
        parts += [self.entry_text(entry, entry is group.entries[0]) for entry in group.entries]
        return "\n".join(parts)

    def text(self):
        self.check_complete()
        contents = " · ".join(f"[{group.title}](#{group.title.lower().replace(' ', '-')})" for group in self.groups) + "\n"
        parts = [INTRODUCTION, contents, quotation(HEADERS[0], self.about[HEADERS[0]]), *map(self.group_text, self.groups)]
        return "\n".join(parts)


def main():
    page, text = ROOT / "docs/ops.md", Page().text()
    if sys.argv[1:] == ["--check"]:
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            fail("docs/ops.md is not what the headers and docs/ops make: run scripts/make_ops_page.py")
    else:
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
