#include "Limits.h"
#include "Harness.h"
#include <array>
#include <chrono>
#include <immintrin.h>
#include <thread>

namespace bench {

namespace {

#if defined(__AVX512F__)
using Vector = __m512;
constexpr int kAccumulators = 24; // of 32 registers; hides two units' latency of four to five cycles
Vector splat(float value) { return _mm512_set1_ps(value); }
Vector fma(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
Vector load(const float *from) { return _mm512_load_ps(from); }
void store(float *to, Vector value) { _mm512_store_ps(to, value); }
void stream(float *to, Vector value) { _mm512_stream_ps(to, value); }
#elif defined(__AVX2__) && defined(__FMA__)
using Vector = __m256;
constexpr int kAccumulators = 12; // of 16 registers
Vector splat(float value) { return _mm256_set1_ps(value); }
Vector fma(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
Vector load(const float *from) { return _mm256_load_ps(from); }
void store(float *to, Vector value) { _mm256_store_ps(to, value); }
void stream(float *to, Vector value) { _mm256_stream_ps(to, value); }
#else
#error "the machine's limits are measured with AVX-512 or with AVX2 and FMA"
#endif
#if defined(__AVX512F__)
void keep_in_register(Vector value) { asm volatile("" : : "v"(value)); }
#else
void keep_in_register(Vector value) { asm volatile("" : : "x"(value)); }
#endif
constexpr std::int64_t kLanes = sizeof(Vector) / sizeof(float);

template <std::size_t... I> void fma_iterations(std::int64_t iterations, std::index_sequence<I...>) {
  Vector sums[] = {splat(0.01f * I)...};
  const Vector factor = splat(0.999f), addend = splat(1e-3f);
  for (std::int64_t i = 0; i < iterations; ++i) {
    // Unrolled by hand: GCC keeps an indexed array in memory, and then measures its stores.
    ((sums[I] = fma(sums[I], factor, addend)), ...);
  }
  (keep_in_register(sums[I]), ...);
}

__attribute__((noinline)) void copy_plain(float *to, const float *from, std::int64_t count) {
  for (std::int64_t i = 0; i < count; i += kLanes) store(to + i, load(from + i));
}

__attribute__((noinline)) void copy_nontemporal(float *to, const float *from, std::int64_t count) {
  for (std::int64_t i = 0; i < count; i += kLanes) stream(to + i, load(from + i));
  _mm_sfence();
}

/// `body(part)` for each of `threads` parts at the same time, the first on this thread.
template <class Body> void in_parallel(int threads, Body body) {
  std::vector<std::jthread> others;
  for (int part = 1; part < threads; ++part) others.emplace_back([=] { body(part); });
  body(0);
}

template <class Body> double median_seconds(int rounds, Body body) {
  std::vector<double> seconds;
  for (int round = 0; round < rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    body();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return median(std::move(seconds));
}

} // namespace

void fma_loop(double flops) {
  fma_iterations(static_cast<std::int64_t>(flops / (2.0 * kAccumulators * kLanes) + 0.5),
                 std::make_index_sequence<kAccumulators>{});
}

void copy(float *to, const float *from, std::int64_t count, int threads, Stores stores) {
  const std::int64_t part_size = (count / threads + 63) / 64 * 64;
  in_parallel(threads, [=](int part) {
    const std::int64_t begin = std::min(count, part * part_size), size = std::min(part_size, count - begin);
    if (stores == Stores::Plain) copy_plain(to + begin, from + begin, size);
    else copy_nontemporal(to + begin, from + begin, size);
  });
}

Limits measure_limits(bool quick) {
  constexpr std::int64_t count = 100'000'000;
  const double flops = quick ? 1e9 : 5e9;
  const int rounds = quick ? 5 : 11;
  Limits limits{};
  const Buffer from(count), to(count);
  for (int threads : {1, 2}) {
    const auto rate = [&](double amount, auto body) { return amount / median_seconds(rounds, body) * 1e-9; };
    limits.fma_gflops[threads - 1] =
        rate(flops * threads, [&] { in_parallel(threads, [&](int) { fma_loop(flops); }); });
    limits.plain_copy_gbs[threads - 1] =
        rate(8.0 * count, [&] { copy(to.data(), from.data(), count, threads, Stores::Plain); });
    limits.nontemporal_copy_gbs[threads - 1] =
        rate(8.0 * count, [&] { copy(to.data(), from.data(), count, threads, Stores::NonTemporal); });
  }
  return limits;
}

} // namespace bench
