#include "test/compiler/GradientCases.h"

namespace burin::test {

static std::string numbers(const char *name, std::vector<int> values) {
  std::string text = std::string(name) + " = array<i64: ";
  for (std::size_t i = 0; i < values.size(); ++i) text += (i ? ", " : "") + std::to_string(values[i]);
  return text + ">";
}

/// The attributes of windows: each two numbers.
static std::string sliding(std::vector<int> strides, std::vector<int> low, std::vector<int> high, std::vector<int> base,
                           std::vector<int> dilation, const std::string &more = "") {
  return "{" + numbers("strides", strides) + ", " + numbers("low", low) + ", " + numbers("high", high) + ", " +
         numbers("base_dilation", base) + ", " + numbers("window_dilation", dilation) + more + "} : ";
}

std::vector<Case> windowCases() {
  const std::string convolution = "burin.convolution %a, %b ";
  auto pool = [](const char *op, const char *window) { return std::string("burin.") + op + " %a window [" + window + "] "; };
  // Of one element each; distinct values that are far apart beside the step, with a tie of windows but none within one.
  const std::vector<double> spread = {1, 5, 2, 8, 3, 9, 4, 7, 6, 0, 2.5, 6.5, 3.5, 1.5, 8.5, 5.5};
  return {
      {convolution + sliding({1, 1}, {0, 0}, {0, 0}, {1, 1}, {1, 1}) + "(tensor<2x3x4x2xf64>, tensor<2x3x2x3xf64>) -> tensor<2x2x2x3xf64>"},
      {convolution + sliding({2, 3}, {1, 0}, {1, 2}, {1, 1}, {1, 2}) + "(tensor<1x4x5x1xf64>, tensor<3x2x1x2xf64>) -> tensor<1x2x2x2xf64>"},
      {convolution + sliding({1, 2}, {2, 1}, {0, 1}, {2, 3}, {1, 1}) + "(tensor<1x3x2x1xf64>, tensor<2x3x1x1xf64>) -> tensor<1x6x2x1xf64>"},
      {convolution + sliding({1, 1}, {-1, 0}, {0, -2}, {1, 2}, {1, 1}) +
       "(tensor<1x3x3x1xf64>, tensor<1x2x1x2xf64>) -> tensor<1x2x2x2xf64>"},
      {convolution + sliding({1, 1}, {1, 0}, {0, 0}, {1, 1}, {1, 1}, ", groups = 2") +
       "(tensor<2x2x3x4xf64>, tensor<2x2x2x6xf64>) -> tensor<2x2x2x6xf64>"},
      {convolution + sliding({2, 1}, {0, 1}, {0, 0}, {1, 1}, {1, 1}, ", groups = 3") +
       "(tensor<1x3x2x3xf64>, tensor<2x2x1x6xf64>) -> tensor<1x1x2x6xf64>"},
      {pool("sum_pool", "2, 2") + sliding({1, 2}, {1, 0}, {0, 1}, {1, 1}, {1, 1}) + "(tensor<1x3x3x2xf64>) -> tensor<1x3x2x2xf64>"},
      {pool("sum_pool", "2, 3") + sliding({2, 1}, {0, 1}, {1, 2}, {2, 1}, {1, 2}) + "(tensor<2x2x3x1xf64>) -> tensor<2x2x2x1xf64>"},
      {pool("max_pool", "2, 2") + sliding({2, 2}, {0, 0}, {0, 0}, {1, 1}, {1, 1}) + "(tensor<1x4x4x1xf64>) -> tensor<1x2x2x1xf64>",
       {},
       1e-3,
       spread},
      {pool("max_pool", "3, 2") + sliding({1, 1}, {1, 0}, {1, 1}, {1, 1}, {1, 2}) + "(tensor<1x4x4x1xf64>) -> tensor<1x4x3x1xf64>",
       {},
       1e-3,
       spread},
  };
}

} // namespace burin::test
