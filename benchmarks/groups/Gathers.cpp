#include "Groups.h"

// A million elements picked by random indices: one by one, and as rows.
namespace bench {

static Case gathered(Kind kind, std::vector<std::int64_t> extents) {
  constexpr std::int64_t kSize = 1'000'000;
  Case test{.problem = {kind, std::move(extents), {uniform(kSize, 17, 0, 1)}}, .work = {Work::Unit::Elements, double{kSize}}};
  const auto rows = static_cast<std::size_t>(test.problem.extents[0]), columns = kSize / rows;
  const Buffer &x = test.problem.inputs[0];
  for (std::size_t i = 0; i < rows; ++i) {
    const auto row = static_cast<std::size_t>(x[i * columns] * static_cast<float>(rows));
    test.expected.insert(test.expected.end(), x.begin() + row * columns, x.begin() + (row + 1) * columns);
  }
  test.tolerance = 0;
  return test;
}

void add_gather_cases(Cases &cases) {
  cases.push_back({"gather/1e6", [] { return gathered(Kind::Gather, {1'000'000}); }});
  cases.push_back({"gather/10,000 rows of 100", [] { return gathered(Kind::GatherRows, {10'000, 100}); }});
}

} // namespace bench
