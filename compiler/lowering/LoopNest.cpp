#include "compiler/lowering/LoopNest.h"
#include "compiler/dialect/BurinDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace burin::compiler {

bool Access::isContiguousFromMultiplesOf(int64_t elements) const {
  return !strides.empty() && strides.back() == 1 && offset % elements == 0 &&
         llvm::all_of(ArrayRef(strides).drop_back(), [&](int64_t stride) { return stride % elements == 0; });
}

int64_t LoopNest::iterations(unsigned firstLoop) const {
  int64_t count = 1;
  for (const Loop &loop : ArrayRef(loops).drop_front(firstLoop)) count *= loop.extent;
  return count;
}

// Splits `expression`, affine in the dimensions, into strides for each and a constant; all times `factor`.
static void addStrides(AffineExpr expression, int64_t factor, SmallVectorImpl<int64_t> &strides, int64_t &offset) {
  if (auto dim = dyn_cast<AffineDimExpr>(expression)) {
    strides[dim.getPosition()] += factor;
  } else if (auto constant = dyn_cast<AffineConstantExpr>(expression)) {
    offset += factor * constant.getValue();
  } else {
    auto binary = cast<AffineBinaryOpExpr>(expression);
    if (binary.getKind() == AffineExprKind::Add) {
      addStrides(binary.getLHS(), factor, strides, offset);
      addStrides(binary.getRHS(), factor, strides, offset);
    } else {
      assert(binary.getKind() == AffineExprKind::Mul && "slices multiply and add");
      addStrides(binary.getLHS(), factor * cast<AffineConstantExpr>(binary.getRHS()).getValue(), strides, offset);
    }
  }
}

static Access accessOf(OpOperand &operand, linalg::LinalgOp op, size_t loops) {
  Access access;
  access.buffer = operand.get();
  access.strides.assign(loops, 0);
  auto type = dyn_cast<MemRefType>(operand.get().getType());
  access.isScalar = !type;
  access.isNumbering = operand.get().getDefiningOp<ElementNumbersOp>() != nullptr;
  if (!type) return access;
  SmallVector<int64_t> strides;
  (void)type.getStridesAndOffset(strides, access.offset);
  for (auto [expression, stride] : llvm::zip(op.getMatchingIndexingMap(&operand).getResults(), strides))
    addStrides(expression, stride, access.strides, access.offset);
  return access;
}

static int64_t costOf(Block &body);

// A loop within the body is taken to make this many trips.
static constexpr int64_t kAssumedTrips = 64;

static int64_t costOf(Operation *op) {
  if (auto loop = dyn_cast<scf::ForOp>(op)) return kAssumedTrips * costOf(*loop.getBody());
  if (isa<math::AbsFOp, math::CopySignOp, math::FmaOp, math::FloorOp, math::CeilOp, math::RoundEvenOp, math::TruncOp>(op)) return 1;
  if (isa<math::PowFOp, SpecialFunctionOp>(op)) return 100;
  if (isa<arith::RemFOp>(op)) return 20;
  if (isa<arith::DivFOp, math::SqrtOp, memref::LoadOp>(op)) return 6;
  if (isa<PhiloxOp>(op)) return 60;
  if (isa<math::ExpOp, math::LogOp, math::TanhOp>(op)) return 16;
  return isa<math::MathDialect>(op->getDialect()) ? 40 : 1;
}

static int64_t costOf(Block &body) {
  int64_t cost = 0;
  for (Operation &op : body.without_terminator()) {
    if (isa<arith::ConstantOp, linalg::IndexOp>(op)) continue;
    cost += costOf(&op);
  }
  return cost;
}

static bool isCombiner(Operation *op) {
  return isa<arith::AddFOp, arith::AddIOp, arith::MaximumFOp, arith::MinimumFOp, arith::MaxSIOp, arith::MaxUIOp, arith::MinSIOp,
             arith::MinUIOp, arith::MulFOp, arith::MulIOp, arith::OrIOp, arith::AndIOp>(op);
}

// Finds for each accumulated output the op that combines, and flags; false if there is one of another form.
static bool findAccumulations(LoopNest &nest) {
  Block &body = nest.body();
  Operation *yield = body.getTerminator();
  for (unsigned i = 0; i < nest.outputs.size(); ++i) {
    BlockArgument held = body.getArgument(static_cast<unsigned>(nest.inputs.size()) + i);
    if (held.use_empty()) continue;
    Operation *combiner = yield->getOperand(i).getDefiningOp();
    if (auto raise = dyn_cast_if_present<RaiseFlagOp>(combiner)) {
      nest.flags.push_back({i, raise.getCondition()});
      continue;
    }
    if (!held.hasOneUse() || !combiner || *held.getUsers().begin() != combiner || !isCombiner(combiner) ||
        !combiner->getResult(0).hasOneUse())
      return false;
    const unsigned other = combiner->getOperand(0) == held ? 1 : 0;
    nest.accumulations.push_back({i, combiner, combiner->getOperand(other)});
  }
  return true;
}

