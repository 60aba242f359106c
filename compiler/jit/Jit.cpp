#include "compiler/jit/Jit.h"
#include "compiler/jit/Machines.h"
#include "compiler/jit/Must.h"
#include "compiler/jit/ScalarStores.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "runtime/Abi.h"
#include "llvm/ExecutionEngine/Orc/CompileUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Transforms/IPO/AlwaysInliner.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/LICM.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/LoopRotation.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include "llvm/Transforms/Utils/LCSSA.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"

using namespace llvm;

namespace burin::compiler {
namespace {

// One linker for the process. It is never destroyed: functions in static variables free their code at exit.
orc::LLJIT &linker() {
  static orc::LLJIT *instance = [] {
    auto jit = must(orc::LLJITBuilder()
                        .setJITTargetMachineBuilder(machineBuilder(hostTarget(0).avx512))
                        .setPlatformSetUp(orc::setUpInactivePlatform)
                        .create());
    jit->getExecutionSession().setErrorReporter([](llvm::Error error) { consumeError(std::move(error)); }); // the caller gets it as well
    orc::SymbolMap symbols;
    auto define = [&](StringRef name, auto *function) {
      symbols[jit->mangleAndIntern(name)] = {orc::ExecutorAddr::fromPtr(function), JITSymbolFlags::Exported | JITSymbolFlags::Callable};
    };
    define("burin_rt_effect", &burin_rt_effect);
    define("burin_rt_search_numerics", &burin_rt_search_numerics);
    define("burin_rt_parallel", &burin_rt_parallel);
    define("burin_rt_fail_index", &burin_rt_fail_index);
    for (const runtime::KernelSymbol &kernel : runtime::kernel_symbols()) define(kernel.name, kernel.kernel);
    define("burin_rt_fail", &burin_rt_fail);
    must(jit->getMainJITDylib().define(orc::absoluteSymbols(std::move(symbols))));
    return jit.release();
  }();
  return *instance;
}

class JitCode final : public LoadedCode {
public:
  JitCode(std::unique_ptr<MemoryBuffer> object, const std::string &entryName) {
    static std::atomic<uint64_t> count{0};
    orc::LLJIT &jit = linker();
    Expected<orc::JITDylib &> made = jit.createJITDylib("burin." + std::to_string(count++));
    must(made.takeError());
    library = &*made;
    library->addToLinkOrder(jit.getMainJITDylib());
    try {
      must(jit.addObjectFile(*library, std::move(object)));
      entry = must(jit.lookup(*library, entryName)).toPtr<void *>();
    } catch (...) {
      remove();
      throw;
    }
  }
  ~JitCode() override { remove(); }

private:
  void remove() { consumeError(linker().getExecutionSession().removeJITDylib(*library)); }
  orc::JITDylib *library = nullptr;
};

// A short list: the code comes vectorised and in order. What is left is to forward memory that only MLIR's descriptors
// touch, to fold addresses, and to move them out of loops.
ModulePassManager optimizationPasses() {
  FunctionPassManager function;
  function.addPass(SROAPass(SROAOptions::ModifyCFG));
  function.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
  function.addPass(InstCombinePass());
  function.addPass(SimplifyCFGPass());
  function.addPass(LoopSimplifyPass());
  function.addPass(LCSSAPass());
  LoopPassManager loop;
  loop.addPass(LoopRotatePass());
  loop.addPass(LICMPass(LICMOptions()));
  function.addPass(createFunctionToLoopPassAdaptor(std::move(loop), /*UseMemorySSA=*/true));
  function.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
  function.addPass(InstCombinePass());
  function.addPass(SimplifyCFGPass());
  function.addPass(ScalarStores());
  ModulePassManager module;
  module.addPass(AlwaysInlinerPass());
  module.addPass(GlobalDCEPass());
  module.addPass(createModuleToFunctionPassAdaptor(std::move(function)));
  return module;
}

} // namespace

CodeGenerator::CodeGenerator(const TargetInfo &target) : target(target), machine(MachinePool::instance().take(target)) {}
CodeGenerator::~CodeGenerator() { MachinePool::instance().give(target.vectorBits, std::move(machine)); }

std::unique_ptr<llvm::Module> CodeGenerator::optimize(mlir::ModuleOp source, LLVMContext &context) {
  std::unique_ptr<llvm::Module> module = mlir::translateModuleToLLVMIR(source, context, "burin", /*disableVerification=*/true);
  if (module) optimize(*module);
  return module;
}

void CodeGenerator::optimize(llvm::Module &module) {
  module.setDataLayout(machine->createDataLayout());
  module.setTargetTriple(machine->getTargetTriple());
  for (Function &function : module) {
    function.addFnAttr(Attribute::NoUnwind);
    if (function.isDeclaration()) continue;
    function.addFnAttr("prefer-vector-width", std::to_string(target.vectorBits));
    // Only with a frame pointer can LLVM align what it spills. Where the stack happens to begin, vectors would lie across two lines of the
    // cache: 74 instead of 45 us for a convolution, in every second process.
    function.addFnAttr("frame-pointer", "all");
  }
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager callGraph;
  ModuleAnalysisManager modules;
  PassBuilder builder(machine.get());
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);
  optimizationPasses().run(module, modules);
}

std::unique_ptr<MemoryBuffer> CodeGenerator::toObject(llvm::Module &module) {
  orc::SimpleCompiler compiler(*machine);
  return must(compiler(module));
}

std::string CodeGenerator::toAssembly(llvm::Module &module) {
  SmallVector<char, 0> text;
  raw_svector_ostream stream(text);
  legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, stream, nullptr, CodeGenFileType::AssemblyFile))
    throw CompileError("code generation: this target has no assembly printer");
  passes.run(module);
  return std::string(text.begin(), text.end());
}

std::unique_ptr<LoadedCode> CodeGenerator::load(std::unique_ptr<MemoryBuffer> object, const std::string &entryName) {
  return std::make_unique<JitCode>(std::move(object), entryName);
}

} // namespace burin::compiler
