#pragma once
#include "burin/Variable.h"
#include <concepts>
#include <optional>

/// Random numbers by Philox 4x32-10, a counter-based generator: element number i of a draw is a function of the key and i, so draws
/// have the same bits eagerly, compiled, on any number of threads and any machine. docs/random.md says how bits become numbers.
///
/// A draw from a seed or a key is a pure function: the same again and again. A draw from a `Generator` advances it.
namespace burin {

/// Random numbers as state: a variable that holds a key (rule R1), with all that holds for variables. In a traced function it is
/// captured by reference; each run then reads and advances it, in order with other effects.
class Generator {
public:
  using Location = std::source_location;
  /// Throws as `Variable` does.
  explicit Generator(std::uint64_t seed, std::string name = "generator", Location location = Location::current());

  /// The key of the next draw. A key serves one draw: two draws from one key are made of the same bits.
  Tensor next_key(Location location = Location::current());
  /// A u64[2]: the seed, and the number of draws made. To be saved, restored, or shared.
  Variable &state() { return state_; }
  const Variable &state() const { return state_; }

private:
  Variable state_;
};

/// A key, u64[2], for stream number `stream` of a seed: scalars, integers. Different streams share no bits. `random_key(42, step)`
/// gives a training step numbers of its own, for a tensor `step` too, which retraces nothing.
Tensor random_key(const Operand &seed, const Operand &stream = 0);

/// Where a draw takes its bits from: a seed (stream 0 of it), a key, or a generator. Made implicitly.
class RandomSource {
public:
  using Location = std::source_location;
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  RandomSource(T seed, Location location = Location::current()) : seed_(static_cast<std::uint64_t>(seed)), location_(location) {}
  RandomSource(const Tensor &key, Location location = Location::current()) : key_(key), location_(location) {}
  RandomSource(Generator &generator, Location location = Location::current()) : generator_(&generator), location_(location) {}

  /// The key to draw with: advances a generator.
  Tensor key() const;
  Location location() const { return location_; }

private:
  std::uint64_t seed_ = 0;
  Tensor key_;
  Generator *generator_ = nullptr;
  Location location_;
};

struct UniformOptions {
  double low = 0, high = 1; ///< finite, as their distance is
  DType dtype = DType::F32;
};
/// Numbers from `low` on and below `high`: exactly so, after rounding too. Of [0, 1) they are the multiples of 2^-24 (f64: 2^-53,
/// f16: 2^-11, bf16: 2^-8), all as likely. Dtype: floating. Throws Error unless low < high in the dtype.
Tensor uniform(const Shape &shape, const RandomSource &source, const UniformOptions &options = {});

struct NormalOptions {
  double mean = 0, stddev = 1;
  DType dtype = DType::F32;
};
/// Numbers of the normal distribution, up to 6.3 standard deviations from the mean in f32, 8.2 in f64. Dtype: floating.
Tensor normal(const Shape &shape, const RandomSource &source, const NormalOptions &options = {});

struct TruncatedNormalOptions {
  double mean = 0, stddev = 1;
  double lower = -2, upper = 2; ///< in standard deviations from the mean; may be infinite
  DType dtype = DType::F32;
};
/// Numbers of the normal distribution on condition that they lie between the bounds. Dtype: floating. Throws Error unless
/// lower < upper and one of them is within 5 standard deviations.
Tensor truncated_normal(const Shape &shape, const RandomSource &source, const TruncatedNormalOptions &options = {});

/// Integers from `low` on and below `high`, all as likely to 2^-32. Throws Error unless low < high, and both, but for one, fit `dtype`.
Tensor randint(const Shape &shape, const RandomSource &source, std::int64_t low, std::int64_t high, DType dtype = DType::I64);

/// The generator's own bits. Dtype: u32 or u64.
Tensor random_bits(const Shape &shape, const RandomSource &source, DType dtype = DType::U32);

/// True with probability `p`, floating, which broadcasts to `shape`; without that, in the shape of p. Never at p = 0, always at p = 1.
Tensor bernoulli(const Operand &p, const RandomSource &source, const std::optional<Shape> &shape = {});

/// Positions along the last dimension of `logits`, each with a probability in proportion to exp(logit): i64, of the other
/// dimensions' shape; with `count`, so many for each, as a last dimension. A logit of -inf is never chosen beside a finite one.
Tensor categorical(const Operand &logits, const RandomSource &source, std::optional<std::int64_t> count = {});

/// The numbers 0 to n - 1 in random order, as i64.
Tensor permutation(std::int64_t n, const RandomSource &source);
/// x with its parts along `axis` in random order.
Tensor permutation(const Tensor &x, const RandomSource &source, int axis = 0);

/// x with each element set to 0 with probability `rate`, the others divided by 1 - rate. Dtype: floating. Throws Error unless
/// 0 <= rate < 1. At rate 0 nothing is drawn.
Tensor dropout(const Operand &x, double rate, const RandomSource &source);

} // namespace burin
