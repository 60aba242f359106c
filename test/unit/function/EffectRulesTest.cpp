// The rules of effects, eagerly and compiled: the same program both ways.
#include "BothWays.h"
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"

namespace burin::test {

TEST(EffectRules, E1_EffectsHappenOnEveryRun) {
  both_ways([] {
    std::string lines;
    Variable v(constant(0), "v");
    Generator generator(1);
    auto f = function([&](Tensor x) {
      v.assign_add(1);
      print(into(lines), x);
      check(x < 3, "small", x);
      (void)uniform({2}, generator);
    });
    f(constant(1));
    f(constant(2));
    EXPECT_THROW(f(constant(3)), CheckError);
    EXPECT_EQ(lines, "1;2;3;");
    EXPECT_EQ(v.item<int>(), 3);
    EXPECT_EQ(generator.state().to_vector<std::uint64_t>()[1], 2u);
  });
}

TEST(EffectRules, E2_ProgramOrderAcrossPrintsUpdatesHostCallsAndNestedCalls) {
  both_ways([] {
    std::string lines;
    Variable v(constant(0), "v");
    auto inner = function([&](Tensor x) {
      print(into(lines), "inner", v);
      v.assign_add(x);
      host_call([&](Tensor now) { lines += "host " + std::to_string(now.item<int>()) + ";"; }, std::vector<TensorSpec>(), v);
      return x;
    });
    auto outer = function([&](Tensor x) {
      print(into(lines), "first", v);
      v.assign_add(1);
      const Tensor unused = inner(x); // returned from or not
      print(into(lines), "between", v);
      inner(x * 2);
      print(into(lines), "last", v);
    });
    outer(constant(10));
    EXPECT_EQ(lines, "first 0;inner 1;host 11;between 11;inner 11;host 31;last 31;");
  });
}

TEST(EffectRules, E3_AReadSeesAllEarlierWritesAlsoThroughNestedCalls) {
  both_ways([] {
    Variable v(constant({1.f, 2.f}), "v");
    auto inner = function([&] { v.assign(v * 10); });
    auto outer = function([&](Tensor x) {
      const Tensor before = v;
      v[0].assign(x);
      const Tensor between = v;
      inner();
      return std::tuple(before, between, Tensor(v));
    });
    const auto [before, between, after] = outer(constant(5.f));
    EXPECT_EQ(before.to_vector<float>(), (std::vector<float>{1, 2}));
    EXPECT_EQ(between.to_vector<float>(), (std::vector<float>{5, 2}));
    EXPECT_EQ(after.to_vector<float>(), (std::vector<float>{50, 20}));
  });
}

TEST(EffectRules, E4_APureOpThatNobodyNeedsIsNotInTheCode) {
  auto f = function([](Tensor x) {
    (void)matmul(exp(x), x);
    return x + 1;
  });
  const std::string optimized = f.ir("optimized", TensorSpec{DType::F32, {3, 3}});
  EXPECT_EQ(optimized.find("burin.exp"), std::string::npos);
  EXPECT_EQ(optimized.find("burin.matmul"), std::string::npos);
}

TEST(EffectRules, E5_AFailureComesWithItsLineAndNothingAfterIt) {
  both_ways([] {
    std::string lines;
    Variable v(constant(0), "v");
    auto f = function([&](Tensor x) {
      v.assign_add(1);
      print(into(lines), "before");
      check(x > 0, "positive", x);
      v.assign_add(1);
      print(into(lines), "after");
    });
    EXPECT_EQ(THROWN(CheckError, f(constant(-1))), "check: positive: -1");
    EXPECT_EQ(lines, "before;");
    EXPECT_EQ(v.item<int>(), 1);
  });
}

TEST(EffectRules, P4_P5_ChecksAndHostCallsTheSameBothWays) {
  both_ways([] {
    auto f = function([](Tensor x) { return host_call([](Tensor y) { return y * 2; }, TensorSpec{DType::F32, {2}}, x); });
    EXPECT_EQ(f(constant({1.f, 2.f})).to_vector<float>(), (std::vector<float>{2, 4}));
    auto g = function([](Tensor x) { check_finite(x); });
    EXPECT_EQ(THROWN(CheckError, g(constant({1.f, INFINITY}))), "check_finite: 1 of 2 elements of f32[2] is not finite: inf at [1]");
  });
}

TEST(EffectRules, P1_P2_P3_PrintsTheSameBothWays) {
  both_ways([] {
    std::string lines;
    PrintOptions options = into(lines);
    options.location = true;
    auto f = function([&](Tensor x) {
      print(into(lines), "x:", x, std::pair{"b", x[0]});
      print(options, x[1]);
    });
    f(constant({{1.5, 2.0}, {std::numeric_limits<double>::infinity(), -0.0}}));
    const int line = __LINE__ - 3;
    EXPECT_EQ(lines, "x: [[1.5 2]\n [inf -0]] ('b', [1.5 2]);EffectRulesTest.cpp:" + std::to_string(line) + ": [inf -0];");
  });
}

TEST(EffectRules, S2_S3_S4_VariablesTheSameBothWays) {
  both_ways([] {
    Variable v(constant({1.f, 2.f, 3.f}), "v"), empty(DType::F32, {}, "empty");
    auto f = function([&](Tensor x) {
      v.assign_add(x);
      v.assign_sub(1);
      v.index({slice(1, 3)}).assign(x * 10);
      return v.read_value();
    });
    EXPECT_EQ(f(constant(1.f)).to_vector<float>(), (std::vector<float>{1, 10, 10}));
    auto wrong = function([&](Tensor x) { v.assign(x); });
    EXPECT_THROW(wrong(constant(1.f)), ShapeError);
    EXPECT_THROW(wrong(constant({1, 2, 3})), DTypeError);
    auto unread = function([&] { return empty + 1; });
    EXPECT_THROW(unread(), UninitializedError);
    EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{1, 10, 10}));
  });
}

} // namespace burin::test
