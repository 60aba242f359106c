#pragma once
#include "runtime/Abi.h"
#include <span>

namespace burin::runtime {

/// Finds out which op of a function has made a NaN or an infinity, once its code has seen that one has (Debug::CheckNumerics).
class NumericsSearch {
public:
  virtual ~NumericsSearch() = default;
  /// Throws CheckError if one of the checks of guard number `guard` fails. `tensors` are the guard's inputs. For many calls at once.
  virtual void run(std::int64_t guard, std::span<const RuntimeTensor> tensors) const = 0;
};

} // namespace burin::runtime
