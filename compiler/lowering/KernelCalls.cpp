// Calls of runtime kernels. A kernel gets one pointer to a KernelCall, which the caller writes to its stack:
//
//   %v = burin.sort %x {axis = 0, descending = false}        ; 1. in the user's terms
//   %v = burin.call_kernel "burin_rt_kernel_sort" (%x) ...   ; 2. on tensors of memory types
//   burin.call_kernel "burin_rt_kernel_sort" (%x) outs(%v)   ; 3. on buffers
//   llvm.call @burin_rt_kernel_sort(%context, %call)         ; 4. pointers, extents, element types, numbers in memory
#include "compiler/lowering/KernelCalls.h"
#include "compiler/lowering/Effects.h"
#include "compiler/lowering/GenericBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "runtime/Abi.h"
#include <cstddef>

using namespace mlir;

namespace burin::compiler {

DType dtypeOf(Type element) {
  if (auto integer = dyn_cast<IntegerType>(element)) {
    if (integer.getWidth() == 1) return DType::Bool;
    const DType narrowest = integer.isUnsigned() ? DType::U8 : DType::I8;
    return static_cast<DType>(static_cast<unsigned>(narrowest) + llvm::Log2_32(integer.getWidth()) - 3);
  }
  if (auto complex = dyn_cast<ComplexType>(element)) return complex.getElementType().isF32() ? DType::Complex64 : DType::Complex128;
  return element.isF16() ? DType::F16 : element.isBF16() ? DType::BF16 : element.isF32() ? DType::F32 : DType::F64;
}

// --- on tensors ----------------------------------------------------------------------------------------------------

StringRef labelOf(Operation *op) {
  if (auto named = op->getLoc()->findInstanceOf<NameLoc>()) return named.getName().getValue();
  return op->getName().stripDialect();
}

CallKernelOp createKernelCall(OpBuilder &b, RuntimeKernelInterface kernel, ValueRange operands) {
  Operation *op = kernel;
  SmallVector<Attribute> dtypes;
  for (Type type : op->getOperandTypes()) dtypes.push_back(TypeAttr::get(getElementTypeOrSelf(type)));
  SmallVector<Type> results;
  for (Type type : op->getResultTypes()) {
    dtypes.push_back(TypeAttr::get(getElementTypeOrSelf(type)));
    results.push_back(memoryTensor(type));
  }
  return CallKernelOp::create(b, op->getLoc(), results, kernel.kernelSymbol(), operands, ValueRange(), kernel.kernelArguments(),
                              b.getArrayAttr(dtypes), labelOf(op));
}

// --- on buffers ----------------------------------------------------------------------------------------------------

namespace {

/// Memory on the stack of the calling function, filled word by word.
class StackFrame {
public:
  StackFrame(OpBuilder &builder, func::FuncOp function, Location loc, size_t words)
      : b(builder), loc(loc), pointer(LLVM::LLVMPointerType::get(builder.getContext())) {
    OpBuilder entry = OpBuilder::atBlockBegin(&function.getBody().front());
    Value count = LLVM::ConstantOp::create(entry, loc, entry.getI64IntegerAttr(static_cast<int64_t>(words)));
    base = LLVM::AllocaOp::create(entry, loc, pointer, entry.getI64Type(), count);
  }

  Value address(size_t word) {
    return LLVM::GEPOp::create(b, loc, pointer, b.getI64Type(), base, ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(word)});
  }
  void store(size_t word, Value value) { LLVM::StoreOp::create(b, loc, value, address(word)); }
  void store(size_t word, int64_t value) { store(word, LLVM::ConstantOp::create(b, loc, b.getI64IntegerAttr(value))); }

private:
  OpBuilder &b;
  Location loc;
  Type pointer;
  Value base;
};

using runtime::KernelBuffer;
using runtime::KernelCall;
constexpr size_t kWord = 8, kCallWords = sizeof(KernelCall) / kWord, kBufferWords = sizeof(KernelBuffer) / kWord;
static_assert(sizeof(void *) == kWord && sizeof(KernelCall) % kWord == 0 && sizeof(KernelBuffer) % kWord == 0);

size_t rankOf(Value buffer) { return static_cast<size_t>(cast<MemRefType>(buffer.getType()).getRank()); }

} // namespace

void emitKernelCall(OpBuilder &b, func::FuncOp function, CallKernelOp call) {
  Location loc = call.getLoc();
  SmallVector<Value> buffers(call.getInputs());
  llvm::append_range(buffers, call.getOutputs());
  // The frame: the call, its buffers, their extents, the numbers.
  size_t words = kCallWords + kBufferWords * buffers.size();
  const size_t firstExtent = words;
  for (Value buffer : buffers) words += rankOf(buffer);
  const size_t firstNumber = words;
  StackFrame frame(b, function, loc, words + call.getNumbers().size());

  size_t extent = firstExtent;
  for (auto [i, buffer] : llvm::enumerate(buffers)) {
    const size_t at = kCallWords + kBufferWords * i;
    auto word = [at](size_t offset) { return at + offset / kWord; };
    frame.store(word(offsetof(KernelBuffer, data)), dataPointer(b, loc, buffer));
    frame.store(word(offsetof(KernelBuffer, extents)), frame.address(extent));
    frame.store(word(offsetof(KernelBuffer, rank)), static_cast<int64_t>(rankOf(buffer)));
    const Type element = cast<TypeAttr>(call.getDtypes()[i]).getValue();
    frame.store(word(offsetof(KernelBuffer, dtype)), static_cast<int64_t>(dtypeOf(element)));
    auto type = cast<MemRefType>(buffer.getType());
    for (int64_t axis = 0; axis < type.getRank(); ++axis) {
      if (!type.isDynamicDim(static_cast<unsigned>(axis))) {
        frame.store(extent++, type.getDimSize(axis));
        continue;
      }
      Value dynamic = memref::DimOp::create(b, loc, buffer, axis);
      frame.store(extent++, arith::IndexCastOp::create(b, loc, b.getI64Type(), dynamic));
    }
  }
  for (auto [i, number] : llvm::enumerate(call.getNumbers())) frame.store(firstNumber + i, number);

  auto word = [](size_t offset) { return offset / kWord; };
  const size_t inputs = call.getInputs().size();
  frame.store(word(offsetof(KernelCall, operands)), frame.address(kCallWords));
  frame.store(word(offsetof(KernelCall, results)), frame.address(kCallWords + kBufferWords * inputs));
  frame.store(word(offsetof(KernelCall, operand_count)), static_cast<int64_t>(inputs));
  frame.store(word(offsetof(KernelCall, result_count)), static_cast<int64_t>(buffers.size() - inputs));
  frame.store(word(offsetof(KernelCall, numbers)), frame.address(firstNumber));
  frame.store(word(offsetof(KernelCall, op)), textConstant(b, function, loc, call.getLabel()));
  frame.store(word(offsetof(KernelCall, place)), textConstant(b, function, loc, describe(loc)));

  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  LLVM::LLVMFuncOp callee = runtimeFunction(function, call.getKernel(), {pointer, pointer});
  LLVM::CallOp::create(b, loc, callee, ValueRange{callContext(function), frame.address(0)});
  emitExitIfFailed(b, function, call);
  call.erase();
}

} // namespace burin::compiler
