#include "compiler/lowering/ControlLowering.h"
#include "compiler/lowering/BufferTypes.h"
#include "compiler/lowering/InPlace.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace burin::compiler {

static YieldOp yieldOf(Block &block) { return cast<YieldOp>(block.getTerminator()); }
static bool isScalar(Value value) { return cast<RankedTensorType>(value.getType()).getRank() == 0; }
static bool isUninitialized(Value value) { return isa_and_present<tensor::EmptyOp>(value.getDefiningOp()); }

bool ControlLowering::lower(Operation *op) {
  if (auto branch = dyn_cast<IfOp>(op)) lowerIf(branch);
  else if (auto loop = dyn_cast<WhileOp>(op)) lowerWhile(loop);
  else if (auto counted = dyn_cast<ForOp>(op)) lowerFor(counted);
  else if (auto get = dyn_cast<GetRowOp>(op)) lowerGetRow(get);
  else if (auto set = dyn_cast<SetRowOp>(op)) lowerSetRow(set);
  else return false;
  return true;
}

//===-- scalars and copies -----------------------------------------------------------------------------------------===//

Value ControlLowering::load(Value value) { return memref::LoadOp::create(b, value.getLoc(), placement.buffer(value), ValueRange()); }

Value ControlLowering::loadIndex(Value value) { return arith::IndexCastOp::create(b, value.getLoc(), b.getIndexType(), load(value)); }

Value ControlLowering::loadCondition(Value value) {
  Value zero = arith::ConstantOp::create(b, value.getLoc(), b.getI8IntegerAttr(0));
  return arith::CmpIOp::create(b, value.getLoc(), arith::CmpIPredicate::ne, load(value), zero);
}

// What a view of a whole buffer, under another shape perhaps, is a view of.
static Value wholeBuffer(Value view) {
  for (auto cast = view.getDefiningOp<memref::ReinterpretCastOp>(); cast && cast.getStaticOffsets()[0] == 0;
       cast = view.getDefiningOp<memref::ReinterpretCastOp>())
    view = cast.getSource();
  return view;
}

void ControlLowering::copy(Value from, Value to, Location loc) {
  auto type = cast<MemRefType>(from.getType());
  if (wholeBuffer(from) == wholeBuffer(to) || type.getNumElements() == 0) return;
  if (type.getRank() > 0) memref::CopyOp::create(b, loc, from, to);
  else memref::StoreOp::create(b, loc, memref::LoadOp::create(b, loc, from, ValueRange()), to, ValueRange());
}

//===-- branches ---------------------------------------------------------------------------------------------------===//

void ControlLowering::lowerIf(IfOp op) {
  Location loc = op.getLoc();
  for (OpResult result : op.getResults()) {
    Value passed = passedInPlace(op, result.getResultNumber());
    placement.setBuffer(result, passed ? placement.buffer(passed) : placement.destination(result));
  }
  auto branch = scf::IfOp::create(b, loc, loadCondition(op.getCondition()), /*withElseRegion=*/true);
  for (auto [from, to] : {std::pair(&op.thenBlock(), branch.thenBlock()), std::pair(&op.elseBlock(), branch.elseBlock())}) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(to->getTerminator());
    auto yield = yieldOf(*from);
    for (auto [result, value] : llvm::zip(op.getResults(), yield.getValues()))
      if (rootOf(value).getParentBlock() == from) placement.setTarget(rootOf(value), placement.buffer(result));
    placement.lowerBlock(*from);
    for (auto [result, value] : llvm::zip(op.getResults(), yield.getValues())) copy(placement.buffer(value), placement.buffer(result), loc);
  }
}

//===-- loops ------------------------------------------------------------------------------------------------------===//

ControlLowering::Entry ControlLowering::startEntry(Value result, Value init, BlockArgument argument, Value next,
                                                   SmallVectorImpl<Value> &carried) {
  Location loc = result.getLoc();
  Entry entry;
  entry.type = memrefType(result.getType());
  Value first;
  if (isScalar(result)) first = entry.buffer = placement.stackScalar(entry.type.getElementType(), loc);
  else if (predecessorInPlace(result) == init) first = entry.buffer = placement.buffer(init);
  else if (isUpdatedInPlace(argument, next) || entry.type.getNumElements() == 0) first = entry.buffer = placement.destination(result);
  else {
    entry.offset = static_cast<unsigned>(carried.size());
    for (int i = 0; i < 2; ++i) carried.push_back(arith::ConstantIndexOp::create(b, loc, placement.reserve(result)));
    first = placement.arenaView(entry.type, carried[entry.offset], loc);
  }
  if (!isUninitialized(init)) copy(placement.buffer(init), first, loc);
  return entry;
}

