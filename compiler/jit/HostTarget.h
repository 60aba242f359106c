#pragma once
#include "llvm/ADT/StringMap.h"

namespace burin::compiler {

/// The processor's features, and whether it has them.
const llvm::StringMap<bool> &hostFeatures();

} // namespace burin::compiler
