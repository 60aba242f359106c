// Emits the loop nest of a matmul as scf, vector and memref operations that lower to LLVM one by one. A task is
//
//   pack the task's lhs rows                      // where their stride makes cache conflicts
//   for each panel of tileVectors vectors of columns
//     pack the panel                              // likewise, or where rhs is transposed
//     for each tile of tileRows rows
//       sums = for each k: sums + broadcast(lhs[i,k]) * rhs[k,j...]      // in registers
//       store the sums into a small buffer; loop the epilogue over it    // or unrolled: Epilogue::Direct
//
// after GotoBLAS (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008), with one difference: lhs
// is packed row by row, not transposed. A broadcast load needs no contiguity, only rows that don't evict each other.
//
// Few rows of lhs are bound by reading rhs from beyond the caches, so it is read as the processor prefetches best: along its rows.
//
//   for each four rows of rhs
//     for each panel
//       sums, from scratch and back to it, += broadcast(lhs[i,k]) * rhs[k,j...] for the four k
#include "compiler/lowering/MatmulEmitter.h"
#include "compiler/lowering/Lanes.h"
#include "compiler/lowering/RegisterTile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <numeric>

using namespace mlir;

namespace burin::compiler {
namespace {

/// Side of the squares in which a transposed rhs is packed: 16 gained nothing and is 2.7 times the code.
constexpr int64_t kSquareMost = 8;

/// A matrix in a one-dimensional memref: element (row, col) is at `base + row * rowStride + col * colStride`.
struct Matrix {
  Value memory, base;
  int64_t rowStride, colStride;
};

/// A part of k or of the rows.
struct Range {
  Value begin, end;
};

class TaskEmitter : TileBuilder {
public:
  TaskEmitter(OpBuilder &builder, Location loc, const MatmulPlan &plan, const TargetInfo &target, const MatmulOperands &operands,
              MatmulEpilogue epilogue)
      : TileBuilder(builder, loc, cast<MemRefType>(operands.lhs.getType()).getElementType()), plan(plan), shape(plan.shape),
        epilogue(epilogue), targetLanes(target.lanes(shape.elementBits)) {
    Value lhsOffset = operands.lhsOffset ? operands.lhsOffset : index.constant(0);
    Value rhsOffset = operands.rhsOffset ? operands.rhsOffset : index.constant(0);
    lhs = {operands.lhs, lhsOffset, shape.lhsRowStride, shape.lhsColStride};
    rhs = {operands.rhs, rhsOffset, shape.rhsRowStride, shape.rhsColStride};
    if (plan.swapped) {
      std::swap(lhs.memory, rhs.memory);
      std::swap(lhs.base, rhs.base);
    }
    scratch = operands.scratch;
    if (!scratch && plan.scratchElements > 0) scratch = stackScratch(plan.scratchElements);
  }

  void emit(TaskRange tasks) {
    if (plan.streamsRhs) return emitStreams(tasks);
    index.loop(tasks.begin, tasks.end, 1, [&](Value task) { emitTask(task); });
  }

private:
  // ---- The loops around the tile

  void emitTask(Value task) {
    Value rowTask = index.div(task, plan.colTasks);
    Value colTask = index.sub(task, index.mul(rowTask, plan.colTasks));
    rows.begin = index.mul(rowTask, plan.taskRows);
    rows.end = index.min(index.add(rows.begin, plan.taskRows), index.constant(shape.m));
    cols.begin = index.mul(colTask, plan.taskCols);
    cols.end = index.min(index.add(cols.begin, plan.taskCols), index.constant(shape.n));
    if (plan.splitsDepth()) return emitSplitDepth();
    emitDepth({index.constant(0), index.constant(shape.k)});
  }

  /// Tasks that follow each other are done as one: the longer the runs of rhs, the better they are prefetched.
  void emitStreams(TaskRange tasks) {
    rows = {index.constant(0), index.constant(shape.m)};
    Value begin = index.mul(tasks.begin, plan.taskCols), end = index.min(index.mul(tasks.end, plan.taskCols), index.constant(shape.n));
    index.loop(begin, end, plan.blockCols, [&](Value block) {
      cols = {block, index.min(index.add(block, plan.blockCols), end)};
      emitSplitDepth();
    });
  }

