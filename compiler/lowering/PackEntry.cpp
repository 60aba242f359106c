// Adds, beside each compiled function f, the entry that the library calls: `void f__entry(void **args)`. It loads the
// arguments and calls f, which is inlined into it; or calls the parts of f, which load what they need. burin.parallel becomes a call of the runtime: its captures are stored in
// a struct on the caller's stack, from which the task's entry loads them. burin.exit_call becomes a return.
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
    SmallVector<LLVM::LLVMFuncOp> functions, parts, tasks;
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>()) {
      if (function.isDeclaration()) continue;
      if (function->hasAttr("burin.shared") || function->hasAttr("burin.nest")) function.setLinkage(LLVM::Linkage::Internal);
      else if (function->hasAttr("burin.inputs")) functions.push_back(function);
      else if (function->hasAttr("burin.part")) parts.push_back(function);
      else if (function->hasAttr("burin.task")) tasks.push_back(function);
    }
    for (LLVM::LLVMFuncOp part : parts)
      addEntry(part, part->getAttrOfType<DenseI64ArrayAttr>("burin.part").asArrayRef()).setLinkage(LLVM::Linkage::Internal);
    for (LLVM::LLVMFuncOp function : functions) {
      if (auto count = function->getAttrOfType<IntegerAttr>("burin.parts")) addEntryOfParts(function, count.getInt());
      else addEntry(function, llvm::to_vector(llvm::seq<int64_t>(function.getNumArguments())));
    }
    for (LLVM::LLVMFuncOp task : tasks) addTaskEntry(task);
    getOperation().walk([&](ParallelOp op) { lower(op); });
    SmallVector<ExitCallOp> exits; // what follows one goes, so not while walking
    getOperation().walk([&](ExitCallOp op) { exits.push_back(op); });
    for (ExitCallOp op : exits) lower(op);
  }

  void lower(ExitCallOp op) {
    Block *block = op->getBlock();
    OpBuilder b(op);
    Type type = op->getParentOfType<LLVM::LLVMFuncOp>().getFunctionType().getReturnType();
    SmallVector<Value, 1> result; // of a nest, which nobody reads any more
    if (!isa<LLVM::LLVMVoidType>(type)) result.push_back(LLVM::PoisonOp::create(b, op.getLoc(), type));
    LLVM::ReturnOp::create(b, op.getLoc(), result);
    while (&block->back() != op.getOperation()) {
      block->back().dropAllUses();
      block->back().erase();
    }
    op.erase();
  }

  // An entry beside `function` with arguments `types`; the builder is left at its start.
  LLVM::LLVMFuncOp makeEntry(OpBuilder &b, LLVM::LLVMFuncOp function, ArrayRef<Type> types) {
    b.setInsertionPointAfter(function);
    auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), types);
    auto entry = LLVM::LLVMFuncOp::create(b, function.getLoc(), (function.getName() + "__entry").str(), type);
    b.setInsertionPointToStart(entry.addEntryBlock(b));
    return entry;
  }

  void call(OpBuilder &b, LLVM::LLVMFuncOp function, ValueRange arguments) {
    LLVM::CallOp::create(b, function.getLoc(), function, arguments);
    LLVM::ReturnOp::create(b, function.getLoc(), ValueRange());
    function.setLinkage(LLVM::Linkage::Internal);
    function.setAlwaysInline(true);
  }

  Value loadArgument(OpBuilder &b, Location loc, Type type, Value array, int64_t number) {
    auto pointer = LLVM::LLVMPointerType::get(b.getContext());
    Value slot = LLVM::GEPOp::create(b, loc, pointer, pointer, array, ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(number)});
    return LLVM::LoadOp::create(b, loc, type, slot);
  }

  // `numbers` are those of the arguments in the array.
  LLVM::LLVMFuncOp addEntry(LLVM::LLVMFuncOp function, ArrayRef<int64_t> numbers) {
    OpBuilder b(function.getContext());
    LLVM::LLVMFuncOp entry = makeEntry(b, function, LLVM::LLVMPointerType::get(b.getContext()));
    SmallVector<Value> arguments;
    for (auto [number, type] : llvm::zip(numbers, function.getArgumentTypes()))
      arguments.push_back(loadArgument(b, function.getLoc(), type, entry.getArgument(0), number));
    call(b, function, arguments);
    return entry;
  }

  // Calls the parts one after the other, until one fails.
  void addEntryOfParts(LLVM::LLVMFuncOp function, int64_t count) {
    OpBuilder b(function.getContext());
    Location loc = function.getLoc();
    auto pointer = LLVM::LLVMPointerType::get(b.getContext());
    LLVM::LLVMFuncOp entry = makeEntry(b, function, pointer);
    Value array = entry.getArgument(0), context = loadArgument(b, loc, pointer, array, function.getNumArguments() - 1);
    Block *end = entry.addBlock();
    for (int64_t number = 0; number < count; ++number) {
      const std::string name = (function.getName() + "_part" + llvm::Twine(number) + "__entry").str();
      LLVM::CallOp::create(b, loc, TypeRange(), name, ValueRange(array));
      Value failure = LLVM::LoadOp::create(b, loc, pointer, context); // at the start of the context
      Value failed = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ne, failure, LLVM::ZeroOp::create(b, loc, pointer));
      auto *next = new Block;
      entry.getBody().getBlocks().insert(end->getIterator(), next);
      LLVM::CondBrOp::create(b, loc, failed, end, next);
      b.setInsertionPointToEnd(next);
    }
    LLVM::BrOp::create(b, loc, end);
    b.setInsertionPointToEnd(end);
    LLVM::ReturnOp::create(b, loc, ValueRange());
    function.erase();
  }

  void addTaskEntry(LLVM::LLVMFuncOp task) {
    OpBuilder b(task.getContext());
    Location loc = task.getLoc();
    auto pointer = LLVM::LLVMPointerType::get(b.getContext());
    LLVM::LLVMFuncOp entry = makeEntry(b, task, {pointer, b.getI64Type(), b.getI64Type()});
    entry.setLinkage(LLVM::Linkage::Internal);
    auto captures = capturesType(task.getArgumentTypes().drop_back(2));
    SmallVector<Value> arguments;
    for (auto [i, type] : llvm::enumerate(captures.getBody()))
      arguments.push_back(LLVM::LoadOp::create(b, loc, type, member(b, loc, captures, entry.getArgument(0), i)));
    arguments.append({entry.getArgument(1), entry.getArgument(2)});
    call(b, task, arguments);
  }

  LLVM::LLVMStructType capturesType(TypeRange types) { return LLVM::LLVMStructType::getLiteral(&getContext(), SmallVector<Type>(types)); }

  Value member(OpBuilder &b, Location loc, Type type, Value address, size_t i) {
    auto pointer = LLVM::LLVMPointerType::get(b.getContext());
    return LLVM::GEPOp::create(b, loc, pointer, type, address, ArrayRef<LLVM::GEPArg>{0, static_cast<int32_t>(i)});
  }

  void lower(ParallelOp op) {
    OpBuilder b(op);
    Location loc = op.getLoc();
    auto pointer = LLVM::LLVMPointerType::get(b.getContext());
    auto captures = capturesType(op.getCaptures().getTypes());
    OpBuilder entry = OpBuilder::atBlockBegin(&op->getParentOfType<LLVM::LLVMFuncOp>().getBody().front());
    Value one = LLVM::ConstantOp::create(entry, loc, entry.getI64IntegerAttr(1));
    Value packed = LLVM::AllocaOp::create(entry, loc, pointer, captures, one);
    for (auto [i, capture] : llvm::enumerate(op.getCaptures())) LLVM::StoreOp::create(b, loc, capture, member(b, loc, captures, packed, i));
    Value task = LLVM::AddressOfOp::create(b, loc, pointer, (op.getTask() + "__entry").str());
    LLVM::CallOp::create(b, loc, parallelFunction(pointer), ValueRange{task, packed, op.getCount()});
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
