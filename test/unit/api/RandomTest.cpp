#include "burin/burin.h"
#include "test/numerics/Philox.h"
#include "test/unit/api/Thrown.h"
#include "test/unit/api/WithVectorBits.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <thread>

namespace burin::test {

// --- the generator's bits --------------------------------------------------------------------------------------------

TEST(Random, R1_ReferenceHasTheVectorsOfRandom123) {
  using Block = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}), (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

/// Draws of many kinds, some within loops that don't begin at blocks, all from stream `stream`.
static std::vector<Tensor> many_draws(const Tensor &stream, const Tensor &x) {
  const Tensor key = random_key(0xfedcba9876543210, stream);
  return {random_bits({67}, key),
          random_bits({3, 5, 7}, key, DType::U64),
          uniform({1030}, key),
          uniform({9, 7}, key) + x,
          transpose(uniform({7, 9}, key)) + x,
          max(uniform({33, 130}, key), 1), // of sums, the order of the terms depends on the width
          max(uniform({130, 33}, key), 0),
          normal({2, 1, 515}, key),
          normal({61}, key, {.dtype = DType::F64}),
          normal({61}, key, {.mean = 1, .stddev = 3, .dtype = DType::F16}),
          truncated_normal({67}, key),
          truncated_normal({67}, key, {.lower = 4, .upper = 30}),
          randint({131}, key, -5, 100, DType::I8),
          randint({131}, key, INT64_MIN, INT64_MAX),
          bernoulli(0.25, key, Shape{77}),
          matmul(x, transpose(x)) * uniform({9, 9}, key)};
}

static std::string bytes_of(const Tensor &tensor) {
  const Tensor bits = tensor.dtype() == DType::Bool ? cast(tensor, DType::U8) : tensor;
  std::string text = bits.to_string({.threshold = 1 << 20});
  return text;
}

TEST(Random, R2_SameBitsEagerlyCompiledOnThreadsAndAtAllVectorWidths) {
  const Tensor stream = Tensor::scalar<std::uint64_t>(3);
  const Tensor x = reshape(arange(63, DType::F32), {9, 7});
  const std::vector<Tensor> expected = many_draws(stream, x);
  const int threads = options().threads;
  for (const int bits : {128, 256, 512}) {
    if (bits == 512 && !__builtin_cpu_supports("avx512f")) continue;
    const WithVectorBits chosen(bits);
    for (const int count : {1, 2}) {
      set_thread_count(count);
      auto f = function([](const Tensor &s, const Tensor &y) { return many_draws(s, y); });
      const std::vector<Tensor> found = f(stream, x);
      for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_EQ(bytes_of(found[i]), bytes_of(expected[i])) << "draw " << i << ", " << bits << " bits";
    }
  }
  set_thread_count(threads);
}

TEST(Random, R2_LargeDrawsAreTheSameOnOneThreadAndTwo) {
  const int threads = options().threads;
  auto f = function([] { return std::tuple(normal({1000003}, 5), uniform({1001, 1003}, 5)); });
  set_thread_count(1);
  const auto [normal_of_one, uniform_of_one] = f();
  set_thread_count(2);
  const auto [normal_of_two, uniform_of_two] = f();
  set_thread_count(threads);
  EXPECT_EQ(normal_of_one.to_vector<float>(), normal_of_two.to_vector<float>());
  EXPECT_EQ(uniform_of_one.to_vector<float>(), uniform_of_two.to_vector<float>());
  EXPECT_EQ(normal_of_one.to_vector<float>(), normal({1000003}, 5).to_vector<float>()) << "eagerly";
}

TEST(Random, R1_ElementsHaveTheBitsOfTheirNumbers) {
  const std::vector<std::uint32_t> words = random_bits({9, 15}, random_key(11, 7)).to_vector<std::uint32_t>();
  for (std::size_t i = 0; i < words.size(); ++i) EXPECT_EQ(words[i], philox_word(11, 7, i)) << i;
  const std::vector<std::uint64_t> longs = random_bits({41}, random_key(-1, 7), DType::U64).to_vector<std::uint64_t>();
  for (std::size_t i = 0; i < longs.size(); ++i) EXPECT_EQ(longs[i], philox_long(~0ull, 7, i)) << i;
}

// Their vectors are wider, for most of the elements.
TEST(Random, R1_ElementsOfLongDrawsHaveTheBitsOfTheirNumbers) {
  constexpr std::int64_t n = (1 << 14) + 39;
  const std::uint64_t seed = 0xfedcba9876543210;
  const std::vector<std::uint32_t> words = random_bits({n}, random_key(seed, -2)).to_vector<std::uint32_t>();
  for (std::size_t i = 0; i < words.size(); ++i) ASSERT_EQ(words[i], philox_word(seed, ~1ull, i)) << i;
  const std::vector<std::uint64_t> longs = random_bits({n}, random_key(seed, -2), DType::U64).to_vector<std::uint64_t>();
  for (std::size_t i = 0; i < longs.size(); ++i) ASSERT_EQ(longs[i], philox_long(seed, ~1ull, i)) << i;
  for (const std::int64_t first : {1, 4}) { // not a block's first element, and one
    auto columns = function([=] { return slice(random_bits({300, 68}, random_key(seed, -2)), {0, first}, {300, first + 64}); });
    const std::vector<std::uint32_t> found = columns().to_vector<std::uint32_t>();
    for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], philox_word(seed, ~1ull, i / 64 * 68 + i % 64 + first)) << i;
  }
}

