// Measures the math functions against a wider libm: every f32 input, and samples of f64; and counts results whose bits depend on
// the vector width, for every 16th block of inputs. Not a test: it takes up to minutes for each function.
//
//   math-ulp f32|f64 function... [--step N] [--samples N]
//
// prints a row of the table in docs/numerics.md for each function. `--step` takes every N-th input, or so many samples less;
// `--samples` is their number, 10^8 by default. Functions of two arguments are sampled in both formats.
//
// The reference is glibc's function of the wider format. For f32 its vector variant (libmvec, within 4 ulps of f64, which is 10^-8
// of one of f32) looks at all results first: what it finds within the largest error so far, and of the right sign, is done with; all
// else is measured against the scalar one.
#include "burin/burin.h"
#include "test/numerics/Ulp.h"
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <immintrin.h>
#include <iterator>
#include <span>
#include <string_view>
#include <vector>

namespace bn = burin;
using bn::test::ulp_distance;

namespace {

std::uint64_t sample_count = 100'000'000;
constexpr std::size_t kChunk = 1 << 16;
constexpr std::uint64_t kComparedEvery = 16;

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

// --- a quick look at f32 results ---------------------------------------------------------------------------------------

extern "C" { // of libmvec
__m256d _ZGVdN4v_exp(__m256d);
__m256d _ZGVdN4v_exp2(__m256d);
__m256d _ZGVdN4v_expm1(__m256d);
__m256d _ZGVdN4v_log(__m256d);
__m256d _ZGVdN4v_log2(__m256d);
__m256d _ZGVdN4v_log10(__m256d);
__m256d _ZGVdN4v_log1p(__m256d);
__m256d _ZGVdN4v_sin(__m256d);
__m256d _ZGVdN4v_cos(__m256d);
__m256d _ZGVdN4v_tan(__m256d);
__m256d _ZGVdN4v_asin(__m256d);
__m256d _ZGVdN4v_acos(__m256d);
__m256d _ZGVdN4v_atan(__m256d);
__m256d _ZGVdN4v_sinh(__m256d);
__m256d _ZGVdN4v_cosh(__m256d);
__m256d _ZGVdN4v_tanh(__m256d);
__m256d _ZGVdN4v_asinh(__m256d);
__m256d _ZGVdN4v_acosh(__m256d);
__m256d _ZGVdN4v_atanh(__m256d);
__m256d _ZGVdN4v_erf(__m256d);
__m256d _ZGVdN4v_erfc(__m256d);
__m256d _ZGVdN4vv_pow(__m256d, __m256d);
__m256d _ZGVdN4vv_atan2(__m256d, __m256d);
__m256d _ZGVdN4vv_hypot(__m256d, __m256d);
}

__m256d vector_logistic(__m256d x) {
  const __m256d one = _mm256_set1_pd(1);
  return _mm256_div_pd(one, _mm256_add_pd(one, _ZGVdN4v_exp(_mm256_sub_pd(_mm256_setzero_pd(), x))));
}

struct QuickUnary {
  std::string_view name;
  __m256d (*function)(__m256d);
};
constexpr QuickUnary kQuickUnary[] = {
    {"exp", _ZGVdN4v_exp},   {"exp2", _ZGVdN4v_exp2},   {"expm1", _ZGVdN4v_expm1}, {"log", _ZGVdN4v_log},
    {"log2", _ZGVdN4v_log2}, {"log10", _ZGVdN4v_log10}, {"log1p", _ZGVdN4v_log1p}, {"sigmoid", vector_logistic},
    {"sin", _ZGVdN4v_sin},   {"cos", _ZGVdN4v_cos},     {"tan", _ZGVdN4v_tan},     {"asin", _ZGVdN4v_asin},
    {"acos", _ZGVdN4v_acos}, {"atan", _ZGVdN4v_atan},   {"sinh", _ZGVdN4v_sinh},   {"cosh", _ZGVdN4v_cosh},
    {"tanh", _ZGVdN4v_tanh}, {"asinh", _ZGVdN4v_asinh}, {"acosh", _ZGVdN4v_acosh}, {"atanh", _ZGVdN4v_atanh},
    {"erf", _ZGVdN4v_erf},   {"erfc", _ZGVdN4v_erfc},
};
struct QuickBinary {
  std::string_view name;
  __m256d (*function)(__m256d, __m256d);
};
constexpr QuickBinary kQuickBinary[] = {{"pow", _ZGVdN4vv_pow}, {"atan2", _ZGVdN4vv_atan2}, {"hypot", _ZGVdN4vv_hypot}};

/// Which of four results are to be measured: the others are within `most` ulps of `near` and have its sign.
unsigned doubtful(__m128 found, __m256d near, double most) {
  // An ulp of f32 around `near`: 2^(exponent - 23), no less than 2^-149.
  const __m256i exponent = _mm256_and_si256(_mm256_castpd_si256(near), _mm256_set1_epi64x(0x7ff0000000000000));
  const __m256d power = _mm256_max_pd(_mm256_castsi256_pd(exponent), _mm256_set1_pd(0x1p-126));
  const __m256d ulp = _mm256_mul_pd(power, _mm256_set1_pd(0x1p-23));
  const __m256d value = _mm256_cvtps_pd(found);
  const __m256d error = _mm256_andnot_pd(_mm256_set1_pd(-0.0), _mm256_sub_pd(value, near));
  const __m256d close = _mm256_cmp_pd(error, _mm256_mul_pd(ulp, _mm256_set1_pd(most)), _CMP_LE_OQ);
  const int signs = _mm256_movemask_pd(_mm256_xor_pd(value, near));
  return static_cast<unsigned>(~_mm256_movemask_pd(close) | signs) & 15;
}

/// Sees through results of one function four at a time.
class QuickLook {
public:
  explicit QuickLook(std::string_view name) {
    for (const QuickUnary &quick : kQuickUnary)
      if (quick.name == name) unary_ = quick.function;
    for (const QuickBinary &quick : kQuickBinary)
      if (quick.name == name) binary_ = quick.function;
  }
  /// Which of the four results from `i` on may have an error of more than `most` ulps, or are special.
  template <class T>
  unsigned doubtful(std::span<const T> found, const std::vector<T> &x, const std::vector<T> &y, std::size_t i, double most) const {
    if constexpr (std::is_same_v<T, float>) {
      // The vector function's own error is far below the margin.
      const auto wide = [&](const std::vector<float> &values) { return _mm256_cvtps_pd(_mm_loadu_ps(values.data() + i)); };
      if (unary_) return ::doubtful(_mm_loadu_ps(found.data() + i), unary_(wide(x)), most - 1e-6);
      if (binary_) return ::doubtful(_mm_loadu_ps(found.data() + i), binary_(wide(x), wide(y)), most - 1e-6);
    }
    return 15;
  }

private:
  __m256d (*unary_)(__m256d) = nullptr;
  __m256d (*binary_)(__m256d, __m256d) = nullptr;
};

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

