#pragma once
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/LoopNest.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SmallBitVector.h"

namespace burin::compiler {

/// Stores 1 at `index` of `flag`, a buffer of bytes, if `condition` holds. A branch, and no store where it doesn't: tasks share flags.
void emitRaise(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value condition, mlir::Value flag, mlir::Value index);

/// Emits the body of a LoopNest for `lanes` neighbouring iterations of its last loop at once; for one, as scalars.
/// What does not change along that loop is computed once, as a scalar, and broadcast where a vector needs it.
class VectorBody {
public:
  /// `bases` has, for each input and then each output, the flat index of the element at the last loop's start. `indices` are
  /// the loops' indices, for each but the last.
  VectorBody(Frame &frame, const LoopNest &nest, llvm::ArrayRef<mlir::Value> bases, llvm::ArrayRef<mlir::Value> indices, int64_t lanes);

  /// Iterations may begin anywhere, not at multiples of `lanes` alone.
  void allowAnyStart() { startsAnywhere = true; }

  /// Stores of whole vectors to these outputs go past the caches (PastCaches.h). They begin at multiples of `elements`, a power of two, in
  /// memory that begins at a multiple of 64 bytes.
  void writePastCaches(const llvm::SmallBitVector &outputs, int64_t elements) {
    pastCaches = outputs;
    multiples = elements;
  }

  /// Loads inputs at iteration `iv` of the last loop and evaluates the body. `mask` (null: all) says which lanes exist.
  /// `preset` gives inputs that are known already, by input number (else null); a scalar is the same for all lanes.
  void emit(mlir::OpBuilder &builder, mlir::Value iv, mlir::Value mask, llvm::ArrayRef<mlir::Value> preset = {});

  /// The value of body value `value`, as a vector (a scalar if there is one lane).
  mlir::Value vector(mlir::OpBuilder &builder, mlir::Value value);
  /// Stores what the body yields to the outputs that aren't accumulated, and raises flags.
  void store(mlir::OpBuilder &builder, mlir::Value iv, mlir::Value mask);
  /// Flat index of operand `number` (inputs, then outputs) at iteration `iv`.
  mlir::Value address(mlir::OpBuilder &builder, unsigned number, mlir::Value iv);

private:
  struct Element {
    mlir::Value value;
    bool uniform = false; ///< a scalar, the same for all lanes
    bool consecutive = false; ///< each lane is one more than the lane before
  };
  const Access &access(unsigned number) const;
  Element load(mlir::OpBuilder &builder, unsigned number, mlir::Value iv, mlir::Value mask);
  void emitBlock(mlir::OpBuilder &builder, mlir::Block &block, mlir::Value iv, mlir::Value mask);
  void emitLoop(mlir::OpBuilder &builder, mlir::scf::ForOp op, mlir::Value iv, mlir::Value mask);
  using State = llvm::SmallVector<mlir::Value>;
  State emitTrips(mlir::OpBuilder &builder, mlir::scf::ForOp op, mlir::Value iv, mlir::Value mask, mlir::Value count,
                  mlir::ValueRange state);
  State emitTripsUntilRepeated(mlir::OpBuilder &builder, mlir::scf::ForOp op, mlir::Value iv, mlir::Value mask, mlir::Value count,
                               mlir::ValueRange state);
  mlir::Value anyDifference(mlir::OpBuilder &builder, mlir::ValueRange before, mlir::ValueRange after, mlir::Value mask);
  Element evaluate(mlir::OpBuilder &builder, mlir::Operation *op, mlir::Value iv, mlir::Value mask);
  bool isConsecutive(mlir::Operation *op);
  Element evaluatePhilox(mlir::OpBuilder &builder, PhiloxOp op, mlir::Value iv);
  Element evaluateIndex(mlir::OpBuilder &builder, mlir::linalg::IndexOp op, mlir::Value iv);
  Element evaluateLoad(mlir::OpBuilder &builder, mlir::memref::LoadOp op, mlir::Value mask);
  mlir::Value laneNumbers(mlir::OpBuilder &builder);
  mlir::Value gather(mlir::OpBuilder &builder, mlir::Value flat, mlir::Value base, mlir::Value indices, mlir::Value mask);
  mlir::Value broadcast(mlir::OpBuilder &builder, const Element &element);
  int64_t alignmentOf(const Access &output) const;
  void raise(mlir::OpBuilder &builder, const Flag &flag, mlir::Value iv, mlir::Value mask);

  Frame &frame;
  const LoopNest &nest;
  llvm::SmallVector<mlir::Value> bases, indices;
  int64_t lanes;
  bool startsAnywhere = false;
  llvm::SmallBitVector pastCaches;
  int64_t multiples = 1; // of elements at which those begin
  mlir::Location loc;
  llvm::DenseMap<mlir::Value, Element> elements;
};

} // namespace burin::compiler
