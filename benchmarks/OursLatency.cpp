#include "Ours.h"
#include "Peers.h"
#include <burin/burin.h>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <stdexcept>

// First calls. Each sample is a function that no cache has seen: its constants and extents are new.
namespace bench {

namespace bn = burin;
using Clock = std::chrono::steady_clock;

static double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// To 1e-4: a sum of 784 equal values rounds the same way each time.
static void require_close(float got, double expected) {
  if (!(std::abs(got - expected) <= 1e-4 * (1 + std::abs(expected))))
    throw std::runtime_error("wrong value: got " + std::to_string(got) + ", expected " + std::to_string(expected));
}

/// Builds `lambda`'s function, calls it once and reads its first value: [seconds, value].
template <class Lambda, class... Tensors>
static std::pair<double, float> first_call(Lambda lambda, const Tensors &...inputs) {
  const auto start = Clock::now();
  auto function = bn::function(lambda);
  const bn::Tensor result = function(inputs...);
  const float value = result.view<float>()[0];
  return {seconds_since(start), value};
}

static bn::Tensor filled(bn::Shape shape, float value) {
  const std::vector<float> values(static_cast<std::size_t>(shape.element_count()), value);
  return bn::Tensor::from_vector<float>(values, shape);
}

/// tanh(x * scale + 0.25) * exp(x): five ops.
static double five_ops(int variant) {
  const float scale = 1.5f + 0.001f * static_cast<float>(variant);
  const bn::Tensor x = filled(bn::Shape{1024 + variant}, 0.5f);
  const auto [seconds, value] =
      first_call([scale](bn::Tensor t) { return bn::tanh(t * scale + 0.25f) * bn::exp(t); }, x);
  require_close(value, std::tanh(0.5 * scale + 0.25) * std::exp(0.5));
  return seconds;
}

double first_call_in_this_process() {
  const auto start = Clock::now();
  five_ops(0);
  return seconds_since(start);
}

double in_a_new_process(const char *option) {
  std::string command = "'";
  command.append(own_path()).append("' ").append(option);
  std::FILE *child = popen(command.c_str(), "r");
  if (!child) throw std::runtime_error("cannot start " + command);
  double seconds = 0;
  const bool read = std::fscanf(child, "%lf", &seconds) == 1;
  if (pclose(child) != 0 || !read) throw std::runtime_error("failed: " + command);
  return seconds;
}

/// `variant` widens the hidden layer by whole vectors: another function, nearly the same work.
static double mlp(std::span<const std::int64_t> extents, int variant) {
  const std::int64_t batch = extents[0], in = extents[1], hidden = extents[2] + 16 * variant, out = extents[3];
  const auto [seconds, value] = first_call(
      [](bn::Tensor x, bn::Tensor w1, bn::Tensor b1, bn::Tensor w2, bn::Tensor b2) {
        return bn::matmul(bn::relu(bn::matmul(x, w1) + b1), w2) + b2;
      },
      filled({batch, in}, 0.5f), filled({in, hidden}, 0.01f), filled({hidden}, -1.0f), filled({hidden, out}, 0.01f),
      filled({out}, 2.0f));
  require_close(value, (static_cast<double>(in) * 0.005 - 1) * 0.01 * static_cast<double>(hidden) + 2);
  return seconds;
}

/// One of the four ops that a long chain repeats; T is a tensor, or float for the expected value.
template <class T, class Relu> static T link(std::int64_t i, T y, T x, float shift, Relu relu) {
  switch (i % 4) {
  case 0: return y * 0.5f;
  case 1: return y + x;
  case 2: return y - shift;
  default: return relu(y);
  }
}

static double long_chain(std::int64_t ops, int variant) {
  const float shift = 0.25f + 0.001f * static_cast<float>(variant), start = 0.75f;
  const auto chain = [=](auto x, auto relu) {
    auto y = x;
    for (std::int64_t i = 0; i < ops; ++i) y = link(i, y, x, shift, relu);
    return y;
  };
  const auto [seconds, value] =
      first_call([=](bn::Tensor x) { return chain(x, [](bn::Tensor t) { return bn::relu(t); }); },
                 filled({1024 + variant}, start));
  require_close(value, chain(start, [](float t) { return std::max(t, 0.0f); }));
  return seconds;
}

static double many_variables(std::int64_t count, int variant) {
  std::vector<bn::Variable> variables;
  for (std::int64_t i = 0; i < count; ++i) variables.emplace_back(bn::full({2}, 1.0f), "v" + std::to_string(i));
  const auto [seconds, value] = first_call(
      [&](bn::Tensor x) {
        for (bn::Variable &variable : variables) variable.assign_sub(x * (0.25f + 0.001f * static_cast<float>(variant)));
        return variables.back().read_value();
      },
      filled({2}, 1.0f));
  require_close(value, 0.75 - 0.001 * variant);
  return seconds;
}

/// A contender whose n-th sample is `compile(n)`; the first, not timed, warms the process.
template <class Compile> static Contender samples(Compile compile) {
  bn::set_thread_count(1);
  compile(1);
  return {.sample = [compile, variant = 1]() mutable { return compile(++variant); }};
}

void add_our_latencies(Registry &registry) {
  registry.add(kOurs, Kind::FirstCallCold,
               [](const Problem &) -> Contender { return {.sample = [] { return in_a_new_process(kFirstCallOption); }}; });
  registry.add(kOurs, Kind::FirstCallWarm, [](const Problem &) { return samples(five_ops); });
  registry.add(kOurs, Kind::FirstMlpCall, [](const Problem &problem) {
    return samples([extents = problem.extents](int variant) { return mlp(extents, variant); });
  });
  registry.add(kOurs, Kind::FirstVariablesCall, [](const Problem &problem) {
    return samples([count = problem.extents[0]](int variant) { return many_variables(count, variant); });
  });
  registry.add(kOurs, Kind::FirstLongCall, [](const Problem &problem) {
    return samples([ops = problem.extents[0]](int variant) { return long_chain(ops, variant); });
  });
}

} // namespace bench
