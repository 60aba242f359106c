#include "Groups.h"

// Graphs: what a run by a session costs beyond a call of the function that computes the same, and how long large graphs take to be recorded
// and looked up.
namespace bench {

static Case run(Kind kind) {
  constexpr std::int64_t kSize = 16;
  Case test{.problem = {kind, {kSize}, {uniform(kSize, 1, -1, 1), uniform(kSize, 2, -1, 1)}}};
  for (std::size_t i = 0; i < kSize; ++i) test.expected.push_back(test.problem.inputs[0][i] * 2.0f + test.problem.inputs[1][i]);
  test.tolerance = 1e-6;
  return test;
}

static Case large(Kind kind) { return {.problem = {kind, {10'000}}}; }

void add_graph_cases(Cases &cases) {
  cases.push_back({"session/run x*2+y, 16 floats", [] { return run(Kind::SessionRun); }});
  cases.push_back({"session/callable x*2+y, 16 floats", [] { return run(Kind::SessionCallable); }});
  cases.push_back({"graph/record 10,000 ops", [] { return large(Kind::GraphRecord); }});
  cases.push_back({"graph/list 10,000 ops", [] { return large(Kind::GraphList); }});
  cases.push_back({"graph/look up a name among 10,000", [] { return large(Kind::GraphLookup); }});
}

} // namespace bench
