// JAX on the CPU, in a Python process of its own that times itself: jax_figures.py.
#include "Python.h"

using namespace bench;

BURIN_BENCH_PEER(Registry &registry) {
  static constexpr Python jax{BURIN_BENCH_JAX_PYTHON, BURIN_BENCH_JAX_SCRIPT,
                              "XLA_FLAGS=--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"};
  const std::string found = jax.version();
  if (found.empty()) return registry.describe("JAX is left out: " + std::string(jax.python) + " has none");
  registry.describe("JAX " + found + ", one thread");
  registry.add("JAX", Kind::ScalarLoop, jax.problem("scalar_loop"));
  registry.add("JAX", Kind::Recurrence, jax.problem("recurrence"));
  registry.add("JAX", Kind::TrainingStep, jax.problem("training"));
  registry.add("JAX", Kind::Mandelbrot, jax.problem("mandelbrot"));
}
