// Gradients of the ops that runtime kernels compute. Those of decompositions are M. Giles's ("An extended collection of matrix
// derivative results"), I. Murray's ("Differentiation of the Cholesky decomposition"), and for qr and svd those that
// H.-J. Liao et al. give ("Differentiable programming tensor networks").
#include "compiler/dialect/BurinDialect.h"
#include "compiler/dialect/GradientBuilder.h"
#include "compiler/dialect/Inference.h"

using namespace mlir;

namespace burin::compiler {
namespace {

/// A GradientBuilder with what these gradients are made of besides.
class KernelGradientBuilder : public GradientBuilder {
public:
  using GradientBuilder::GradientBuilder;

  Value add(Value lhs, Value rhs) { return emit<AddOp>(lhs, rhs); }
  Value half(Value x) { return multiply(x, constant(0.5)); }

  // --- matrices ---

  Value transposed(Value x) {
    SmallVector<int64_t> permutation = llvm::to_vector(llvm::seq<int64_t>(0, static_cast<int64_t>(shapeOf(x).size())));
    std::swap(permutation.back(), permutation[permutation.size() - 2]);
    return transpose(x, permutation);
  }
  Value rowNumbers(Value x) { return reshape(numbers(shapeOf(x).drop_back().back()), {shapeOf(x).drop_back().back(), 1}); }
  Value columnNumbers(Value x) { return numbers(shapeOf(x).back()); }
  Value strictlyLower(Value x) { return where(greater(rowNumbers(x), columnNumbers(x)), x, zero()); }
  Value lowerTriangle(Value x) { return where(less(rowNumbers(x), columnNumbers(x)), zero(), x); }
  Value diagonal(Value x) { return where(equal(rowNumbers(x), columnNumbers(x)), x, zero()); }
  /// The matrices with these vectors on their diagonals.
  Value onDiagonal(Value x) {
    SmallVector<int64_t> shape(shapeOf(x));
    shape.push_back(shape.back());
    return diagonal(broadcastTo(asRow(x), shape));
  }
  /// From the gradient with regard to a symmetric matrix, any of those that agree on symmetric changes, to that with regard to its
  /// lower triangle, which alone is read and stands for both.
  Value ofLowerTriangle(Value gradient) { return add(lowerTriangle(gradient), strictlyLower(transposed(gradient))); }

  /// One number for each matrix, as matrices of one element; or a vector as one row, or one column.
  Value asMatrices(Value x) { return withOnes(x, 2, 0); }
  Value asRow(Value x) { return withOnes(x, 1, 1); }
  Value asColumn(Value x) { return withOnes(x, 1, 0); }

  /// 1 / (x_j - x_i) for each pair of a vector's elements, 0 where i = j.
  Value inverseDifferences(Value x) {
    Value differences = subtract(asRow(x), asColumn(x)), same = equal(rowNumbers(differences), columnNumbers(differences));
    return where(same, zero(), divide(one(), where(same, one(), differences)));
  }

private:
  Value withOnes(Value x, size_t count, size_t before) {
    SmallVector<int64_t> shape(shapeOf(x));
    shape.insert(shape.end() - before, count, 1);
    return reshape(x, shape);
  }
};

} // namespace

// Zeros like x, with `values` set or added where they came from: at `indices` along `axis`.
static Value putBack(KernelGradientBuilder &g, Value x, Value values, Value indices, uint64_t axis, StringRef combiner) {
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(0, static_cast<int64_t>(shapeOf(x).size())));
  const SmallVector<int64_t> all = dims;
  dims[axis] = -1;
  return g.emit<ScatterOp>(g.zeros(shapeOf(x)), values, ValueRange(indices), dims, all, combiner, /*in_bounds=*/true);
}

// --- scans ---------------------------------------------------------------------------------------------------------

// For each element the sum of those of `dy`, scan results, that it is part of.
template <class Scan> static Value sumOfResultsWith(KernelGradientBuilder &g, Scan op, Value dy) {
  const auto axis = static_cast<int64_t>(op.getAxis());
  if (op.getIncludeInitial()) { // one of the results has no element in it
    const int64_t extent = shapeOf(op.getX())[axis];
    dy = op.getReverse() ? g.slice(dy, axis, 0, extent) : g.slice(dy, axis, 1, extent + 1);
  }
  return g.template emit<CumulativeSumOp>(dy, op.getAxis(), !op.getReverse(), op.getExclusive(), /*include_initial=*/false);
}

