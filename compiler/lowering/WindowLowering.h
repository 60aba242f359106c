#pragma once
#include "compiler/lowering/ElementEmitter.h"

namespace burin::compiler {

/// Lowers a convolution or pooling without padding, in front of which `builder` stands, to one linalg.generic.
mlir::Value lowerWindows(mlir::OpBuilder &builder, ElementEmitter &emitter, WindowInterface op);

} // namespace burin::compiler
