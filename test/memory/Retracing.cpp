// Rule T11 at length: one function called with a thousand shapes in turn, a million times, of which it keeps 256. Prints what memory
// the process has after each round over all shapes, and fails if it grows.
//
//   retrace-memory [calls]
#include "ProcessMemory.h"
#include <algorithm>
#include <burin/burin.h>
#include <cstdio>
#include <cstdlib>
#include <vector>

using namespace burin;
using namespace burin::test;

static constexpr std::int64_t kShapes = 1000, kCallsInARow = 100;

struct Memory {
  std::int64_t resident, code;
};

static Memory measure(std::int64_t calls, std::size_t traced, std::size_t kept) {
  const Memory memory{resident_bytes(), made_code_bytes()};
  const PoolStats pool = pool_stats();
  std::printf("%9lld calls %7zu traces, %3zu kept  resident %7.1f MB  machine code %6.2f MB  from the system %llu times\n",
              static_cast<long long>(calls), traced, kept, static_cast<double>(memory.resident) / 1e6,
              static_cast<double>(memory.code) / 1e6, static_cast<unsigned long long>(pool.system_allocations));
  std::fflush(stdout);
  return memory;
}

int main(int argc, char **argv) {
  const std::int64_t calls = argc > 1 ? std::atoll(argv[1]) : 1'000'000;
  std::size_t traced = 0;
  Variable total(constant(0.0f), "total");
  auto f = function([&](Tensor x) {
    ++traced;
    total.assign_add(sum(tanh(x)));
    return x * 2.0f + 1.0f;
  });
  std::vector<Tensor> inputs;
  for (std::int64_t i = 0; i < kShapes; ++i) inputs.push_back(full({1 + i % 50, 1 + i / 50}, 0.5f));
  std::vector<Memory> rounds;
  for (std::int64_t call = 0; call < calls; ++call) {
    f(inputs[static_cast<std::size_t>(call / kCallsInARow % kShapes)]);
    if ((call + 1) % (kShapes * kCallsInARow) == 0) rounds.push_back(measure(call + 1, traced, f.traces().size()));
  }
  if (rounds.size() < 4) return 0;
  // The first rounds fill caches and pools.
  const Memory early = rounds[rounds.size() / 2 - 1], late = rounds.back();
  const bool is_flat = late.code <= early.code * 1.05 && late.resident <= early.resident * 1.05;
  std::printf("%s\n", is_flat ? "flat" : "memory grows");
  return is_flat ? 0 : 1;
}
