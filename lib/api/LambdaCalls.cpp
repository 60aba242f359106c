#include "lib/api/LambdaCalls.h"
#include "lib/api/Errors.h"
#include "lib/api/FunctionCore.h"
#include "lib/trace/Trace.h"

namespace burin::detail {

// A call knows its trace's thread only: the chain crosses traces where a lambda asks for another function's `concrete`.
static thread_local const LambdaCall *innermost = nullptr;

static constexpr int kDeepest = 256; // far beyond what anybody unrolls, and within a thread's stack

/// "power(f32[2], 3)"
static std::string call_text(const FunctionCore &core, const Body &body) {
  Describer description;
  body.describe(description);
  return core.name() + description.signature();
}

LambdaCall::LambdaCall(const FunctionCore &core, const Arguments &arguments, const Body &body)
    : core_(core), arguments_(arguments), body_(body), is_traced_(current_trace() != nullptr) {
  if (!is_traced_) return;
  LambdaCalls::require_new(core, arguments, body);
  outer_ = std::exchange(innermost, this);
}

LambdaCall::~LambdaCall() {
  if (is_traced_) innermost = outer_;
}

void LambdaCalls::require_new(const FunctionCore &core, const Arguments &arguments, const Body &body) {
  int depth = 0;
  for (const LambdaCall *call = innermost; call; call = call->outer_) {
    if (&call->core_ == &core && Signature(call->arguments_).matches(arguments)) throw_recursion(core, body);
    if (++depth == kDeepest)
      throw_error<TraceError>(core.name(), core.location(), "calls of functions are ", kDeepest,
                              " deep while they are traced, the last one ", call_text(core, body),
                              ": a recursion must end on a static argument");
  }
}

void LambdaCalls::throw_recursion(const FunctionCore &core, const Body &body) {
  std::string chain = call_text(core, body);
  for (const LambdaCall *call = innermost; call; call = call->outer_) chain = call_text(call->core_, call->body_) + " -> " + chain;
  throw_error<TraceError>(core.name(), core.location(), "called with the same signature while it is traced: ", chain,
                          "; a recursion must end on a static argument");
}

} // namespace burin::detail
