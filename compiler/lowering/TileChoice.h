#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>

/// Which register tile is best, by a model of the processor.
namespace burin::compiler {

struct TileSize {
  std::int64_t rows = 1, vectors = 1;
};

/// Cycles of one step of a tile of `sums` vectors that loads `loads` values: two multiply-adds and two loads a cycle, each sum once in
/// four. The rest is fitted: loop and loads that don't hide, and `vectors` coming from the second-level cache.
inline double tileStepCycles(std::int64_t sums, std::int64_t loads, std::int64_t vectors) {
  const auto s = static_cast<double>(sums), l = static_cast<double>(loads);
  return std::max({s / 2, l / 2, 4.0}) + 0.05 * l + 0.3 * static_cast<double>(vectors) + 0.5;
}

/// The tile of the least `cost(rows, vectors)`, infinite where a tile won't do, among those whose sums and whose `vectors` of one operand
/// fit `registers`.
template <class Cost> TileSize cheapestTile(std::int64_t mostRows, std::int64_t mostVectors, std::int64_t registers, const Cost &cost) {
  TileSize best;
  double least = std::numeric_limits<double>::max();
  for (std::int64_t vectors = 1; vectors <= mostVectors; ++vectors)
    for (std::int64_t rows = 1; rows <= mostRows; ++rows) {
      if (rows * vectors + (rows == 1 ? 1 : vectors) > registers) break; // a single row multiplies straight from memory
      const double cycles = cost(rows, vectors);
      if (cycles > least) continue;
      least = cycles;
      best = {rows, vectors};
    }
  return best;
}

} // namespace burin::compiler