  void emitSplitDepth() {
    Value zero = zeros(plan.lanes);
    Value end = index.constant(plan.tileScratch + plan.taskRows * plan.blockStride());
    index.loop(index.constant(plan.tileScratch), end, plan.lanes, [&](Value at) { store(zero, scratch, at); });
    // Without a loop over its steps, the rest of k is code of its own.
    const int64_t rest = plan.streamsRhs ? shape.k % plan.depthBlock : 0;
    Value whole = index.constant(shape.k - rest);
    unrolledDepth = plan.streamsRhs ? plan.depthBlock : 0;
    index.loop(index.constant(0), whole, plan.depthBlock,
               [&](Value k) { emitDepth({k, index.min(index.add(k, plan.depthBlock), whole)}); });
    unrolledDepth = rest;
    if (rest > 0) emitDepth({whole, index.constant(shape.k)});
    if (plan.swapped) return finishSwapped(cols.begin, index.sub(cols.end, cols.begin));
    index.loop(rows.begin, rows.end, 1, [&](Value i) {
      Value row = index.mul(index.add(index.sub(i, rows.begin), rowsRepeated(i)), plan.blockStride());
      index.vectorLoop(cols.begin, cols.end, plan.lanes, shape.n % plan.lanes == 0 ? plan.lanes : 1, [&](Value j, Value mask) {
        Value at = index.add(index.add(row, index.sub(j, cols.begin)), plan.tileScratch);
        epilogue(b, loc, i, j, load(scratch, at, plan.lanes), mask);
      });
    });
  }

  /// The last tile, where it starts early, repeats rows; its sums have rows of their own. How far they move row `i` down.
  Value rowsRepeated(Value i) {
    int64_t rest = shape.m % plan.tileRows;
    if (plan.packLhs || rest == 0) return index.constant(0);
    Value inLast = index.min(index.max(index.sub(i, index.constant(shape.m - rest - 1)), index.constant(0)), index.constant(1));
    return index.mul(inLast, plan.tileRows - rest);
  }

  void emitDepth(Range range) {
    depth = range;
    if (plan.kernel == MatmulPlan::Kernel::Dot) return forEachPanel([&](const Panel &panel) { emitDotPanel(panel.j, panel.width); });
    taskLhs = plan.packLhs ? packLhs() : at(lhs, index.constant(0), depth.begin);
    if (plan.packRhs) packRhs();
    forEachPanel([&](const Panel &panel) { emitPanel(panel); });
  }

  /// A column of register tiles.
  struct Panel {
    Value j;
    int64_t width, vectors;
    Value mask; // of the last vector; null if it is full
  };

  void forEachPanel(function_ref<void(const Panel &)> body) {
    int64_t whole = shape.n / plan.tileCols() * plan.tileCols();
    auto emit = [&](Value j, int64_t width) {
      int64_t rest = width % plan.lanes;
      body({j, width, (width + plan.lanes - 1) / plan.lanes, rest ? index.mask(rest, plan.lanes) : nullptr});
    };
    Value wholeEnd = index.min(cols.end, index.constant(whole));
    index.loop(cols.begin, wholeEnd, plan.tileCols(), [&](Value j) { emit(j, plan.tileCols()); });
    if (whole == shape.n) return;
    // Only the last task reaches the columns that don't fill a panel.
    index.loop(index.max(cols.begin, index.constant(whole)), cols.end, shape.n - whole, [&](Value j) { emit(j, shape.n - whole); });
  }

  void emitPanel(const Panel &panel) {
    // A looped epilogue can skip rows: then all tiles have one height, and the last repeats or drops some.
    int64_t rest = shape.m % plan.tileRows;
    auto wholeTiles = [&](Value end) { index.loop(rows.begin, end, plan.tileRows, [&](Value i) { emitTile(panel, i, plan.tileRows); }); };
    if (plan.epilogue == MatmulPlan::Epilogue::Looped || rest == 0) return wholeTiles(rows.end);
    Value wholeEnd = index.constant(shape.m - rest);
    wholeTiles(index.min(rows.end, wholeEnd));
    index.loop(index.max(rows.begin, wholeEnd), rows.end, rest, [&](Value i) { emitTile(panel, i, rest); });
  }

  // ---- The tile

