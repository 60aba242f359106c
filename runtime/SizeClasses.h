#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

/// The sizes that the pool deals in: 64, 128, ... 512, then four per doubling, so that past 512 bytes less than a
/// fifth of a block is unused while few enough sizes exist for blocks to be found again.
namespace burin::runtime {

inline constexpr int kSizeClasses = 160; ///< the last one is 2^47 bytes, all that a process can address
inline constexpr int kMappedClass = 55;  ///< the first one that is mapped, 2 MB; smaller ones come from malloc

constexpr int size_class(std::size_t bytes) {
  const std::size_t last = bytes - (bytes != 0);
  if (last < 512) return static_cast<int>(last >> 6);
  const int top = 63 - std::countl_zero(last);
  return 8 + (top - 9) * 4 + static_cast<int>((last >> (top - 2)) & 3);
}

constexpr std::size_t class_bytes(int size_class) {
  if (size_class < 8) return static_cast<std::size_t>(size_class + 1) << 6;
  const int top = 9 + (size_class - 8) / 4;
  const std::size_t quarters = 5 + static_cast<std::size_t>((size_class - 8) % 4);
  return quarters << (top - 2);
}

/// How many free blocks of a class one thread keeps to itself: 64, or 256 KB of them, but at least one.
constexpr std::uint32_t thread_limit(int size_class) {
  return static_cast<std::uint32_t>(std::clamp<std::size_t>((std::size_t{256} << 10) / class_bytes(size_class), 1, 64));
}

static_assert(size_class(0) == 0 && size_class(64) == 0 && size_class(65) == 1 && class_bytes(0) == 64);
static_assert(size_class(512) == 7 && class_bytes(7) == 512 && size_class(513) == 8 && class_bytes(8) == 640);
static_assert(class_bytes(kMappedClass) == std::size_t{2} << 20 && size_class(std::size_t{2} << 20) == kMappedClass);
static_assert(class_bytes(kSizeClasses - 1) == std::size_t{1} << 47);

} // namespace burin::runtime
