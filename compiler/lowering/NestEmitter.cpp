#include "compiler/lowering/NestEmitter.h"
#include "compiler/lowering/Accumulators.h"
#include "compiler/lowering/Lanes.h"
#include "compiler/lowering/NestForm.h"
#include "compiler/lowering/OpenExtents.h"
#include "compiler/lowering/PastCaches.h"
#include "compiler/lowering/TurnedInputs.h"
#include "compiler/lowering/VectorBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace burin::compiler {
namespace {

constexpr int64_t kPage = 4096, kShortRow = 4 * kPage; // bytes

// Whether a body computes for so long that memory has time to bring what comes later, if it is told of it.
bool isLong(const LoopNest &nest) { return nest.bodyCost > 16; }

class NestEmitter {
public:
  NestEmitter(OpBuilder &builder, Frame &frame, const LoopNest &nest, const TargetInfo &target, const OpenExtents *open)
      : b(builder), frame(frame), nest(nest), loc(nest.op->getLoc()), lanes(1), unroll(1), target(target), open(open) {}

  void run(ArrayRef<Value> shared, LoopRange range) {
    const Form form = formOf(nest, static_cast<unsigned>(shared.size()));
    for (unsigned i = 0; i < nest.inputs.size() + nest.outputs.size(); ++i) {
      const Access &operand = access(i);
      bases.push_back(operand.isScalar ? Value() : frame.constant(operand.offset));
    }
    for (auto [i, index] : llvm::enumerate(shared)) enter(i, index);
    if (form != Form::Scalar) {
      lanes = lanesOf(nest, target);
      unroll = unrollOf(nest);
    }
    const NestSplit split = splitOf(nest, static_cast<unsigned>(shared.size()), target);
    splitLoop = range.begin ? split.loop : -1;
    this->range = range;
    switch (form) {
    case Form::Scalar: return scalarLoops();
    case Form::Parallel:
      if (const TurnedInputs turned = turnedOf(shared.size())) return turnedLoops(turned);
      if (shared.empty() && !open) past = pastCaches(nest, lanes, target);
      outerLoops(nest.loops.size() - 1, [&] { parallelLoop(); });
      if (past.any()) fencePastCaches(b, loc);
      return;
    case Form::Row: return outerLoops(nest.loops.size() - 1, [&] { rowLoop(); });
    case Form::Column: return outerLoops(nest.loops.size() - 2, [&] { columnLoops(); });
    }
  }

private:
  const Access &access(unsigned number) const {
    return number < nest.inputs.size() ? nest.inputs[number] : nest.outputs[number - nest.inputs.size()];
  }

  // Fixes loop `loop` at `index`: adds its part to every address.
  void enter(size_t loop, Value index) {
    if (indices.size() <= loop) indices.resize(loop + 1);
    indices[loop] = index;
    for (unsigned i = 0; i < bases.size(); ++i) {
      const Access &operand = access(i);
      if (operand.isScalar || operand.strides[loop] == 0) continue;
      Value step = stride(operand, loop), scaled = step ? Value(arith::MulIOp::create(b, loc, index, step)) : index;
      bases[i] = arith::AddIOp::create(b, loc, bases[i], scaled);
    }
  }

  // Null for 1.
  Value stride(const Access &operand, size_t loop) {
    if (open) return open->stride(b, nest, operand, loop);
    return operand.strides[loop] == 1 ? Value() : frame.constant(operand.strides[loop]);
  }

  Value lower(size_t loop) { return static_cast<int>(loop) == splitLoop ? range.begin : frame.constant(0); }
  Value upper(size_t loop) {
    if (static_cast<int>(loop) == splitLoop) return range.end;
    return open ? open->extent(b, nest, loop) : frame.constant(nest.loops[loop].extent);
  }

  // Runs `inner` within loops up to before `last`.
  void outerLoops(size_t last, llvm::function_ref<void()> inner) {
    OpBuilder::InsertionGuard guard(b);
    const SmallVector<Value> saved = bases;
    const size_t first = indices.size();
    for (size_t loop = first; loop < last; ++loop) {
      auto forOp = scf::ForOp::create(b, loc, lower(loop), upper(loop), frame.constant(1));
      b.setInsertionPointToStart(forOp.getBody());
      enter(loop, forOp.getInductionVar());
    }
    inner();
    bases = saved;
    indices.resize(first);
  }

