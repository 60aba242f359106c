// Loops whose state changes its extents, as shape_invariants let it (rule C2), and extents that depend on values within loops: the host
// runs them.
#include "BothWays.h"
#include "Floats.h"
#include "Matchers.h"
#include "burin/burin.h"
#include <gtest/gtest.h>

namespace burin::test {

TEST(StagedLoops, C2_StateThatGrows) {
  both_ways([] {
    int traced = 0;
    auto f = function([&](Tensor n) {
      return while_loop([&](Tensor i, Tensor) { return i < n; },
                        [&](Tensor i, Tensor list) {
                          ++traced;
                          return std::pair(i + 1, concat({list, reshape(cast(i * i, DType::F32), {1})}, 0));
                        },
                        std::pair(constant(0), zeros({0})), {.shape_invariants = {{}, {kDynamic}}})
          .second;
    });
    EXPECT_EQ(floats(f(constant(4))), (Floats{0, 1, 4, 9}));
    EXPECT_EQ(floats(f(constant(0))), Floats());
    EXPECT_EQ(floats(f(constant(6))), (Floats{0, 1, 4, 9, 16, 25}));
    EXPECT_EQ(floats(f(constant(-3))), Floats());
    EXPECT_EQ(f.traces().size() == 1 ? traced : 1, 1); // rule C3
  });
}

TEST(StagedLoops, C2_StateThatShrinks) {
  both_ways([] {
    // The sieve of Eratosthenes, by leaving numbers out.
    auto primes = function([](Tensor numbers) {
      return while_loop([](Tensor rest, Tensor) { return size(rest) > 0; },
                        [](Tensor rest, Tensor found) {
                          const Tensor first = rest[0];
                          const Tensor others = rest[not_equal(remainder(rest, first), 0)];
                          return std::pair(others, concat({found, reshape(first, {1})}, 0));
                        },
                        std::pair(numbers, zeros({0}, DType::I64)), {.shape_invariants = {{kDynamic}, {kDynamic}}})
          .second;
    });
    EXPECT_EQ(primes(arange(2, 30)).to_vector<std::int64_t>(), (std::vector<std::int64_t>{2, 3, 5, 7, 11, 13, 17, 19, 23, 29}));
  });
}

TEST(StagedLoops, C2_OnlySomeExtentsChange) {
  auto f = function([](Tensor x) {
    return for_range(3,
                     [](Tensor, Tensor s) {
                       EXPECT_EQ(s.shape(), Shape({kDynamic, 2}));
                       return concat({s, s}, 0) + 1.0f;
                     },
                     x, {.shape_invariants = {{kDynamic, 2}}});
  });
  const Tensor y = f(zeros({1, 2}));
  EXPECT_EQ(y.shape(), Shape({8, 2}));
  EXPECT_EQ(floats(y), Floats(16, 3));
}

TEST(StagedLoops, C2_ForRangeCountsLikePython) {
  both_ways([] {
    auto f = function([](Tensor start, Tensor stop) {
      return for_range({start, stop, -2}, [](Tensor i, Tensor list) { return concat({list, reshape(i, {1})}, 0); }, zeros({0}, DType::I64),
                       {.shape_invariants = {{kDynamic}}});
    });
    EXPECT_EQ(f(constant(7), constant(0)).to_vector<std::int64_t>(), (std::vector<std::int64_t>{7, 5, 3, 1}));
    EXPECT_EQ(f(constant(0), constant(7)).to_vector<std::int64_t>(), std::vector<std::int64_t>());
  });
}

TEST(StagedLoops, C2_TheErrorNamesEntryAndLine) {
  const auto grown = [](std::vector<Shape> invariants) {
    return [=](Tensor x) {
      return while_loop([](Tensor s, Tensor) { return sum(s) < 9.0f; }, [](Tensor s, Tensor t) { return std::pair(concat({s, s}, 0), t); },
                        std::pair(x, x), {.name = "grow", .shape_invariants = invariants})
          .first;
    };
  };
  both_ways([&] {
    const std::string undeclared = thrown<ShapeError>([&] { function(grown({}))(ones({3})); });
    EXPECT_TRUE(has(undeclared, "while_loop 'grow': state.first starts as f32[3], the body gives f32[6]: a loop keeps the shapes of its "
                                "state, but for what shape_invariants let change  (at StagedLoopsTest.cpp:"));
    EXPECT_TRUE(has(thrown<ShapeError>([&] { function(grown({{3}, {kDynamic}}))(ones({3})); }), "state.first starts as f32[3]"));
    EXPECT_TRUE(has(thrown<ShapeError>([&] { function(grown({{kDynamic}}))(ones({3})); }),
                    "shape_invariants has 1 shape, the state ((f32[3], f32[3])) has 2 tensors"));
    EXPECT_TRUE(has(thrown<ShapeError>([&] { function(grown({{kDynamic}, {4}}))(ones({3})); }),
                    "state.second starts as f32[3], its invariant is [4]"));
    EXPECT_TRUE(has(thrown<ShapeError>([&] { function(grown({{kDynamic}, {kDynamic, kDynamic}}))(ones({3})); }),
                    "state.second starts as f32[3], its invariant is [?,?]"));
    EXPECT_EQ(function(grown({{kDynamic}, {3}}))(ones({3})).element_count(), 12);
  });
}

TEST(StagedLoops, C2_ARankCannotChange) {
  auto f =
      function([](Tensor x) { return for_range(2, [](Tensor, Tensor s) { return s[newaxis]; }, x, {.shape_invariants = {{kDynamic}}}); });
  EXPECT_TRUE(has(thrown<ShapeError>([&] { f(ones({3})); }), "a loop keeps the ranks of its state"));
}

TEST(StagedLoops, C2_AChangeThatOnlyValuesShow) {
  // `rest` has as many elements as the mask finds, which must be as many as there were.
  auto f = function([](Tensor x) {
    return for_range(3, [&](Tensor, Tensor s) { return cond(sum(s) > 2.5f, [&] { return s[s > 0.5f]; }, [&] { return s; }); }, x);
  });
  const std::string text = thrown<ShapeError>([&] { f(vector_of({1, 1, 1, 0})); });
  EXPECT_TRUE(has(text, "for_range: state starts as f32[4], the body gives f32[?]")) << text;
}

TEST(StagedLoops, C2_T7_AChangeThatOnlyACallShows) {
  auto f = function([](Tensor x) { return for_range(3, [&](Tensor, Tensor s) { return s[s > 0.5f]; }, x); },
                    {.name = "f", .input_signature = {{DType::F32, {kDynamic}}}});
  EXPECT_EQ(floats(f(vector_of({1, 2}))), (Floats{1, 2}));
  EXPECT_TRUE(has(thrown<ShapeError>([&] { f(vector_of({1, 2, 0})); }), "for_range: state starts as f32[3], the body gives f32[2]"));
  EXPECT_EQ(floats(f(vector_of({1, 2}))), (Floats{1, 2}));
}

TEST(StagedLoops, C2_AnIterationLimitAndTrips) {
  both_ways([] {
    auto f = function([](Tensor x) {
      return while_loop([](Tensor s) { return sum(s) < 100.0f; }, [](Tensor s) { return concat({s, s}, 0); }, x,
                        {.max_iterations = 4, .name = "doubling", .shape_invariants = {{kDynamic}}});
    });
    EXPECT_EQ(f(ones({7})).element_count(), 112);
    EXPECT_TRUE(has(thrown<Error>([&] { f(ones({6})); }), "while_loop 'doubling': reached its limit of 4 iterations"));
    EXPECT_EQ(f(ones({200})).element_count(), 200);
  });
}

TEST(StagedLoops, C2_E2_C4_EffectsOnEachTripAndTest) {
  both_ways([] {
    std::string lines;
    Variable tests(constant(0), "tests");
    auto f = function([&](Tensor n) {
      const Tensor list = while_loop(
          [&](Tensor s) {
            tests.assign_add(1);
            print(into(lines), "test", tests);
            return size(s) < n;
          },
          [&](Tensor s) {
            print(into(lines), "body", s);
            return concat({s, ones({1})}, 0);
          },
          zeros({1}), {.shape_invariants = {{kDynamic}}});
      print(into(lines), "end", list);
      return list;
    });
    EXPECT_EQ(floats(f(constant(3))), (Floats{0, 1, 1}));
    EXPECT_EQ(lines, "test 1;body [0];test 2;body [0 1];test 3;end [0 1 1];");
    EXPECT_EQ(tests.item<int>(), 3);
  });
}

TEST(StagedLoops, C2_E5_WhatHappenedBeforeAFailureStays) {
  both_ways([] {
    Variable v(constant(0.0f), "v");
    auto f = function([&](Tensor x) {
      return for_range(5,
                       [&](Tensor i, Tensor s) {
                         v.assign_add(1.0f);
                         check(i < 2, "too far");
                         v.assign_add(10.0f);
                         return concat({s, s}, 0);
                       },
                       x, {.shape_invariants = {{kDynamic}}});
    });
    EXPECT_TRUE(has(thrown<CheckError>([&] { f(ones({1})); }), "(at StagedLoopsTest.cpp:"));
    EXPECT_EQ(v.item<float>(), 23);
  });
}

TEST(StagedLoops, C2_LoopsAndBranchesNest) {
  both_ways([] {
    auto f = function([](Tensor x) {
      return for_range(3,
                       [](Tensor i, Tensor s) {
                         const Tensor grown =
                             for_range(i, [](Tensor, Tensor t) { return concat({t, t}, 0); }, s, {.shape_invariants = {{kDynamic}}});
                         const Tensor mean_of = for_range(4, [&](Tensor, Tensor m) { return 0.5f * (m + mean(grown)); }, 0.0f);
                         return cond(equal(i, 1), [&] { return grown[slice(0, 1)]; }, [&] { return grown + mean_of; });
                       },
                       x, {.shape_invariants = {{kDynamic}}});
    });
    // i = 0: [1] + 0.9375; i = 1: doubled, its first alone; i = 2: four of it, plus 0.9375 of it.
    EXPECT_EQ(floats(f(ones({1}))), Floats(4, 1.9375f * 1.9375f));
  });
}

TEST(StagedLoops, C2_T7_WithDynamicArguments) {
  auto f = function(
      [](Tensor x, Tensor n) {
        return for_range(n, [&](Tensor, Tensor s) { return concat({s, x}, 0); }, x, {.shape_invariants = {{kDynamic}}});
      },
      {.name = "f", .input_signature = {{DType::F32, {kDynamic}}, {DType::I64, {}}}});
  for (std::int64_t k : {2, 3, 4})
    for (std::int64_t n : {0, 1, 3}) EXPECT_EQ(f(ones({k}), Tensor::scalar(n)).element_count(), k * (n + 1));
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(StagedLoops, C2_V8_MasksInLoopsOfFixedState) {
  both_ways([] {
    auto f = function([](Tensor x) { return for_range(2, [&](Tensor, Tensor s) { return s + sum(x[x > s]); }, 0.0f); });
    EXPECT_EQ(f(vector_of({1, 2, 5})).item<float>(), 8);
    EXPECT_EQ(f(vector_of({9, 2, 8, 20})).item<float>(), 39);
  });
}

TEST(StagedLoops, C2_V8_MasksInScansAndMaps) {
  both_ways([] {
    auto sums = function([](Tensor x) { return map([](Tensor row) { return sum(row[row > 0.0f]); }, x); });
    EXPECT_EQ(floats(sums(reshape(vector_of({1, -1, 2, 3, -4, -5}), {3, 2}))), (Floats{1, 5, 0}));
    EXPECT_EQ(floats(sums(zeros({0, 2}))), Floats());
    auto backwards = function([](Tensor x) {
      return scan([](Tensor s, Tensor row) { return std::pair(s + sum(row[row > 0.0f]), std::pair(s, row)); }, 0.0f, x, {.reverse = true});
    });
    const auto [total, rows] = backwards(reshape(vector_of({1, -1, 2, 3, -4, -5}), {3, 2}));
    EXPECT_EQ(total.item<float>(), 6);
    EXPECT_EQ(floats(rows.first), (Floats{5, 0, 0}));
    EXPECT_EQ(floats(rows.second), (Floats{1, -1, 2, 3, -4, -5}));
  });
}

TEST(StagedLoops, C2_RowsThatAreStackedHaveOneShape) {
  auto f = function([](Tensor x) { return map([](Tensor row) { return row[row > 0.0f]; }, x); });
  EXPECT_EQ(floats(f(reshape(vector_of({1, -1, -2, 3}), {2, 2}))), (Floats{1, 3}));
  EXPECT_TRUE(has(thrown<ShapeError>([&] { f(reshape(vector_of({1, 1, -2, 3}), {2, 2})); }),
                  "scan: row is f32[2] in one trip and f32[1] in another: rows that are stacked have one shape  (at StagedLoopsTest.cpp:"));
}

TEST(StagedLoops, C2_GraphsHaveNoStateThatGrows) {
  Graph graph("g");
  const Scope scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {2}, "x");
  const std::string text =
      thrown<TraceError>([&] { for_range(2, [](Tensor, Tensor s) { return concat({s, s}, 0); }, x, {.shape_invariants = {{kDynamic}}}); });
  EXPECT_TRUE(has(text, "for_range: in graph 'g' dynamic extents can't begin within a branch or a loop: make a placeholder with one before "
                        "it  (at StagedLoopsTest.cpp:"));
}

TEST(StagedLoops, C3_LoopsOfFixedShapeStayCode) {
  auto f = function([](Tensor x) { return for_range(100, [](Tensor, Tensor s) { return s * 0.5f; }, x); });
  EXPECT_TRUE(has(f.ir("trace", TensorSpec{DType::F32, {2}}), "burin.for"));
}

TEST(StagedLoops, C5_TripsOfTheSameExtentsCompileOnce) {
  auto f = function([](Tensor n, Tensor x) {
    return while_loop([&](Tensor i, Tensor) { return i < n; },
                      [](Tensor i, Tensor s) {
                        const Tensor positive = s[s > 0.0f];
                        return std::pair(i + 1, concat({positive, zeros({1})}, 0));
                      },
                      std::pair(constant(0), x), {.shape_invariants = {{}, {kDynamic}}})
        .second;
  });
  EXPECT_EQ(floats(f(constant(2000), ones({3}))), (Floats{1, 1, 1, 0})); // compiling for each trip would take a minute
  const PoolStats before = pool_stats();
  f(constant(2000), ones({3}));
  EXPECT_EQ(pool_stats().system_allocations, before.system_allocations);
}

TEST(StagedLoops, T13_AnExceptionInABodyLeavesNoHalfState) {
  bool fail = true;
  auto f = function([&](Tensor x) {
    return for_range(2,
                     [&](Tensor, Tensor s) {
                       const Tensor positive = s[s > 0.0f];
                       if (fail) throw std::runtime_error("on purpose");
                       return concat({positive, positive}, 0);
                     },
                     x, {.shape_invariants = {{kDynamic}}});
  });
  EXPECT_EQ(thrown<std::runtime_error>([&] { f(ones({2})); }), "on purpose");
  fail = false;
  EXPECT_EQ(floats(f(ones({2}))), Floats(8, 1));
}

TEST(StagedLoops, V6_ATensorThatLeaksOutOfABody) {
  auto f = function([](Tensor x) {
    Tensor leaked;
    for_range(2, [&](Tensor, Tensor s) { return leaked = concat({s, s}, 0); }, x, {.shape_invariants = {{kDynamic}}});
    return sum(leaked);
  });
  EXPECT_TRUE(has(thrown<TraceError>([&] { f(ones({2})); }), "leaked out of the body of for_range"));
}

} // namespace burin::test
