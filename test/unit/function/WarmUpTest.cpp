// The thread that starts the compiler up beside a process's first trace.
#include <algorithm>
#include <burin/burin.h>
#include <cstdlib>
#include <gtest/gtest.h>
#include <iterator>
#include <thread>
#include <vector>

namespace {

namespace bn = burin;

// Each statement runs in a process of its own, as the first use of the library there.
class WarmUpDeathTest : public testing::Test {
protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(WarmUpDeathTest, AProcessMayEndWhileItGoesOn) {
  for (int i = 0; i < 3; ++i)
    EXPECT_EXIT(
        {
          auto f = bn::function([](const bn::Tensor &x) { return x; });
          std::exit(3);
        },
        testing::ExitedWithCode(3), "");
}

TEST_F(WarmUpDeathTest, FirstCompilationsOfManyThreadsRunBesideIt) {
  const auto run = [] {
    bool right[8] = {};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([i, &right] {
        auto f = bn::function([i](const bn::Tensor &x) { return bn::sum(x * static_cast<float>(i)); });
        right[i] = f(bn::ones({10})).item<float>() == 10.0f * static_cast<float>(i);
      });
    for (std::thread &thread : threads) thread.join();
    return std::all_of(std::begin(right), std::end(right), [](bool each) { return each; });
  };
  EXPECT_EXIT(std::exit(run() ? 0 : 1), testing::ExitedWithCode(0), "");
}

} // namespace