  // Emits a for loop with values carried along; `body` gives the next ones.
  SmallVector<Value> loop(Value begin, Value end, int64_t step, ValueRange inits,
                          llvm::function_ref<SmallVector<Value>(Value, ValueRange)> body) {
    auto forOp = scf::ForOp::create(b, loc, begin, end, frame.constant(step), inits);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(forOp.getBody());
      SmallVector<Value> next = body(forOp.getInductionVar(), forOp.getRegionIterArgs());
      if (!inits.empty()) scf::YieldOp::create(b, loc, next);
    }
    return SmallVector<Value>(forOp.getResults());
  }

  // Whole vectors in steps of `step` lanes, then what is left with masks: `body` gets an index and a mask (null: all lanes).
  // `carried` goes through both.
  SmallVector<Value> vectorLoop(size_t loopNumber, int64_t step, SmallVector<Value> carried,
                                llvm::function_ref<SmallVector<Value>(Value, Value, int64_t, ValueRange)> body) {
    const bool isKnown = static_cast<int>(loopNumber) != splitLoop && !open;
    const int64_t extent = nest.loops[loopNumber].extent;
    Value begin = lower(loopNumber), end = upper(loopNumber);
    // Ranges begin at multiples of the step: only the last one has a rest.
    Value wholeEnd = isKnown ? frame.constant(extent / step * step) : beforeRest(begin, end, step);
    if (!isKnown || extent >= step)
      carried = loop(begin, wholeEnd, step, carried, [&](Value iv, ValueRange values) { return body(iv, Value(), step / lanes, values); });
    if (!open && extent % step == 0) return carried;
    if (isKnown && extent % step <= lanes) { // one masked vector
      const int64_t rest = extent % step;
      return body(wholeEnd, rest == lanes ? Value() : lanesBefore(b, loc, rest, lanes), 1, carried);
    }
    return loop(wholeEnd, end, lanes, carried, [&](Value iv, ValueRange values) {
      return body(iv, lanesBefore(b, loc, arith::SubIOp::create(b, loc, end, iv), lanes), 1, values);
    });
  }

  // Where whole steps from `begin` on come to their end before `end`.
  Value beforeRest(Value begin, Value end, int64_t step) {
    Value rest = arith::RemUIOp::create(b, loc, arith::SubIOp::create(b, loc, end, begin), frame.constant(step));
    return arith::SubIOp::create(b, loc, end, rest);
  }

  Value offsetBy(Value iv, int64_t lanesAhead) {
    return lanesAhead ? Value(arith::AddIOp::create(b, loc, iv, frame.constant(lanesAhead))) : iv;
  }

  void parallelLoop() {
    const SmallVector<Value> keys = readKeys();
    vectorLoop(nest.loops.size() - 1, lanes * unroll, {}, [&](Value iv, Value mask, int64_t copies, ValueRange) {
      // Rounds of random bits wait for each other, and two registers together take fewer instructions: all vectors are one.
      const int64_t width = nest.drawsInBulk ? lanes * copies : lanes;
      for (int64_t ahead = 0; ahead < lanes * copies; ahead += width) {
        Value at = offsetBy(iv, ahead);
        VectorBody body(frame, nest, bases, indices, width);
        body.writePastCaches(past, lanes);
        body.emit(b, at, mask, keys);
        body.store(b, at, mask);
        if (!mask) prefetch(body, at);
      }
      return SmallVector<Value>();
    });
  }

  TurnedInputs turnedOf(size_t shared) const {
    return open ? TurnedInputs() : TurnedInputs(nest, static_cast<unsigned>(shared), lanes, target);
  }

