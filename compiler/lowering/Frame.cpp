#include "compiler/lowering/Frame.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace burin::compiler {

Frame::Frame(func::FuncOp source, func::FuncOp target)
    : source(source), target(target), entry(OpBuilder::atBlockBegin(&target.getBody().front())) {
  for (auto [from, to] : llvm::zip(source.getArguments(), target.getArguments())) values[from] = to;
  anchor = arith::ConstantIndexOp::create(entry, target.getLoc(), 0);
  entry.setInsertionPoint(anchor);
}

Frame::~Frame() { anchor->erase(); }

Value Frame::constant(int64_t value) {
  Value &result = constants[value];
  if (!result) result = arith::ConstantIndexOp::create(entry, target.getLoc(), value);
  return result;
}

Value Frame::get(Value value) {
  if (Value known = values.lookup(value)) return known;
  Operation *op = value.getDefiningOp();
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) operands.push_back(get(operand));
  Operation *clone = entry.clone(*op);
  clone->setOperands(operands);
  for (auto [from, to] : llvm::zip(op->getResults(), clone->getResults())) values[from] = to;
  return values[value];
}

// Views of a buffer differ in offset and strides, which their types hold; the pointer is the same.
static Value baseOf(Value buffer) {
  while (true) {
    if (auto cast = buffer.getDefiningOp<memref::ReinterpretCastOp>()) buffer = cast.getSource();
    else if (auto subview = buffer.getDefiningOp<memref::SubViewOp>()) buffer = subview.getSource();
    else return buffer;
  }
}

Value Frame::flat(Value buffer) {
  Value base = baseOf(buffer);
  Value &result = flats[base];
  if (result) return result;
  auto type = cast<MemRefType>(base.getType());
  Value here = get(base);
  if (type.getRank() == 1) return result = here;
  const int64_t count = type.getNumElements();
  auto flatType = MemRefType::get({count}, type.getElementType());
  return result = memref::ReinterpretCastOp::create(entry, target.getLoc(), flatType, here, 0, ArrayRef<int64_t>{count}, ArrayRef<int64_t>{1});
}

} // namespace burin::compiler
