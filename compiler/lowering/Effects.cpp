#include "compiler/lowering/Effects.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include <array>

using namespace mlir;

namespace burin::compiler {

Value callContext(func::FuncOp function) { return function.getArgument(function.getNumArguments() - 1); }

LLVM::LLVMFuncOp runtimeFunction(func::FuncOp user, StringRef name, ArrayRef<Type> arguments) {
  auto module = user->getParentOfType<ModuleOp>();
  if (auto known = module.lookupSymbol<LLVM::LLVMFuncOp>(name)) return known;
  OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(top.getContext()), arguments);
  return LLVM::LLVMFuncOp::create(top, user.getLoc(), name, type);
}

Value dataPointer(OpBuilder &b, Location loc, Value buffer) {
  Value address = memref::ExtractAlignedPointerAsIndexOp::create(b, loc, buffer);
  Value number = arith::IndexCastOp::create(b, loc, b.getI64Type(), address);
  return LLVM::IntToPtrOp::create(b, loc, LLVM::LLVMPointerType::get(b.getContext()), number);
}

void emitPrint(OpBuilder &b, func::FuncOp function, PrintOp print) {
  Location loc = print.getLoc();
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  const auto count = static_cast<int64_t>(print.getOperands().size());
  OpBuilder entry = OpBuilder::atBlockBegin(&function.getBody().front());
  Value size = LLVM::ConstantOp::create(entry, loc, entry.getI64IntegerAttr(std::max<int64_t>(1, 2 * count)));
  Value array = LLVM::AllocaOp::create(entry, loc, pointer, pointer, size);
  for (auto [i, operand] : llvm::enumerate(print.getOperands())) {
    Value data = dataPointer(b, loc, operand);
    Value noExtents = LLVM::ZeroOp::create(b, loc, pointer);
    for (auto [part, value] : llvm::enumerate(std::array<Value, 2>{data, noExtents})) {
      Value slot = LLVM::GEPOp::create(b, loc, pointer, pointer, array, ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(2 * i + part)});
      LLVM::StoreOp::create(b, loc, value, slot);
    }
  }
  Value site = LLVM::ConstantOp::create(b, loc, b.getI64IntegerAttr(print.getSite()));
  LLVM::LLVMFuncOp callee = runtimeFunction(function, "burin_rt_print", {pointer, b.getI64Type(), pointer});
  LLVM::CallOp::create(b, loc, callee, ValueRange{callContext(function), site, array});
  print.erase();
}

Value textConstant(OpBuilder &b, func::FuncOp user, Location loc, StringRef text) {
  auto module = user->getParentOfType<ModuleOp>();
  std::string name;
  for (int i = 0; name.empty() || module.lookupSymbol(name); ++i) name = "__message_" + std::to_string(i);
  const std::string bytes = text.str() + std::string(1, '\0');
  OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
  auto type = LLVM::LLVMArrayType::get(top.getI8Type(), bytes.size());
  LLVM::GlobalOp::create(top, loc, type, /*isConstant=*/true, LLVM::Linkage::Internal, name, top.getStringAttr(bytes));
  return LLVM::AddressOfOp::create(b, loc, LLVM::LLVMPointerType::get(b.getContext()), name);
}

void emitCheck(OpBuilder &b, Frame &frame, CheckIndicesOp check) {
  Location loc = check.getLoc();
  OpBuilder::InsertionGuard guard(b);
  auto type = cast<MemRefType>(check.getIndices().getType());
  const auto extent = static_cast<int64_t>(check.getExtent());
  auto loop = scf::ForOp::create(b, loc, frame.constant(0), frame.constant(type.getNumElements()), frame.constant(1));
  b.setInsertionPointToStart(loop.getBody());
  Value index = memref::LoadOp::create(b, loc, frame.flat(check.getIndices()), loop.getInductionVar());
  Type i64 = b.getI64Type();
  if (type.getElementTypeBitWidth() < 64)
    index = check.getIsUnsigned() ? Value(arith::ExtUIOp::create(b, loc, i64, index)) : arith::ExtSIOp::create(b, loc, i64, index);
  Value end = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(extent));
  Value bad;
  if (check.getIsUnsigned()) {
    bad = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, index, end);
  } else {
    Value begin = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(-extent));
    Value below = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, index, begin);
    bad = arith::OrIOp::create(b, loc, below, arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, index, end));
  }
  auto fail = scf::IfOp::create(b, loc, bad, /*withElseRegion=*/false);
  b.setInsertionPointToStart(fail.thenBlock());
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  LLVM::LLVMFuncOp callee = runtimeFunction(frame.function(), "burin_rt_fail_index", {pointer, pointer, i64});
  Value message = textConstant(b, frame.function(), loc, check.getMessage());
  LLVM::CallOp::create(b, loc, callee, ValueRange{callContext(frame.function()), message, index});
  check.erase();
}

} // namespace burin::compiler
