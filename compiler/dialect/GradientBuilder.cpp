#include "compiler/dialect/GradientBuilder.h"
#include "compiler/dialect/BurinDialect.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace burin::compiler {

GradientBuilder::GradientBuilder(OpBuilder &builder, Operation *op, Value resultGradient) : b(builder), op(op), dy(resultGradient) {
  assert(llvm::is_contained(op->getResultTypes(), dy.getType()) && isa<FloatType>(getElementTypeOrSelf(dy)));
}

// --- constants -----------------------------------------------------------------------------------------------------

static Value splat(OpBuilder &builder, Location location, ArrayRef<int64_t> shape, Type elementType, double value) {
  auto type = RankedTensorType::get(shape, elementType);
  return ConstantOp::create(builder, location, DenseElementsAttr::get(type, builder.getFloatAttr(elementType, value)));
}

Value GradientBuilder::constant(double value) { return splat(b, op->getLoc(), {}, getElementTypeOrSelf(dy), value); }
Value GradientBuilder::zeros(ArrayRef<int64_t> shape) { return splat(b, op->getLoc(), shape, getElementTypeOrSelf(dy), 0); }

// --- elementwise ---------------------------------------------------------------------------------------------------

Value GradientBuilder::add(Value lhs, Value rhs) { return emit<AddOp>(lhs, rhs); }
Value GradientBuilder::subtract(Value lhs, Value rhs) { return emit<SubtractOp>(lhs, rhs); }
Value GradientBuilder::multiply(Value lhs, Value rhs) { return emit<MultiplyOp>(lhs, rhs); }
Value GradientBuilder::divide(Value lhs, Value rhs) { return emit<DivideOp>(lhs, rhs); }
Value GradientBuilder::floorDivide(Value lhs, Value rhs) { return emit<FloorDivideOp>(lhs, rhs); }
Value GradientBuilder::remainder(Value lhs, Value rhs) { return emit<RemainderOp>(lhs, rhs); }
Value GradientBuilder::pow(Value lhs, Value rhs) { return emit<PowOp>(lhs, rhs); }
Value GradientBuilder::negative(Value x) { return emit<NegativeOp>(x); }
Value GradientBuilder::sign(Value x) { return emit<SignOp>(x); }
Value GradientBuilder::square(Value x) { return emit<SquareOp>(x); }
Value GradientBuilder::rsqrt(Value x) { return emit<RsqrtOp>(x); }
Value GradientBuilder::exp(Value x) { return emit<ExpOp>(x); }
Value GradientBuilder::log(Value x) { return emit<LogOp>(x); }
Value GradientBuilder::sigmoid(Value x) { return emit<SigmoidOp>(x); }
Value GradientBuilder::sin(Value x) { return emit<SinOp>(x); }
Value GradientBuilder::cos(Value x) { return emit<CosOp>(x); }
Value GradientBuilder::sinh(Value x) { return emit<SinhOp>(x); }
Value GradientBuilder::cosh(Value x) { return emit<CoshOp>(x); }
Value GradientBuilder::digamma(Value x) { return emit<DigammaOp>(x); }
Value GradientBuilder::polygamma(Value x, int64_t order) { return emit<PolygammaOp>(x, static_cast<uint64_t>(order)); }

Value GradientBuilder::equal(Value lhs, Value rhs) { return emit<EqualOp>(lhs, rhs); }
Value GradientBuilder::less(Value lhs, Value rhs) { return emit<LessOp>(lhs, rhs); }
Value GradientBuilder::greater(Value lhs, Value rhs) { return emit<GreaterOp>(lhs, rhs); }
Value GradientBuilder::where(Value condition, Value lhs, Value rhs) { return emit<WhereOp>(condition, lhs, rhs); }

Value GradientBuilder::shareOf(Value wins, Value ties) { return where(wins, dy, where(ties, multiply(dy, constant(0.5)), zero())); }

