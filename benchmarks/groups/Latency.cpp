#include "Groups.h"

// How long a function's first call takes: trace, compile and run. Ours alone; no peer compiles.
namespace bench {

static Case first_call(Kind kind, std::vector<std::int64_t> extents) {
  return {.problem = {kind, std::move(extents), {}}};
}

void add_latency_cases(Cases &cases) {
  cases.push_back({"compile/5 ops, cold process", [] { return first_call(Kind::FirstCallCold, {}); }});
  cases.push_back({"compile/5 ops, warm process", [] { return first_call(Kind::FirstCallWarm, {}); }});
  cases.push_back({"compile/20 eager ops, cold process", [] { return first_call(Kind::EagerOpsCold, {}); }});
  cases.push_back({"compile/mlp", [] { return first_call(Kind::FirstMlpCall, {128, 784, 512, 10}); }});
  cases.push_back({"compile/1,000 ops", [] { return first_call(Kind::FirstLongCall, {1000}); }});
  cases.push_back({"compile/500 variables", [] { return first_call(Kind::FirstVariablesCall, {500}); }});
  cases.push_back({"compile/2,000 variables", [] { return first_call(Kind::FirstVariablesCall, {2000}); }});
  cases.push_back({"compile/4,000 ops", [] { return first_call(Kind::FirstLongCall, {4000}); }});
}

} // namespace bench
