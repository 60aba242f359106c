#include "Groups.h"

// Random numbers, and what functions do to variables and prints. Contenders draw different numbers, whose distributions the tests look at.
namespace bench {

static Case drawn(Kind kind, int threads) {
  constexpr std::int64_t kSize = 10'000'000;
  return {.problem = {kind, {kSize}, {Buffer(kSize)}, threads}, .work = {Work::Unit::Elements, double{kSize}}};
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
  cases.push_back({"step/print to a callback", printed});
  cases.push_back({"step/momentum, 1e7 parameters", momentum});
}

} // namespace bench
