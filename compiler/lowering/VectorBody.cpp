#include "compiler/lowering/VectorBody.h"
#include "compiler/lowering/ElementwiseLoops.h"
#include "compiler/lowering/Lanes.h"
#include "compiler/lowering/PastCaches.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace burin::compiler {

VectorBody::VectorBody(Frame &frame, const LoopNest &nest, ArrayRef<Value> bases, ArrayRef<Value> indices, int64_t lanes)
    : frame(frame), nest(nest), bases(bases), indices(indices), lanes(lanes), loc(nest.op->getLoc()) {}

const Access &VectorBody::access(unsigned number) const {
  return number < nest.inputs.size() ? nest.inputs[number] : nest.outputs[number - nest.inputs.size()];
}

void VectorBody::emit(OpBuilder &b, Value iv, Value mask, ArrayRef<Value> preset) {
  elements.clear();
  Block &body = nest.body();
  for (unsigned i = 0; i < nest.inputs.size(); ++i) {
    BlockArgument argument = body.getArgument(i);
    if (i < preset.size() && preset[i]) elements[argument] = {preset[i], !isa<VectorType>(preset[i].getType())};
    else if (!argument.use_empty()) elements[argument] = load(b, i, iv, mask);
  }
  emitBlock(b, body, iv, mask);
}

void VectorBody::emitBlock(OpBuilder &b, Block &block, Value iv, Value mask) {
  llvm::SmallDenseSet<Operation *> combiners;
  for (const Accumulation &accumulation : nest.accumulations) combiners.insert(accumulation.combiner);
  for (Operation &op : block.without_terminator()) {
    if (isa<RaiseFlagOp>(op)) continue;
    if (auto loop = dyn_cast<scf::ForOp>(op)) emitLoop(b, loop, iv, mask);
    else if (!combiners.contains(&op)) elements[op.getResult(0)] = evaluate(b, &op, iv, mask);
  }
}

// A loop within the body (ElementwiseLoops.h): all lanes make the same trips.
void VectorBody::emitLoop(OpBuilder &b, scf::ForOp op, Value iv, Value mask) {
  SmallVector<Value> state;
  for (Value init : op.getInitArgs()) state.push_back(vector(b, init));
  auto found = elements.find(op.getUpperBound());
  Value count = found == elements.end() ? frame.get(op.getUpperBound()) : found->second.value;
  state = op->hasAttr(kRepeatsAttribute) ? emitTripsUntilRepeated(b, op, iv, mask, count, state) : emitTrips(b, op, iv, mask, count, state);
  for (auto [from, to] : llvm::zip(op.getResults(), state)) elements[from] = {to, false};
}

// `count` trips of the loop `op`, which begin with `state`; gives the state after them.
VectorBody::State VectorBody::emitTrips(OpBuilder &b, scf::ForOp op, Value iv, Value mask, Value count, ValueRange state) {
  auto loop = scf::ForOp::create(b, op.getLoc(), frame.constant(0), count, frame.constant(1), state);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(loop.getBody());
  elements[op.getInductionVar()] = {loop.getInductionVar(), true};
  for (auto [from, to] : llvm::zip(op.getRegionIterArgs(), loop.getRegionIterArgs())) elements[from] = {to, false};
  emitBlock(b, *op.getBody(), iv, mask);
  SmallVector<Value> next;
  for (Value value : op.getBody()->getTerminator()->getOperands()) next.push_back(vector(b, value));
  scf::YieldOp::create(b, op.getLoc(), next);
  return llvm::to_vector(ValueRange(loop.getResults()));
}

