#pragma once
#include "compiler/lowering/TargetInfo.h"
#include <cstdint>

namespace burin::compiler {

/// Extents and strides of `out[i,j] = sum_k lhs[i,k] * rhs[k,j]`. Strides count elements.
struct MatmulShape {
  std::int64_t m = 0, n = 0, k = 0;
  int elementBits = 32;
  std::int64_t lhsRowStride = 0, lhsColStride = 1; ///< of (i,k); one of them should be 1
  std::int64_t rhsRowStride = 0, rhsColStride = 1; ///< of (k,j); one of them should be 1
};

/// How a matmul is cut up. Depends on shape, dtype and target alone, never on the number of threads: the order of every
/// sum, hence every bit of the result, is fixed by it.
struct MatmulPlan {
  enum class Kernel {
    Outer, ///< broadcasts an lhs element over rhs vectors along j
    Dot    ///< multiplies vectors along k and sums their lanes: few rows, both operands contiguous along k
  };
  enum class Epilogue {
    Direct, ///< unrolled, on the accumulators of the tile: when k is small
    Looped  ///< in a loop over the stored tile: its code exists once, whatever the tile's size
  };
  Kernel kernel = Kernel::Outer;
  Epilogue epilogue = Epilogue::Looped;
  bool swapped = false; ///< n is 1: computes out^T = rhs^T lhs^T, so that vectors run along the rows. `shape` is of that.
  MatmulShape shape;    ///< of the problem as computed
  int lanes = 1;        ///< elements in one vector; fewer than the target's where n is small

  std::int64_t tileRows = 1, tileVectors = 1; ///< the register tile
  std::int64_t taskRows = 1, taskCols = 1;    ///< the part of the output that one task computes
  std::int64_t rowTasks = 0, colTasks = 0, taskCount = 0;
  std::int64_t depthBlock = 0;   ///< of k; where less than k, a task keeps its partial sums in scratch
  std::int64_t blockCols = 0;    ///< columns whose partial sums are in scratch together
  bool streamsRhs = false;       ///< a block of k is a few rows of rhs, which are read side by side, without a loop over them
  std::int64_t depthChains = 1;  ///< sums of each element, over steps of k in turn: few sums would wait for each other
  bool packLhs = false;          ///< copy the task's lhs rows into scratch, in a layout without cache conflicts
  std::int64_t prefetchRows = 0; ///< how many k ahead rhs is prefetched
  bool packRhs = false;          ///< copy panels of tileVectors vectors into scratch; always where j is not contiguous

  // Scratch of one task: parts at these element offsets, each 64-byte aligned.
  std::int64_t lhsScratch = 0, rhsScratch = 0, tileScratch = 0;
  std::int64_t scratchElements = 0;

  std::int64_t tileCols() const { return tileVectors * lanes; }
  bool splitsDepth() const { return depthBlock < shape.k; }
  /// Row stride of the packed lhs.
  std::int64_t packedLhsStride() const;
  /// Row stride of the partial sums in scratch.
  std::int64_t blockStride() const;
};

/// Chooses the plan of a matmul.
MatmulPlan planMatmul(const MatmulShape &shape, const TargetInfo &target);

} // namespace burin::compiler
