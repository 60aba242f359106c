#pragma once
#include <cstddef>
#include <cstdint>

/// The pool behind `allocate` (Buffer.h): free blocks by size, first the thread's own, then all threads', then the
/// system's. Nothing here needs to be called for the pool to work.
namespace burin::runtime {

struct PoolStats {
  std::uint64_t system_allocations = 0; ///< how often the system (malloc or mmap) was asked, small blocks included
  std::uint64_t pool_hits = 0;          ///< how often a free buffer was found instead
  std::size_t bytes_live = 0;           ///< in buffers that somebody holds, adopted ones left out
  std::size_t bytes_cached = 0;         ///< in free buffers
};

/// Exact while no other thread allocates or frees.
PoolStats pool_stats();

/// Returns to the system all free buffers but those in other threads' caches.
void trim_pool() noexcept;

/// Most bytes that the pool keeps beside the threads' caches (a few MB each); what exceeds it goes back to the system.
/// Default: a quarter of the machine's memory.
void set_pool_limit(std::size_t bytes);

} // namespace burin::runtime
