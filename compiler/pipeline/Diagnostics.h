#pragma once
#include "burin/Error.h"
#include "compiler/pipeline/Module.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace burin::compiler {

/// Collects what MLIR reports to a context. No exception may pass through its frames: `check` throws afterwards.
class Diagnostics {
public:
  explicit Diagnostics(mlir::MLIRContext &context)
      : handler(&context, [this](mlir::Diagnostic &diagnostic) {
          if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error) return mlir::success();
          llvm::raw_string_ostream stream(text);
          stream << (text.empty() ? "" : "; ") << describePlace(diagnostic.getLocation()) << ": " << diagnostic.str();
          return mlir::success();
        }) {}
  void check(bool succeeded, const std::string &what) const {
    if (!succeeded) throw CompileError("compile: " + what + " failed: " + text);
  }
  const std::string &message() const { return text; }

private:
  std::string text;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace burin::compiler