  // Inputs whose neighbours lie along another loop than the output's are turned first, a block of both loops at a time.
  void turnedLoops(TurnedInputs turned) {
    OpBuilder::InsertionGuard guard(b);
    const SmallVector<Value> saved = bases;
    const size_t first = indices.size(), last = nest.loops.size() - 1;
    turned.reserveMemory(b);
    for (size_t loop = first; loop < last; ++loop) {
      if (loop == turned.loop()) continue;
      auto forOp = scf::ForOp::create(b, loc, lower(loop), upper(loop), frame.constant(1));
      b.setInsertionPointToStart(forOp.getBody());
      enter(loop, forOp.getInductionVar());
    }
    Value end = upper(turned.loop());
    loop(lower(turned.loop()), end, turned.rows(), {}, [&](Value block, ValueRange) {
      const bool isWhole = nest.loops[turned.loop()].extent % turned.rows() == 0;
      Value rows = frame.constant(turned.rows());
      if (!isWhole) rows = arith::MinSIOp::create(b, loc, rows, arith::SubIOp::create(b, loc, end, block));
      turnedVectors(turned, block, rows);
      return SmallVector<Value>();
    });
    bases = saved;
    indices.resize(first);
  }

  void turnedVectors(const TurnedInputs &turned, Value block, Value rows) {
    const size_t last = nest.loops.size() - 1;
    const int64_t extent = nest.loops[last].extent, rest = extent % lanes;
    if (rest == 0 || extent < lanes) {
      vectorLoop(last, lanes, {}, [&](Value iv, Value mask, int64_t, ValueRange) {
        turned.turn(b, frame, bases, block, iv, !mask);
        return turnedRows(turned, block, rows, iv, mask), SmallVector<Value>();
      });
      return;
    }
    // Turning is much code. The last vector starts early, where it is whole, and is written in part.
    loop(lower(last), upper(last), lanes, {}, [&](Value iv, ValueRange) {
      Value at = arith::MinSIOp::create(b, loc, iv, frame.constant(extent - lanes));
      turned.turn(b, frame, bases, block, at, true);
      auto branch = scf::IfOp::create(b, loc, arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, at, iv), /*withElseRegion=*/true);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branch.thenBlock());
      turnedRows(turned, block, rows, at, Value());
      b.setInsertionPointToStart(branch.elseBlock());
      turnedRows(turned, block, rows, at, lanesFrom(b, loc, lanes - rest, lanes), /*anyStart=*/true);
      return SmallVector<Value>();
    });
  }

  void turnedRows(const TurnedInputs &turned, Value block, Value rows, Value iv, Value mask, bool anyStart = false) {
    loop(frame.constant(0), rows, 1, {}, [&](Value row, ValueRange) {
      const SmallVector<Value> outside = bases;
      enter(turned.loop(), arith::AddIOp::create(b, loc, block, row));
      VectorBody body(frame, nest, bases, indices, lanes);
      if (anyStart) body.allowAnyStart();
      body.emit(b, iv, mask, turned.load(b, row));
      body.store(b, iv, mask);
      bases = outside;
      return SmallVector<Value>();
    });
  }

  // The keys of random bits, by input number (else null), before the loop: LLVM doesn't see that stores leave them as they are.
  SmallVector<Value> readKeys() {
    SmallVector<Value> keys(nest.inputs.size());
    for (PhiloxOp op : nest.body().getOps<PhiloxOp>()) {
      for (Value part : {op.getSeed(), op.getStream()}) {
        auto argument = dyn_cast<BlockArgument>(part);
        if (!argument || access(argument.getArgNumber()).isScalar) continue;
        const unsigned number = argument.getArgNumber();
        keys[number] = memref::LoadOp::create(b, loc, frame.flat(access(number).buffer), bases[number]);
      }
    }
    return keys;
  }

  // Asks for the inputs of a later iteration: a page ahead, or the next row where rows are known to be short. The processor's own
  // prefetching stops at the end of a page.
  void prefetch(VectorBody &body, Value iv) {
    if (!isLong(nest)) return;
    for (auto [i, input] : llvm::enumerate(nest.inputs)) {
      if (input.isScalar || input.isNumbering || input.strides.back() != 1) continue;
      const int64_t bytes = cast<MemRefType>(input.buffer.getType()).getElementTypeBitWidth() / 8;
      if (!open && nest.iterations() * bytes <= target.l2Bytes / 2) continue; // it is there already
      const int64_t rowStride = nest.loops.size() < 2 ? 0 : input.strides[nest.loops.size() - 2];
      const bool hasShortRows = !open && nest.loops.size() >= 2 && nest.loops.back().extent * bytes <= kShortRow;
      const int64_t ahead = hasShortRows ? rowStride : kPage / bytes;
      if (ahead == 0) continue;
      Value later = arith::AddIOp::create(b, loc, body.address(b, static_cast<unsigned>(i), iv), frame.constant(ahead));
      memref::PrefetchOp::create(b, loc, frame.flat(input.buffer), later, /*isWrite=*/false, /*localityHint=*/3, /*isDataCache=*/true);
    }
  }

  // One pass along a row: all accumulations, and what else the body stores.
  void rowLoop() {
    Accumulators sums(nest, lanes);
    const size_t last = nest.loops.size() - 1;
    const int64_t copies = rowCopies(nest, lanes), step = lanes * copies;
    auto accumulate = [&](Value iv, Value mask, int64_t vectors, ValueRange values) {
      SmallVector<Value> next(values);
      for (int64_t u = 0; u < vectors; ++u) {
        Value at = offsetBy(iv, u * lanes);
        VectorBody body(frame, nest, bases, indices, lanes);
        body.emit(b, at, mask);
        body.store(b, at, mask);
        if (!mask) prefetch(body, at);
        sums.add(b, body, mask, next, static_cast<unsigned>(u));
      }
      return next;
    };
    SmallVector<Value> totals;
    const int64_t block = step * Accumulators::kBlockTrips;
    if (sums.compensates() && nest.loops[last].extent > 2 * block) totals = blockedRow(sums, step, copies, block, accumulate);
    else totals = sums.merge(b, vectorLoop(last, step, sums.identities(b, copies), accumulate), copies);
    for (auto [i, accumulation] : llvm::enumerate(nest.accumulations)) {
      Value total = sums.acrossLanes(b, static_cast<unsigned>(i), totals[i]);
      combineInto(accumulation, total);
    }
  }

  // Restarts the accumulators every `block` elements and keeps the total as a sum and its error.
  SmallVector<Value> blockedRow(Accumulators &sums, int64_t step, int64_t copies, int64_t block,
                                llvm::function_ref<SmallVector<Value>(Value, Value, int64_t, ValueRange)> accumulate) {
    const int64_t extent = nest.loops.back().extent;
    Value stop = upper(nest.loops.size() - 1);
    Value whole = open ? beforeRest(frame.constant(0), stop, step) : frame.constant(extent / step * step);
    SmallVector<Value> running = sums.startTotals(b);
    running = loop(frame.constant(0), whole, block, running, [&](Value begin, ValueRange totals) {
      Value end = arith::MinSIOp::create(b, loc, offsetBy(begin, block), whole);
      SmallVector<Value> partial = loop(begin, end, step, sums.identities(b, copies),
                                        [&](Value iv, ValueRange values) { return accumulate(iv, Value(), copies, values); });
      return sums.addToTotals(b, totals, sums.merge(b, partial, copies));
    });
    if (open || extent % step != 0) {
      SmallVector<Value> rest = loop(whole, stop, lanes, sums.identities(b, copies), [&](Value iv, ValueRange values) {
        return accumulate(iv, lanesBefore(b, loc, arith::SubIOp::create(b, loc, stop, iv), lanes), 1, values);
      });
      running = sums.addToTotals(b, running, sums.merge(b, rest, copies));
    }
    return sums.finishTotals(b, running);
  }

  // Columns: vectors along the last loop, each with accumulators of its own over the reduction.
  void columnLoops() {
    const size_t rows = nest.loops.size() - 2, columns = nest.loops.size() - 1;
    const int64_t copies = std::clamp<int64_t>(nest.loops[columns].extent / lanes, 1, 4);
    vectorLoop(columns, lanes * copies, {}, [&](Value iv, Value mask, int64_t vectors, ValueRange) {
      Accumulators sums(nest, lanes);
      auto accumulateRow = [&](Value row, ValueRange values) {
        const SmallVector<Value> saved = bases;
        enter(rows, row);
        SmallVector<Value> next(values);
        for (int64_t u = 0; u < vectors; ++u) {
          Value at = offsetBy(iv, u * lanes);
          VectorBody body(frame, nest, bases, indices, lanes);
          body.emit(b, at, mask);
          body.store(b, at, mask);
          sums.add(b, body, Value(), next, static_cast<unsigned>(u));
        }
        bases = saved;
        indices.resize(rows);
        return next;
      };
      SmallVector<Value> totals = columnSums(sums, vectors, accumulateRow);
      for (auto [i, accumulation] : llvm::enumerate(nest.accumulations))
        for (int64_t u = 0; u < vectors; ++u)
          combineColumn(accumulation, totals[i * static_cast<size_t>(vectors) + static_cast<size_t>(u)], offsetBy(iv, u * lanes), mask);
      return SmallVector<Value>();
    });
  }

  SmallVector<Value> columnSums(Accumulators &sums, int64_t vectors, llvm::function_ref<SmallVector<Value>(Value, ValueRange)> row) {
    const size_t rows = nest.loops.size() - 2;
    const int64_t block = Accumulators::kBlockTrips;
    Value stop = upper(rows);
    if (!sums.compensates() || nest.loops[rows].extent <= 2 * block)
      return loop(frame.constant(0), stop, 1, sums.identities(b, vectors), row);
    SmallVector<Value> running = loop(frame.constant(0), stop, block, sums.startTotals(b, vectors), [&](Value begin, ValueRange totals) {
      Value end = arith::MinSIOp::create(b, loc, offsetBy(begin, block), stop);
      return sums.addToTotals(b, totals, loop(begin, end, 1, sums.identities(b, vectors), row));
    });
    return sums.finishTotals(b, running);
  }

  unsigned outputNumber(const Accumulation &accumulation) const { return static_cast<unsigned>(nest.inputs.size()) + accumulation.output; }

  // Combines a scalar total with what the output holds.
  void combineInto(const Accumulation &accumulation, Value total) {
    Value flat = frame.flat(nest.outputs[accumulation.output].buffer), index = bases[outputNumber(accumulation)];
    Value held = memref::LoadOp::create(b, loc, flat, index);
    memref::StoreOp::create(b, loc, Accumulators::combine(b, accumulation, held, total), flat, index);
  }

  void combineColumn(const Accumulation &accumulation, Value total, Value iv, Value mask) {
    VectorBody body(frame, nest, bases, indices, lanes);
    Value flat = frame.flat(nest.outputs[accumulation.output].buffer);
    Value index = body.address(b, outputNumber(accumulation), iv);
    Value held;
    if (lanes == 1) held = memref::LoadOp::create(b, loc, flat, index);
    else if (mask) held = vector::MaskedLoadOp::create(b, loc, cast<VectorType>(total.getType()), flat, index, mask, total);
    else held = vector::LoadOp::create(b, loc, cast<VectorType>(total.getType()), flat, index);
    storeLanes(b, loc, Accumulators::combine(b, accumulation, held, total), flat, index, mask);
  }

  // Every loop by itself, reductions innermost, accumulating in memory.
  void scalarLoops() {
    OpBuilder::InsertionGuard guard(b);
    const size_t first = indices.size();
    indices.resize(nest.loops.size());
    SmallVector<size_t> order;
    for (size_t i = first; i < nest.loops.size(); ++i)
      if (!nest.loops[i].reduction) order.push_back(i);
    for (size_t i = first; i < nest.loops.size(); ++i)
      if (nest.loops[i].reduction) order.push_back(i);
    for (size_t i : order) {
      auto forOp = scf::ForOp::create(b, loc, lower(i), upper(i), frame.constant(1));
      b.setInsertionPointToStart(forOp.getBody());
      enter(i, forOp.getInductionVar());
    }
    emitScalarBody();
  }

  void emitScalarBody() {
    IRMapping mapping;
    Block &block = nest.body();
    for (unsigned i = 0; i < bases.size(); ++i) {
      BlockArgument argument = block.getArgument(i);
      if (argument.use_empty()) continue;
      const Access &operand = access(i);
      if (operand.isScalar) mapping.map(argument, frame.get(operand.buffer));
      else if (operand.isNumbering) mapping.map(argument, bases[i]);
      else mapping.map(argument, memref::LoadOp::create(b, loc, frame.flat(operand.buffer), bases[i]).getResult());
    }
    for (Operation &op : block.without_terminator()) {
      if (isa<RaiseFlagOp>(op)) continue;
      if (auto index = dyn_cast<linalg::IndexOp>(op)) {
        mapping.map(index.getResult(), indices[index.getDim()]);
        continue;
      }
      for (Value operand : op.getOperands())
        if (!mapping.contains(operand) && operand.getParentBlock() != &block) mapping.map(operand, frame.get(operand));
      b.clone(op, mapping);
    }
    auto valueOf = [&](Value value) { return mapping.contains(value) ? mapping.lookup(value) : frame.get(value); };
    for (const Flag &flag : nest.flags) {
      const Access &output = nest.outputs[flag.output];
      emitRaise(b, loc, valueOf(flag.condition), frame.flat(output.buffer), bases[nest.inputs.size() + flag.output]);
    }
    for (unsigned i = 0; i < nest.outputs.size(); ++i) {
      if (nest.isFlag(i)) continue;
      memref::StoreOp::create(b, loc, valueOf(block.getTerminator()->getOperand(i)), frame.flat(nest.outputs[i].buffer),
                              bases[nest.inputs.size() + i]);
    }
  }

  OpBuilder &b;
  Frame &frame;
  const LoopNest &nest;
  Location loc;
  int64_t lanes, unroll;
  const TargetInfo &target;
  const OpenExtents *open;
  llvm::SmallBitVector past; // outputs that are written past the caches
  SmallVector<Value> bases, indices;
  LoopRange range;
  int splitLoop = -1;
};

} // namespace

