// Control flow in each way that a function runs: rules C1 to C6, with T13 and E2.
#include "test/unit/function/BothWays.h"
#include "test/unit/function/Floats.h"
#include "test/unit/function/Matchers.h"
#include "test/unit/function/Ways.h"

namespace burin::test {

class ControlWays : public EachWay {};
BURIN_IN_EACH_WAY(ControlWays);

// --- C1 ------------------------------------------------------------------------------------------------------------

TEST_P(ControlWays, C1_CondAndSwitchCaseRunOneBranchAndItsEffects) {
  std::string lines;
  auto f = in_this_way([&](Tensor x) {
    const Tensor signed_ = cond(
        sum(x) > 0.0f,
        [&] {
          print(into(lines), "positive");
          return std::pair(x * 2.0f, sum(x));
        },
        [&] {
          print(into(lines), "negative");
          return std::pair(-x, constant(0.0f));
        }).first;
    return switch_case(size(x) - 1, [&] { return signed_ + 1.0f; }, [&] { return signed_ + 10.0f; }, [&] { return signed_ * 0.0f; });
  });
  EXPECT_EQ(floats(f(constant({3.0f}))), (Floats{7}));
  EXPECT_EQ(floats(f(constant({-3.0f, 1.0f}))), (Floats{13, 9}));
  EXPECT_EQ(floats(f(constant({1.0f, 1.0f, 1.0f, 1.0f}))), (Floats{0, 0, 0, 0})) << "the last branch, for an index beyond";
  EXPECT_EQ(lines, "positive;negative;positive;");
}

TEST_P(ControlWays, C1_BranchesMayDifferInShape) {
  auto f = in_this_way([](Tensor x) {
    const Tensor chosen = cond(sum(x) > 0.0f, [&] { return concat({x, x}, 0); }, [&] { return x; });
    return sum(chosen) + cast(size(chosen), DType::F32);
  });
  EXPECT_EQ(f(constant({1.0f, 2.0f})).item<float>(), 6 + 4);
  EXPECT_EQ(f(constant({-1.0f, -2.0f})).item<float>(), -3 + 2);
}

TEST_P(ControlWays, C1_ConditionsAndBranchesThatAreWrong) {
  auto no_scalar = in_this_way([](Tensor x) { return cond(x > 0.0f, [&] { return x; }, [&] { return -x; }); });
  EXPECT_TRUE(has(THROWN(ShapeError, no_scalar(constant({1.0f, 2.0f}))), "expected a scalar: reduce it by any, all or sum"));
  auto no_bool = in_this_way([](Tensor x) { return cond(sum(x), [&] { return x; }, [&] { return -x; }); });
  EXPECT_TRUE(has(THROWN(DTypeError, no_bool(constant({1.0f, 2.0f}))), "expected a boolean scalar: compare it with 0"));
  auto dtypes = in_this_way([](Tensor x) { return cond(sum(x) > 0.0f, [&] { return x; }, [&] { return cast(x, DType::F64); }); });
  auto structures = in_this_way([](Tensor x) {
    using Several = std::vector<Tensor>;
    return cond(sum(x) > 0.0f, [&] { return Several{x, x}; }, [&] { return Several{x}; });
  });
  const Tensor x = constant({1.0f, 2.0f});
  if (is_traced()) {
    EXPECT_TRUE(has(THROWN(DTypeError, dtypes(x)), "cast one of them"));
    EXPECT_TRUE(has(THROWN(TraceError, structures(x)), "the branches differ in structure"));
  } else { // the branch that doesn't run isn't looked at
    EXPECT_EQ(floats(dtypes(x)), floats(x));
    EXPECT_EQ(structures(x).size(), 2u);
  }
}

// --- C2 ------------------------------------------------------------------------------------------------------------

TEST_P(ControlWays, C2_WhileLoopsOverStructures) {
  auto f = in_this_way([](Tensor x) {
    return while_loop([](Tensor v, Tensor) { return sum(v) < 20.0f; },
                      [](Tensor v, Tensor trips) { return std::pair(v * 2.0f, trips + 1); }, std::pair(x, constant(0)));
  });
  const auto [last, trips] = f(constant({1.0f, 2.0f}));
  EXPECT_EQ(floats(last), (Floats{8, 16}));
  EXPECT_EQ(trips.item<int>(), 3);
  EXPECT_EQ(f(constant({21.0f})).second.item<int>(), 0);
}

TEST_P(ControlWays, C2_ForRangeCountsUpAndDown) {
  auto f = in_this_way([](Tensor x) {
    const Tensor up = for_range(size(x), [](Tensor i, Tensor v) { return v * 10.0f + cast(i, DType::F32); }, constant(0.0f));
    return for_range({6, 0, -2}, [&](Tensor i, Tensor v) { return v + x * cast(i, DType::F32) + up; }, zeros_like(x));
  });
  EXPECT_EQ(floats(f(constant({1.0f, 2.0f, 3.0f}))), (Floats{12 + 36, 24 + 36, 36 + 36}));
}

TEST_P(ControlWays, C2_ScanAndMapStackRows) {
  auto f = in_this_way([](Tensor x) {
    const auto [total, sums] = scan([](Tensor s, Tensor row) { return std::pair(s + row, s * row); }, constant(0.0f), x);
    return std::tuple(total, sums, map([](Tensor row) { return std::pair(row, row * row); }, x).second,
                      scan([](Tensor s, Tensor row) { return std::pair(s + row, s); }, constant(0.0f), x, {.reverse = true}).second);
  });
  const auto [total, sums, squares, behind] = f(constant({1.0f, 2.0f, 3.0f}));
  EXPECT_EQ(total.item<float>(), 6);
  EXPECT_EQ(floats(sums), (Floats{0, 2, 9}));
  EXPECT_EQ(floats(squares), (Floats{1, 4, 9}));
  EXPECT_EQ(floats(behind), (Floats{5, 3, 0}));
  EXPECT_EQ(std::get<1>(f(zeros({0}))).shape(), Shape{0}) << "no rows";
}

TEST_P(ControlWays, C2_StateThatGrowsAsItsInvariantSays) {
  auto f = in_this_way([](Tensor x) {
    return for_range(3, [](Tensor i, Tensor v) { return concat({v, reshape(cast(i, DType::F32), {1})}, 0); }, x,
                     {.shape_invariants = {Shape{kDynamic}}});
  });
  EXPECT_EQ(floats(f(constant({7.0f}))), (Floats{7, 0, 1, 2}));
}

TEST_P(ControlWays, C2_StateThatChangesWhatItMayNot) {
  auto shape = in_this_way([](Tensor x) { return for_range(3, [](Tensor, Tensor v) { return concat({v, v}, 0); }, x); });
  auto rank = in_this_way([](Tensor x) { return for_range(3, [](Tensor, Tensor v) { return expand_dims(v, 0); }, x); });
  auto dtype = in_this_way([](Tensor x) {
    return while_loop([](Tensor v) { return sum(v) > 0.0f; }, [](Tensor v) { return cast(v, DType::F64); }, x);
  });
  const Tensor x = constant({1.0f, 2.0f});
  EXPECT_TRUE(has(THROWN(ShapeError, shape(x)), "a loop keeps the shapes of its state, but for what shape_invariants let change"));
  EXPECT_TRUE(has(THROWN(ShapeError, rank(x)), "a loop keeps the ranks of its state"));
  EXPECT_TRUE(has(THROWN(DTypeError, dtype(x)), "a loop keeps the dtypes of its state, cast it"));
}

TEST_P(ControlWays, C2_AnIterationLimitIsReached) {
  auto f = in_this_way([](Tensor x) {
    return while_loop([](Tensor v) { return sum(v) < 100.0f; }, [](Tensor v) { return v + 1.0f; }, x, {.max_iterations = 5});
  });
  EXPECT_EQ(THROWN(Error, f(constant({1.0f}))), "while_loop: reached its limit of 5 iterations");
  EXPECT_EQ(f(constant({96.0f})).item<float>(), 100) << "the next call works";
}

// --- C3 to C6 ------------------------------------------------------------------------------------------------------

TEST_P(ControlWays, C3_BodiesAreTracedOnceAlsoIfTheyNeverRun) {
  int bodies = 0;
  auto f = in_this_way([&](Tensor x) {
    for (int i = 0; i < 3; ++i) x = x + 1.0f; // unrolls
    return for_range(cast(sum(x), DType::I64) - 9, [&](Tensor, Tensor v) { return ++bodies, v + 1.0f; }, x);
  });
  EXPECT_EQ(floats(f(constant({3.0f, 0.0f}))), (Floats{6, 3}));
  EXPECT_EQ(bodies, is_traced() ? 1 : 0);
  EXPECT_EQ(floats(f(constant({4.0f, 2.0f}))), (Floats{10, 8}));
  EXPECT_EQ(bodies, is_traced() ? 1 : 3);
}

TEST_P(ControlWays, C4_E2_TheEffectsOfATestHappenOnceForEachTest) {
  Variable tests(constant(0), "tests");
  std::string lines;
  auto f = in_this_way([&](Tensor x) {
    const auto test = [&](Tensor v) {
      tests.assign_add(1);
      return sum(v) < 8.0f;
    };
    const auto body = [&](Tensor v) {
      print(into(lines), sum(v));
      return v * 2.0f;
    };
    return while_loop(test, body, x);
  });
  EXPECT_EQ(floats(f(constant({1.0f, 1.0f}))), (Floats{4, 4}));
  EXPECT_EQ(tests.item<int>(), 3);
  EXPECT_EQ(lines, "2;4;");
}

TEST_P(ControlWays, C5_TripsReuseTheMemoryOfTheStatesBeforeThem) {
  auto f = in_this_way([](Tensor x) {
    return while_loop([](Tensor, Tensor i) { return i < 3000; }, [](Tensor v, Tensor i) { return std::pair(v * 0.5f + 1.0f, i + 1); },
                      std::pair(x, constant(0)))
        .first;
  });
  const Tensor x = zeros({5000});
  f(x);
  const PoolStats before = pool_stats();
  EXPECT_EQ(f(x).to_vector<float>(), Floats(5000, 2.0f));
  EXPECT_EQ(pool_stats().system_allocations, before.system_allocations);
  EXPECT_EQ(pool_stats().bytes_live, before.bytes_live);
}

TEST_P(ControlWays, C6_T16_AllGiveTheSame) {
  auto f = in_this_way([](Tensor x) {
    const Tensor y = while_loop([](Tensor v) { return max(v) < 50.0f; }, [](Tensor v) { return v * 1.5f; }, x);
    const Tensor rows = map([](Tensor r) { return cond(r > 40.0f, [&] { return r - 40.0f; }, [&] { return exp(r * 0.1f); }); }, y);
    return rows + for_range({5, 0, -2}, [](Tensor i, Tensor s) { return s + cast(i, DType::F32); }, constant(0.0f));
  });
  const Tensor x = constant({3.0f, 1.0f, 2.0f});
  const Floats found = floats(f(x));
  run_functions_eagerly(!functions_run_eagerly());
  EXPECT_EQ(floats(f(x)), found);
}

// --- T13 -----------------------------------------------------------------------------------------------------------

TEST_P(ControlWays, T13_AnExceptionInABranchOrABodyLeavesNoHalfState) {
  Variable v(constant(1.0f), "v");
  bool fail = true;
  const auto maybe = [&] {
    if (fail) throw std::runtime_error("on purpose");
  };
  auto f = in_this_way([&](Tensor x) {
    const Tensor chosen = cond(
        sum(x) > 0.0f,
        [&] {
          maybe();
          v.assign_add(1.0f);
          return x * 2.0f;
        },
        [&] { return x; });
    return for_range(2, [&](Tensor, Tensor s) { return maybe(), s + 1.0f; }, chosen);
  });
  EXPECT_EQ(thrown<std::runtime_error>([&] { f(constant({3.0f, 1.0f})); }), "on purpose");
  EXPECT_EQ(v.item<float>(), 1);
  EXPECT_EQ(f.traces().size(), 0u);
  fail = false;
  EXPECT_EQ(floats(f(constant({3.0f, 1.0f}))), (Floats{8, 4}));
  EXPECT_EQ(v.item<float>(), 2);
}

TEST_P(ControlWays, V6_ATensorThatLeaksOutOfABodyIsNamed) {
  auto f = in_this_way([](Tensor x) {
    Tensor leaked;
    const Tensor y = for_range(2, [&](Tensor, Tensor v) { return leaked = v + 1.0f; }, x);
    return y + leaked;
  });
  if (is_traced()) {
    EXPECT_TRUE(has(thrown<TraceError>([&] { f(constant({1.0f})); }), "the body of for_range"));
  } else {
    EXPECT_EQ(f(constant({1.0f})).item<float>(), 6) << "an ordinary tensor";
  }
}

} // namespace burin::test
