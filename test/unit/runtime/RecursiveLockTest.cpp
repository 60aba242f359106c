#include "runtime/RecursiveLock.h"
#include <gtest/gtest.h>
#include <mutex>
#include <thread>
#include <vector>

using burin::runtime::RecursiveLock;

TEST(RecursiveLock, ExcludesOtherThreadsAndAdmitsItsOwner) {
  RecursiveLock lock;
  int count = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20000; ++i) {
        const std::scoped_lock outer(lock);
        const std::scoped_lock inner(lock);
        ++count;
      }
    });
  for (auto &thread : threads) thread.join();
  EXPECT_EQ(count, 80000);
}
