#pragma once
#include "compiler/lowering/ElementEmitter.h"

namespace burin::compiler {

/// The cluster that is all there is to the loop's body, if each trip computes each element of the state from that element
/// alone, numbers and what is the same in each trip; else null.
ClusterOp elementwiseBody(ForOp loop);

/// Lowers such a loop to one generic whose body is the loop: for each element all trips, with its state in registers.
void lowerElementwiseLoop(mlir::OpBuilder &builder, ValueMap &values, ForOp loop);

} // namespace burin::compiler
