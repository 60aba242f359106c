#pragma once
#include "runtime/SizeClasses.h"
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

/// The free blocks that one thread keeps to itself, so that the hot path takes no lock.
namespace burin::runtime {

class Buffer;

/// A stack of free blocks, linked through `Node::next_free`, that holds at most a fixed number.
template <class Node> class FreeList {
public:
  void set_limit(std::uint32_t limit) {
    limit_ = limit;
    room_.store(limit, std::memory_order_relaxed);
  }

  Node *pop() {
    Node *node = head_;
    if (!node) return nullptr;
    head_ = node->next_free;
    room_.store(room_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return node;
  }

  /// False when full.
  bool push(Node *node) {
    const std::uint32_t room = room_.load(std::memory_order_relaxed);
    if (room == 0) return false;
    node->next_free = head_;
    head_ = node;
    room_.store(room - 1, std::memory_order_relaxed);
    return true;
  }

  std::uint32_t limit() const { return limit_; }
  std::uint32_t size() const { return limit_ - room_.load(std::memory_order_relaxed); }

private:
  Node *head_ = nullptr;
  // Atomic only for `pool_stats` on other threads: one thread writes, with plain loads and stores.
  std::atomic<std::uint32_t> room_{0};
  std::uint32_t limit_ = 0;
};

/// What a free small block (SmallBlocks.h) starts with.
struct FreeBlock {
  FreeBlock *next_free;
};

inline constexpr std::size_t kSmallBlockBytes = 512; ///< the largest small block
inline constexpr std::size_t kSmallBlockStep = 16;

struct ThreadCache {
  std::array<FreeList<Buffer>, kMappedClass> buffers;
  std::array<FreeList<FreeBlock>, kSmallBlockBytes / kSmallBlockStep> small_blocks;
  std::atomic<std::uint64_t> hits{0}; ///< buffers served from the pool; written by the owner only

  void count_hit() { hits.store(hits.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }
};

/// This thread's cache: null before its first use and again once the thread's destructors have run.
/// `constinit` spares the wrapper call, and initial-exec the `__tls_get_addr` that a shared library pays else (3 ns).
[[gnu::tls_model("initial-exec")]] extern constinit thread_local ThreadCache *thread_cache;

/// As `thread_cache`, but makes it where that is still possible; else null.
ThreadCache *open_thread_cache() noexcept;

} // namespace burin::runtime