// All trips, or as many as it takes to know the state after them (kRepeatsAttribute):
//
//   left = count
//   while left > 0
//     before = state, now = min(left, 16)
//     do `now` trips
//     left -= now; if state == before: left %= 16     // 16 more trips, and it would be the same again
VectorBody::State VectorBody::emitTripsUntilRepeated(OpBuilder &b, scf::ForOp op, Value iv, Value mask, Value count, ValueRange state) {
  Location loc = op.getLoc();
  SmallVector<Type> types{b.getIndexType()};
  llvm::append_range(types, state.getTypes());
  const SmallVector<Location> locations(types.size(), loc);
  SmallVector<Value> start{count};
  llvm::append_range(start, state);
  Value zero = frame.constant(0), stretch = frame.constant(kTripsBetweenLooks);
  auto loop = scf::WhileOp::create(b, loc, types, start);
  OpBuilder::InsertionGuard guard(b);
  Block *test = b.createBlock(&loop.getBefore(), {}, types, locations);
  Value more = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sgt, test->getArgument(0), zero);
  scf::ConditionOp::create(b, loc, more, test->getArguments());

  Block *body = b.createBlock(&loop.getAfter(), {}, types, locations);
  Value left = body->getArgument(0), now = arith::MinSIOp::create(b, loc, left, stretch);
  ValueRange before = body->getArguments().drop_front();
  SmallVector<Value> after = emitTrips(b, op, iv, mask, now, before);
  left = arith::SubIOp::create(b, loc, left, now);
  Value remainder = arith::RemUIOp::create(b, loc, left, stretch);
  left = arith::SelectOp::create(b, loc, anyDifference(b, before, after, mask), left, remainder);
  SmallVector<Value> next{left};
  llvm::append_range(next, after);
  scf::YieldOp::create(b, loc, next);
  return llvm::to_vector(ValueRange(loop.getResults()).drop_front());
}

// Whether a bit differs, in the lanes that exist. The first difference decides: what follows isn't looked at.
Value VectorBody::anyDifference(OpBuilder &b, ValueRange before, ValueRange after, Value mask) {
  const auto differs = [&](Value x, Value y) -> Value {
    if (auto type = dyn_cast<FloatType>(getElementTypeOrSelf(x.getType()))) {
      Type bits = b.getIntegerType(type.getWidth());
      if (isa<VectorType>(x.getType())) bits = VectorType::get({lanes}, bits);
      x = arith::BitcastOp::create(b, loc, bits, x);
      y = arith::BitcastOp::create(b, loc, bits, y);
    }
    Value difference = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, x, y);
    if (!isa<VectorType>(difference.getType())) return difference;
    if (mask) difference = arith::AndIOp::create(b, loc, difference, mask); // the other lanes hold anything
    return vector::ReductionOp::create(b, loc, vector::CombiningKind::OR, difference);
  };
  Value any = differs(before[0], after[0]);
  for (auto [x, y] : llvm::zip(before.drop_front(), after.drop_front())) {
    auto branch = scf::IfOp::create(b, loc, b.getI1Type(), any, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(branch.thenBlock());
    scf::YieldOp::create(b, loc, any);
    b.setInsertionPointToEnd(branch.elseBlock());
    scf::YieldOp::create(b, loc, differs(x, y));
    any = branch.getResult(0);
  }
  return any;
}

Value VectorBody::address(OpBuilder &b, unsigned number, Value iv) {
  const int64_t stride = nest.loops.empty() ? 0 : access(number).strides.back();
  if (stride == 0) return bases[number];
  Value scaled = stride == 1 ? iv : Value(arith::MulIOp::create(b, loc, iv, frame.constant(stride)));
  return arith::AddIOp::create(b, loc, bases[number], scaled);
}

VectorBody::Element VectorBody::load(OpBuilder &b, unsigned number, Value iv, Value mask) {
  const Access &operand = access(number);
  if (operand.isScalar) return {frame.get(operand.buffer), true};
  Value index = address(b, number, iv);
  const int64_t stride = nest.loops.empty() ? 0 : operand.strides.back();
  if (operand.isNumbering) {
    if (lanes == 1 || stride == 0) return {index, true};
    Value steps = laneNumbers(b), first = vector::BroadcastOp::create(b, loc, steps.getType(), index);
    if (stride != 1)
      steps = arith::MulIOp::create(b, loc, steps, vector::BroadcastOp::create(b, loc, steps.getType(), frame.constant(stride)));
    return {arith::AddIOp::create(b, loc, first, steps), false};
  }
  Value flat = frame.flat(operand.buffer);
  if (lanes == 1 || stride == 0) return {memref::LoadOp::create(b, loc, flat, index), true};
  auto type = VectorType::get({lanes}, cast<MemRefType>(flat.getType()).getElementType());
  if (stride == 1) return {loadLanes(b, loc, type, flat, index, mask), false};
  if (stride == -1 && !mask) {
    Value last = arith::SubIOp::create(b, loc, index, frame.constant(lanes - 1));
    Value forwards = vector::LoadOp::create(b, loc, type, flat, last);
    const SmallVector<int64_t> order = llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, lanes)));
    return {vector::ShuffleOp::create(b, loc, forwards, forwards, order), false};
  }
  Value steps = laneNumbers(b);
  Value factor = vector::BroadcastOp::create(b, loc, steps.getType(), frame.constant(stride));
  return {gather(b, flat, index, arith::MulIOp::create(b, loc, steps, factor), mask), false};
}

