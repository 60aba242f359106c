#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

/// Products of extents. Those of an empty tensor may be of any size beside the 0.
namespace burin::runtime {

/// a times b, neither negative; 2^63 - 1 if that is more.
inline std::int64_t times(std::int64_t a, std::int64_t b) {
  std::int64_t product;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::int64_t>::max() : product;
}

/// How many elements there are: 0 where an extent is; 2^63 - 1 if there are more.
inline std::int64_t element_count(std::span<const std::int64_t> extents) {
  if (std::find(extents.begin(), extents.end(), 0) != extents.end()) return 0;
  std::int64_t count = 1;
  for (const std::int64_t extent : extents) count = times(count, extent);
  return count;
}

} // namespace burin::runtime
