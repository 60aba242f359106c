// Turns a loop over elementwise updates inside out. The state is then read and written once for all trips, rather than once for
// each, and the trips of one element wait for nothing but each other.
//
//   burin.for %n times, %s { cluster "elementwise" { multiply, add } }
//     -> cluster "elementwise" { linalg.generic ins(%s, %n) { scf.for 0 to %n iter_args(element of %s) { mulf, addf } } }
#include "compiler/lowering/ElementwiseLoops.h"
#include "compiler/lowering/ReductionLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace burin::compiler {

static YieldOp yieldOf(Block &block) { return cast<YieldOp>(block.getTerminator()); }

// Fewer ops in a trip than this take no longer than to see whether the state repeats.
constexpr size_t kOpsWorthEnding = 4;

// Whether it pays to see that a trip's state is that of an earlier one (kRepeatsAttribute).
static bool mayRepeat(ForOp loop, size_t opsOfTrip) {
  APInt count;
  const bool isShort = matchPattern(loop.getCount(), m_ConstantInt(&count)) && count.getSExtValue() < 4 * kTripsBetweenLooks;
  return loop.tripNumber().use_empty() && !isShort && opsOfTrip >= kOpsWorthEnding;
}

static bool isComplex(Type type) { return isa<ComplexType>(getElementTypeOrSelf(type)); }

// Whether the loop may read `operand` of an op within it element by element: it is state, a number, or made outside of the loop.
static bool isReadable(Value operand, ForOp loop, ClusterOp cluster) {
  if (isComplex(operand.getType())) return false;
  return operand.getParentRegion() == &cluster.getBody() || operand.getParentRegion() == &loop.getBody() ||
         !loop.getBody().isAncestor(operand.getParentRegion());
}

ClusterOp elementwiseBody(ForOp loop) {
  ClusterOp cluster;
  for (Operation &op : loop.bodyBlock().without_terminator()) {
    if (isa<ConstantOp>(op)) continue;
    if (cluster || !isa<ClusterOp>(op)) return {};
    cluster = cast<ClusterOp>(op);
  }
  if (!cluster || cluster.getKind() != "elementwise") return {};
  const Type first = loop.getResultTypes()[0];
  ArrayRef<int64_t> space = cast<RankedTensorType>(first).getShape();
  if (space.empty() || cast<RankedTensorType>(first).getNumElements() == 0) return {};
  for (auto [init, next] : llvm::zip(loop.getInits(), yieldOf(loop.bodyBlock()).getValues())) {
    auto type = cast<RankedTensorType>(next.getType());
    const bool isState = next.getParentBlock() == &loop.bodyBlock() && next != loop.tripNumber();
    if (type.getShape() != space || isComplex(type) || !isState || init.getDefiningOp<UninitializedOp>()) return {};
  }
  for (Operation &op : cluster.getBody().front().without_terminator()) {
    if (!isa<ElementwiseInterface>(op) || cast<RankedTensorType>(op.getResult(0).getType()).getShape() != space) return {};
    if (!llvm::all_of(op.getOperands(), [&](Value operand) { return isReadable(operand, loop, cluster); })) return {};
  }
  return cluster;
}

void lowerElementwiseLoop(OpBuilder &b, ValueMap &values, ForOp op) {
  Location loc = op.getLoc();
  ClusterOp source = elementwiseBody(op);
  SmallVector<Type> types;
  for (Type type : op.getResultTypes()) types.push_back(memoryTensor(type));
  auto cluster = ClusterOp::create(b, loc, types, "elementwise", 0);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(&cluster.getBody().emplaceBlock());
    const SmallVector<int64_t> space(cast<RankedTensorType>(op.getResultTypes()[0]).getShape());
    const auto rank = static_cast<int64_t>(space.size());
    const AffineMap here = b.getMultiDimIdentityMap(static_cast<unsigned>(rank));
    const AffineMap scalar = AffineMap::get(static_cast<unsigned>(rank), 0, b.getContext());
    ElementEmitter emitter(b, values, space);
    GenericBuilder generic(b, loc, parallelLoops(rank));
    OpBuilder &inside = generic.bodyBuilder();

    SmallVector<Value> inits;
    for (Value init : op.getInits()) inits.push_back(emitter.external(generic, init, here));
    Value count = arith::IndexCastOp::create(inside, loc, inside.getIndexType(), emitter.external(generic, op.getCount(), scalar));
    Value zero = arith::ConstantIndexOp::create(inside, loc, 0), one = arith::ConstantIndexOp::create(inside, loc, 1);
    auto loop = scf::ForOp::create(inside, loc, zero, count, one, inits);
    if (mayRepeat(op, llvm::range_size(source.getBody().front().without_terminator()))) loop->setAttr(kRepeatsAttribute, b.getUnitAttr());
    inside.setInsertionPointToEnd(loop.getBody());
    Elements elements;
    for (auto [argument, element] : llvm::zip(op.bodyBlock().getArguments().drop_front(), loop.getRegionIterArgs()))
      elements[argument] = element;
    if (!op.tripNumber().use_empty())
      elements[op.tripNumber()] = arith::IndexCastOp::create(inside, loc, inside.getI64Type(), loop.getInductionVar());
    SmallVector<Operation *> chain;
    for (Operation &each : source.getBody().front().without_terminator()) chain.push_back(&each);
    emitter.emitBody(generic, chain, elements);
    for (auto [result, made] : llvm::zip(source.getResults(), yieldOf(source.getBody().front()).getValues()))
      elements.insert({result, elements.lookup(made)});
    SmallVector<Value> next;
    for (Value value : yieldOf(op.bodyBlock()).getValues()) next.push_back(elements.lookup(value));
    scf::YieldOp::create(inside, loc, next);
    inside.setInsertionPointAfter(loop);
    for (auto [type, result] : llvm::zip(op.getResultTypes(), loop.getResults())) {
      generic.output(cast<RankedTensorType>(type), here, emptyTensor(b, loc, type));
      generic.setResult(result);
    }
    YieldOp::create(b, loc, generic.create().getResults());
  }
  for (auto [from, to] : llvm::zip(op.getResults(), cluster.getResults())) values[from] = to;
}

} // namespace burin::compiler
