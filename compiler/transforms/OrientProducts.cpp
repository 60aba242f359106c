// Transposes a matrix once, before the loop that multiplies it with a vector in each trip: the product's inner loop then runs over
// neighbouring results, where it would sum across the lanes of a vector for each.
//
//   burin.for { %1 = matmul %w, %v : (64x64, 64x1) -> 64x1 }
//     -> %t = transpose %w ; burin.for { %0 = reshape %v : 1x64 ; %1 = matmul %0, %t : (1x64, 64x64) -> 1x64 ; %2 = reshape %1 : 64x1 }
#include "compiler/dialect/BurinDialect.h"
#include "compiler/transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace burin::compiler {
namespace {

// Sums and results below this fit a few vectors either way.
constexpr int64_t kLeastExtent = 16;

bool isLoop(Operation *op) { return isa_and_present<ForOp, WhileOp>(op); }

// The outermost loop around `op` that `value` comes from outside of; null if there is none.
Operation *loopWithout(Value value, Operation *op) {
  Operation *found = nullptr;
  for (Operation *around = op->getParentOp(); around && !isa<func::FuncOp>(around); around = around->getParentOp()) {
    if (around->isAncestor(value.getParentRegion()->getParentOp())) break;
    if (isLoop(around)) found = around;
  }
  return found;
}

Value reshaped(OpBuilder &b, Location loc, Value value, ArrayRef<int64_t> shape) {
  auto type = RankedTensorType::get(shape, cast<RankedTensorType>(value.getType()).getElementType());
  return ReshapeOp::create(b, loc, type, value, shape);
}

Value transposedBefore(Operation *loop, Value matrix) {
  if (auto transpose = matrix.getDefiningOp<TransposeOp>()) return transpose.getX();
  auto type = cast<RankedTensorType>(matrix.getType());
  OpBuilder b(loop);
  auto result = RankedTensorType::get({type.getDimSize(1), type.getDimSize(0)}, type.getElementType());
  return TransposeOp::create(b, loop->getLoc(), result, matrix, ArrayRef<int64_t>{1, 0});
}

void orient(MatmulOp op) {
  auto matrix = cast<RankedTensorType>(op.getLhs().getType()), vector = cast<RankedTensorType>(op.getRhs().getType());
  if (matrix.getRank() != 2 || vector.getRank() != 2 || vector.getDimSize(1) != 1) return;
  const int64_t rows = matrix.getDimSize(0), depth = matrix.getDimSize(1);
  if (rows < kLeastExtent || depth < kLeastExtent || !isa<FloatType>(matrix.getElementType())) return;
  Operation *loop = loopWithout(op.getLhs(), op);
  if (!loop || !loop->isAncestor(op.getRhs().getParentRegion()->getParentOp())) return;
  OpBuilder b(op);
  Value row = reshaped(b, op.getLoc(), op.getRhs(), {1, depth}), transposed = transposedBefore(loop, op.getLhs());
  auto type = RankedTensorType::get({1, rows}, matrix.getElementType());
  Value product = MatmulOp::create(b, op.getLoc(), type, row, transposed);
  op.getResult().replaceAllUsesWith(reshaped(b, op.getLoc(), product, {rows, 1}));
  op.erase();
}

struct OrientProducts : PassWrapper<OrientProducts, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(OrientProducts)
  StringRef getArgument() const override { return "burin-orient-products"; }
  StringRef getDescription() const override { return "transpose before a loop what it multiplies with a vector in each trip"; }
  void runOnOperation() override {
    SmallVector<MatmulOp> products;
    getOperation().walk([&](MatmulOp op) { products.push_back(op); });
    for (MatmulOp op : products) orient(op);
  }
};

} // namespace

std::unique_ptr<Pass> createOrientProductsPass() { return std::make_unique<OrientProducts>(); }

} // namespace burin::compiler