TEST(Random, R2_LongDrawsHaveTheNumbersOfShortOnes) {
  constexpr std::int64_t few = 1001, many = (1 << 14) + 39;
  const auto start = [](const Tensor &x) { return slice(x, {0}, {few}).to_vector<double>(); };
  const auto draws = [](std::int64_t n) {
    return std::vector<Tensor>{uniform({n}, 5), normal({n}, 5), uniform({n}, 5, {.low = -2, .high = 1, .dtype = DType::F64}),
                               normal({n}, 5, {.dtype = DType::F64}), truncated_normal({n}, 5, {.dtype = DType::F64}),
                               truncated_normal({n}, 5, {.dtype = DType::BF16}), randint({n}, 5, -7, 70), dropout(ones({n}), 0.3, 5)};
  };
  const std::vector<Tensor> found = draws(many), expected = draws(few);
  for (std::size_t i = 0; i < found.size(); ++i)
    EXPECT_EQ(start(cast(found[i], DType::F64)), start(cast(expected[i], DType::F64))) << "draw " << i;
}

TEST(Random, R1_StatelessDrawsAreFunctionsOfTheirKey) {
  EXPECT_EQ(uniform({8}, 1).to_vector<float>(), uniform({8}, 1).to_vector<float>());
  EXPECT_NE(uniform({8}, 1).to_vector<float>(), uniform({8}, 2).to_vector<float>());
  EXPECT_NE(uniform({8}, 1).to_vector<float>(), uniform({8}, random_key(1, 1)).to_vector<float>());
  EXPECT_EQ(uniform({8}, 1).to_vector<float>(), uniform({8}, random_key(1)).to_vector<float>());
  EXPECT_EQ(uniform({8}, -1).to_vector<float>(), uniform({8}, ~std::uint64_t(0)).to_vector<float>());
}

TEST(Random, R1_KeyOfAStepDoesNotRetrace) {
  auto f = function([](const Tensor &step) { return uniform({4}, random_key(42, step)); });
  std::vector<float> before;
  for (std::int64_t step = 0; step < 5; ++step) {
    const std::vector<float> values = f(Tensor::scalar(step)).to_vector<float>();
    EXPECT_EQ(values, uniform({4}, random_key(42, step)).to_vector<float>());
    EXPECT_NE(values, before);
    before = values;
  }
  EXPECT_EQ(f.traces().size(), 1u);
}

// --- Generator -------------------------------------------------------------------------------------------------------

