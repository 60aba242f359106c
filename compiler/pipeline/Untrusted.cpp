// Reads modules that anybody may have written. MLIR's parser calls itself for each level of nesting, and its dialects accept far more
// than a trace holds; so the text is looked at first, then parsed where only the dialects of traces are known, and verified.
// The result moves to an ordinary context as bytecode that we wrote ourselves.
#include "compiler/Compiler.h"
#include "compiler/dialect/BurinDialect.h"
#include "compiler/pipeline/BytecodeCheck.h"
#include "compiler/pipeline/Diagnostics.h"
#include "compiler/pipeline/Functions.h"
#include "compiler/pipeline/Module.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBufferRef.h"

using namespace mlir;

namespace burin::compiler {

// --- the text, before it is parsed ---------------------------------------------------------------------------------

// Ours has loops in loops, types in attributes in locations: some ten levels.
static constexpr int kMaxNesting = 128;

namespace {
// Objects to what makes MLIR's parser call itself without bounds: brackets, and affine expressions, which traces have none of.
class TextCheck {
public:
  explicit TextCheck(llvm::StringRef text) : rest(text) {}

  // An objection, or nothing.
  std::string run() {
    while (!rest.empty()) {
      if (rest.consume_front("\"")) skipString();
      else if (rest.starts_with("//")) rest = rest.drop_until([](char c) { return c == '\n'; });
      else if (llvm::isAlpha(rest.front()) || rest.front() == '_') {
        const llvm::StringRef word = rest.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
        if (word == "affine_map" || word == "affine_set") return "traces have no " + word.str();
        rest = rest.drop_front(word.size());
      } else if (!rest.consume_front("->")) {
        if (llvm::StringRef("([{<").contains(rest.front()) && ++depth > kMaxNesting)
          return "brackets are nested more than " + std::to_string(kMaxNesting) + " deep";
        if (llvm::StringRef(")]}>").contains(rest.front())) depth = std::max(depth - 1, 0);
        rest = rest.drop_front();
      }
    }
    return {};
  }

private:
  void skipString() {
    while (!rest.empty() && rest.front() != '"') rest = rest.drop_front(rest.front() == '\\' && rest.size() > 1 ? 2 : 1);
    rest.consume_front("\"");
  }

  llvm::StringRef rest;
  int depth = 0;
};
} // namespace

static std::string objectionToText(llvm::StringRef text) { return TextCheck(text).run(); }

static std::string objectionTo(llvm::StringRef contents, Extents extents) {
  const bool isText = !isBytecode(llvm::MemoryBufferRef(contents, ""));
  return isText ? objectionToText(contents) : objectionToBytecode(contents, objectionToText, extents);
}

// --- steps ---------------------------------------------------------------------------------------------------------

static std::unique_ptr<MLIRContext> stepsContext() {
  auto context = std::make_unique<MLIRContext>(MLIRContext::Threading::DISABLED);
  context->allowUnregisteredDialects();
  return context;
}

StepsModule makeStepsModule(const std::string &name) {
  StepsModule steps{stepsContext(), {}};
  steps.module = ModuleOp::create(UnknownLoc::get(steps.context.get()), name);
  return steps;
}

StepsModule readUntrustedSteps(std::string_view bytes, std::string_view name) {
  const llvm::StringRef contents(bytes.data(), bytes.size());
  const auto reject = [&](const std::string &why) { throw IoError("'" + std::string(name) + "' holds no steps of a graph: " + why); };
  if (const std::string objection = objectionTo(contents, Extents::MayBeDynamic); !objection.empty()) reject(objection);
  StepsModule steps{stepsContext(), {}};
  Diagnostics diagnostics(*steps.context);
  steps.module = parseSourceString<ModuleOp>(contents, ParserConfig(steps.context.get()), llvm::StringRef(name.data(), name.size()));
  if (!steps.module) reject(diagnostics.message());
  return steps;
}

// --- the module ----------------------------------------------------------------------------------------------------

static std::string checkedBytecode(llvm::StringRef bytes, const std::string &name) {
  DialectRegistry registry;
  registry.insert<BurinDialect, func::FuncDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  Diagnostics diagnostics(context);
  const auto reject = [&](const std::string &why) { throw IoError("'" + name + "' holds no traced function: " + why); };
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(bytes, ParserConfig(&context), name);
  if (!module) reject(diagnostics.message());
  if (!llvm::hasSingleElement(*module->getBody())) reject("expected one function alone");
  auto function = dyn_cast<func::FuncOp>(module->getBody()->front());
  if (!function || function.isDeclaration()) reject("expected a function with a body");
  requireTrace(function, name, Calls::Refused);
  std::string bytecode;
  llvm::raw_string_ostream stream(bytecode);
  if (failed(writeBytecodeToFile(*module, stream))) reject("it can't be written again");
  return bytecode;
}

std::unique_ptr<Module, void (*)(Module *)> deserialize_untrusted(std::string_view bytes, std::string_view name) {
  const llvm::StringRef contents(bytes.data(), bytes.size());
  if (const std::string objection = objectionTo(contents, Extents::Static); !objection.empty())
    throw IoError("'" + std::string(name) + "' holds no traced function: " + objection);
  return deserialize(checkedBytecode(contents, std::string(name)), name);
}

} // namespace burin::compiler
