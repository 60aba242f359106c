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

/// Throws what the call recorded, if anything.
inline void throw_failure(CallContext &context) {
  if (!context.failure) return;
  const std::unique_ptr<std::exception_ptr> failure(
      static_cast<std::exception_ptr *>(std::exchange(context.failure, nullptr)));
  std::rethrow_exception(*failure);
}

} // namespace burin::runtime
