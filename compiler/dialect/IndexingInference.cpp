// Result types of the ops that read and update a tensor at positions.
#include "compiler/dialect/BurinDialect.h"

using namespace mlir;

namespace burin::compiler {

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

// --- slices --------------------------------------------------------------------------------------------------------

// The extents of the slice.
static LogicalResult slicedShape(std::optional<Location> location, RankedTensorType x, ArrayRef<int64_t> starts, ArrayRef<int64_t> stops,
                                 ArrayRef<int64_t> steps, SmallVectorImpl<int64_t> &shape) {
  if (failed(checkElement(location, x, Accepts::Any))) return failure();
  for (ArrayRef<int64_t> bounds : {starts, stops, steps})
    if (static_cast<int64_t>(bounds.size()) != x.getRank())
      return emitIf(location, ErrorKind::Shape)
             << "expected " << x.getRank() << " starts, stops and steps for " << describe(x) << ", found " << bounds.size();
  for (int64_t i = 0; i < x.getRank(); ++i) {
    const int64_t start = starts[i], stop = stops[i], step = steps[i], extent = x.getDimSize(i);
    if (step == 0 || step == std::numeric_limits<int64_t>::min())
      return emitIf(location, ErrorKind::Index) << "step " << step << " of axis " << i << " is out of range";
    // Backwards from the last element to before the first, and none at all at either end.
    const bool forwards = step > 0 && start >= 0 && start <= stop && stop <= extent;
    const bool backwards = step < 0 && stop >= -1 && stop <= start && start <= extent - 1;
    if (!forwards && !backwards)
      return emitIf(location, ErrorKind::Index)
             << "range " << start << " to " << stop << " of axis " << i << " is outside of " << describe(x);
    const int64_t distance = step > 0 ? stop - start : start - stop, stride = step > 0 ? step : -step;
    shape.push_back(distance / stride + (distance % stride != 0));
  }
  return success();
}

BURIN_INFER(SliceOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto x = typeOf(adaptor.getX());
  SmallVector<int64_t> shape;
  if (failed(slicedShape(location, x, adaptor.getStarts(), adaptor.getStops(), adaptor.getSteps(), shape))) return failure();
  types.push_back(RankedTensorType::get(shape, x.getElementType()));
  return success();
}

// --- updates -------------------------------------------------------------------------------------------------------

// Whether `updates` has x's element type and broadcasts to `shape`.
static LogicalResult checkUpdates(std::optional<Location> location, RankedTensorType x, RankedTensorType updates, ArrayRef<int64_t> shape) {
  if (updates.getElementType() != x.getElementType())
    return emitIf(location, ErrorKind::DType) << "element types differ: " << describe(x) << " is updated with " << describe(updates);
  SmallVector<int64_t> all(shape);
  if (updates.getRank() > static_cast<int64_t>(shape.size()) || !broadcast(updates.getShape(), all) || ArrayRef(all) != shape)
    return emitIf(location, ErrorKind::Shape) << describe(updates) << " doesn't broadcast to "
                                              << describe(RankedTensorType::get(shape, x.getElementType())) << ", the part to be updated";
  return success();
}

BURIN_INFER(UpdateSliceOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto x = typeOf(adaptor.getX());
  SmallVector<int64_t> shape;
  if (failed(slicedShape(location, x, adaptor.getStarts(), adaptor.getStops(), adaptor.getSteps(), shape)) ||
      failed(checkUpdates(location, x, typeOf(adaptor.getUpdate()), shape)))
    return failure();
  types.push_back(x);
  return success();
}

// --- positions from index tensors ----------------------------------------------------------------------------------

static LogicalResult checkIndices(std::optional<Location> location, RankedTensorType indices) {
  if (isa<IntegerType>(indices.getElementType()) && !indices.getElementType().isInteger(1)) return success();
  return emitIf(location, ErrorKind::DType) << "expected integer indices, found " << describe(indices) << "; cast them first";
}

// The extents of a gather's result: what x gives by `dims`, and the index operands by `indexDims`.
static LogicalResult gatheredShape(std::optional<Location> location, RankedTensorType x, ValueRange indices, ArrayRef<int64_t> dims,
                                   ArrayRef<int64_t> indexDims, SmallVectorImpl<int64_t> &shape) {
  if (failed(checkElement(location, x, Accepts::Any))) return failure();
  SmallVector<int64_t> common;
  for (Value operand : indices) {
    if (failed(checkIndices(location, typeOf(operand)))) return failure();
    if (broadcast(typeOf(operand).getShape(), common)) continue;
    InFlightDiagnostic error = emitIf(location, ErrorKind::Shape) << "shapes of indices don't broadcast: ";
    llvm::interleave(indices, [&](Value each) { error << describe(each.getType()); }, [&] { error << ", "; });
    return error;
  }
  if (static_cast<int64_t>(dims.size()) != x.getRank() || common.size() != indexDims.size())
    return emitIf(location, ErrorKind::Shape) << "expected " << x.getRank() << " dims and " << common.size() << " index_dims, found "
                                              << dims.size() << " and " << indexDims.size();
  int64_t rank = 0;
  for (int64_t dim : dims) rank = std::max(rank, dim + 1);
  for (int64_t dim : indexDims) rank = std::max(rank, dim + 1);
  shape.assign(rank, -1);
  for (auto [dim, extent] : llvm::zip_equal(indexDims, common)) {
    if (dim < 0 || shape[dim] != -1) return emitIf(location, ErrorKind::Index) << "index_dims are not distinct dimensions of the result";
    shape[dim] = extent;
  }
  SmallVector<bool> used(indices.size(), false), direct(rank, false);
  const bool anything = *elementCount(common) != 0;
  for (auto [axis, dim] : llvm::enumerate(dims)) {
    const int64_t extent = x.getDimSize(static_cast<int64_t>(axis));
    if (dim < 0) {
      const auto operand = static_cast<size_t>(-1 - dim);
      if (operand >= indices.size() || used[operand])
        return emitIf(location, ErrorKind::Index) << "axis " << axis << " asks for index operand " << operand << ", which "
                                                  << (operand >= indices.size() ? "there is not" : "another one has");
      used[operand] = true;
      if (extent == 0 && anything)
        return emitIf(location, ErrorKind::Index) << "axis " << axis << " of " << describe(x) << " is empty: there is nothing to take";
      continue;
    }
    if (std::exchange(direct[dim], true)) return emitIf(location, ErrorKind::Index) << "two axes are dimension " << dim << " of the result";
    if (shape[dim] == -1 || shape[dim] == 1) shape[dim] = extent;
    else if (extent != 1 && extent != shape[dim])
      return emitIf(location, ErrorKind::Shape)
             << "axis " << axis << " of " << describe(x) << " has " << extent << ", which doesn't broadcast to the indices' " << shape[dim];
  }
  if (llvm::is_contained(used, false)) return emitIf(location, ErrorKind::Index) << "an index operand belongs to no axis";
  if (llvm::is_contained(shape, -1)) return emitIf(location, ErrorKind::Shape) << "a dimension of the result has no extent";
  return checkExtents(location, shape);
}

BURIN_INFER(GatherOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto x = typeOf(adaptor.getX());
  SmallVector<int64_t> shape;
  if (failed(gatheredShape(location, x, adaptor.getIndices(), adaptor.getDims(), adaptor.getIndexDims(), shape))) return failure();
  types.push_back(RankedTensorType::get(shape, x.getElementType()));
  return success();
}

BURIN_INFER(ScatterOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto x = typeOf(adaptor.getX());
  const StringRef combiner = adaptor.getCombiner();
  const bool extremum = combiner == "min" || combiner == "max";
  if (!extremum && combiner != "set" && combiner != "add")
    return emitIf(location, ErrorKind::Index) << "expected combiner set, add, min or max, found " << combiner;
  if (failed(checkElement(location, x, combiner == "set" ? Accepts::Any : extremum ? Accepts::Real : Accepts::Number))) return failure();
  SmallVector<int64_t> shape;
  if (failed(gatheredShape(location, x, adaptor.getIndices(), adaptor.getDims(), adaptor.getIndexDims(), shape)) ||
      failed(checkUpdates(location, x, typeOf(adaptor.getUpdates()), shape)))
    return failure();
  types.push_back(x);
  return success();
}

// --- parts that begin where the run says ---------------------------------------------------------------------------

static LogicalResult checkPart(std::optional<Location> location, RankedTensorType x, ArrayRef<int64_t> sizes, ValueRange starts) {
  if (failed(checkElement(location, x, Accepts::Any))) return failure();
  if (static_cast<int64_t>(sizes.size()) != x.getRank() || static_cast<int64_t>(starts.size()) != x.getRank())
    return emitIf(location, ErrorKind::Shape) << "expected " << x.getRank() << " starts and sizes for " << describe(x) << ", found "
                                              << starts.size() << " and " << sizes.size();
  for (auto [axis, start] : llvm::enumerate(starts)) {
    if (failed(checkIndices(location, typeOf(start)))) return failure();
    if (typeOf(start).getRank() != 0)
      return emitIf(location, ErrorKind::Shape) << "expected one start for axis " << axis << ", found " << describe(start.getType());
    if (sizes[axis] < 0 || sizes[axis] > x.getDimSize(static_cast<int64_t>(axis)))
      return emitIf(location, ErrorKind::Shape) << "size " << sizes[axis] << " of axis " << axis << " doesn't fit " << describe(x);
  }
  return success();
}

BURIN_INFER(DynamicSliceOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto x = typeOf(adaptor.getX());
  if (failed(checkPart(location, x, adaptor.getSizes(), adaptor.getStarts()))) return failure();
  types.push_back(RankedTensorType::get(adaptor.getSizes(), x.getElementType()));
  return success();
}

BURIN_INFER(DynamicUpdateSliceOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto x = typeOf(adaptor.getX()), update = typeOf(adaptor.getUpdate());
  if (failed(checkPart(location, x, update.getShape(), adaptor.getStarts())) ||
      failed(checkUpdates(location, x, update, update.getShape())))
    return failure();
  types.push_back(x);
  return success();
}

} // namespace burin::compiler
