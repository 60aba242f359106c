// Result types of the ops that runtime kernels compute.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/dialect/Inference.h"

using namespace mlir;

namespace burin::compiler {

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }
static Type i64(MLIRContext *context) { return IntegerType::get(context, 64); }

static LogicalResult requireIntegers(std::optional<Location> location, RankedTensorType type, StringRef what) {
  if (isa<IntegerType>(type.getElementType()) && !type.getElementType().isInteger(1)) return success();
  return emitIf(location, ErrorKind::DType) << "expected integer " << what << ", found " << describe(type);
}

// --- scans ---------------------------------------------------------------------------------------------------------

template <class Adaptor>
static LogicalResult inferScan(std::optional<Location> location, Adaptor op, Accepts accepts, SmallVectorImpl<Type> &types) {
  auto x = typeOf(op.getX());
  const auto axis = static_cast<int64_t>(op.getAxis());
  if (failed(checkElement(location, x, accepts)) || failed(checkAxis(location, axis, x))) return failure();
  if (op.getExclusive() && op.getIncludeInitial())
    return emitIf(location, ErrorKind::Shape) << "exclusive and include_initial exclude one another: the one leaves out the last element, "
                                                 "the other adds one";
  SmallVector<int64_t> shape(x.getShape());
  if (op.getIncludeInitial() && !ShapedType::isDynamic(shape[axis])) ++shape[axis];
  types.push_back(RankedTensorType::get(shape, x.getElementType()));
  return success();
}

BURIN_INFER(CumulativeSumOp) { return inferScan(location, Adaptor(operands, attributes, properties, regions), Accepts::Number, types); }
BURIN_INFER(CumulativeProdOp) { return inferScan(location, Adaptor(operands, attributes, properties, regions), Accepts::Number, types); }
BURIN_INFER(CumulativeMaxOp) { return inferScan(location, Adaptor(operands, attributes, properties, regions), Accepts::Real, types); }

// --- sorting -------------------------------------------------------------------------------------------------------

static LogicalResult inferSort(std::optional<Location> location, RankedTensorType x, int64_t axis, Type element,
                               SmallVectorImpl<Type> &types) {
  if (failed(checkElement(location, x, Accepts::Any)) || failed(checkAxis(location, axis, x))) return failure();
  types.push_back(RankedTensorType::get(x.getShape(), element));
  return success();
}

BURIN_INFER(SortOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto x = typeOf(adaptor.getX());
  return inferSort(location, x, static_cast<int64_t>(adaptor.getAxis()), x.getElementType(), types);
}

BURIN_INFER(ArgsortOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  return inferSort(location, typeOf(adaptor.getX()), static_cast<int64_t>(adaptor.getAxis()), i64(context), types);
}

BURIN_INFER(TopKOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto x = typeOf(adaptor.getX());
  const auto axis = static_cast<int64_t>(adaptor.getAxis()), k = static_cast<int64_t>(adaptor.getK());
  if (failed(checkElement(location, x, Accepts::Any)) || failed(checkAxis(location, axis, x))) return failure();
  const int64_t extent = x.getDimSize(axis);
  if (k < 0 || (!ShapedType::isDynamic(extent) && k > extent))
    return emitIf(location, ErrorKind::Shape) << "k is " << k << ", axis " << axis << " of " << describe(x) << " has " << extent;
  SmallVector<int64_t> shape(x.getShape());
  shape[axis] = k;
  types.push_back(RankedTensorType::get(shape, x.getElementType()));
  types.push_back(RankedTensorType::get(shape, i64(context)));
  return success();
}

BURIN_INFER(SearchsortedOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto sorted = typeOf(adaptor.getSorted()), values = typeOf(adaptor.getValues());
  if (failed(checkElement(location, sorted, Accepts::Any))) return failure();
  if (sorted.getRank() != 1)
    return emitIf(location, ErrorKind::Shape) << "expected the sorted elements in one dimension, found " << describe(sorted);
  if (sorted.getElementType() != values.getElementType())
    return emitIf(location, ErrorKind::DType) << "element types differ: " << describe(sorted) << ", " << describe(values);
  types.push_back(RankedTensorType::get(values.getShape(), i64(context)));
  return success();
}

// --- segments ------------------------------------------------------------------------------------------------------

template <class Adaptor>
static LogicalResult inferSegments(std::optional<Location> location, Adaptor op, Accepts accepts, SmallVectorImpl<Type> &types) {
  auto data = typeOf(op.getData()), segments = typeOf(op.getSegments());
  const auto count = static_cast<int64_t>(op.getCount());
  if (failed(checkElement(location, data, accepts)) || failed(requireIntegers(location, segments, "segment numbers"))) return failure();
  if (segments.getRank() != 1 || data.getRank() < 1)
    return emitIf(location, ErrorKind::Shape) << "expected one segment number for each row of data: data " << describe(data)
                                              << ", segments " << describe(segments);
  const int64_t rows = data.getDimSize(0), numbers = segments.getDimSize(0);
  if (rows != numbers && !ShapedType::isDynamic(rows) && !ShapedType::isDynamic(numbers))
    return emitIf(location, ErrorKind::Shape) << "data " << describe(data) << " has " << rows << " rows, segments " << describe(segments)
                                              << " has " << numbers << " numbers";
  if (count < 0) return emitIf(location, ErrorKind::Shape) << "the number of segments is " << count << ", expected 0 or more";
  SmallVector<int64_t> shape(data.getShape());
  shape[0] = count;
  types.push_back(RankedTensorType::get(shape, data.getElementType()));
  return success();
}

BURIN_INFER(SegmentSumOp) { return inferSegments(location, Adaptor(operands, attributes, properties, regions), Accepts::Number, types); }
BURIN_INFER(SegmentMaxOp) { return inferSegments(location, Adaptor(operands, attributes, properties, regions), Accepts::Real, types); }

} // namespace burin::compiler
