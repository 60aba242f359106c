#include "compiler/Compiler.h"
#include "burin/Error.h"
#include "compiler/dialect/BurinDialect.h"
#include "compiler/jit/Jit.h"
#include "compiler/lowering/KernelCalls.h"
#include "compiler/lowering/MatmulPlan.h"
#include "compiler/lowering/ReductionLowering.h"
#include "compiler/pipeline/Diagnostics.h"
#include "compiler/pipeline/Dump.h"
#include "compiler/pipeline/Module.h"
#include "compiler/pipeline/Stages.h"
#include "compiler/transforms/InlineCalls.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace mlir;

namespace burin::compiler {
namespace {

#ifdef NDEBUG
constexpr bool kVerifyPasses = false;
#else
constexpr bool kVerifyPasses = true;
#endif

class BuiltExecutable final : public Executable {
public:
  std::unique_ptr<LoadedCode> code;
};

// The one function that the user wrote; what it calls, tasks and entries stand beside it.
func::FuncOp mainFunction(ModuleOp module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isDeclaration() && !function->hasAttr("burin.task") && !function->hasAttr("burin.shared")) return function;
  throw CompileError("compile: the module has no function");
}

ValueSpec specOf(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return {dtypeOf(tensor.getElementType()), Shape(tensor.getShape())};
}

// Inputs, variables and results with the user's types: read once variables are values and before booleans become bytes.
void readTypes(ModuleOp module, Executable &executable) {
  func::FuncOp function = mainFunction(module);
  size_t updates = 0;
  if (auto attribute = function->getAttrOfType<DenseI64ArrayAttr>("burin.updates")) updates = static_cast<size_t>(attribute.size());
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    const ValueSpec spec = specOf(function.getArgumentTypes()[i]);
    if (function.getArgAttr(i, "burin.variable")) executable.variables.push_back({spec, false, false, false, {}});
    else executable.inputs.push_back(spec);
  }
  for (Type type : function.getResultTypes().drop_back(updates)) executable.results.push_back({specOf(type), {}});
}

// Where things were put.
void readPlacements(ModuleOp module, Executable &executable) {
  func::FuncOp function = mainFunction(module);
  auto list = [&](StringRef name) { return function->getAttrOfType<DenseI64ArrayAttr>(name).asArrayRef(); };
  auto placement = [](ArrayRef<int64_t> list, size_t i) {
    return Placement{static_cast<Placement::Kind>(list[2 * i]), static_cast<int>(list[2 * i + 1])};
  };
  executable.arena_bytes = static_cast<size_t>(function->getAttrOfType<IntegerAttr>("burin.arena").getInt());
  for (size_t i = 0; i < executable.results.size(); ++i) executable.results[i].placement = placement(list("burin.placements"), i);
  for (size_t i = 0; i < executable.variables.size(); ++i) {
    VariableSpec &variable = executable.variables[i];
    variable.read = list("burin.read")[i];
    variable.written = list("burin.written")[i];
    variable.in_place = list("burin.in_place")[i];
    variable.placement = placement(list("burin.new_placements"), i);
  }
  if (auto states = function->getAttrOfType<DenseI64ArrayAttr>("burin.failure_states"))
    for (int64_t isNew : states.asArrayRef()) executable.failure_states.push_back(isNew != 0);
}

// A function that is one kernel on its arguments needs no code. One without results to fill would not be called at all.
KernelAlone kernelAlone(func::FuncOp function) {
  Block &body = function.getBody().front();
  auto kernel = dyn_cast<RuntimeKernelInterface>(body.front());
  if (!kernel || kernel->getNextNode() != body.getTerminator() || !llvm::equal(kernel->getOperands(), body.getArguments()) ||
      !llvm::equal(kernel->getResults(), body.getTerminator()->getOperands()))
    return {};
  auto isEmpty = [](Type type) { return cast<RankedTensorType>(type).getNumElements() == 0; };
  if (llvm::any_of(kernel->getResultTypes(), isEmpty)) return {};
  const auto symbols = runtime::kernel_symbols();
  const auto symbol = llvm::find_if(symbols, [&](const runtime::KernelSymbol &each) { return kernel.kernelSymbol() == each.name; });
  if (symbol == symbols.end()) return {};
  const SmallVector<int64_t> numbers = kernel.kernelArguments();
  return {symbol->kernel, {numbers.begin(), numbers.end()}, labelOf(kernel).str(), describe(kernel->getLoc())};
}

// What code for any extents says of itself.
void readOpen(ModuleOp module, Executable &executable) {
  auto open = mainFunction(module)->getAttrOfType<DenseI64ArrayAttr>("burin.open");
  if (!open || executable.arena_bytes != 0 || executable.results.size() != 1 ||
      executable.results[0].placement.kind != Placement::Kind::Fresh)
    return;
  executable.open = {open[0], open[1], open[2], open[3]};
}

// Runs the stages on a module, one after the other.
class Pipeline {
public:
  Pipeline(Module &module, const CompileOptions &options)
      : module(module), diagnostics(module.context()),
        settings{hostTarget(options.vector_bits), options.parallel, options.guard, options.stand_ins},
        dumps(options.dump_directory, module.functionName()) {}

