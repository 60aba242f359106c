// Rules C1 to C6: what control flow gives, eagerly and compiled.
#include "burin/burin.h"
#include "test/unit/function/Matchers.h"
#include <map>

using namespace burin;
using burin::test::has;

namespace {

/// `f(args...)` eagerly and compiled, the same both ways.
template <class F, class... A> auto both(F f, const A &...arguments) {
  const auto eager = f(arguments...);
  const auto compiled = function(f)(arguments...);
  EXPECT_EQ(compiled.template to_vector<float>(), eager.template to_vector<float>());
  EXPECT_EQ(compiled.shape(), eager.shape());
  return compiled.template to_vector<float>();
}

using Values = std::vector<float>;

// --- cond ----------------------------------------------------------------------------------------------------------

TEST(Control, C1_CondRunsTheBranchThatThePredicateNames) {
  const auto f = [](Tensor p, Tensor x) { return cond(p, [&] { return x + 1; }, [&] { return x * 10; }); };
  EXPECT_EQ(both(f, constant(true), constant({1.f, 2.f})), (Values{2, 3}));
  EXPECT_EQ(both(f, constant(false), constant({1.f, 2.f})), (Values{10, 20}));
}

TEST(Control, C1_CondPassesItsOperands) {
  const auto add = [](Tensor a, Tensor b) { return a + b; };
  const auto subtract = [](Tensor a, Tensor b) { return a - b; };
  const auto f = [=](Tensor p, Tensor x, Tensor y) { return cond(p, add, subtract, x, y); };
  EXPECT_EQ(both(f, constant(true), constant({1.f, 2.f}), constant({5.f, 7.f})), (Values{6, 9}));
  EXPECT_EQ(both(f, constant(false), constant({1.f, 2.f}), constant({5.f, 7.f})), (Values{-4, -5}));
}

TEST(Control, C1_CondGivesStructures) {
  const auto f = [](Tensor p, Tensor x) {
    using Both = std::map<std::string, std::pair<Tensor, Tensor>>;
    const auto result = cond(p, [&] { return Both{{"a", {x, x + 1}}}; }, [&] { return Both{{"a", {x * 2, x}}}; });
    return result.at("a").first - result.at("a").second;
  };
  EXPECT_EQ(both(f, constant(true), constant({1.f, 2.f})), (Values{-1, -1}));
  EXPECT_EQ(both(f, constant(false), constant({1.f, 2.f})), (Values{1, 2}));
}

TEST(Control, C1_CondTakesNumbersAndHostConditions) {
  const auto f = [](Tensor x) {
    return cond(true, [] { return 1.5f; }, [] { return 2.5f; }) + cond(false, [&] { return x; }, [&] { return x * x; });
  };
  EXPECT_EQ(both(f, constant(3.f)), (Values{10.5f}));
}

TEST(Control, C1_CondOnScalarsWithReductionsInItsBranches) {
  const auto f = [](Tensor x) { return cond(sum(x) > 3.f, [&] { return sum(x * x); }, [&] { return max(x) - min(x); }); };
  EXPECT_EQ(both(f, constant({1.f, 2.f, 3.f})), (Values{14}));
  EXPECT_EQ(both(f, constant({1.f, 0.f, 0.5f})), (Values{1}));
}

TEST(Control, C1_CondsNest) {
  const auto f = [](Tensor x) {
    return cond(x > 0.f, [&] { return cond(x > 10.f, [&] { return x * 2; }, [&] { return x * 3; }); }, [&] { return x * 4; });
  };
  EXPECT_EQ(both(f, constant(20.f)), (Values{40}));
  EXPECT_EQ(both(f, constant(2.f)), (Values{6}));
  EXPECT_EQ(both(f, constant(-2.f)), (Values{-8}));
}

TEST(Control, C1_BothBranchesAreTracedOnce) {
  int then_calls = 0, else_calls = 0;
  auto f = function([&](Tensor p, Tensor x) {
    return cond(
        p,
        [&] {
          ++then_calls;
          return x;
        },
        [&] {
          ++else_calls;
          return x + 1;
        });
  });
  for (bool p : {true, false, true}) f(constant(p), constant(1.f));
  EXPECT_EQ(then_calls, 1);
  EXPECT_EQ(else_calls, 1);
}

TEST(Control, C2_SwitchCaseRunsTheBranchOfItsIndexAndElseTheLast) {
  const auto f = [](Tensor i, Tensor x) {
    return switch_case(i, [&] { return x; }, [&] { return x * 2; }, [&] { return x * 3; }, [&] { return x * 4; }, [&] { return x * 5; });
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(both(f, constant(i), constant({1.f, 2.f})), (Values{1.f * float(i + 1), 2.f * float(i + 1)}));
  for (int i : {-1, 5, 1000}) EXPECT_EQ(both(f, constant(i), constant({1.f, 2.f})), (Values{5, 10}));
}

TEST(Control, C2_SwitchCaseTakesAVectorOfBranches) {
  const auto f = [](Tensor i, Tensor x) {
    std::vector<std::function<Tensor()>> branches;
    for (int k = 0; k < 3; ++k) branches.push_back([=] { return x + float(k); });
    return switch_case(i, branches);
  };
  EXPECT_EQ(both(f, constant(1), constant(7.f)), (Values{8}));
}

// --- loops ---------------------------------------------------------------------------------------------------------

TEST(Control, C2_WhileLoopOnAScalar) {
  const auto f = [](Tensor x) { return while_loop([](Tensor v) { return v < 100.f; }, [](Tensor v) { return v * 2; }, x); };
  EXPECT_EQ(both(f, constant(3.f)), (Values{192}));
  EXPECT_EQ(both(f, constant(300.f)), (Values{300}));
}

TEST(Control, C2_WhileLoopKeepsTheStructureOfItsState) {
  const auto f = [](Tensor x) {
    const auto [i, values] =
        while_loop([](Tensor i, const std::vector<Tensor> &) { return i < 5; },
                   [](Tensor i, const std::vector<Tensor> &v) { return std::tuple(i + 1, std::vector<Tensor>{v[1], v[0] + v[1]}); },
                   std::tuple(0, std::vector<Tensor>{x, x + 1}));
    return values[1];
  };
  EXPECT_EQ(both(f, constant({0.f, 1.f})), (Values{8, 21}));
}

TEST(Control, C2_StateThatSwapsPlaces) {
  const auto f = [](Tensor x, Tensor y) {
    const auto [a, b] = for_range(9, [](Tensor, Tensor a, Tensor b) { return std::pair(b, a); }, std::pair(x, y));
    return a - b;
  };
  EXPECT_EQ(both(f, constant({1.f, 2.f}), constant({5.f, 9.f})), (Values{4, 7}));
}

TEST(Control, C2_ForRangeCountsLikePython) {
  const auto total = [](const Range &range) {
    return for_range(range, [](Tensor i, Tensor s) { return s * 10 + cast(i, DType::F32); }, 0.f);
  };
  const auto f = [&](Tensor n) {
    std::vector<Tensor> totals = {total(n), total({2, 5}), total({10, 0, -3}), total({0, n, 2}), total(0), total({3, 1})};
    for (Tensor &each : totals) each = reshape(each, {1});
    return concat(totals, 0);
  };
  EXPECT_EQ(both(f, constant(4)), (Values{123, 234, 10741, 2, 0, 0}));
}

TEST(Control, C2_ForRangeOverMatrices) {
  const auto f = [](Tensor a, Tensor x) { return for_range(12, [&](Tensor, Tensor v) { return matmul(a, v) * 0.5f; }, x); };
  const Values result = both(f, constant({{1.f, 1.f}, {0.f, 1.f}}), constant({{1.f}, {1.f}}));
  EXPECT_EQ(result, (Values{13.f / 4096, 1.f / 4096}));
}

TEST(Control, C2_LoopsNest) {
  const auto f = [](Tensor x) {
    return for_range(
        11, [](Tensor i, Tensor s) { return for_range(i, [&](Tensor j, Tensor t) { return t + cast(i * j, DType::F32); }, s); }, x);
  };
  float expected = 1;
  for (int i = 0; i < 11; ++i)
    for (int j = 0; j < i; ++j) expected += float(i * j);
  EXPECT_EQ(both(f, constant(1.f)), (Values{expected}));
}

TEST(Control, C2_ScanStacksWhatItsBodyGives) {
  const auto f = [](Tensor xs) {
    const auto [last, sums] = scan([](Tensor s, Tensor x) { return std::pair(s + x, s * 2); }, zeros({2}), xs);
    return concat({reshape(last, {1, 2}), sums}, 0);
  };
  EXPECT_EQ(both(f, reshape(arange(12, DType::F32), {6, 2})), (Values{30, 36, 0, 0, 0, 2, 4, 8, 12, 18, 24, 32, 40, 50}));
}

TEST(Control, C2_ScanInReverseAndOverScalars) {
  const auto f = [](Tensor xs) {
    return scan([](Tensor s, Tensor x) { return std::pair(s + x, s + x); }, 0.f, xs, {.reverse = true}).second;
  };
  EXPECT_EQ(both(f, arange(12, DType::F32)), (Values{66, 66, 65, 63, 60, 56, 51, 45, 38, 30, 21, 11}));
}

TEST(Control, C2_ScanOverStructures) {
  const auto f = [](Tensor a, Tensor b) {
    const auto step = [](Tensor s, const std::pair<Tensor, Tensor> &x) { return std::pair(s + 1, std::pair(x.first * s, x.second - s)); };
    const auto [n, ys] = scan(step, 1.f, std::pair(a, b));
    return ys.first + sum(ys.second, 1) + n;
  };
  EXPECT_EQ(both(f, arange(10, DType::F32), reshape(arange(20, DType::F32), {10, 2})).back(), 9 * 10 + (18 - 10) + (19 - 10) + 11);
}

TEST(Control, C2_MapStacks) {
  const auto f = [](Tensor x) { return map([](Tensor row) { return sum(row * row); }, x); };
  EXPECT_EQ(both(f, reshape(arange(20, DType::F32), {10, 2}))[9], 18 * 18 + 19 * 19);
}

TEST(Control, C2_AScanWithoutRowsGivesEmptyStacks) {
  const auto f = [](Tensor x) { return scan([](Tensor s, Tensor row) { return std::pair(s + 1, row + s); }, 3.f, x).second; };
  EXPECT_EQ(f(zeros({0, 2})).shape(), (Shape{0, 2}));
  EXPECT_EQ(function(f)(zeros({0, 2})).shape(), (Shape{0, 2}));
}

TEST(Control, C3_ABodyIsTracedOnceAlsoIfItNeverRuns) {
  int calls = 0;
  auto f = function([&](Tensor n, Tensor x) {
    return for_range(
        n,
        [&](Tensor, Tensor s) {
          ++calls;
          return s + 1;
        },
        x);
  });
  EXPECT_EQ(f(constant(0), constant(1.f)).item<float>(), 1);
  EXPECT_EQ(f(constant(1000), constant(1.f)).item<float>(), 1001);
  EXPECT_EQ(calls, 1);
}

TEST(Control, C3_ACppLoopUnrolls) {
  auto f = function([](Tensor x) {
    for (int i = 0; i < 5; ++i) x = x * x;
    return x;
  });
  EXPECT_FALSE(has(f.ir("trace", TensorSpec{}), "burin.for"));
}

TEST(Control, C5_AMillionTrips) {
  auto f = function([](Tensor x) { return for_range(1000000, [](Tensor, Tensor v) { return v * 0.5f + 1; }, x); });
  EXPECT_EQ(f(constant({0.f, 5.f, 9.f})).to_vector<float>(), (Values{2, 2, 2}));
}

TEST(Control, C6_EagerControlFlowIsTheHosts) {
  int bodies = 0, then_calls = 0;
  const auto body = [&](Tensor v) {
    ++bodies;
    return v + 1;
  };
  EXPECT_EQ(while_loop([](Tensor v) { return v < 5.f; }, body, 0.f).item<float>(), 5);
  EXPECT_EQ(bodies, 5);
  cond(constant(false), [&] { ++then_calls; }, [] {});
  EXPECT_EQ(then_calls, 0);
}

} // namespace
