#include "compiler/dialect/Inference.h"
#include "compiler/dialect/BurinDialect.h"
#include "llvm/ADT/SmallSet.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace burin::compiler {

InFlightDiagnostic emitUserError(Location location, ErrorKind kind) {
  static constexpr llvm::StringLiteral names[] = {"shape", "dtype", "index"};
  InFlightDiagnostic diagnostic = emitError(location);
  diagnostic.getUnderlyingDiagnostic()->getMetadata().emplace_back(StringRef(names[static_cast<int>(kind)]));
  return diagnostic;
}

std::string describeElement(Type type) {
  if (type.isInteger(1)) return "bool";
  if (auto integer = dyn_cast<IntegerType>(type)) return (integer.isUnsigned() ? "u" : "i") + std::to_string(integer.getWidth());
  if (auto complex = dyn_cast<ComplexType>(type)) return complex.getElementType().isF32() ? "c64" : "c128";
  std::string text;
  llvm::raw_string_ostream(text) << type; // f16, bf16, f32, f64
  return text;
}

std::string describe(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor) return describeElement(type);
  std::string text = describeElement(tensor.getElementType());
  llvm::raw_string_ostream stream(text);
  stream << '[';
  llvm::interleave(tensor.getShape(), stream, ",");
  stream << ']';
  return text;
}

std::string describe(Location location) {
  auto line = location->findInstanceOf<FileLineColLoc>();
  if (!line) return {};
  return "  (at " + llvm::sys::path::filename(line.getFilename().getValue()).str() + ":" + std::to_string(line.getLine()) + ")";
}

InFlightDiagnostic emitIf(std::optional<Location> location, ErrorKind kind) {
  return location ? emitUserError(*location, kind) : InFlightDiagnostic();
}

static bool accepted(Type element, Accepts accepts) {
  const bool complex = isa<ComplexType>(element), boolean = element.isInteger(1), floating = isa<FloatType>(element);
  const bool integer = !complex && !boolean && !floating;
  switch (accepts) {
  case Accepts::Any: return true;
  case Accepts::Number: return !boolean;
  case Accepts::Real: return integer || floating;
  case Accepts::RealOrBool: return !complex;
  case Accepts::Inexact: return floating || complex;
  case Accepts::Float: return floating;
  case Accepts::WideFloat: return element.isF32() || element.isF64();
  case Accepts::Integer: return integer;
  case Accepts::Bits: return integer || boolean;
  case Accepts::Bool: return boolean;
  }
  return false;
}

static StringRef expectation(Accepts accepts) {
  static constexpr llvm::StringLiteral texts[] = {"any element type",
                                                  "an integer, floating or complex element type",
                                                  "an integer or floating element type",
                                                  "a boolean, integer or floating element type",
                                                  "a floating or complex element type",
                                                  "a floating element type",
                                                  "f32 or f64",
                                                  "an integer element type",
                                                  "a boolean or integer element type",
                                                  "bool"};
  return texts[static_cast<int>(accepts)];
}

/// What makes an element that an op takes of one that it doesn't.
static StringRef mend(Type element, Accepts accepts) {
  if (accepts == Accepts::Bool) return "compare it with 0 first";
  if (isa<ComplexType>(element)) return "take its real part, imaginary part or absolute value first";
  return "cast it first";
}

LogicalResult checkElement(std::optional<Location> location, Type type, Accepts accepts) {
  Type element = getElementTypeOrSelf(type);
  if (accepted(element, accepts)) return success();
  return emitIf(location, ErrorKind::DType) << "expected " << expectation(accepts) << ", found " << describe(type) << "; "
                                            << mend(element, accepts);
}

bool broadcast(ArrayRef<int64_t> other, SmallVectorImpl<int64_t> &shape) {
  if (shape.size() < other.size()) shape.insert(shape.begin(), other.size() - shape.size(), 1);
  const size_t lead = shape.size() - other.size();
  for (size_t i = 0; i < other.size(); ++i) {
    int64_t &extent = shape[lead + i];
    if (extent == 1) extent = other[i];
    else if (other[i] != 1 && other[i] != extent) return false;
  }
  return true;
}

static std::string describeAll(ValueRange operands) {
  static constexpr llvm::StringLiteral two[] = {"lhs ", "rhs "};
  std::string text;
  for (auto [i, operand] : llvm::enumerate(operands)) {
    if (i) text += ", ";
    if (operands.size() == 2) text += two[i];
    text += describe(operand.getType());
  }
  return text;
}

LogicalResult inferElementwise(std::optional<Location> location, ValueRange operands, unsigned firstValue, Accepts accepts,
                               llvm::function_ref<Type(Type)> resultElementType, SmallVectorImpl<Type> &types) {
  SmallVector<int64_t> shape;
  Type element = getElementTypeOrSelf(operands.back().getType());
  for (Value operand : operands.drop_front(firstValue))
    if (failed(checkElement(location, operand.getType(), accepts))) return failure();
  for (Value operand : operands) {
    if (!broadcast(cast<RankedTensorType>(operand.getType()).getShape(), shape))
      return emitIf(location, ErrorKind::Shape) << "shapes don't broadcast: " << describeAll(operands);
  }
  for (Value operand : operands.drop_front(firstValue))
    if (getElementTypeOrSelf(operand.getType()) != element)
      return emitIf(location, ErrorKind::DType) << "element types differ: " << describeAll(operands);
  Type result = resultElementType(element);
  if (!result) return failure();
  types.push_back(RankedTensorType::get(shape, result));
  return success();
}

