#include "../Limits.h"
#include "Groups.h"
#include <stdexcept>

// 1.5 x + 0.25 over 1e8 floats against copies of the same bytes: memory is all that counts, on one thread and on two.
namespace bench {

static Case axpb(int threads) {
  constexpr std::int64_t size = 100'000'000;
  Case test{.problem = {Kind::Axpb, {size}, {uniform(size, 13, -1, 1)}, threads},
            .work = {Work::Unit::Bytes, 8.0 * size}};
  test.expected.reserve(size);
  for (double x : test.problem.inputs[0]) test.expected.push_back(static_cast<float>(1.5 * x + 0.25));
  return test;
}

static Contender copying(const Problem &problem, Stores stores) {
  const Buffer from = problem.inputs[0], to(problem.extents[0]);
  const auto run = [=, threads = problem.threads] {
    copy(to.data(), from.data(), static_cast<std::int64_t>(to.size()), threads, stores);
  };
  run();
  if (!std::equal(to.begin(), to.end(), from.begin()))
    throw std::runtime_error("the copy differs from its source");
  return {.run = repeat(run)};
}

void add_bandwidth_cases(Cases &cases, Registry &registry) {
  registry.add("(plain copy)", Kind::Axpb, [](const Problem &problem) { return copying(problem, Stores::Plain); });
  registry.add("(non-temporal copy)", Kind::Axpb,
               [](const Problem &problem) { return copying(problem, Stores::NonTemporal); });
  cases.push_back({"axpb/1e8, 1 thread", [] { return axpb(1); }});
  cases.push_back({"axpb/1e8, 2 threads", [] { return axpb(2); }});
}

} // namespace bench