  // Everything up to `last`; `visit` sees the module after each stage.
  void runMlir(llvm::StringRef last, llvm::function_ref<void(llvm::StringRef)> visit) {
    for (const Stage &stage : stages()) {
      if (!stage.addPasses) return;
      PassManager passes(&module.context(), ModuleOp::getOperationName());
      passes.enableVerifier(kVerifyPasses);
      stage.addPasses(passes, settings);
      if (passes.size()) diagnostics.check(succeeded(passes.run(module.op())), "stage " + stage.name.str());
      if (dumps.enabled()) dumps.write(stage.name, printModule());
      visit(stage.name);
      if (stage.name == last) return;
    }
  }

  std::string printModule() {
    std::string text;
    llvm::raw_string_ostream stream(text);
    module.op()->print(stream);
    return text + "\n";
  }

  std::unique_ptr<llvm::Module> optimizeLlvm(CodeGenerator &generator, llvm::LLVMContext &context) {
    std::unique_ptr<llvm::Module> translated = generator.optimize(module.op(), context);
    diagnostics.check(translated != nullptr, "translation to LLVM IR");
    if (dumps.enabled()) dumps.write("llvm-opt", printLlvm(*translated));
    return translated;
  }

  static std::string printLlvm(llvm::Module &translated) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    translated.print(stream, nullptr);
    return text;
  }

  Module &module;
  Diagnostics diagnostics;
  StageSettings settings;
  DumpWriter dumps;
};

} // namespace

static bool hasNumericsChecks(ModuleOp module) {
  return module.walk([](CheckNumericsOp) { return WalkResult::interrupt(); }).wasInterrupted();
}

std::int64_t chunks_of(std::int64_t count) { return chunksOf(count); }

std::int64_t product_chains(std::int64_t m, std::int64_t n, std::int64_t k, DType dtype, int vector_bits) {
  MatmulShape shape{m, n, k, static_cast<int>(byte_size(dtype)) * 8};
  shape.lhsRowStride = k;
  shape.rhsRowStride = n;
  return planMatmul(shape, hostTarget(vector_bits)).depthChains;
}

std::shared_ptr<const Executable> compile(Module &module, const CompileOptions &options) {
  auto executable = std::make_shared<BuiltExecutable>();
  if (options.dump_directory.empty()) executable->alone = kernelAlone(mainFunction(module.op()));
  if (executable->alone.kernel) {
    readTypes(module.op(), *executable);
    return executable;
  }
  if (options.guard < 0 && hasNumericsChecks(module.op())) executable->guarded_source = serialize(module);
  Pipeline pipeline(module, options);
  pipeline.runMlir("llvm", [&](llvm::StringRef stage) {
    if (stage == "optimized") readTypes(module.op(), *executable);
    if (stage == "buffers") readPlacements(module.op(), *executable);
    if (stage == "vector" && !options.stand_ins.empty()) readOpen(module.op(), *executable);
  });
  llvm::LLVMContext context;
  CodeGenerator generator(pipeline.settings.target);
  std::unique_ptr<llvm::Module> optimized = pipeline.optimizeLlvm(generator, context);
  if (pipeline.dumps.enabled()) pipeline.dumps.write("asm", generator.toAssembly(*llvm::CloneModule(*optimized)));
  executable->code = CodeGenerator::load(generator.toObject(*optimized), module.functionName() + "__entry");
  executable->entry = reinterpret_cast<runtime::Entry>(executable->code->entry);
  return executable;
}

void inline_calls(Module &module) {
  Diagnostics diagnostics(module.context());
  PassManager passes(&module.context(), ModuleOp::getOperationName());
  passes.addPass(createInlineAllCallsPass());
  diagnostics.check(succeeded(passes.run(module.op())), "inlining");
}

std::vector<std::string_view> stage_names() {
  std::vector<std::string_view> names;
  for (const Stage &stage : stages()) names.emplace_back(stage.name);
  return names;
}

std::string dump(Module &module, std::string_view stage, const CompileOptions &options) {
  const auto known = llvm::find_if(stages(), [&](const Stage &each) { return each.name == llvm::StringRef(stage); });
  if (known == stages().end()) {
    std::string text = "dump: there is no stage '" + std::string(stage) + "'; the stages are";
    for (std::string_view name : stage_names()) text.append(" ").append(name);
    throw Error(text);
  }
  CompileOptions quiet = options;
  quiet.dump_directory.clear();
  Pipeline pipeline(module, quiet);
  pipeline.runMlir(known->name, [](llvm::StringRef) {});
  if (known->addPasses) return pipeline.printModule();
  llvm::LLVMContext context;
  CodeGenerator generator(pipeline.settings.target);
  std::unique_ptr<llvm::Module> optimized = pipeline.optimizeLlvm(generator, context);
  return known->name == "asm" ? generator.toAssembly(*optimized) : Pipeline::printLlvm(*optimized);
}

std::string serialize(const Module &module) {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  if (failed(writeBytecodeToFile(module.op(), stream))) throw CompileError("serialize: the module can't be written");
  return bytes;
}

std::unique_ptr<Module, void (*)(Module *)> deserialize(std::string_view bytes, std::string_view name) {
  std::unique_ptr<Module, void (*)(Module *)> module(new Module(""), &Module::destroy);
  Diagnostics diagnostics(module->context());
  OwningOpRef<ModuleOp> parsed = parseSourceString<ModuleOp>(llvm::StringRef(bytes.data(), bytes.size()), ParserConfig(&module->context()),
                                                             llvm::StringRef(name.data(), name.size()));
  if (!parsed) throw IoError("cannot read " + std::string(name) + " as MLIR: " + diagnostics.message());
  module->replace(std::move(parsed));
  if (const auto names = function_names(*module); !names.empty()) module->setFunctionName(names.front());
  return module;
}

} // namespace burin::compiler
