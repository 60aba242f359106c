#!/usr/bin/env python3
"""Runs all tests of a build folder and prints one line for each suite, what failed, and the total counts.

As many suites run side by side as there are processors; a gtest binary is as many suites, each with its share of the tests. gtest
and lit report each test of theirs, the comparison with NumPy each of its cases; every other ctest entry counts as one test."""
import argparse
import concurrent.futures
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time


def run_gtest(out: io.StringIO, binary: pathlib.Path, shard: int, shards: int) -> tuple[int, int, int]:
    environment = os.environ | {"GTEST_TOTAL_SHARDS": str(shards), "GTEST_SHARD_INDEX": str(shard)}
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        done = subprocess.run([binary, f"--gtest_output=json:{report.name}", "--gtest_brief=1"], capture_output=True, text=True,
                              env=environment)
        try:
            result = json.load(open(report.name))
        except json.JSONDecodeError:
            print(done.stdout[-4000:], done.stderr[-4000:], f"{binary.name} ended with status {done.returncode}", sep="\n", file=out)
            return 0, 1, 0
    failed = result["failures"] + result["errors"]
    skipped = sum(test.get("result") == "SKIPPED" for suite in result["testsuites"] for test in suite["testsuite"])
    if failed or done.returncode:
        print(done.stdout[-8000:], done.stderr[-4000:], sep="\n", file=out)
        failed = max(failed, 1)
    return result["tests"] - failed - skipped, failed, skipped


def run_lit(out: io.StringIO, build: pathlib.Path, lit: str) -> tuple[int, int, int]:
    done = subprocess.run([lit, "-v", str(build / "test")], capture_output=True, text=True)
    counts = {name: int(count) for name, count in re.findall(r"^\s*([A-Z][A-Za-z ]+?)\s*:\s*(\d+)\s", done.stdout, re.M)}
    passed = counts.get("Passed", 0)
    failed = counts.get("Failed", 0) + counts.get("Unresolved", 0) + counts.get("Timed Out", 0) + counts.get("Unexpectedly Passed", 0)
    if done.returncode or failed or not passed:
        print(done.stdout[-12000:], done.stderr[-2000:], sep="\n", file=out)
        failed = max(failed, 1)
    return passed, failed, counts.get("Skipped", 0) + counts.get("Unsupported", 0)


def run_numpy(out: io.StringIO, parts: dict, cases: int) -> tuple[int, int, int]:
    generator = subprocess.Popen([*parts["generate"], "--cases", str(cases)], stdout=subprocess.PIPE)
    done = subprocess.run([parts["driver"]], stdin=generator.stdout, capture_output=True, text=True)
    generator.stdout.close()  # or it would wait for a driver that has crashed to read on
    found = re.search(r"^(\d+) passed, (\d+) failed$", done.stdout, re.M)
    generated = generator.wait() == 0
    if not found or not generated or done.returncode:
        print(done.stdout[-12000:], done.stderr[-4000:], sep="\n", file=out)
    if not found or not generated:
        return 0, 1, 0
    return int(found[1]), int(found[2]), 0


def run_ctest(out: io.StringIO, build: pathlib.Path) -> tuple[int, int, int]:
    done = subprocess.run(["ctest", "--test-dir", str(build), "--output-on-failure"], capture_output=True, text=True)
    found = re.search(r"(\d+) tests failed out of (\d+)", done.stdout)
    if not found:
        print(done.stdout[-4000:], done.stderr[-4000:], sep="\n", file=out)
        return 0, 1, 0
    failed, total = int(found[1]), int(found[2])
    if done.returncode or failed:
        print(done.stdout[-12000:], file=out)
        failed = max(failed, 1)
    skipped = re.findall(r"Test +#\d+: (\S+) .*\*\*\*Skipped", done.stdout)
    for name in skipped:
        print(f"skipped, as it lacks what it needs: {name}", file=out)
    return total - failed - len(skipped), failed, len(skipped)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--cases", type=int, default=20000, help="how many cases are compared with NumPy (500000: the long mode)")
    options = parser.parse_args()
    build = options.build.resolve()
    # Debian's LLVM is built without AddressSanitizer, its headers' allocators are compiled into ours with it: memory that ours
    # poisoned and theirs handed out would be reported.
    os.environ.setdefault("ASAN_OPTIONS", "detect_leaks=1:allow_user_poisoning=0")
    suppressions = pathlib.Path(__file__).resolve().parent.parent / "test" / "tsan-suppressions.txt"
    os.environ.setdefault("TSAN_OPTIONS", f"suppressions={suppressions}")
    manifest = json.loads((build / "test" / "suites.json").read_text())
    workers = os.cpu_count() or 1
    # The longest first.
    suites = [("numpy", lambda out: run_numpy(out, manifest["numpy"], options.cases))]
    for binary in map(pathlib.Path, manifest["gtest"]):
        for shard in range(workers):
            suites.append((f"gtest {binary.name} {shard + 1}/{workers}",
                           lambda out, binary=binary, shard=shard: run_gtest(out, binary, shard, workers)))
    suites += [("lit", lambda out: run_lit(out, build, manifest["lit"])), ("ctest", lambda out: run_ctest(out, build))]

    def timed(name: str, run) -> tuple[int, int, int]:
        start, out = time.monotonic(), io.StringIO()
        counts = run(out)
        took = time.monotonic() - start
        print(f"{out.getvalue()}{name}: {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped ({took:.0f} s)", flush=True)
        return counts

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        results = list(pool.map(lambda suite: timed(*suite), suites))
    passed, failed, skipped = (sum(column) for column in zip(*results))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
