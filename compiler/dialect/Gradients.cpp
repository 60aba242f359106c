// Gradients of the ops that aren't elementwise; those of elementwise ops stand in their definitions.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/dialect/GradientBuilder.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;

namespace burin::compiler {

// --- reductions ----------------------------------------------------------------------------------------------------

// A shape that broadcasts to x's: the reduced axes are kept, with extent 1.
static SmallVector<int64_t> keptShape(Value x, ArrayRef<int64_t> axes) {
  SmallVector<int64_t> shape(shapeOf(x));
  for (int64_t axis : axes) shape[axis] = 1;
  return shape;
}

SmallVector<Value> ReduceSumOp::buildGradients(OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, *this, dy);
  return {g.broadcastTo(g.reshape(dy, keptShape(getX(), getAxes())), shapeOf(getX()))};
}

// Of the greatest or least: elements that tie get even shares.
template <class Reduction> static SmallVector<Value> extremumGradients(Reduction op, OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, op, dy);
  const SmallVector<int64_t> kept = keptShape(op.getX(), op.getAxes());
  Value reached = g.equal(op.getX(), g.reshape(op.getResult(), kept));
  Value ties = g.reshape(g.sum(g.where(reached, g.one(), g.zero()), op.getAxes()), kept);
  return {g.where(reached, g.divide(g.reshape(dy, kept), ties), g.zero())};
}

SmallVector<Value> ReduceMaxOp::buildGradients(OpBuilder &builder, Value dy) { return extremumGradients(*this, builder, dy); }
SmallVector<Value> ReduceMinOp::buildGradients(OpBuilder &builder, Value dy) { return extremumGradients(*this, builder, dy); }

// --- contraction ---------------------------------------------------------------------------------------------------

static Value matrixTransposed(GradientBuilder &g, Value x) {
  SmallVector<int64_t> permutation = llvm::to_vector(llvm::seq<int64_t>(0, static_cast<int64_t>(shapeOf(x).size())));
  std::swap(permutation.back(), permutation[permutation.size() - 2]);
  return g.transpose(x, permutation);
}

SmallVector<Value> MatmulOp::buildGradients(OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, *this, dy);
  return g.sumToOperands({g.matmul(dy, matrixTransposed(g, getRhs())), g.matmul(matrixTransposed(g, getLhs()), dy)});
}

// --- shape ---------------------------------------------------------------------------------------------------------

SmallVector<Value> ReshapeOp::buildGradients(OpBuilder &builder, Value dy) {
  return {GradientBuilder(builder, *this, dy).reshape(dy, shapeOf(getX()))};
}

SmallVector<Value> TransposeOp::buildGradients(OpBuilder &builder, Value dy) {
  return {GradientBuilder(builder, *this, dy).transpose(dy, invertPermutationVector(getPermutation()))};
}

SmallVector<Value> BroadcastToOp::buildGradients(OpBuilder &builder, Value dy) {
  return GradientBuilder(builder, *this, dy).sumToOperands({dy});
}

// --- joining and indexing ------------------------------------------------------------------------------------------

// Puts `step` - 1 zeros behind each element along `axis`.
static Value spread(GradientBuilder &g, Value x, int64_t axis, int64_t step) {
  ArrayRef<int64_t> shape = shapeOf(x);
  int64_t before = 1, after = 1;
  for (int64_t extent : shape.take_front(axis + 1)) before *= extent;
  for (int64_t extent : shape.drop_front(axis + 1)) after *= extent;
  Value padded = g.concat({g.reshape(x, {before, 1, after}), g.zeros({before, step - 1, after})}, 1);
  SmallVector<int64_t> result(shape);
  result[axis] *= step;
  return g.reshape(padded, result);
}

// Zeros along `axis` for all but the elements `start`, `start` + `step`, ... of `extent`, which are x's.
static Value unsliced(GradientBuilder &g, Value x, int64_t axis, int64_t start, int64_t step, int64_t extent) {
  if (step > 1) x = spread(g, x, axis, step);
  SmallVector<int64_t> shape(shapeOf(x));
  if (start + shape[axis] > extent) x = g.slice(x, axis, 0, shape[axis] = extent - start); // zeros behind the last element
  SmallVector<Value> parts = {x};
  auto zeros = [&](int64_t count) {
    shape[axis] = count;
    return g.zeros(shape);
  };
  const int64_t behind = extent - start - shape[axis];
  if (start > 0) parts.insert(parts.begin(), zeros(start));
  if (behind > 0) parts.push_back(zeros(behind));
  return g.concat(parts, axis);
}

SmallVector<Value> SliceOp::buildGradients(OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, *this, dy);
  Value gradient = dy;
  for (auto [axis, extent] : llvm::enumerate(shapeOf(getX())))
    gradient = unsliced(g, gradient, static_cast<int64_t>(axis), getStarts()[axis], getSteps()[axis], extent);
  return {gradient};
}

SmallVector<Value> ConcatOp::buildGradients(OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, *this, dy);
  const auto axis = static_cast<int64_t>(getAxis());
  SmallVector<Value> gradients;
  int64_t start = 0;
  for (Value part : getParts()) {
    const int64_t stop = start + shapeOf(part)[axis];
    gradients.push_back(g.slice(dy, axis, start, stop));
    start = stop;
  }
  return gradients;
}

// Sums the gradients of an element's copies by a product with a matrix of zeros and ones, which says what was taken from
// where. An op that scatters would take fewer steps where the axis is long; and an infinite gradient would not make a NaN
// of its neighbours.
SmallVector<Value> TakeOp::buildGradients(OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, *this, dy);
  const auto axis = static_cast<int64_t>(getAxis());
  ArrayRef<int64_t> shape = shapeOf(getX());
  const int64_t extent = shape[axis], count = getIndices().getType().getNumElements();
  int64_t before = 1, after = 1;
  for (int64_t other : shape.take_front(axis)) before *= other;
  for (int64_t other : shape.drop_front(axis + 1)) after *= other;

  // The remainder counts negative indices from the end.
  Value indices = g.remainder(g.reshape(g.toIndices(getIndices()), {1, count}), g.index(extent));
  Value elements = g.reshape(g.indices(extent), {extent, 1});
  Value taken = g.where(g.equal(elements, indices), g.one(), g.zero());
  return {g.reshape(g.matmul(taken, g.reshape(dy, {before, count, after})), shape), g.none()};
}

} // namespace burin::compiler
