#pragma once
#include "burin/DType.h"
#include <string>

namespace burin::detail {

/// A finite number of any floating dtype, exact in `value`.
struct Float {
  DType dtype;
  double value;
};

/// Whether trailing zeros, and the point, stay.
enum class Trim {
  KeepPoint, ///< `1.` of 1.000
  KeepZero,  ///< `1.0`
  All,       ///< `1`
};

/// In positional notation with the fewest digits that tell the number from its neighbours, but at most `precision` behind the
/// point (-1: as many as it takes).
std::string positional(Float number, int precision, Trim trim);

/// In scientific notation with the fewest digits that tell the number from its neighbours, but at most `precision` behind the
/// point (-1: as many as it takes).
std::string scientific(Float number, int precision, Trim trim);

/// In scientific notation with exactly `precision` digits behind the point.
std::string scientific_fixed(Float number, int precision);

} // namespace burin::detail
