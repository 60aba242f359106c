#include "Groups.h"
#include <algorithm>
#include <cmath>
#include <numeric>

// Ops that runtime kernels compute, on 1e6 floats.
namespace bench {

static constexpr std::int64_t kSize = 1'000'000;

static Case lines(Kind kind, float low, float high) {
  return {.problem = {kind, {kSize}, {uniform(kSize, 11, low, high)}}, .work = {Work::Unit::Elements, double{kSize}}};
}

static Case sorted() {
  Case test = lines(Kind::Sort, -1, 1);
  test.expected.assign(test.problem.inputs[0].begin(), test.problem.inputs[0].end());
  std::sort(test.expected.begin(), test.expected.end());
  test.tolerance = 0;
  return test;
}

static Case sorting_indices() {
  Case test = lines(Kind::Argsort, -1, 1);
  const Buffer &x = test.problem.inputs[0];
  std::vector<std::uint32_t> order(x.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return x[a] < x[b] || (x[a] == x[b] && a < b); });
  test.expected.assign(order.begin(), order.end());
  test.tolerance = 0;
  return test;
}

static Case greatest() {
  Case test = lines(Kind::TopK, -1, 1);
  test.expected.assign(test.problem.inputs[0].begin(), test.problem.inputs[0].end());
  std::partial_sort(test.expected.begin(), test.expected.begin() + 100, test.expected.end(), std::greater<>());
  test.expected.resize(100);
  test.tolerance = 0;
  return test;
}

static Case scanned(Kind kind, float low, float high, double (*combine)(double, double), double initial) {
  Case test = lines(kind, low, high);
  double state = initial;
  for (double value : test.problem.inputs[0]) {
    state = combine(state, value);
    test.expected.push_back(static_cast<float>(state));
  }
  test.tolerance = 1e-3; // NumPy sums one after the other
  return test;
}

static Case inverse() {
  constexpr std::int64_t n = 256;
  Case test{.problem = {Kind::Inv, {n, n}, {uniform(n * n, 12, -1, 1)}}, .work = {Work::Unit::Flops, 2.0 * n * n * n}};
  for (std::size_t i = 0; i < n; ++i) test.problem.inputs[0][i * n + i] += 50;
  std::vector<double> a = as_doubles({test.problem.inputs[0].data(), static_cast<std::size_t>(n * n)}), inverted(n * n);
  for (std::size_t i = 0; i < n; ++i) inverted[i * n + i] = 1;
  for (std::size_t k = 0; k < n; ++k) { // the diagonal dominates: no pivots
    const double pivot = 1 / a[k * n + k];
    for (std::size_t j = 0; j < n; ++j) {
      a[k * n + j] *= pivot;
      inverted[k * n + j] *= pivot;
    }
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a[i * n + k];
      for (std::size_t j = 0; j < n; ++j) {
        a[i * n + j] -= factor * a[k * n + j];
        inverted[i * n + j] -= factor * inverted[k * n + j];
      }
    }
  }
  test.expected = as_floats(inverted);
  return test;
}

void add_kernel_cases(Cases &cases) {
  cases.push_back({"sort/1e6", sorted});
  cases.push_back({"argsort/1e6", sorting_indices});
  cases.push_back({"top_k/100 of 1e6", greatest});
  cases.push_back({"cumulative_sum/1e6", [] { return scanned(Kind::CumulativeSum, 0, 1, [](double a, double b) { return a + b; }, 0); }});
  cases.push_back(
      {"cumulative_prod/1e6", [] { return scanned(Kind::CumulativeProd, 0.999f, 1.001f, [](double a, double b) { return a * b; }, 1); }});
  cases.push_back(
      {"cumulative_max/1e6", [] { return scanned(Kind::CumulativeMax, 0, 1, [](double a, double b) { return std::max(a, b); }, -1); }});
  cases.push_back({"inv/256", inverse});
}

} // namespace bench
