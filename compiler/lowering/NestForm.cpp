#include "compiler/lowering/NestForm.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace burin::compiler {

// MLIR has no vectors of complex numbers.
static bool hasComplex(const LoopNest &nest) {
  auto isComplex = [](Type type) { return isa<ComplexType>(getElementTypeOrSelf(type)); };
  return llvm::any_of(nest.op->getOperandTypes(), isComplex) ||
         llvm::any_of(nest.body(), [&](Operation &op) { return llvm::any_of(op.getResultTypes(), isComplex); });
}

Form formOf(const LoopNest &nest, unsigned shared) {
  const size_t own = nest.loops.size() - shared;
  if (own == 0 || nest.irregular || hasComplex(nest)) return Form::Scalar;
  int64_t reductions = 0;
  for (const auto &loop : ArrayRef(nest.loops).drop_front(shared)) reductions += loop.reduction;
  for (auto [i, output] : llvm::enumerate(nest.outputs))
    if (output.strides.back() != 1 && !nest.isFlag(static_cast<unsigned>(i)) &&
        !(nest.loops.back().reduction && output.strides.back() == 0))
      return Form::Scalar;
  if (reductions == 0) return Form::Parallel;
  if (reductions > 1) return Form::Scalar;
  if (nest.loops.back().reduction) return Form::Row;
  return own >= 2 && nest.loops[nest.loops.size() - 2].reduction ? Form::Column : Form::Scalar;
}

// The widest element among the operands, which decides how many fit into a register. An i1 or i8 beside floats is no reason
// for shorter vectors, and what is the same in all lanes needs none.
static int64_t elementBits(const LoopNest &nest) {
  unsigned bits = 8;
  // What a loop in the body carries decides: numbers of trips are the same for all lanes.
  nest.body().walk([&](scf::ForOp loop) {
    for (Type type : loop.getResultTypes()) bits = std::max(bits, type.getIntOrFloatBitWidth());
  });
  if (bits > 8) return bits;
  auto look = [&](const Access &access) {
    if (access.isScalar || access.isNumbering || llvm::all_of(access.strides, [](int64_t stride) { return stride == 0; })) return;
    bits = std::max(bits, getElementTypeOrSelf(access.buffer.getType()).getIntOrFloatBitWidth());
  };
  llvm::for_each(nest.inputs, look);
  llvm::for_each(nest.outputs, look);
  nest.body().walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      if (type.isIntOrFloat()) bits = std::max(bits, type.getIntOrFloatBitWidth());
  });
  return bits;
}

// How many registers a vector takes: more than one where each trip of a loop in the body waits for the one before, so that several
// elements' trips run side by side. What math functions expand to fills the waiting time by itself.
static int64_t registersOf(const LoopNest &nest, const TargetInfo &target) {
  int64_t state = 0;
  bool isLong = false;
  nest.body().walk([&](Operation *op) {
    if (isa<scf::ForOp>(op)) state += op->getNumResults();
    isLong |= isa<math::MathDialect>(op->getDialect()) && !isa<math::AbsFOp, math::FmaOp, math::SqrtOp>(op);
  });
  if (state == 0 || isLong) return 1;
  const int64_t fits = target.vectorRegisters / 8; // of the state, what it is computed by, and what stays the same
  return state <= std::max<int64_t>(2, fits - 1) ? 4 : state <= 4 ? 2 : 1;
}

int64_t fullLanes(const LoopNest &nest, const TargetInfo &target) {
  return target.lanes(static_cast<int>(elementBits(nest))) * registersOf(nest, target);
}

int64_t lanesOf(const LoopNest &nest, const TargetInfo &target) {
  int64_t lanes = fullLanes(nest, target);
  while (lanes > 1 && lanes / 2 >= nest.loops.back().extent) lanes /= 2; // a short row needs no wide vector
  return lanes;
}

int64_t unrollOf(const LoopNest &nest) {
  if (nest.drawsInBulk) return 4;
  return nest.bodyCost <= 8 ? 4 : nest.bodyCost <= 24 ? 2 : 1;
}

int64_t mostRowCopies(const LoopNest &nest) { return std::max<int64_t>(unrollOf(nest), 4); }
int64_t rowCopies(const LoopNest &nest, int64_t lanes) {
  return std::clamp<int64_t>(nest.loops.back().extent / lanes, 1, mostRowCopies(nest));
}

} // namespace burin::compiler
