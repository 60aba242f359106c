#!/usr/bin/env bash
# Builds and runs the benchmarks: ./scripts/bench.sh [--quick] [--json FILE] [--filter REGEX]. See docs/benchmarks.md.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

"$root/scripts/setup.sh" --benchmarks
(cd "$root" && cmake --preset release && cmake --build --preset release --target burin_bench)
exec "$root/build/release/benchmarks/burin_bench" "$@"