SmallVector<Value> CumulativeSumOp::buildGradients(OpBuilder &builder, Value dy) {
  KernelGradientBuilder g(builder, *this, dy);
  return {sumOfResultsWith(g, *this, dy)};
}

// An element's derivative is the product of the others: the result divided by it. That is no way to get it from the first zero
// on: at the zero it is the product with a one in its place, and behind it there is always that zero in the product.
SmallVector<Value> CumulativeProdOp::buildGradients(OpBuilder &builder, Value dy) {
  KernelGradientBuilder g(builder, *this, dy);
  Value isZero = g.equal(getX(), g.zero());
  Value zerosSoFar = g.emit<CumulativeSumOp>(g.emit<CastOp>(isZero, builder.getI64Type()), getAxis(), getReverse(), /*exclusive=*/false,
                                             /*include_initial=*/false);
  auto soFar = [&](int64_t count) {
    auto type = RankedTensorType::get({}, builder.getI64Type());
    return g.equal(zerosSoFar, g.emit<ConstantOp>(DenseElementsAttr::get(type, ArrayRef<int64_t>(count))));
  };
  Value isFirst = g.emit<LogicalAndOp>(isZero, soFar(1));
  Value x = g.where(isFirst, g.one(), getX());
  Value products = g.emit<CumulativeProdOp>(x, getAxis(), getReverse(), getExclusive(), getIncludeInitial());
  Value before = g.divide(sumOfResultsWith(g, *this, g.multiply(dy, getResult())), g.where(isZero, g.one(), getX()));
  Value atFirst = sumOfResultsWith(g, *this, g.multiply(dy, products));
  return {g.where(soFar(0), before, g.where(isFirst, atFirst, g.zero()))};
}

// A result's gradient goes to the element that set it last: the last one that exceeds all before it, the first of equal ones.
SmallVector<Value> CumulativeMaxOp::buildGradients(OpBuilder &builder, Value dy) {
  KernelGradientBuilder g(builder, *this, dy);
  ArrayRef<int64_t> shape = shapeOf(getX());
  const auto axis = static_cast<int64_t>(getAxis()), extent = shape[axis];
  if (extent == 0) return {g.zeros(shape)};
  auto whole = [&](int64_t value) -> Value {
    return g.emit<ConstantOp>(DenseElementsAttr::get(RankedTensorType::get({}, builder.getI64Type()), ArrayRef<int64_t>(value)));
  };
  Value before = g.emit<CumulativeMaxOp>(getX(), getAxis(), getReverse(), /*exclusive=*/true, /*include_initial=*/false);
  Value place = g.emit<IotaOp>(shape, axis, builder.getI64Type()), last = whole(extent - 1);
  auto mirrored = [&](Value x) { return getReverse() ? g.subtract(last, x) : x; };
  Value set = g.where(g.emit<LessEqualOp>(getX(), before), whole(0), mirrored(place));
  Value from = mirrored(g.emit<CumulativeMaxOp>(set, getAxis(), getReverse(), /*exclusive=*/false, /*include_initial=*/false));
  // Results of no elements have no gradient to give.
  if (getIncludeInitial()) dy = getReverse() ? g.slice(dy, axis, 0, extent) : g.slice(dy, axis, 1, extent + 1);
  if (getExclusive()) {
    dy = getReverse() ? g.slice(dy, axis, 0, extent - 1) : g.slice(dy, axis, 1, extent);
    from = getReverse() ? g.slice(from, axis, 1, extent) : g.slice(from, axis, 0, extent - 1);
  }
  return {putBack(g, getX(), dy, from, getAxis(), "add")};
}

// --- segments ------------------------------------------------------------------------------------------------------

static Value rowsOf(KernelGradientBuilder &g, Value x, Value segments) {
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(0, static_cast<int64_t>(shapeOf(x).size())));
  dims[0] = -1;
  return g.emit<GatherOp>(x, ValueRange(segments), dims, ArrayRef<int64_t>{0}, /*in_bounds=*/false);
}