TEST(Random, R1_GeneratorAdvancesByOneStreamPerDraw) {
  Generator generator(9);
  for (std::uint64_t draw = 0; draw < 3; ++draw)
    EXPECT_EQ(uniform({5}, generator).to_vector<float>(), uniform({5}, random_key(9, draw)).to_vector<float>());
  EXPECT_EQ(generator.state().to_vector<std::uint64_t>(), (std::vector<std::uint64_t>{9, 3}));
}

TEST(Random, R1_GeneratorInAFunctionDrawsOnEveryRunInProgramOrder) {
  Generator compiled(9), eager(9);
  auto f = function([&] {
    const Tensor first = uniform({5}, compiled), second = normal({3}, compiled);
    return std::tuple(second, first);
  });
  for (int run = 0; run < 3; ++run) {
    const auto [second, first] = f();
    EXPECT_EQ(first.to_vector<float>(), uniform({5}, eager).to_vector<float>());
    EXPECT_EQ(second.to_vector<float>(), normal({3}, eager).to_vector<float>());
  }
  EXPECT_EQ(compiled.state().to_vector<std::uint64_t>(), eager.state().to_vector<std::uint64_t>());
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(Random, R1_E4_DrawThatNobodyNeedsStillAdvancesTheGenerator) {
  Generator generator(1);
  auto f = function([&] { (void)uniform({1000}, generator); });
  f();
  f();
  EXPECT_EQ(generator.state().to_vector<std::uint64_t>(), (std::vector<std::uint64_t>{1, 2}));
}

TEST(Random, R1_GeneratorInBranchesAndLoopsFollowsControlFlow) {
  Generator generator(5);
  auto f =
      function([&](const Tensor &pred) { return cond(pred, [&] { return uniform({2}, generator); }, [&] { return uniform({2}, 77); }); });
  f(Tensor::scalar(false));
  EXPECT_EQ(generator.state().to_vector<std::uint64_t>()[1], 0u);
  EXPECT_EQ(f(Tensor::scalar(true)).to_vector<float>(), uniform({2}, random_key(5, 0)).to_vector<float>());
  auto g = function([&] {
    return for_range(4, [&](const Tensor &, const Tensor &total) { return total + sum(uniform({3}, generator)); }, constant(0.0f));
  });
  float expected = 0;
  for (int i = 1; i <= 4; ++i) expected += sum(uniform({3}, random_key(5, i))).item<float>();
  EXPECT_EQ(g().item<float>(), expected);
  EXPECT_EQ(generator.state().to_vector<std::uint64_t>()[1], 5u);
}

TEST(Random, R1_StateIsSavedAndRestored) {
  Generator generator(3);
  (void)uniform({1}, generator);
  const Tensor saved = generator.state().read_value();
  const std::vector<float> next = uniform({4}, generator).to_vector<float>();
  generator.state().assign(saved);
  EXPECT_EQ(uniform({4}, generator).to_vector<float>(), next);
  Generator copy = generator;
  EXPECT_EQ(uniform({4}, copy).to_vector<float>(), uniform({4}, generator).to_vector<float>()) << "a copy has a state of its own";
}

TEST(Random, R1_S6_ThreadsNeverGetTheSameKey) {
  constexpr int kThreads = 16, kDraws = 200;
  Generator generator(3);
  auto f = function([&] { return random_bits({2}, generator, DType::U64); });
  std::vector<std::vector<std::uint64_t>> drawn(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kDraws; ++i)
        drawn[static_cast<std::size_t>(t)].push_back((i % 2 ? f() : random_bits({2}, generator, DType::U64)).to_vector<std::uint64_t>()[0]);
    });
  for (std::thread &thread : threads) thread.join();
  std::vector<std::uint64_t> all;
  for (const auto &some : drawn) all.insert(all.end(), some.begin(), some.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::unique(all.begin(), all.end()), all.end());
  EXPECT_EQ(generator.state().to_vector<std::uint64_t>()[1], static_cast<std::uint64_t>(kThreads * kDraws));
}

// --- intervals -------------------------------------------------------------------------------------------------------

