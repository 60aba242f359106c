#pragma once
#include "compiler/lowering/TargetInfo.h"
#include <memory>

namespace mlir {
class Operation;
class Pass;
} // namespace mlir

namespace burin::compiler {

/// Rewrites the math functions below `root` into straight-line arithmetic: see MathExpansion.cpp.
///
/// The dialects arith, math, vector and llvm must be loaded. Ops on other types than f16, bf16, f32, f64 and fixed vectors
/// of these, and math ops that aren't expanded, stay as they are.
void expandMath(mlir::Operation *root, const TargetInfo &target);

/// `burin-expand-math{vector-bits=256|512}`: expandMath as a pass on any op. 512 stands for AVX-512.
std::unique_ptr<mlir::Pass> createExpandMathPass(const TargetInfo &target = {});

} // namespace burin::compiler
