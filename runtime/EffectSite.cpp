#include "runtime/EffectSite.h"
#include "runtime/Failure.h"

extern "C" void burin_rt_effect(burin::runtime::CallContext *context, std::int64_t site, const burin::runtime::RuntimeTensor *tensors,
                                std::int64_t count) noexcept {
  // After a failure later effects must not happen (rule E5).
  if (context->failure) return;
  try {
    context->sites[site]->run({tensors, static_cast<std::size_t>(count)});
  } catch (...) { burin::runtime::record_failure(*context); }
}
