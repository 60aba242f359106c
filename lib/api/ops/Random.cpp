#include "burin/ops/Random.h"
#include "burin/Ops.h"
#include "lib/api/Errors.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/OpCall.h"
#include <cmath>
#include <limits>

namespace burin {

using namespace detail;

static std::vector<std::int64_t> extents_of(const Shape &shape) { return {shape.begin(), shape.end()}; }

/// The value of `x` in a floating dtype.
static double rounded(double x, DType dtype) {
  switch (dtype) {
  case DType::F16: return static_cast<double>(static_cast<float>(float16(static_cast<float>(x))));
  case DType::BF16: return static_cast<double>(static_cast<float>(bfloat16(static_cast<float>(x))));
  case DType::F32: return static_cast<double>(static_cast<float>(x));
  default: return x;
  }
}

/// Halves are compared with numbers of more digits than they have.
static DType wide(DType dtype) { return dtype == DType::F16 || dtype == DType::BF16 ? DType::F32 : dtype; }

static Tensor floating(const OpCall &call, const Operand &x, std::string_view what) {
  const Tensor value = x.is_number() ? call.tensor(x, DType::F32) : call.tensor(x);
  if (!is_floating(value.dtype()))
    throw_error<DTypeError>(call.label(), call.location(), "expected ", what, " of a floating element type, found ", describe(value));
  return value;
}

// --- keys ----------------------------------------------------------------------------------------------------------

static Tensor key_word(const OpCall &call, const Operand &word, std::string_view what) {
  if (!is_integer(word.dtype()))
    throw_error<DTypeError>(call.label(), call.location(), "expected an integer ", what, ", found ",
                            word.is_number() ? std::string(name(word.dtype())) + " number" : describe(word.tensor()));
  if (word.is_number()) return Tensor::scalar(static_cast<std::uint64_t>(word.whole()));
  if (word.tensor().rank() != 0)
    throw_error<ShapeError>(call.label(), call.location(), "expected a scalar ", what, ", found ", describe(word.tensor()));
  return call.tensor(word, DType::U64);
}

Tensor random_key(const Operand &seed, const Operand &stream) {
  const OpCall call("random_key", seed.location());
  const Tensor words[] = {call.reshape(key_word(call, seed, "seed"), {1}), call.reshape(key_word(call, stream, "stream"), {1})};
  return call.apply("concat", words, {{"axis", std::int64_t(0)}});
}

// --- numbers -------------------------------------------------------------------------------------------------------

Tensor random_bits(const Shape &shape, const RandomSource &source, DType dtype) {
  const OpCall call("random_bits", source.location());
  if (dtype != DType::U32 && dtype != DType::U64)
    throw_error<DTypeError>("random_bits", call.location(), "expected u32 or u64, found ", name(dtype));
  return call.apply("random_bits", source.key(), {{"shape", extents_of(shape)}, {"dtype", dtype}});
}

static Tensor uniform_of(const OpCall &call, const Shape &shape, const RandomSource &source, const UniformOptions &options) {
  return call.apply("random_uniform", source.key(),
                    {{"shape", extents_of(shape)}, {"dtype", options.dtype}, {"low", options.low}, {"high", options.high}});
}

Tensor uniform(const Shape &shape, const RandomSource &source, const UniformOptions &options) {
  const OpCall call("uniform", source.location());
  UniformOptions exact = options;
  exact.low = rounded(options.low, options.dtype);
  exact.high = rounded(options.high, options.dtype);
  if (!(exact.low < exact.high))
    throw_error<Error>("uniform", call.location(), "low is not below high: ", options.low, " and ", options.high, " in ",
                       name(options.dtype));
  if (!std::isfinite(rounded(exact.high - exact.low, wide(options.dtype))))
    throw_error<Error>("uniform", call.location(), "the distance from ", options.low, " to ", options.high, " is not finite in ",
                       name(options.dtype));
  return uniform_of(call, shape, source, exact);
}

static void require_scale(const OpCall &call, double mean, double stddev) {
  if (!std::isfinite(mean) || !std::isfinite(stddev) || stddev < 0)
    throw_error<Error>(call.label(), call.location(), "expected a finite mean and a standard deviation that isn't negative, found ", mean,
                       " and ", stddev);
}

Tensor normal(const Shape &shape, const RandomSource &source, const NormalOptions &options) {
  const OpCall call("normal", source.location());
  require_scale(call, options.mean, options.stddev);
  return call.apply("random_normal", source.key(),
                    {{"shape", extents_of(shape)}, {"dtype", options.dtype}, {"mean", options.mean}, {"stddev", options.stddev}});
}

Tensor truncated_normal(const Shape &shape, const RandomSource &source, const TruncatedNormalOptions &options) {
  const OpCall call("truncated_normal", source.location());
  require_scale(call, options.mean, options.stddev);
  if (!(options.lower < options.upper))
    throw_error<Error>("truncated_normal", call.location(), "lower is not below upper: ", options.lower, " and ", options.upper);
  if (options.lower > 5 || options.upper < -5)
    throw_error<Error>("truncated_normal", call.location(), "the bounds ", options.lower, " and ", options.upper,
                       " are both more than 5 standard deviations from the mean");
  return call.apply("random_truncated_normal", source.key(),
                    {{"shape", extents_of(shape)},
                     {"dtype", options.dtype},
                     {"mean", options.mean},
                     {"stddev", options.stddev},
                     {"lower", options.lower},
                     {"upper", options.upper}});
}

/// The least and greatest number of an integer dtype, as far as i64 has them.
static std::pair<std::int64_t, std::int64_t> range_of(DType dtype) {
  const int bits = static_cast<int>(byte_size(dtype)) * 8;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  if (is_unsigned_integer(dtype)) return {0, bits == 64 ? most : (std::int64_t(1) << bits) - 1};
  return {-1 - (most >> (64 - bits)), most >> (64 - bits)};
}

Tensor randint(const Shape &shape, const RandomSource &source, std::int64_t low, std::int64_t high, DType dtype) {
  const OpCall call("randint", source.location());
  if (!is_integer(dtype)) throw_error<DTypeError>("randint", call.location(), "expected an integer element type, found ", name(dtype));
  if (low >= high) throw_error<Error>("randint", call.location(), "low is not below high: ", low, " and ", high);
  const auto [least, greatest] = range_of(dtype);
  if (low < least || high - 1 > greatest)
    throw_error<Error>("randint", call.location(), "numbers from ", low, " to ", high - 1, " don't fit ", name(dtype));
  const auto span = static_cast<std::int64_t>(static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low));
  return call.apply("random_integers", source.key(), {{"shape", extents_of(shape)}, {"dtype", dtype}, {"low", low}, {"span", span}});
}

