#include "compiler/lowering/Effects.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <array>

using namespace mlir;

namespace burin::compiler {

// Where CallContext (runtime/Abi.h) has `failed_at`; `failure` is at its start.
constexpr int32_t kFailedAtOffset = 8;

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

// The address of an array of RuntimeTensor on the stack.
static Value emitTensors(OpBuilder &b, Frame &frame, Location loc, OperandRange tensors) {
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  const auto count = static_cast<int64_t>(tensors.size());
  OpBuilder entry = OpBuilder::atBlockBegin(&frame.function().getBody().front());
  Value size = LLVM::ConstantOp::create(entry, loc, entry.getI64IntegerAttr(std::max<int64_t>(1, 2 * count)));
  Value array = LLVM::AllocaOp::create(entry, loc, pointer, pointer, size);
  for (auto [i, tensor] : llvm::enumerate(tensors)) {
    Value data = dataPointer(b, loc, tensor);
    Value noExtents = LLVM::ZeroOp::create(b, loc, pointer);
    for (auto [part, value] : llvm::enumerate(std::array<Value, 2>{data, noExtents})) {
      Value slot = LLVM::GEPOp::create(b, loc, pointer, pointer, array, ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(2 * i + part)});
      LLVM::StoreOp::create(b, loc, value, slot);
    }
  }
  return array;
}

void emitRuntimeCall(OpBuilder &b, Frame &frame, RuntimeCallInterface op) {
  Location loc = op.getLoc();
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  Value array = emitTensors(b, frame, loc, op.getTensors());
  Value site = LLVM::ConstantOp::create(b, loc, b.getI64IntegerAttr(static_cast<int64_t>(op.getSite())));
  Value count = LLVM::ConstantOp::create(b, loc, b.getI64IntegerAttr(static_cast<int64_t>(op.getTensors().size())));
  LLVM::LLVMFuncOp callee = runtimeFunction(frame.function(), "burin_rt_effect", {pointer, b.getI64Type(), pointer, b.getI64Type()});
  LLVM::CallOp::create(b, loc, callee, ValueRange{callContext(frame.function()), site, array, count});
  if (mayEndCall(op)) emitExitIfFailed(b, frame.function(), op);
  op->erase();
}

// Ends the call, which has failed at `op`.
static void emitExit(OpBuilder &b, func::FuncOp function, Operation *op) {
  Location loc = op->getLoc();
  if (auto state = dyn_cast<FailureInterface>(op)) {
    OperandRange pairs = state.getStateMutable();
    for (size_t i = 0; i < pairs.size(); i += 2) memref::CopyOp::create(b, loc, pairs[i], pairs[i + 1]);
  }
  if (auto point = op->getAttrOfType<IntegerAttr>("burin.failure_point")) {
    auto pointer = LLVM::LLVMPointerType::get(b.getContext());
    Value slot = LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), callContext(function), ArrayRef<LLVM::GEPArg>{kFailedAtOffset});
    LLVM::StoreOp::create(b, loc, LLVM::ConstantOp::create(b, loc, b.getI64IntegerAttr(point.getInt())), slot);
  }
  ExitCallOp::create(b, loc);
}

void emitExitIfFailed(OpBuilder &b, func::FuncOp function, Operation *op) {
  Location loc = op->getLoc();
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  Value failure = LLVM::LoadOp::create(b, loc, pointer, callContext(function));
  Value failed = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ne, failure, LLVM::ZeroOp::create(b, loc, pointer));
  auto branch = scf::IfOp::create(b, loc, failed, /*withElseRegion=*/false);
  OpBuilder inside = branch.getThenBodyBuilder();
  emitExit(inside, function, op);
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

// Whether `index`, an integer or a vector of them, is out of the check's range.
static Value outOfRange(OpBuilder &b, Location loc, CheckIndicesOp check, Value index) {
  Type wide = b.getI64Type();
  if (auto vector = dyn_cast<VectorType>(index.getType())) wide = vector.clone(b.getI64Type());
  if (index.getType() != wide)
    index = check.getIsUnsigned() ? Value(arith::ExtUIOp::create(b, loc, wide, index)) : arith::ExtSIOp::create(b, loc, wide, index);
  auto constant = [&](uint64_t value) -> Value {
    auto integer = b.getI64IntegerAttr(static_cast<int64_t>(value));
    auto vector = dyn_cast<VectorType>(wide);
    return arith::ConstantOp::create(b, loc, vector ? TypedAttr(DenseElementsAttr::get(vector, Attribute(integer))) : integer);
  };
  if (!check.getIsUnsigned()) {
    Value negative = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, index, constant(0));
    index = arith::SelectOp::create(b, loc, negative, arith::AddIOp::create(b, loc, index, constant(check.getExtent())), index);
  }
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, index, constant(check.getLimit())); // what is negative still is large
}

