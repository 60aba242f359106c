#pragma once
#include "compiler/lowering/MathEmitter.h"

namespace burin::compiler {

/// Emits a function of one argument of the emitter's type.
using MathFormula = mlir::Value (*)(MathEmitter &, mlir::Value);

/// The formula for a math op, or null where it has none.
MathFormula mathFormulaOf(mlir::Operation *op);

} // namespace burin::compiler
