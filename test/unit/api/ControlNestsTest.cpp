// Loops and branches nested hundreds deep, and bodies of thousands of ops: parts of them are functions of their own in the code, which
// must change nothing (rules C1, C2, C5, E2, E5).
#include "burin/burin.h"
#include "test/unit/function/BothWays.h"
#include "test/unit/function/Floats.h"
#include "test/unit/function/Matchers.h"

using namespace burin;
using burin::test::Floats;
using burin::test::floats;
using burin::test::has;
using burin::test::into;
using burin::test::thrown;
using burin::test::vector_of;

namespace {

constexpr int kDeep = 200;

// --- loops ---------------------------------------------------------------------------------------------------------

/// Two trips at three of the levels, one at the others; only the run knows.
Tensor nested_loops(const Tensor &x, int depth) {
  if (depth == 0) return x * 0.5f + 1.0f;
  const Tensor trips = cast(min(x) < 1e9f, DType::I64) + std::int64_t(depth % 60 == 0);
  return for_range(trips, [&](Tensor, Tensor v) { return nested_loops(v * 0.75f + 0.25f, depth - 1); }, x);
}
float nested_loops(float x, int depth) {
  if (depth == 0) return x * 0.5f + 1.0f;
  for (int trip = 0; trip < 1 + int(depth % 60 == 0); ++trip) x = nested_loops(x * 0.75f + 0.25f, depth - 1);
  return x;
}

TEST(ControlNests, C2_NestedLoops) {
  auto f = function([](Tensor x) { return nested_loops(x, kDeep); });
  EXPECT_EQ(f(constant(3.0f)).item<float>(), nested_loops(3.0f, kDeep));
  Floats values, expected;
  for (int i = 0; i < 37; ++i) values.push_back(static_cast<float>(i) * 0.7f), expected.push_back(nested_loops(values.back(), kDeep));
  EXPECT_EQ(floats(f(vector_of(values))), expected);
}

/// The state has two places, which change sides after each trip.
Tensor nested_products(const Tensor &a, const Tensor &v, int depth) {
  const auto step = [&](Tensor, Tensor s) {
    const Tensor next = matmul(a, s);
    return depth == 0 ? next : nested_products(a, next / max(abs(next)), depth - 1);
  };
  return for_range(cast(max(a) < 1e9f, DType::I64) + 2 * std::int64_t(depth % 20 == 0), step, v);
}

TEST(ControlNests, C2_StateThatIsExchanged) {
  const Tensor a = constant({{2.0f, 1.0f}, {1.0f, 3.0f}}), v = ones({2, 1});
  const auto program = [](Tensor a, Tensor v) {
    const Tensor found = nested_products(a, v, 60);
    return matmul(a, found) / found; // the eigenvalue
  };
  for (const float each : floats(function(program)(a, v))) EXPECT_NEAR(each, 3.618034f, 1e-5f);
}

TEST(ControlNests, C2_WhileLoopsWithScansWithin) {
  const std::function<Tensor(Tensor, int)> nest = [&](const Tensor &x, int depth) {
    if (depth == 0) return scan([](Tensor s, Tensor row) { return std::pair(s + row, s + row); }, 0.0f, x).second;
    const auto step = [&](Tensor i, Tensor v) { return std::pair(i + 1, nest(v, depth - 1)); };
    return while_loop([](Tensor i, Tensor) { return i < 1; }, step, std::pair(constant(0), x)).second;
  };
  auto f = function([&](Tensor x) { return nest(x, 50); });
  EXPECT_EQ(floats(f(vector_of({1, 2, 3, 4}))), (Floats{1, 3, 6, 10}));
}

// --- branches ------------------------------------------------------------------------------------------------------

/// The then branch goes on; how deep, x says.
Tensor nested_branches(const Tensor &x, int depth) {
  if (depth == 0) return x * 2.0f;
  return cond(max(x) > 1.0f, [&] { return nested_branches(x - 1.0f, depth - 1); }, [&] { return x + static_cast<float>(1000 * depth); });
}

TEST(ControlNests, C1_NestedBranches) {
  auto f = function([](Tensor x) { return nested_branches(x, kDeep); });
  EXPECT_EQ(f(constant(0.5f)).item<float>(), 200000.5f);
  EXPECT_EQ(f(constant(3.5f)).item<float>(), 197000.5f);
  EXPECT_EQ(f(constant(150.5f)).item<float>(), 50000.5f);
  EXPECT_EQ(f(constant(500.0f)).item<float>(), 600);
  EXPECT_EQ(floats(f(vector_of({3, 150.5f, 1}))), (Floats{49852.5f + 0.5f, 50000.5f, 49851}));
}

TEST(ControlNests, C2_C1_ManyBranchesAndLoopsInOneBody) {
  auto f = function([](Tensor x) {
    const auto body = [](Tensor i, Tensor v) {
      for (int k = 0; k < 150; ++k) {
        v = cond(sum(v) > 100.0f, [&] { return v * 0.5f; }, [&] { return v + 1.0f; });
        if (k % 50 == 0) v = for_range(i + 20, [](Tensor, Tensor u) { return u + 0.25f; }, v);
      }
      return v;
    };
    return for_range(3, body, x);
  });
  Floats v{1, 2, 3, 4, 5};
  Floats expected = v;
  for (int i = 0; i < 3; ++i)
    for (int k = 0; k < 150; ++k) {
      float total = 0;
      for (const float each : expected) total += each;
      for (float &each : expected) {
        each = total > 100.0f ? each * 0.5f : each + 1.0f;
        if (k % 50 == 0) each += 0.25f * static_cast<float>(i + 20);
      }
    }
  EXPECT_EQ(floats(f(vector_of(v))), expected);
}

// --- effects -------------------------------------------------------------------------------------------------------

/// Each level counts its trips; the innermost looks at x.
Tensor nested_effects(const Tensor &x, int depth, std::string &lines, Variable &trips) {
  if (depth == 0) {
    print(into(lines), "inside", x[0]);
    check(x < 10.0f, "too large", x);
    return sort(x) + 1.0f;
  }
  const auto step = [&](Tensor, Tensor v) {
    trips.assign_add(1);
    return nested_effects(v, depth - 1, lines, trips);
  };
  return for_range(cast(min(x) < 1e9f, DType::I64) + std::int64_t(depth == 30), step, x);
}

TEST(ControlNests, E2_E5_EffectsAndFailuresWithin) {
  std::string lines;
  Variable trips(constant(0), "trips"), after(constant(0), "after");
  auto f = function([&](Tensor x) {
    const Tensor y = nested_effects(x, 60, lines, trips);
    after.assign_add(1);
    return y;
  });
  EXPECT_EQ(floats(f(vector_of({3, 1, 2}))), (Floats{3, 4, 5}));
  EXPECT_EQ(lines, "inside 3;inside 2;");
  EXPECT_EQ(trips.item<int>(), 30 + 2 + 2 * 29) << "those around the one with two trips, it, and those within";
  const int before = trips.item<int>();
  lines.clear();
  const std::string text = thrown<CheckError>([&] { f(vector_of({3, 9, 9})); });
  EXPECT_TRUE(has(text, "too large")) << text;
  EXPECT_TRUE(has(text, "(at ControlNestsTest.cpp:")) << text;
  EXPECT_EQ(lines, "inside 3;inside 4;") << "the second trip fails";
  EXPECT_EQ(trips.item<int>(), 2 * before) << "what came before the failure stays";
  EXPECT_EQ(after.item<int>(), 1) << "what comes behind it doesn't happen";
  EXPECT_EQ(floats(f(vector_of({0, 0, 0}))), (Floats{2, 2, 2}));
  EXPECT_EQ(after.item<int>(), 2);
}

TEST(ControlNests, N4_TasksWithin) {
  const std::function<Tensor(Tensor, int)> nest = [&](const Tensor &x, int depth) {
    if (depth == 0) return tanh(x) + sum(x, 0);
    return cond(x.index({0, 0}) < 100.0f, [&] { return nest(x * 0.99f, depth - 1); }, [&] { return x; });
  };
  const auto program = [&](Tensor x) { return nest(x, 40); };
  const Tensor x = reshape(sin(arange(500000, DType::F32)), {1000, 500});
  Tensor expected = x;
  for (int i = 0; i < 40; ++i) expected = expected * 0.99f;
  const Tensor difference = max(abs(function(program)(x) - (tanh(expected) + sum(expected, 0))));
  EXPECT_LT(difference.item<float>(), 1e-3f);
}

} // namespace