NestSplit splitOf(const LoopNest &nest, unsigned shared, const TargetInfo &target) {
  const auto last = static_cast<int>(nest.loops.size()) - 1, first = static_cast<int>(shared);
  switch (formOf(nest, shared)) {
  case Form::Scalar: return last >= first && !nest.loops[first].reduction ? NestSplit{first, 1} : NestSplit{};
  case Form::Parallel: {
    if (first == last) return {last, lanesOf(nest, target) * unrollOf(nest)};
    const TurnedInputs turned(nest, shared, lanesOf(nest, target), target);
    return {first, turned && static_cast<int>(turned.loop()) == first ? turned.rows() : 1};
  }
  case Form::Row: return first == last ? NestSplit{} : NestSplit{first, 1};
  case Form::Column:
    return first + 1 == last
               ? NestSplit{last, lanesOf(nest, target) * std::clamp<int64_t>(nest.loops[last].extent / lanesOf(nest, target), 1, 4)}
               : NestSplit{first, 1};
  }
  return {};
}

void emitNest(OpBuilder &builder, Frame &frame, const LoopNest &nest, ArrayRef<Value> sharedIndices, LoopRange range,
              const TargetInfo &target, const OpenExtents *open) {
  if (llvm::any_of(nest.loops, [](const LoopNest::Loop &loop) { return loop.extent == 0 && !loop.reduction; })) return;
  NestEmitter(builder, frame, nest, target, open).run(sharedIndices, range);
}

