#pragma once
#include <cstdint>

namespace bench {

/// What this machine can do at most, measured, for one thread [0] and two [1].
struct Limits {
  double fma_gflops[2];
  double plain_copy_gbs[2];       ///< 1e8 floats, read and written: 8 bytes an element
  double nontemporal_copy_gbs[2]; ///< the same with stores that bypass the caches
};

Limits measure_limits(bool quick);

/// Register-only fused multiply-adds, `flops` of them in all (rounded to whole iterations) on each thread.
void fma_loop(double flops);

enum class Stores { Plain, NonTemporal };
/// Copies `count` floats (a multiple of 64, both 64-byte aligned) in equal parts on `threads` threads.
void copy(float *to, const float *from, std::int64_t count, int threads, Stores stores);

} // namespace bench
