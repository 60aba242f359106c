#pragma once
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/ValueRange.h"
#include "mlir/Support/LogicalResult.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>
#include <string>

/// Result types of ops, and the diagnostics of those that have none. A diagnostic says what was expected and what was
/// found with its values, and carries its kind, so that the library throws the right Error.
namespace burin::compiler {

/// Element types that an op takes.
enum class Accepts {
  Any,
  Number,     ///< integers, floats, complex numbers
  Real,       ///< integers, floats
  RealOrBool, ///< what has an order
  Inexact,    ///< floats, complex numbers
  Float,
  WideFloat,  ///< f32, f64: what complex numbers have as parts
  Integer,
  Bits,       ///< integers, bool
  Bool,
};

enum class ErrorKind { Shape, DType, Index };

/// A diagnostic of `kind`; the kind is its first metadata: "shape", "dtype" or "index".
mlir::InFlightDiagnostic emitUserError(mlir::Location location, ErrorKind kind);

/// `f32[4,3]`, as the user writes it.
std::string describe(mlir::Type type);
/// `  (at train.cpp:41)`, or nothing where the user's line isn't known.
std::string describe(mlir::Location location);
/// `f32`.
std::string describeElement(mlir::Type elementType);

/// As emitUserError, but only where there is a location: inference is also asked silently.
mlir::InFlightDiagnostic emitIf(std::optional<mlir::Location> location, ErrorKind kind);
/// Whether an op that takes `accepts` takes tensors of `type`.
mlir::LogicalResult checkElement(std::optional<mlir::Location> location, mlir::Type type, Accepts accepts);
mlir::LogicalResult checkAxis(std::optional<mlir::Location> location, int64_t axis, mlir::RankedTensorType type);
/// Whether a tensor may have these extents: none is negative, and their product fits 63 bits.
mlir::LogicalResult checkExtents(std::optional<mlir::Location> location, llvm::ArrayRef<int64_t> shape);
/// The number of elements, or none when it exceeds 63 bits.
std::optional<int64_t> elementCount(llvm::ArrayRef<int64_t> shape);
/// Broadcasts `other` to `shape` by NumPy's rule: aligned at the last dimension, extents are equal or 1. False if they are neither.
bool broadcast(llvm::ArrayRef<int64_t> other, llvm::SmallVectorImpl<int64_t> &shape);

/// `resultElementType` gives the result's element type from the operands'; null where it has reported that there is none.
mlir::LogicalResult inferElementwise(std::optional<mlir::Location> location, mlir::ValueRange operands, unsigned firstValue,
                                     Accepts accepts, llvm::function_ref<mlir::Type(mlir::Type)> resultElementType,
                                     llvm::SmallVectorImpl<mlir::Type> &types);
/// The result's element type of cast and bitcast; null, after a diagnostic, where there is no such conversion.
mlir::Type castType(std::optional<mlir::Location> location, mlir::Type from, mlir::Type to);
mlir::Type bitcastType(std::optional<mlir::Location> location, mlir::Type from, mlir::Type to);
mlir::LogicalResult inferReduction(std::optional<mlir::Location> location, mlir::Type x, llvm::ArrayRef<int64_t> axes, bool keepDims,
                                   Accepts accepts, bool allowEmpty, llvm::SmallVectorImpl<mlir::Type> &types);
mlir::LogicalResult inferRandom(std::optional<mlir::Location> location, mlir::Type key, llvm::ArrayRef<int64_t> shape, mlir::Type dtype,
                                Accepts accepts, llvm::SmallVectorImpl<mlir::Type> &types);
mlir::LogicalResult inferArgReduction(std::optional<mlir::Location> location, mlir::Type x, int64_t axis, bool keepDims,
                                      llvm::SmallVectorImpl<mlir::Type> &types);

} // namespace burin::compiler

/// The head of an op's inference: operands, attributes, properties and regions go to its Adaptor, result types to `types`.
#define BURIN_INFER(Op)                                                                                                                    \
  ::mlir::LogicalResult Op::inferReturnTypes(::mlir::MLIRContext *context, ::std::optional<::mlir::Location> location,                     \
                                             ::mlir::ValueRange operands, ::mlir::DictionaryAttr attributes,                               \
                                             ::mlir::OpaqueProperties properties, ::mlir::RegionRange regions,                             \
                                             ::llvm::SmallVectorImpl<::mlir::Type> &types)
