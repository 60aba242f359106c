#!/usr/bin/env python3
"""Tests of extract.py."""
import pathlib
import tempfile
import unittest

from extract import mismatch, read_blocks, runs_of


def matches(expected, found):
    return mismatch(expected, found) is None


class ExtractTest(unittest.TestCase):
    def runs(self, page):
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            (root / "a.md").write_text(page)
            return runs_of(read_blocks(root, "a.md"))

    def test_blocks_have_lines_and_kinds(self):
        first, second = self.runs("text\n```cpp\nint a;\n```\n```sh\nls\n```\n```cpp\nint main() {}\n```\n")
        self.assertEqual((first.line, first.is_program, first.code[0].text), (3, False, "int a;\n"))
        self.assertEqual((second.line, second.is_program), (9, True))

    def test_a_block_may_continue_another(self):
        run, = self.runs("```cpp\na;\n```\n<!-- output -->\n```text\n1\n```\n<!-- continues -->\n```cpp\nb;\n```\n<!-- output -->\n```text\n2\n```\n")
        self.assertEqual([block.text for block in run.code], ["a;\n", "b;\n"])
        self.assertEqual(run.expected, "1\n2\n")

    def test_quotations_are_not_run(self):
        self.assertEqual(self.runs("<!-- from lib/a.cpp -->\n```cpp\na;\n```\n"), [])

    def test_output_is_compared_line_by_line(self):
        self.assertTrue(matches("a\nb\n", "a\nb  \n"))
        self.assertFalse(matches("a\nb\n", "a\nb\nc\n"))
        self.assertFalse(matches("a\nb\n", "a\n"))
        self.assertFalse(matches("a.c\n", "abc\n"))
        self.assertTrue(matches("a\nb\n", "a\n\nb\n"))

    def test_output_may_leave_out_lines_and_parts_of_lines(self):
        self.assertTrue(matches("a\n...\nd\n", "a\nb\nc\nd\n"))
        self.assertTrue(matches("a\n...\nd\n", "a\nd\n"))
        self.assertFalse(matches("a\n...\nd\n", "a\nb\n"))
        self.assertTrue(matches("f(…) {\n", "f(a, b) {\n"))
        self.assertFalse(matches("f(…) {\n", "f(a,\nb) {\n"))
        self.assertTrue(matches("[0 1 ... 9]\n", "[0 1 ... 9]\n"))
        self.assertFalse(matches("[0 1 ... 9]\n", "[0 1 2 9]\n"))

    def test_the_first_difference_is_told(self):
        self.assertEqual(mismatch("a\nb\n", "a\nc\nd\n"), "shown: b\nprinted:\nc\nd")
        self.assertEqual(mismatch("a\n", "a\nc\n"), "printed, but not shown:\nc")

    def test_places_match_other_places(self):
        self.assertTrue(matches("x  (at train.cpp:41)\n", "x  (at README.md:7)\n"))


if __name__ == "__main__":
    unittest.main()
