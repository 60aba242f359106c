#pragma once
#include "llvm/ADT/StringRef.h"
#include <string>

namespace burin::compiler {

/// Of types of tensors.
enum class Extents { Static, MayBeDynamic };

/// What is wrong with bytecode that anybody may have written; nothing if MLIR's reader, which trusts counts, indices and sizes, may have
/// it. `textObjection` says what is wrong with a type that is written as text.
std::string objectionToBytecode(llvm::StringRef bytes, std::string (*textObjection)(llvm::StringRef text), Extents extents);

} // namespace burin::compiler
