// Effects within control flow: rules C4, E2, E3, E5, P3.
#include "burin/burin.h"
#include "test/unit/function/Matchers.h"

using namespace burin;
using burin::test::has;

namespace {

/// What `f(args...)` printed through `callback`, eagerly and compiled: the same both ways.
template <class F, class... A> std::string printed(F f, const A &...arguments) {
  std::string text;
  const PrintOptions to_text{.end = ";", .callback = [&](std::string_view line) { text += line; }};
  f(to_text, arguments...);
  const std::string eager = std::exchange(text, {});
  function([&](A... traced) { return f(to_text, traced...); })(arguments...);
  EXPECT_EQ(text, eager);
  return text;
}

TEST(ControlEffects, P3_PrintsInBranchesAndLoopsKeepTheirOrder) {
  const auto f = [](const PrintOptions &to, Tensor x) {
    print(to, "before");
    const Tensor y = for_range(
        12,
        [&](Tensor i, Tensor s) {
          cond(equal(remainder(i, 5), 0), [&] { print(to, "five at", i, s); }, [] {});
          return s + 1;
        },
        x);
    print(to, "after", y);
    return y;
  };
  EXPECT_EQ(printed(f, constant({1.f, 2.f})), "before;five at 0 [1 2];five at 5 [6 7];five at 10 [11 12];after [13 14];");
}

TEST(ControlEffects, C4_TheEffectsOfATestHappenOnceForEachTest) {
  Variable tests(constant(0), "tests");
  const auto f = [&](const PrintOptions &to, Tensor x) {
    return while_loop(
        [&](Tensor v) {
          tests.assign_add(1);
          print(to, "test", v);
          return v < 3.f;
        },
        [](Tensor v) { return v + 1; }, x);
  };
  EXPECT_EQ(printed(f, constant(0.f)), "test 0;test 1;test 2;test 3;");
  EXPECT_EQ(tests.item<int>(), 8); // eagerly and compiled
}

TEST(ControlEffects, E3_VariablesInBranches) {
  Variable v(constant({1.f, 2.f}), "v"), w(constant(0.f), "w");
  auto f = function([&](Tensor p) {
    const Tensor seen = cond(
        p,
        [&] {
          v.assign(v * 10);
          w.assign_add(1);
          return v.read_value();
        },
        [&] {
          v.assign_sub(1);
          return v * 2;
        });
    return seen + v;
  });
  EXPECT_EQ(f(constant(true)).to_vector<float>(), (std::vector<float>{20, 40}));
  EXPECT_EQ(f(constant(false)).to_vector<float>(), (std::vector<float>{27, 57}));
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{9, 19}));
  EXPECT_EQ(w.item<float>(), 1);
}

TEST(ControlEffects, E3_VariablesInLoops) {
  Variable total(constant(0.f), "total"), history(zeros({3}), "history"), untouched(constant(7.f), "untouched");
  auto f = function([&](Tensor n) {
    for_range(n, [&](Tensor i) {
      total.assign_add(cast(i, DType::F32) * untouched);
      cond(i < 2, [&] { history.assign(history + total); }, [] {});
    });
    return total * 2;
  });
  EXPECT_EQ(f(constant(4)).item<float>(), 84);
  EXPECT_EQ(total.item<float>(), 42);
  EXPECT_EQ(history.to_vector<float>(), (std::vector<float>{7, 7, 7}));
  EXPECT_EQ(f(constant(0)).item<float>(), 84);
}

TEST(ControlEffects, E4_ALoopThatNobodyNeedsIsNotRun) {
  auto f = function([](Tensor x) {
    for_range(1000000000, [](Tensor, Tensor s) { return s + 1; }, x);
    cond(x > 0.f, [&] { return x * 2; }, [&] { return x; });
    return x;
  });
  EXPECT_EQ(f(constant(1.f)).item<float>(), 1);
  const std::string ir = f.ir("optimized", TensorSpec{});
  EXPECT_FALSE(has(ir, "burin.for"));
  EXPECT_FALSE(has(ir, "burin.if"));
}

TEST(ControlEffects, E5_AFailureInALoopReachesTheCaller) {
  Variable v(constant(1.f), "v");
  const auto f = [&](Tensor x, Tensor i) {
    return for_range(
        20,
        [&](Tensor k, Tensor s) {
          v.assign_add(1.f);
          return s + take(x, i + k);
        },
        0.f);
  };
  const std::string text = test::thrown<IndexError>([&] { function(f)(constant({1.f, 2.f, 3.f}), constant(std::int64_t(0))); });
  EXPECT_TRUE(has(text, "take: index 3 is out of range")) << text;
  EXPECT_TRUE(has(text, "ControlEffectsTest.cpp:")) << text;
}

} // namespace
