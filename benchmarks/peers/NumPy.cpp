// NumPy, in a Python process of its own that times itself: numpy_figures.py.
#include "Python.h"

using namespace bench;

/// The same for random numbers, which have no values to be compared.
static Registry::Factory draws(const Python &numpy, const char *name) {
  return [make = numpy.problem(name)](const Problem &problem) {
    Contender contender = make(problem);
    contender.result = {};
    return contender;
  };
}

BURIN_BENCH_PEER(Registry &registry) {
  static constexpr Python numpy{BURIN_BENCH_PYTHON, BURIN_BENCH_NUMPY_SCRIPT};
  const std::string found = numpy.version();
  if (found.empty()) return registry.describe("NumPy is left out: " + std::string(numpy.python) + " has none");
  registry.describe("NumPy " + found);
  registry.add("NumPy", Kind::Sort, numpy.problem("sort"));
  registry.add("NumPy", Kind::Argmax, numpy.problem("argmax"));
  registry.add("NumPy", Kind::Remainder, numpy.problem("remainder"));
  registry.add("NumPy", Kind::Argsort, numpy.problem("argsort"));
  registry.add("NumPy", Kind::TopK, numpy.problem("top_k"));
  registry.add("NumPy", Kind::CumulativeSum, numpy.problem("cumulative_sum"));
  registry.add("NumPy", Kind::CumulativeProd, numpy.problem("cumulative_prod"));
  registry.add("NumPy", Kind::CumulativeMax, numpy.problem("cumulative_max"));
  registry.add("NumPy", Kind::Gather, numpy.problem("gather"));
  registry.add("NumPy", Kind::GatherRows, numpy.problem("gather_rows"));
  registry.add("NumPy", Kind::Inv, numpy.problem("inv"));
  registry.add("NumPy", Kind::Mandelbrot, numpy.problem("mandelbrot"));
  registry.add("NumPy", Kind::Uniform, draws(numpy, "uniform"));
  registry.add("NumPy", Kind::Normal, draws(numpy, "normal"));
  registry.add("NumPy", Kind::UniformF64, draws(numpy, "uniform_f64"));
  registry.add("NumPy", Kind::NormalF64, draws(numpy, "normal_f64"));
}
