#pragma once
#include "compiler/lowering/LoopNest.h"
#include "compiler/lowering/TargetInfo.h"

namespace burin::compiler {

/// Inputs of a nest whose neighbours lie along another of its loops than the last. Loaded lane by lane they would touch a cache line for
/// each element. They are loaded along that loop and turned in registers, in squares, into a block of memory that stays in the first-level
/// cache, so that each line that they lie in, and each that is written, is touched once.
///
///   for block of rows() iterations of t               // loop()
///     for l in steps of lanes                         // the last loop
///       for each square of the block: scratch[t, l] = x[l, t]
///       for t of the block: the body, with scratch[t, l...]
class TurnedInputs {
public:
  TurnedInputs() = default;
  /// Finds them among the inputs of `nest`, of whose loops the first `shared` ones don't count; none where it doesn't pay.
  TurnedInputs(const LoopNest &nest, unsigned shared, int64_t lanes, const TargetInfo &target);

  explicit operator bool() const { return !inputs.empty(); }
  /// The loop that they have neighbours along.
  size_t loop() const { return along; }
  /// How many iterations of it are a block: as many as a cache line has elements, or more.
  int64_t rows() const { return block; }

  /// Makes room on the stack, in the entry block.
  void reserveMemory(mlir::OpBuilder &builder);
  /// Fills it with iterations of loop() from `row` on, a multiple of rows(), and lanes from `iv` on, which all exist if they are `whole`.
  /// Beyond the end of either, there is some value. `bases` are the flat indices of each input where loop() and the last loop begin.
  void turn(mlir::OpBuilder &builder, Frame &frame, llvm::ArrayRef<mlir::Value> bases, mlir::Value row, mlir::Value iv, bool whole) const;
  /// What it has of iteration `row` of the block, by input number; null: not turned.
  llvm::SmallVector<mlir::Value> load(mlir::OpBuilder &builder, mlir::Value row) const;

private:
  int64_t squareOf(unsigned input) const;

  const LoopNest *nest = nullptr;
  int64_t lanes = 1, block = 1, registerBits = 128;
  size_t along = 0;
  llvm::SmallVector<unsigned> inputs;
  llvm::SmallVector<mlir::Value> memory; ///< for each of them
};

} // namespace burin::compiler
