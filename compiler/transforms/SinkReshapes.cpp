// Moves a reshape that adds or drops dimensions of extent 1 from a product to behind the elementwise ops that follow, so that these
// become the product's epilogue. A product with a vector is the usual case.
//
//   %1 = matmul %v, %w : 1x64 ; %2 = reshape %1 : 64 ; %3 = add %2, %b
//     -> %0 = reshape %b : 1x64 ; %1 = matmul %v, %w ; %2 = add %1, %0 : 1x64 ; %3 = reshape %2 : 64
#include "compiler/dialect/BurinDialect.h"
#include "compiler/transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace burin::compiler {
namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

SmallVector<int64_t> withoutOnes(RankedTensorType type) {
  return llvm::to_vector(llvm::make_filter_range(type.getShape(), [](int64_t extent) { return extent != 1; }));
}

Value reshaped(OpBuilder &b, Value value, ArrayRef<int64_t> shape) {
  while (auto reshape = value.getDefiningOp<ReshapeOp>()) value = reshape.getX();
  if (typeOf(value).getShape() == shape) return value;
  auto type = RankedTensorType::get(shape, typeOf(value).getElementType());
  if (auto constant = value.getDefiningOp<ConstantOp>())
    return ConstantOp::create(b, value.getLoc(), cast<DenseElementsAttr>(constant.getValue()).reshape(type));
  return ReshapeOp::create(b, value.getLoc(), type, value, shape);
}

class ReshapeSinking {
public:
  void visit(Operation *op) {
    if (isa<MatmulOp>(op)) products.insert(op->getResult(0));
    else if (isa<ElementwiseInterface>(op)) sink(op);
  }

private:
  // The product, or what was computed from one elementwise, that only `operand` reads, under another shape; else null.
  Value productBehind(Value operand) {
    Value value = operand;
    while (auto reshape = value.getDefiningOp<ReshapeOp>()) {
      if (!value.hasOneUse()) return {};
      value = reshape.getX();
    }
    const bool isProduct = value != operand && value.hasOneUse() && products.contains(value);
    return isProduct && withoutOnes(typeOf(value)) == withoutOnes(typeOf(operand)) ? value : Value();
  }

  void sink(Operation *op) {
    ArrayRef<int64_t> shape = typeOf(op->getResult(0)).getShape();
    if (shape.empty()) return; // numbers broadcast: they would not make the op's result have the product's dimensions
    Value product;
    for (Value operand : op->getOperands()) {
      if (products.contains(operand) && typeOf(operand).getShape() == shape) products.insert(op->getResult(0));
      if (typeOf(operand).getNumElements() > 1 && typeOf(operand).getShape() != shape) return;
      if (Value found = product ? Value() : productBehind(operand)) product = found;
    }
    if (!product || product.getParentBlock() != op->getBlock()) return;
    ArrayRef<int64_t> target = typeOf(product).getShape();
    IRMapping mapping;
    for (Value operand : op->getOperands()) {
      if (typeOf(operand).getRank() == 0) continue;
      // As early as can be: a cluster takes an op whose operands were there before it.
      OpBuilder b(op);
      b.setInsertionPointAfterValue(operand);
      const bool isNumber = typeOf(operand).getNumElements() == 1 && typeOf(operand).getShape() != shape;
      mapping.map(operand, reshaped(b, operand, isNumber ? ArrayRef<int64_t>() : target));
    }
    OpBuilder b(op);
    Operation *moved = b.clone(*op, mapping);
    Value result = moved->getResult(0);
    result.setType(RankedTensorType::get(target, typeOf(op->getResult(0)).getElementType()));
    products.insert(result);
    op->getResult(0).replaceAllUsesWith(reshaped(b, result, shape));
    dead.insert(op);
  }

  llvm::DenseSet<Value> products;

public:
  llvm::SetVector<Operation *> dead;
};

struct SinkReshapes : PassWrapper<SinkReshapes, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SinkReshapes)
  StringRef getArgument() const override { return "burin-sink-reshapes"; }
  StringRef getDescription() const override { return "move reshapes of products behind the elementwise ops that follow"; }
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) { ops.push_back(op); });
    ReshapeSinking sinking;
    for (Operation *op : ops) sinking.visit(op);
    for (Operation *op : llvm::reverse(sinking.dead)) op->erase();
    SmallVector<ReshapeOp> reshapes;
    getOperation().walk([&](ReshapeOp op) { reshapes.push_back(op); });
    for (ReshapeOp op : llvm::reverse(reshapes))
      if (op->use_empty()) op.erase();
  }
};

} // namespace

std::unique_ptr<Pass> createSinkReshapesPass() { return std::make_unique<SinkReshapes>(); }

} // namespace burin::compiler
