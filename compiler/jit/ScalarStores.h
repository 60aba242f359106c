#pragma once
#include "llvm/IR/PassManager.h"

namespace burin::compiler {

/// Makes scalar stores of masked ones whose mask is known to have one lane. LLVM 22 would do so after it has merged a truncation into the
/// store, and then stores what wasn't truncated: four bytes of an i32, for an i16 (llvm-project issue 179489).
struct ScalarStores : llvm::PassInfoMixin<ScalarStores> {
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &);
};

} // namespace burin::compiler
