#pragma once
#include "compiler/lowering/TargetInfo.h"
#include "mlir/IR/BuiltinOps.h"
#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
class MemoryBuffer;
class Module;
class TargetMachine;
} // namespace llvm

namespace burin::compiler {

/// The processor that code is made for: the host, with vectors of at most `vectorBits` (0: the widest that it has).
TargetInfo hostTarget(int vectorBits);

/// Machine code in memory, and the function to call; freed with the object.
class LoadedCode {
public:
  virtual ~LoadedCode() = default;
  void *entry = nullptr;
};

/// Turns modules of the LLVM dialect into machine code. The only place that knows LLVM's optimizer and JIT. An object serves
/// one thread; making one is cheap, as target machines are pooled.
class CodeGenerator {
public:
  explicit CodeGenerator(const TargetInfo &target);
  ~CodeGenerator();

  /// Translates `module` to LLVM IR and optimizes it. Null if it can't be translated (a diagnostic says why).
  std::unique_ptr<llvm::Module> optimize(mlir::ModuleOp module, llvm::LLVMContext &context);
  void optimize(llvm::Module &module);
  /// Throws CompileError.
  std::unique_ptr<llvm::MemoryBuffer> toObject(llvm::Module &module);
  std::string toAssembly(llvm::Module &module);
  /// Links `object` into this process. Throws CompileError.
  static std::unique_ptr<LoadedCode> load(std::unique_ptr<llvm::MemoryBuffer> object, const std::string &entryName);

private:
  TargetInfo target;
  std::unique_ptr<llvm::TargetMachine> machine;
};

/// Compiles and links a kernel of LLVM IR that does nothing for anyone, and drops it: what a process's first code generation does but
/// once is done after it. Throws CompileError.
void compileSmallKernel(const TargetInfo &target);

} // namespace burin::compiler
