#pragma once
#include "compiler/dialect/Inference.h"
#include "compiler/dialect/ScalarBuilder.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace burin::compiler {

/// How a reduction combines two elements.
enum class Combiner { Sum, Prod, Max, Min, Or, And };
/// Whether there is a value that leaves all others as they are: what a reduction over nothing gives.
inline bool hasIdentity(Combiner combiner) { return combiner != Combiner::Max && combiner != Combiner::Min; }

// What effects are on.

/// All variables are one resource to passes that don't look at the operand.
struct VariableResource : mlir::SideEffects::Resource::Base<VariableResource> {
  llvm::StringRef getName() final { return "burin.variable"; }
};
/// The prints of a function keep their order among each other.
struct PrintResource : mlir::SideEffects::Resource::Base<PrintResource> {
  llvm::StringRef getName() final { return "burin.print"; }
};
/// What the user's own functions do on the host.
struct HostResource : mlir::SideEffects::Resource::Base<HostResource> {
  llvm::StringRef getName() final { return "burin.host"; }
};
/// Whether the call goes on.
struct CallResource : mlir::SideEffects::Resource::Base<CallResource> {
  llvm::StringRef getName() final { return "burin.call"; }
};

/// What an IndexedInterface op reads of one of its index operands.
struct IndexRead {
  mlir::Value indices;
  mlir::AffineMap map;   ///< from an index of the op's loops to that of the element
  int64_t axis = 0;      ///< of operand 0, along which the element counts; from the end if it is negative
  int64_t size = 1;      ///< so many elements from there on are meant
  bool inBounds = false; ///< they are known to lie within operand 0
};

/// A window along one spatial dimension, and how it slides (WindowOps.td).
struct Window {
  int64_t extent = 1, stride = 1, low = 0, high = 0, baseDilation = 1, dilation = 1;

  /// From the window's first element to its last, both included.
  int64_t reach() const { return (extent - 1) * dilation + 1; }
  /// The extent of a dimension of `x` elements once it is dilated and padded.
  int64_t padded(int64_t x) const { return (x - 1) * baseDilation + 1 + low + high; }
  /// How many places the window has along such a dimension.
  int64_t places(int64_t x) const { return (padded(x) - reach()) / stride + 1; }
  bool isPadded() const { return low != 0 || high != 0 || baseDilation != 1; }
};

/// Emits a check of each index operand of `op`, an IndexedInterface, that may be out of range.
void buildIndexChecks(mlir::OpBuilder &builder, mlir::Operation *op);

template <class ConcreteType> struct NoGradient : mlir::OpTrait::TraitBase<ConcreteType, NoGradient> {};
template <class ConcreteType> struct Costly : mlir::OpTrait::TraitBase<ConcreteType, Costly> {};
template <class ConcreteType> struct KeepsFinite : mlir::OpTrait::TraitBase<ConcreteType, KeepsFinite> {};
template <class ConcreteType> struct KeepsSpecial : mlir::OpTrait::TraitBase<ConcreteType, KeepsSpecial> {};
template <class ConcreteType> struct Control : mlir::OpTrait::TraitBase<ConcreteType, Control> {};
template <class ConcreteType> struct Internal : mlir::OpTrait::TraitBase<ConcreteType, Internal> {};

/// What a runtime kernel is told besides its operands and results.
template <class... Numbers> llvm::SmallVector<int64_t> kernelNumbers(Numbers... numbers) { return {static_cast<int64_t>(numbers)...}; }

} // namespace burin::compiler

#include "compiler/dialect/BurinDialect.h.inc"
#include "compiler/dialect/BurinInterfaces.h.inc"
#define GET_TYPEDEF_CLASSES
#include "compiler/dialect/BurinTypes.h.inc"
#define GET_OP_CLASSES
#include "compiler/dialect/BurinOps.h.inc"

namespace burin::compiler {
/// Whether the op may end the call, by what it says of its effects.
bool mayEndCall(mlir::Operation *op);
/// From an index of `to` to the index of the element of `from` that broadcasting puts there.
mlir::AffineMap broadcastMap(mlir::RankedTensorType from, mlir::RankedTensorType to);
} // namespace burin::compiler
