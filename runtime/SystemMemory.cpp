#include "runtime/SystemMemory.h"
#include "burin/Error.h"
#include "runtime/SmallBlocks.h"
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <sys/mman.h>
#include <sys/sysinfo.h>

namespace burin::runtime {

static constexpr std::size_t kHugePage = std::size_t{2} << 20;
static constexpr std::size_t kHeader = sizeof(Buffer);
static_assert(kHeader == 64, "the data behind the header must stay 64-byte aligned");

static std::atomic<std::uint64_t> allocations{0};
static std::atomic<std::size_t> bytes_out{0};

SystemUse system_use() {
  return {allocations.load(std::memory_order_relaxed), bytes_out.load(std::memory_order_relaxed)};
}

std::size_t machine_memory() {
  static const std::size_t bytes = [] {
    struct sysinfo info {};
    sysinfo(&info);
    return (static_cast<std::size_t>(info.totalram) + info.totalswap) * info.mem_unit;
  }();
  return bytes;
}

/// Header and data in one: a neighbour in the same page, and one call to malloc.
static Buffer *new_heap_block(int size_class) noexcept {
  const std::size_t capacity = class_bytes(size_class);
  void *block = std::aligned_alloc(alignof(Buffer), kHeader + capacity);
  if (!block) return nullptr;
  return new (block) Buffer(static_cast<std::byte *>(block) + kHeader, capacity, size_class);
}

/// mmap aligns to 4 KB only: maps 2 MB too much and gives back what sticks out.
static void *map_huge_pages(std::size_t bytes) noexcept {
  void *mapped = mmap(nullptr, bytes + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  const auto start = reinterpret_cast<std::uintptr_t>(mapped);
  const std::size_t before = (kHugePage - start % kHugePage) % kHugePage;
  const std::size_t after = kHugePage - before;
  std::byte *data = static_cast<std::byte *>(mapped) + before;
  if (before) munmap(mapped, before);
  if (after) munmap(data + bytes, after);
  madvise(data, bytes, MADV_HUGEPAGE); // advice only: without huge pages it is just slower
  return data;
}

/// Header apart: in front it would push the data off its 2 MB boundary or cost a page.
static Buffer *new_mapped_block(int size_class) noexcept {
  void *header = std::aligned_alloc(alignof(Buffer), kHeader);
  if (!header) return nullptr;
  const std::size_t capacity = class_bytes(size_class);
  void *data = map_huge_pages(capacity);
  if (data) return new (header) Buffer(data, capacity, size_class);
  std::free(header);
  return nullptr;
}

Buffer *new_system_block(int size_class) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  Buffer *buffer = size_class < kMappedClass ? new_heap_block(size_class) : new_mapped_block(size_class);
  if (!buffer) return nullptr;
  bytes_out.fetch_add(buffer->capacity(), std::memory_order_relaxed);
  poison(buffer->data(), buffer->capacity());
  return buffer;
}

void free_system_block(Buffer *buffer) noexcept {
  bytes_out.fetch_sub(buffer->capacity_, std::memory_order_relaxed);
  unpoison(buffer->data_, buffer->capacity_);
  if (buffer->size_class_ >= kMappedClass) munmap(buffer->data_, buffer->capacity_);
  std::free(buffer);
}

void *allocate_small_slowly(std::size_t bytes) {
  open_thread_cache(); // so that the block finds a home when it is released
  allocations.fetch_add(1, std::memory_order_relaxed);
  const std::size_t steps = (std::max<std::size_t>(bytes, 1) - 1) / kSmallBlockStep + 1;
  if (void *block = std::malloc(steps * kSmallBlockStep)) return block;
  throw Error("cannot allocate " + std::to_string(bytes) + " bytes");
}

void release_small_slowly(void *block) noexcept { std::free(block); }

} // namespace burin::runtime
