#pragma once
#include "runtime/Poison.h"
#include "runtime/ThreadCache.h"
#include <cstddef>

/// Raw blocks for small objects of which there are many, such as the library's tensor handles: 16-byte aligned, kept
/// in the thread's cache. One that is released on another thread stays with that one.
namespace burin::runtime {

void *allocate_small_slowly(std::size_t bytes);
void release_small_slowly(void *block) noexcept;

/// Throws Error when the memory isn't there. Any size will do; past 512 bytes it is plain malloc.
inline void *allocate_small(std::size_t bytes) {
  const std::size_t size = (bytes - (bytes != 0)) / kSmallBlockStep;
  if (ThreadCache *cache = thread_cache; cache && bytes <= kSmallBlockBytes)
    if (FreeBlock *block = cache->small_blocks[size].pop()) {
      unpoison(block, (size + 1) * kSmallBlockStep);
      return block;
    }
  return allocate_small_slowly(bytes);
}

/// `bytes` is what the block was allocated with.
inline void release_small(void *block, std::size_t bytes) noexcept {
  const std::size_t size = (bytes - (bytes != 0)) / kSmallBlockStep;
  if (ThreadCache *cache = thread_cache; cache && bytes <= kSmallBlockBytes)
    if (cache->small_blocks[size].push(static_cast<FreeBlock *>(block))) {
      poison(static_cast<FreeBlock *>(block) + 1, (size + 1) * kSmallBlockStep - sizeof(FreeBlock));
      return;
    }
  release_small_slowly(block);
}

} // namespace burin::runtime
