#include "Groups.h"

// Random numbers, and what functions do to variables and prints. Contenders draw different numbers, whose distributions the tests look at.
namespace bench {

static Case drawn(Kind kind, int threads) {
  constexpr std::int64_t kSize = 10'000'000;
  return {.problem = {kind, {kSize}, {Buffer(kSize)}, threads}, .work = {Work::Unit::Elements, double{kSize}}};
}

/// 20 ops of what values may overflow in, on values where they don't.
static Case checked_chain() {
  constexpr std::int64_t kSize = 1'000'000;
  return {.problem = {Kind::CheckedChain, {kSize}, {uniform(kSize, 23, -1, 1)}}, .work = {Work::Unit::Elements, double{kSize}}};
}

static Case checked_model() {
  constexpr std::int64_t m = 128, k = 784, n = 512;
  return {.problem = {Kind::CheckedModel, {m, k, n}, {uniform(m * k, 24, -1, 1), uniform(k * n, 25, -1, 1), uniform(n, 26, -1, 1)}},
          .work = {Work::Unit::Flops, 2.0 * m * k * n}};
}

static Case checked_call() {
  constexpr std::int64_t kSize = 16;
  return {.problem = {Kind::CheckedCall, {kSize}, {uniform(kSize, 27, -1, 1), uniform(kSize, 28, -1, 1)}}};
}

static Case printed() {
  constexpr std::int64_t kSize = 4;
  return {.problem = {Kind::PrintStep, {kSize}, {uniform(kSize, 21, -1, 1)}}};
}

/// The bytes are those that a step can't do without: it reads x, m and w, and writes m and w.
static Case momentum() {
  constexpr std::int64_t kSize = 10'000'000;
  Case test{.problem = {Kind::MomentumStep, {kSize}, {uniform(kSize, 22, -1, 1)}}, .work = {Work::Unit::Bytes, 20.0 * kSize}};
  for (double x : test.problem.inputs[0]) test.expected.push_back(static_cast<float>(-0.01 * x));
  return test;
}

void add_state_cases(Cases &cases) {
  cases.push_back({"uniform/1e7, 1 thread", [] { return drawn(Kind::Uniform, 1); }});
  cases.push_back({"uniform/1e7, 2 threads", [] { return drawn(Kind::Uniform, 2); }});
  cases.push_back({"normal/1e7, 1 thread", [] { return drawn(Kind::Normal, 1); }});
  cases.push_back({"normal/1e7, 2 threads", [] { return drawn(Kind::Normal, 2); }});
  cases.push_back({"uniform f64/1e7, 1 thread", [] { return drawn(Kind::UniformF64, 1); }});
  cases.push_back({"normal f64/1e7, 1 thread", [] { return drawn(Kind::NormalF64, 1); }});
  cases.push_back({"check_numerics/20 elementwise ops, 1e6", checked_chain});
  cases.push_back({"check_numerics/softmax(x @ w + b), 128x784-512", checked_model});
  cases.push_back({"check_numerics/x*2+y, 16 floats", checked_call});
  cases.push_back({"step/print to a callback", printed});
  cases.push_back({"step/momentum, 1e7 parameters", momentum});
}

} // namespace bench
