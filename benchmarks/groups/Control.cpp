#include "Groups.h"
#include <cmath>

// Loops and branches: how fast they run, and how long many of them take to compile.
namespace bench {

static Case scalar_loop() {
  constexpr std::int64_t kTrips = 100'000'000;
  Case test{.problem = {Kind::ScalarLoop, {kTrips}}, .work = {Work::Unit::Elements, double{kTrips}}};
  std::uint64_t state = 1;
  for (std::int64_t i = 0; i < kTrips; ++i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
  }
  test.expected = {static_cast<float>(state >> 40)};
  test.tolerance = 0;
  return test;
}

static Case recurrence() {
  constexpr std::int64_t kSteps = 100'000, kWidth = 64;
  Case test{
      .problem = {Kind::Recurrence,
                  {kSteps, kWidth},
                  {uniform(kSteps * kWidth, 21, -1, 1), uniform(kWidth * kWidth, 22, -0.15f, 0.15f), uniform(kWidth, 23, -0.1f, 0.1f)}},
      .work = {Work::Unit::Flops, 2.0 * kSteps * kWidth * kWidth}};
  const auto &[x, w, b] = std::tie(test.problem.inputs[0], test.problem.inputs[1], test.problem.inputs[2]);
  std::vector<double> h(kWidth), next(kWidth);
  for (std::size_t t = 0; t < kSteps; ++t) {
    for (std::size_t i = 0; i < kWidth; ++i) {
      double sum = double{x[t * kWidth + i]} + b[i];
      for (std::size_t k = 0; k < kWidth; ++k) sum += w[i * kWidth + k] * h[k];
      next[i] = std::tanh(sum);
    }
    h.swap(next);
    test.expected.insert(test.expected.end(), h.begin(), h.end());
  }
  return test;
}

static Case mandelbrot() {
  constexpr std::int64_t kRows = 480, kColumns = 640, kTrips = 256;
  Case test{.problem = {Kind::Mandelbrot, {kRows, kColumns, kTrips}, {Buffer(kColumns), Buffer(kRows)}},
            .work = {Work::Unit::Elements, double{kRows * kColumns * kTrips}}};
  Buffer &x = test.problem.inputs[0], &y = test.problem.inputs[1];
  for (std::size_t i = 0; i < kColumns; ++i) x[i] = -2.25f + 0.0046875f * static_cast<float>(i);
  for (std::size_t i = 0; i < kRows; ++i) y[i] = -1.125f + 0.0046875f * static_cast<float>(i);
  // In f32, as all compute it: near the border one rounding decides on many trips. What fused multiply-adds make of the border
  // stays within the tolerance of a few points' worth (see `difference`): the values are checked by their sums along rows.
  for (std::size_t i = 0; i < kRows; ++i) {
    double row = 0;
    for (std::size_t j = 0; j < kColumns; ++j) {
      float re = 0, im = 0;
      for (int trip = 0; trip < kTrips; ++trip) {
        const float re2 = re * re, im2 = im * im;
        if (!(re2 + im2 <= 4.0f)) break;
        im = 2.0f * (re * im) + y[i];
        re = re2 - im2 + x[j];
        ++row;
      }
    }
    test.expected.push_back(static_cast<float>(row));
  }
  test.tolerance = 2e-2;
  return test;
}

static constexpr const char *kControlNames[] = {
    "loops in a row", "nested loops", "branches in a row", "nested branches", "nested loops over scalars", "calls of one function"};

void add_control_cases(Cases &cases) {
  cases.push_back({"scalar loop/1e8 trips", scalar_loop});
  cases.push_back({"scan/64-wide cell, 1e5 steps", recurrence});
  cases.push_back({"mandelbrot/480x640, 256 trips", mandelbrot});
  for (std::int64_t which = 0; which < std::ssize(kControlNames); ++which)
    for (std::int64_t count : {25, 50, 100, 200})
      cases.push_back({"compile/" + std::to_string(count) + " " + kControlNames[which],
                       [=] { return Case{.problem = {Kind::FirstControlCall, {which, count}}}; }});
}

} // namespace bench
