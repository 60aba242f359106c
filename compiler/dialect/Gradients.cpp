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

// The product of the other elements: by a division, but beside zeros. Beside one zero only the zero has such a product that isn't 0.
SmallVector<Value> ReduceProdOp::buildGradients(OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, *this, dy);
  const SmallVector<int64_t> kept = keptShape(getX(), getAxes());
  Value isZero = g.equal(getX(), g.zero());
  Value zeros = g.reshape(g.sum(g.where(isZero, g.one(), g.zero()), getAxes()), kept);
  Value others = g.where(isZero, g.one(), getX());
  Value product = g.reshape(g.prod(others, getAxes()), kept);
  Value ofZero = g.where(g.equal(zeros, g.one()), product, g.zero());
  Value ofOthers = g.where(g.equal(zeros, g.zero()), g.divide(product, others), g.zero());
  return {g.multiply(g.reshape(dy, kept), g.where(isZero, ofZero, ofOthers))};
}

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

// --- joining ------------- ------------------------------------------------------------------------------------------

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

} // namespace burin::compiler
