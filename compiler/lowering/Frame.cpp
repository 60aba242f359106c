#include "compiler/lowering/Frame.h"
#include "compiler/dialect/BurinDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace burin::compiler {

Frame::Frame(func::FuncOp function) : Frame(function, /*isTask=*/false) {}
Frame Frame::forTask(func::FuncOp task) { return Frame(task, /*isTask=*/true); }

Frame::Frame(func::FuncOp target, bool isTask) : target(target), isTask(isTask), entry(OpBuilder::atBlockBegin(&target.getBody().front())) {
  anchor = arith::ConstantIndexOp::create(entry, target.getLoc(), 0);
  entry.setInsertionPoint(anchor);
}

Frame::~Frame() {
  if (front) front->erase();
  anchor->erase();
}

void Frame::startReplacing(Operation *op) {
  if (front) front->erase();
  if (!isTask) { // what is known of ops that are gone would be taken for that of new ops at their addresses
    values.clear();
    flats.clear();
  }
  OpBuilder before(op);
  front = arith::ConstantIndexOp::create(before, target.getLoc(), 0);
}

Value Frame::constant(int64_t value) {
  Value &result = constants[value];
  if (!result) result = arith::ConstantIndexOp::create(entry, target.getLoc(), value);
  return result;
}

// Views are made from their buffers again, where they are needed: to capture them would take a descriptor.
static bool isView(Operation *op) {
  return isa_and_present<arith::ConstantOp, memref::GetGlobalOp, memref::ReinterpretCastOp, memref::SubViewOp, memref::ViewOp>(op);
}

Value Frame::get(Value value) {
  if (Value known = values.lookup(value)) return known;
  Operation *op = value.getDefiningOp();
  // What a cluster has on the stack is each frame's own; a scalar of the function is shared.
  if (isa_and_present<memref::AllocaOp>(op) && isa<ClusterOp>(op->getParentOp())) return cloned(op, value, entry);
  if (isTask) return isView(op) ? cloned(op, value, entry) : capture(value);
  if (!op || !isa<ClusterOp>(op->getParentOp())) return value;
  OpBuilder before(front);
  return cloned(op, value, before);
}

Value Frame::cloned(Operation *op, Value result, OpBuilder &builder) {
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) operands.push_back(get(operand));
  Operation *clone = builder.clone(*op);
  clone->setOperands(operands);
  for (auto [from, to] : llvm::zip(op->getResults(), clone->getResults())) values[from] = to;
  return values[result];
}

Value Frame::capture(Value value) {
  const auto index = static_cast<unsigned>(captured.size());
  DictionaryAttr attributes;
  if (auto argument = dyn_cast<BlockArgument>(value)) // of the function: what is noalias there is noalias here
    if (auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp()))
      if (function.getArgAttr(argument.getArgNumber(), "llvm.noalias"))
        attributes = entry.getDictionaryAttr(entry.getNamedAttr("llvm.noalias", entry.getUnitAttr()));
  (void)target.insertArgument(index, value.getType(), attributes, value.getLoc());
  captured.push_back(value);
  return values[value] = target.getArgument(index);
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
  OpBuilder after(target.getContext());
  after.setInsertionPointAfterValue(here);
  return result =
             memref::ReinterpretCastOp::create(after, target.getLoc(), flatType, here, 0, ArrayRef<int64_t>{count}, ArrayRef<int64_t>{1});
}

} // namespace burin::compiler