TEST(Random, UniformNeverGivesItsUpperBound) {
  for (const DType dtype : {DType::F32, DType::F64, DType::F16, DType::BF16})
    for (const auto &[low, high] : std::vector<std::pair<double, double>>{{0, 1}, {1, 2}, {-1, 0}, {0.1, 0.3}, {-5, 1e-3}, {1000, 1008}}) {
      const Tensor x = uniform({200000}, 1, {.low = low, .high = high, .dtype = dtype});
      const Tensor bounds = cast(constant({low, high}), dtype);
      EXPECT_TRUE(all(logical_and(x >= bounds[0], x < bounds[1])).item<bool>()) << name(dtype) << " " << low << " " << high;
      if (dtype == DType::BF16 && low == 0 && high == 1) {
        EXPECT_EQ(max(cast(x, DType::F32)).item<float>(), 1 - 0x1p-8f);
      }
    }
}

TEST(Random, IntegersReachBothEnds) {
  const Tensor x = randint({20000}, 4, -2, 3, DType::I16);
  EXPECT_EQ(x.dtype(), DType::I16);
  EXPECT_EQ(min(x).item<std::int16_t>(), -2);
  EXPECT_EQ(max(x).item<std::int16_t>(), 2);
  EXPECT_EQ(all(equal(randint({100}, 4, 7, 8), std::int64_t(7))).item<bool>(), true);
}

TEST(Random, TruncatedNormalStaysWithinItsBounds) {
  for (const auto &[lower, upper] :
       std::vector<std::pair<double, double>>{{-2, 2}, {0.5, 0.6}, {-INFINITY, -1}, {4.9, 30}, {-1, INFINITY}}) {
    const Tensor x = truncated_normal({100000}, 1, {.lower = lower, .upper = upper});
    EXPECT_TRUE(all(logical_and(x >= lower, x <= upper)).item<bool>()) << lower << " " << upper;
  }
}

TEST(Random, BernoulliIsCertainAtZeroAndOne) {
  EXPECT_FALSE(any(bernoulli(0.0, 1, Shape{10000})).item<bool>());
  EXPECT_TRUE(all(bernoulli(1.0, 1, Shape{10000})).item<bool>());
  EXPECT_EQ(bernoulli(constant({0.0f, 1.0f}), 1, Shape{3, 2}).to_vector<bool>(),
            (std::vector<bool>{false, true, false, true, false, true}));
  EXPECT_EQ(bernoulli(full({3, 2}, 0.5), 1).shape(), (Shape{3, 2}));
}

TEST(Random, CategoricalNeverChoosesWhatIsImpossible) {
  const float never = -INFINITY;
  const Tensor chosen = categorical(constant({{0.0f, never, 0.0f}, {never, 1000.0f, 0.0f}}), 8, 20000);
  EXPECT_EQ(chosen.shape(), (Shape{2, 20000}));
  EXPECT_EQ(chosen.dtype(), DType::I64);
  EXPECT_FALSE(any(equal(chosen[0], std::int64_t(1))).item<bool>());
  EXPECT_TRUE(all(equal(chosen[1], std::int64_t(1))).item<bool>());
  EXPECT_EQ(categorical(zeros({4, 5}), 8).shape(), (Shape{4}));
}

TEST(Random, PermutationHasEachNumberOnce) {
  std::vector<std::int64_t> numbers = permutation(1000, 3).to_vector<std::int64_t>();
  EXPECT_FALSE(std::is_sorted(numbers.begin(), numbers.end()));
  std::sort(numbers.begin(), numbers.end());
  for (std::int64_t i = 0; i < 1000; ++i) EXPECT_EQ(numbers[static_cast<std::size_t>(i)], i);
  EXPECT_EQ(permutation(0, 3).shape(), (Shape{0}));
  const Tensor x = reshape(arange(12), {3, 4});
  const Tensor columns = permutation(x, 3, 1);
  EXPECT_EQ(columns.to_vector<std::int64_t>(), take(x, permutation(4, 3), 1).to_vector<std::int64_t>());
}

