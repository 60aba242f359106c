// Rewrites math functions into straight-line arithmetic, with the same bits at every vector width. Branches are for arguments that are
// rare, and the only call is to fmod, in one of them.
// One walk emits each function directly; every rounding is written out (fma only where math.fma stands, no fast-math flags).
// docs/numerics.md has the errors measured; the coefficients come from scripts/fit_math.py.
//
//   %y = math.exp %x : vector<16xf32>
// becomes
//   %t = math.fma %x, %log2e, %shift       // the integer nearest x log2(e), in the low bits of %t
//   %n = arith.subf %t, %shift
//   ...                                    // r = x - n log(2), a polynomial in r, then the factor 2^n
#include "compiler/lowering/MathExpansion.h"
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/MathFormulas.h"
#include "compiler/lowering/Philox.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;

namespace burin::compiler {

static Type withElementType(Type type, Type element) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? Type(vector.clone(element)) : element;
}

static void expand(Operation *op, const MathFormula &formula, const TargetInfo &target) {
  Type type = op->getResult(0).getType(), element = getElementTypeOrSelf(type);
  auto vector = dyn_cast<VectorType>(type);
  if ((type != element && !vector) || (vector && vector.isScalable())) return;
  bool half = isa<Float16Type, BFloat16Type>(element);
  if (!half && !isa<Float32Type, Float64Type>(element)) return;
  OpBuilder builder(op);
  Location loc = op->getLoc();
  Type computed = half ? withElementType(type, builder.getF32Type()) : type;
  SmallVector<Value> x(op->getOperands());
  if (half)
    for (Value &operand : x) operand = arith::ExtFOp::create(builder, loc, computed, operand);
  MathEmitter emitter(builder, loc, computed, target);
  Value y = formula(emitter, x);
  if (half) y = arith::TruncFOp::create(builder, loc, type, y);
  op->getResult(0).replaceAllUsesWith(y);
  op->erase();
}

void expandMath(Operation *root, const TargetInfo &target) {
  root->walk([&](Operation *op) {
    if (auto philox = dyn_cast<PhiloxOp>(op)) return expandPhilox(philox, target);
    if (!isa_and_nonnull<math::MathDialect>(op->getDialect()) &&
        !isa<SpecialFunctionOp, arith::MaximumFOp, arith::MinimumFOp, arith::RemFOp>(op))
      return;
    if (MathFormula formula = mathFormulaOf(op)) expand(op, formula, target);
  });
}

namespace {
struct ExpandMath : PassWrapper<ExpandMath, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ExpandMath)

  explicit ExpandMath(const TargetInfo &target) : target(target) { vectorBits = target.vectorBits; }
  ExpandMath(const ExpandMath &other) : PassWrapper(other), target(other.target) { copyOptionValuesFrom(&other); }

  StringRef getArgument() const override { return "burin-expand-math"; }
  StringRef getDescription() const override { return "expands math functions into straight-line arithmetic"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry
        .insert<arith::ArithDialect, math::MathDialect, memref::MemRefDialect, scf::SCFDialect, vector::VectorDialect, LLVM::LLVMDialect>();
  }
  void runOnOperation() override {
    TargetInfo chosen = target;
    chosen.vectorBits = vectorBits;
    chosen.avx512 = vectorBits == 512; // as hostTarget
    expandMath(getOperation(), chosen);
  }

  TargetInfo target;
  Option<int> vectorBits{*this, "vector-bits", llvm::cl::desc("width of the vector registers: 256, or 512 for AVX-512"),
                         llvm::cl::init(256)};
};
} // namespace

std::unique_ptr<Pass> createExpandMathPass(const TargetInfo &target) { return std::make_unique<ExpandMath>(target); }

} // namespace burin::compiler
