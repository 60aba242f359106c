#pragma once
#include "compiler/lowering/Frame.h"
#include "compiler/lowering/MatmulPlan.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace burin::compiler {

/// The operands of one matmul (one matrix of a batch): one-dimensional memrefs of f32, f64, i32 or i64. Element (i,k) of lhs is at
/// `lhsOffset + i * lhsRowStride + k * lhsColStride`, element (k,j) of rhs likewise. A null offset means 0.
struct MatmulOperands {
  mlir::Value lhs, rhs;
  mlir::Value lhsOffset, rhsOffset;
  /// Memory of the running task: `plan.scratchElements` elements, 64-byte aligned. Null: taken from the stack, in the entry
  /// block of the enclosing function, to which the insertion point must then lead (it doesn't in the callback of ForOp::create).
  mlir::Value scratch;
};

/// Called once for each vector of the output, its sum over all k complete: `sums` are elements (i,j) to (i,j + lanes - 1).
/// Where `mask` isn't null, only the lanes that it sets exist. `plan.lanes` is the vector's length, unless `plan.swapped`:
/// then it is 1.
using MatmulEpilogue =
    llvm::function_ref<void(mlir::OpBuilder &, mlir::Location, mlir::Value i, mlir::Value j, mlir::Value sums, mlir::Value mask)>;

/// Emits the code of some of the tasks 0 to `plan.taskCount - 1` at the insertion point. Tasks compute disjoint parts of the output and
/// may run in any order, or together.
///
/// Needs the dialects arith, memref, scf and vector. `epilogue` is called a few times, at places inside loops.
void emitMatmulTasks(mlir::OpBuilder &builder, mlir::Location loc, const MatmulPlan &plan, const TargetInfo &target,
                     const MatmulOperands &operands, TaskRange tasks, MatmulEpilogue epilogue);

} // namespace burin::compiler
