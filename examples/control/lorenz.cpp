// The Lorenz system by the adaptive Runge-Kutta method of Dormand and Prince (order 5, error estimate of order 4): the whole
// integration is one compiled loop, whose step size follows the error.
#include <burin/burin.h>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

namespace bn = burin;

static bn::Tensor derivative(const bn::Tensor &p) {
  const auto at = [&](int i) { return bn::slice(p, {i}, {i + 1}); };
  const bn::Tensor x = at(0), y = at(1), z = at(2);
  return bn::concat({10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z}, 0);
}

struct Step {
  bn::Tensor next, error;
};

static Step dormand_prince(const bn::Tensor &p, const bn::Tensor &h) {
  static const std::vector<std::vector<double>> a = {{},
                                                     {1.0 / 5},
                                                     {3.0 / 40, 9.0 / 40},
                                                     {44.0 / 45, -56.0 / 15, 32.0 / 9},
                                                     {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
                                                     {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
                                                     {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}};
  static const std::array<double, 7> e = {71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40};
  std::vector<bn::Tensor> k;
  bn::Tensor point = p;
  for (const std::vector<double> &row : a) { // a C++ loop: seven stages, one after the other
    bn::Tensor sum = bn::zeros(p.shape(), p.dtype());
    for (std::size_t j = 0; j < row.size(); ++j)
      if (row[j] != 0) sum = sum + row[j] * k[j];
    point = p + h * sum;
    k.push_back(derivative(point));
  }
  bn::Tensor error = bn::zeros(p.shape(), p.dtype());
  for (std::size_t j = 0; j < e.size(); ++j)
    if (e[j] != 0) error = error + e[j] * k[j];
  return {point, h * error}; // the last stage's point is the solution of order 5
}

int main() {
  const auto integrate = bn::function(
      [](bn::Tensor start, bn::Tensor end, bn::Tensor tolerance) {
        const auto going_on = [&](bn::Tensor t, bn::Tensor, bn::Tensor, bn::Tensor) { return t < end; };
        const auto step = [&](bn::Tensor t, bn::Tensor h, bn::Tensor p, bn::Tensor steps) {
          h = bn::minimum(h, end - t);
          const Step tried = dormand_prince(p, h);
          const bn::Tensor scale = tolerance * (1.0 + bn::maximum(bn::abs(p), bn::abs(tried.next)));
          const bn::Tensor error = bn::max(bn::abs(tried.error) / scale);
          const auto accept = [&] { return std::pair(t + h, tried.next); };
          const auto reject = [&] { return std::pair(t, p); };
          const auto [time, point] = bn::cond(error <= 1.0, accept, reject);
          const bn::Tensor factor = bn::minimum(bn::maximum(0.9 * bn::pow(bn::maximum(error, 1e-10), -0.2), 0.2), 5.0);
          return std::tuple(time, h * factor, point, steps + 1);
        };
        const auto [t, h, p, steps] =
            bn::while_loop(going_on, step, std::tuple(bn::zeros({}, bn::DType::F64), bn::constant(1e-3), start, std::int64_t{0}),
                           {.max_iterations = 1000000, .name = "lorenz"});
        return std::pair(p, steps);
      },
      {.name = "lorenz"});

  const auto [p, steps] = integrate(bn::constant({1.0, 1.0, 1.0}), bn::constant(10.0), bn::constant(1e-12));
  // By a Taylor series of order 45 in decimals of 60 digits, steps of 1/40 and 1/50 alike.
  const std::array<double, 3> expected = {-4.9026875411346457319, -3.7438729218029196163, 24.6908581027905554532};
  const std::vector<double> found = p.to_vector<double>();
  double worst = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) worst = std::fmax(worst, std::fabs(found[i] - expected[i]));
  std::printf("at t = 10: %.9f %.9f %.9f after %lld steps\n", found[0], found[1], found[2], static_cast<long long>(steps.item<std::int64_t>()));
  std::printf("%s\n", worst < 1e-6 ? "as expected" : "NOT as expected");
  return worst < 1e-6 ? 0 : 1;
}
