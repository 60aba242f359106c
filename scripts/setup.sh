#!/usr/bin/env bash
# Installs every package that building and testing Burin needs, on Debian 12. Options:
#   --demo        only what ./scripts/demo.sh needs
#   --benchmarks  also the peers of ./scripts/bench.sh; JAX into build/benchmarks-python
# Does nothing where all are installed already; needs root, or sudo, otherwise.
set -euo pipefail

build=(build-essential cmake ninja-build ccache mold llvm-22-dev libmlir-22-dev mlir-22-tools llvm-22-tools libspdlog-dev libcli11-dev
       zlib1g-dev libzstd-dev libzip-dev)
# Loaded by the ops that need them, where they are first called: decompositions, Fourier transforms.
libraries=(libopenblas0-pthread libfftw3-single3 libfftw3-double3)
# Chromium looks at the pages of pictures (360 MB installed; without it that test is skipped, and says so).
tests=(libgtest-dev clang-22 clang-format-22 python3 python3-numpy llvm-22 libeigen3-dev libdlpack-dev graphviz chromium)
# dieharder judges the random bits (scripts/dieharder.sh).
benchmarks=(libdnnl-dev libopenblas-dev libtorch-dev nlohmann-json3-dev python3-venv dieharder)

wanted=("${build[@]}")
case "${1:-}" in
  --demo) ;;
  --benchmarks) wanted+=("${libraries[@]}" "${tests[@]}" "${benchmarks[@]}") ;;
  "") wanted+=("${libraries[@]}" "${tests[@]}") ;;
  *) echo "usage: $0 [--demo | --benchmarks]" >&2; exit 2 ;;
esac

# JAX, which Debian lacks, in a Python environment of its own: once all packages are there.
jax_environment() {
  local environment
  environment="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/benchmarks-python"
  if "$environment/bin/python3" -c "import jax" 2> /dev/null; then return; fi
  echo "installing: jax"
  /usr/bin/python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet jax || echo "JAX can't be installed: its comparisons are left out" >&2
}
finish() { if [ "${1:-}" = --benchmarks ]; then jax_environment; fi; }

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  finish "$@"
  exit 0
fi

echo "installing: ${missing[*]}"
sudo=""
[ "$(id -u)" -eq 0 ] || sudo=sudo
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
finish "$@"