// Whether any of the indices before `end` is out of range, found in vectors.
static Value anyOutOfRange(OpBuilder &b, Frame &frame, CheckIndicesOp check, int64_t lanes, int64_t end) {
  Location loc = check.getLoc();
  auto masks = VectorType::get({lanes}, b.getI1Type());
  auto indices = VectorType::get({lanes}, cast<MemRefType>(check.getIndices().getType()).getElementType());
  Value none = arith::ConstantOp::create(b, loc, DenseElementsAttr::get(masks, false));
  auto loop = scf::ForOp::create(b, loc, frame.constant(0), frame.constant(end), frame.constant(lanes), none,
                                 [&](OpBuilder &inside, Location, Value at, ValueRange found) {
                                   Value some = vector::LoadOp::create(inside, loc, indices, frame.flat(check.getIndices()), at);
                                   Value bad = arith::OrIOp::create(inside, loc, found[0], outOfRange(inside, loc, check, some));
                                   scf::YieldOp::create(inside, loc, bad);
                                 });
  return vector::ReductionOp::create(b, loc, vector::CombiningKind::OR, loop.getResult(0));
}

void emitCheck(OpBuilder &b, Frame &frame, CheckIndicesOp check, const TargetInfo &target) {
  Location loc = check.getLoc();
  OpBuilder::InsertionGuard guard(b);
  const int64_t count = cast<MemRefType>(check.getIndices().getType()).getNumElements(), lanes = target.lanes(64);
  // One by one: what is left of vectors that are well, or all, to name the first that isn't.
  Value begin = frame.constant(0);
  if (count >= 4 * lanes) {
    const int64_t whole = count / lanes * lanes;
    Value any = anyOutOfRange(b, frame, check, lanes, whole);
    begin = arith::SelectOp::create(b, loc, any, begin, frame.constant(whole));
  }
  auto loop = scf::ForOp::create(b, loc, begin, frame.constant(count), frame.constant(1));
  b.setInsertionPointToStart(loop.getBody());
  Value index = memref::LoadOp::create(b, loc, frame.flat(check.getIndices()), loop.getInductionVar());
  auto fail = scf::IfOp::create(b, loc, outOfRange(b, loc, check, index), /*withElseRegion=*/false);
  b.setInsertionPointToStart(fail.thenBlock());
  Type i64 = b.getI64Type();
  if (index.getType() != i64)
    index = check.getIsUnsigned() ? Value(arith::ExtUIOp::create(b, loc, i64, index)) : arith::ExtSIOp::create(b, loc, i64, index);
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  LLVM::LLVMFuncOp callee = runtimeFunction(frame.function(), "burin_rt_fail_index", {pointer, pointer, i64});
  Value message = textConstant(b, frame.function(), loc, check.getMessage());
  LLVM::CallOp::create(b, loc, callee, ValueRange{callContext(frame.function()), message, index});
  b.setInsertionPointAfter(loop);
  emitExitIfFailed(b, frame.function(), check);
  check.erase();
}

void emitGuard(OpBuilder &b, Frame &frame, GuardNumericsOp guard) {
  Location loc = guard.getLoc();
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  Value raised;
  for (Value flag : guard.getFlags()) {
    Value held = memref::LoadOp::create(b, loc, cast<TypedValue<MemRefType>>(flag), ValueRange());
    raised = raised ? Value(arith::OrIOp::create(b, loc, raised, held)) : held;
  }
  Value none = arith::ConstantOp::create(b, loc, b.getI8IntegerAttr(0));
  auto branch = scf::IfOp::create(b, loc, arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, raised, none), /*withElseRegion=*/false);
  OpBuilder inside = branch.getThenBodyBuilder();
  Value array = emitTensors(inside, frame, loc, guard.getInputs());
  Value number = LLVM::ConstantOp::create(inside, loc, inside.getI64IntegerAttr(static_cast<int64_t>(guard.getNumber())));
  Value count = LLVM::ConstantOp::create(inside, loc, inside.getI64IntegerAttr(static_cast<int64_t>(guard.getInputs().size())));
  LLVM::LLVMFuncOp callee =
      runtimeFunction(frame.function(), "burin_rt_search_numerics", {pointer, inside.getI64Type(), pointer, inside.getI64Type()});
  LLVM::CallOp::create(inside, loc, callee, ValueRange{callContext(frame.function()), number, array, count});
  emitExitIfFailed(inside, frame.function(), guard);
  guard.erase();
}

void emitRequire(OpBuilder &b, Frame &frame, RequireOp require) {
  Location loc = require.getLoc();
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  Value holds = memref::LoadOp::create(b, loc, cast<TypedValue<MemRefType>>(require.getCondition()), ValueRange());
  Value none = arith::ConstantOp::create(b, loc, b.getI8IntegerAttr(0));
  Value fails = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, holds, none);
  auto branch = scf::IfOp::create(b, loc, fails, /*withElseRegion=*/false);
  OpBuilder inside = branch.getThenBodyBuilder();
  LLVM::LLVMFuncOp callee = runtimeFunction(frame.function(), "burin_rt_fail", {pointer, pointer});
  Value message = textConstant(inside, frame.function(), loc, require.getMessage());
  LLVM::CallOp::create(inside, loc, callee, ValueRange{callContext(frame.function()), message});
  emitExit(inside, frame.function(), require);
  require.erase();
}

} // namespace burin::compiler
