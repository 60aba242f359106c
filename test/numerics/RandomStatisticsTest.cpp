// Whether draws have the distributions that they promise: moments, Kolmogorov and Smirnov's distance, chi squared. Seeds are fixed, so
// a test either always passes or never; bounds are such that one in 10^6 right generators would fail.
#include "burin/burin.h"
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

namespace burin::test {

constexpr std::int64_t kCount = 1'000'000;
constexpr double kBound = 4.9; // standard deviations: one in 10^6

static std::vector<double> values_of(const Tensor &x) { return cast(x, DType::F64).to_vector<double>(); }

/// Compares the mean of f(x) with what it should be, in units of its own standard deviation.
static void expect_mean(const std::vector<double> &x, double (*f)(double), double mean, double variance, const char *what) {
  double sum = 0;
  for (const double value : x) sum += f(value) - mean;
  EXPECT_LT(std::fabs(sum) / std::sqrt(variance * static_cast<double>(x.size())), kBound) << what;
}

/// The greatest distance of the sample's distribution from `distribution`, times the root of its size: 2.7 is exceeded by one in 10^6.
static double distance(std::vector<double> x, const std::function<double(double)> &distribution) {
  std::sort(x.begin(), x.end());
  const auto n = static_cast<double>(x.size());
  double greatest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double p = distribution(x[i]);
    greatest = std::max({greatest, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
  }
  return greatest * std::sqrt(n);
}
constexpr double kDistance = 2.7;

/// (chi squared - its mean) / its standard deviation, of counts that all should be `expected`.
static double chi_squared(const std::vector<std::int64_t> &counts, double expected) {
  double sum = 0;
  for (const std::int64_t count : counts)
    sum += (static_cast<double>(count) - expected) * (static_cast<double>(count) - expected) / expected;
  const auto freedom = static_cast<double>(counts.size() - 1);
  return std::fabs(sum - freedom) / std::sqrt(2 * freedom);
}

static double normal_below(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }

TEST(RandomStatistics, UniformHasItsMomentsAndDistribution) {
  for (const DType dtype : {DType::F32, DType::F64}) {
    const std::vector<double> x = values_of(uniform({kCount}, 2024, {.dtype = dtype}));
    expect_mean(x, [](double v) { return v; }, 0.5, 1.0 / 12, "mean");
    expect_mean(x, [](double v) { return (v - 0.5) * (v - 0.5); }, 1.0 / 12, 1.0 / 180, "variance");
    EXPECT_LT(distance(x, [](double v) { return v; }), kDistance);
  }
}

TEST(RandomStatistics, NormalHasItsMomentsAndDistribution) {
  for (const DType dtype : {DType::F32, DType::F64}) {
    const std::vector<double> x = values_of(normal({kCount}, 2024, {.dtype = dtype}));
    expect_mean(x, [](double v) { return v; }, 0, 1, "mean");
    expect_mean(x, [](double v) { return v * v; }, 1, 2, "variance");
    expect_mean(x, [](double v) { return v * v * v; }, 0, 15, "skewness");
    expect_mean(x, [](double v) { return v * v * v * v; }, 3, 96, "kurtosis");
    EXPECT_LT(distance(x, normal_below), kDistance);
    const auto beyond4 = static_cast<double>(std::count_if(x.begin(), x.end(), [](double v) { return std::fabs(v) > 4; }));
    EXPECT_NEAR(beyond4, 63.3, kBound * std::sqrt(63.3)) << "tails";
  }
}

TEST(RandomStatistics, TruncatedNormalHasItsDistribution) {
  for (const auto &[lower, upper] : std::vector<std::pair<double, double>>{{-2, 2}, {0.5, 3}, {3.5, INFINITY}, {-INFINITY, -1}}) {
    const double below = normal_below(lower), above = normal_below(upper);
    // f32 has as many values near 4 as are drawn, so a part of them: rounding makes steps that the distance would see.
    const std::vector<double> x = values_of(truncated_normal({kCount / 10}, 7, {.lower = lower, .upper = upper}));
    EXPECT_LT(distance(x, [&](double v) { return (normal_below(v) - below) / (above - below); }), kDistance) << lower << " " << upper;
  }
}

TEST(RandomStatistics, NeighboursAreIndependent) {
  const std::vector<double> x = values_of(uniform({kCount}, 3));
  for (const std::size_t lag : {1, 2, 3, 4, 8, 1000}) {
    double sum = 0;
    for (std::size_t i = 0; i + lag < x.size(); ++i) sum += (x[i] - 0.5) * (x[i + lag] - 0.5);
    EXPECT_LT(std::fabs(sum) * 12 / std::sqrt(static_cast<double>(x.size() - lag)), kBound) << "lag " << lag;
  }
  std::vector<std::int64_t> cells(64 * 64 * 4);
  for (std::size_t i = 0; i + 2 < x.size(); i += 3)
    ++cells[static_cast<std::size_t>(x[i] * 64) * 256 + static_cast<std::size_t>(x[i + 1] * 64) * 4 +
            static_cast<std::size_t>(x[i + 2] * 4)];
  EXPECT_LT(chi_squared(cells, static_cast<double>(x.size() / 3) / static_cast<double>(cells.size())), kBound);
}

TEST(RandomStatistics, StreamsAndSeedsAreIndependent) {
  const std::vector<double> x = values_of(normal({kCount}, 3));
  for (const Tensor &key : {random_key(4), random_key(3, 1), random_key(std::int64_t(1) << 32 | 3)}) {
    const std::vector<double> y = values_of(normal({kCount}, key));
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * y[i];
    EXPECT_LT(std::fabs(sum) / std::sqrt(static_cast<double>(kCount)), kBound);
  }
  // Element 0 of many streams, as of many generators' first draws.
  auto f = function([](const Tensor &stream) { return uniform({}, random_key(12, stream)); });
  std::vector<double> first;
  for (std::int64_t stream = 0; stream < 20000; ++stream) first.push_back(static_cast<double>(f(Tensor::scalar(stream)).item<float>()));
  EXPECT_LT(distance(first, [](double v) { return v; }), kDistance);
}

TEST(RandomStatistics, IntegersAreEquallyLikely) {
  for (const std::int64_t span : {2, 7, 100, 1000}) {
    std::vector<std::int64_t> counts(static_cast<std::size_t>(span));
    for (const std::int64_t value : randint({kCount}, 5, -3, span - 3).to_vector<std::int64_t>())
      ++counts[static_cast<std::size_t>(value + 3)];
    EXPECT_LT(chi_squared(counts, static_cast<double>(kCount) / static_cast<double>(span)), kBound) << span;
  }
  const std::vector<double> wide = values_of(randint({kCount}, 5, INT64_MIN, INT64_MAX));
  EXPECT_LT(distance(wide, [](double v) { return v * 0x1p-64 + 0.5; }), kDistance);
}

TEST(RandomStatistics, ChoicesHaveTheirProbabilities) {
  const std::vector<double> weights = {0.1, 0.2, 0.3, 0.4};
  std::vector<double> logits;
  for (const double w : weights) logits.push_back(std::log(w) + 3);
  std::vector<std::int64_t> counts(weights.size());
  for (const std::int64_t chosen : categorical(Tensor::from_vector(logits), 9, kCount).to_vector<std::int64_t>())
    ++counts[static_cast<std::size_t>(chosen)];
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double deviation = std::sqrt(weights[i] * (1 - weights[i]) * kCount);
    EXPECT_NEAR(static_cast<double>(counts[i]), weights[i] * kCount, kBound * deviation) << i;
  }
  const auto hits = static_cast<double>(count_nonzero(bernoulli(0.3, 9, Shape{kCount})).item<std::int64_t>());
  EXPECT_NEAR(hits, 0.3 * kCount, kBound * std::sqrt(0.21 * kCount));
}

TEST(RandomStatistics, AllOrdersAreEquallyLikely) {
  std::vector<std::int64_t> counts(24);
  Generator generator(8);
  auto f = function([&] { return permutation(4, generator); });
  for (int i = 0; i < 24000; ++i) {
    const std::vector<std::int64_t> order = f().to_vector<std::int64_t>();
    std::size_t number = 0;
    for (std::size_t a = 0; a < 4; ++a) {
      std::size_t below = 0;
      for (std::size_t b = a + 1; b < 4; ++b) below += order[b] < order[a];
      number = number * (4 - a) + below;
    }
    ++counts[number];
  }
  EXPECT_LT(chi_squared(counts, 1000), kBound);
}

} // namespace burin::test
