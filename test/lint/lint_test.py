#!/usr/bin/env python3
"""Tests of lint.py: each rule fires on what it forbids, and on nothing else."""
import pathlib
import tempfile
import unittest

from lint import Lint, check_rules


class LintTest(unittest.TestCase):
    def findings(self, name, text):
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            lint = Lint(root)
            lint.check(path)
            return lint.findings

    def includes(self, name, include):
        return self.findings(name, f"#pragma once\n#include {include}\n")

    def test_public_headers_include_the_standard_library_alone(self):
        self.assertEqual(self.includes("include/burin/A.h", "<vector>"), [])
        self.assertEqual(self.includes("include/burin/A.h", '"burin/B.h"'), [])
        self.assertEqual(self.includes("include/burin/A.h", "<spdlog/spdlog.h>"),
                         ["include/burin/A.h:2: public headers include the standard library alone, not <spdlog/spdlog.h>"])
        self.assertEqual(self.includes("include/burin/A.h", '"runtime/Abi.h"'), ['include/burin/A.h:2: include/burin may not include "runtime/Abi.h"'])

    def test_layers_point_one_way(self):
        for name, include in [("runtime/A.h", "lib/api/Eager.h"), ("runtime/A.h", "compiler/Compiler.h"), ("runtime/A.h", "mlir/IR/Builders.h"),
                              ("lib/api/A.h", "mlir/IR/Builders.h"), ("lib/api/A.h", "compiler/jit/Jit.h"), ("compiler/jit/A.h", "lib/api/Eager.h"),
                              ("compiler/pipeline/A.h", "runtime/Print.h"), ("compiler/dialect/A.h", "compiler/lowering/Passes.h"),
                              ("compiler/lowering/A.h", "compiler/pipeline/Stages.h"), ("examples/A.h", "lib/api/Eager.h")]:
            self.assertEqual(len(self.includes(name, f'"{include}"')), 1, f"{name} {include}")
        for name, include in [("lib/trace/A.h", "mlir/IR/Builders.h"), ("lib/api/A.h", "compiler/Compiler.h"), ("compiler/jit/A.h", "runtime/Abi.h"),
                              ("lib/api/ops/A.h", "lib/trace/Trace.h"), ("compiler/lowering/A.h", "compiler/dialect/BurinDialect.h")]:
            self.assertEqual(self.includes(name, f'"{include}"'), [], f"{name} {include}")

    def test_examples_include_burin_as_users_do(self):
        self.assertEqual(self.includes("examples/a/A.h", "<burin/burin.h>"), [])
        self.assertEqual(self.includes("examples/a/A.h", '"data.h"'), [])
        self.assertEqual(len(self.includes("lib/api/A.h", "<burin/Tensor.h>")), 1)

    def test_llvm_is_not_known_in_the_runtime(self):
        self.assertEqual(len(self.findings("runtime/A.cpp", "llvm::StringRef name;\n")), 1)
        self.assertEqual(self.findings("compiler/A.cpp", "llvm::StringRef name;\n"), [])

    def test_form(self):
        self.assertEqual(self.findings("lib/A.cpp", "int a;\t\n"), ["lib/A.cpp:1: tab", "lib/A.cpp:1: blanks at the end of the line"])
        self.assertEqual(len(self.findings("lib/A.cpp", "int a;")), 1)
        self.assertEqual(len(self.findings("lib/A.cpp", "int a;\n\n")), 1)
        self.assertEqual(len(self.findings("lib/A.cpp", "int a; // TO" + "DO: b\n")), 1)
        self.assertEqual(len(self.findings("lib/A.cpp", "int a;\n" * 501)), 1)
        self.assertEqual(self.findings("lib/A.cpp", "int a;\n" * 500), [])
        self.assertEqual(self.findings("lib/A.h", "int a;\n"), ["lib/A.h:1: a header starts with #pragma once"])

    def test_each_rule_has_a_test(self):
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            (root / "docs").mkdir()
            (root / "docs/semantics.md").write_text("# Rules\n\n- **T1** One.\n- **T11** Two,\n  three.\n- **C2** Four.\n")
            tests = root / "ATest.cpp"
            tests.write_text("TEST(A, T11_C2_Holds) {}\nTEST_P(B, C2_Too) {}\n")
            lint = Lint(root)
            check_rules(lint, [tests])
            self.assertEqual(lint.findings, ["docs/semantics.md:3: no test is named after rule T1"])

    def test_dead_code_is_found_and_prose_is_not(self):
        for line in ["// return 1;", "  // foo(bar);", "// int x = 3;", "// a.b(c);", "// auto made = make(x);"]:
            self.assertEqual(len(self.findings("lib/A.cpp", line + "\n")), 1, line)
        for line in ["// integers wrap;", "//   %0 = burin.exp %x;", "// the old value is read;", "///   foo(bar);", "// before `f(x);`"]:
            self.assertEqual(self.findings("lib/A.cpp", line + "\n"), [], line)

    def test_pages_name_files_that_exist(self):
        self.assertEqual(self.findings("docs/a.md", "see `docs/a.md`, `docs/*.md` and [this](a.md)\n"), [])
        self.assertEqual(len(self.findings("docs/a.md", "see `docs/b.md`, [that](b.md) and `./scripts/c.sh`\n")), 3)

    def test_the_environment_is_read_in_one_place(self):
        self.assertEqual(len(self.findings("lib/api/A.cpp", 'std::getenv("A");\n')), 1)
        self.assertEqual(self.findings("lib/api/Options.cpp", 'std::getenv("A");\n'), [])


if __name__ == "__main__":
    unittest.main()