Type castType(std::optional<Location> location, Type from, Type to) {
  if (!isa<ComplexType>(from) || isa<ComplexType>(to) || to.isInteger(1)) return to;
  (void)LogicalResult(emitIf(location, ErrorKind::DType) << describeElement(from) << " doesn't convert to " << describeElement(to)
                                                         << ": take its real part, imaginary part or absolute value");
  return {};
}

Type bitcastType(std::optional<Location> location, Type from, Type to) {
  auto bits = [](Type type) { return type.isIntOrFloat() && !type.isInteger(1) ? type.getIntOrFloatBitWidth() : 0; };
  if (bits(from) != 0 && bits(from) == bits(to)) return to;
  (void)LogicalResult(emitIf(location, ErrorKind::DType) << "element types of one width have the same bits, " << describeElement(from)
                                                         << " and " << describeElement(to) << " don't");
  return {};
}

LogicalResult checkAxis(std::optional<Location> location, int64_t axis, RankedTensorType type) {
  if (axis >= 0 && axis < type.getRank()) return success();
  return emitIf(location, ErrorKind::Index) << "axis " << axis << " is out of range for " << describe(type);
}

static Type reducedType(RankedTensorType x, ArrayRef<int64_t> axes, bool keepDims, Type element) {
  SmallVector<int64_t> shape;
  for (auto [i, extent] : llvm::enumerate(x.getShape())) {
    if (!llvm::is_contained(axes, static_cast<int64_t>(i))) shape.push_back(extent);
    else if (keepDims) shape.push_back(1);
  }
  return RankedTensorType::get(shape, element);
}

static LogicalResult checkNotEmpty(std::optional<Location> location, RankedTensorType x, ArrayRef<int64_t> axes) {
  for (int64_t axis : axes)
    if (x.getDimSize(axis) == 0)
      return emitIf(location, ErrorKind::Shape) << "axis " << axis << " of " << describe(x) << " is empty: it has no such element";
  return success();
}

LogicalResult inferReduction(std::optional<Location> location, Type type, ArrayRef<int64_t> axes, bool keepDims, Accepts accepts,
                             bool allowEmpty, SmallVectorImpl<Type> &types) {
  auto x = cast<RankedTensorType>(type);
  if (failed(checkElement(location, x, accepts))) return failure();
  llvm::SmallSet<int64_t, 8> seen;
  for (int64_t axis : axes) {
    if (failed(checkAxis(location, axis, x))) return failure();
    if (!seen.insert(axis).second) return emitIf(location, ErrorKind::Index) << "axis " << axis << " is listed twice for " << describe(x);
  }
  if (!allowEmpty && failed(checkNotEmpty(location, x, axes))) return failure();
  types.push_back(reducedType(x, axes, keepDims, x.getElementType()));
  return success();
}

LogicalResult inferArgReduction(std::optional<Location> location, Type type, int64_t axis, bool keepDims, SmallVectorImpl<Type> &types) {
  auto x = cast<RankedTensorType>(type);
  if (failed(checkElement(location, x, Accepts::Real)) || failed(checkAxis(location, axis, x)) || failed(checkNotEmpty(location, x, axis)))
    return failure();
  types.push_back(reducedType(x, axis, keepDims, IntegerType::get(x.getContext(), 64)));
  return success();
}

BURIN_INFER(MatmulOp) {
  auto lhs = cast<RankedTensorType>(operands[0].getType()), rhs = cast<RankedTensorType>(operands[1].getType());
  for (RankedTensorType type : {lhs, rhs}) {
    if (failed(checkElement(location, type, Accepts::Number))) return failure();
    if (type.getRank() < 2) return emitIf(location, ErrorKind::Shape) << "expected at least two dimensions: " << describeAll(operands);
  }
  if (lhs.getElementType() != rhs.getElementType())
    return emitIf(location, ErrorKind::DType) << "element types differ: " << describeAll(operands);
  const int64_t inner = lhs.getShape().back(), rows = rhs.getDimSize(rhs.getRank() - 2);
  if (inner != rows)
    return emitIf(location, ErrorKind::Shape) << "inner extents differ: lhs " << describe(lhs) << " has " << inner << ", rhs "
                                              << describe(rhs) << " has " << rows;
  SmallVector<int64_t> shape(lhs.getShape().drop_back(2));
  if (!broadcast(rhs.getShape().drop_back(2), shape))
    return emitIf(location, ErrorKind::Shape) << "batch dimensions don't broadcast: " << describeAll(operands);
  shape.push_back(lhs.getDimSize(lhs.getRank() - 2));
  shape.push_back(rhs.getShape().back());
  types.push_back(RankedTensorType::get(shape, lhs.getElementType()));
  return success();
}

