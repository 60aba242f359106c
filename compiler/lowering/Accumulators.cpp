#include "compiler/lowering/Accumulators.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace burin::compiler {

Accumulators::Accumulators(const LoopNest &nest, int64_t lanes) : nest(nest), lanes(lanes), loc(nest.op->getLoc()) {}

bool Accumulators::isFloatSum(size_t i) const { return isa<arith::AddFOp>(nest.accumulations[i].combiner); }

bool Accumulators::compensates() const {
  for (size_t i = 0; i < nest.accumulations.size(); ++i)
    if (isFloatSum(i)) return true;
  return false;
}

Type Accumulators::vectorType(const Accumulation &accumulation) const {
  Type element = accumulation.combiner->getResult(0).getType();
  return lanes == 1 ? element : VectorType::get({lanes}, element);
}

Value Accumulators::identity(OpBuilder &b, const Accumulation &accumulation) {
  Operation *op = accumulation.combiner;
  Type element = op->getResult(0).getType(), type = vectorType(accumulation);
  TypedAttr value;
  if (isa<arith::AddFOp, arith::AddIOp>(op)) value = b.getZeroAttr(element);
  else if (isa<arith::OrIOp>(op)) value = b.getZeroAttr(element);
  else if (isa<arith::MulFOp, arith::MulIOp, arith::AndIOp>(op)) value = b.getOneAttr(element); // bytes of booleans
  else if (auto floating = dyn_cast<FloatType>(element))
    value = b.getFloatAttr(element, APFloat::getInf(floating.getFloatSemantics(), isa<arith::MaximumFOp>(op)));
  else {
    const unsigned width = element.getIntOrFloatBitWidth();
    const APInt least = isa<arith::MaxSIOp>(op)   ? APInt::getSignedMinValue(width)
                        : isa<arith::MinSIOp>(op) ? APInt::getSignedMaxValue(width)
                        : isa<arith::MaxUIOp>(op) ? APInt::getMinValue(width)
                                                  : APInt::getMaxValue(width);
    value = b.getIntegerAttr(element, least);
  }
  if (lanes > 1) value = DenseElementsAttr::get(cast<VectorType>(type), value);
  return arith::ConstantOp::create(b, loc, value);
}

SmallVector<Value> Accumulators::identities(OpBuilder &b, int64_t copies) {
  SmallVector<Value> values;
  for (const Accumulation &accumulation : nest.accumulations) values.append(static_cast<size_t>(copies), identity(b, accumulation));
  return values;
}

Value Accumulators::combine(OpBuilder &b, const Accumulation &accumulation, Value lhs, Value rhs) {
  Operation *op = accumulation.combiner;
  return b.create(op->getLoc(), op->getName().getIdentifier(), {lhs, rhs}, lhs.getType(), op->getAttrs())->getResult(0);
}

void Accumulators::add(OpBuilder &b, VectorBody &body, Value mask, SmallVectorImpl<Value> &values, unsigned copy) {
  const size_t copies = values.size() / std::max<size_t>(1, nest.accumulations.size());
  for (auto [i, accumulation] : llvm::enumerate(nest.accumulations)) {
    Value contribution = body.vector(b, accumulation.contribution);
    if (mask) contribution = arith::SelectOp::create(b, loc, mask, contribution, identity(b, accumulation));
    Value &held = values[i * copies + copy];
    held = combine(b, accumulation, held, contribution);
  }
}

SmallVector<Value> Accumulators::merge(OpBuilder &b, ValueRange values, int64_t copies) {
  SmallVector<Value> merged;
  for (auto [i, accumulation] : llvm::enumerate(nest.accumulations)) {
    SmallVector<Value> level(values.slice(i * static_cast<size_t>(copies), static_cast<size_t>(copies)));
    while (level.size() > 1) { // a tree: half the latency of a chain, and a smaller error
      SmallVector<Value> next;
      for (size_t k = 0; k + 1 < level.size(); k += 2) next.push_back(combine(b, accumulation, level[k], level[k + 1]));
      if (level.size() % 2) next.push_back(level.back());
      level = next;
    }
    merged.push_back(level[0]);
  }
  return merged;
}

Value Accumulators::acrossLanes(OpBuilder &b, unsigned i, Value value) {
  for (int64_t width = lanes / 2; width >= 1; width /= 2) {
    const auto halves = llvm::to_vector(llvm::seq<int64_t>(0, 2 * width));
    Value low = vector::ShuffleOp::create(b, loc, value, value, ArrayRef(halves).take_front(width));
    Value high = vector::ShuffleOp::create(b, loc, value, value, ArrayRef(halves).drop_front(width));
    value = combine(b, nest.accumulations[i], low, high);
  }
  return lanes == 1 ? value : Value(vector::ExtractOp::create(b, loc, value, 0));
}

SmallVector<Value> Accumulators::startTotals(OpBuilder &b, int64_t copies) {
  SmallVector<Value> totals = identities(b, copies);
  const SmallVector<Value> sums = totals;
  for (Value sum : sums) totals.push_back(arith::ConstantOp::create(b, loc, cast<TypedAttr>(b.getZeroAttr(sum.getType()))));
  return totals;
}

SmallVector<Value> Accumulators::addToTotals(OpBuilder &b, ValueRange totals, ValueRange values) {
  const size_t count = values.size(), copies = count / nest.accumulations.size();
  SmallVector<Value> sums, errors;
  for (size_t i = 0; i < count; ++i) {
    Value sum = totals[i], error = totals[count + i], value = values[i];
    if (!isFloatSum(i / copies)) {
      sums.push_back(combine(b, nest.accumulations[i / copies], sum, value));
      errors.push_back(error);
      continue;
    }
    Value next = arith::AddFOp::create(b, loc, sum, value);
    Value back = arith::SubFOp::create(b, loc, next, sum);
    Value lostOfSum = arith::SubFOp::create(b, loc, sum, arith::SubFOp::create(b, loc, next, back));
    Value lostOfValue = arith::SubFOp::create(b, loc, value, back);
    sums.push_back(next);
    errors.push_back(arith::AddFOp::create(b, loc, error, arith::AddFOp::create(b, loc, lostOfSum, lostOfValue)));
  }
  llvm::append_range(sums, errors);
  return sums;
}

SmallVector<Value> Accumulators::finishTotals(OpBuilder &b, ValueRange totals) {
  const size_t count = totals.size() / 2, copies = count / nest.accumulations.size();
  SmallVector<Value> finished;
  for (size_t i = 0; i < count; ++i) {
    if (!isFloatSum(i / copies)) {
      finished.push_back(totals[i]);
      continue;
    }
    // Once a sum is infinite or NaN its error is NaN and says nothing: the sum alone is right.
    Value error = totals[count + i];
    Value known = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::ORD, error, error);
    Value corrected = arith::AddFOp::create(b, loc, totals[i], error);
    finished.push_back(arith::SelectOp::create(b, loc, known, corrected, totals[i]));
  }
  return finished;
}

} // namespace burin::compiler
