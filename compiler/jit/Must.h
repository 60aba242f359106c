#pragma once
#include "burin/Error.h"
#include "llvm/Support/Error.h"

namespace burin::compiler {

/// What LLVM gives, or a CompileError with its message.
template <class T> T must(llvm::Expected<T> value) {
  if (!value) throw CompileError("code generation: " + llvm::toString(value.takeError()));
  return std::move(*value);
}
inline void must(llvm::Error error) {
  if (error) throw CompileError("code generation: " + llvm::toString(std::move(error)));
}

} // namespace burin::compiler
