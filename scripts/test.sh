#!/usr/bin/env bash
# Installs, builds and runs all tests: gtest, the comparison with NumPy, lit, docs snippets, lint, the installed package. Ends with
# the counts.
#   --preset NAME   dev (default), release, asan or tsan
#   --no-setup      don't look for packages
#   --cases N       compare N cases with NumPy (20000; 500000 is the long mode)
set -euo pipefail
cd "$(dirname "$0")/.."

preset=dev
setup=yes
cases=20000
while [ $# -gt 0 ]; do
  case "$1" in
    --preset) preset=$2; shift 2 ;;
    --no-setup) setup=no; shift ;;
    --cases) cases=$2; shift 2 ;;
    *) echo "usage: $0 [--preset dev|release|asan|tsan] [--no-setup] [--cases N]" >&2; exit 2 ;;
  esac
done
[ "$setup" = no ] || ./scripts/setup.sh

mkdir -p build
cmake --preset "$preset" > "build/configure-$preset.log" 2>&1 || { cat "build/configure-$preset.log"; exit 1; }
cmake --build --preset "$preset"
exec python3 scripts/run_tests.py "build/$preset" --cases "$cases"
