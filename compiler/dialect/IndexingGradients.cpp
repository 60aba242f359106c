// Gradients of the ops that read and update a tensor at positions: those of reads are updates of zeros, and the reverse.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/dialect/GradientBuilder.h"

using namespace mlir;

namespace burin::compiler {

SmallVector<Value> SliceOp::buildGradients(OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, *this, dy);
  return {g.emit<UpdateSliceOp>(g.zeros(shapeOf(getX())), dy, getStarts(), getStops(), getSteps())};
}

SmallVector<Value> UpdateSliceOp::buildGradients(OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, *this, dy);
  Value kept = g.emit<UpdateSliceOp>(dy, g.zero(), getStarts(), getStops(), getSteps());
  return g.sumToOperands({kept, g.emit<SliceOp>(dy, getStarts(), getStops(), getSteps())});
}

SmallVector<Value> DynamicSliceOp::buildGradients(OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, *this, dy);
  SmallVector<Value> gradients(getNumOperands());
  gradients[0] = g.emit<DynamicUpdateSliceOp>(g.zeros(shapeOf(getX())), dy, getStarts());
  return gradients;
}

SmallVector<Value> DynamicUpdateSliceOp::buildGradients(OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, *this, dy);
  SmallVector<Value> gradients(getNumOperands());
  gradients[0] = g.emit<DynamicUpdateSliceOp>(dy, g.zeros(shapeOf(getUpdate())), getStarts());
  gradients[1] = g.emit<DynamicSliceOp>(dy, getStarts(), shapeOf(getUpdate()));
  return gradients;
}

// The gradients of an element's copies add up.
SmallVector<Value> GatherOp::buildGradients(OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, *this, dy);
  SmallVector<Value> gradients(getNumOperands());
  gradients[0] = g.emit<ScatterOp>(g.zeros(shapeOf(getX())), dy, getIndices(), getDims(), getIndexDims(), "add", getInBounds());
  return gradients;
}

// Which of the updates are still there at the end: of several at one place the last.
static Value lastOnes(GradientBuilder &g, ScatterOp op) {
  Value order = g.numbers(op.updatedShape());
  Value last = g.scatter(g.noNumbers(shapeOf(op.getX())), order, op, "set");
  return g.equal(g.gather(last, op), order);
}

// Of a least or greatest element: those that tie get even shares.
static std::pair<Value, Value> extremumGradients(GradientBuilder &g, ScatterOp op, Value dy) {
  Value held = g.equal(op.getX(), op.getResult()), put = g.equal(op.getUpdates(), g.gather(op.getResult(), op));
  Value ties = g.scatter(g.where(held, g.one(), g.zero()), g.where(put, g.one(), g.zero()), op, "add");
  Value share = g.divide(dy, ties);
  return {g.where(held, share, g.zero()), g.where(put, g.gather(share, op), g.zero())};
}

SmallVector<Value> ScatterOp::buildGradients(OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, *this, dy);
  SmallVector<Value> gradients(getNumOperands());
  if (getCombiner() == "add") {
    gradients[0] = dy;
    gradients[1] = g.gather(dy, *this);
  } else if (getCombiner() == "set") {
    gradients[0] = g.scatter(dy, g.zero(), *this, "set");
    gradients[1] = g.where(lastOnes(g, *this), g.gather(dy, *this), g.zero());
  } else {
    std::tie(gradients[0], gradients[1]) = extremumGradients(g, *this, dy);
  }
  return g.sumToOperands(gradients);
}

} // namespace burin::compiler
