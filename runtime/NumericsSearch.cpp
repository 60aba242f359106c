#include "runtime/NumericsSearch.h"
#include "runtime/Failure.h"

extern "C" void burin_rt_search_numerics(burin::runtime::CallContext *context, std::int64_t guard,
                                         const burin::runtime::RuntimeTensor *tensors, std::int64_t count) noexcept {
  try {
    context->search->run(guard, {tensors, static_cast<std::size_t>(count)});
  } catch (...) { burin::runtime::record_failure(*context); }
}
