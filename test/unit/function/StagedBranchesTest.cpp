// Branches whose results differ in shape (rule C1), and extents that depend on values within branches: the host chooses.
#include "BothWays.h"
#include "Floats.h"
#include "Matchers.h"
#include "burin/burin.h"
#include <gtest/gtest.h>

namespace burin::test {

TEST(StagedBranches, C1_ShapesThatDifferBecomeDynamic) {
  int traced = 0;
  auto f = function([&](Tensor x) {
    ++traced;
    const Tensor chosen = cond(sum(x) > 0.0f, [&] { return x * 2.0f; }, [&] { return concat({x, x}, 0); });
    EXPECT_EQ(chosen.shape(), Shape({kDynamic}));
    return std::pair(chosen, sum(chosen * 3.0f));
  });
  for (int again = 0; again < 2; ++again) {
    const auto [doubled, first] = f(vector_of({1, 2}));
    EXPECT_EQ(floats(doubled), (Floats{2, 4}));
    EXPECT_EQ(first.item<float>(), 18);
    const auto [twice, second] = f(vector_of({-1, -2}));
    EXPECT_EQ(floats(twice), (Floats{-1, -2, -1, -2}));
    EXPECT_EQ(second.item<float>(), -18);
  }
  EXPECT_EQ(traced, 1);
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(StagedBranches, C1_C6_TheSameEagerly) {
  both_ways([] {
    auto f = function([](Tensor x) {
      const auto [a, b] = cond(
          x > 0.0f, [&] { return std::pair(zeros({2, 3}) + x, ones({4})); }, [&] { return std::pair(ones({2, 5}) * x, ones({4}) * 2.0f); });
      return std::tuple(sum(a, 1), a, b);
    });
    const auto [sums, a, b] = f(constant(2.0f));
    EXPECT_EQ(floats(sums), (Floats{6, 6}));
    EXPECT_EQ(a.shape(), Shape({2, 3}));
    EXPECT_EQ(floats(b), (Floats{1, 1, 1, 1}));
    EXPECT_EQ(std::get<1>(f(constant(-2.0f))).shape(), Shape({2, 5}));
    EXPECT_EQ(floats(std::get<0>(f(constant(-2.0f)))), (Floats{-10, -10}));
  });
}

TEST(StagedBranches, C1_OnlyExtentsThatDifferAreDynamic) {
  auto f = function([](Tensor p) {
    const Tensor chosen = cond(p, [] { return zeros({2, 3, 4}); }, [] { return zeros({2, 7, 4}); });
    EXPECT_EQ(chosen.shape(), Shape({2, kDynamic, 4}));
    return chosen;
  });
  EXPECT_EQ(f(constant(true)).shape(), Shape({2, 3, 4}));
  EXPECT_EQ(f(constant(false)).shape(), Shape({2, 7, 4}));
}

TEST(StagedBranches, C1_SwitchCase) {
  both_ways([] {
    auto f = function([](Tensor i) {
      return switch_case(
          i, [] { return arange(1, DType::F32); }, [] { return arange(2, DType::F32); }, [] { return arange(3, DType::F32); },
          [] { return arange(4, DType::F32); }, [] { return arange(5, DType::F32); });
    });
    for (int i = -1; i < 7; ++i) EXPECT_EQ(f(constant(i)).element_count(), i < 0 || i > 4 ? 5 : i + 1) << i;
  });
}

TEST(StagedBranches, C1_Nested) {
  both_ways([] {
    auto f = function([](Tensor x) {
      return cond(
          x > 0.0f,
          [&] {
            const Tensor inner = cond(x > 10.0f, [&] { return zeros({1}) + x; }, [&] { return zeros({2}) + x; });
            return concat({inner, inner}, 0);
          },
          [&] { return cond(x > -10.0f, [&] { return zeros({5}) + x; }, [&] { return zeros({5}) - x; }); });
    });
    EXPECT_EQ(floats(f(constant(11.0f))), (Floats{11, 11}));
    EXPECT_EQ(floats(f(constant(1.0f))), (Floats{1, 1, 1, 1}));
    EXPECT_EQ(floats(f(constant(-1.0f))), Floats(5, -1));
    EXPECT_EQ(floats(f(constant(-20.0f))), Floats(5, 20));
  });
}

TEST(StagedBranches, C1_E2_EffectsHappenOnceAndInOrder) {
  both_ways([] {
    std::string lines;
    Variable v(constant(0.0f), "v");
    auto f = function([&](Tensor x) {
      print(into(lines), "before");
      const Tensor chosen = cond(
          x > 0.0f,
          [&] {
            v.assign_add(1.0f);
            print(into(lines), "then", v);
            return zeros({2});
          },
          [&] {
            print(into(lines), "else", v);
            v.assign_add(100.0f);
            return zeros({3});
          });
      print(into(lines), "after", v, chosen);
      return v + sum(chosen);
    });
    EXPECT_EQ(f(constant(1.0f)).item<float>(), 1);
    EXPECT_EQ(f(constant(-1.0f)).item<float>(), 101);
    EXPECT_EQ(lines, "before;then 1;after 1 [0 0];before;else 1;after 101 [0 0 0];");
    EXPECT_EQ(v.item<float>(), 101);
  });
}

TEST(StagedBranches, C1_E5_AFailureInABranchKeepsWhatCameBefore) {
  Variable v(constant(0.0f), "v");
  auto f = function([&](Tensor x) {
    v.assign_add(1.0f);
    return cond(
        x > 0.0f,
        [&] {
          check(x > 5.0f, "too small");
          v.assign_add(10.0f);
          return zeros({2});
        },
        [&] { return zeros({3}); });
  });
  EXPECT_TRUE(has(thrown<CheckError>([&] { f(constant(1.0f)); }), "(at StagedBranchesTest.cpp:"));
  EXPECT_EQ(v.item<float>(), 1);
  EXPECT_EQ(f(constant(6.0f)).shape(), Shape({2}));
  EXPECT_EQ(v.item<float>(), 12);
}

TEST(StagedBranches, C1_T7_T8_WithDynamicArguments) {
  const auto body = [](Tensor x) { return cond(sum(x) > 0.0f, [&] { return x; }, [&] { return concat({x, x}, 0); }) * 2.0f; };
  auto by_signature = function(body, {.name = "by_signature", .input_signature = {{DType::F32, {kDynamic}}}});
  auto generalising = function(body, {.name = "generalising", .reduce_retracing = true});
  for (std::int64_t n = 2; n < 6; ++n)
    for (float sign : {1.0f, -1.0f}) {
      const Tensor x = ones({n}) * sign;
      EXPECT_EQ(by_signature(x).shape(), Shape({sign > 0 ? n : 2 * n}));
      EXPECT_EQ(floats(generalising(x)), Floats(static_cast<std::size_t>(sign > 0 ? n : 2 * n), 2 * sign));
    }
  EXPECT_EQ(by_signature.traces().size(), 1u);
  EXPECT_EQ(generalising.traces().size(), 2u);
}

TEST(StagedBranches, C1_T8_ExtentsThatWereTakenToBeEqual) {
  // Unnamed dimensions count as equal while the function is traced, so the code chooses: until a call shows that they differ.
  auto f = function([](Tensor p, Tensor x, Tensor y) { return cond(p, [&] { return x * 2.0f; }, [&] { return y * 3.0f; }); },
                    {.name = "f", .input_signature = {{DType::Bool, {}}, {DType::F32, {kDynamic}}, {DType::F32, {kDynamic}}}});
  EXPECT_EQ(floats(f(constant(true), ones({2}), ones({2}))), (Floats{2, 2}));
  EXPECT_EQ(floats(f(constant(true), ones({2}), ones({3}))), (Floats{2, 2}));
  EXPECT_EQ(floats(f(constant(false), ones({2}), ones({3}))), (Floats{3, 3, 3}));
  EXPECT_EQ(floats(f(constant(false), ones({2}), ones({2}))), (Floats{3, 3}));
}

TEST(StagedBranches, C1_AfterEachOtherAndAsPredicates) {
  both_ways([] {
    auto f = function([](Tensor x) {
      const Tensor a = cond(x > 0.0f, [] { return ones({2}); }, [] { return ones({3}); });
      const Tensor b = cond(sum(a) > 2.5f, [&] { return concat({a, a}, 0); }, [&] { return a; });
      const Tensor c = cond(x > 0.0f, [] { return ones({2}) * 4.0f; }, [] { return ones({3}) * 5.0f; });
      return std::pair(b, a + c);
    });
    EXPECT_EQ(floats(f(constant(1.0f)).first), Floats(2, 1));
    EXPECT_EQ(floats(f(constant(1.0f)).second), Floats(2, 5));
    EXPECT_EQ(floats(f(constant(-1.0f)).first), Floats(6, 1));
    EXPECT_EQ(floats(f(constant(-1.0f)).second), Floats(3, 6));
  });
}

TEST(StagedBranches, C1_V8_MasksInBranches) {
  both_ways([] {
    auto f = function([](Tensor x) {
      return cond(
          sum(x) > 0.0f, [&] { return x[x > 0.0f]; },
          [&] {
            const Tensor negative = x[x < 0.0f];
            return concat({negative, negative}, 0);
          });
    });
    EXPECT_EQ(floats(f(vector_of({1, -2, 3}))), (Floats{1, 3}));
    EXPECT_EQ(floats(f(vector_of({1, -2, -3}))), (Floats{-2, -3, -2, -3}));
    // The result has one shape, whatever is found on the way to it.
    auto g = function([](Tensor x) {
      const Tensor s = cond(any(x > 0.0f), [&] { return sum(x[x > 0.0f]); }, [&] { return sum(x); });
      EXPECT_EQ(s.shape(), Shape());
      return s;
    });
    EXPECT_EQ(g(vector_of({1, -2, 3})).item<float>(), 4);
    EXPECT_EQ(g(vector_of({-1, -2})).item<float>(), -3);
  });
}

TEST(StagedBranches, C1_T17_InAndAroundCalls) {
  both_ways([] {
    auto grown =
        function([](Tensor x) { return cond(sum(x) > 0.0f, [&] { return x; }, [&] { return concat({x, x}, 0); }); }, {.name = "grown"});
    auto doubled = function([](Tensor x) { return x * 2.0f; }, {.name = "doubled"});
    auto f = function([&](Tensor x) { return doubled(grown(doubled(x))); });
    EXPECT_EQ(floats(f(vector_of({1, 2}))), (Floats{4, 8}));
    EXPECT_EQ(floats(f(vector_of({-1, -2}))), (Floats{-4, -8, -4, -8}));
  });
}

TEST(StagedBranches, C1_ConditionsOfTheHostAndBranchesThatPassThingsOn) {
  const Tensor table = arange(100, DType::F32);
  auto f = function([&](Tensor p, Tensor x) { return cond(p, [&] { return table; }, [&] { return x; }); });
  EXPECT_EQ(f(constant(true), ones({2})).element_count(), 100);
  EXPECT_EQ(floats(f(constant(false), ones({2}))), (Floats{1, 1}));
  auto g = function([](Tensor x) { return cond(true, [&] { return x; }, [&] { return concat({x, x}, 0); }); });
  EXPECT_EQ(floats(g(ones({2}))), (Floats{1, 1}));
}

TEST(StagedBranches, C1_InABranchThatTheCodeChoosesElsewhere) {
  // Control flow around it is the host's, control flow within it is the code's.
  both_ways([] {
    auto f = function([](Tensor x) {
      const auto total = [](const Tensor &values) {
        return for_range(values.element_count() == kDynamic ? 3 : 3, [&](Tensor, Tensor s) { return s + sum(values); }, 0.0f);
      };
      return cond(
          x > 0.0f, [&] { return zeros({1}) + for_range(4, [](Tensor i, Tensor s) { return s + cast(i, DType::F32); }, x); },
          [&] { return zeros({2}) + total(ones({2}) * x); });
    });
    EXPECT_EQ(floats(f(constant(1.0f))), (Floats{7}));
    EXPECT_EQ(floats(f(constant(-1.0f))), (Floats{-6, -6}));
  });
}

TEST(StagedBranches, C1_ErrorsNameTheLine) {
  auto ranks = function([](Tensor x) { return cond(x > 0.0f, [&] { return x; }, [&] { return zeros({2}); }); });
  const std::string text = thrown<ShapeError>([&] { ranks(constant(1.0f)); });
  EXPECT_TRUE(has(text, "cond: result is f32[] in the then branch and f32[2] in the else branch: a result has one rank"));
  EXPECT_TRUE(has(text, "(at StagedBranchesTest.cpp:"));
  // An error in a branch for what the other one gives.
  auto f = function([](Tensor x) {
    const Tensor a = cond(x > 0.0f, [] { return ones({2}); }, [] { return ones({3}); });
    return a + cond(x > 1.0f, [] { return ones({2}); }, [] { return ones({3}); });
  });
  EXPECT_EQ(floats(f(constant(2.0f))), (Floats{2, 2}));
  EXPECT_TRUE(has(thrown<ShapeError>([&] { f(constant(0.5f)); }), "add: shapes don't broadcast: lhs f32[2], rhs f32[3]"));
  EXPECT_EQ(floats(f(constant(-2.0f))), (Floats{2, 2, 2}));
  // A tensor that leaks out of a branch of the host.
  auto leaking = function([](Tensor x) {
    Tensor leaked;
    const Tensor chosen = cond(x > 0.0f, [&] { return leaked = zeros({2}) + x; }, [&] { return zeros({3}); });
    return sum(chosen) + sum(leaked);
  });
  EXPECT_TRUE(has(thrown<TraceError>([&] { leaking(constant(1.0f)); }), "leaked out of the then branch of cond"));
}

TEST(StagedBranches, C1_G_InAGraphThatKnowsAllExtentsTheyDontDiffer) {
  Graph graph("g");
  const Scope scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {}, "x");
  const std::string text = thrown<TraceError>([&] { cond(x > 0.0f, [] { return zeros({2}); }, [] { return zeros({3}); }); });
  EXPECT_TRUE(has(text, "cond: in graph 'g' dynamic extents can't begin within a branch or a loop: make a placeholder with one before it"));
  EXPECT_TRUE(has(text, "(at StagedBranchesTest.cpp:"));
}

TEST(StagedBranches, C1_T13_AnExceptionInABranchLeavesNoHalfState) {
  bool fail = true;
  auto f = function([&](Tensor x) {
    try {
      cond(
          x > 0.0f, [&] { return x[newaxis] * 2.0f; },
          [&]() -> Tensor {
            nonzero(zeros({3}) + x);
            if (fail) throw std::runtime_error("on purpose");
            return zeros({2});
          });
    } catch (const std::runtime_error &) {}
    return cond(x > 0.0f, [&] { return zeros({2}) + x; }, [&] { return zeros({3}) + x; });
  });
  EXPECT_EQ(floats(f(constant(3.0f))), (Floats{3, 3}));
  EXPECT_EQ(floats(f(constant(-3.0f))), (Floats{-3, -3, -3}));
}

TEST(StagedBranches, C1_WhatCannotBeShownSaysSo) {
  auto f = function([](Tensor x) { return cond(x > 0.0f, [] { return zeros({2}); }, [] { return zeros({3}); }); });
  f(constant(1.0f));
  EXPECT_TRUE(has(thrown<Error>([&] { f.ir("asm", TensorSpec{DType::F32, {}}); }), "extents depend on values that cond finds"));
}

} // namespace burin::test