Value VectorBody::laneNumbers(OpBuilder &b) {
  return arith::ConstantOp::create(b, loc, b.getIndexVectorAttr(llvm::to_vector(llvm::seq<int64_t>(0, lanes))));
}

Value VectorBody::gather(OpBuilder &b, Value flat, Value base, Value offsets, Value mask) {
  auto type = VectorType::get({lanes}, cast<MemRefType>(flat.getType()).getElementType());
  auto maskType = VectorType::get({lanes}, b.getI1Type());
  if (!mask) mask = arith::ConstantOp::create(b, loc, DenseElementsAttr::get(maskType, true));
  Value none = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  return vector::GatherOp::create(b, loc, type, flat, ValueRange{base}, offsets, mask, none);
}

Value VectorBody::broadcast(OpBuilder &b, const Element &element) {
  if (!element.uniform || lanes == 1) return element.value;
  return vector::BroadcastOp::create(b, loc, VectorType::get({lanes}, element.value.getType()), element.value);
}

Value VectorBody::vector(OpBuilder &b, Value value) {
  auto found = elements.find(value);
  if (found != elements.end()) return broadcast(b, found->second);
  return broadcast(b, {frame.get(value), true}); // made outside of the body
}

VectorBody::Element VectorBody::evaluate(OpBuilder &b, Operation *op, Value iv, Value mask) {
  if (auto index = dyn_cast<linalg::IndexOp>(op)) return evaluateIndex(b, index, iv);
  if (auto load = dyn_cast<memref::LoadOp>(op)) return evaluateLoad(b, load, mask);
  if (auto philox = dyn_cast<PhiloxOp>(op)) return evaluatePhilox(b, philox, iv);
  bool uniform = true;
  for (Value operand : op->getOperands()) {
    auto found = elements.find(operand);
    uniform &= found == elements.end() || found->second.uniform;
  }
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    auto found = elements.find(operand);
    Element element = found == elements.end() ? Element{frame.get(operand), true} : found->second;
    operands.push_back(uniform ? element.value : broadcast(b, element));
  }
  Type type = op->getResult(0).getType();
  if (!uniform && lanes > 1) type = VectorType::get({lanes}, type);
  Operation *made = b.create(op->getLoc(), op->getName().getIdentifier(), operands, type, op->getAttrs());
  return {made->getResult(0), uniform, !uniform && isConsecutive(op)};
}

// One block serves several neighbours where the lanes begin with it.
VectorBody::Element VectorBody::evaluatePhilox(OpBuilder &b, PhiloxOp op, Value iv) {
  Element number = elements[op.getNumber()];
  Type type = op.getType();
  if (!number.uniform) {
    type = VectorType::get({lanes}, type);
    const unsigned input = cast<BlockArgument>(op.getNumber()).getArgNumber();
    const int64_t perBlock = 128 / static_cast<int64_t>(op.getBits());
    const bool beginsBlock = !startsAnywhere && lanes % perBlock == 0 && access(input).isContiguousFromMultiplesOf(perBlock);
    if (perBlock > 1 && beginsBlock) number.value = address(b, input, iv);
  }
  auto scalar = [&](Value value) {
    auto found = elements.find(value);
    return found == elements.end() ? frame.get(value) : found->second.value; // of one tensor for all elements: uniform
  };
  Value bits = PhiloxOp::create(b, loc, type, number.value, scalar(op.getSeed()), scalar(op.getStream()), op.getBits(), op.getWord());
  return {bits, number.uniform};
}

// Whether a consecutive operand is shifted by one that is the same for all lanes.
bool VectorBody::isConsecutive(Operation *op) {
  if (!isa<arith::AddIOp>(op)) return false;
  auto [lhs, rhs] = std::pair(elements.find(op->getOperand(0)), elements.find(op->getOperand(1)));
  auto is = [&](auto found, bool consecutive) {
    if (found == elements.end()) return !consecutive; // made outside of the body
    return consecutive ? found->second.consecutive : found->second.uniform;
  };
  return (is(lhs, true) && is(rhs, false)) || (is(lhs, false) && is(rhs, true));
}

