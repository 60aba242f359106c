#pragma once
#include "runtime/Abi.h"
#include <span>

namespace burin::runtime {

/// What a compiled function does on the host at one place of the program: a print, a check, a call of the user's.
class EffectSite {
public:
  virtual ~EffectSite() = default;
  /// May throw: that fails the call. On the thread of the call; for many calls at once.
  virtual void run(std::span<const RuntimeTensor> tensors) const = 0;
};

} // namespace burin::runtime
