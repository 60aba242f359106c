#include "compiler/lowering/WindowPlan.h"
#include "compiler/lowering/TileChoice.h"
#include <bit>

namespace burin::compiler {
namespace {

constexpr std::int64_t kMostRows = 16;
constexpr std::int64_t kMostUnevenRows = 8; // each has an address in a register
constexpr std::int64_t kMostVectors = 4;
constexpr std::int64_t kUnrolledSums = 400;  // in code without any loop
constexpr std::int64_t kUnrolledInner = 100; // in the body of a loop
constexpr std::int64_t kDirectCost = 6;      // of an epilogue that is repeated for each sum of a tile
constexpr std::int64_t kTaskWork = 1 << 21;  // multiply-adds below which a task is not worth a thread
constexpr std::int64_t kLeastTiles = 32;     // in a task's panel: fewer don't pay for fetching the panel's part of the filter

std::int64_t ceilDiv(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
std::int64_t roundUp(std::int64_t a, std::int64_t b) { return ceilDiv(a, b) * b; }

class Planner {
public:
  Planner(const WindowShape &shape, const TargetInfo &target) : shape(shape), target(target) {}

  WindowPlan run() {
    if (shape.rowCount() == 0 || shape.column.extent == 0 || shape.batches == 0) return plan;
    const auto fits = static_cast<int>(std::bit_ceil(static_cast<std::uint64_t>(shape.column.extent)));
    plan.lanes = std::min(target.lanes(shape.elementBits), fits);
    vectors = ceilDiv(shape.column.extent, plan.lanes);
    chooseTile();
    plan.unrolled = unrolledLoops(plan.tileRows * plan.tileVectors);
    plan.loopedEpilogue = shape.epilogueCost > kDirectCost;
    chooseTasks();
    return plan;
  }

private:
  bool areEven(std::int64_t rows) const { return rows == 1 || shape.rows.empty() || shape.rows.back().extent % rows == 0; }

  /// Values that a step loads, and the vectors among them that stay in registers for all rows.
  std::int64_t loads(std::int64_t rows, std::int64_t count) const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < shape.column.strides.size(); ++i)
      sum += (shape.dependsOnRow(i) ? rows : 1) * (shape.column.strides[i] ? count : 1);
    return sum;
  }

  /// So many of the depth's inner loops are short enough to be code without a loop.
  std::size_t unrolledLoops(std::int64_t sums) const {
    std::int64_t steps = 1;
    std::size_t count = 0;
    for (std::size_t i = shape.depth.size(); i-- > 0; ++count) {
      steps *= shape.depth[i].extent;
      if (steps * sums > (i == 0 ? kUnrolledSums : kUnrolledInner)) break;
    }
    return count;
  }

  /// Whether a tile is code without a loop that 16 registers must do for. With 32, tiles have enough sums to hide what they load and store.
  bool isTight(std::int64_t rows, std::int64_t count) const { return target.vectorRegisters <= 16 && unrolledLoops(rows * count) > 0; }

  /// Cycles that a step of a tight tile loses to full registers: LLVM loads but once what one row reads at some step and its neighbour at
  /// another, and keeps it in memory in between. About one for each such element.
  double spillCycles(std::int64_t rows, std::int64_t count) const {
    if (rows == 1 || shape.rows.empty()) return 0;
    const WindowShape::Loop &inner = shape.depth.back();
    std::int64_t kept = 0, shared = 0;
    for (std::size_t i = 0; i < inner.strides.size(); ++i) {
      const std::int64_t apart = shape.rows.back().strides[i], step = inner.strides[i], width = shape.column.strides[i] ? count : 1;
      if (apart == 0 || step == 0 || apart % step || apart / step >= inner.extent) continue;
      const std::int64_t steps = apart / step, all = (rows - 1) * steps + inner.extent;
      kept += rows * width;
      shared += std::min((rows - 1) * (inner.extent - steps), all - 2 * steps) * width;
    }
    const std::int64_t others = loads(rows, count) - kept;
    if (rows * count + others + kept < target.vectorRegisters) return 0;
    return static_cast<double>(shared) / static_cast<double>(inner.extent);
  }

  /// What all rows read: the filter.
  std::int64_t sharedBytes() const {
    for (std::size_t i = 0; i < shape.column.strides.size(); ++i)
      if (!shape.dependsOnRow(i) && shape.column.strides[i]) return shape.depthCount() * shape.column.extent * shape.elementBits / 8;
    return 0;
  }

