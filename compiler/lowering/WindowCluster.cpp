// Emits convolutions and pooling directly, without a matrix of windows (im2col): a tile of rows (places of the window) by columns
// (channels, mostly) is summed in registers over the window's elements and the input's channels. A task is
//
//   for each panel of tileVectors vectors of columns
//     for each tile of tileRows rows
//       sums = for each element of the window, for each input channel: sums + broadcast(x[row, element, channel]) * filter[element,
//              channel, columns...]
//       the epilogue on the sums, unrolled or over the stored tile
//
// Where there is one channel, vectors run along the last spatial dimension, and the filter's element is broadcast. With a channel for
// each group (depthwise), and in pooling, vectors of x are loaded.
#include "compiler/lowering/WindowCluster.h"
#include "compiler/lowering/RegisterTile.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace burin::compiler {

//===-- the loops -------------------------------------------------------------------------------------------------===//

static bool readsIndices(linalg::LinalgOp op) {
  return op->walk([](Operation *inner) { return isa<linalg::IndexOp, memref::LoadOp>(inner) ? WalkResult::interrupt() : WalkResult::advance(); })
      .wasInterrupted();
}

WindowCluster::WindowCluster(linalg::LinalgOp windows, TypedAttr initial, ArrayRef<linalg::LinalgOp> consumers, const TargetInfo &target)
    : nest(analyze(windows, windows.getNumLoops())), initial(initial) {
  while (nest.body().getArgument(static_cast<unsigned>(nest.inputs.size()) - 1).use_empty()) nest.inputs.pop_back(); // gave extents alone
  findShape(consumers);
  joinedRows = epilogue->joinRows();
  shape.epilogueCost = epilogue->cost();
  plan = planWindow(shape, target);
}

// The longest loop along which the output and what is read are neighbours, or the same. The output's last dimension is one.
size_t WindowCluster::findColumn(bool last) const {
  size_t best = nest.loops.size();
  for (size_t i = nest.loops.size(); i-- > 0;) {
    if (nest.loops[i].reduction || nest.outputs[0].strides[i] != 1) continue;
    const bool fits = llvm::all_of(nest.inputs, [&](const Access &input) { return input.strides[i] == 0 || input.strides[i] == 1; });
    if (fits && (best == nest.loops.size() || (!last && nest.loops[i].extent > nest.loops[best].extent))) best = i;
  }
  return best;
}

void WindowCluster::findShape(ArrayRef<linalg::LinalgOp> consumers) {
  // Loops: the result's dimensions, of which the last is two for a convolution (groups, channels of each); then reductions.
  const bool last = llvm::any_of(consumers, readsIndices);
  column = findColumn(last);
  const auto rank = static_cast<size_t>(cast<MemRefType>(nest.outputs[0].buffer.getType()).getRank());
  auto loopOf = [&](size_t i) {
    WindowShape::Loop loop{nest.loops[i].extent, {}};
    for (const Access &input : nest.inputs) loop.strides.push_back(input.strides[i]);
    return loop;
  };
  shape.column = loopOf(column);
  std::vector<WindowShape::Loop> rows, depth;
  for (size_t i = 0; i < nest.loops.size(); ++i) {
    if (nest.loops[i].reduction) depth.push_back(loopOf(i));
    else if (i == column || (i > column && nest.loops[i].extent == 1)) continue;
    else if (i < rank - 1) rows.push_back(loopOf(i));
    else if (nest.loops[i].extent > 1) batch = i;
  }
  for (const WindowShape::Loop &loop : rows) rowExtents.push_back(loop.extent);
  shape.rows = joined(rows);
  shape.depth = joined(depth);
  shape.batches = batch ? nest.loops[*batch].extent : 1;
  shape.elementBits = static_cast<int>(getElementTypeOrSelf(nest.outputs[0].buffer.getType()).getIntOrFloatBitWidth());
  epilogue.emplace(nest.op, consumers, static_cast<int64_t>(rank - rowExtents.size()));
}

//===-- a task ----------------------------------------------------------------------------------------------------===//

namespace {

struct Range {
  Value begin, end;
};

class TaskEmitter : TileBuilder {
public:
  using Epilogue = llvm::function_ref<void(OpBuilder &, Value row, Value j, Value sums, Value mask)>;
  struct Operand {
    Value memory, base;
  };

