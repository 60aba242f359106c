// Spells out arithmetic on bf16: in f32, each result rounded to bf16 by integer ops. LLVM would call a function of the compiler's
// runtime library for each rounding, or use vcvtneps2bf16, which takes subnormal numbers for zero. What then is left only moves bits,
// and does so as i16: where the processor has no bf16, LLVM would round even what a masked load gave.
//
//   %z = arith.addf %x, %y : bf16
// becomes
//   %a = arith.extf %x : bf16 to f32       // %x is an i16: a shift
//   %b = arith.extf %y : bf16 to f32
//   %c = arith.addf %a, %b : f32
//   %z = arith.truncf %c : f32 to bf16     // adds half a unit, or just less for an even one, and shifts: an i16 again
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace burin::compiler {
namespace {

Type withElement(Type type, Type element) {
  if (auto vector = dyn_cast<VectorType>(type)) return vector.clone(element);
  return element;
}

bool isBf16(Type type) { return getElementTypeOrSelf(type).isBF16(); }

// Ops that take an i16 for a bf16.
bool movesBits(Operation *op) { return isa<arith::ConstantOp, arith::BitcastOp, arith::SelectOp>(op); }
bool changesSign(Operation *op) { return isa<arith::NegFOp, math::AbsFOp, math::CopySignOp>(op); }

struct ExpandBf16 : PassWrapper<ExpandBf16, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ExpandBf16)
  StringRef getArgument() const override { return "burin-expand-bf16"; }
  StringRef getDescription() const override { return "spells out arithmetic on bf16 in f32 and integers"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<arith::ArithDialect>(); }

  void runOnOperation() override {
    SmallVector<Operation *> arithmetic, conversions, signs;
    getOperation()->walk([&](Operation *op) {
      if (!isa_and_nonnull<arith::ArithDialect, math::MathDialect>(op->getDialect()) && !isa<vector::ReductionOp, vector::FMAOp>(op))
        return;
      if (llvm::none_of(op->getOperandTypes(), isBf16) && llvm::none_of(op->getResultTypes(), isBf16)) return;
      if (isa<arith::ExtFOp, arith::TruncFOp>(op)) conversions.push_back(op);
      else if (changesSign(op)) signs.push_back(op);
      else if (!movesBits(op)) arithmetic.push_back(op);
    });
    for (Operation *op : arithmetic) widen(op, conversions);
    for (Operation *op : conversions) {
      OpBuilder b(op);
      Value x = op->getOperand(0);
      op->getResult(0).replaceAllUsesWith(isa<arith::ExtFOp>(op) ? extended(b, op->getLoc(), x, op->getResult(0).getType())
                                                                 : rounded(b, op->getLoc(), x, op->getResult(0).getType()));
      op->erase();
    }
    for (Operation *op : signs) {
      OpBuilder b(op);
      op->getResult(0).replaceAllUsesWith(withSign(b, op));
      op->erase();
    }
    keepAsIntegers(getOperation());
  }

  // The same op on f32 between conversions.
  static void widen(Operation *op, SmallVectorImpl<Operation *> &conversions) {
    OpBuilder b(op);
    auto single = [&](Type type) { return isBf16(type) ? withElement(type, b.getF32Type()) : type; };
    for (OpOperand &operand : op->getOpOperands()) {
      if (!isBf16(operand.get().getType())) continue;
      auto wide = arith::ExtFOp::create(b, op->getLoc(), single(operand.get().getType()), operand.get());
      conversions.push_back(wide);
      operand.set(wide);
    }
    b.setInsertionPointAfter(op);
    for (Value result : op->getResults()) {
      const Type type = result.getType();
      if (!isBf16(type)) continue;
      result.setType(single(type));
      auto narrow = arith::TruncFOp::create(b, op->getLoc(), type, result);
      conversions.push_back(narrow);
      result.replaceAllUsesExcept(narrow, narrow);
    }
  }

  // bf16 is the upper half of f32.
  static Value extended(OpBuilder &b, Location loc, Value x, Type to) {
    Type integer = withElement(x.getType(), b.getI32Type()), single = withElement(x.getType(), b.getF32Type());
    Value bits = arith::BitcastOp::create(b, loc, withElement(x.getType(), b.getI16Type()), x);
    bits = arith::ShLIOp::create(b, loc, arith::ExtUIOp::create(b, loc, integer, bits), constant(b, loc, integer, 16));
    Value result = arith::BitcastOp::create(b, loc, single, bits);
    return single == to ? result : arith::ExtFOp::create(b, loc, to, result);
  }

  // To the nearest, ties to even; NaN stays NaN.
  static Value rounded(OpBuilder &b, Location loc, Value x, Type to) {
    Type integer = withElement(to, b.getI32Type()), single = withElement(to, b.getF32Type());
    if (x.getType() != single)
      x = getElementTypeOrSelf(x.getType()).isF64() ? Value(arith::TruncFOp::create(b, loc, single, x))
                                                    : Value(arith::ExtFOp::create(b, loc, single, x));
    Value bits = arith::BitcastOp::create(b, loc, integer, x), sixteen = constant(b, loc, integer, 16);
    Value odd = arith::AndIOp::create(b, loc, arith::ShRUIOp::create(b, loc, bits, sixteen), constant(b, loc, integer, 1));
    Value up = arith::AddIOp::create(b, loc, bits, arith::AddIOp::create(b, loc, odd, constant(b, loc, integer, 0x7fff)));
    Value isNan = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, x, x);
    Value nan = arith::OrIOp::create(b, loc, bits, constant(b, loc, integer, 0x400000)); // quiet
    Value chosen = arith::SelectOp::create(b, loc, isNan, nan, up);
    Value half = arith::TruncIOp::create(b, loc, withElement(to, b.getI16Type()), arith::ShRUIOp::create(b, loc, chosen, sixteen));
    return arith::BitcastOp::create(b, loc, to, half);
  }

  // NaN keeps its payload.
  static Value withSign(OpBuilder &b, Operation *op) {
    Location loc = op->getLoc();
    Type integer = withElement(op->getResult(0).getType(), b.getI16Type());
    auto bits = [&](Value x) -> Value { return arith::BitcastOp::create(b, loc, integer, x); };
    Value sign = constant(b, loc, integer, 0x8000), magnitude = constant(b, loc, integer, 0x7fff), x = bits(op->getOperand(0));
    Value result;
    if (isa<arith::NegFOp>(op)) result = arith::XOrIOp::create(b, loc, x, sign);
    else result = arith::AndIOp::create(b, loc, x, magnitude);
    if (isa<math::CopySignOp>(op))
      result = arith::OrIOp::create(b, loc, result, arith::AndIOp::create(b, loc, bits(op->getOperand(1)), sign));
    return arith::BitcastOp::create(b, loc, op->getResult(0).getType(), result);
  }

  static void keepAsIntegers(Operation *root) {
    AttrTypeReplacer replacer;
    replacer.addReplacement([](BFloat16Type type) -> Type { return IntegerType::get(type.getContext(), 16); });
    replacer.addReplacement([](FloatAttr attribute) -> std::optional<Attribute> {
      if (!attribute.getType().isBF16()) return std::nullopt;
      return IntegerAttr::get(IntegerType::get(attribute.getContext(), 16), attribute.getValue().bitcastToAPInt());
    });
    replacer.addReplacement([](DenseElementsAttr attribute) -> std::optional<Attribute> {
      if (!attribute.getElementType().isBF16()) return std::nullopt;
      return attribute.bitcast(IntegerType::get(attribute.getContext(), 16));
    });
    SmallVector<arith::BitcastOp> bitcasts;
    root->walk([&](Operation *op) {
      const bool namesTypes = isa<CallKernelOp>(op); // for the kernel, which knows bf16
      replacer.replaceElementsIn(op, /*replaceAttrs=*/!namesTypes, /*replaceLocs=*/false, /*replaceTypes=*/true);
      if (auto bitcast = dyn_cast<arith::BitcastOp>(op)) bitcasts.push_back(bitcast);
    });
    for (arith::BitcastOp op : bitcasts) {
      if (op.getIn().getType() != op.getType()) continue;
      op.replaceAllUsesWith(op.getIn());
      op.erase();
    }
  }

  static Value constant(OpBuilder &b, Location loc, Type type, int64_t value) {
    auto element = IntegerAttr::get(getElementTypeOrSelf(type),
                                    APInt(getElementTypeOrSelf(type).getIntOrFloatBitWidth(), static_cast<uint64_t>(value)));
    if (auto vector = dyn_cast<VectorType>(type)) return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(vector, element));
    return arith::ConstantOp::create(b, loc, element);
  }
};

} // namespace

std::unique_ptr<Pass> createExpandBf16Pass() { return std::make_unique<ExpandBf16>(); }

} // namespace burin::compiler
