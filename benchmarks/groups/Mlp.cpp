#include "Groups.h"

namespace bench {

static void add_bias(std::vector<double> &values, std::span<const float> bias) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += bias[i % bias.size()];
}

static Case forward() {
  constexpr std::int64_t batch = 128, in = 784, hidden = 512, out = 10;
  Case test{.problem = {Kind::Mlp,
                        {batch, in, hidden, out},
                        {uniform(batch * in, 8, 0, 1), uniform(in * hidden, 9, -0.05f, 0.05f),
                         uniform(hidden, 10, -1, 1), uniform(hidden * out, 11, -0.05f, 0.05f),
                         uniform(out, 12, -1, 1)}},
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

void add_mlp_cases(Cases &cases) { cases.push_back({"mlp/forward 128x784-512-10", forward}); }

} // namespace bench