// --- choices -------------------------------------------------------------------------------------------------------

static bool broadcasts(const Shape &from, const Shape &to) {
  const int lead = to.rank() - from.rank();
  for (int i = 0; lead >= 0 && i < from.rank(); ++i)
    if (from[i] != 1 && from[i] != to[lead + i]) return false;
  return lead >= 0;
}

Tensor bernoulli(const Operand &p, const RandomSource &source, const std::optional<Shape> &shape) {
  if (any_dynamic(p))
    return deferred<"bernoulli">(
        source.location(),
        [](const Operand &p, const Tensor &key, std::source_location at, const std::optional<Shape> &shape) {
          return bernoulli(p, {key, at}, shape);
        },
        p, source.key(), source.location(), shape);
  const OpCall call("bernoulli", source.location());
  const Tensor probability = floating(call, p, "probabilities");
  const Shape &drawn = shape ? *shape : probability.shape();
  if (!broadcasts(probability.shape(), drawn))
    throw_error<ShapeError>("bernoulli", call.location(), "the probabilities ", describe(probability), " don't broadcast to ",
                            drawn.to_string());
  const DType dtype = wide(probability.dtype());
  const Tensor draw = uniform_of(call, drawn, source, {.dtype = dtype});
  return call.elementwise("less", dtype, {{draw, call.location()}, {probability, call.location()}});
}

/// -log(-log(u)) of numbers u between 0 and 1: their greatest sum with logits is at each place as likely as that place's logit says
/// (Gumbel). As -log(-log1p(-v)) with v = 1 - u, whose small numbers are the ones that matter.
static Tensor gumbel(const OpCall &call, const Shape &shape, const RandomSource &source, DType dtype) {
  const double half = std::ldexp(1.0, dtype == DType::F64 ? -54 : -25); // neither 0 nor 1 is drawn
  const Tensor v = uniform_of(call, shape, source, {.low = half, .high = 1, .dtype = dtype});
  const Tensor exponential = call.apply("negative", call.apply("log1p", call.apply("negative", v)));
  return call.apply("negative", call.apply("log", exponential));
}