SmallVector<ControlLowering::Entry> ControlLowering::start(Operation *loop, ValueRange inits, ValueRange arguments, Block &body,
                                                           SmallVectorImpl<Value> &carried) {
  SmallVector<Entry> entries;
  for (auto [result, init, argument, next] : llvm::zip(loop->getResults(), inits, arguments, yieldOf(body).getValues()))
    entries.push_back(startEntry(result, init, cast<BlockArgument>(argument), next, carried));
  return entries;
}

// Says that `values` are what the entries hold now.
void ControlLowering::bind(ArrayRef<Entry> entries, ValueRange values, ValueRange carried) {
  for (auto [entry, value] : llvm::zip(entries, values))
    placement.setBuffer(value, entry.buffer ? entry.buffer : placement.arenaView(entry.type, carried[entry.offset], value.getLoc()));
}

// Lowers one trip; gives what it carries on.
SmallVector<Value> ControlLowering::lowerBody(Block &body, ValueRange arguments, ArrayRef<Entry> entries, ValueRange carried) {
  auto yield = yieldOf(body);
  Location loc = yield.getLoc();
  bind(entries, arguments, carried);
  SmallVector<Value> places; // of the next state; null for scalars
  for (auto [entry, next] : llvm::zip(entries, yield.getValues())) {
    Value place = entry.buffer;
    if (!place) place = placement.arenaView(entry.type, carried[entry.offset + 1], loc);
    if (isScalar(next)) place = nullptr;
    else if (rootOf(next).getParentBlock() == &body && rootOf(next).getDefiningOp()) placement.setTarget(rootOf(next), place);
    places.push_back(place);
  }
  placement.lowerBlock(body);
  // All that is next is read before any of it is written: it may be the state of another entry.
  SmallVector<Value> scalars;
  for (auto [place, next] : llvm::zip(places, yield.getValues())) {
    if (!place) scalars.push_back(load(next));
    else copy(placement.buffer(next), place, loc);
  }
  SmallVector<Value> carriedOn(carried);
  auto scalar = scalars.begin();
  for (auto [entry, place] : llvm::zip(entries, places)) {
    if (!place) memref::StoreOp::create(b, loc, *scalar++, entry.buffer, ValueRange());
    else if (!entry.buffer) std::swap(carriedOn[entry.offset], carriedOn[entry.offset + 1]);
  }
  return carriedOn;
}

// Where the loop's results are, once it is done. A scalar that is made elsewhere than the caller wants it is copied there.
void ControlLowering::finish(Operation *loop, ArrayRef<Entry> entries, ValueRange carried) {
  bind(entries, loop->getResults(), carried);
  for (auto [entry, result] : llvm::zip(entries, loop->getResults())) {
    if (entry.buffer && !isScalar(result)) continue;
    Value place = placement.wanted(result);
    if (!place) continue;
    copy(placement.buffer(result), place, loop->getLoc());
    placement.setBuffer(result, place);
  }
}

void ControlLowering::lowerFor(ForOp op) {
  Location loc = op.getLoc();
  ValueRange arguments = op.bodyBlock().getArguments().drop_front();
  SmallVector<Value> carried;
  SmallVector<Entry> entries = start(op, op.getInits(), arguments, op.bodyBlock(), carried);
  Value zero = arith::ConstantIndexOp::create(b, loc, 0), one = arith::ConstantIndexOp::create(b, loc, 1);
  auto loop = scf::ForOp::create(b, loc, zero, loadIndex(op.getCount()), one, carried);
  {
    OpBuilder::InsertionGuard guard(b);
    if (carried.empty()) b.setInsertionPoint(loop.getBody()->getTerminator());
    else b.setInsertionPointToEnd(loop.getBody());
    if (!op.tripNumber().use_empty()) {
      Value number = placement.stackScalar(b.getI64Type(), loc);
      memref::StoreOp::create(b, loc, arith::IndexCastOp::create(b, loc, b.getI64Type(), loop.getInductionVar()), number, ValueRange());
      placement.setBuffer(op.tripNumber(), number);
    }
    SmallVector<Value> carriedOn = lowerBody(op.bodyBlock(), arguments, entries, loop.getRegionIterArgs());
    if (!carried.empty()) scf::YieldOp::create(b, loc, carriedOn);
  }
  finish(op, entries, loop.getResults());
}

