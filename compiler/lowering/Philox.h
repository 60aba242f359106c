#pragma once
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/TargetInfo.h"

namespace burin::compiler {

/// Replaces `op` by straight-line integer arithmetic: the same bits for scalars and vectors of any length, on every target.
void expandPhilox(PhiloxOp op, const TargetInfo &target);

} // namespace burin::compiler
