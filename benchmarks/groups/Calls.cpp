#include "Groups.h"

// What a warm call costs: a few floats, so that nearly all of it is overhead.
namespace bench {

static Case warm_call() {
  constexpr std::int64_t size = 16;
  Case test{.problem = {Kind::Call, {size}, {uniform(size, 1, -1, 1), uniform(size, 2, -1, 1)}}};
  for (std::size_t i = 0; i < size; ++i)
    test.expected.push_back(test.problem.inputs[0][i] * 2.0f + test.problem.inputs[1][i]);
  test.tolerance = 1e-6;
  return test;
}

static Case eager_add() {
  constexpr std::int64_t size = 4;
  Case test{.problem = {Kind::EagerAdd, {size}, {uniform(size, 1, -1, 1), uniform(size, 2, -1, 1)}}};
  for (std::size_t i = 0; i < size; ++i) test.expected.push_back(test.problem.inputs[0][i] + test.problem.inputs[1][i]);
  return test;
}

static Case eager_lengths() {
  constexpr std::int64_t size = 1000;
  Case test{.problem = {Kind::EagerLengths, {size}, {uniform(size, 1, -1, 1)}}};
  double sum = 0;
  for (std::size_t i = 0; i < size; ++i) test.expected.push_back(static_cast<float>(sum += test.problem.inputs[0][i] * 2.0 + 1.0));
  test.tolerance = 1e-5;
  return test;
}

void add_call_cases(Cases &cases) {
  cases.push_back({"call/x*2+y, 16 floats", warm_call});
  cases.push_back({"call/eager add, 4 floats", eager_add});
  cases.push_back({"call/eager sum(x*2+1), 1,000 lengths", eager_lengths});
}

} // namespace bench
