#pragma once
#include <string>
#include <vector>

namespace burin {

/// One difference between two signatures of a function.
struct SignatureDifference {
  enum class Kind {
    DType,
    Rank,
    Extent,       ///< of dimension `dimension`
    StaticValue,  ///< of a bool, number, enum or string
    Structure,    ///< another C++ type, another number of elements, other keys, an optional that is there or isn't
    AliasPattern, ///< which of the variables are the same one
  };
  Kind kind = Kind::Structure;
  std::string argument; ///< "argument 1[0]", "argument 0.second", "argument 2['w']"
  int dimension = -1;
  std::string before, after;
  std::string text; ///< "argument 1: dim 0 was 32, now 33"
};

/// One trace of a function: a signature that it was compiled for.
struct TraceRecord {
  std::string signature; ///< "(f32[32,10], true)"
  /// Why there had to be a new trace: the differences from the nearest earlier signature. Empty for the first one.
  std::vector<SignatureDifference> differences;
};

} // namespace burin
