#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <cmath>

using namespace burin;

static const FunctionOptions kChecked{.name = "step", .debug = Debug::CheckNumerics};
static const float inf = std::numeric_limits<float>::infinity(), nan_value = std::numeric_limits<float>::quiet_NaN();

TEST(CheckNumerics, P4_NamesTheFirstOpInTheMiddleOfAFusedCluster) {
  auto f = function(
      [](Tensor x) {
        const Tensor y = x * 2 + 1;
        const Tensor logs = log(y);
        return where(isfinite(logs), exp(logs) / y, 0.0f);
      },
      kChecked);
  EXPECT_EQ(f(constant({1.f, 2.f})).to_vector<float>(), (std::vector<float>{1, 1}));
  EXPECT_EQ(
      burin::test::thrown<CheckError>([&] { f(constant({1.f, -0.5f, -3.f})); }),
      "log: 2 of 3 elements of f32[3] are not finite: -inf at [1], nan at [2], made from finite numbers  (at CheckNumericsTest.cpp:14)");
}

TEST(CheckNumerics, P4_NamesTheFirstOfSeveral) {
  auto f = function(
      [](Tensor x) {
        const Tensor first = exp(x * 100), second = sqrt(-x);
        return first + second;
      },
      kChecked);
  EXPECT_EQ(THROWN(CheckError, f(constant({1.f, 2.f}))),
            "exp: 2 of 2 elements of f32[2] are not finite: inf at [0], inf at [1], made from finite numbers");
}

TEST(CheckNumerics, P4_ANaNOrInfinityThatComesInIsNobodysFault) {
  auto f = function([](Tensor x, Tensor mask) { return softmax(x + mask, 1); }, kChecked);
  const Tensor mask = constant({{0.f, -inf}, {0.f, 0.f}});
  EXPECT_EQ(f(zeros({2, 2}), mask).to_vector<float>(), (std::vector<float>{1, 0, 0.5, 0.5}));
  auto g = function([](Tensor x) { return log(x + 1); }, kChecked);
  EXPECT_TRUE(std::isnan(g(constant({nan_value, 1.f})).to_vector<float>()[0]));
  EXPECT_EQ(THROWN(CheckError, g(constant({nan_value, -1.f}))),
            "log: 2 of 2 elements of f32[2] are not finite: nan at [0], -inf at [1], made from finite numbers")
      << "beside one that came in";
}

TEST(CheckNumerics, P4_SeesMatmulsReductionsAndKernels) {
  auto f = function([](Tensor x) { return matmul(x, x); }, kChecked);
  EXPECT_EQ(THROWN(CheckError, f(full({1, 1}, 1e30f))),
            "matmul: 1 of 1 elements of f32[1,1] is not finite: inf at [0,0], made from finite numbers");
  auto g = function([](Tensor x) { return mean(x); }, kChecked);
  EXPECT_EQ(THROWN(CheckError, g(full({4}, 3e38f))),
            "mean (reduce_sum): 1 of 1 elements of f32[] is not finite: inf, made from finite numbers");
  auto h = function([](Tensor x) { return cumulative_sum(x); }, kChecked);
  EXPECT_THROW(h(full({4}, 3e38f)), CheckError);
}

TEST(CheckNumerics, P4_E5_WhatCameBeforeHasHappenedWhatComesAfterHasNot) {
  Variable before(constant(0.f), "before"), after(constant(0.f), "after");
  auto f = function(
      [&](Tensor x) {
        before.assign_add(1);
        const Tensor y = log(x);
        after.assign_add(1);
        return y;
      },
      kChecked);
  EXPECT_THROW(f(constant(-1.f)), CheckError);
  EXPECT_EQ(before.item<float>(), 1);
  EXPECT_EQ(after.item<float>(), 0);
}

TEST(CheckNumerics, P4_InBranchesAndLoops) {
  auto f = function([](Tensor x) { return for_range(10, [](const Tensor &, const Tensor &y) { return y * y; }, x); }, kChecked);
  EXPECT_EQ(f(constant(1.f)).item<float>(), 1);
  EXPECT_EQ(THROWN(CheckError, f(constant(100.f))), "multiply: 1 of 1 elements of f32[] is not finite: inf, made from finite numbers");
}

TEST(CheckNumerics, P4_OffByDefaultAndOnForTheWholeProcess) {
  auto unchecked = function([](Tensor x) { return log(x); });
  EXPECT_TRUE(std::isnan(unchecked(constant(-1.f)).item<float>()));
  const Options before = options();
  Options changed = before;
  changed.debug = Debug::CheckNumerics;
  set_options(changed);
  auto f = function([](Tensor x) { return log(x); });
  EXPECT_THROW(f(constant(-1.f)), CheckError);
  EXPECT_EQ(THROWN(CheckError, log(constant({1.f, -1.f}))),
            "log: 1 of 2 elements of f32[2] is not finite: nan at [1], made from finite numbers")
      << "eagerly";
  EXPECT_NO_THROW(log(constant(inf)));
  run_functions_eagerly(true);
  EXPECT_THROW(unchecked(constant(-1.f)), CheckError);
  set_options(before);
  EXPECT_TRUE(std::isnan(log(constant(-1.f)).item<float>()));
}
