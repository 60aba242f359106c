// Adds, beside each compiled function f, the entry that the library calls: `void f__entry(void **args)`. It loads the
// pointers and calls f, which is inlined into it. Tasks get an entry likewise, and burin.parallel becomes a call of the
// runtime with it.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace burin::compiler {
namespace {

struct PackEntry : PassWrapper<PackEntry, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PackEntry)
  StringRef getArgument() const override { return "burin-pack-entry"; }
  StringRef getDescription() const override { return "add the entry that takes an array of pointers"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<LLVM::LLVMDialect>(); }

  void runOnOperation() override {
    SmallVector<LLVM::LLVMFuncOp> functions;
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>())
      if (!function.isDeclaration() && (function->hasAttr("burin.inputs") || function->hasAttr("burin.task"))) functions.push_back(function);
    for (LLVM::LLVMFuncOp function : functions) addEntry(function);
    getOperation().walk([&](ParallelOp op) { lower(op); });
  }

  // The function's last arguments: call context and pointer to all arguments; a task's also its range.
  void addEntry(LLVM::LLVMFuncOp function) {
    const bool isTask = function->hasAttr("burin.task");
    OpBuilder b(function.getContext());
    b.setInsertionPointAfter(function);
    Location loc = function.getLoc();
    auto pointer = LLVM::LLVMPointerType::get(b.getContext());
    SmallVector<Type> types = {pointer};
    if (isTask) types.append(2, b.getI64Type());
    auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), types);
    auto entry = LLVM::LLVMFuncOp::create(b, loc, (function.getName() + "__entry").str(), type);
    if (isTask) entry.setLinkage(LLVM::Linkage::Internal);
    Block *body = entry.addEntryBlock(b);
    b.setInsertionPointToStart(body);
    Value array = body->getArgument(0);
    const unsigned loaded = function.getNumArguments() - (isTask ? 3 : 1);
    SmallVector<Value> arguments;
    for (unsigned i = 0; i < loaded; ++i) {
      Value slot = LLVM::GEPOp::create(b, loc, pointer, pointer, array, ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)});
      arguments.push_back(LLVM::LoadOp::create(b, loc, pointer, slot));
    }
    arguments.push_back(array);
    if (isTask) arguments.append({body->getArgument(1), body->getArgument(2)});
    LLVM::CallOp::create(b, loc, function, arguments);
    LLVM::ReturnOp::create(b, loc, ValueRange());
    function.setLinkage(LLVM::Linkage::Internal);
    function.setAlwaysInline(true);
  }

  void lower(ParallelOp op) {
    OpBuilder b(op);
    Location loc = op.getLoc();
    auto pointer = LLVM::LLVMPointerType::get(b.getContext());
    Value task = LLVM::AddressOfOp::create(b, loc, pointer, (op.getTask() + "__entry").str());
    Value count = LLVM::ConstantOp::create(b, loc, b.getI64IntegerAttr(static_cast<int64_t>(op.getCount())));
    LLVM::CallOp::create(b, loc, parallelFunction(pointer), ValueRange{task, op.getArguments(), count});
    op.erase();
  }

  LLVM::LLVMFuncOp parallelFunction(Type pointer) {
    if (auto known = getOperation().lookupSymbol<LLVM::LLVMFuncOp>("burin_rt_parallel")) return known;
    OpBuilder top = OpBuilder::atBlockBegin(getOperation().getBody());
    auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(top.getContext()), {pointer, pointer, top.getI64Type()});
    return LLVM::LLVMFuncOp::create(top, getOperation().getLoc(), "burin_rt_parallel", type);
  }
};

} // namespace

std::unique_ptr<Pass> createPackEntryPass() { return std::make_unique<PackEntry>(); }

} // namespace burin::compiler