  double cost(std::int64_t rows, std::int64_t count) const {
    if (!areEven(rows) && rows > kMostUnevenRows) return std::numeric_limits<double>::infinity();
    const auto depth = static_cast<double>(shape.depthCount());
    const bool filterIsNear = sharedBytes() > 0 && sharedBytes() <= target.l1Bytes / 2;
    auto tile = [&](std::int64_t width) {
      const double addresses = areEven(rows) ? 2 : 4 * static_cast<double>(rows), stores = static_cast<double>(rows * width);
      const bool tight = isTight(rows, width);
      const double step = tileStepCycles(rows * width, loads(rows, width), tight && filterIsNear ? 0 : width);
      return depth * (step + (tight ? spillCycles(rows, width) : 0)) + addresses + stores;
    };
    const std::int64_t edge = vectors % count;
    const double panels = static_cast<double>(vectors / count) * tile(count) + (edge ? 1.02 * tile(edge) : 0);
    return static_cast<double>(ceilDiv(shape.rowCount(), rows)) * panels;
  }

  void chooseTile() {
    const TileSize best = cheapestTile(std::min(kMostRows, shape.rowCount()), std::min(kMostVectors, vectors), target.vectorRegisters - 1,
                                       [&](std::int64_t rows, std::int64_t count) { return cost(rows, count); });
    plan.tileRows = best.rows;
    plan.tileVectors = best.vectors;
    plan.evenRows = areEven(best.rows);
  }

  void chooseTasks() {
    const std::int64_t rows = shape.rowCount(), depth = std::max<std::int64_t>(1, shape.depthCount());
    const std::int64_t most = ceilDiv(rows * shape.column.extent * depth, kTaskWork);
    const std::int64_t panels = ceilDiv(vectors, plan.tileVectors);
    // The filter should stay in the second-level cache beside what each row reads.
    std::int64_t parts = std::min(panels, ceilDiv(sharedBytes(), target.l2Bytes / 2));
    const std::int64_t rowParts = std::max<std::int64_t>(1, rows / (kLeastTiles * plan.tileRows));
    if (parts * rowParts < most) parts = std::min(panels, ceilDiv(most, rowParts));
    plan.taskCols = ceilDiv(panels, std::max<std::int64_t>(parts, 1)) * plan.tileCols();
    plan.colTasks = ceilDiv(shape.column.extent, plan.taskCols);
    plan.taskRows = roundUp(ceilDiv(rows, std::max<std::int64_t>(1, most / plan.colTasks)), plan.tileRows);
    plan.rowTasks = ceilDiv(rows, plan.taskRows);
    plan.taskCount = shape.batches * plan.rowTasks * plan.colTasks;
  }

  const WindowShape &shape;
  const TargetInfo &target;
  WindowPlan plan;
  std::int64_t vectors = 0; // in one row
};

std::int64_t product(const std::vector<WindowShape::Loop> &loops) {
  std::int64_t count = 1;
  for (const WindowShape::Loop &loop : loops) count *= loop.extent;
  return count;
}

} // namespace

std::int64_t WindowShape::rowCount() const { return product(rows); }
std::int64_t WindowShape::depthCount() const { return product(depth); }
bool WindowShape::dependsOnRow(std::size_t operand) const {
  return std::any_of(rows.begin(), rows.end(), [&](const Loop &loop) { return loop.strides[operand] != 0; });
}

std::vector<WindowShape::Loop> joined(const std::vector<WindowShape::Loop> &loops) {
  std::vector<WindowShape::Loop> result;
  for (const WindowShape::Loop &loop : loops) {
    if (loop.extent == 1) continue;
    bool walksAsOne = !result.empty();
    for (std::size_t i = 0; walksAsOne && i < loop.strides.size(); ++i)
      walksAsOne = result.back().strides[i] == loop.strides[i] * loop.extent;
    if (walksAsOne) {
      result.back().extent *= loop.extent;
      result.back().strides = loop.strides;
    } else {
      result.push_back(loop);
    }
  }
  return result;
}

WindowPlan planWindow(const WindowShape &shape, const TargetInfo &target) { return Planner(shape, target).run(); }

} // namespace burin::compiler
