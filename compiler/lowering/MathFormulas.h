#pragma once
#include "compiler/lowering/MathEmitter.h"
#include <functional>

namespace burin::compiler {

/// Emits a function of arguments of the emitter's type.
using MathFormula = std::function<mlir::Value(MathEmitter &, mlir::ValueRange)>;

/// The formula for a math op, or null where it has none.
MathFormula mathFormulaOf(mlir::Operation *op);

} // namespace burin::compiler
