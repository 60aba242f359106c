// Finds the place of the greatest or least element in two reductions, which run over vectors and join what is around them.
//
//   %i = argmax %x {axis = 1}   ->   %m = reduce_max %x axes [1] ; %hit = %x == %m or %x != %x
//                                    %i = cast(reduce_min(where %hit, iota, 2^31 - 1) axes [1])
//
// One reduction that carries a value and its place would have each element wait for the one before. A NaN is found since %m is one then.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <limits>

using namespace mlir;

namespace burin::compiler {
namespace {

class Expansion {
public:
  explicit Expansion(Operation *op)
      : b(op), loc(op->getLoc()), op(op), x(op->getOperand(0)), axis(op->getAttrOfType<IntegerAttr>("axis").getInt()) {}

  void run() {
    Value best = isa<ArgmaxOp>(op) ? reduced<ReduceMaxOp>(x, true) : reduced<ReduceMinOp>(x, true);
    Value hit = EqualOp::create(b, loc, x, best);
    if (isa<FloatType>(elementOf(x))) hit = LogicalOrOp::create(b, loc, hit, NotEqualOp::create(b, loc, x, x));
    Value first =
        reduced<ReduceMinOp>(WhereOp::create(b, loc, hit, places(), nowhere()), op->getAttrOfType<BoolAttr>("keep_dims").getValue());
    Type wanted = elementOf(op->getResult(0));
    if (elementOf(first) != wanted) first = CastOp::create(b, loc, first, wanted);
    op->getResult(0).replaceAllUsesWith(first);
    op->erase();
  }

private:
  static Type elementOf(Value value) { return cast<RankedTensorType>(value.getType()).getElementType(); }
  int64_t extent() const { return cast<RankedTensorType>(x.getType()).getDimSize(axis); }

  template <class Reduction> Value reduced(Value value, bool keep) {
    return Reduction::create(b, loc, value, b.getDenseI64ArrayAttr({axis}), b.getBoolAttr(keep));
  }

  // Twice as many narrow integers fit into a vector.
  IntegerType placeType() { return b.getIntegerType(extent() < std::numeric_limits<int32_t>::max() ? 32 : 64); }

  // Of all elements, so that it is part of the loops over them.
  Value places() {
    auto shape = cast<RankedTensorType>(x.getType()).getShape();
    return IotaOp::create(b, loc, b.getDenseI64ArrayAttr(shape), b.getI64IntegerAttr(axis), TypeAttr::get(placeType()));
  }

  Value nowhere() {
    Attribute greatest = b.getIntegerAttr(placeType(), APInt::getSignedMaxValue(placeType().getWidth()));
    return ConstantOp::create(b, loc, DenseElementsAttr::get(RankedTensorType::get({}, placeType()), greatest));
  }

  OpBuilder b;
  Location loc;
  Operation *op;
  Value x;
  int64_t axis;
};

struct ExpandArgReductions : PassWrapper<ExpandArgReductions, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ExpandArgReductions)
  StringRef getArgument() const override { return "burin-expand-arg-reductions"; }
  StringRef getDescription() const override { return "find places of extrema in two reductions"; }
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<ArgmaxOp, ArgminOp>(op)) ops.push_back(op);
    });
    for (Operation *op : ops) Expansion(op).run();
  }
};

} // namespace

std::unique_ptr<Pass> createExpandArgReductionsPass() { return std::make_unique<ExpandArgReductions>(); }

} // namespace burin::compiler
