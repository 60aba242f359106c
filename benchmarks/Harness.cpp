#include "Harness.h"
#include <chrono>
#include <cmath>
#include <limits>
#include <sys/resource.h>

namespace bench {

namespace {

struct Running {
  Contender contender;
  Measured measured;
  std::int64_t times = 1; // runs in one sample
  std::uint64_t allocations_before = 0;

  bool alive() const { return measured.failure.empty(); }
};

template <class Body> double seconds_of(Body body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// How often another process has taken the processor from this thread.
long interruptions() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nivcsw;
}

/// Runs `body`; an exception becomes the contender's failure.
template <class Body> void guarded(Running &running, Body body) {
  try {
    body();
  } catch (const std::exception &error) {
    running.measured.failure = error.what();
  }
}

Running prepare(const Registry::Entry &entry, const Problem &problem) {
  Running running;
  running.measured.contender = entry.name;
  guarded(running, [&] { running.contender = entry.make(problem); });
  return running;
}

void check(Running &running, const Case &test) {
  if (!running.contender.result) return;
  const double found = difference(running.contender.result(), test.expected);
  running.measured.difference = found;
  if (!(found <= test.tolerance))
    running.measured.failure = "wrong values: largest relative difference " + std::to_string(found) + ", allowed " +
                               std::to_string(test.tolerance);
}

/// One sample: seconds for one run.
double sample(Running &running) {
  if (running.contender.sample) return running.contender.sample();
  // A run that is not timed brings caches, clock and branch predictors to this contender; a long run needs none.
  if (running.times > 1) running.contender.run(1);
  return seconds_of([&] { running.contender.run(running.times); }) / static_cast<double>(running.times);
}

void add_sample(Running &running) {
  const long before = interruptions();
  running.measured.seconds.push_back(sample(running));
  running.measured.interrupted += interruptions() != before;
}

/// Finds how many runs fill a sample, and returns how long one sample takes.
double calibrate(Running &running, double sample_seconds) {
  if (running.contender.sample) return running.contender.sample();
  running.contender.run(1);
  std::int64_t times = 1;
  double taken = seconds_of([&] { running.contender.run(times); });
  while (taken < sample_seconds / 4) {
    times *= 4;
    taken = seconds_of([&] { running.contender.run(times); });
  }
  const double one = taken / static_cast<double>(times);
  running.times = std::max<std::int64_t>(1, std::llround(sample_seconds / one));
  return one * static_cast<double>(running.times);
}

int rounds_within(const Effort &effort, bool first_calls, double round_seconds) {
  const int wanted = first_calls ? effort.first_call_rounds : effort.rounds;
  const int affordable = static_cast<int>(std::min(effort.case_seconds / round_seconds, 1e6));
  return std::min(wanted, std::max(5, affordable));
}

} // namespace

double median(std::vector<double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double difference(std::span<const float> got, std::span<const float> expected) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (got.size() != expected.size() || got.empty()) return infinity;
  double squares = 0;
  for (float value : expected) squares += double{value} * value;
  const double scale = std::sqrt(squares / static_cast<double>(expected.size()));
  double largest = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double here = std::abs(double{got[i]} - expected[i]) / (std::abs(double{expected[i]}) + scale);
    if (std::isnan(here)) return infinity;
    largest = std::max(largest, here);
  }
  return largest;
}

double Measured::median() const { return bench::median(seconds); }

const Measured *Result::find(const std::string &contender) const {
  for (const Measured &measured : contenders)
    if (measured.contender == contender && !measured.seconds.empty()) return &measured;
  return nullptr;
}

std::optional<double> Result::speedup_over(const std::string &peer) const {
  const Measured *ours = find(kOurs), *theirs = find(peer);
  if (!ours || !theirs) return std::nullopt;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < ours->seconds.size(); ++i) ratios.push_back(theirs->seconds[i] / ours->seconds[i]);
  return bench::median(ratios);
}

Result measure(const NamedCase &named, const Registry &registry, const Effort &effort) {
  const Case test = named.make();
  std::vector<Running> field;
  bool first_calls = false;
  double round_seconds = 0;
  for (const Registry::Entry &entry : registry.entries()) {
    if (entry.kind != test.problem.kind) continue;
    Running running = prepare(entry, test.problem);
    if (running.alive()) guarded(running, [&] { check(running, test); });
    if (running.alive()) guarded(running, [&] { round_seconds += calibrate(running, effort.sample_seconds); });
    first_calls |= static_cast<bool>(running.contender.sample);
    field.push_back(std::move(running));
  }

  for (Running &running : field)
    if (running.contender.system_allocations) running.allocations_before = running.contender.system_allocations();
  const int rounds = rounds_within(effort, first_calls, round_seconds);
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < field.size(); ++i) {
      // Each round starts with another contender: nobody always runs after the same neighbour.
      Running &running = field[(i + static_cast<std::size_t>(round)) % field.size()];
      if (running.alive()) guarded(running, [&] { add_sample(running); });
    }

  Result result{named.name, test.problem.threads, test.work, {}};
  for (Running &running : field) {
    if (running.alive() && running.contender.system_allocations)
      running.measured.system_allocations = running.contender.system_allocations() - running.allocations_before;
    if (running.alive() && running.contender.bytes_moved) running.measured.bytes_moved = running.contender.bytes_moved();
    // Values that went wrong while timing count as much as values that were wrong before.
    if (running.alive()) guarded(running, [&] { check(running, test); });
    if (!running.alive()) running.measured.seconds.clear();
    result.contenders.push_back(std::move(running.measured));
  }
  return result;
}

} // namespace bench
