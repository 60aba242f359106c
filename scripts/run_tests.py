#!/usr/bin/env python3
"""Runs all tests of a build folder and prints one line for each suite, what failed, and the total counts.

gtest and lit report each test of theirs, the comparison with NumPy each of its cases; every other ctest entry counts as one test."""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time


def run_gtest(binary: pathlib.Path) -> tuple[int, int, int]:
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        done = subprocess.run([binary, f"--gtest_output=json:{report.name}", "--gtest_brief=1"], capture_output=True, text=True)
        try:
            result = json.load(open(report.name))
        except json.JSONDecodeError:
            print(done.stdout[-4000:], done.stderr[-4000:], f"{binary.name} ended with status {done.returncode}", sep="\n")
            return 0, 1, 0
    failed = result["failures"] + result["errors"]
    skipped = sum(test.get("result") == "SKIPPED" for suite in result["testsuites"] for test in suite["testsuite"])
    if failed or done.returncode:
        print(done.stdout[-8000:], done.stderr[-4000:], sep="\n")
        failed = max(failed, 1)
    return result["tests"] - failed - skipped, failed, skipped


def run_lit(build: pathlib.Path, lit: str) -> tuple[int, int, int]:
    done = subprocess.run([lit, "-v", str(build / "test")], capture_output=True, text=True)
    counts = {name: int(count) for name, count in re.findall(r"^\s*([A-Z][A-Za-z ]+?)\s*:\s*(\d+)\s", done.stdout, re.M)}
    passed = counts.get("Passed", 0)
    failed = counts.get("Failed", 0) + counts.get("Unresolved", 0) + counts.get("Timed Out", 0) + counts.get("Unexpectedly Passed", 0)
    if done.returncode or failed or not passed:
        print(done.stdout[-12000:], done.stderr[-2000:], sep="\n")
        failed = max(failed, 1)
    return passed, failed, counts.get("Skipped", 0) + counts.get("Unsupported", 0)


def run_numpy(parts: dict, cases: int) -> tuple[int, int, int]:
    generator = subprocess.Popen([*parts["generate"], "--cases", str(cases)], stdout=subprocess.PIPE)
    done = subprocess.run([parts["driver"]], stdin=generator.stdout, capture_output=True, text=True)
    found = re.search(r"^(\d+) passed, (\d+) failed$", done.stdout, re.M)
    generated = generator.wait() == 0
    if not found or not generated or done.returncode:
        print(done.stdout[-12000:], done.stderr[-4000:], sep="\n")
    if not found or not generated:
        return 0, 1, 0
    return int(found[1]), int(found[2]), 0


def run_ctest(build: pathlib.Path) -> tuple[int, int, int]:
    done = subprocess.run(["ctest", "--test-dir", str(build), "--output-on-failure"], capture_output=True, text=True)
    found = re.search(r"(\d+) tests failed out of (\d+)", done.stdout)
    if not found:
        print(done.stdout[-4000:], done.stderr[-4000:], sep="\n")
        return 0, 1, 0
    failed, total = int(found[1]), int(found[2])
    if done.returncode or failed:
        print(done.stdout[-12000:])
        failed = max(failed, 1)
    return total - failed, failed, 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--cases", type=int, default=20000, help="how many cases are compared with NumPy (500000: the long mode)")
    options = parser.parse_args()
    build = options.build.resolve()
    # Debian's LLVM is built without AddressSanitizer, its headers' allocators are compiled into ours with it: memory that ours
    # poisoned and theirs handed out would be reported.
    os.environ.setdefault("ASAN_OPTIONS", "detect_leaks=1:allow_user_poisoning=0")
    manifest = json.loads((build / "test" / "suites.json").read_text())
    passed = failed = skipped = 0
    suites = [("gtest " + pathlib.Path(path).name, lambda path=path: run_gtest(pathlib.Path(path))) for path in manifest["gtest"]]
    suites.append(("numpy", lambda: run_numpy(manifest["numpy"], options.cases)))
    suites += [("lit", lambda: run_lit(build, manifest["lit"])), ("ctest", lambda: run_ctest(build))]
    for name, run in suites:
        start = time.monotonic()
        counts = run()
        print(f"{name}: {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped ({time.monotonic() - start:.0f} s)", flush=True)
        passed, failed, skipped = passed + counts[0], failed + counts[1], skipped + counts[2]
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