  void emitTile(const Panel &panel, Value i, int64_t tileRows) {
    bool direct = plan.epilogue == MatmulPlan::Epilogue::Direct;
    Value first = i; // the tile's first row; the last tile may start early and compute some rows again
    if (!direct && !plan.packLhs && shape.m % plan.tileRows) first = index.min(i, index.constant(shape.m - tileRows));
    Value lhsRow = plan.packLhs ? index.sub(i, rows.begin) : first;
    Matrix tileLhs = at(taskLhs, lhsRow, index.constant(0));

    Value tile = index.constant(plan.tileScratch);
    int64_t tileStride = panel.vectors * plan.lanes;
    if (plan.splitsDepth()) {
      tileStride = plan.blockStride();
      tile = index.add(index.add(tile, index.mul(index.sub(i, rows.begin), tileStride)), index.sub(panel.j, cols.begin));
    }
    SmallVector<Value> sums(tileRows * panel.vectors, zeros(plan.lanes));
    auto forEachSum = [&](function_ref<void(Value &, int64_t row, int64_t vector)> body) {
      for (int64_t n = 0; n < std::ssize(sums); ++n) body(sums[n], n / panel.vectors, n % panel.vectors);
    };
    auto tileAt = [&](int64_t row, int64_t vector) { return index.add(tile, row * tileStride + vector * plan.lanes); };

    if (plan.splitsDepth()) forEachSum([&](Value &sum, int64_t row, int64_t v) { sum = load(scratch, tileAt(row, v), plan.lanes); });
    sums = accumulate(panel, tileLhs, tileRows, sums);
    if (direct)
      return forEachSum([&](Value &sum, int64_t row, int64_t v) {
        epilogue(b, loc, index.add(i, row), index.add(panel.j, v * plan.lanes), sum, v == panel.vectors - 1 ? panel.mask : nullptr);
      });
    forEachSum([&](Value &sum, int64_t row, int64_t v) { store(sum, scratch, tileAt(row, v)); });
    if (plan.splitsDepth()) return;
    Value rowEnd = index.sub(rows.end, first);
    rowEnd = shape.m % plan.tileRows == 0 ? index.constant(tileRows) : index.min(index.constant(tileRows), rowEnd);
    finishTile(panel.j, panel.width, first, {index.sub(i, first), rowEnd});
  }

  SmallVector<Value> accumulate(const Panel &panel, Matrix tileLhs, int64_t tileRows, SmallVector<Value> sums) {
    Matrix panelRhs = plan.packRhs ? packedPanel(panel.j) : at(rhs, depth.begin, panel.j);
    const RegisterTile tile{tileRows, panel.vectors, plan.lanes, plan.packRhs ? nullptr : panel.mask};
    auto step = [&](Value k, ValueRange before) {
      Value rhsAt = index.add(panelRhs.base, index.mul(k, panelRhs.rowStride));
      if (plan.prefetchRows) prefetch(panelRhs.memory, index.add(rhsAt, plan.prefetchRows * panelRhs.rowStride), panel.width);
      Value lhsAt = index.add(tileLhs.base, index.mul(k, tileLhs.colStride));
      TileOperand left{tileLhs.memory, {}, false}, right{panelRhs.memory, {rhsAt}, true};
      for (int64_t row = 0; row < tileRows; ++row) left.rows.push_back(index.add(lhsAt, row * tileLhs.rowStride));
      return multiplyAdd(tile, {left, right}, before);
    };
    for (int64_t k = 0; k < unrolledDepth; ++k) sums = step(index.constant(k), sums);
    if (unrolledDepth > 0) return sums;
    if (plan.depthChains == 1) return index.loop(index.constant(0), index.sub(depth.end, depth.begin), 1, sums, step);
    return accumulateInChains(sums, step);
  }

  /// The same over all of k with several sums of each element, which take steps in turn.
  SmallVector<Value> accumulateInChains(SmallVector<Value> sums, function_ref<SmallVector<Value>(Value k, ValueRange before)> step) {
    const size_t count = sums.size();
    const int64_t chains = plan.depthChains, whole = shape.k / chains * chains;
    sums.append(count * static_cast<size_t>(chains - 1), zeros(plan.lanes));
    sums = index.loop(index.constant(0), index.constant(whole), chains, sums, [&](Value k, ValueRange before) {
      SmallVector<Value> after;
      for (int64_t c = 0; c < chains; ++c)
        llvm::append_range(after, step(index.add(k, c), before.slice(static_cast<size_t>(c) * count, count)));
      return after;
    });
    SmallVector<Value> totals(sums.begin(), sums.begin() + static_cast<ptrdiff_t>(count));
    if (whole < shape.k) totals = index.loop(index.constant(whole), index.constant(shape.k), 1, totals, step);
    for (size_t n = count; n < sums.size(); ++n) totals[n % count] = sum(totals[n % count], sums[n]);
    return totals;
  }

