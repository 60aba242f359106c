#include "burin/Error.h"
#include "runtime/Failure.h"
#include <string>

using namespace burin;

extern "C" void burin_rt_fail_index(runtime::CallContext *context, const char *message, std::int64_t index) noexcept {
  if (context->failure) return;
  try {
    std::string text = message;
    const std::size_t place = text.find("{}");
    if (place != std::string::npos) text.replace(place, 2, std::to_string(index));
    throw IndexError(text);
  } catch (...) { runtime::record_failure(*context); }
}

extern "C" void burin_rt_fail(runtime::CallContext *context, const char *message) noexcept {
  if (context->failure) return;
  try {
    throw Error(message);
  } catch (...) { runtime::record_failure(*context); }
}
