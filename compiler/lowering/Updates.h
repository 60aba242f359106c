#pragma once
#include "compiler/lowering/ElementEmitter.h"
#include "compiler/lowering/Frame.h"
#include "compiler/lowering/TargetInfo.h"

/// Updates of single elements, from the op of the user to loops.
///
///   %1 = burin.scatter %x with %u at %i   (x: 10 elements, u and i: 4)
///     -> %1 = burin.update %x with %u at %i {extents = [4], maps = [()[s0] -> (s0), (d0) -> (d0), (d0) -> (d0)]} { held + update }
///     -> the same on buffers, over the target's memory where nothing reads that any more
///     -> scf.for %k = 0 to 4 { load of i and u, load of x, combine, store to x }
namespace burin::compiler {

/// `op` as an `update` on tensors.
mlir::Value lowerUpdate(mlir::OpBuilder &builder, ValueMap &values, UpdateInterface op);

/// Emits the copy of `op`, on buffers, whose position takes no index: a cluster on a part of the target.
void lowerSliceUpdate(mlir::OpBuilder &builder, UpdateOp op);

/// Replaces `op`, on buffers, by loops in order, along vectors where the last loop walks through the target in order.
void emitUpdate(mlir::OpBuilder &builder, Frame &frame, UpdateOp op, const TargetInfo &target);

} // namespace burin::compiler
