#pragma once
#include "compiler/dialect/BurinDialect.h"

namespace burin::compiler {

/// Replaces `op` by straight-line integer arithmetic: the same bits for scalars and vectors of any length.
void expandPhilox(PhiloxOp op);

} // namespace burin::compiler