  /// Runs the epilogue over the rows `range` of the tile in scratch, whose first is row `first` of the output.
  void finishTile(Value j, int64_t width, Value first, Range range) {
    if (plan.swapped) return finishSwapped(j, index.constant(width));
    int64_t whole = width / plan.lanes, rest = width % plan.lanes, stride = (whole + (rest != 0)) * plan.lanes;
    index.loop(range.begin, range.end, 1, [&](Value row) {
      Value rowAt = index.add(index.mul(row, stride), plan.tileScratch), i = index.add(first, row);
      auto vectorAt = [&](Value col, Value mask) {
        epilogue(b, loc, i, index.add(j, col), load(scratch, index.add(rowAt, col), plan.lanes), mask);
      };
      if (whole <= 2)
        for (int64_t v = 0; v < whole; ++v) vectorAt(index.constant(v * plan.lanes), nullptr);
      else index.loop(index.constant(0), index.constant(whole * plan.lanes), plan.lanes, [&](Value col) { vectorAt(col, nullptr); });
      if (rest) vectorAt(index.constant(whole * plan.lanes), index.mask(rest, plan.lanes));
    });
  }

  /// Runs the epilogue element by element: the tile is a row of out^T, the output a column.
  void finishSwapped(Value j, Value width) {
    index.loop(index.constant(0), width, 1, [&](Value col) {
      Value single = load(scratch, index.add(col, plan.tileScratch), 1);
      epilogue(b, loc, index.add(j, col), index.constant(0), single, nullptr);
    });
  }

  // ---- Dot

  void emitDotPanel(Value j, int64_t width) {
    int64_t group = std::max<int64_t>(1, std::min(width, 8 / shape.m));
    int64_t whole = width / group * group, stride = (width + plan.lanes - 1) / plan.lanes * plan.lanes;
    auto emitGroup = [&](Value col, int64_t count) {
      Matrix columns = at(rhs, index.constant(0), index.add(j, col));
      auto sums = dot(columns, count);
      for (int64_t n = 0; n < std::ssize(sums); ++n)
        memref::StoreOp::create(b, loc, sums[n], scratch, index.add(col, plan.tileScratch + n / count * stride + n % count));
    };
    index.loop(index.constant(0), index.constant(whole), group, [&](Value col) { emitGroup(col, group); });
    if (whole < width) emitGroup(index.constant(whole), width - whole);
    finishTile(j, width, index.constant(0), {index.constant(0), index.constant(shape.m)});
  }

  /// The sums over k of all rows of lhs with `count` columns, row by row.
  SmallVector<Value> dot(Matrix columns, int64_t count) {
    int64_t lanes = std::min<int64_t>(targetLanes, llvm::PowerOf2Ceil(shape.k)), chains = shape.m * count;
    int64_t unroll = std::max<int64_t>(1, std::min(8 / chains, shape.k / lanes));
    auto step = [&](Value k, Value mask, MutableArrayRef<Value> sums) {
      SmallVector<Value> right;
      for (int64_t c = 0; c < count; ++c)
        right.push_back(load(columns.memory, index.add(index.add(columns.base, c * columns.colStride), k), lanes, mask));
      for (int64_t row = 0; row < shape.m; ++row) {
        Value left = load(lhs.memory, index.add(index.add(lhs.base, row * lhs.rowStride), k), lanes, mask);
        for (int64_t c = 0; c < count; ++c) sums[row * count + c] = multiplyAdd(left, right[c], sums[row * count + c]);
      }
    };
    SmallVector<Value> sums(chains * unroll, zeros(lanes));
    auto wholeSteps = [&](int64_t begin, int64_t end, int64_t vectors) {
      sums = index.loop(index.constant(begin), index.constant(end), vectors * lanes, sums, [&](Value k, ValueRange before) {
        SmallVector<Value> after = llvm::to_vector(before);
        for (int64_t u = 0; u < vectors; ++u) step(index.add(k, u * lanes), nullptr, MutableArrayRef(after).slice(u * chains, chains));
        return after;
      });
    };
    int64_t unrolled = shape.k / (unroll * lanes) * (unroll * lanes), whole = shape.k / lanes * lanes;
    wholeSteps(0, unrolled, unroll);
    wholeSteps(unrolled, whole, 1);
    if (whole < shape.k) step(index.constant(whole), index.mask(shape.k - whole, lanes), MutableArrayRef(sums).take_front(chains));

    // Without reassociation the lanes would be summed one after the other.
    auto flags = isa<FloatType>(element) ? arith::FastMathFlags::reassoc : arith::FastMathFlags::none;
    SmallVector<Value> totals;
    for (int64_t chain = 0; chain < chains; ++chain) {
      Value total = sums[chain];
      for (int64_t u = 1; u < unroll; ++u) total = sum(total, sums[u * chains + chain]);
      totals.push_back(vector::ReductionOp::create(b, loc, vector::CombiningKind::ADD, total, flags));
    }
    return totals;
  }

