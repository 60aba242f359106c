#include "Groups.h"
#include <algorithm>
#include <cmath>

namespace bench {

static void add_bias(std::vector<double> &values, std::span<const float> bias) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += bias[i % bias.size()];
}

static Case forward() {
  constexpr std::int64_t batch = 128, in = 784, hidden = 512, out = 10;
  Case test{.problem = {Kind::Mlp,
                        {batch, in, hidden, out},
                        {uniform(batch * in, 8, 0, 1), uniform(in * hidden, 9, -0.05f, 0.05f), uniform(hidden, 10, -1, 1),
                         uniform(hidden * out, 11, -0.05f, 0.05f), uniform(out, 12, -1, 1)}},
            .work = {Work::Unit::Flops, 2.0 * batch * hidden * (in + out)}};
  const auto &inputs = test.problem.inputs;
  std::vector<double> values = exact_matmul(as_doubles(inputs[0]), inputs[1], batch, hidden, in);
  add_bias(values, inputs[2]);
  for (double &value : values) value = std::max(value, 0.0);
  values = exact_matmul(values, inputs[3], batch, out, hidden);
  add_bias(values, inputs[4]);
  test.expected = as_floats(values);
  return test;
}

/// `rows` x `columns` values, the other way round.
static std::vector<double> turned(std::span<const double> values, std::int64_t rows, std::int64_t columns) {
  std::vector<double> result;
  for (std::int64_t j = 0; j < columns; ++j)
    for (std::int64_t i = 0; i < rows; ++i) result.push_back(values[static_cast<std::size_t>(i * columns + j)]);
  return result;
}

/// The products of a step: two forwards, three backwards.
static Case training() {
  constexpr std::int64_t batch = 128, in = 784, hidden = 512, out = 10;
  Buffer targets(batch * out);
  for (std::int64_t row = 0; row < batch; ++row) targets[static_cast<std::size_t>(row * out + row * 7 % out)] = 1;
  Case test{.problem = {Kind::TrainingStep,
                        {batch, in, hidden, out},
                        {uniform(batch * in, 8, 0, 1), targets, uniform(in * hidden, 9, -0.05f, 0.05f), uniform(hidden, 10, -1, 1),
                         uniform(hidden * out, 11, -0.05f, 0.05f), uniform(out, 12, -1, 1)}},
            .work = {Work::Unit::Flops, 4.0 * batch * hidden * in + 6.0 * batch * hidden * out}};
  const auto &inputs = test.problem.inputs;
  std::vector<double> h = exact_matmul(as_doubles(inputs[0]), inputs[2], batch, hidden, in);
  add_bias(h, inputs[3]);
  for (double &value : h) value = std::max(value, 0.0);
  std::vector<double> logits = exact_matmul(h, inputs[4], batch, out, hidden);
  add_bias(logits, inputs[5]);
  for (std::int64_t row = 0; row < batch; ++row) {
    const std::span<double> values(logits.data() + row * out, out);
    double total = 0;
    for (double &value : values) total += value = std::exp(value);
    for (std::int64_t j = 0; j < out; ++j)
      values[static_cast<std::size_t>(j)] =
          (values[static_cast<std::size_t>(j)] / total - targets[static_cast<std::size_t>(row * out + j)]) / batch;
  }
  const std::vector<float> w2_turned = as_floats(turned(as_doubles(inputs[4]), hidden, out));
  std::vector<double> d_h = exact_matmul(logits, w2_turned, batch, hidden, out);
  for (std::size_t i = 0; i < d_h.size(); ++i) d_h[i] = h[i] > 0 ? d_h[i] : 0;
  const std::vector<double> gradient = exact_matmul(turned(as_doubles(inputs[0]), batch, in), as_floats(d_h), in, hidden, batch);
  for (std::size_t i = 0; i < gradient.size(); ++i) test.expected.push_back(static_cast<float>(inputs[2][i] - kCheckedRate * gradient[i]));
  return test;
}

void add_mlp_cases(Cases &cases) {
  cases.push_back({"mlp/forward 128x784-512-10", forward});
  cases.push_back({"mlp/training step 128x784-512-10", training});
}

} // namespace bench
