#pragma once
#include "compiler/lowering/Frame.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace burin::compiler {

/// Where an operand's element lies: `offset + sum of strides[d] * loop d`, counted in elements of a flat buffer.
struct Access {
  mlir::Value buffer; ///< memref of the source function; or a scalar, then `isScalar`
  bool isScalar = false;
  bool isNumbering = false; ///< there is no memory: an element is its own flat index
  int64_t offset = 0;
  llvm::SmallVector<int64_t> strides; ///< one for each loop

  /// Whether neighbours follow each other in the last loop, which always starts at a multiple of `elements`.
  bool isContiguousFromMultiplesOf(int64_t elements) const;
};

/// An output that a reduction accumulates: `combiner` takes what it holds and `contribution`.
struct Accumulation {
  unsigned output = 0;
  mlir::Operation *combiner = nullptr;
  mlir::Value contribution; ///< of the body
};

/// An output that is one byte for all elements: it becomes 1 where `condition`, of the body, holds for any (burin.raise_flag).
struct Flag {
  unsigned output = 0;
  mlir::Value condition;
};

/// A linalg op on buffers, as loops with constant bounds and flat addresses.
struct LoopNest {
  struct Loop {
    int64_t extent = 0;
    bool reduction = false;
    llvm::SmallVector<unsigned> dims; ///< dimensions of the op that this loop runs over; several if they were joined
  };

  mlir::linalg::LinalgOp op;
  llvm::SmallVector<Loop> loops;
  llvm::SmallVector<Access> inputs, outputs;
  llvm::SmallVector<Accumulation> accumulations;
  llvm::SmallVector<Flag> flags;
  bool usesIndices = false;   ///< the body asks for loop indices, or loads by itself
  bool drawsInBulk = false;   ///< random numbers, so many that vectors of several registers are worth the time they take to compile
  bool irregular = false;     ///< a reduction whose combiner isn't one simple op: scalar loops
  int64_t bodyCost = 0;       ///< instructions for one element, roughly

  mlir::Block &body() const { return op->getRegion(0).front(); }
  int64_t iterations(unsigned firstLoop = 0) const;
  bool isFlag(unsigned output) const {
    return llvm::any_of(flags, [&](const Flag &flag) { return flag.output == output; });
  }
};

/// Analyses `op`. The first `shared` dimensions become the first loops and are never joined with others.
LoopNest analyze(mlir::linalg::LinalgOp op, int64_t shared);

} // namespace burin::compiler
