#include "compiler/jit/Machines.h"
#include "compiler/jit/HostTarget.h"
#include "compiler/jit/Must.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include <algorithm>

using namespace llvm;

namespace burin::compiler {

static constexpr std::size_t kMostIdle = 8;

static bool needsAvx512(StringRef feature) {
  return feature.starts_with("avx512") || feature.starts_with("avx10") || feature.starts_with("amx");
}

static orc::JITTargetMachineBuilder makeBuilder(bool avx512) {
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  InitializeNativeTargetAsmParser();
  orc::JITTargetMachineBuilder builder{Triple(sys::getProcessTriple())};
  // Code for narrower vectors must run where there are no wider ones.
  builder.setCPU(avx512 ? sys::getHostCPUName().str() : "haswell");
  for (const auto &feature : hostFeatures())
    builder.getFeatures().AddFeature(feature.first(), feature.second && (avx512 || !needsAvx512(feature.first())));
  builder.setCodeGenOptLevel(CodeGenOptLevel::Default);
  return builder;
}

// Nothing here is ever destroyed: functions in static variables may be compiled, and freed, at exit.
const orc::JITTargetMachineBuilder &machineBuilder(bool avx512) {
  if (avx512) {
    static const auto &wide = *new orc::JITTargetMachineBuilder(makeBuilder(true));
    return wide;
  }
  static const auto &narrow = *new orc::JITTargetMachineBuilder(makeBuilder(false));
  return narrow;
}

// The tables of a machine, half a megabyte in one piece, are read before they are written: in memory that is new to the process that is two
// page faults for each page, the second of which interrupts all other processors that run threads of ours. Here the C library first learns to
// take pieces of this size from the heap, then gets one back that was written to.
static void prepareHeap() {
  constexpr std::size_t kSize = 1 << 20, kPage = 4096;
  for (const std::size_t step : {kSize, kPage}) {
    const auto piece = std::make_unique_for_overwrite<char[]>(kSize);
    for (std::size_t i = 0; i < kSize; i += step) static_cast<volatile char *>(piece.get())[i] = 0;
  }
}

MachinePool &MachinePool::instance() {
  static auto *pool = new MachinePool;
  return *pool;
}

std::unique_ptr<TargetMachine> MachinePool::take(const TargetInfo &target) {
  {
    const std::lock_guard lock(mutex);
    const auto found = std::find_if(idle.begin(), idle.end(), [&](const auto &entry) { return entry.first == target.vectorBits; });
    if (found != idle.end()) {
      auto taken = std::move(found->second);
      idle.erase(found);
      return taken;
    }
  }
  prepareHeap();
  auto builder = machineBuilder(target.avx512);
  return must(builder.createTargetMachine());
}

void MachinePool::give(int vectorBits, std::unique_ptr<TargetMachine> machine) {
  const std::lock_guard lock(mutex);
  if (idle.size() < kMostIdle) idle.emplace_back(vectorBits, std::move(machine));
}

} // namespace burin::compiler
