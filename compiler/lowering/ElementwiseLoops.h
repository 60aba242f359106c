#pragma once
#include "compiler/lowering/ElementEmitter.h"

namespace burin::compiler {

/// On a loop over elements within a generic's body, from 0 in steps of 1: after a number of trips it may look whether the state is bit
/// for bit what it was before them. Then it goes on like that, since no trip knows its number: only the remainder of trips is left to do.
/// Values that have overflowed, converged or been switched off take no more time.
constexpr llvm::StringLiteral kRepeatsAttribute = "burin.may_repeat";
constexpr int64_t kTripsBetweenLooks = 16;

/// The cluster that is all there is to the loop's body, if each trip computes each element of the state from that element
/// alone, numbers and what is the same in each trip; else null.
ClusterOp elementwiseBody(ForOp loop);

/// Lowers such a loop to one generic whose body is the loop: for each element all trips, with its state in registers.
void lowerElementwiseLoop(mlir::OpBuilder &builder, ValueMap &values, ForOp loop);

} // namespace burin::compiler
