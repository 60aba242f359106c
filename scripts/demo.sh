#!/usr/bin/env bash
# Installs what is needed, builds Burin's library and the digits example, and runs that: a perceptron that learns to read
# handwritten digits, traced and compiled. Arguments are passed to the example. The build stays in build/demo.
set -euo pipefail
cd "$(dirname "$0")/.."

./scripts/setup.sh --demo
cmake --preset release -B build/demo -DBURIN_BUILD_TESTS=OFF -DBURIN_BUILD_BENCHMARKS=OFF
cmake --build build/demo --target digits
exec ./build/demo/examples/digits/digits "$@"