SmallVector<Value> SegmentSumOp::buildGradients(OpBuilder &builder, Value dy) {
  KernelGradientBuilder g(builder, *this, dy);
  return {rowsOf(g, dy, getSegments()), g.none()};
}

// Elements that tie get even shares.
SmallVector<Value> SegmentMaxOp::buildGradients(OpBuilder &builder, Value dy) {
  KernelGradientBuilder g(builder, *this, dy);
  Value reached = g.equal(getData(), rowsOf(g, getResult(), getSegments()));
  Value ties = g.emit<SegmentSumOp>(g.where(reached, g.one(), g.zero()), getSegments(), getCount());
  return {g.where(reached, g.divide(rowsOf(g, dy, getSegments()), rowsOf(g, ties, getSegments())), g.zero()), g.none()};
}

// --- sorting -------------------------------------------------------------------------------------------------------

SmallVector<Value> SortOp::buildGradients(OpBuilder &builder, Value dy) {
  KernelGradientBuilder g(builder, *this, dy);
  return {putBack(g, getX(), dy, g.emit<ArgsortOp>(getX(), getAxis(), getDescending()), getAxis(), "set")};
}

SmallVector<Value> TopKOp::buildGradientsOfAll(OpBuilder &builder, ValueRange dy) {
  KernelGradientBuilder g(builder, *this, dy[0]);
  return {putBack(g, getX(), dy[0], getIndices(), getAxis(), "set")};
}

// --- linear algebra ------------------------------------------------------------------------------------------------

static Value solveLower(KernelGradientBuilder &g, Value lower, Value right, bool transposed) {
  return g.emit<TriangularSolveOp>(lower, right, /*lower=*/true, transposed, /*unit=*/false);
}

SmallVector<Value> CholeskyOp::buildGradients(OpBuilder &builder, Value dy) {
  KernelGradientBuilder g(builder, *this, dy);
  Value factor = getResult(), product = g.matmul(g.transposed(factor), dy);
  Value phi = g.subtract(g.lowerTriangle(product), g.half(g.diagonal(product)));
  Value left = solveLower(g, factor, phi, /*transposed=*/true);                              // L⁻ᵀ Φ
  return {g.ofLowerTriangle(solveLower(g, factor, g.transposed(left), /*transposed=*/true))}; // (L⁻ᵀ Φ L⁻¹)ᵀ
}

SmallVector<Value> TriangularSolveOp::buildGradients(OpBuilder &builder, Value dy) {
  KernelGradientBuilder g(builder, *this, dy);
  Value ofB = g.emit<TriangularSolveOp>(getA(), dy, getLower(), !getTransposed(), getUnit());
  Value ofA = g.negative(getTransposed() ? g.matmul(getResult(), g.transposed(ofB)) : g.matmul(ofB, g.transposed(getResult())));
  if (!getLower()) ofA = g.transposed(ofA);
  ofA = getUnit() ? g.strictlyLower(ofA) : g.lowerTriangle(ofA);
  return {getLower() ? ofA : g.transposed(ofA), ofB};
}

SmallVector<Value> SolveOp::buildGradients(OpBuilder &builder, Value dy) {
  KernelGradientBuilder g(builder, *this, dy);
  Value ofB = g.emit<SolveOp>(g.transposed(getA()), dy);
  return {g.negative(g.matmul(ofB, g.transposed(getResult()))), ofB};
}

SmallVector<Value> InvOp::buildGradients(OpBuilder &builder, Value dy) {
  KernelGradientBuilder g(builder, *this, dy);
  Value inverse = g.transposed(getResult());
  return {g.negative(g.matmul(inverse, g.matmul(dy, inverse)))};
}

SmallVector<Value> DetOp::buildGradients(OpBuilder &builder, Value dy) {
  KernelGradientBuilder g(builder, *this, dy);
  return {g.multiply(g.asMatrices(g.multiply(dy, getResult())), g.transposed(g.emit<InvOp>(getX())))};
}

SmallVector<Value> SlogdetOp::buildGradientsOfAll(OpBuilder &builder, ValueRange dy) {
  KernelGradientBuilder g(builder, *this, dy[1]);
  return {g.multiply(g.asMatrices(dy[1]), g.transposed(g.emit<InvOp>(getX())))};
}

