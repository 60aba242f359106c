#include "../Limits.h"
#include "Groups.h"

namespace bench {

static Case matmul(std::int64_t m, std::int64_t n, std::int64_t k) {
  Case test{.problem = {Kind::Matmul, {m, n, k}, {uniform(m * k, 4, -1, 1), uniform(k * n, 5, -1, 1)}},
            .work = {Work::Unit::Flops, 2.0 * static_cast<double>(m * n * k)}};
  const auto &inputs = test.problem.inputs;
  test.expected = as_floats(exact_matmul(as_doubles(inputs[0]), inputs[1], m, n, k));
  return test;
}

/// As many multiply-adds as the matmul has, from registers: the clock drifts, so the limit takes its turn too.
static Contender peak(const Problem &problem) {
  const double flops = 2.0 * static_cast<double>(problem.extents[0] * problem.extents[1] * problem.extents[2]);
  return {.run = repeat([flops] { fma_loop(flops); })};
}

void add_matmul_cases(Cases &cases, Registry &registry) {
  registry.add("(FMA loop)", Kind::Matmul, peak);
  for (std::int64_t size : {64, 256, 512, 1024})
    cases.push_back({"matmul/" + std::to_string(size), [size] { return matmul(size, size, size); }});
  cases.push_back({"matmul/128x784x512", [] { return matmul(128, 512, 784); }});
  cases.push_back({"matmul/1x1024x1024", [] { return matmul(1, 1024, 1024); }});
}

} // namespace bench
