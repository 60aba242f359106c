#include "compiler/lowering/OpenExtents.h"
#include "compiler/lowering/Effects.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "runtime/Abi.h"

using namespace mlir;

namespace burin::compiler {

OpenExtents::OpenExtents(func::FuncOp function, ArrayRef<int64_t> standIns) : standIns(standIns) {
  OpBuilder b = OpBuilder::atBlockBegin(&function.getBody().front());
  Location loc = function.getLoc();
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  const auto offset = static_cast<int32_t>(offsetof(runtime::CallContext, extents));
  Value slot = LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), callContext(function), ArrayRef<LLVM::GEPArg>{offset});
  Value numbers = LLVM::LoadOp::create(b, loc, pointer, slot);
  auto number = [&](size_t i) -> Value {
    Value place = LLVM::GEPOp::create(b, loc, pointer, b.getI64Type(), numbers, ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)});
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), LLVM::LoadOp::create(b, loc, b.getI64Type(), place));
  };
  begin = number(0);
  end = number(1);
  for (size_t i = 0; i < standIns.size(); ++i) extents.push_back(number(i + 2));
}

Value OpenExtents::extentOf(int64_t standIn) const {
  const auto *found = llvm::find(standIns, standIn);
  assert(found != standIns.end() && "an extent that is no stand-in");
  return extents[static_cast<size_t>(found - standIns.begin())];
}

static Value product(OpBuilder &b, Location loc, Value x, Value y) { return x ? Value(arith::MulIOp::create(b, loc, x, y)) : y; }

Value OpenExtents::extent(OpBuilder &b, const LoopNest &nest, size_t loop) const {
  linalg::LinalgOp op = nest.op;
  const SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  Value result;
  for (unsigned dim : nest.loops[loop].dims) result = product(b, nest.op->getLoc(), result, extentOf(ranges[dim]));
  return result;
}

Value OpenExtents::stride(OpBuilder &b, const LoopNest &nest, const Access &operand, size_t loop) const {
  Value result;
  for (size_t inner = 0; inner < nest.loops.size(); ++inner) // those that step less far lie inside
    if (operand.strides[inner] > 0 && operand.strides[inner] < operand.strides[loop])
      result = product(b, nest.op->getLoc(), result, extent(b, nest, inner));
  return result;
}

} // namespace burin::compiler
