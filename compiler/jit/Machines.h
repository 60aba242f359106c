#pragma once
#include "compiler/lowering/TargetInfo.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/Target/TargetMachine.h"
#include <memory>
#include <mutex>
#include <vector>

namespace burin::compiler {

/// How target machines for the host are made: as it is, or as one without AVX-512. The same object each time.
const llvm::orc::JITTargetMachineBuilder &machineBuilder(bool avx512);

/// Target machines that nobody uses at the moment, by the width of vectors. Making one takes milliseconds.
class MachinePool {
public:
  static MachinePool &instance();

  /// Throws CompileError if LLVM has no code generator for the host.
  std::unique_ptr<llvm::TargetMachine> take(const TargetInfo &target);
  void give(int vectorBits, std::unique_ptr<llvm::TargetMachine> machine);

private:
  std::mutex mutex;
  std::vector<std::pair<int, std::unique_ptr<llvm::TargetMachine>>> idle;
};

} // namespace burin::compiler
