#pragma once
#include "compiler/lowering/TargetInfo.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/ArrayRef.h"

namespace burin::compiler {

struct StageSettings {
  TargetInfo target;
  bool parallel = true;
  int64_t guard = -1; ///< CompileOptions::guard
  llvm::ArrayRef<int64_t> standIns; ///< CompileOptions::stand_ins
};

/// A named point of the pipeline, with the passes that lead to it from the one before.
struct Stage {
  llvm::StringLiteral name;
  llvm::StringLiteral meaning;
  void (*addPasses)(mlir::OpPassManager &passes, const StageSettings &settings); ///< null: not an MLIR stage
};

/// All stages in order. The pipeline, the dumps, the timing and the tools follow this table; there is no second list.
llvm::ArrayRef<Stage> stages();

/// Registers our passes, and one pipeline for each stage (`burin-stage-linalg`: all up to there), with burin-opt.
void registerPasses();

} // namespace burin::compiler
