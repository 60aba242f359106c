#pragma once
#include "runtime/Abi.h"
#include <exception>
#include <memory>
#include <utility>

/// How an exception travels through compiled code, which it must not cross: recorded in the call's context, thrown
/// by the library after the call.
namespace burin::runtime {

/// To be called in a catch block. The first failure of a call wins.
inline void record_failure(CallContext &context) noexcept {
  if (!context.failure) context.failure = new std::exception_ptr(std::current_exception());
}

/// What the call recorded, null if nothing; forgotten there.
inline std::exception_ptr take_failure(CallContext &context) {
  const std::unique_ptr<std::exception_ptr> failure(
      static_cast<std::exception_ptr *>(std::exchange(context.failure, nullptr)));
  return failure ? *failure : nullptr;
}

/// Throws what the call recorded, if anything.
inline void throw_failure(CallContext &context) {
  if (const std::exception_ptr failure = take_failure(context)) std::rethrow_exception(failure);
}

} // namespace burin::runtime
