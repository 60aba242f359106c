#include "Ours.h"
#include "Peers.h"
#include "Report.h"
#include "groups/Groups.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <regex>
#include <unistd.h>

// The benchmark runner: Burin and its peers in turn, in one process. docs/benchmarks.md says how to read it.
using namespace bench;

namespace {

/// Sets `name` to the first of `values` unless it has one of them; true if it had to.
bool set(const char *name, std::initializer_list<std::string_view> values) {
  const char *current = std::getenv(name);
  if (current && std::find(values.begin(), values.end(), current) != values.end()) return false;
  setenv(name, values.begin()->data(), /*overwrite=*/1);
  return true;
}

/// The libraries read their settings as they are loaded, and Burin itself may load one of them: so the program starts
/// again when it had to set something.
void settle_environment(char **arguments) {
  bool changed = set("OMP_NUM_THREADS", {"1"});
  changed |= set("OPENBLAS_NUM_THREADS", {"1"});
  // OpenBLAS 0.3.21 doesn't know newer processors: it takes Zen 5 for Haswell, at half the speed. The user may choose among the
  // kernels that use AVX-512.
  if (__builtin_cpu_supports("avx512vl")) changed |= set("OPENBLAS_CORETYPE", {"SkylakeX", "Cooperlake", "SapphireRapids"});
  if (!changed) return;
  execv(own_path().c_str(), arguments);
  std::perror("execv");
  std::exit(1);
}

Cases all_cases(Registry &registry) {
  Cases cases;
  add_latency_cases(cases); // first: the other groups use up gigabytes and change malloc's settings (peers/Torch.cpp)
  add_call_cases(cases);
  add_graph_cases(cases);
  add_elementwise_cases(cases);
  add_matmul_cases(cases, registry);
  add_convolution_cases(cases);
  add_row_cases(cases);
  add_gather_cases(cases);
  add_state_cases(cases);
  add_mlp_cases(cases);
  add_kernel_cases(cases);
  add_control_cases(cases);
  add_bandwidth_cases(cases, registry);
  return cases;
}

bool all_values_right(const std::vector<Result> &results) {
  for (const Result &result : results)
    for (const Measured &measured : result.contenders)
      if (!measured.failure.empty()) return false;
  return true;
}

struct Options {
  bool quick = false;
  std::string json_path, filter;
};

/// Runs and prints all cases that were asked for; false if any contender's values are wrong.
bool run(const Options &options) {
  const std::regex filter(options.filter);
  Registry registry;
  add_our_kernels(registry);
  add_our_control(registry);
  add_our_state(registry);
  add_our_eager_ops(registry);
  add_our_graphs(registry);
  add_our_latencies(registry);
  const std::vector<std::string> missing = load_peers(registry);
  const Cases cases = all_cases(registry);

  Setting setting = describe_machine(options.quick);
  setting.peers = registry.descriptions();
  setting.missing = missing;
  print_setting(setting);

  std::vector<Result> results;
  for (const NamedCase &named : cases) {
    if (!std::regex_search(named.name, filter)) continue;
    results.push_back(measure(named, registry, options.quick ? kQuick : kFull));
    print_result(results.back());
  }
  print_interruptions(results);
  const std::vector<Verdict> verdicts = judge(results);
  print_verdicts(verdicts);
  if (!options.json_path.empty()) write_json(options.json_path, setting, results, verdicts);
  return all_values_right(results);
}

} // namespace

int main(int count, char **arguments) {
  if (count == 2 && std::string_view(arguments[1]) == kFirstCallOption) {
    std::printf("%.9f\n", first_call_in_this_process());
    return 0;
  }
  if (count == 2 && std::string_view(arguments[1]) == kEagerOpsOption) {
    std::printf("%.9f\n", eager_ops_in_this_process());
    return 0;
  }
  settle_environment(arguments);

  Options options;
  CLI::App app{"Measures Burin beside its peers, in turn, and says which targets are met"};
  app.add_flag("--quick", options.quick, "fewer and shorter samples");
  app.add_option("--json", options.json_path, "also write everything to FILE")->type_name("FILE");
  app.add_option("--filter", options.filter, "only cases whose name matches REGEX")->type_name("REGEX");
  CLI11_PARSE(app, count, arguments);
  try {
    return run(options) ? 0 : 1;
  } catch (const std::exception &error) {
    std::fprintf(stderr, "burin_bench: %s\n", error.what());
    return 2;
  }
}
