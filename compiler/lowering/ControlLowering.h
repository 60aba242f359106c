#pragma once
#include "compiler/dialect/BurinDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace burin::compiler {

/// What control flow asks of the placement of buffers, which lowers the blocks of its regions.
class BlockPlacement {
public:
  virtual ~BlockPlacement() = default;
  virtual mlir::Value buffer(mlir::Value value) = 0;
  virtual void setBuffer(mlir::Value value, mlir::Value buffer) = 0;
  /// Says where `root`, which is yet to be lowered, is to be made.
  virtual void setTarget(mlir::Value root, mlir::Value buffer) = 0;
  /// Where `value` is wanted; null: anywhere.
  virtual mlir::Value wanted(mlir::Value value) = 0;
  /// Memory for a value that an op makes: where it is wanted, or anywhere.
  virtual mlir::Value destination(mlir::Value value) = 0;
  /// A scalar of the function's frame.
  virtual mlir::Value stackScalar(mlir::Type element, mlir::Location loc) = 0;
  /// Reserves bytes of the arena for as long as `result`, of the op being lowered, lives; gives their offset.
  virtual int64_t reserve(mlir::Value result) = 0;
  virtual mlir::Value arenaView(mlir::MemRefType type, mlir::Value offset, mlir::Location loc) = 0;
  virtual void lowerBlock(mlir::Block &block) = 0;
};

/// Lowers control flow over tensors to scf over buffers.
///
/// State of rank 0 lives on the stack, where LLVM makes registers of it. What each trip updates in place stays where it is;
/// other state has two buffers, which change places after each trip.
class ControlLowering {
public:
  ControlLowering(mlir::OpBuilder &builder, BlockPlacement &placement) : b(builder), placement(placement) {}

  /// Lowers `op` if it is one of control flow.
  bool lower(mlir::Operation *op);

private:
  /// An entry of a loop's state.
  struct Entry {
    mlir::MemRefType type;
    mlir::Value buffer;  ///< where it stays; null: it moves between two places of the arena, whose offsets the loop carries
    unsigned offset = 0; ///< then: the number of the current place's offset among the carried values; the next place's follows
  };

  void lowerIf(IfOp op);
  void lowerWhile(WhileOp op);
  void lowerFor(ForOp op);
  void lowerGetRow(GetRowOp op);
  void lowerSetRow(SetRowOp op);

  llvm::SmallVector<Entry> start(mlir::Operation *loop, mlir::ValueRange inits, mlir::ValueRange arguments, mlir::Block &body,
                                 llvm::SmallVectorImpl<mlir::Value> &carried);
  Entry startEntry(mlir::Value result, mlir::Value init, mlir::BlockArgument argument, mlir::Value next,
                   llvm::SmallVectorImpl<mlir::Value> &carried);
  void bind(llvm::ArrayRef<Entry> entries, mlir::ValueRange values, mlir::ValueRange carried);
  llvm::SmallVector<mlir::Value> lowerBody(mlir::Block &body, mlir::ValueRange arguments, llvm::ArrayRef<Entry> entries,
                                           mlir::ValueRange carried);
  void finish(mlir::Operation *loop, llvm::ArrayRef<Entry> entries, mlir::ValueRange carried);

  void copy(mlir::Value from, mlir::Value to, mlir::Location loc);
  mlir::Value load(mlir::Value value);
  mlir::Value loadIndex(mlir::Value value);
  mlir::Value loadCondition(mlir::Value value);
  mlir::Value rowOf(mlir::Value buffer, mlir::Value index, mlir::Location loc);

  mlir::OpBuilder &b;
  BlockPlacement &placement;
};

} // namespace burin::compiler
