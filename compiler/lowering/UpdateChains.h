#pragma once
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/Liveness.h"

namespace burin::compiler {

/// Which updates of a block write over their target, since nothing reads that any more. Their results are made in the memory
/// of the first target of such a chain.
class UpdateChains {
public:
  UpdateChains() = default;
  /// `written` has arguments that may be written over, each with the root at which a chain that begins with it must end.
  UpdateChains(mlir::Block &block, const Liveness &liveness, llvm::ArrayRef<std::pair<mlir::BlockArgument, mlir::Value>> written);

  bool isInPlace(UpdateOp op) const { return targets.contains(op.getResult()); }
  /// The value in whose memory `root` is made: itself, unless an update makes it in place.
  mlir::Value origin(mlir::Value root) const;
  /// The last step that reads a value that is made in `root`'s memory; 0 if there is none.
  int64_t lastUse(mlir::Value root) const { return last.lookup(root); }

private:
  llvm::DenseMap<mlir::Value, mlir::Value> targets; // result of an update in place -> root of its target
  llvm::DenseMap<mlir::Value, int64_t> last;
};

} // namespace burin::compiler
