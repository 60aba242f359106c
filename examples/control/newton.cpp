// Newton's method with conjugate gradients: minimises u'Au/2 + sum(u^4)/4 - sum(u), where A is tridiagonal, to a tolerance. Two
// nested loops, each of which ends when its residual is small.
#include <burin/burin.h>
#include <cmath>
#include <cstdio>

namespace bn = burin;

/// A u, without A: 2.1 on the diagonal, -1 beside it.
static bn::Tensor apply(const bn::Tensor &u) {
  const std::int64_t n = u.shape()[0];
  const bn::Tensor zero = bn::zeros({1}, bn::DType::F64);
  const bn::Tensor left = bn::concat({zero, bn::slice(u, {0}, {n - 1})}, 0), right = bn::concat({bn::slice(u, {1}, {n}), zero}, 0);
  return 2.1 * u - left - right;
}

static bn::Tensor gradient(const bn::Tensor &u) { return apply(u) + u * u * u - 1.0; }

/// d with (A + 3 diag(u^2)) d = b.
static bn::Tensor conjugate_gradients(const bn::Tensor &u, const bn::Tensor &b) {
  const bn::Tensor limit = 1e-30 * bn::sum(b * b) + 1e-300;
  const auto going_on = [&](bn::Tensor, bn::Tensor, bn::Tensor, bn::Tensor rr) { return rr > limit; };
  const auto step = [&](bn::Tensor d, bn::Tensor r, bn::Tensor p, bn::Tensor rr) {
    const bn::Tensor q = apply(p) + 3.0 * u * u * p;
    const bn::Tensor alpha = rr / bn::sum(p * q);
    const bn::Tensor next = r - alpha * q, next_rr = bn::sum(next * next);
    return std::tuple(d + alpha * p, next, next + next_rr / rr * p, next_rr);
  };
  const auto last = bn::while_loop(going_on, step, std::tuple(bn::zeros(b.shape(), b.dtype()), b, b, bn::sum(b * b)), {.max_iterations = 1000, .name = "cg"});
  return std::get<0>(last);
}

int main() {
  const auto minimise = bn::function(
      [](bn::Tensor start) {
        const auto going_on = [](bn::Tensor, bn::Tensor g, bn::Tensor) { return bn::max(bn::abs(g)) > 1e-12; };
        const auto step = [](bn::Tensor u, bn::Tensor g, bn::Tensor steps) {
          const bn::Tensor next = u - conjugate_gradients(u, g);
          return std::tuple(next, gradient(next), steps + 1);
        };
        return bn::while_loop(going_on, step, std::tuple(start, gradient(start), 0), {.max_iterations = 100, .name = "newton"});
      },
      {.name = "newton"});

  const auto [u, g, steps] = minimise(bn::zeros({50}, bn::DType::F64));
  // By NumPy 1.24: Newton's method with numpy.linalg.solve.
  const double expected_sum = 47.72233437254525, expected_first = 0.7278458692973141;
  const double sum = bn::sum(u).item<double>(), first = u.to_vector<double>()[0];
  std::printf("sum %.12f, first %.12f after %d steps\n", sum, first, steps.item<int>());
  const bool is_right = std::fabs(sum - expected_sum) < 1e-10 && std::fabs(first - expected_first) < 1e-11;
  std::printf("%s\n", is_right ? "as expected" : "NOT as expected");
  return is_right ? 0 : 1;
}
