#pragma once
#include <cstdint>

namespace burin::compiler {

/// What code generation knows of the processor: vector width, registers, caches. Read from the host, or set by options.
struct TargetInfo {
  int vectorBits = 256;            ///< 128, 256 or 512
  int vectorRegisters = 16;        ///< 32 with AVX-512
  bool avx512 = false;
  std::int64_t l1Bytes = 32 << 10; ///< data cache of one core
  std::int64_t l2Bytes = 1 << 20;
  std::int64_t l3Bytes = 32 << 20;

  /// Elements of `elementBits` bits in one vector register.
  int lanes(int elementBits) const { return vectorBits / elementBits; }
};

} // namespace burin::compiler