  // ---- Packing

  /// Copies the task's rows, of the current part of k, so that their stride is an odd number of cache lines. The rows that
  /// complete the last tile get values too: left-over denormals would slow every multiplication down.
  Matrix packLhs() {
    int64_t stride = plan.packedLhsStride();
    Value base = index.constant(plan.lhsScratch), paddedEnd = index.add(rows.begin, plan.taskRows);
    auto copy = [&](Value from, Value to, Value mask) { store(load(lhs.memory, from, targetLanes, mask), scratch, to); };
    if (shape.lhsColStride == 1) {
      int64_t multiple = shape.k % targetLanes == 0 ? targetLanes : 1;
      index.loop(rows.begin, paddedEnd, 1, [&](Value i) {
        Value last = index.constant(shape.m - 1), row = shape.m % plan.taskRows ? index.min(i, last) : i;
        Matrix from = at(lhs, row, depth.begin);
        Value to = index.add(base, index.mul(index.sub(i, rows.begin), stride));
        Value length = index.sub(depth.end, depth.begin);
        index.vectorLoop(index.constant(0), length, targetLanes, multiple,
                         [&](Value k, Value mask) { copy(index.add(from.base, k), index.add(to, k), mask); });
      });
      return {scratch, base, stride, 1};
    }
    int64_t multiple = std::gcd(shape.m, plan.taskRows);
    index.loop(depth.begin, depth.end, 1, [&](Value k) {
      Matrix from = at(lhs, rows.begin, k);
      Value to = index.add(base, index.mul(index.sub(k, depth.begin), stride));
      Value count = index.sub(rows.end, rows.begin);
      index.vectorLoop(index.constant(0), count, targetLanes, multiple,
                       [&](Value i, Value mask) { copy(index.add(from.base, i), index.add(to, i), mask); });
      if (shape.m % plan.taskRows == 0) return;
      Value filled = index.mul(index.div(index.add(count, targetLanes - 1), targetLanes), targetLanes);
      index.loop(filled, index.constant(plan.taskRows), targetLanes,
                 [&](Value i) { store(zeros(targetLanes), scratch, index.add(to, i)); });
    });
    return {scratch, base, 1, stride};
  }

  /// Copies the task's panels of rhs, of the current part of k, into scratch, each without gaps. Lanes beyond the edge get some
  /// value.
  void packRhs() {
    if (shape.rhsColStride == 1) return packRows();
    // One loop for all panels: the code of a square is long. Whole vectors are filled.
    Value width = index.sub(cols.end, cols.begin);
    if (shape.n % plan.lanes) width = index.mul(index.div(index.add(width, plan.lanes - 1), plan.lanes), plan.lanes);
    int64_t side = std::min<int64_t>(plan.lanes, kSquareMost);
    index.loop(cols.begin, index.add(cols.begin, width), side, [&](Value j) {
      Value local = index.sub(j, cols.begin), panel = index.mul(index.div(local, plan.tileCols()), plan.tileCols());
      Matrix packed = at(packedPanel(index.add(cols.begin, panel)), index.constant(0), index.sub(local, panel));
      if (shape.rhsRowStride == 1) packSquares(j, side, packed);
      else packElements(j, side, packed);
    });
  }

