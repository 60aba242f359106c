#include "Groups.h"

// A layer in the middle of an image network, and the first one on small images of one channel; both with zeros around the images.
namespace bench {

static Case convolution(std::int64_t batch, std::int64_t size, std::int64_t channels, std::int64_t made) {
  constexpr std::int64_t kWindow = 3;
  const std::int64_t taps = kWindow * kWindow * channels;
  Case test{.problem = {Kind::Convolution,
                        {batch, size, size, channels, kWindow, kWindow, made},
                        {uniform(batch * size * size * channels, 21, -1, 1), uniform(taps * made, 22, -1, 1)}},
            .work = {Work::Unit::Flops, 2.0 * static_cast<double>(batch * size * size * taps * made)}};
  // As a product of a matrix of windows, in f64.
  std::vector<double> windows;
  for (std::int64_t n = 0; n < batch; ++n)
    for (std::int64_t row = 0; row < size; ++row)
      for (std::int64_t column = 0; column < size; ++column)
        for (std::int64_t h = row - 1; h <= row + 1; ++h)
          for (std::int64_t w = column - 1; w <= column + 1; ++w)
            for (std::int64_t c = 0; c < channels; ++c) {
              const bool inside = h >= 0 && h < size && w >= 0 && w < size;
              const auto at = static_cast<std::size_t>(((n * size + h) * size + w) * channels + c);
              windows.push_back(inside ? static_cast<double>(test.problem.inputs[0][at]) : 0);
            }
  test.expected = as_floats(exact_matmul(windows, test.problem.inputs[1], batch * size * size, made, taps));
  return test;
}

void add_convolution_cases(Cases &cases) {
  cases.push_back({"conv2d/1x56x56x64 by 3x3x64x64", [] { return convolution(1, 56, 64, 64); }});
  cases.push_back({"conv2d/8x28x28x1 by 3x3x1x32", [] { return convolution(8, 28, 1, 32); }});
}

} // namespace bench
