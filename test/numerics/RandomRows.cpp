// Rows of random draws: their elements are made of the reference's bits by the formulas that docs/random.md gives.
#include "test/numerics/OpTable.h"
#include "test/numerics/Philox.h"
#include <cmath>

namespace burin::test {

constexpr std::uint64_t kSeed = 0x123456789abcdef0;

static void add(std::vector<Row> &rows, std::string name, Extents extents, std::function<Tensor(const Shape &)> draw,
                std::function<double(std::uint64_t)> element, double ulps) {
  const Shape shape{std::span<const std::int64_t>(extents)};
  std::uint64_t next = 0;
  const Array expected = generate(extents, [&](const Index &) { return element(next++); });
  rows.push_back(row(
      std::move(name), {DType::F32}, {{{}}}, [=](const std::vector<Tensor> &) { return draw(shape); },
      [=](const std::vector<Array> &) { return expected; }, ulps));
}

/// The number that a normal variable exceeds with probability `p`, by Newton's method.
static double normal_quantile(double p) {
  double x = std::sqrt(-2 * std::log(2 * p));
  for (int i = 0; i < 60; ++i) {
    const double excess = std::erfc(x / std::sqrt(2.0)) / 2 - p, slope = std::exp(-x * x / 2) / std::sqrt(2 * M_PI);
    x += std::max(-0.5, std::min(0.5, excess / slope));
  }
  return x;
}

static double normal_of(std::uint32_t word) {
  const double z = normal_quantile((static_cast<double>(word & 0x7fffffffu) + 0.5) * 0x1p-32);
  return word >> 31 ? -z : z;
}
static double normal_of(std::uint64_t word) {
  const double z = normal_quantile((static_cast<double>(word >> 11 & 0xfffffffffffffu) + 0.5) * 0x1p-53);
  return word >> 63 ? -z : z;
}

void add_random_rows(std::vector<Row> &rows) {
  const auto word = [](std::uint64_t i) { return philox_word(kSeed, 0, i); };
  const auto wide = [](std::uint64_t i) { return philox_long(kSeed, 0, i); };
  for (const Extents &extents : std::vector<Extents>{{}, {0}, {1}, {4, 0, 3}, {67}, {5, 7}, {3, 1, 130}}) {
    add(
        rows, "random_bits", extents, [](const Shape &s) { return cast(random_bits(s, kSeed), DType::F64); },
        [=](auto i) { return word(i); }, 0);
    add(
        rows, "random_bits", extents,
        [](const Shape &s) { return cast(bitwise_right_shift(random_bits(s, kSeed, DType::U64), 20), DType::F64); },
        [=](auto i) { return static_cast<double>(wide(i) >> 20); }, 0);
    add(
        rows, "random_uniform", extents, [](const Shape &s) { return uniform(s, kSeed); }, [=](auto i) { return (word(i) >> 8) * 0x1p-24; },
        0);
    add(
        rows, "random_uniform", extents, [](const Shape &s) { return uniform(s, kSeed, {.dtype = DType::F64}); },
        [=](auto i) { return static_cast<double>(wide(i) >> 11) * 0x1p-53; }, 0);
    add(
        rows, "random_uniform", extents, [](const Shape &s) { return cast(uniform(s, kSeed, {.dtype = DType::F16}), DType::F32); },
        [=](auto i) { return (word(i) >> 21) * 0x1p-11; }, 0);
    add(
        rows, "random_uniform", extents, [](const Shape &s) { return cast(uniform(s, kSeed, {.dtype = DType::BF16}), DType::F32); },
        [=](auto i) { return (word(i) >> 24) * 0x1p-8; }, 0);
    add(
        rows, "random_uniform", extents, [](const Shape &s) { return uniform(s, kSeed, {.low = -3, .high = 5, .dtype = DType::F64}); },
        [=](auto i) { return -3 + 8 * (static_cast<double>(wide(i) >> 11) * 0x1p-53); }, 0);
    // f32: within 7e-7 |z| + 1e-7 of the quantile z. Around 8, where the second part is a fraction of an ulp; 6 ulps do for |z| < 3.5.
    add(
        rows, "random_normal", extents, [](const Shape &s) { return normal(s, kSeed, {.mean = 8}); },
        [=](auto i) { return 8 + normal_of(word(i)); }, 6);
    // f64: near the mean 1 - 2p cancels in the reference, too.
    add(
        rows, "random_normal", extents, [](const Shape &s) { return normal(s, kSeed, {.mean = 100, .stddev = 2, .dtype = DType::F64}); },
        [=](auto i) { return 100 + 2 * normal_of(wide(i)); }, 4);
    add(
        rows, "random_truncated_normal", extents,
        [](const Shape &s) { return truncated_normal(s, kSeed, {.mean = 100, .dtype = DType::F64}); },
        [=](auto i) {
          const double below = std::erfc(std::sqrt(2.0)) / 2;
          const double p = (static_cast<double>(wide(i) >> 11) + 0.5) * ((1 - 2 * below) * 0x1p-53) + below;
          return 100 + (p < 0.5 ? -normal_quantile(p) : normal_quantile(1 - p));
        },
        4);
    add(
        rows, "random_integers", extents, [](const Shape &s) { return randint(s, kSeed, -3, 4); },
        [=](auto i) { return -3.0 + static_cast<double>(static_cast<std::uint64_t>(static_cast<unsigned __int128>(wide(i)) * 7 >> 64)); },
        0);
    add(
        rows, "random_integers", extents, [](const Shape &s) { return randint(s, kSeed, INT64_MIN, INT64_MAX) / (std::int64_t(1) << 40); },
        [=](auto i) {
          const std::uint64_t low = philox_long(kSeed, 0, 2 * i), high = philox_long(kSeed, 0, 2 * i + 1), span = UINT64_MAX;
          const auto carry = static_cast<unsigned __int128>(low) * span >> 64;
          const auto offset = static_cast<std::uint64_t>((static_cast<unsigned __int128>(high) * span + carry) >> 64);
          return static_cast<double>(static_cast<std::int64_t>(offset + static_cast<std::uint64_t>(INT64_MIN))) * 0x1p-40;
        },
        2);
  }
}

} // namespace burin::test