std::optional<int64_t> elementCount(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  bool overflow = false, zero = false;
  for (int64_t extent : shape) {
    zero |= extent == 0;
    overflow |= __builtin_mul_overflow(count, extent, &count);
  }
  if (zero) return 0;
  return overflow ? std::nullopt : std::optional(count);
}

LogicalResult checkExtents(std::optional<Location> location, ArrayRef<int64_t> shape) {
  for (int64_t extent : shape)
    if (extent < 0) return emitIf(location, ErrorKind::Shape) << "extent " << extent << " is negative";
  if (!elementCount(shape)) return emitIf(location, ErrorKind::Shape) << "the number of elements exceeds 2^63 - 1";
  return success();
}

BURIN_INFER(ReshapeOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto x = cast<RankedTensorType>(adaptor.getX().getType());
  if (failed(checkExtents(location, adaptor.getShape()))) return failure();
  auto result = RankedTensorType::get(adaptor.getShape(), x.getElementType());
  if (elementCount(x.getShape()) != elementCount(adaptor.getShape()))
    return emitIf(location, ErrorKind::Shape) << "element counts differ: " << describe(x) << " has " << *elementCount(x.getShape()) << ", "
                                              << describe(result) << " has " << *elementCount(adaptor.getShape());
  types.push_back(result);
  return success();
}

BURIN_INFER(TransposeOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto x = cast<RankedTensorType>(adaptor.getX().getType());
  if (failed(checkElement(location, x, Accepts::Any))) return failure();
  ArrayRef<int64_t> permutation = adaptor.getPermutation();
  if (static_cast<int64_t>(permutation.size()) != x.getRank())
    return emitIf(location, ErrorKind::Shape) << "the permutation has " << permutation.size() << " axes, " << describe(x) << " has "
                                              << x.getRank();
  llvm::SmallSet<int64_t, 8> seen;
  SmallVector<int64_t> shape;
  for (int64_t axis : permutation) {
    if (failed(checkAxis(location, axis, x))) return failure();
    if (!seen.insert(axis).second) return emitIf(location, ErrorKind::Index) << "axis " << axis << " is listed twice for " << describe(x);
    shape.push_back(x.getDimSize(axis));
  }
  types.push_back(RankedTensorType::get(shape, x.getElementType()));
  return success();
}

BURIN_INFER(BroadcastToOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto x = cast<RankedTensorType>(adaptor.getX().getType());
  if (failed(checkElement(location, x, Accepts::Any))) return failure();
  if (failed(checkExtents(location, adaptor.getShape()))) return failure();
  SmallVector<int64_t> shape(adaptor.getShape());
  auto result = RankedTensorType::get(adaptor.getShape(), x.getElementType());
  if (x.getRank() > result.getRank() || !broadcast(x.getShape(), shape) || ArrayRef(shape) != adaptor.getShape())
    return emitIf(location, ErrorKind::Shape) << describe(x) << " doesn't broadcast to " << describe(result);
  types.push_back(result);
  return success();
}

BURIN_INFER(ConcatOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  if (operands.empty()) return emitIf(location, ErrorKind::Shape) << "expected at least one tensor";
  auto first = cast<RankedTensorType>(operands[0].getType());
  const auto axis = static_cast<int64_t>(adaptor.getAxis());
  if (failed(checkElement(location, first, Accepts::Any)) || failed(checkAxis(location, axis, first))) return failure();
  SmallVector<int64_t> shape(first.getShape());
  shape[axis] = 0;
  for (Value operand : operands) {
    auto type = cast<RankedTensorType>(operand.getType());
    if (type.getElementType() != first.getElementType())
      return emitIf(location, ErrorKind::DType) << "element types differ: " << describe(first) << ", " << describe(type);
    bool fits = type.getRank() == first.getRank();
    for (int64_t i = 0; fits && i < type.getRank(); ++i) fits = i == axis || type.getDimSize(i) == first.getDimSize(i);
    if (!fits)
      return emitIf(location, ErrorKind::Shape)
             << "extents beside axis " << axis << " differ: " << describe(first) << ", " << describe(type);
    if (__builtin_add_overflow(shape[axis], type.getDimSize(axis), &shape[axis]))
      return emitIf(location, ErrorKind::Shape) << "the number of elements exceeds 2^63 - 1";
  }
  if (failed(checkExtents(location, shape))) return failure();
  types.push_back(RankedTensorType::get(shape, first.getElementType()));
  return success();
}

BURIN_INFER(IotaOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  if (failed(checkExtents(location, adaptor.getShape()))) return failure();
  auto type = RankedTensorType::get(adaptor.getShape(), adaptor.getDtype());
  if (failed(checkElement(location, type, Accepts::Real)) || failed(checkAxis(location, adaptor.getAxis(), type))) return failure();
  types.push_back(type);
  return success();
}

BURIN_INFER(ReadOp) {
  types.push_back(cast<VariableType>(operands[0].getType()).getTensor());
  return success();
}

} // namespace burin::compiler
