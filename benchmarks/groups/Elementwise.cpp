#include "Groups.h"
#include <cmath>
#include <numbers>

namespace bench {

static Case fused_chain(Kind kind) {
  constexpr std::int64_t size = 1'000'000;
  Case test{.problem = {kind, {size}, {uniform(size, 3, -2, 2)}}, .work = {Work::Unit::Elements, size}};
  for (double x : test.problem.inputs[0]) test.expected.push_back(static_cast<float>(std::tanh(1.5 * x + 0.25) * std::exp(-x * x)));
  return test;
}

static Case gelu() {
  constexpr std::int64_t size = 1'000'000;
  Case test{.problem = {Kind::Gelu, {size}, {uniform(size, 10, -4, 4)}}, .work = {Work::Unit::Elements, size}};
  for (double x : test.problem.inputs[0]) test.expected.push_back(static_cast<float>(x * std::erfc(-x / std::numbers::sqrt2) / 2));
  return test;
}

static Case remainder() {
  constexpr std::int64_t size = 1'000'000;
  Case test{.problem = {Kind::Remainder, {size}, {uniform(size, 11, -100, 100)}}, .work = {Work::Unit::Elements, size}};
  for (float x : test.problem.inputs[0]) {
    const float rest = std::fmod(x, 0.7f); // exact
    test.expected.push_back(rest < 0 ? rest + 0.7f : rest);
  }
  return test;
}

void add_elementwise_cases(Cases &cases) {
  cases.push_back({"chain/tanh*exp, 1e6", [] { return fused_chain(Kind::Chain); }});
  cases.push_back({"chain/tanh*exp, 1e6, dynamic", [] { return fused_chain(Kind::DynamicChain); }});
  cases.push_back({"gelu/1e6", gelu});
  cases.push_back({"remainder/1e6", remainder});
}

} // namespace bench
