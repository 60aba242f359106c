#include "compiler/lowering/MatmulCluster.h"
#include "compiler/lowering/MatmulEmitter.h"
#include "compiler/lowering/VectorBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace burin::compiler {

MatmulCluster::MatmulCluster(linalg::LinalgOp contraction, ArrayRef<linalg::LinalgOp> others, const TargetInfo &target) : target(target) {
  const auto loops = static_cast<int64_t>(contraction.getNumLoops());
  product = analyze(contraction, loops); // none are joined: batches, i, j, k
  for (linalg::LinalgOp op : others) consumers.push_back(analyze(op, loops - 1));
  const size_t batchLoops = static_cast<size_t>(loops) - 3;
  for (size_t i = 0; i < batchLoops; ++i) {
    batchExtents.push_back(product.loops[i].extent);
    batches *= product.loops[i].extent;
  }
  MatmulShape shape;
  shape.m = product.loops[batchLoops].extent;
  shape.n = product.loops[batchLoops + 1].extent;
  shape.k = product.loops[batchLoops + 2].extent;
  shape.elementBits = static_cast<int>(getElementTypeOrSelf(product.outputs[0].buffer.getType()).getIntOrFloatBitWidth());
  const Access &lhs = product.inputs[0], &rhs = product.inputs[1];
  shape.lhsRowStride = lhs.strides[batchLoops];
  shape.lhsColStride = lhs.strides[batchLoops + 2];
  shape.rhsRowStride = rhs.strides[batchLoops + 2];
  shape.rhsColStride = rhs.strides[batchLoops + 1];
  plan = planMatmul(shape, target);
  // The product has memory of its own unless an epilogue's result took its place.
  keepsProduct = llvm::none_of(consumers, [&](const LoopNest &nest) {
    return llvm::any_of(nest.outputs, [&](const Access &output) { return output.buffer == product.outputs[0].buffer; });
  });
}

int64_t MatmulCluster::work() const { return product.iterations(); }

bool MatmulCluster::isProduct(const Access &input) const { return input.buffer == product.outputs[0].buffer; }

void MatmulCluster::emitTask(OpBuilder &b, Frame &frame, Value task) const {
  Location loc = product.op->getLoc();
  Value tile = task, number = frame.constant(0);
  if (batches > 1) {
    number = arith::DivUIOp::create(b, loc, task, frame.constant(plan.taskCount));
    tile = arith::RemUIOp::create(b, loc, task, frame.constant(plan.taskCount));
  }
  SmallVector<Value> batch(batchExtents.size());
  for (size_t i = batchExtents.size(); i-- > 0;) {
    batch[i] = i == 0 ? number : Value(arith::RemUIOp::create(b, loc, number, frame.constant(batchExtents[i])));
    if (i > 0) number = arith::DivUIOp::create(b, loc, number, frame.constant(batchExtents[i]));
  }
  auto offset = [&](const Access &access) {
    Value sum = frame.constant(access.offset);
    for (size_t i = 0; i < batch.size(); ++i)
      if (access.strides[i])
        sum = arith::AddIOp::create(b, loc, sum, arith::MulIOp::create(b, loc, batch[i], frame.constant(access.strides[i])));
    return sum;
  };
  MatmulOperands operands;
  operands.lhs = frame.flat(product.inputs[0].buffer);
  operands.rhs = frame.flat(product.inputs[1].buffer);
  operands.lhsOffset = offset(product.inputs[0]);
  operands.rhsOffset = offset(product.inputs[1]);
  emitMatmulTask(b, loc, plan, target, operands, tile, [&](OpBuilder &inner, Location, Value i, Value j, Value sums, Value mask) {
    emitEpilogue(inner, frame, batch, i, j, sums, mask);
  });
}

void MatmulCluster::emitEpilogue(OpBuilder &b, Frame &frame, ArrayRef<Value> batch, Value i, Value j, Value sums, Value mask) const {
  Location loc = product.op->getLoc();
  SmallVector<Value> indices(batch);
  indices.push_back(i);
  const int64_t lanes = isa<VectorType>(sums.getType()) ? cast<VectorType>(sums.getType()).getNumElements() : 1;
  auto base = [&](const Access &access) -> Value {
    if (access.isScalar) return {};
    Value sum = frame.constant(access.offset);
    for (size_t d = 0; d < indices.size(); ++d)
      if (access.strides[d])
        sum = arith::AddIOp::create(b, loc, sum, arith::MulIOp::create(b, loc, indices[d], frame.constant(access.strides[d])));
    return sum;
  };
  // A vector of one lane is a scalar to the body.
  Value element = lanes == 1 && isa<VectorType>(sums.getType()) ? Value(vector::ExtractOp::create(b, loc, sums, 0)) : sums;
  if (keepsProduct) {
    Value flat = frame.flat(product.outputs[0].buffer);
    Value at = arith::AddIOp::create(b, loc, base(product.outputs[0]), j);
    if (lanes == 1) memref::StoreOp::create(b, loc, element, flat, at);
    else if (mask) vector::MaskedStoreOp::create(b, loc, flat, at, mask, sums);
    else vector::StoreOp::create(b, loc, sums, flat, at);
  }
  for (const LoopNest &nest : consumers) {
    SmallVector<Value> bases, preset;
    for (const Access &input : nest.inputs) {
      bases.push_back(base(input));
      preset.push_back(isProduct(input) ? element : Value());
    }
    for (const Access &output : nest.outputs) bases.push_back(base(output));
    VectorBody body(frame, nest, bases, indices, lanes);
    body.emit(b, j, lanes == 1 ? Value() : mask, preset);
    body.store(b, j, lanes == 1 ? Value() : mask);
  }
}

} // namespace burin::compiler