TEST(Random, DropoutKeepsTheMean) {
  const Tensor x = dropout(ones({100000}), 0.25, 6);
  const std::vector<float> values = x.to_vector<float>();
  const auto zeros = static_cast<double>(std::count(values.begin(), values.end(), 0.0f));
  EXPECT_NEAR(zeros / 1e5, 0.25, 0.006);
  EXPECT_EQ(max(x).item<float>(), 1 / 0.75f);
  Generator generator(1);
  EXPECT_EQ(dropout(ones({2}), 0, generator).to_vector<float>(), (std::vector<float>{1, 1}));
  EXPECT_EQ(generator.state().to_vector<std::uint64_t>()[1], 0u) << "nothing is drawn";
}

// --- errors ----------------------------------------------------------------------------------------------------------

TEST(Random, BadArgumentsAreNamed) {
  EXPECT_EQ(THROWN(Error, uniform({2}, 1, {.low = 2, .high = 2})), "uniform: low is not below high: 2 and 2 in f32");
  EXPECT_EQ(THROWN(Error, uniform({2}, 1, {.low = 1, .high = 1 + 1e-9})), "uniform: low is not below high: 1 and 1 in f32");
  EXPECT_EQ(THROWN(Error, uniform({2}, 1, {.low = -3e38, .high = 3e38})),
            "uniform: the distance from -3e+38 to 3e+38 is not finite in f32");
  EXPECT_EQ(THROWN(DTypeError, uniform({2}, 1, {.dtype = DType::I32})),
            "uniform: expected a floating element type, found i32[2]; cast it first");
  EXPECT_EQ(THROWN(Error, normal({2}, 1, {.stddev = -1})),
            "normal: expected a finite mean and a standard deviation that isn't negative, found 0 and -1");
  EXPECT_EQ(THROWN(Error, truncated_normal({2}, 1, {.lower = 1, .upper = 1})), "truncated_normal: lower is not below upper: 1 and 1");
  EXPECT_EQ(THROWN(Error, truncated_normal({2}, 1, {.lower = 6, .upper = 7})),
            "truncated_normal: the bounds 6 and 7 are both more than 5 standard deviations from the mean");
  EXPECT_EQ(THROWN(Error, randint({2}, 1, 3, 3)), "randint: low is not below high: 3 and 3");
  EXPECT_EQ(THROWN(Error, randint({2}, 1, 0, 257, DType::U8)), "randint: numbers from 0 to 256 don't fit u8");
  EXPECT_EQ(THROWN(DTypeError, randint({2}, 1, 0, 2, DType::F32)), "randint: expected an integer element type, found f32");
  EXPECT_EQ(THROWN(DTypeError, random_bits({2}, 1, DType::I32)), "random_bits: expected u32 or u64, found i32");
  EXPECT_EQ(THROWN(DTypeError, uniform({2}, zeros({2}))), "uniform: expected a key u64[2], found f32[2]");
  EXPECT_EQ(THROWN(DTypeError, random_key(1.5)), "random_key: expected an integer seed, found f64 number");
  EXPECT_EQ(THROWN(ShapeError, random_key(1, arange(3))), "random_key: expected a scalar stream, found i64[3]");
  EXPECT_EQ(THROWN(ShapeError, bernoulli(zeros({3}), 1, Shape{2})), "bernoulli: the probabilities f32[3] don't broadcast to [2]");
  EXPECT_EQ(THROWN(ShapeError, bernoulli(zeros({4, 2}), 1, Shape{2})), "bernoulli: the probabilities f32[4,2] don't broadcast to [2]");
  EXPECT_EQ(THROWN(ShapeError, categorical(0.5, 1)), "categorical: expected logits of rank 1 or more, found f32[]");
  EXPECT_EQ(THROWN(ShapeError, categorical(zeros({2, 0}), 1)), "categorical: there is nothing to choose from: f32[2,0]");
  EXPECT_EQ(THROWN(ShapeError, permutation(-1, 1)), "permutation: the count -1 is negative");
  EXPECT_EQ(THROWN(Error, dropout(zeros({2}), 1, 1)), "dropout: expected a rate from 0 on and below 1, found 1");
}

} // namespace burin::test
