#pragma once
#include "llvm/ADT/StringRef.h"

namespace burin::compiler {

/// Whether code for processors without AVX-512 must do without `feature`.
bool isAvx512Feature(llvm::StringRef feature);

} // namespace burin::compiler
