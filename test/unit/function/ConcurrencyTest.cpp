// Calls from many threads: rules T13, T14, S6.
#include "Matchers.h"
#include "burin/Function.h"
#include "burin/Ops.h"
#include <atomic>
#include <barrier>
#include <stdexcept>
#include <thread>

namespace burin::test {

/// Runs `body(i)` on `count` threads that start together.
template <class Body> void on_threads(int count, const Body &body) {
  std::barrier start(count);
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      body(i);
    });
  for (std::thread &thread : threads) thread.join();
}

TEST(Concurrency, T14_TheFirstTraceRunsOnceForAHundredThreads) {
  std::atomic<int> traces = 0, wrong = 0;
  auto f = function([&](Tensor x) {
    ++traces;
    return x * 2.0f;
  });
  on_threads(100, [&](int i) { wrong += f(static_cast<float>(i)).template item<float>() != 2.0f * static_cast<float>(i); });
  EXPECT_EQ(traces, 1);
  EXPECT_EQ(wrong, 0);
}

TEST(Concurrency, T14_T17_FunctionsThatCallEachOtherAreTracedSideBySide) {
  Variable calls(Tensor::scalar(0.0f), "calls");
  auto inner = function([&](Tensor x) {
    calls.assign_add(1.0f);
    return x * 2.0f;
  });
  auto outer = function([&](Tensor x) { return inner(inner(x) + 1.0f); });
  std::atomic<int> wrong = 0;
  on_threads(100, [&](int i) {
    const auto x = static_cast<float>(i);
    wrong += i % 2 ? inner(x).item<float>() != 2 * x : outer(x).item<float>() != 4 * x + 2;
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(calls.item<float>(), 50 + 2 * 50);
  EXPECT_EQ(inner.traces().size(), 1u);
  EXPECT_EQ(outer.traces().size(), 1u);
}

TEST(Concurrency, T14_SignaturesOfOneFunctionMix) {
  std::atomic<int> traces = 0, wrong = 0;
  auto f = function([&](Tensor x, int n) {
    ++traces;
    return x * static_cast<float>(n);
  });
  on_threads(8, [&](int thread) {
    for (int i = 0; i < 100; ++i) {
      const int n = (thread + i) % 5;
      wrong += f(2.0f, n).template item<float>() != 2.0f * static_cast<float>(n);
    }
  });
  EXPECT_EQ(traces, 5);
  EXPECT_EQ(wrong, 0);
}

TEST(Concurrency, T11_EvictionWhileOthersRun) {
  std::atomic<int> wrong = 0;
  auto f = function([](Tensor x, int n) { return x * static_cast<float>(n); }, {.max_traces = 2});
  on_threads(4, [&](int thread) {
    for (int i = 0; i < 10; ++i) {
      const int n = (thread + i) % 4;
      wrong += f(2.0f, n).template item<float>() != 2.0f * static_cast<float>(n);
    }
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_LE(f.traces().size(), 2u);
}

TEST(Concurrency, T14_AnotherFunctionIsNotHeldUp) {
  auto fast = function([](Tensor x) { return x + 1.0f; });
  auto slow = function([&](Tensor x) {
    std::thread([&] { EXPECT_EQ(fast(1.0f).item<float>(), 2); }).join(); // would deadlock if it had to wait for this trace
    return x;
  });
  slow(1.0f);
}

TEST(Concurrency, T13_AWaiterTriesAgainAfterAFailedTrace) {
  std::atomic<int> traces = 0, failures = 0, successes = 0;
  auto f = function([&](Tensor x) {
    if (++traces <= 3) throw std::runtime_error("not yet");
    return x;
  });
  on_threads(16, [&](int) {
    try {
      f(1.0f);
      ++successes;
    } catch (const std::runtime_error &) { ++failures; }
  });
  EXPECT_EQ(traces, 4);
  EXPECT_EQ(failures, 3);
  EXPECT_EQ(successes, 13);
}

TEST(Concurrency, S6_NoUpdateOfAVariableIsLost) {
  Variable v(Tensor::from_vector(std::vector<float>(64, 0.0f)), "v");
  auto f = function([&](Tensor x) { v.assign_add(x); });
  on_threads(8, [&](int) {
    for (int i = 0; i < 250; ++i) f(1.0f);
  });
  EXPECT_EQ(v.to_vector<float>(), std::vector<float>(64, 2000.0f));
}

TEST(Concurrency, S6_ReadersSeeWholeUpdates) {
  Variable v(Tensor::from_vector(std::vector<float>(64, 0.0f)), "v");
  auto update = function([&] { v.assign_add(1.0f); });
  std::atomic<int> torn = 0;
  on_threads(4, [&](int thread) {
    for (int i = 0; i < 250; ++i) {
      if (thread % 2 == 0) {
        update();
        continue;
      }
      const std::vector<float> seen = v.to_vector<float>();
      torn += seen != std::vector<float>(64, seen[0]);
    }
  });
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(v.to_vector<float>()[0], 500);
}

} // namespace burin::test
