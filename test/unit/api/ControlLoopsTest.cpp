// Loops as they are compiled: state that is updated in place, elementwise bodies, products with a matrix that stays. Each is
// what the same loop gives eagerly.
#include "burin/burin.h"
#include "test/unit/function/Matchers.h"
#include <cmath>

using namespace burin;
using burin::test::has;

namespace {

using Values = std::vector<double>;

Values doubles(const Tensor &x) { return cast(x, DType::F64).to_vector<double>(); }

/// `f(args...)` compiled; the same eagerly, to a relative 1e-5 (sums may differ by rounding).
template <class F, class... A> Values both(F f, const A &...arguments) {
  const Values eager = doubles(f(arguments...)), compiled = doubles(function(f)(arguments...));
  EXPECT_EQ(eager.size(), compiled.size());
  for (std::size_t i = 0; i < eager.size(); ++i) EXPECT_NEAR(eager[i], compiled[i], 1e-5 * (1 + std::abs(eager[i]))) << i;
  return compiled;
}

Tensor ramp(const Shape &shape) {
  const std::vector<std::int64_t> extents(shape.begin(), shape.end());
  return reshape(remainder(arange(shape.element_count(), DType::F64) * 7.0, 11.0), extents) / 11.0;
}

// --- updates in place ----------------------------------------------------------------------------------------------

TEST(ControlLoops, C2_UpdatesOfPartsOfTheState) {
  const auto sieve = [](Tensor prime) {
    return for_range(
        {2, 40},
        [](Tensor i, Tensor p) {
          return for_range(floor_divide(39 - i * i, i) + 1, [&](Tensor k, Tensor q) { return scatter(q, i * i + k * i, 0.0f); }, p);
        },
        prime);
  };
  const Values primes = both(sieve, ones({40}));
  std::vector<int> found;
  for (int i = 2; i < 40; ++i)
    if (primes[static_cast<std::size_t>(i)] != 0) found.push_back(i);
  EXPECT_EQ(found, (std::vector<int>{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37}));
}

TEST(ControlLoops, C2_UpdatesThatReadWhatTheyReplace) {
  const auto fibonacci = [](Tensor x) {
    return for_range({2, 30}, [](Tensor i, Tensor f) { return scatter(f, i, take(f, i - 1) + take(f, i - 2)); }, x);
  };
  EXPECT_EQ(both(fibonacci, ones({30}, DType::F64))[29], 832040);
}

TEST(ControlLoops, C2_UpdatesInBranches) {
  const auto f = [](Tensor x) {
    return for_range(
        20,
        [](Tensor i, Tensor s) {
          return cond(equal(remainder(i, 3), 0), [&] { return scatter(s, i, take(s, i) * 10.0f); }, [&] { return s; });
        },
        x);
  };
  EXPECT_EQ(both(f, ones({20})), (Values{10, 1, 1, 10, 1, 1, 10, 1, 1, 10, 1, 1, 10, 1, 1, 10, 1, 1, 10, 1}));
  const auto either = [](Tensor x) {
    return for_range(
        9,
        [](Tensor i, Tensor s) {
          return cond(i < 4, [&] { return scatter(s, i, 2.0f); }, [&] { return scatter(scatter(s, i, 3.0f), i - 1, sum(s)); });
        },
        x);
  };
  both(either, ones({9}));
}

TEST(ControlLoops, C2_AnOldStateThatIsReadAfterItsUpdate) {
  const auto f = [](Tensor x) {
    const auto step = [](Tensor i, Tensor s, Tensor old) {
      const Tensor next = scatter(s, i, 5.0f);
      return std::pair(next, old + s);
    };
    const auto [s, old] = for_range(6, step, std::pair(x, zeros({6})));
    return concat({s, old}, 0);
  };
  EXPECT_EQ(both(f, ones({6})), (Values{5, 5, 5, 5, 5, 5, 26, 22, 18, 14, 10, 6}));
}

TEST(ControlLoops, C2_InitialValuesThatAreNeededAfterTheLoop) {
  const auto f = [](Tensor x) {
    const Tensor start = x * 2.0f;
    const Tensor end = for_range(10, [](Tensor i, Tensor s) { return scatter(s, i, 0.0f); }, start);
    return end + start;
  };
  EXPECT_EQ(both(f, ones({12})), (Values{2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 4, 4}));
}

TEST(ControlLoops, C2_StateOfOneLoopIsAnothersAndTwoStatesSwap) {
  const auto f = [](Tensor x) {
    const auto step = [](Tensor i, Tensor a, Tensor b) { return std::pair(scatter(b, i, 1.0f), scatter(a, i, 2.0f)); };
    const auto [a, b] = for_range(7, step, std::pair(x, x + 1));
    const Tensor c = while_loop([](Tensor v) { return sum(v) < 100.0f; }, [](Tensor v) { return scatter(v, 3, take(v, 3) + 7.0f); }, a);
    return concat({a, b, c}, 0);
  };
  both(f, ramp({9}));
}

TEST(ControlLoops, E3_PartsOfAVariableAreAssignedInALoop) {
  Variable v(zeros({8}), "v");
  const auto f = [&] {
    for_range(8, [&](Tensor i) { v.assign(scatter(v.read_value(), i, cast(i, DType::F32) + sum(v.read_value()))); });
    return v.read_value();
  };
  const std::vector<float> eager = f().to_vector<float>();
  v.assign(zeros({8}));
  auto g = function(f);
  EXPECT_EQ(g().to_vector<float>(), eager);
  EXPECT_EQ(v.to_vector<float>(), eager);
}

// --- elementwise bodies --------------------------------------------------------------------------------------------

TEST(ControlLoops, C2_ElementwiseBodiesOfAllShapes) {
  const auto f = [](Tensor x, Tensor y) {
    const auto step = [&](Tensor i, Tensor a, Tensor b) {
      return std::pair(a * 0.5 + b * y, where(a > 0.3, b - 0.25, b + cast(i, DType::F64) * 0.001));
    };
    const auto [a, b] = for_range(25, step, std::pair(x, x * x));
    return a + b;
  };
  for (const Shape &shape : {Shape{1}, Shape{3}, Shape{8}, Shape{1, 1}, Shape{33, 5}, Shape{5, 64}, Shape{2, 3, 67}, Shape{1000}})
    both(f, ramp(shape), constant(0.25));
  both(f, ramp({33, 5}), ramp({5}));
  both(f, ramp({33, 5}), ramp({33, 1}));
}

TEST(ControlLoops, C2_ElementwiseBodiesOfAllKindsOfState) {
  const auto f = [](Tensor x, Tensor n) {
    const auto step = [&](Tensor i, Tensor count, Tensor near, Tensor z) {
      const Tensor next = z * z + cast(x, DType::F32);
      return std::tuple(count + cast(near, DType::I32), logical_and(near, next < 4.0f), minimum(next, cast(i, DType::F32)));
    };
    const Tensor start = zeros({50}, DType::I32);
    return std::get<0>(for_range(n, step, std::tuple(start, equal(start, 0), zeros({50}))));
  };
  both(f, ramp({50}), constant(20));
  EXPECT_EQ(both(f, ramp({50}), constant(0)), Values(50, 0));
  EXPECT_EQ(both(f, ramp({50}), constant(-3)), Values(50, 0));
}

TEST(ControlLoops, C2_ElementwiseBodiesThatSwapStateAndUseMath) {
  const auto f = [](Tensor x) {
    const auto [a, b] = for_range(11, [](Tensor, Tensor a, Tensor b) { return std::pair(tanh(b), a); }, std::pair(x, exp(x)));
    return a - b;
  };
  both(f, ramp({37}));
}

// Compiled code looks now and then whether all goes on as it was, and does what is left of the trips then.
TEST(ControlLoops, C2_ElementwiseStateThatRepeats) {
  const auto after = [](auto step) {
    return [step](Tensor x, Tensor trips) { return for_range(trips, [&](Tensor, Tensor s) { return step(s, x); }, x); };
  };
  const auto settles = after([](Tensor s, Tensor x) { return (s * 0.5 + x) * 0.5 + 0.25; });
  const auto alternates = after([](Tensor s, Tensor) { return ((1 - s) * 2 + 2) * 0.5 - 1; });
  const auto changes_sign = after([](Tensor s, Tensor) { return -(s * 0.0) * 2.0 * 4.0; });
  const auto overflows = after([](Tensor s, Tensor x) { return minimum(s * s + x * 100.0, 1e30) * 1.5; });
  const auto counts_to_three = after([](Tensor s, Tensor x) { return where(s == x + 2, x, s + 1) * 1; });
  const auto counts_to_four = after([](Tensor s, Tensor x) { return where(s == x + 3, x, s + 1) * 1; });
  const auto never_repeats = after([](Tensor s, Tensor x) { return (s + x * 3) * 2 - s - x; });
  const auto turns_off = [](Tensor x, Tensor trips) {
    const auto step = [&](Tensor, Tensor count, Tensor on) {
      return std::pair(count + cast(on, DType::F64), logical_and(on, count < x * 40.0));
    };
    return for_range(trips, step, std::pair(x * 0.0, x >= 0.0)).first;
  };
  const auto check = [](auto f, const Tensor &x) {
    auto compiled = function(f);
    for (const std::int64_t trips : {0, 1, 16, 17, 63, 64, 65, 251, 252}) {
      const Values eager = doubles(f(x, constant(trips))), found = doubles(compiled(x, constant(trips)));
      ASSERT_EQ(eager.size(), found.size());
      for (std::size_t i = 0; i < eager.size(); ++i) {
        EXPECT_DOUBLE_EQ(eager[i], found[i]) << trips << " trips, element " << i;
        EXPECT_EQ(std::signbit(eager[i]), std::signbit(found[i])) << trips << " trips, element " << i;
      }
    }
  };
  for (const Shape &shape : {Shape{1}, Shape{67}, Shape{3, 64}}) {
    const Tensor x = ramp(shape), numbers = cast(x * 10.0, DType::I64);
    check(settles, x);
    check(alternates, x);
    check(changes_sign, x);
    check(overflows, x);
    check(turns_off, x);
    check(counts_to_three, numbers);
    check(counts_to_four, numbers);
    check(never_repeats, numbers);
  }
}

TEST(ControlLoops, S5_AVariableThatAnElementwiseLoopUpdates) {
  Variable v(ones({100}), "v");
  auto f = function([&](Tensor x) { for_range(10, [&](Tensor) { v.assign(v * 0.5f + x); }); });
  f(constant(1.0f));
  EXPECT_NEAR(v.to_vector<float>()[99], 2 - std::pow(0.5, 10), 1e-6);
}

// --- products ------------------------------------------------------------------------------------------------------

TEST(ControlLoops, C2_ProductsWithAMatrixThatStays) {
  const auto cell = [](Tensor xs, Tensor w, Tensor b) {
    const auto step = [&](Tensor h, Tensor x) {
      const Tensor next = tanh(matmul(w, h) + x + b);
      return std::pair(next, next * 2.0);
    };
    const auto [last, all] = scan(step, zeros({40}, DType::F64), xs);
    return concat({last, reshape(all, {-1})}, 0);
  };
  both(cell, ramp({12, 40}), ramp({40, 40}) * 0.1, ramp({40}));
  const auto power = [](Tensor a, Tensor x) {
    return for_range(
        20,
        [&](Tensor, Tensor v) {
          const Tensor next = matmul(a, v);
          return next / max(abs(next));
        },
        x);
  };
  both(power, ramp({24, 24}), ones({24, 1}, DType::F64));
}

// --- memory --------------------------------------------------------------------------------------------------------

TEST(ControlLoops, C5_AMillionTripsAllocateAsOftenAsOne) {
  auto f = function([](Tensor n, Tensor x) {
    const auto step = [](Tensor i, Tensor s, Tensor v, Tensor array) {
      const Tensor next = reshape(matmul(reshape(v, {1, 4}), ones({4, 4}) * 0.25f), {4}) + cast(i, DType::F32) * 1e-6f;
      return std::tuple(s + sum(v), next, scatter(array, remainder(i, 10), s));
    };
    return std::get<0>(for_range(n, step, std::tuple(0.0f, x, zeros({10}))));
  });
  const auto allocations = [&](int trips) {
    f(constant(trips), ones({4}));
    const PoolStats before = pool_stats();
    f(constant(trips), ones({4}));
    const PoolStats after = pool_stats();
    EXPECT_EQ(after.system_allocations, before.system_allocations);
    return after.pool_hits - before.pool_hits;
  };
  EXPECT_EQ(allocations(1), allocations(1'000'000));
}

} // namespace