  TaskEmitter(OpBuilder &builder, const LoopNest &nest, const WindowShape &shape, const WindowPlan &plan, TypedAttr initial,
              ArrayRef<Operand> operands, Epilogue epilogue)
      : TileBuilder(builder, nest.op->getLoc(), initial.getType()), nest(nest), shape(shape), plan(plan), operands(operands),
        epilogue(epilogue) {
    first = index.constant(DenseElementsAttr::get(VectorType::get(plan.lanes, element), Attribute(initial)));
    if (plan.loopedEpilogue) scratch = stackScratch(plan.tileRows * plan.tileCols());
  }

  /// The part of one batch's rows and columns that has this number.
  void emit(Value rowTask, Value colTask) {
    const int64_t rowCount = shape.rowCount(), columns = shape.column.extent;
    rows.begin = index.mul(rowTask, plan.taskRows);
    rows.end = index.min(index.add(rows.begin, plan.taskRows), index.constant(rowCount));
    Value begin = index.mul(colTask, plan.taskCols), end = index.min(index.add(begin, plan.taskCols), index.constant(columns));
    const int64_t whole = columns / plan.tileCols() * plan.tileCols(), rest = columns - whole, lanes = plan.lanes;
    index.loop(begin, index.min(end, index.constant(whole)), plan.tileCols(), [&](Value j) { emitPanel(j, plan.tileVectors, nullptr); });
    if (rest == 0) return;
    // Only the last task reaches the columns that don't fill a panel.
    Value mask = rest % lanes ? index.mask(rest % lanes, lanes) : nullptr;
    index.loop(index.max(begin, index.constant(whole)), end, rest, [&](Value j) { emitPanel(j, (rest + lanes - 1) / lanes, mask); });
  }

private:
  void emitPanel(Value j, int64_t vectors, Value mask) {
    const int64_t rest = shape.rowCount() % plan.tileRows;
    auto tiles = [&](Value begin, Value end, int64_t count) {
      index.loop(begin, end, count, [&](Value row) { emitTile({count, vectors, plan.lanes, mask}, row, j); });
    };
    if (rest == 0) return tiles(rows.begin, rows.end, plan.tileRows);
    Value whole = index.constant(shape.rowCount() - rest);
    tiles(rows.begin, index.min(rows.end, whole), plan.tileRows);
    tiles(index.max(rows.begin, whole), rows.end, rest);
  }

  void emitTile(const RegisterTile &tile, Value row, Value j) {
    std::vector<TileOperand> places;
    for (size_t i = 0; i < operands.size(); ++i) places.push_back(placeOf(i, tile, row, j));
    SmallVector<Value> sums(tile.sums(), first);
    sums = accumulate(tile, places, 0, std::move(sums));
    auto forEachSum = [&](auto body) {
      for (int64_t n = 0; n < tile.sums(); ++n) body(sums[n], n / tile.vectors, n % tile.vectors);
    };
    auto maskOf = [&](int64_t vector) { return vector == tile.vectors - 1 ? tile.mask : nullptr; };
    if (!plan.loopedEpilogue)
      return forEachSum([&](Value sum, int64_t r, int64_t v) {
        epilogue(b, index.add(row, r), index.add(j, v * tile.lanes), sum, maskOf(v));
      });
    forEachSum([&](Value sum, int64_t r, int64_t v) { store(sum, scratch, index.constant((r * tile.vectors + v) * tile.lanes)); });
    index.loop(index.constant(0), index.constant(tile.rows), 1, [&](Value r) {
      for (int64_t v = 0; v < tile.vectors; ++v) {
        Value at = index.add(index.mul(r, tile.vectors * tile.lanes), v * tile.lanes);
        epilogue(b, index.add(row, r), index.add(j, v * tile.lanes), load(scratch, at, tile.lanes), maskOf(v));
      }
    });
  }

  // Where the operand's elements for a tile at `row` and `j` are, at the depth's beginning.
  TileOperand placeOf(size_t operand, const RegisterTile &tile, Value row, Value j) {
    TileOperand place{operands[operand].memory, {}, shape.column.strides[operand] == 1};
    Value base = operands[operand].base;
    if (place.alongColumns) base = index.add(base, j);
    if (!shape.dependsOnRow(operand)) {
      place.rows = {base};
      return place;
    }
    const bool even = plan.evenRows && tile.rows == plan.tileRows;
    Value begin = index.add(base, offsetOfRow(operand, row));
    for (int64_t r = 0; r < tile.rows; ++r)
      place.rows.push_back(even ? index.add(begin, r * shape.rows.back().strides[operand])
                                : index.add(base, offsetOfRow(operand, index.add(row, r))));
    return place;
  }