Value GradientBuilder::castBack(Value x) {
  Type elementType = getElementTypeOrSelf(x);
  return isa<FloatType>(elementType) ? emit<CastOp>(dy, elementType) : none();
}

// --- the others ----------------------------------------------------------------------------------------------------

Value GradientBuilder::matmul(Value lhs, Value rhs) { return emit<MatmulOp>(lhs, rhs); }

Value GradientBuilder::sum(Value x, ArrayRef<int64_t> axes) { return axes.empty() ? x : emit<ReduceSumOp>(x, axes, /*keep_dims=*/false); }

Value GradientBuilder::prod(Value x, ArrayRef<int64_t> axes) { return axes.empty() ? x : emit<ReduceProdOp>(x, axes, /*keep_dims=*/false); }

Value GradientBuilder::reshape(Value x, ArrayRef<int64_t> shape) { return shapeOf(x) == shape ? x : emit<ReshapeOp>(x, shape); }

Value GradientBuilder::broadcastTo(Value x, ArrayRef<int64_t> shape) { return shapeOf(x) == shape ? x : emit<BroadcastToOp>(x, shape); }

Value GradientBuilder::transpose(Value x, ArrayRef<int64_t> permutation) { return emit<TransposeOp>(x, permutation); }

Value GradientBuilder::slice(Value x, int64_t axis, int64_t start, int64_t stop) {
  const size_t rank = shapeOf(x).size();
  SmallVector<int64_t> starts(rank, 0), stops(shapeOf(x)), steps(rank, 1);
  starts[axis] = start;
  stops[axis] = stop;
  return emit<SliceOp>(x, starts, stops, steps);
}

Value GradientBuilder::concat(ValueRange parts, int64_t axis) { return parts.size() == 1 ? parts[0] : emit<ConcatOp>(parts, axis); }

Value GradientBuilder::numbers(ArrayRef<int64_t> shape) {
  const int64_t count = llvm::is_contained(shape, 0) ? 0 : ShapedType::getNumElements(shape); // beside a 0 there may be any extents
  return reshape(emit<IotaOp>(ArrayRef<int64_t>(count), /*axis=*/0, b.getI64Type()), shape);
}
Value GradientBuilder::noNumbers(ArrayRef<int64_t> shape) {
  return emit<ConstantOp>(DenseElementsAttr::get(RankedTensorType::get(shape, b.getI64Type()), int64_t(-1)));
}

Value GradientBuilder::gather(Value x, ScatterOp scatter) {
  return emit<GatherOp>(x, scatter.getIndices(), scatter.getDims(), scatter.getIndexDims(), scatter.getInBounds());
}
Value GradientBuilder::scatter(Value x, Value updates, ScatterOp scatter, StringRef combiner) {
  return emit<ScatterOp>(x, updates, scatter.getIndices(), scatter.getDims(), scatter.getIndexDims(), combiner, scatter.getInBounds());
}

// --- un-broadcasting -----------------------------------------------------------------------------------------------

Value GradientBuilder::sumTo(Value x, ArrayRef<int64_t> shape) {
  const int64_t lead = static_cast<int64_t>(shapeOf(x).size() - shape.size());
  SmallVector<int64_t> repeated;
  for (auto [i, extent] : llvm::enumerate(shapeOf(x))) {
    const auto axis = static_cast<int64_t>(i);
    if (axis < lead || shape[axis - lead] != extent) repeated.push_back(axis);
  }
  return reshape(sum(x, repeated), shape);
}

SmallVector<Value> GradientBuilder::sumToOperands(ArrayRef<Value> gradients) {
  assert(gradients.size() == op->getNumOperands());
  SmallVector<Value> summed;
  for (auto [gradient, operand] : llvm::zip_equal(gradients, op->getOperands()))
    summed.push_back(gradient ? sumTo(gradient, shapeOf(operand)) : Value());
  return summed;
}

} // namespace burin::compiler