VectorBody::Element VectorBody::evaluateIndex(OpBuilder &b, linalg::IndexOp op, Value iv) {
  const auto dim = static_cast<unsigned>(op.getDim());
  if (dim + 1 < nest.loops.size()) return {indices[dim], true};
  if (lanes == 1) return {iv, true};
  Value steps = laneNumbers(b);
  Value first = vector::BroadcastOp::create(b, loc, steps.getType(), iv);
  return {arith::AddIOp::create(b, loc, first, steps), false, true};
}

VectorBody::Element VectorBody::evaluateLoad(OpBuilder &b, memref::LoadOp op, Value mask) {
  Value flat = frame.flat(op.getMemRef());
  auto type = cast<MemRefType>(op.getMemRef().getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)type.getStridesAndOffset(strides, offset);
  bool uniform = true;
  for (Value index : op.getIndices()) uniform &= elements.lookup(index).uniform;
  // A whole run of neighbours: only the last index moves, in steps of one.
  bool contiguous = !uniform && lanes > 1 && elements.lookup(op.getIndices().back()).consecutive && strides.back() == 1;
  for (Value index : ValueRange(op.getIndices()).drop_back(op.getIndices().empty() ? 0 : 1)) contiguous &= elements.lookup(index).uniform;

  Value scalar = frame.constant(offset), vectors;
  for (auto [index, stride] : llvm::zip(op.getIndices(), strides)) {
    const Element &element = elements[index];
    if (element.uniform) {
      scalar = arith::AddIOp::create(b, loc, scalar, arith::MulIOp::create(b, loc, element.value, frame.constant(stride)));
    } else {
      Value factor = vector::BroadcastOp::create(b, loc, element.value.getType(), frame.constant(stride));
      Value term = arith::MulIOp::create(b, loc, element.value, factor);
      vectors = vectors ? Value(arith::AddIOp::create(b, loc, vectors, term)) : term;
    }
  }
  if (uniform) return {memref::LoadOp::create(b, loc, flat, scalar), true};
  if (!contiguous) return {gather(b, flat, scalar, vectors, mask), false};
  Value first = arith::AddIOp::create(b, loc, scalar, vector::ExtractOp::create(b, loc, vectors, 0));
  auto vectorType = VectorType::get({lanes}, type.getElementType());
  return {loadLanes(b, loc, vectorType, flat, first, mask), false};
}

// In bytes, of an output's vectors that are written past the caches.
int64_t VectorBody::alignmentOf(const Access &output) const {
  const int64_t bytes = cast<MemRefType>(output.buffer.getType()).getElementTypeBitWidth() / 8;
  return std::min<int64_t>(64, multiples * bytes);
}

void VectorBody::store(OpBuilder &b, Value iv, Value mask) {
  Operation *yield = nest.body().getTerminator();
  llvm::SmallDenseSet<unsigned> accumulated;
  for (const Accumulation &accumulation : nest.accumulations) accumulated.insert(accumulation.output);
  for (unsigned i = 0; i < nest.outputs.size(); ++i) {
    if (accumulated.contains(i) || nest.isFlag(i)) continue;
    Value flat = frame.flat(nest.outputs[i].buffer);
    Value index = address(b, static_cast<unsigned>(nest.inputs.size()) + i, iv);
    Value value = vector(b, yield->getOperand(i));
    if (!mask && i < pastCaches.size() && pastCaches[i]) storePastCaches(b, loc, value, flat, index, alignmentOf(nest.outputs[i]));
    else storeLanes(b, loc, value, flat, index, mask);
  }
  for (const Flag &flag : nest.flags) raise(b, flag, iv, mask);
}

void VectorBody::raise(OpBuilder &b, const Flag &flag, Value iv, Value mask) {
  Value condition = vector(b, flag.condition);
  if (isa<VectorType>(condition.getType())) {
    if (mask) condition = arith::AndIOp::create(b, loc, condition, mask); // the other lanes hold anything
    condition = vector::ReductionOp::create(b, loc, vector::CombiningKind::OR, condition);
  }
  const unsigned number = static_cast<unsigned>(nest.inputs.size()) + flag.output;
  emitRaise(b, loc, condition, frame.flat(nest.outputs[flag.output].buffer), address(b, number, iv));
}

void emitRaise(OpBuilder &b, Location loc, Value condition, Value flag, Value index) {
  auto branch = scf::IfOp::create(b, loc, condition, /*withElseRegion=*/false);
  OpBuilder inside = branch.getThenBodyBuilder();
  Value up = arith::ConstantOp::create(inside, loc, inside.getI8IntegerAttr(1));
  memref::StoreOp::create(inside, loc, up, flag, index);
}

} // namespace burin::compiler