  Value offsetOfRow(size_t operand, Value row) {
    Value offset = index.constant(0);
    for (size_t i = shape.rows.size(); i-- > 0;) {
      const WindowShape::Loop &loop = shape.rows[i];
      Value outer = index.div(row, loop.extent);
      Value at = i == 0 ? row : index.sub(row, index.mul(outer, loop.extent));
      offset = index.add(offset, index.mul(at, loop.strides[operand]));
      row = outer;
    }
    return offset;
  }

  SmallVector<Value> accumulate(const RegisterTile &tile, ArrayRef<TileOperand> places, size_t level, SmallVector<Value> sums) {
    if (level == shape.depth.size()) return step(tile, places, sums, [&](ArrayRef<Value> elements, Value sum) { return combine(elements, sum); });
    const WindowShape::Loop &loop = shape.depth[level];
    auto at = [&](Value k) {
      std::vector<TileOperand> moved(places.begin(), places.end());
      for (size_t i = 0; i < moved.size(); ++i)
        for (Value &row : moved[i].rows) row = index.add(row, index.mul(k, loop.strides[i]));
      return moved;
    };
    if (level + plan.unrolled >= shape.depth.size()) {
      for (int64_t k = 0; k < loop.extent; ++k) sums = accumulate(tile, at(index.constant(k)), level + 1, sums);
      return sums;
    }
    return index.loop(index.constant(0), index.constant(loop.extent), 1, sums, [&](Value k, ValueRange before) {
      return accumulate(tile, at(k), level + 1, llvm::to_vector(before));
    });
  }

  Value combine(ArrayRef<Value> elements, Value sum) {
    if (elements.size() == 2) return multiplyAdd(elements[0], elements[1], sum);
    Operation *combiner = nest.accumulations[0].combiner;
    return b.create(loc, combiner->getName().getIdentifier(), {sum, elements[0]}, sum.getType(), combiner->getAttrs())->getResult(0);
  }

  const LoopNest &nest;
  const WindowShape &shape;
  const WindowPlan &plan;
  ArrayRef<Operand> operands;
  Epilogue epilogue;
  Value first, scratch;
  Range rows;
};

} // namespace

void WindowCluster::emitTasks(OpBuilder &b, Frame &frame, TaskRange tasks) const {
  IndexBuilder(b, nest.op->getLoc()).loop(tasks.begin, tasks.end, 1, [&](Value task) { emitTask(b, frame, task); });
}

void WindowCluster::emitTask(OpBuilder &b, Frame &frame, Value task) const {
  Location loc = nest.op->getLoc();
  IndexBuilder index(b, loc);
  if (plan.taskCount == 1) task = index.constant(0);
  // Columns outermost: tasks that follow each other read the same part of the filter.
  Value colTask = index.div(task, plan.rowTasks), rowTask = index.sub(task, index.mul(colTask, plan.rowTasks));
  Value group = index.div(colTask, plan.colTasks);
  colTask = index.sub(colTask, index.mul(group, plan.colTasks));
  SmallVector<TaskEmitter::Operand> operands;
  for (const Access &input : nest.inputs) {
    Value base = index.constant(input.offset);
    if (batch) base = index.add(base, index.mul(group, input.strides[*batch]));
    operands.push_back({frame.flat(input.buffer), base});
  }
  auto emitEpilogue = [&](OpBuilder &inner, Value row, Value j, Value sums, Value mask) {
    IndexBuilder own(inner, loc);
    SmallVector<Value> indices;
    if (joinedRows) indices = {row};
    else
      for (size_t i = rowExtents.size(); i-- > 0;) {
        Value outer = own.div(row, rowExtents[i]);
        indices.insert(indices.begin(), i == 0 ? row : own.sub(row, own.mul(outer, rowExtents[i])));
        row = outer;
      }
    if (batch) j = own.add(j, own.mul(group, nest.outputs[0].strides[*batch]));
    epilogue->emit(inner, frame, indices, j, sums, mask);
  };
  TaskEmitter(b, nest, shape, plan, initial, operands, emitEpilogue).emit(rowTask, colTask);
}

} // namespace burin::compiler
