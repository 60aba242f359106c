#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>

namespace burin::detail {

/// NumPy's rule: negative positions count from the end; then those past either end are clipped.
inline std::int64_t clipped(std::int64_t position, std::int64_t extent) {
  return std::clamp<std::int64_t>(position < 0 ? position + extent : position, 0, extent);
}

/// The positions start, start + step, ... before stop: 0 <= start <= stop <= extent for a positive step,
/// -1 <= stop <= start < extent for a negative one.
struct SliceRange {
  std::int64_t start = 0, stop = 0, step = 1;
  std::int64_t count() const { return step > 0 ? (stop - start + step - 1) / step : (start - stop - step - 1) / -step; }
};

/// Python's `start:stop:step` on a dimension of `extent`. `step` isn't 0.
inline SliceRange resolved_slice(std::optional<std::int64_t> start, std::optional<std::int64_t> stop, std::int64_t step,
                                 std::int64_t extent) {
  step = std::clamp<std::int64_t>(step, -extent - 1, extent + 1); // no more steps than one either way: their product can't overflow
  const std::int64_t least = step > 0 ? 0 : -1, most = step > 0 ? extent : extent - 1;
  const auto at = [&](std::int64_t position) { return std::clamp(position < 0 ? position + extent : position, least, most); };
  SliceRange range{start ? at(*start) : step > 0 ? least : most, stop ? at(*stop) : step > 0 ? most : least, step};
  range.stop = step > 0 ? std::max(range.start, range.stop) : std::min(range.start, range.stop);
  return range;
}

} // namespace burin::detail
