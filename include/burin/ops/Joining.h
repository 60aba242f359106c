#pragma once
#include "burin/Operand.h"
#include <optional>

/// Tensors put together, cut up, and repeated. What all ops throw stands in burin/Ops.h; besides, each throws IndexError if an
/// axis is out of range or listed twice.
namespace burin {

/// The operands one behind the other along `axis`. They promote and agree in all other extents.
Tensor concat(const Operands &parts, int axis = 0);
/// `concat` under its other name.
Tensor concatenate(const Operands &parts, int axis = 0);
/// The operands, of one shape, one behind the other along a new dimension `axis` of the result. They promote.
Tensor stack(const Operands &parts, int axis = 0);
/// The slices of x along `axis`, without that dimension.
std::vector<Tensor> unstack(const Operand &x, int axis = 0);
/// x cut into `sections` equal parts along `axis`. Throws ShapeError if its extent is no multiple of them.
std::vector<Tensor> split(const Operand &x, std::int64_t sections, int axis = 0);
/// x cut along `axis` before each of `positions`; negative ones count from the end, and those past either end are clipped.
std::vector<Tensor> split(const Operand &x, const Integers &positions, int axis = 0);

/// x `repetitions[i]` times behind itself along dimension i. If there are fewer of them than dimensions they are for the last
/// ones; if there are more, x gets leading dimensions of extent 1. Throws ShapeError for a negative one.
Tensor tile(const Operand &x, const Integers &repetitions);
/// Each element `count` times: along `axis`, or of x flattened. Throws ShapeError if `count` is negative.
Tensor repeat(const Operand &x, std::int64_t count, std::optional<int> axis = {});
/// Element i `counts[i]` times. Throws ShapeError unless there is a count, not negative, for each element along `axis`.
Tensor repeat(const Operand &x, const Integers &counts, std::optional<int> axis = {});
/// x in reverse order along `axes` (all axes when empty).
Tensor flip(const Operand &x, const Axes &axes = {});
/// x with each element moved `shift` places on along `axes`, in row-major order if there are none; those past the end go to the
/// beginning. An axis that is listed twice counts twice.
Tensor roll(const Operand &x, std::int64_t shift, const Axes &axes = {});
/// The same along each of `axes` by its own shift. Throws ShapeError unless there are as many shifts as axes.
Tensor roll(const Operand &x, const Integers &shifts, const Axes &axes);

/// How many elements `pad` puts before and after those of a dimension.
struct PadWidth {
  std::int64_t before = 0, after = 0;
};
/// What `pad` puts there.
enum class PadMode {
  Constant, ///< one value
  Edge,     ///< the first, or the last, element
  Reflect,  ///< the elements as in a mirror that stands on the first, or the last, one: c b | a b c | b a
  Wrap,     ///< the elements from the other end on: b c | a b c | a b
};
/// x with more elements around it; one width stands for all dimensions. `value` is for PadMode::Constant alone, and takes x's
/// dtype.
///
/// Throws ShapeError for a negative width, for another number of widths, and for PadMode other than Constant along a dimension
/// without elements.
Tensor pad(const Operand &x, const std::vector<PadWidth> &widths, PadMode mode = PadMode::Constant, const Operand &value = 0);

} // namespace burin
