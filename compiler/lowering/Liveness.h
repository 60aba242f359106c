#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace burin::compiler {

/// The steps of a function, one for each op of its body: when values are made and last read. What is within the regions of
/// an op is at the op's step: a loop's body may run again.
class Liveness {
public:
  explicit Liveness(mlir::Block &body);

  int64_t stepOf(mlir::Operation *op) const { return step.lookup(body.findAncestorOpInBlock(*op)); }
  /// The last step that reads the memory of `value` or of a view of it; 0 if none does.
  int64_t lastUse(mlir::Value value) const { return last.lookup(value); }

private:
  mlir::Block &body;
  llvm::DenseMap<mlir::Operation *, int64_t> step;
  llvm::DenseMap<mlir::Value, int64_t> last;
};

} // namespace burin::compiler