  bool done() const { return sampled ? next >= sample_count / step : next > UINT32_MAX; }
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

template <class T> struct Block {
  std::vector<T> x, y; // y: of functions of two arguments
  std::vector<bn::Tensor> operands() const {
    std::vector<bn::Tensor> tensors = {tensor(x)};
    if (!y.empty()) tensors.push_back(tensor(y));
    return tensors;
  }
};

template <class T, class Wide>
void measure_block(std::span<const T> found, const Block<T> &block, const std::function<Wide(Wide, Wide)> &reference,
                   const QuickLook &quick, Worst &worst) {
  for (std::size_t first = 0; first < kChunk; first += 4)
    for (unsigned left = quick.doubtful(found, block.x, block.y, first, worst.ulps); left; left &= left - 1) {
      const std::size_t i = first + static_cast<std::size_t>(std::countr_zero(left));
      const T y = block.y.empty() ? T(0) : block.y[i];
      const Wide exact = reference(block.x[i], y);
      if (found[i] == static_cast<T>(exact) && found[i] != 0) continue; // it is rounded right, within half an ulp
      const double error = ulp_distance(found[i], exact);
      if (error > worst.ulps) worst = {error, block.x[i], y, worst.different};
    }
}

template <class T> unsigned long count_different(std::span<const T> found, std::span<const T> other) {
  unsigned long count = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool is_nan = std::isnan(found[i]) && std::isnan(other[i]); // whose sign and payload mean nothing
    count += !is_nan && std::memcmp(&found[i], &other[i], sizeof(T)) != 0;
  }
  return count;
}

/// Runs `op` on all inputs with vectors of 512 bits, and on some with vectors of 256.
template <class T, class Wide>
Worst measure(const std::function<bn::Tensor(std::vector<bn::Tensor>)> &op, const std::function<Wide(Wide, Wide)> &reference,
              const QuickLook &quick, bool binary, std::uint64_t step) {
  auto wide = bn::function([&](std::vector<bn::Tensor> x) { return op(x); });
  auto narrow = bn::function([&](std::vector<bn::Tensor> x) { return op(x); });
  const auto run = [](auto &function, int bits, const std::vector<bn::Tensor> &x) {
    bn::Options options = bn::options();
    options.vector_bits = bits; // counts when the function is traced
    bn::set_options(options);
    return function(x);
  };
  Worst worst;
  Inputs<T> inputs{step, binary || sizeof(T) == 8}, others{step, true, 7, 0x2545f4914f6cdd1d};
  for (std::uint64_t number = 0; !inputs.done(); ++number) {
    Block<T> block{std::vector<T>(kChunk), std::vector<T>(binary ? kChunk : 0)};
    for (T &value : block.x) value = inputs.take();
    for (T &value : block.y) value = others.take();
    const bn::Tensor result = run(wide, 0, block.operands());
    const std::span<const T> found = result.template view<T>();
    measure_block(found, block, reference, quick, worst);
    if (number % kComparedEvery != 0) continue;
    const bn::Tensor other = run(narrow, 256, block.operands());
    worst.different += count_different(found, std::span<const T>(other.template view<T>()));
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
                               [&](Wide x, Wide) { return function.reference(x); }, QuickLook(name), false, step);
    }
  for (const Binary<Wide> &function : kBinary<Wide>)
    if (function.name == name) {
      known = binary = true;
      worst = measure<T, Wide>([&](std::vector<bn::Tensor> x) { return function.op(x[0], x[1]); }, function.reference, QuickLook(name),
                               true, step);
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
    else if (std::string_view(argv[i]) == "--samples" && i + 1 < argc) sample_count = std::strtoull(argv[++i], nullptr, 10);
    else names.push_back(argv[i]);
  }
  if (names.empty() || step == 0) {
    std::fprintf(stderr, "usage: math-ulp f32|f64 function... [--step N] [--samples N]\n");
    return 2;
  }
  const bool is_f32 = std::string_view(argv[1]) == "f32";
  bool all = true;
  for (std::string_view name : names) all &= is_f32 ? report<float, double>(name, step) : report<double, long double>(name, step);
  return all ? 0 : 1;
}
