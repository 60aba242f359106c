#pragma once
#include "runtime/Abi.h"
#include <span>
#include <string>

namespace burin::runtime {

/// What a compiled function does on the host at one place of the program: a print, a check, a call of the user's.
class EffectSite {
public:
  virtual ~EffectSite() = default;
  /// May throw: that fails the call. On the thread of the call; for many calls at once.
  virtual void run(std::span<const RuntimeTensor> tensors) const = 0;
  /// What `decode_site` (runtime/SiteCode.h) makes it again from; empty if it can't leave the process, as it calls the user's own code.
  virtual std::string encode() const { return {}; }
};

} // namespace burin::runtime
