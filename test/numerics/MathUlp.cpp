// Measures the vector math of a shared object against a wider libm: every f32 input, and samples of f64. It knows nothing of
// the compiler: each function is a C symbol `void name(const T *x, T *y, long count)` with count a multiple of 1024.
//
//   math-ulp library.so symbol f32|f64 exp|log|... [step] [library2.so symbol2]
//
// prints the largest error in ulps and where it is; exits 1 above the bound. `step` (1) takes every step-th f32 input, or scales
// down the 10^8 samples of f64. With a second symbol it also counts the inputs whose results differ in any bit from the first's.
#include "test/numerics/Ulp.h"
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <iterator>
#include <string_view>

using burin::test::ulp_distance;

static constexpr long chunk = 1024;

template <class Wide> struct Function {
  std::string_view name;
  Wide (*reference)(Wide);
  double f32Bound, f64Bound;
};

template <class Wide> static Wide reciprocal_root(Wide x) { return 1 / std::sqrt(x); }

template <class Wide> static const Function<Wide> functions[] = {
    {"exp", std::exp, 1, 2},     {"exp2", std::exp2, 1, 2},   {"expm1", std::expm1, 2, 2}, {"log", std::log, 1, 2},
    {"log2", std::log2, 2, 2},   {"log10", std::log10, 2, 2}, {"log1p", std::log1p, 2, 2}, {"tanh", std::tanh, 4, 2},
    {"rsqrt", reciprocal_root<Wide>, 2, 2}, {"erf", std::erf, 4, 4}, {"sin", std::sin, 4, 4}, {"cos", std::cos, 4, 4},
};

static constexpr double infinity = std::numeric_limits<double>::infinity();
static const double specials[] = {0.0,     -0.0,     infinity, -infinity, NAN,   5e-324, -5e-324, 2.2e-308, -2.2e-308, 1e-310,
                                  1.79e308, -1.79e308, 1.0,     -1.0,      1e-20, -1e-20, 709.8,   -745.2,   1024.0,    -1075.0};

/// The inputs as bit patterns: all of f32 in order; for f64 the special ones, then pseudo-random ones, half of them of
/// moderate size.
struct Inputs {
  std::uint64_t step, next = 0, state = 0x9e3779b97f4a7c15;

  bool take(float &x) {
    if (next > UINT32_MAX)
      return false;
    std::uint32_t bits = static_cast<std::uint32_t>(next);
    std::memcpy(&x, &bits, sizeof x);
    next += step;
    return true;
  }
  bool take(double &x) {
    if (next >= 100'000'000 / step)
      return false;
    if (next < std::size(specials)) {
      x = specials[next++];
      return true;
    }
    state = state * 6364136223846793005u + 1442695040888963407u;
    std::uint64_t bits = state ^ (state >> 29);
    if (next++ % 2) // exponents from -20 to 11
      bits = (bits & ~(std::uint64_t(0x7ff) << 52)) | ((1003 + ((bits >> 52) & 31)) << 52);
    std::memcpy(&x, &bits, sizeof x);
    return true;
  }
};

template <class T, class Wide> struct Comparison {
  const Function<Wide> &function;
  void (*first)(const T *, T *, long), (*second)(const T *, T *, long);
  double worst = 0;
  T worstInput = 0;
  unsigned long different = 0;

  void check(const T *x, long count) {
    T y[chunk], other[chunk];
    first(x, y, chunk);
    if (second)
      second(x, other, chunk);
    for (long i = 0; i < count; ++i) {
      double error = ulp_distance(y[i], function.reference(x[i]));
      if (error > worst) {
        worst = error;
        worstInput = x[i];
      }
      different += second && std::memcmp(&y[i], &other[i], sizeof(T)) != 0;
    }
  }
};

template <class T> static auto load(const char *library, const char *symbol) {
  void *handle = dlopen(library, RTLD_NOW);
  void *address = handle ? dlsym(handle, symbol) : nullptr;
  if (!address) {
    std::fprintf(stderr, "math-ulp: %s\n", dlerror());
    std::exit(2);
  }
  return reinterpret_cast<void (*)(const T *, T *, long)>(address);
}

template <class T, class Wide> static int measure(int argc, char **argv, double Function<Wide>::*bound) {
  for (const Function<Wide> &function : functions<Wide>) {
    if (function.name != argv[4])
      continue;
    Comparison<T, Wide> comparison{function, load<T>(argv[1], argv[2]), argc > 7 ? load<T>(argv[6], argv[7]) : nullptr};
    Inputs inputs{argc > 5 ? std::strtoull(argv[5], nullptr, 10) : 1};
    for (long count = chunk; count == chunk;) {
      T x[chunk] = {};
      for (count = 0; count < chunk && inputs.take(x[count]);)
        ++count;
      comparison.check(x, count);
    }
    std::printf("%s %s: %.3f ulp at %a, %lu differ\n", argv[3], argv[4], comparison.worst, double(comparison.worstInput),
                comparison.different);
    return comparison.worst > function.*bound || comparison.different != 0;
  }
  std::fprintf(stderr, "math-ulp: no function '%s'\n", argv[4]);
  return 2;
}

int main(int argc, char **argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: math-ulp library.so symbol f32|f64 function [step] [library2.so symbol2]\n");
    return 2;
  }
  bool isF32 = std::string_view(argv[3]) == "f32";
  return isF32 ? measure<float, double>(argc, argv, &Function<double>::f32Bound)
               : measure<double, long double>(argc, argv, &Function<long double>::f64Bound);
}
