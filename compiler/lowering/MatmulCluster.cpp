#include "compiler/lowering/MatmulCluster.h"
#include "compiler/lowering/IndexBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace burin::compiler {

MatmulCluster::MatmulCluster(linalg::LinalgOp contraction, ArrayRef<linalg::LinalgOp> consumers, const TargetInfo &target)
    : epilogue(contraction, consumers), target(target) {
  const auto loops = static_cast<int64_t>(contraction.getNumLoops());
  product = analyze(contraction, loops); // none are joined: batches, i, j, k
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
}

int64_t MatmulCluster::work() const { return product.iterations(); }

void MatmulCluster::emitTasks(OpBuilder &b, Frame &frame, TaskRange tasks) const {
  if (batches == 1) return emitTasksOfBatch(b, frame, frame.constant(0), tasks);
  IndexBuilder index(b, product.op->getLoc());
  index.loop(tasks.begin, tasks.end, 1, [&](Value task) {
    Value batch = index.div(task, plan.taskCount), own = index.sub(task, index.mul(batch, plan.taskCount));
    emitTasksOfBatch(b, frame, batch, {own, index.add(own, 1)});
  });
}

void MatmulCluster::emitTasksOfBatch(OpBuilder &b, Frame &frame, Value number, TaskRange tasks) const {
  Location loc = product.op->getLoc();
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
  emitMatmulTasks(b, loc, plan, target, operands, tasks, [&](OpBuilder &inner, Location, Value i, Value j, Value sums, Value mask) {
    SmallVector<Value> indices(batch);
    indices.push_back(i);
    epilogue.emit(inner, frame, indices, j, sums, mask);
  });
}

} // namespace burin::compiler
