#pragma once
#include "mlir/IR/Block.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

namespace burin::compiler {

/// An op with all that is in its regions.
std::size_t lengthOf(mlir::Operation *op);
/// Whether it is memory on the stack.
bool isStack(mlir::Operation *op);

/// The ops of a block, cut into runs of a given length or more, which can stand in functions of their own. One run uses nothing that is
/// made in another but what floats: pure ops that cost next to nothing and depend on nothing else, which may stand in several.
class BlockRuns {
public:
  BlockRuns(mlir::Block &block, std::size_t length);

  bool floats(mlir::Operation *op) const { return floating.contains(op); }
  /// Of all ops that don't float but the terminator, in order. Memory on the stack, and views of it, stand with what uses them first.
  llvm::ArrayRef<llvm::SmallVector<mlir::Operation *>> get() const { return runs; }

private:
  enum class Role { Floating, OnStack, Work };
  Role roleOf(mlir::Operation *op) const;
  void list(mlir::Operation *op);
  void listStackBefore(mlir::Operation *op);
  void cut(std::size_t length);

  mlir::Block &block;
  llvm::DenseSet<mlir::Operation *> floating, onStack;
  llvm::SmallVector<mlir::Operation *> work; // all but those that float, in order
  llvm::DenseMap<mlir::Operation *, std::size_t> place;
  llvm::SmallVector<llvm::SmallVector<mlir::Operation *>> runs;
};

} // namespace burin::compiler