Tensor categorical(const Operand &logits, const RandomSource &source, std::optional<std::int64_t> count) {
  if (any_dynamic(logits))
    return deferred<"categorical">(
        source.location(),
        [](const Operand &logits, const Tensor &key, std::source_location at, std::optional<std::int64_t> count) {
          return categorical(logits, {key, at}, count);
        },
        logits, source.key(), source.location(), count);
  const OpCall call("categorical", source.location());
  Tensor weights = floating(call, logits, "logits");
  if (weights.rank() == 0)
    throw_error<ShapeError>("categorical", call.location(), "expected logits of rank 1 or more, found ", describe(weights));
  if (weights.shape().extent(-1) == 0)
    throw_error<ShapeError>("categorical", call.location(), "there is nothing to choose from: ", describe(weights));
  if (count && *count < 0) throw_error<ShapeError>("categorical", call.location(), "the count ", *count, " is negative");
  const DType dtype = wide(weights.dtype());
  std::vector<std::int64_t> extents = extents_of(weights.shape());
  if (count) {
    extents.insert(extents.end() - 1, 1);
    weights = call.reshape(weights, extents);
    extents[extents.size() - 2] = *count;
  }
  const Tensor noise = gumbel(call, Shape(extents, call.location()), source, dtype);
  const Tensor sum = call.elementwise("add", dtype, {{weights, call.location()}, {noise, call.location()}});
  return call.apply("argmax", sum, {{"axis", static_cast<std::int64_t>(extents.size()) - 1}, {"keep_dims", false}});
}

static Tensor shuffled_numbers(const OpCall &call, std::int64_t n, const RandomSource &source) {
  if (n < 0) throw_error<ShapeError>(call.label(), call.location(), "the count ", n, " is negative");
  // Of 64 bits: that two keys are the same has a probability of n^2 / 2^65.
  const Tensor keys = call.apply("random_bits", source.key(), {{"shape", std::vector<std::int64_t>{n}}, {"dtype", DType::U64}});
  return call.apply("argsort", keys, {{"axis", std::int64_t(0)}, {"descending", false}});
}

Tensor permutation(std::int64_t n, const RandomSource &source) {
  return shuffled_numbers(OpCall("permutation", source.location()), n, source);
}

Tensor permutation(const Tensor &x, const RandomSource &source, int axis) {
  if (any_dynamic(x))
    return deferred<"permutation">(
        source.location(),
        [](const Tensor &x, const Tensor &key, std::source_location at, int axis) { return permutation(x, {key, at}, axis); }, x,
        source.key(), source.location(), axis);
  const OpCall call("permutation", source.location());
  const Tensor value = call.tensor({x, call.location()});
  const auto along = static_cast<int>(call.axis(axis, value));
  return take({value, call.location()}, shuffled_numbers(call, value.shape()[along], source), along);
}

Tensor dropout(const Operand &x, double rate, const RandomSource &source) {
  const OpCall call("dropout", source.location());
  const Tensor value = floating(call, x, "a tensor");
  if (!(rate >= 0 && rate < 1)) throw_error<Error>("dropout", call.location(), "expected a rate from 0 on and below 1, found ", rate);
  if (rate == 0) return value;
  if (any_dynamic(value))
    return deferred<"dropout">(
        call.location(),
        [](const Tensor &x, double rate, const Tensor &key, std::source_location at) { return dropout({x, at}, rate, {key, at}); }, value,
        rate, source.key(), call.location());
  const DType dtype = wide(value.dtype());
  const Tensor draw = uniform_of(call, value.shape(), source, {.dtype = dtype});
  const Tensor dropped = call.elementwise("less", dtype, {{draw, call.location()}, {rate, call.location()}});
  const Tensor kept = call.elementwise("multiply", {{value, call.location()}, {1 / (1 - rate), call.location()}});
  return call.where(dropped, {0.0, call.location()}, {kept, call.location()});
}

} // namespace burin
