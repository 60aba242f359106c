#pragma once
#include "burin/Tensor.h"
#include "lib/trace/Trace.h"
#include <array>
#include <optional>
#include <span>

namespace burin::detail {

/// The loops of an elementwise op, or of a reduction, on dense operands. Neighbouring dimensions that all operands step through alike are
/// one loop. So code that is made for the pattern of steps serves all shapes that have it, and the extents are numbers of a call:
///
///   [n] + [n], [a,b] + [a,b], [a,b,c] + [a,b,c]   one loop, along which both step
///   [a,b] + [b], [a,b,c] + [c]                    two, along the first of which the left one alone steps
struct OpenForm {
  struct Loop {
    std::int64_t extent;
    std::uint32_t moving; ///< bit i: operand i steps along it; else it is the same for all of the loop
  };
  static constexpr std::size_t kMostOperands = 4;

  std::array<Loop, kMaxRank> loops; ///< outermost first; of a reduction the second one is what is reduced
  std::size_t loop_count = 0;
  bool reduces = false;
  Shape result;

  std::span<const Loop> used() const { return {loops.data(), loop_count}; }
  std::int64_t element_count() const; ///< of all loops
};

/// None for shapes that don't broadcast, and for tensors without elements.
std::optional<OpenForm> elementwise_form(std::span<const Tensor> operands);

/// `attributes` are the op's: `axes` and `keep_dims`. None where the axes aren't neighbours, in order, where there is nothing to reduce,
/// and where compiled functions share one sum out among tasks: these are several reductions (EagerReduction.h).
std::optional<OpenForm> reduction_form(const Tensor &x, std::span<const NamedAttribute> attributes);

} // namespace burin::detail
