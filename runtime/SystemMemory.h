#pragma once
#include "runtime/Buffer.h"
#include <cstddef>
#include <cstdint>

/// Where the pool's blocks come from and go to: malloc below 2 MB, mmap with huge pages from there up.
namespace burin::runtime {

/// Null when the system has no memory. The block's data is poisoned.
Buffer *new_system_block(int size_class) noexcept;
void free_system_block(Buffer *buffer) noexcept;

/// Main memory and swap space of this machine.
std::size_t machine_memory();

struct SystemUse {
  std::uint64_t allocations = 0; ///< times that the system was asked
  std::size_t bytes = 0;         ///< in blocks that it has not got back
};
SystemUse system_use();

} // namespace burin::runtime
