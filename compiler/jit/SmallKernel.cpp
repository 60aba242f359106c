#include "compiler/jit/Jit.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace burin::compiler {
namespace {

constexpr const char *kName = "small_kernel";

/// `for (i = 0; i < n; i += lanes) if (i != 0) a[i..] = floor(fma(a[i..], a[i..], 2))` with a step through integers: the kinds of
/// instructions that kernels are made of, in a loop with a branch, behind a struct that SROA takes apart.
std::unique_ptr<llvm::Module> smallKernel(LLVMContext &context, unsigned lanes) {
  auto module = std::make_unique<llvm::Module>(kName, context);
  IRBuilder<> b(context);
  Type *index = b.getInt64Ty(), *pointer = b.getPtrTy();
  Type *floats = FixedVectorType::get(b.getFloatTy(), lanes), *integers = FixedVectorType::get(b.getInt32Ty(), lanes);
  auto *function = Function::Create(FunctionType::get(b.getVoidTy(), {pointer}, false), Function::ExternalLinkage, kName, module.get());
  auto block = [&](const char *name) { return BasicBlock::Create(context, name, function); };
  BasicBlock *entry = block("entry"), *head = block("head"), *body = block("body"), *some = block("some"), *next = block("next"),
             *end = block("end");

  b.SetInsertPoint(entry);
  StructType *view = StructType::get(pointer, index);
  Value *data = b.CreateLoad(pointer, function->getArg(0));
  Value *count = b.CreateLoad(index, b.CreateConstGEP1_64(pointer, function->getArg(0), 1));
  Value *held = b.CreateInsertValue(b.CreateInsertValue(PoisonValue::get(view), data, 0), count, 1);
  b.CreateBr(head);

  b.SetInsertPoint(head);
  PHINode *i = b.CreatePHI(index, 2);
  i->addIncoming(b.getInt64(0), entry);
  b.CreateCondBr(b.CreateICmpSLT(i, b.CreateExtractValue(held, 1)), body, end);

  b.SetInsertPoint(body);
  Value *address = b.CreateGEP(b.getFloatTy(), b.CreateExtractValue(held, 0), i);
  b.CreateCondBr(b.CreateICmpNE(i, b.getInt64(0)), some, next);

  b.SetInsertPoint(some);
  Value *x = b.CreateAlignedLoad(floats, address, Align(4)), *two = ConstantFP::get(floats, 2.0);
  Value *fused = b.CreateIntrinsic(Intrinsic::fma, {floats}, {x, x, two});
  Value *whole = b.CreateUnaryIntrinsic(Intrinsic::floor, fused);
  Value *bits = b.CreateShl(b.CreateFPToSI(whole, integers), ConstantInt::get(integers, 23));
  Value *scaled = b.CreateFMul(whole, b.CreateBitCast(bits, floats));
  b.CreateAlignedStore(b.CreateSelect(b.CreateFCmpOGT(scaled, two), scaled, b.CreateFDiv(x, two)), address, Align(4));
  b.CreateBr(next);

  b.SetInsertPoint(next);
  i->addIncoming(b.CreateAdd(i, b.getInt64(lanes)), next);
  b.CreateBr(head);

  b.SetInsertPoint(end);
  b.CreateRetVoid();
  return module;
}

} // namespace

void compileSmallKernel(const TargetInfo &target) {
  LLVMContext context;
  CodeGenerator generator(target);
  std::unique_ptr<llvm::Module> module = smallKernel(context, static_cast<unsigned>(target.lanes(32)));
  generator.optimize(*module);
  CodeGenerator::load(generator.toObject(*module), kName);
}

} // namespace burin::compiler
