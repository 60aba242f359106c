#include "burin/burin.h"
#include "runtime/Abi.h"
#include "runtime/ThreadPool.h"
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace burin::runtime;

#if defined(__SANITIZE_THREAD__)
static constexpr bool kThreadSanitizer = true;
#else
static constexpr bool kThreadSanitizer = false;
#endif

/// args[0]: the counters that the tasks add one to.
static void count_up(void **args, std::int64_t begin, std::int64_t end) {
  auto *counters = static_cast<std::int64_t *>(args[0]);
  for (std::int64_t i = begin; i < end; ++i) ++counters[i];
}

static void expect_each_once(std::int64_t count) {
  std::vector<std::int64_t> counters(static_cast<std::size_t>(count) + 1);
  void *args[] = {counters.data()};
  burin_rt_parallel(count_up, args, count);
  for (std::int64_t i = 0; i < count; ++i)
    ASSERT_EQ(counters[static_cast<std::size_t>(i)], 1) << "task " << i << " of " << count;
  ASSERT_EQ(counters.back(), 0);
}

struct ThreadPoolTest : testing::TestWithParam<int> {
  void SetUp() override { set_thread_count(GetParam()); }
  void TearDown() override { set_thread_count(0); }
};
INSTANTIATE_TEST_SUITE_P(Threads, ThreadPoolTest, testing::Values(1, 2, 5));

TEST_P(ThreadPoolTest, RunsEveryTaskOnce) {
  for (std::int64_t count : {0, 1, 2, 3, 7, 16, 100, 1001, 50000}) expect_each_once(count);
  for (int i = 0; i < 2000; ++i) expect_each_once(i % 5);
}

TEST_P(ThreadPoolTest, NestedRegionsRunWithinTheTask) {
  static std::atomic<int> inner;
  inner = 0;
  parallel_for(
      [](void **, std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i)
          parallel_for([](void **, std::int64_t b, std::int64_t e) { inner += static_cast<int>(e - b); }, nullptr, 10);
      },
      nullptr, 20);
  EXPECT_EQ(inner, 200);
}

TEST_P(ThreadPoolTest, ManyCallersAtOnce) {
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t)
    callers.emplace_back([] {
      for (int i = 0; i < 500; ++i) expect_each_once(37);
    });
  for (auto &caller : callers) caller.join();
}

TEST(ThreadPool, ThreadCountMayChangeAtAnyTime) {
  for (int i = 0; i < 60; ++i) {
    set_thread_count(1 + i % 4);
    EXPECT_EQ(thread_count(), 1 + i % 4);
    expect_each_once(50);
  }
  // From within a task, too.
  const Task change = [](void **, std::int64_t task, std::int64_t) {
    set_thread_count(static_cast<int>(task % 3 + 1));
  };
  parallel_for(change, nullptr, 50);
  expect_each_once(50);
  set_thread_count(0);
  EXPECT_GE(thread_count(), 1);
}

TEST(ThreadPool, SeveralThreadsDoTakePart) {
  set_thread_count(2);
  static std::atomic<int> arrived;
  arrived = 0;
  // Each task waits for the other: only two threads can finish this.
  parallel_for(
      [](void **, std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          ++arrived;
          while (arrived < 2) std::this_thread::yield();
        }
      },
      nullptr, 2);
  EXPECT_EQ(arrived, 2);
  set_thread_count(0);
}

TEST(ThreadPool, SleepsWhenThereIsNothingToDo) {
  set_thread_count(4);
  expect_each_once(100);
  timespec idle{0, 20'000'000}, before{}, after{};
  nanosleep(&idle, nullptr); // 600 times as long as they spin: not a wait for an event, but what is tested
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
  nanosleep(&idle, nullptr);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
  const double used = static_cast<double>(after.tv_sec - before.tv_sec) +
                      1e-9 * static_cast<double>(after.tv_nsec - before.tv_nsec);
  EXPECT_LT(used, 0.005) << "of 0.02 s";
  expect_each_once(100);
  set_thread_count(0);
}

static int run_in_child(void (*body)()) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(10);
    body();
    std::exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(ThreadPool, WorksInTheChildOfAFork) {
  if (kThreadSanitizer) GTEST_SKIP() << "TSan doesn't support threads that a forked child starts";
  set_thread_count(3);
  expect_each_once(100);
  EXPECT_EQ(run_in_child([] { expect_each_once(100); }), 0);
  expect_each_once(100);
  set_thread_count(0);
}

// In a process of its own, whose first function has just been made: the compiler gets ready on another thread meanwhile.
TEST(ThreadPoolDeathTest, ForksWaitUntilTheCompilerIsReady) {
  if (kThreadSanitizer) GTEST_SKIP() << "TSan doesn't support threads that a forked child starts";
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto leave_from_a_child = [] {
    const auto f = burin::function([](burin::Tensor x) { return x + 1; });
    const int status = run_in_child([] {});
    std::exit(status == 0 ? 7 : 1);
  };
  EXPECT_EXIT(leave_from_a_child(), testing::ExitedWithCode(7), "");
}

TEST(ThreadPool, ExitWithinATaskDoesNotHang) {
  if (kThreadSanitizer) GTEST_SKIP() << "TSan doesn't support threads that a forked child starts";
  set_thread_count(3);
  static const Task leave = [](void **, std::int64_t, std::int64_t) {
    static std::atomic<bool> first{true};
    if (first.exchange(false)) std::exit(7);
  };
  EXPECT_EQ(run_in_child([] { parallel_for(leave, nullptr, 100); }), 7);
  set_thread_count(0);
}
