#pragma once
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/Liveness.h"
#include "compiler/lowering/UpdateChains.h"

namespace burin::compiler {

/// Arguments of a compiled function, and which values are made where the caller wants them.
///
/// Arguments: inputs, old values of variables, results, new values of variables, arena, call context. Nothing is copied: a
/// result that is an argument, or another result, is said to be that (burin.placements). A variable's new value may share the
/// old one's memory (burin.in_place) if nothing reads the old value once the new one is being written, but at the same index.
///
/// Ops that may fail know what variables hold then (FailureInterface). For the caller that is a row of burin.failure_states: 0
/// (the old value) or 1 (the new one) for each variable. Any other value is copied to where the new one goes, if the op fails.
class CallSignature {
public:
  /// `former` is the function's body on tensors; the one on buffers takes its place at the end.
  CallSignature(mlir::func::FuncOp function, const Liveness &liveness);

  /// The body on buffers, with its arguments.
  mlir::Block *makeBody();
  size_t argumentCount() const { return former.getNumArguments(); }
  mlir::BlockArgument arena() const { return body->getArgument(static_cast<unsigned>(firstResult() + resultCount + variables.size())); }

  /// Where the caller wants `value`; null if it doesn't care.
  mlir::Value targetOf(mlir::Value value) const { return targets.lookup(value); }
  /// Where else it wants a copy.
  llvm::ArrayRef<mlir::Value> copiesOf(mlir::Value value) const;

  /// Whether the update writes over its target.
  bool isInPlace(UpdateOp op) const { return chains.isInPlace(op); }
  /// The last step that reads the memory in which `value` is made.
  int64_t lastUse(mlir::Value value) const { return std::max(liveness.lastUse(value), chains.lastUse(value)); }

  /// What a variable's new value must be copied to once all is done, as it lives elsewhere: pairs of value and place.
  llvm::ArrayRef<std::pair<mlir::Value, mlir::Value>> finalCopies() const { return lateCopies; }

  /// Makes `op`, on tensors, the next failure point. Gives the values that must be copied, if it fails, and their places.
  llvm::SmallVector<std::pair<mlir::Value, mlir::Value>> addFailurePoint(FailureInterface op);
  int64_t failurePointCount() const { return failurePoints; }

  /// Replaces the former body, and notes what the caller must know.
  void finish(int64_t arenaBytes);

  enum class Place { Fresh, Input, Variable, Result }; // as compiler::Placement

private:
  size_t firstResult() const { return former.getNumArguments(); }
  mlir::Value addArgument(mlir::Type type, mlir::Location loc);
  mlir::Value resultArgument(size_t i) const { return body->getArgument(static_cast<unsigned>(firstResult() + i)); }
  mlir::Value newValueArgument(size_t variable) const {
    return body->getArgument(static_cast<unsigned>(firstResult() + resultCount + variable));
  }
  void placeResults();
  void placeUpdates();
  std::pair<Place, int64_t> placeOf(mlir::Value value) const;
  bool mayShare(mlir::Value old, mlir::Value fresh) const;
  mlir::ArrayAttr argumentAttributes() const;
  void findOtherStates();
  size_t variableOf(size_t update) const { return static_cast<size_t>(updates[update]) - inputCount; }
  mlir::Value oldValue(size_t update) const { return former.getArgument(static_cast<unsigned>(updates[update])); }
  mlir::Value newValue(size_t update) const { return returned[resultCount + update]; }
  bool isOwnState(mlir::OpOperand &use) const;

  mlir::func::FuncOp function;
  const Liveness &liveness;
  mlir::Builder b;
  mlir::Block &former, *body = nullptr;
  llvm::SmallVector<mlir::Value> variables;
  llvm::SmallVector<int64_t> updates; // arguments that the last results update
  mlir::ValueRange returned;
  bool failsUnaware = false; // an op may fail that doesn't know the variables' values: they keep their old ones
  size_t inputCount = 0, resultCount = 0;
  UpdateChains chains;
  llvm::DenseMap<mlir::Value, mlir::Value> targets;
  llvm::DenseMap<mlir::Value, int64_t> resultOf; // root -> the result that it is
  llvm::DenseMap<mlir::Value, llvm::SmallVector<mlir::Value>> copies;
  llvm::DenseMap<mlir::Value, size_t> firstTarget;
  llvm::SmallVector<int64_t> placements, newPlacements, inPlace, failureStates;
  llvm::DenseSet<size_t> hasOtherState; // variables that an op may leave with a value neither old nor new
  llvm::SmallVector<std::pair<mlir::Value, mlir::Value>> lateCopies;
  int64_t failurePoints = 0;
};

} // namespace burin::compiler
