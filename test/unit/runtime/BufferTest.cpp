#include "burin/Error.h"
#include "runtime/Buffer.h"
#include "runtime/BufferPool.h"
#include "runtime/Logging.h"
#include "runtime/SmallBlocks.h"
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace burin::runtime;

/// Destroyed after main's thread-locals; the sanitizer builds watch that this works.
static BufferRef global_buffer;

TEST(SizeClasses, EachClassHoldsItsSizesAndLittleMore) {
  for (int size = 0; size < kSizeClasses; ++size) {
    const std::size_t bytes = class_bytes(size);
    EXPECT_EQ(size_class(bytes), size);
    EXPECT_EQ(size_class(bytes + 1), size + 1);
    EXPECT_EQ(bytes % 64, 0u);
    if (size > 7) {
      EXPECT_LE(bytes * 4, class_bytes(size - 1) * 5);
    }
  }
}

TEST(Buffer, DataIsAlignedAndUsableAtEverySize) {
  for (std::size_t bytes : {0u, 1u, 63u, 64u, 65u, 512u, 513u, 5000u, 1u << 20, 2u << 20, (2u << 20) + 1, 9u << 20}) {
    const BufferRef buffer = allocate(bytes);
    EXPECT_EQ(buffer->bytes(), bytes);
    EXPECT_GE(buffer->capacity(), bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer->data()) % (bytes < (2u << 20) ? 64 : 2u << 20), 0u);
    if (bytes) {
      std::memset(buffer->data(), 0xab, bytes);
      EXPECT_EQ(static_cast<unsigned char *>(buffer->data())[bytes - 1], 0xab);
    }
  }
}

TEST(Buffer, KnowsWhetherItIsShared) {
  BufferRef a = allocate(100);
  EXPECT_TRUE(a->unique());
  BufferRef b = a;
  EXPECT_FALSE(a->unique());
  EXPECT_EQ(a, b);
  b = nullptr;
  EXPECT_TRUE(a->unique());
  BufferRef c = std::move(a);
  EXPECT_FALSE(a);
  EXPECT_TRUE(c->unique());
}

TEST(Buffer, SurvivesInAGlobal) {
  global_buffer = allocate(1000);
  EXPECT_TRUE(global_buffer);
}

TEST(BufferPool, FreedMemoryIsFoundAgain) {
  for (std::size_t bytes : {100u, 70000u, 5u << 20}) {
    const void *data = allocate(bytes)->data();
    const PoolStats before = pool_stats();
    EXPECT_EQ(allocate(bytes)->data(), data);
    const PoolStats after = pool_stats();
    EXPECT_EQ(after.system_allocations, before.system_allocations);
    EXPECT_EQ(after.pool_hits, before.pool_hits + 1);
  }
}

TEST(BufferPool, CountsLiveAndCachedBytes) {
  trim_pool();
  const PoolStats before = pool_stats();
  BufferRef small = allocate(640), large = allocate(4u << 20);
  const PoolStats held = pool_stats();
  EXPECT_EQ(held.bytes_live, before.bytes_live + 640 + (4u << 20));
  EXPECT_EQ(held.system_allocations, before.system_allocations + 2);
  small = large = nullptr;
  const PoolStats freed = pool_stats();
  EXPECT_EQ(freed.bytes_live, before.bytes_live);
  EXPECT_EQ(freed.bytes_cached, before.bytes_cached + 640 + (4u << 20));
  trim_pool();
  EXPECT_EQ(pool_stats().bytes_cached, 0u);
}

TEST(BufferPool, MemoryBeyondTheLimitGoesBackToTheSystem) {
  trim_pool();
  set_pool_limit(8u << 20);
  std::vector<BufferRef> buffers;
  for (int i = 0; i < 4; ++i) buffers.push_back(allocate(4u << 20));
  buffers.clear();
  EXPECT_EQ(pool_stats().bytes_cached, 8u << 20);
  // Buffers of another size push the old ones out rather than being refused.
  for (int i = 0; i < 400; ++i) buffers.push_back(allocate(64u << 10));
  buffers.clear();
  EXPECT_LE(pool_stats().bytes_cached, (8u << 20) + (256u << 10));
  set_pool_limit(std::size_t{4} << 30);
}

TEST(BufferPool, ImpossibleSizesThrow) {
  try {
    allocate(8'000'000'000'000);
    FAIL() << "8 TB were allocated";
  } catch (const burin::Error &error) {
    const std::string text = error.what();
    EXPECT_EQ(text.find("cannot allocate 8000000000000 bytes: this machine has "), 0u) << text;
  }
  EXPECT_THROW(allocate(std::numeric_limits<std::size_t>::max()), burin::Error);
  EXPECT_THROW(allocate(std::numeric_limits<std::size_t>::max() - 100), burin::Error);
}

