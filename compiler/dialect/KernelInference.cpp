// Result types of the ops that runtime kernels compute.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/dialect/Inference.h"

using namespace mlir;

namespace burin::compiler {

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }
static Type i64(MLIRContext *context) { return IntegerType::get(context, 64); }

static LogicalResult requireIntegers(std::optional<Location> location, RankedTensorType type, StringRef what) {
  if (isa<IntegerType>(type.getElementType()) && !type.getElementType().isInteger(1)) return success();
  return emitIf(location, ErrorKind::DType) << "expected integer " << what << ", found " << describe(type) << "; cast them first";
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

BURIN_INFER(CumulativeSumOp) { return inferScan(location, Adaptor(operands, attributes, properties, regions), Accepts::Real, types); }
BURIN_INFER(CumulativeProdOp) { return inferScan(location, Adaptor(operands, attributes, properties, regions), Accepts::Real, types); }
BURIN_INFER(CumulativeMaxOp) { return inferScan(location, Adaptor(operands, attributes, properties, regions), Accepts::Real, types); }

// --- sorting -------------------------------------------------------------------------------------------------------

static LogicalResult inferSort(std::optional<Location> location, RankedTensorType x, int64_t axis, Type element,
                               SmallVectorImpl<Type> &types) {
  if (failed(checkElement(location, x, Accepts::RealOrBool)) || failed(checkAxis(location, axis, x))) return failure();
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
  if (failed(checkElement(location, x, Accepts::RealOrBool)) || failed(checkAxis(location, axis, x))) return failure();
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
  if (failed(checkElement(location, sorted, Accepts::RealOrBool))) return failure();
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

BURIN_INFER(SegmentSumOp) { return inferSegments(location, Adaptor(operands, attributes, properties, regions), Accepts::Real, types); }
BURIN_INFER(SegmentMaxOp) { return inferSegments(location, Adaptor(operands, attributes, properties, regions), Accepts::Real, types); }

// --- linear algebra ------------------------------------------------------------------------------------------------

static LogicalResult checkMatrices(std::optional<Location> location, RankedTensorType x, StringRef name = "") {
  if (!x.getElementType().isF32() && !x.getElementType().isF64())
    return emitIf(location, ErrorKind::DType) << "expected f32 or f64, found " << name << describe(x)
                                              << (isa<ComplexType>(x.getElementType()) ? "; there is no linear algebra of complex matrices"
                                                                                       : "; cast it first");
  if (x.getRank() < 2) return emitIf(location, ErrorKind::Shape) << "expected matrices, found " << name << describe(x);
  return success();
}

static int64_t rowsOf(RankedTensorType x) { return x.getDimSize(x.getRank() - 2); }
static int64_t columnsOf(RankedTensorType x) { return x.getShape().back(); }

static LogicalResult checkSquare(std::optional<Location> location, RankedTensorType x, StringRef name = "") {
  if (failed(checkMatrices(location, x, name))) return failure();
  if (rowsOf(x) != columnsOf(x) && !ShapedType::isDynamic(rowsOf(x)) && !ShapedType::isDynamic(columnsOf(x)))
    return emitIf(location, ErrorKind::Shape) << "expected square matrices, found " << name << describe(x);
  return success();
}

/// x's batch dimensions, then `extents`.
static RankedTensorType batchOf(RankedTensorType x, ArrayRef<int64_t> extents) {
  SmallVector<int64_t> shape(x.getShape().drop_back(2));
  llvm::append_range(shape, extents);
  return RankedTensorType::get(shape, x.getElementType());
}

static int64_t lesser(int64_t a, int64_t b) {
  return ShapedType::isDynamic(a) || ShapedType::isDynamic(b) ? ShapedType::kDynamic : std::min(a, b);
}

static LogicalResult inferSolve(std::optional<Location> location, RankedTensorType a, RankedTensorType b, SmallVectorImpl<Type> &types) {
  if (failed(checkSquare(location, a, "a ")) || failed(checkMatrices(location, b, "b "))) return failure();
  if (a.getElementType() != b.getElementType())
    return emitIf(location, ErrorKind::DType) << "element types differ: a " << describe(a) << ", b " << describe(b);
  const int64_t rows = rowsOf(b), wanted = columnsOf(a);
  if (rows != wanted && !ShapedType::isDynamic(rows) && !ShapedType::isDynamic(wanted))
    return emitIf(location, ErrorKind::Shape) << "a " << describe(a) << " has " << wanted << " columns, b " << describe(b) << " has "
                                              << rows << " rows";
  if (failed(verifyCompatibleShape(a.getShape().drop_back(2), b.getShape().drop_back(2))))
    return emitIf(location, ErrorKind::Shape) << "batch dimensions differ: a " << describe(a) << ", b " << describe(b);
  types.push_back(b);
  return success();
}

static LogicalResult inferLike(std::optional<Location> location, RankedTensorType x, SmallVectorImpl<Type> &types) {
  if (failed(checkSquare(location, x))) return failure();
  types.push_back(x);
  return success();
}

BURIN_INFER(CholeskyOp) { return inferLike(location, typeOf(operands[0]), types); }
BURIN_INFER(InvOp) { return inferLike(location, typeOf(operands[0]), types); }
BURIN_INFER(TriangularSolveOp) { return inferSolve(location, typeOf(operands[0]), typeOf(operands[1]), types); }
BURIN_INFER(SolveOp) { return inferSolve(location, typeOf(operands[0]), typeOf(operands[1]), types); }

BURIN_INFER(DetOp) {
  auto x = typeOf(operands[0]);
  if (failed(checkSquare(location, x))) return failure();
  types.push_back(batchOf(x, {}));
  return success();
}

BURIN_INFER(SlogdetOp) {
  auto x = typeOf(operands[0]);
  if (failed(checkSquare(location, x))) return failure();
  types.append(2, batchOf(x, {}));
  return success();
}

BURIN_INFER(QrOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto x = typeOf(adaptor.getX());
  if (failed(checkMatrices(location, x))) return failure();
  const int64_t between = adaptor.getFull() ? rowsOf(x) : lesser(rowsOf(x), columnsOf(x));
  types.push_back(batchOf(x, {rowsOf(x), between}));
  types.push_back(batchOf(x, {between, columnsOf(x)}));
  return success();
}

BURIN_INFER(SvdOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto x = typeOf(adaptor.getX());
  if (failed(checkMatrices(location, x))) return failure();
  const int64_t rank = lesser(rowsOf(x), columnsOf(x));
  types.push_back(batchOf(x, {rowsOf(x), adaptor.getFull() ? rowsOf(x) : rank}));
  types.push_back(batchOf(x, {rank}));
  types.push_back(batchOf(x, {adaptor.getFull() ? columnsOf(x) : rank, columnsOf(x)}));
  return success();
}

BURIN_INFER(EighOp) {
  auto x = typeOf(operands[0]);
  if (failed(checkSquare(location, x))) return failure();
  types.push_back(batchOf(x, {rowsOf(x)}));
  types.push_back(x);
  return success();
}

// --- Fourier transforms --------------------------------------------------------------------------------------------

template <class Adaptor>
static LogicalResult inferTransform(std::optional<Location> location, Adaptor op, bool realOperand, bool complexOperand, int64_t extent,
                                    bool complexResult, SmallVectorImpl<Type> &types) {
  auto x = typeOf(op.getX());
  auto complex = dyn_cast<ComplexType>(x.getElementType());
  Type real = complex ? complex.getElementType() : x.getElementType();
  if ((!real.isF32() && !real.isF64()) || !(complex ? complexOperand : realOperand))
    return emitIf(location, ErrorKind::DType) << "expected " << (realOperand ? "f32 or f64" : "")
                                              << (realOperand && complexOperand ? ", " : "") << (complexOperand ? "c64 or c128" : "")
                                              << ", found " << describe(x) << (complex ? "; fft takes complex numbers" : "; cast it first");
  const auto axis = static_cast<int64_t>(op.getAxis());
  if (failed(checkAxis(location, axis, x))) return failure();
  if (static_cast<int64_t>(op.getN()) < 1)
    return emitIf(location, ErrorKind::Shape) << "the length of the transform is " << static_cast<int64_t>(op.getN())
                                              << ", expected 1 or more";
  SmallVector<int64_t> shape(x.getShape());
  shape[axis] = extent;
  types.push_back(RankedTensorType::get(shape, complexResult ? ComplexType::get(real) : real));
  return success();
}

BURIN_INFER(FftOp) {
  Adaptor op(operands, attributes, properties, regions);
  return inferTransform(location, op, true, true, static_cast<int64_t>(op.getN()), true, types);
}
BURIN_INFER(RfftOp) {
  Adaptor op(operands, attributes, properties, regions);
  return inferTransform(location, op, true, false, static_cast<int64_t>(op.getN()) / 2 + 1, true, types);
}
BURIN_INFER(IrfftOp) {
  Adaptor op(operands, attributes, properties, regions);
  return inferTransform(location, op, false, true, static_cast<int64_t>(op.getN()), false, types);
}

} // namespace burin::compiler
