#include "compiler/jit/HostTarget.h"
#include "compiler/jit/Jit.h"
#include "llvm/TargetParser/Host.h"
#include <fstream>
#include <string>
#include <unistd.h>

namespace burin::compiler {

static constexpr const char *kLastCache = "/sys/devices/system/cpu/cpu0/cache/index3"; // as Linux describes it

const llvm::StringMap<bool> &hostFeatures() {
  static const auto &features = *new llvm::StringMap<bool>(llvm::sys::getHostCPUFeatures());
  return features;
}

// The first processor's part of the third-level cache: where there are several of these, sysconf may give their sum.
static int64_t lastCacheBytes(int64_t otherwise) {
  int64_t level = 0, kibibytes = 0;
  std::ifstream(kLastCache + std::string("/level")) >> level;
  std::ifstream(kLastCache + std::string("/size")) >> kibibytes; // followed by a K
  return level == 3 && kibibytes > 0 ? kibibytes << 10 : otherwise;
}

static int64_t cacheBytes(int name, int64_t otherwise) {
  const long bytes = sysconf(name);
  return bytes > 0 ? bytes : otherwise;
}

TargetInfo hostTarget(int vectorBits) {
  static const TargetInfo host = [] {
    TargetInfo info;
    auto has = [](llvm::StringRef feature) { return hostFeatures().lookup(feature); };
    info.avx512 = has("avx512f") && has("avx512vl") && has("avx512bw") && has("avx512dq");
    info.vectorBits = info.avx512 ? 512 : has("avx2") ? 256 : 128;
    info.l1Bytes = cacheBytes(_SC_LEVEL1_DCACHE_SIZE, info.l1Bytes);
    info.l2Bytes = cacheBytes(_SC_LEVEL2_CACHE_SIZE, info.l2Bytes);
    info.l3Bytes = lastCacheBytes(cacheBytes(_SC_LEVEL3_CACHE_SIZE, info.l3Bytes));
    return info;
  }();
  TargetInfo info = host;
  if (vectorBits != 0 && vectorBits < info.vectorBits) info.vectorBits = vectorBits;
  info.avx512 = info.vectorBits == 512;
  info.vectorRegisters = info.avx512 ? 32 : 16;
  return info;
}

} // namespace burin::compiler