TEST(BufferPool, ThreadsThatEndHandTheirCacheBack) {
  trim_pool();
  const PoolStats before = pool_stats();
  std::thread([] {
    std::vector<BufferRef> buffers;
    for (int i = 0; i < 10; ++i) buffers.push_back(allocate(3000));
  }).join();
  const PoolStats after = pool_stats();
  EXPECT_EQ(after.bytes_live, before.bytes_live);
  std::vector<BufferRef> buffers;
  for (int i = 0; i < 10; ++i) buffers.push_back(allocate(3000));
  EXPECT_EQ(pool_stats().system_allocations, after.system_allocations);
}

TEST(BufferPool, SteadyFlowFromOneThreadToAnotherStopsAskingTheSystem) {
  std::mutex mutex;
  std::vector<BufferRef> shelf;
  const auto round = [&] {
    std::thread producer([&] {
      for (int i = 0; i < 1000; ++i) {
        BufferRef buffer = allocate(2000);
        std::memset(buffer->data(), i, 2000);
        const std::scoped_lock lock(mutex);
        shelf.push_back(std::move(buffer));
      }
    });
    producer.join();
    std::thread consumer([&] { shelf.clear(); });
    consumer.join();
  };
  round();
  const PoolStats before = pool_stats();
  for (int i = 0; i < 5; ++i) round();
  EXPECT_EQ(pool_stats().system_allocations, before.system_allocations);
}

TEST(BufferPool, StressManyThreadsShareBuffers) {
  std::mutex mutex;
  std::vector<BufferRef> shelf(32);
  const auto work = [&](unsigned seed) {
    for (unsigned i = 0; i < 3000; ++i) {
      seed = seed * 1664525 + 1013904223;
      const std::size_t bytes = std::size_t{8} << (seed >> 28);
      BufferRef mine = allocate(bytes);
      std::memset(mine->data(), 1, bytes);
      const BufferRef copy = mine;
      const std::scoped_lock lock(mutex);
      std::swap(shelf[(seed >> 8) % shelf.size()], mine);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 4; ++t) threads.emplace_back(work, t);
  while (pool_stats().pool_hits == 0) std::this_thread::yield();
  for (auto &thread : threads) thread.join();
  for (const BufferRef &buffer : shelf)
    if (buffer) {
      EXPECT_TRUE(buffer->unique());
    }
}

TEST(Buffer, LastOfManyThreadsFrees) {
  for (int round = 0; round < 200; ++round) {
    int released = 0;
    {
      int memory[4] = {};
      BufferRef buffer = adopt(memory, sizeof memory, [&] { ++released; });
      std::thread other([copy = buffer]() mutable { copy = nullptr; });
      buffer = nullptr;
      other.join();
    }
    ASSERT_EQ(released, 1);
  }
}

TEST(Buffer, AdoptedMemoryIsReleasedOnce) {
  int memory[4] = {1, 2, 3, 4}, released = 0;
  {
    const BufferRef buffer = adopt(memory, sizeof memory, [&] { ++released; });
    EXPECT_EQ(buffer->data(), memory);
    EXPECT_EQ(buffer->bytes(), sizeof memory);
    const BufferRef copy = buffer;
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 1);
}

TEST(Buffer, AThrowingReleaseFunctionIsLogged) {
  std::string logged;
  set_log_callback([&](LogLevel, std::string_view text) { logged = text; });
  int memory = 0;
  adopt(&memory, sizeof memory, [] { throw std::runtime_error("no way"); });
  set_log_callback(nullptr);
  EXPECT_EQ(logged, "the release function of adopted memory threw: no way");
}

TEST(SmallBlocks, AreReusedAndMayEndOnAnotherThread) {
  void *block = allocate_small(100);
  std::memset(block, 7, 100);
  release_small(block, 100);
  EXPECT_EQ(allocate_small(97), block);
  std::thread([&] { release_small(block, 97); }).join();

  for (std::size_t bytes : {0u, 1u, 16u, 512u, 513u, 5000u}) {
    void *sized = allocate_small(bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(sized) % 16, 0u);
    std::memset(sized, 7, bytes);
    release_small(sized, bytes);
  }
}

TEST(SmallBlocks, MoreThanAThreadKeepsAreFreed) {
  std::vector<void *> blocks;
  for (int i = 0; i < 1000; ++i) blocks.push_back(allocate_small(48));
  for (void *block : blocks) release_small(block, 48);
  const PoolStats before = pool_stats();
  for (void *&block : blocks) block = allocate_small(48);
  EXPECT_EQ(pool_stats().system_allocations - before.system_allocations, 1000u - 256u);
  for (void *block : blocks) release_small(block, 48);
}