// Drops loops of one trip and joins neighbours that all operands walk through as one. What accumulates keeps a reduction.
static void joinLoops(LoopNest &nest, size_t shared) {
  auto reductions = llvm::count_if(nest.loops, [](const LoopNest::Loop &loop) { return loop.reduction; });
  auto accesses = [&](auto &&visit) {
    for (Access &access : nest.inputs) visit(access);
    for (Access &access : nest.outputs) visit(access);
  };
  auto drop = [&](size_t i) {
    nest.loops.erase(nest.loops.begin() + static_cast<long>(i));
    accesses([&](Access &access) { access.strides.erase(access.strides.begin() + static_cast<long>(i)); });
  };
  for (size_t i = nest.loops.size(); i-- > shared;) {
    if (nest.loops[i].extent != 1 || nest.usesIndices) continue;
    if (nest.loops[i].reduction && --reductions == 0 && !nest.accumulations.empty()) continue;
    drop(i);
  }
  if (nest.usesIndices) return;
  for (size_t i = nest.loops.size(); i-- > shared + 1;) {
    LoopNest::Loop &outer = nest.loops[i - 1], &inner = nest.loops[i];
    bool joinable = outer.reduction == inner.reduction;
    accesses([&](Access &access) { joinable &= access.isScalar || access.strides[i - 1] == access.strides[i] * inner.extent; });
    if (!joinable) continue;
    inner.extent *= outer.extent;
    inner.dims.insert(inner.dims.begin(), outer.dims.begin(), outer.dims.end());
    drop(i - 1);
  }
}

// Brings the only reduction right before the last, parallel loop: columns are summed in vectors then.
static void moveReductionInwards(LoopNest &nest, size_t shared) {
  const size_t count = nest.loops.size();
  if (nest.usesIndices || nest.irregular || count < shared + 3 || nest.loops.back().reduction) return;
  size_t reduction = count;
  for (size_t i = shared; i < count; ++i) {
    if (!nest.loops[i].reduction) continue;
    if (reduction != count) return;
    reduction = i;
  }
  if (reduction == count) return;
  auto rotate = [&](auto &list) {
    std::rotate(list.begin() + static_cast<long>(reduction), list.begin() + static_cast<long>(reduction) + 1, list.end() - 1);
  };
  rotate(nest.loops);
  for (Access &access : nest.inputs) rotate(access.strides);
  for (Access &access : nest.outputs) rotate(access.strides);
}

// Whether blocks of random bits serve several elements each, of many. Of a short row much is a rest: masked vectors of one register.
static bool drawsInBulk(const LoopNest &nest) {
  constexpr int64_t kMany = 1 << 14, kShortRow = 64;
  if (nest.iterations() < kMany || nest.loops.back().extent < kShortRow || !nest.body().getOps<scf::ForOp>().empty()) return false;
  return llvm::any_of(nest.body().getOps<PhiloxOp>(), [&](PhiloxOp op) {
    const int64_t perBlock = 128 / static_cast<int64_t>(op.getBits());
    return perBlock > 1 && nest.inputs[cast<BlockArgument>(op.getNumber()).getArgNumber()].isContiguousFromMultiplesOf(perBlock);
  });
}

LoopNest analyze(linalg::LinalgOp op, int64_t shared) {
  LoopNest nest;
  nest.op = op;
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  for (unsigned i = 0; i < extents.size(); ++i) nest.loops.push_back({extents[i], iterators[i] == utils::IteratorType::reduction, {i}});
  for (OpOperand *input : op.getDpsInputOperands()) nest.inputs.push_back(accessOf(*input, op, extents.size()));
  for (OpOperand &output : op.getDpsInitsMutable()) nest.outputs.push_back(accessOf(output, op, extents.size()));
  nest.body().walk([&](Operation *inner) { nest.usesIndices |= isa<linalg::IndexOp, memref::LoadOp>(inner); });
  nest.bodyCost = costOf(nest.body());
  nest.irregular = !findAccumulations(nest);
  joinLoops(nest, static_cast<size_t>(shared));
  moveReductionInwards(nest, static_cast<size_t>(shared));
  nest.drawsInBulk = drawsInBulk(nest);
  return nest;
}

} // namespace burin::compiler
