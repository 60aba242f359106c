// Where the ops that read and update a tensor at positions do so, and what slices fold to.
#include "compiler/dialect/BurinDialect.h"

using namespace mlir;

namespace burin::compiler {

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

// --- slices --------------------------------------------------------------------------------------------------------

// Element i of the slice is element start + step * i.
static AffineMap sliceMap(ArrayRef<int64_t> starts, ArrayRef<int64_t> steps, MLIRContext *context) {
  SmallVector<AffineExpr> position;
  for (auto [axis, start] : llvm::enumerate(starts)) position.push_back(getAffineDimExpr(axis, context) * steps[axis] + start);
  return AffineMap::get(starts.size(), 0, position, context);
}

// slice(slice(x)) -> slice(x)
static OpFoldResult composed(SliceOp op) {
  auto inner = op.getX().getDefiningOp<SliceOp>();
  if (!inner || op.getType().getNumElements() == 0) return {};
  SmallVector<int64_t> starts, stops, steps;
  for (int64_t i = 0; i < op.getType().getRank(); ++i) {
    const int64_t count = op.getType().getDimSize(i);
    const int64_t step = count == 1 ? 1 : op.getSteps()[i] * inner.getSteps()[i]; // the extents bound the product
    starts.push_back(inner.getStarts()[i] + op.getStarts()[i] * inner.getSteps()[i]);
    stops.push_back(starts.back() + step * (count - 1) + (step > 0 ? 1 : -1));
    steps.push_back(step);
  }
  op.setStarts(starts);
  op.setStops(stops);
  op.setSteps(steps);
  op.getXMutable().assign(inner.getX());
  return op.getResult();
}

OpFoldResult SliceOp::fold(FoldAdaptor adaptor) {
  const bool inOrder = llvm::all_of(llvm::zip_equal(getSteps(), getType().getShape()),
                                    [](auto dim) { return std::get<0>(dim) > 0 || std::get<1>(dim) == 1; });
  if (getX().getType() == getType() && inOrder) return getX();
  auto elements = dyn_cast_or_null<SplatElementsAttr>(adaptor.getX());
  return elements ? OpFoldResult(elements.resizeSplat(getType())) : composed(*this);
}

SmallVector<int64_t> UpdateSliceOp::updatedShape() {
  SmallVector<int64_t> shape;
  for (auto [start, stop, step] : llvm::zip_equal(getStarts(), getStops(), getSteps()))
    shape.push_back(llvm::divideCeilSigned(stop - start, step));
  return shape;
}
AffineMap UpdateSliceOp::position() { return sliceMap(getStarts(), getSteps(), getContext()); }
SmallVector<IndexRead> UpdateSliceOp::indexReads() { return {}; }

// --- positions from index tensors ----------------------------------------------------------------------------------

static AffineMap gatherPosition(RankedTensorType x, ArrayRef<int64_t> dims, int64_t loops, size_t indices) {
  MLIRContext *context = x.getContext();
  SmallVector<AffineExpr> position;
  for (auto [axis, dim] : llvm::enumerate(dims)) {
    if (dim < 0) position.push_back(getAffineSymbolExpr(static_cast<unsigned>(-1 - dim), context));
    else if (x.getDimSize(static_cast<int64_t>(axis)) == 1) position.push_back(getAffineConstantExpr(0, context));
    else position.push_back(getAffineDimExpr(static_cast<unsigned>(dim), context));
  }
  return AffineMap::get(static_cast<unsigned>(loops), static_cast<unsigned>(indices), position, context);
}

static SmallVector<IndexRead> gatherReads(ValueRange indices, ArrayRef<int64_t> dims, ArrayRef<int64_t> indexDims, int64_t loops,
                                          bool inBounds) {
  SmallVector<IndexRead> reads;
  for (auto [number, operand] : llvm::enumerate(indices)) {
    MLIRContext *context = operand.getContext();
    const auto lead = static_cast<int64_t>(indexDims.size()) - typeOf(operand).getRank();
    SmallVector<AffineExpr> element;
    for (auto [i, extent] : llvm::enumerate(typeOf(operand).getShape()))
      element.push_back(extent == 1 ? getAffineConstantExpr(0, context)
                                    : getAffineDimExpr(static_cast<unsigned>(indexDims[static_cast<int64_t>(i) + lead]), context));
    const auto axis = llvm::find(dims, -1 - static_cast<int64_t>(number)) - dims.begin();
    reads.push_back({operand, AffineMap::get(static_cast<unsigned>(loops), 0, element, context), axis, 1, inBounds});
  }
  return reads;
}

AffineMap GatherOp::position() { return gatherPosition(getX().getType(), getDims(), getType().getRank(), getIndices().size()); }
SmallVector<IndexRead> GatherOp::indexReads() {
  return gatherReads(getIndices(), getDims(), getIndexDims(), getType().getRank(), getInBounds());
}

SmallVector<int64_t> ScatterOp::updatedShape() {
  int64_t rank = 0;
  for (ArrayRef<int64_t> some : {getDims(), getIndexDims()})
    for (int64_t dim : some) rank = std::max(rank, dim + 1);
  SmallVector<int64_t> shape(rank, 1), common;
  for (Value operand : getIndices()) (void)broadcast(typeOf(operand).getShape(), common);
  for (auto [dim, extent] : llvm::zip_equal(getIndexDims(), common)) shape[dim] = extent;
  for (auto [axis, dim] : llvm::enumerate(getDims()))
    if (dim >= 0 && shape[dim] == 1) shape[dim] = getX().getType().getDimSize(static_cast<int64_t>(axis));
  return shape;
}
AffineMap ScatterOp::position() {
  return gatherPosition(getX().getType(), getDims(), static_cast<int64_t>(updatedShape().size()), getIndices().size());
}
SmallVector<IndexRead> ScatterOp::indexReads() {
  return gatherReads(getIndices(), getDims(), getIndexDims(), static_cast<int64_t>(updatedShape().size()), getInBounds());
}
Value ScatterOp::combine(OpBuilder &builder, Location location, Value held, Value update) {
  ScalarBuilder s(builder, location, getType().getElementType());
  if (getCombiner() == "add") return s.add(held, update);
  if (getCombiner() == "min") return s.minimum(held, update);
  if (getCombiner() == "max") return s.maximum(held, update);
  return update;
}

// --- parts that begin where the run says ---------------------------------------------------------------------------

// Index i of the part is index i + start; all starts are scalars.
static AffineMap partPosition(ArrayRef<int64_t> sizes, MLIRContext *context) {
  SmallVector<AffineExpr> position;
  for (unsigned axis = 0; axis < sizes.size(); ++axis)
    position.push_back(getAffineDimExpr(axis, context) + getAffineSymbolExpr(axis, context));
  const auto rank = static_cast<unsigned>(sizes.size());
  return AffineMap::get(rank, rank, position, context);
}

static SmallVector<IndexRead> partReads(ValueRange starts, ArrayRef<int64_t> sizes, MLIRContext *context) {
  SmallVector<IndexRead> reads;
  for (auto [axis, start] : llvm::enumerate(starts))
    reads.push_back(
        {start, AffineMap::get(static_cast<unsigned>(sizes.size()), 0, context), static_cast<int64_t>(axis), sizes[axis], false});
  return reads;
}

AffineMap DynamicSliceOp::position() { return partPosition(getSizes(), getContext()); }
SmallVector<IndexRead> DynamicSliceOp::indexReads() { return partReads(getStarts(), getSizes(), getContext()); }

SmallVector<int64_t> DynamicUpdateSliceOp::updatedShape() { return SmallVector<int64_t>(getUpdate().getType().getShape()); }
AffineMap DynamicUpdateSliceOp::position() { return partPosition(getUpdate().getType().getShape(), getContext()); }
SmallVector<IndexRead> DynamicUpdateSliceOp::indexReads() { return partReads(getStarts(), getUpdate().getType().getShape(), getContext()); }

} // namespace burin::compiler
