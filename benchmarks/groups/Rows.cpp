#include "Groups.h"
#include <algorithm>
#include <cmath>
#include <numeric>

// Softmax and argmax along rows, the sum of everything, transposed matrices.
namespace bench {

static constexpr std::int64_t kSize = 1024;

static Case softmax() {
  Case test{.problem = {Kind::Softmax, {kSize, kSize}, {uniform(kSize * kSize, 6, -4, 4)}},
            .work = {Work::Unit::Elements, double{kSize * kSize}}};
  for (std::int64_t row = 0; row < kSize; ++row) {
    const std::span<const float> x(test.problem.inputs[0].data() + row * kSize, kSize);
    double total = 0;
    for (double value : x) total += std::exp(value);
    for (double value : x) test.expected.push_back(static_cast<float>(std::exp(value) / total));
  }
  return test;
}

static Case sum() {
  Case test{.problem = {Kind::Sum, {kSize, kSize}, {uniform(kSize * kSize, 7, 0, 1)}}, .work = {Work::Unit::Bytes, 4.0 * kSize * kSize}};
  const Buffer &x = test.problem.inputs[0];
  test.expected.push_back(static_cast<float>(std::accumulate(x.begin(), x.end(), 0.0)));
  // With 64 partial sums each adds 16,384 values and rounds as often; 1e-4 leaves room for fewer partial sums.
  test.tolerance = 1e-4;
  return test;
}

static Case argmax() {
  Case test{.problem = {Kind::Argmax, {kSize, kSize}, {uniform(kSize * kSize, 9, -1, 1)}},
            .work = {Work::Unit::Bytes, 4.0 * kSize * kSize}};
  for (std::int64_t row = 0; row < kSize; ++row) {
    const std::span<const float> x(test.problem.inputs[0].data() + row * kSize, kSize);
    test.expected.push_back(static_cast<float>(std::max_element(x.begin(), x.end()) - x.begin()));
  }
  test.tolerance = 0;
  return test;
}

static Case transposed(std::int64_t rows, std::int64_t columns) {
  Case test{.problem = {Kind::Transpose, {rows, columns}, {uniform(rows * columns, 8, 0, 1)}},
            .work = {Work::Unit::Bytes, 8.0 * static_cast<double>(rows * columns)}};
  for (std::int64_t j = 0; j < columns; ++j)
    for (std::int64_t i = 0; i < rows; ++i) test.expected.push_back(test.problem.inputs[0][static_cast<std::size_t>(i * columns + j)]);
  test.tolerance = 0;
  return test;
}

void add_row_cases(Cases &cases) {
  cases.push_back({"softmax/1024x1024 rows", softmax});
  cases.push_back({"sum/1024x1024", sum});
  cases.push_back({"argmax/1024x1024 rows", argmax});
  cases.push_back({"transpose/1024x1024", [] { return transposed(1024, 1024); }});
  cases.push_back({"transpose/1000x1000", [] { return transposed(1000, 1000); }});
}

} // namespace bench