  Matrix packedPanel(Value j) {
    Value at = index.mul(index.sub(j, cols.begin), plan.depthBlock);
    return {scratch, index.add(at, plan.rhsScratch), plan.tileCols(), 1};
  }

  /// Packs row by row, all panels together: long runs are what the processor prefetches.
  void packRows() {
    index.loop(depth.begin, depth.end, 1, [&](Value k) {
      forEachPanel([&](const Panel &panel) {
        Matrix from = at(rhs, k, panel.j), to = at(packedPanel(panel.j), index.sub(k, depth.begin), index.constant(0));
        for (int64_t v = 0; v < panel.vectors; ++v) {
          Value mask = v == panel.vectors - 1 ? panel.mask : nullptr;
          store(load(from.memory, index.add(from.base, v * plan.lanes), plan.lanes, mask), scratch, index.add(to.base, v * plan.lanes));
        }
      });
    });
  }

  /// Column `lane` of those that start at `j`; beyond the edge, the last one.
  Value columnAt(Value j, Value lane) {
    Value column = index.add(j, lane);
    return shape.n % plan.lanes == 0 ? column : index.min(column, index.constant(shape.n - 1));
  }

  /// Packs `side` columns of any strides.
  void packElements(Value j, int64_t side, const Matrix &packed) {
    index.loop(depth.begin, depth.end, 1, [&](Value k) {
      index.loop(index.constant(0), index.constant(side), 1, [&](Value lane) {
        Value value = memref::LoadOp::create(b, loc, rhs.memory, at(rhs, k, columnAt(j, lane)).base);
        memref::StoreOp::create(b, loc, value, scratch, at(packed, index.sub(k, depth.begin), lane).base);
      });
    });
  }

  /// Packs `side` columns of a transposed rhs, in squares.
  void packSquares(Value j, int64_t side, const Matrix &packed) {
    int64_t depthMost = std::min(side, shape.k);
    Value depthMask = depthMost < side ? index.mask(depthMost, side) : nullptr;
    SmallVector<Value> columns;
    for (int64_t lane = 0; lane < side; ++lane) columns.push_back(at(rhs, index.constant(0), columnAt(j, index.constant(lane))).base);
    index.loop(depth.begin, depth.end, side, [&](Value k) {
      // The last square may start early and copy some of k again.
      if (shape.k % side) k = index.min(k, index.sub(depth.end, index.constant(depthMost)));
      SmallVector<Value> square;
      for (Value column : columns) square.push_back(load(rhs.memory, index.add(column, k), side, depthMask));
      transposeSquare(b, loc, square);
      Value to = at(packed, index.sub(k, depth.begin), index.constant(0)).base;
      for (int64_t n = 0; n < depthMost; ++n) store(square[n], scratch, index.add(to, n * packed.rowStride));
    });
  }

  // ---- Single operations

  /// The part of `matrix` that starts at (row, col).
  Matrix at(const Matrix &matrix, Value row, Value col) {
    Value base = index.add(matrix.base, index.mul(row, matrix.rowStride));
    return {matrix.memory, index.add(base, index.mul(col, matrix.colStride)), matrix.rowStride, matrix.colStride};
  }

  Value sum(Value x, Value y) {
    if (isa<FloatType>(element)) return arith::AddFOp::create(b, loc, x, y);
    return arith::AddIOp::create(b, loc, x, y);
  }

  const MatmulPlan &plan;
  const MatmulShape &shape;
  MatmulEpilogue epilogue;
  int64_t targetLanes;
  Matrix lhs, rhs;  // as computed: exchanged if the plan is swapped
  Matrix taskLhs;   // the current part of k, packed or in place
  Range rows, cols; // of the task
  Range depth;      // the current part of k
  int64_t unrolledDepth = 0; // its steps, if they are code without a loop
  Value scratch;
};

} // namespace

void emitMatmulTasks(OpBuilder &builder, Location loc, const MatmulPlan &plan, const TargetInfo &target, const MatmulOperands &operands,
                     TaskRange tasks, MatmulEpilogue epilogue) {
  if (plan.taskCount == 0) return;
  TaskEmitter(builder, loc, plan, target, operands, epilogue).emit(tasks);
}

} // namespace burin::compiler
