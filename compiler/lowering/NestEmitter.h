#pragma once
#include "compiler/lowering/LoopNest.h"
#include "compiler/lowering/TargetInfo.h"

namespace burin::compiler {

class OpenExtents;

/// The part of a loop that one task runs: from `begin` to before `end`; null values: all of it.
struct LoopRange {
  mlir::Value begin, end;
};

/// Which loop of a nest tasks may share out, and in what units.
struct NestSplit {
  int loop = -1;      ///< -1: none
  int64_t unit = 1;   ///< ranges should begin at multiples of it
};

/// The split that emitNest can serve for loops from `shared` on.
NestSplit splitOf(const LoopNest &nest, unsigned shared, const TargetInfo &target);

/// Emits the loops of `nest`, but for the first `sharedIndices.size()` ones, whose indices are given. `range` is for the
/// loop that splitOf names.
///
/// The last loop runs over vectors, with masks at its end. Reductions have several accumulators; sums of floats restart
/// these every few hundred elements and add them up with TwoSum (D. Knuth, TAOCP 2, 4.2.2, theorem B), which keeps the error
/// growth below that of pairwise summation.
///
/// With `open`, the loops run as far as that says, and not to the stand-ins in the types.
void emitNest(mlir::OpBuilder &builder, Frame &frame, const LoopNest &nest, llvm::ArrayRef<mlir::Value> sharedIndices, LoopRange range,
              const TargetInfo &target, const OpenExtents *open = nullptr);

/// The least and the greatest extent of the reduction in `nest` for which the code sums in the same order: all, if there is none.
std::pair<int64_t, int64_t> extentsOfSameOrder(const LoopNest &nest, unsigned shared, const TargetInfo &target);

} // namespace burin::compiler