std::pair<int64_t, int64_t> extentsOfSameOrder(const LoopNest &nest, unsigned shared, const TargetInfo &target) {
  constexpr int64_t kAny = std::numeric_limits<int64_t>::max();
  const Form form = formOf(nest, shared);
  if (nest.accumulations.empty() || form == Form::Scalar) return {0, kAny};
  const int64_t lanes = lanesOf(nest, target);
  const bool compensates = Accumulators(nest, lanes).compensates();
  if (form == Form::Column) { // each column by itself
    const int64_t limit = 2 * Accumulators::kBlockTrips;
    if (!compensates) return {1, kAny};
    return nest.loops[nest.loops.size() - 2].extent > limit ? std::pair(limit + 1, kAny) : std::pair<int64_t, int64_t>(1, limit);
  }
  const int64_t extent = nest.loops.back().extent;
  if (lanes < fullLanes(nest, target)) return {lanes / 2 + 1, lanes};
  const int64_t copies = rowCopies(nest, lanes), limit = 2 * lanes * copies * Accumulators::kBlockTrips;
  const int64_t least = copies > 1 ? copies * lanes : lanes / 2 + 1;
  if (copies < mostRowCopies(nest)) return {least, (copies + 1) * lanes - 1};
  if (!compensates) return {least, kAny};
  return extent > limit ? std::pair(limit + 1, kAny) : std::pair(least, limit);
}

} // namespace burin::compiler