void ControlLowering::lowerWhile(WhileOp op) {
  Location loc = op.getLoc();
  SmallVector<Value> carried;
  SmallVector<Entry> entries = start(op, op.getInits(), op.bodyBlock().getArguments(), op.bodyBlock(), carried);
  const SmallVector<Type> types(carried.size(), b.getIndexType());
  const SmallVector<Location> locations(carried.size(), loc);
  auto loop = scf::WhileOp::create(b, loc, types, carried);
  OpBuilder::InsertionGuard guard(b);
  Block *before = b.createBlock(&loop.getBefore(), {}, types, locations);
  bind(entries, op.testBlock().getArguments(), before->getArguments());
  placement.lowerBlock(op.testBlock());
  Value condition = loadCondition(yieldOf(op.testBlock()).getValues()[0]);
  scf::ConditionOp::create(b, loc, condition, before->getArguments());
  Block *after = b.createBlock(&loop.getAfter(), {}, types, locations);
  scf::YieldOp::create(b, loc, lowerBody(op.bodyBlock(), op.bodyBlock().getArguments(), entries, after->getArguments()));
  b.setInsertionPointAfter(loop);
  finish(op, entries, loop.getResults());
}

//===-- rows -------------------------------------------------------------------------------------------------------===//

// Row `index` of an array, as memory.
Value ControlLowering::rowOf(Value buffer, Value index, Location loc) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)type.getStridesAndOffset(strides, offset);
  const ArrayRef<int64_t> extents = type.getShape().drop_front(), rowStrides = ArrayRef(strides).drop_front();
  auto layout = StridedLayoutAttr::get(b.getContext(), ShapedType::kDynamic, rowStrides);
  auto rowType = MemRefType::get(extents, type.getElementType(), layout);
  Value start = arith::MulIOp::create(b, loc, index, arith::ConstantIndexOp::create(b, loc, strides[0]));
  SmallVector<OpFoldResult> sizes, steps;
  for (int64_t extent : extents) sizes.push_back(b.getIndexAttr(extent));
  for (int64_t stride : rowStrides) steps.push_back(b.getIndexAttr(stride));
  return memref::ReinterpretCastOp::create(b, loc, rowType, buffer, OpFoldResult(start), sizes, steps);
}

void ControlLowering::lowerGetRow(GetRowOp op) {
  Location loc = op.getLoc();
  Value x = placement.buffer(op.getX()), index = loadIndex(op.getIndex()), row = placement.destination(op.getResult());
  placement.setBuffer(op.getResult(), row);
  auto type = cast<MemRefType>(row.getType());
  if (type.getNumElements() == 0) return;
  if (type.getRank() > 0) memref::CopyOp::create(b, loc, rowOf(x, index, loc), row);
  else memref::StoreOp::create(b, loc, memref::LoadOp::create(b, loc, x, index), row, ValueRange());
}

void ControlLowering::lowerSetRow(SetRowOp op) {
  Location loc = op.getLoc();
  Value to;
  if (mayOverwrite(op)) {
    to = placement.buffer(op.getX());
  } else {
    to = placement.destination(op.getResult());
    if (!isUninitialized(op.getX())) copy(placement.buffer(op.getX()), to, loc);
  }
  placement.setBuffer(op.getResult(), to);
  Value row = placement.buffer(op.getRow()), index = loadIndex(op.getIndex());
  auto type = cast<MemRefType>(row.getType());
  if (type.getNumElements() == 0) return;
  if (type.getRank() > 0) memref::CopyOp::create(b, loc, row, rowOf(to, index, loc));
  else memref::StoreOp::create(b, loc, memref::LoadOp::create(b, loc, row, ValueRange()), to, index);
}

} // namespace burin::compiler
