// Loops written by hand, as a C++ programmer who cares writes them: state in locals, the matrix transposed once so that the
// inner loop runs over neighbours, and -ffast-math, with which GCC calls the C library's vector tanh.
#include "../Problem.h"
#include <array>
#include <cmath>
#include <cstdint>

using namespace bench;

namespace {

constexpr std::size_t kWidth = 64;

Contender scalar_loop(const Problem &problem) {
  const Buffer output(1);
  return writes(output, [trips = problem.extents[0], output] {
    std::uint64_t state = 1;
    for (std::int64_t i = 0; i < trips; ++i) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
    }
    output[0] = static_cast<float>(state >> 40);
  });
}

void cells(std::size_t steps, const float *__restrict x, const float *__restrict transposed, const float *__restrict b,
           float *__restrict out) {
  alignas(64) std::array<float, kWidth> h{}, sums;
  for (std::size_t t = 0; t < steps; ++t) {
    for (std::size_t i = 0; i < kWidth; ++i) sums[i] = x[t * kWidth + i] + b[i];
    for (std::size_t k = 0; k < kWidth; ++k)
      for (std::size_t i = 0; i < kWidth; ++i) sums[i] += transposed[k * kWidth + i] * h[k];
    for (std::size_t i = 0; i < kWidth; ++i) out[t * kWidth + i] = h[i] = std::tanh(sums[i]);
  }
}

Contender recurrence(const Problem &problem) {
  const Buffer output(problem.extents[0] * problem.extents[1]), transposed(kWidth * kWidth);
  const Buffer x = problem.inputs[0], w = problem.inputs[1], b = problem.inputs[2];
  return writes(output, [=, steps = static_cast<std::size_t>(problem.extents[0])] {
    for (std::size_t i = 0; i < kWidth; ++i)
      for (std::size_t k = 0; k < kWidth; ++k) transposed[k * kWidth + i] = w[i * kWidth + k];
    cells(steps, x.data(), transposed.data(), b.data(), output.data());
  });
}

// Point by point, each until it is away: what no whole-array program can do.
Contender mandelbrot(const Problem &problem) {
  const Buffer output(problem.extents[0]), x = problem.inputs[0], y = problem.inputs[1];
  return writes(output, [=, trips = problem.extents[2]] {
    for (std::size_t i = 0; i < y.size(); ++i) {
      std::int64_t row = 0;
      for (float column : x) {
        float re = 0, im = 0;
        for (std::int64_t trip = 0; trip < trips; ++trip) {
          const float re2 = re * re, im2 = im * im;
          if (re2 + im2 > 4.0f) break;
          im = 2.0f * (re * im) + y[i];
          re = re2 - im2 + column;
          ++row;
        }
      }
      output[i] = static_cast<float>(row);
    }
  });
}

} // namespace

BURIN_BENCH_PEER(Registry &registry) {
  registry.describe("C++ by hand, -O3 -march=native -ffast-math");
  registry.add("C++", Kind::ScalarLoop, scalar_loop);
  registry.add("C++", Kind::Recurrence, recurrence);
  registry.add("(C++, point by point)", Kind::Mandelbrot, mandelbrot);
}