// Of q and r for as many rows as columns or more.
static Value ofTall(KernelGradientBuilder &g, Value q, Value r, Value dq, Value dr) {
  Value m = g.subtract(g.matmul(r, g.transposed(dr)), g.matmul(g.transposed(dq), q));
  Value right = g.add(dq, g.matmul(q, g.add(g.lowerTriangle(m), g.transposed(g.strictlyLower(m))))); // of x rᵀ
  return g.transposed(g.emit<TriangularSolveOp>(r, g.transposed(right), /*lower=*/false, /*transposed=*/false, /*unit=*/false));
}

SmallVector<Value> QrOp::buildGradientsOfAll(OpBuilder &builder, ValueRange dy) {
  KernelGradientBuilder g(builder, *this, dy[0]);
  const int64_t rows = shapeOf(getX()).drop_back().back(), columns = shapeOf(getX()).back();
  if (getFull() && rows > columns) {
    emitUserError(getLoc(), ErrorKind::Shape) << "the complete q of " << describe(getX().getType())
                                              << " has no gradient: its last columns are not determined; take the reduced one";
    return {g.none()};
  }
  if (rows >= columns) return {ofTall(g, getQ(), getR(), dy[0], dy[1])};
  // x = [a b], r = [u v]: a = q u, b = q v.
  const auto axis = static_cast<int64_t>(shapeOf(getX()).size()) - 1;
  Value dv = g.slice(dy[1], axis, rows, columns), b = g.slice(getX(), axis, rows, columns);
  Value dq = g.add(dy[0], g.matmul(b, g.transposed(dv)));
  Value da = ofTall(g, getQ(), g.slice(getR(), axis, 0, rows), dq, g.slice(dy[1], axis, 0, rows));
  return {g.concat({da, g.matmul(getQ(), dv)}, axis)};
}

// Undefined where singular values are equal, or zero for a matrix that isn't square.
SmallVector<Value> SvdOp::buildGradientsOfAll(OpBuilder &builder, ValueRange dy) {
  KernelGradientBuilder g(builder, *this, dy[1]);
  const int64_t rows = shapeOf(getX()).drop_back().back(), columns = shapeOf(getX()).back();
  if (getFull() && rows != columns) {
    emitUserError(getLoc(), ErrorKind::Shape) << "the complete bases of " << describe(getX().getType())
                                              << " have no gradient: their last vectors are not determined; take the reduced ones";
    return {g.none()};
  }
  Value u = getU(), s = getS(), vt = getVt(), du = dy[0], dvt = dy[2];
  Value inverse = g.inverseDifferences(g.square(s));
  auto symmetric = [&](Value x) { return g.add(x, g.transposed(x)); };
  Value ofU = symmetric(g.multiply(inverse, g.matmul(g.transposed(u), du)));
  Value ofV = symmetric(g.multiply(inverse, g.matmul(vt, g.transposed(dvt))));
  Value inner = g.add(g.multiply(ofU, g.asRow(s)), g.multiply(g.asColumn(s), ofV));
  Value gradient = g.matmul(u, g.matmul(g.add(inner, g.onDiagonal(dy[1])), vt));
  if (rows > columns) {
    Value beside = g.subtract(du, g.matmul(u, g.matmul(g.transposed(u), du)));
    gradient = g.add(gradient, g.matmul(g.divide(beside, g.asRow(s)), vt));
  }
  if (rows < columns) {
    Value beside = g.subtract(dvt, g.matmul(g.matmul(dvt, g.transposed(vt)), vt));
    gradient = g.add(gradient, g.matmul(u, g.divide(beside, g.asColumn(s))));
  }
  return {gradient};
}

// Undefined where eigenvalues are equal.
SmallVector<Value> EighOp::buildGradientsOfAll(OpBuilder &builder, ValueRange dy) {
  KernelGradientBuilder g(builder, *this, dy[0]);
  Value vectors = getVectors();
  Value inner = g.multiply(g.inverseDifferences(getValues()), g.matmul(g.transposed(vectors), dy[1]));
  Value withValues = g.add(inner, g.onDiagonal(dy[0]));
  return {g.ofLowerTriangle(g.matmul(vectors, g.matmul(withValues, g.transposed(vectors))))};
}

} // namespace burin::compiler
