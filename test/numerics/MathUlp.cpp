// Measures the math functions against a wider libm: every f32 input, and samples of f64; and counts results whose bits depend on
// the vector width. Not a test: it takes minutes for each function.
//
//   math-ulp f32|f64 function... [--step N]
//
// prints a row of the table in docs/numerics.md for each function. `--step` takes every N-th input, or so many samples less.
// Functions of two arguments are sampled in both formats.
#include "burin/burin.h"
#include "test/numerics/Ulp.h"
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iterator>
#include <string_view>
#include <vector>

namespace bn = burin;
using bn::test::ulp_distance;

namespace {

constexpr std::uint64_t kSamples = 100'000'000;
constexpr std::size_t kChunk = 1 << 16;

template <class Wide> Wide reciprocal_root(Wide x) { return 1 / std::sqrt(x); }
template <class Wide> Wide logistic(Wide x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }
template <class Wide> Wide log_of_sum(Wide x) { return (x > 0 ? x : 0) + std::log1p(std::exp(-std::fabs(x))); }

template <class Wide> struct Unary {
  std::string_view name;
  bn::Tensor (*op)(const bn::Operand &);
  Wide (*reference)(Wide);
};
template <class Wide>
constexpr Unary<Wide> kUnary[] = {
    {"exp", bn::exp, std::exp},
    {"exp2", bn::exp2, std::exp2},
    {"expm1", bn::expm1, std::expm1},
    {"log", bn::log, std::log},
    {"log2", bn::log2, std::log2},
    {"log10", bn::log10, std::log10},
    {"log1p", bn::log1p, std::log1p},
    {"sqrt", bn::sqrt, std::sqrt},
    {"rsqrt", bn::rsqrt, reciprocal_root<Wide>},
    {"sigmoid", bn::sigmoid, logistic<Wide>},
    {"softplus", bn::softplus, log_of_sum<Wide>},
    {"sin", bn::sin, std::sin},
    {"cos", bn::cos, std::cos},
    {"tan", bn::tan, std::tan},
    {"asin", bn::asin, std::asin},
    {"acos", bn::acos, std::acos},
    {"atan", bn::atan, std::atan},
    {"sinh", bn::sinh, std::sinh},
    {"cosh", bn::cosh, std::cosh},
    {"tanh", bn::tanh, std::tanh},
    {"asinh", bn::asinh, std::asinh},
    {"acosh", bn::acosh, std::acosh},
    {"atanh", bn::atanh, std::atanh},
    {"erf", bn::erf, std::erf},
    {"erfc", bn::erfc, std::erfc},
    {"lgamma", bn::lgamma, std::lgamma},
};

template <class Wide> struct Binary {
  std::string_view name;
  bn::Tensor (*op)(const bn::Operand &, const bn::Operand &);
  Wide (*reference)(Wide, Wide);
};
template <class Wide>
constexpr Binary<Wide> kBinary[] = {{"pow", bn::pow, std::pow}, {"atan2", bn::atan2, std::atan2}, {"hypot", bn::hypot, std::hypot}};

// --- inputs ----------------------------------------------------------------------------------------------------------

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kSpecials[] = {0.0,      -0.0,      kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN(),
                                5e-324,   -5e-324,   2.2e-308,  -2.2e-308,  1e-310,
                                1.79e308, -1.79e308, 1.0,       -1.0,       1e-20,
                                -1e-20,   709.8,     -745.2,    1024.0,     -1075.0};

/// The inputs as bit patterns: all of f32 in order; samples are the special ones, then pseudo-random ones, half of moderate size.
template <class T> struct Inputs {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  std::uint64_t step;
  bool sampled;
  std::uint64_t next = 0, state = 0x9e3779b97f4a7c15;

  bool done() const { return sampled ? next >= kSamples / step : next > UINT32_MAX; }
  T take() {
    Bits bits;
    if (!sampled) {
      bits = static_cast<Bits>(next);
      next += step;
    } else if (next < std::size(kSpecials)) {
      return static_cast<T>(kSpecials[next++]);
    } else {
      state = state * 6364136223846793005u + 1442695040888963407u;
      bits = static_cast<Bits>((state ^ (state >> 29)) >> (64 - 8 * sizeof(T)));
      constexpr int mantissa = std::numeric_limits<T>::digits - 1, bias = std::numeric_limits<T>::max_exponent - 1;
      const Bits exponents = (~Bits(0) << (mantissa + 1)) >> 1;
      if (next++ % 2) // exponents from -20 to 11
        bits = (bits & ~exponents) | (static_cast<Bits>(bias - 20) + ((bits >> mantissa) & 31)) << mantissa;
    }
    T x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
  }
};

// --- measuring -------------------------------------------------------------------------------------------------------

using Compiled = bn::Function<bn::Tensor(std::vector<bn::Tensor>)>;

struct Worst {
  double ulps = 0.5, x = 0, y = 0; // half an ulp: what is rounded right
  unsigned long different = 0;
};

template <class T> bn::Tensor tensor(const std::vector<T> &values) { return bn::Tensor::from_vector(values); }

/// Runs `op` on all inputs, with vectors of 512 and of 256 bits.
template <class T, class Wide>
Worst measure(const std::function<bn::Tensor(std::vector<bn::Tensor>)> &op, const std::function<Wide(Wide, Wide)> &reference, bool binary,
              std::uint64_t step) {
  auto wide = bn::function([&](std::vector<bn::Tensor> x) { return op(x); });
  auto narrow = bn::function([&](std::vector<bn::Tensor> x) { return op(x); });
  auto run = [](auto &function, int bits, const std::vector<bn::Tensor> &x) {
    bn::Options options = bn::options();
    options.vector_bits = bits; // counts when the function is traced
    bn::set_options(options);
    return function(x);
  };
  Worst worst;
  Inputs<T> inputs{step, binary || sizeof(T) == 8}, others{step, true, 7, 0x2545f4914f6cdd1d};
  while (!inputs.done()) {
    std::vector<T> x(kChunk), y(binary ? kChunk : 0);
    for (T &value : x) value = inputs.take();
    for (T &value : y) value = others.take();
    std::vector<bn::Tensor> operands = {tensor(x)};
    if (binary) operands.push_back(tensor(y));
    const bn::Tensor result = run(wide, 0, operands), other = run(narrow, 256, operands);
    const auto found = result.template view<T>(), compared = other.template view<T>();
    for (std::size_t i = 0; i < kChunk; ++i) {
      const Wide exact = reference(x[i], binary ? y[i] : T(0));
      if (found[i] != static_cast<T>(exact) || found[i] == 0) { // else it is rounded right, within half an ulp
        const double error = ulp_distance(found[i], exact);
        if (error > worst.ulps) worst = {error, x[i], binary ? y[i] : 0, worst.different};
      }
      const bool is_nan = std::isnan(found[i]) && std::isnan(compared[i]); // whose sign and payload mean nothing
      worst.different += !is_nan && std::memcmp(&found[i], &compared[i], sizeof(T)) != 0;
    }
  }
  return worst;
}

template <class T, class Wide> bool report(std::string_view name, std::uint64_t step) {
  Worst worst;
  bool binary = false, known = false;
  for (const Unary<Wide> &function : kUnary<Wide>)
    if (function.name == name) {
      known = true;
      worst = measure<T, Wide>([&](std::vector<bn::Tensor> x) { return function.op(x[0]); },
                               [&](Wide x, Wide) { return function.reference(x); }, false, step);
    }
  for (const Binary<Wide> &function : kBinary<Wide>)
    if (function.name == name) {
      known = binary = true;
      worst = measure<T, Wide>([&](std::vector<bn::Tensor> x) { return function.op(x[0], x[1]); }, function.reference, true, step);
    }
  if (!known) {
    std::fprintf(stderr, "math-ulp: no function '%.*s'\n", static_cast<int>(name.size()), name.data());
    return false;
  }
  std::printf("| %.*s | %s | %.3f | %a", static_cast<int>(name.size()), name.data(), sizeof(T) == 4 ? "f32" : "f64", worst.ulps, worst.x);
  if (binary) std::printf(", %a", worst.y);
  std::printf(" | %lu |\n", worst.different);
  std::fflush(stdout);
  return true;
}

} // namespace

int main(int argc, char **argv) {
  std::vector<std::string_view> names;
  std::uint64_t step = 1;
  for (int i = 2; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--step" && i + 1 < argc) step = std::strtoull(argv[++i], nullptr, 10);
    else names.push_back(argv[i]);
  }
  if (names.empty() || step == 0) {
    std::fprintf(stderr, "usage: math-ulp f32|f64 function... [--step N]\n");
    return 2;
  }
  const bool is_f32 = std::string_view(argv[1]) == "f32";
  bool all = true;
  for (std::string_view name : names) all &= is_f32 ? report<float, double>(name, step) : report<double, long double>(name, step);
  return all ? 0 : 1;
}
