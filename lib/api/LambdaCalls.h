#pragma once
#include "burin/detail/FunctionCore.h"

namespace burin::detail {

/// The calls of lambdas that are part of the thread's trace, innermost first.
class LambdaCalls {
public:
  /// Throws TraceError if they have a call of `core` with the signature of `arguments`, or if they are endless.
  static void require_new(const FunctionCore &core, const Arguments &arguments, const Body &body);
  /// For a call of `core` that wants the trace which this thread is making.
  [[noreturn]] static void throw_recursion(const FunctionCore &core, const Body &body);
};

} // namespace burin::detail
