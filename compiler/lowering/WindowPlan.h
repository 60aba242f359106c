#pragma once
#include "compiler/lowering/TargetInfo.h"
#include <vector>

namespace burin::compiler {

/// Sums over windows: `out[batch, row, column] = sum over depth of the product of the operands`, or another combination. Each loop has
/// a stride for each operand, in elements; neighbours that all operands walk through as one are one loop.
struct WindowShape {
  struct Loop {
    std::int64_t extent = 1;
    std::vector<std::int64_t> strides;
  };
  std::vector<Loop> rows, depth;
  Loop column; ///< its strides are 0 or 1: vectors run along it
  std::int64_t batches = 1;
  int elementBits = 32;
  std::int64_t epilogueCost = 0; ///< instructions for one element of the output, roughly

  std::int64_t rowCount() const;
  std::int64_t depthCount() const;
  /// Whether the operand's elements depend on the row.
  bool dependsOnRow(std::size_t operand) const;
};

/// How the sums are cut up. Depends on shape, dtype and target alone, never on the number of threads: each sum runs through the depth
/// in order.
struct WindowPlan {
  int lanes = 1;
  std::int64_t tileRows = 1, tileVectors = 1;
  bool evenRows = true;         ///< a tile's rows are neighbours in the innermost row loop: one stride apart
  std::size_t unrolled = 0;     ///< so many of the depth's inner loops are code without a loop
  bool loopedEpilogue = false;  ///< in a loop over the stored tile: its code exists once
  std::int64_t taskRows = 1, taskCols = 1, rowTasks = 1, colTasks = 1;
  std::int64_t taskCount = 0;   ///< of all batches

  std::int64_t tileCols() const { return tileVectors * lanes; }
};

WindowPlan planWindow(const WindowShape &shape, const TargetInfo &target);

/// Joins neighbouring loops that all operands walk through as one, and drops those of one trip.
std::vector<WindowShape::Loop> joined(const std::vector<WindowShape::Loop> &loops);

} // namespace burin::compiler
