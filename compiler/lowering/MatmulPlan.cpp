#include "compiler/lowering/MatmulPlan.h"
#include "compiler/lowering/TileChoice.h"
#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

namespace burin::compiler {
namespace {

constexpr std::int64_t kCacheLine = 64;
constexpr std::int64_t kCacheWays = 16;          // of the second-level cache
constexpr std::int64_t kPage = 4096;             // rows this far apart all fall into one set of the first-level cache
constexpr std::int64_t kLeastBlock = 128;        // of k
constexpr std::int64_t kPackBelow = 1600;        // rows of rhs that stay cached, times rows of a tile: packing rhs pays below
constexpr std::int64_t kDeep = 64;               // sums shorter than this end before caches matter
constexpr std::int64_t kDotRows = 4;             // with more rows, packing (transposing) rhs is cheaper than reading it per row
constexpr std::int64_t kPrefetchRows = 8;        // of rhs, ahead of the sums
constexpr std::int64_t kDirectDepth = 24;        // sums longer than this hide the store and reload of a tile
constexpr std::int64_t kDirectRowDepth = 256;    // the same for a single row, whose sums end together
constexpr std::int64_t kDirectTile = 12;         // accumulators of a tile whose epilogue is unrolled: code size
constexpr std::int64_t kTileRows = 16;           // more rows evict each other where their stride is a power of two
constexpr std::int64_t kScratchPart = 336 << 10; // bytes of scratch for each of packed lhs, packed rhs and partial sums
constexpr std::int64_t kSumsInFlight = 8;        // two multiply-adds a cycle, each four cycles long
constexpr std::int64_t kRowPanelBits = 2048;     // of rhs at a time for a single row of lhs
constexpr std::int64_t kStreams = 4;             // rows of rhs that are read at once
constexpr std::int64_t kStreamVectors = 4;       // of each of them, by one step of the loop
constexpr std::int64_t kStreamRun = 4096;        // bytes of a row that a task reads: the processor prefetches beyond the end in vain
constexpr std::int64_t kStreamRows = 2;          // of lhs: with more, multiplying takes about as long as reading rhs
constexpr std::int64_t kMostStreamRows = 4;      // where narrow panels of rhs conflict in the first-level cache
constexpr std::int64_t kRoomyL1 = 48 << 10;      // twelve ways: rows a page apart fit beside what else a tile reads
constexpr std::int64_t kConflictRows = 8;        // of lhs, all in one set of such a cache
constexpr std::int64_t kPanelRows = 256;         // of lhs: with fewer, packing panels of rhs takes longer than it saves
constexpr std::int64_t kPanelBytes = 512 << 10;  // of scratch, for the panels of a task
constexpr std::int64_t kPanelCols = 256;         // of a task: more gained nothing
constexpr std::int64_t kPanelTaskRows = 1024;    // of lhs, among which what packing a panel costs is shared
constexpr std::int64_t kPanelTasks = 16;         // to be shared by threads: lower strips where there would be fewer
constexpr std::int64_t kTaskRows = 128;
constexpr std::int64_t kTaskWork = 1 << 21; // multiply-adds below which a task is not worth a thread

std::int64_t ceilDiv(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
std::int64_t roundUp(std::int64_t a, std::int64_t b) { return ceilDiv(a, b) * b; }
/// `a` cut into the fewest parts of at most `most`, all but the last of one size, a multiple of `unit`.
std::int64_t evenPart(std::int64_t a, std::int64_t most, std::int64_t unit) {
  return roundUp(ceilDiv(a, ceilDiv(a, std::max(most, unit))), unit);
}

class Planner {
public:
  Planner(const MatmulShape &shape, const TargetInfo &target) : target(target), shape(plan.shape) { plan.shape = shape; }

  MatmulPlan run() {
    if (shape.m == 0 || shape.n == 0) return plan;
    normalize();
    chooseKernel();
    if (plan.streamsRhs) {
      chooseStreams();
    } else {
      chooseTile();
      choosePacking();
      chooseDepthBlock();
      chooseDepthChains();
    }
    chooseTasks();
    layOutScratch();
    return plan;
  }

private:
  void normalize() {
    if (shape.n == 1 && shape.m > 1) {
      plan.swapped = true;
      shape = {1,
               shape.m,
               shape.k,
               shape.elementBits,
               /*lhs*/ shape.rhsColStride,
               shape.rhsRowStride,
               /*rhs*/ shape.lhsColStride,
               shape.lhsRowStride};
    }
    // The stride of an axis of extent 1 is never used: make it the handier one.
    if (shape.n == 1) shape.rhsColStride = 1;
    if (shape.k == 1) shape.lhsColStride = 1;
    auto fits = static_cast<int>(std::bit_ceil(static_cast<std::uint64_t>(shape.n)));
    plan.lanes = std::min(target.lanes(shape.elementBits), fits);
  }

  void chooseKernel() {
    bool alongDepth = shape.lhsColStride == 1 && shape.rhsRowStride == 1;
    bool fewRows = shape.m <= kDotRows && (shape.rhsColStride != 1 || shape.n == 1);
    if (alongDepth && fewRows && shape.k > 1) plan.kernel = MatmulPlan::Kernel::Dot;
    bool outer = plan.kernel == MatmulPlan::Kernel::Outer;
    plan.streamsRhs = outer && streamingPays();
    panels = outer && !plan.swapped && panelsPay();
    bool unrollable = outer && !plan.swapped && !plan.streamsRhs;
    if (unrollable && shape.k <= (shape.m == 1 ? kDirectRowDepth : kDirectDepth)) plan.epilogue = MatmulPlan::Epilogue::Direct;
  }

  /// Whether the first-level cache is one of those with twelve ways.
  bool roomy() const { return target.l1Bytes >= kRoomyL1; }

  /// Whether rows so many elements apart all fall into one set of it.
  bool conflicts(std::int64_t stride) const { return stride * shape.elementBits / 8 % kPage == 0; }
  bool lhsConflicts() const { return conflicts(shape.lhsColStride == 1 ? shape.lhsRowStride : shape.lhsColStride); }

  bool readsConflictingRows() const { return roomy() && shape.m > 1 && shape.lhsColStride == 1 && lhsConflicts(); }

  /// Whether panels of rhs, packed, are best multiplied over all of k with a high strip of lhs where that lies: a second-level cache
  /// holds a panel, and gives it as fast as it is needed.
  bool panelsPay() const {
    const bool beyondCache = shape.k * shape.n * shape.elementBits / 8 > target.l2Bytes;
    return roomy() && shape.lhsColStride == 1 && shape.rhsColStride == 1 && shape.m >= kPanelRows && shape.k > kDeep && beyondCache;
  }

  /// Whether rhs is better read along its rows than in panels.
  bool streamingPays() const {
    const bool fewRows = shape.m <= (conflicts(shape.rhsRowStride) && !target.avx512 ? kMostStreamRows : kStreamRows);
    const bool longRows = shape.rhsColStride == 1 && shape.n * shape.elementBits > kRowPanelBits;
    return fewRows && longRows && shape.k > kDirectDepth && !rhsIsCached();
  }

  /// Rows of rhs that come from farther away are better read one after the other.
  bool rhsIsCached() const { return shape.k * shape.n * shape.elementBits / 8 <= target.l2Bytes / 2; }

  /// The tile keeps the elements of lhs, its sums and a row's part of rhs in registers.
  void chooseStreams() {
    const std::int64_t registers = target.vectorRegisters - 1, bytes = shape.elementBits / 8;
    plan.tileRows = shape.m;
    plan.depthBlock = shape.m > kStreamRows ? kStreams / 2 : kStreams;
    plan.tileVectors = std::clamp<std::int64_t>((registers - shape.m * plan.depthBlock) / (shape.m + 1), 1, kStreamVectors);
    plan.blockCols = evenPart(shape.n, target.l1Bytes / 2 / bytes / shape.m, plan.tileCols());
  }

  double tileCycles(std::int64_t rows, std::int64_t vectors) const {
    return tileStepCycles(rows * vectors, rows + vectors, panels ? 0 : vectors);
  }

  double cost(std::int64_t rows, std::int64_t vectors) const {
    std::int64_t all = ceilDiv(shape.n, plan.lanes), edge = all % vectors;
    auto tiles = static_cast<double>(ceilDiv(shape.m, rows));
    double panels = static_cast<double>(all / vectors) * tileCycles(rows, vectors) + (edge ? tileCycles(rows, edge) : 0);
    // Each kind of tile is code of its own.
    double kinds = (edge ? 1.02 : 1.0);
    if (plan.epilogue == MatmulPlan::Epilogue::Direct && shape.m % rows) kinds *= 1.03;
    return tiles * panels * kinds;
  }

  void chooseTile() {
    if (plan.kernel == MatmulPlan::Kernel::Dot) {
      plan.tileRows = shape.m;
      plan.tileVectors = 1;
      return;
    }
    std::int64_t all = ceilDiv(shape.n, plan.lanes);
    std::int64_t registers = target.vectorRegisters - 1;
    bool direct = plan.epilogue == MatmulPlan::Epilogue::Direct;
    // A single row reads rhs in runs as wide as its tile; 256 bytes were best.
    std::int64_t mostVectors = shape.m == 1 ? std::max<std::int64_t>(4, kRowPanelBits / target.vectorBits) : 4;
    const std::int64_t mostRows = panels || readsConflictingRows() ? kConflictRows : kTileRows;
    const TileSize best = cheapestTile(std::min(shape.m, mostRows), std::min(all, mostVectors), registers, [&](auto rows, auto vectors) {
      return direct && rows * vectors > kDirectTile ? std::numeric_limits<double>::infinity() : cost(rows, vectors);
    });
    plan.tileRows = best.rows;
    plan.tileVectors = best.vectors;
  }

  /// How many rows of rhs, of the width of a cache line, half the second-level cache holds: few if their stride is a large
  /// power of two, so that they share sets.
  std::int64_t rowsCached() const {
    std::int64_t bytes = shape.rhsRowStride * shape.elementBits / 8, lines = target.l2Bytes / kCacheLine;
    std::int64_t apart = bytes % kCacheLine ? 1 : std::gcd(bytes / kCacheLine, lines / kCacheWays);
    return lines / 2 / apart;
  }

  void choosePacking() {
    bool outer = plan.kernel == MatmulPlan::Kernel::Outer && shape.k > 0;
    bool deep = shape.k > kDeep, lhsUnit = shape.lhsColStride == 1 || shape.lhsRowStride == 1;
    // A stride along k defeats the processor's prefetcher.
    bool lhsSlow = deep && !panels && shape.m > 1 && shape.n >= 256 && ((lhsConflicts() && !roomy()) || shape.lhsColStride != 1);
    plan.packLhs = outer && lhsUnit && lhsSlow;
    // A low tile reads rhs from the second-level cache more often.
    bool rhsConflicts =
        deep && (plan.packLhs || !roomy()) && shape.m >= 64 && rowsCached() < shape.k && rowsCached() * plan.tileRows < kPackBelow;
    plan.packRhs = outer && (shape.rhsColStride != 1 || panels || rhsConflicts);
    if (outer && deep) plan.prefetchRows = kPrefetchRows;
  }

  void chooseDepthBlock() {
    std::int64_t most = std::clamp<std::int64_t>(rowsCached(), kLeastBlock, 1024);
    if (roomy() && !plan.packLhs) most = std::clamp<std::int64_t>(4 * rowsCached(), 512, 2048);
    if (plan.packRhs) most = shape.rhsColStride == 1 ? 256 : 512;
    if (panels) most = panelElements() / plan.tileCols();
    // Dot keeps its sums in registers; few rows read rhs but once.
    bool inPlace = !plan.packLhs && !plan.packRhs;
    bool whole = plan.kernel == MatmulPlan::Kernel::Dot || (shape.m < 32 && inPlace) || shape.k <= most;
    if (whole) plan.depthBlock = shape.k;
    else splitDepth(most);
  }

  /// Elements of a task's packed panels: half of the second-level cache.
  std::int64_t panelElements() const { return std::min(kPanelBytes, target.l2Bytes / 2) * 8 / shape.elementBits; }

  void splitDepth(std::int64_t most) {
    std::int64_t unit = target.lanes(shape.elementBits);
    plan.epilogue = MatmulPlan::Epilogue::Looped;
    // The last block is never shorter than a vector: packing transposes whole squares.
    for (plan.depthBlock = evenPart(shape.k, most, unit); plan.depthBlock < shape.k; plan.depthBlock += unit) {
      std::int64_t last = shape.k % plan.depthBlock;
      if (last == 0 || last >= unit) return;
    }
    plan.depthBlock = shape.k;
  }

  void chooseDepthChains() {
    const std::int64_t sums = plan.tileRows * plan.tileVectors;
    if (plan.kernel != MatmulPlan::Kernel::Outer || plan.packRhs || plan.splitsDepth() || !rhsIsCached()) return;
    plan.depthChains = std::max<std::int64_t>(1, std::min(kSumsInFlight / sums, shape.k));
  }

  void chooseTasks() {
    std::int64_t unit = plan.tileCols(), part = kScratchPart * 8 / shape.elementBits;
    std::int64_t depth = std::max<std::int64_t>(1, plan.depthBlock);
    std::int64_t rows = shape.m;
    bool split = static_cast<double>(shape.m) * static_cast<double>(shape.n) * static_cast<double>(shape.k) > 2 * kTaskWork;
    if (plan.kernel == MatmulPlan::Kernel::Outer && (split || plan.packLhs || plan.splitsDepth())) {
      std::int64_t most = plan.packRhs ? 384 : shape.m <= 256 ? 256 : kTaskRows; // packing rhs is repeated for each
      rows = evenPart(shape.m, plan.packLhs ? std::min(most, part / depth) : most, plan.tileRows);
    }
    // With few rows, reading rhs takes the time.
    std::int64_t cols = ceilDiv(kTaskWork, std::max<std::int64_t>(rows, 8) * std::max<std::int64_t>(shape.k, 1));
    if (plan.packLhs) cols = std::max<std::int64_t>(cols, 512); // what packing it costs is shared by many columns
    if (plan.packRhs) cols = std::clamp<std::int64_t>(cols, 128, std::max<std::int64_t>(128, part / depth));
    if (plan.streamsRhs) cols = std::min(std::max(cols, kStreamRun * 8 / shape.elementBits), ceilDiv(shape.n, 2));
    else if (plan.splitsDepth()) cols = std::min(cols, part / rows);
    if (panels) {
      cols = std::clamp(panelElements() / 2 / depth, unit, kPanelCols) / unit * unit;
      rows = std::clamp(shape.m * ceilDiv(shape.n, cols) / kPanelTasks, kPanelRows, kPanelTaskRows);
      rows = evenPart(shape.m, rows, plan.tileRows);
    }
    cols = evenPart(shape.n, cols, unit);
    plan.taskRows = rows;
    plan.taskCols = cols;
    if (!plan.streamsRhs) plan.blockCols = plan.taskCols;
    plan.rowTasks = ceilDiv(shape.m, plan.taskRows);
    plan.colTasks = ceilDiv(shape.n, plan.taskCols);
    plan.taskCount = plan.rowTasks * plan.colTasks;
  }

  void layOutScratch() {
    std::int64_t line = kCacheLine * 8 / shape.elementBits, next = 0;
    auto take = [&](std::int64_t elements) {
      std::int64_t at = next;
      next = roundUp(next + elements, line);
      return at;
    };
    std::int64_t lhsRows = shape.lhsColStride == 1 ? plan.taskRows : plan.depthBlock;
    if (plan.packLhs) plan.lhsScratch = take(lhsRows * plan.packedLhsStride());
    if (plan.packRhs) plan.rhsScratch = take(plan.depthBlock * roundUp(std::min(plan.taskCols, shape.n), plan.tileCols()));
    std::int64_t cols = plan.tileCols();
    if (plan.splitsDepth()) plan.tileScratch = take(plan.taskRows * plan.blockStride());
    else if (plan.epilogue == MatmulPlan::Epilogue::Looped) plan.tileScratch = take(plan.tileRows * cols);
    plan.scratchElements = next;
  }

  const TargetInfo &target;
  MatmulPlan plan;
  MatmulShape &shape;
  bool panels = false; // of rhs are packed and multiplied with lhs in place
};

} // namespace

/// An odd number of cache lines: consecutive rows fall into different sets.
static std::int64_t strideWithoutConflicts(std::int64_t elements, int elementBits) {
  const std::int64_t line = kCacheLine * 8 / elementBits;
  return (ceilDiv(elements, line) | 1) * line;
}

std::int64_t MatmulPlan::packedLhsStride() const {
  return strideWithoutConflicts(shape.lhsColStride == 1 ? depthBlock : taskRows, shape.elementBits);
}
std::int64_t MatmulPlan::blockStride() const { return strideWithoutConflicts(blockCols, shape.elementBits); }

MatmulPlan planMatmul(const MatmulShape &shape, const TargetInfo &target) { return Planner(shape, target).run(); }

} // namespace burin::compiler
