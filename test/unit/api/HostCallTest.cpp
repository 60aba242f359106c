#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <gtest/gtest.h>

namespace burin::test {
namespace {

Tensor twice(const Tensor &x) {
  std::vector<float> values = x.to_vector<float>();
  for (float &value : values) value *= 2;
  return Tensor::from_vector(values, x.shape());
}

TEST(HostCall, P5_RunsOnEveryCallWithTheValues) {
  int calls = 0;
  const TensorSpec spec{DType::F32, {2}};
  auto f = function([&](Tensor x) {
    Tensor y = host_call(
        [&calls](const Tensor &value) {
          ++calls;
          return twice(value);
        },
        spec, x + 1.0f);
    return y * 10.0f;
  });
  EXPECT_EQ(f(constant({1.0f, 2.0f})).to_vector<float>(), (std::vector<float>{40, 60}));
  EXPECT_EQ(f(constant({3.0f, 4.0f})).to_vector<float>(), (std::vector<float>{80, 100}));
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(host_call(twice, spec, constant({1.0f, 2.0f})).to_vector<float>(), (std::vector<float>{2, 4}));
}

TEST(HostCall, P5_SeveralResultsAndNone) {
  std::vector<float> seen;
  auto f = function([&](Tensor x, Tensor y) {
    host_call([&seen](const Tensor &a, const Tensor &b) { seen = {a.item<float>(), b.item<float>()}; }, std::vector<TensorSpec>{}, x, y);
    const std::vector<Tensor> both =
        host_call([](const Tensor &a, const Tensor &b) { return std::vector{b, a}; }, {{DType::F32, {}}, {DType::F32, {}}}, x, y);
    host_call([&seen] { seen.push_back(7); }, {});
    return std::pair{both[0], both[1]};
  });
  const auto [first, second] = f(constant(1.0f), constant(2.0f));
  EXPECT_EQ(first.item<float>(), 2);
  EXPECT_EQ(second.item<float>(), 1);
  EXPECT_EQ(seen, (std::vector<float>{1, 2, 7}));
}

TEST(HostCall, P5_KeepsItsOrderWithOtherEffects) {
  std::string order;
  PrintOptions options;
  options.end = "";
  options.callback = [&](std::string_view text) { order += text; };
  auto f = function([&](Tensor x) {
    print(options, "a");
    host_call([&order](const Tensor &) { order += "b"; }, std::vector<TensorSpec>{}, x);
    print(options, "c");
    host_call([&order] { order += "d"; }, {});
    check(x > 0, "positive", x);
    host_call([&order] { order += "e"; }, {});
  });
  f(constant(1));
  EXPECT_EQ(order, "abcde");
  order.clear();
  EXPECT_THROW(f(constant(0)), CheckError);
  EXPECT_EQ(order, "abcd");
}

TEST(HostCall, P5_WhatItThrowsReachesTheCallerAndEffectsBeforeItHaveHappened) {
  Variable v(constant(0.0f), "v");
  auto f = function([&](Tensor x) {
    v.assign_add(1.0f);
    host_call([](const Tensor &) { throw std::runtime_error("no"); }, std::vector<TensorSpec>{}, x);
    v.assign_add(1.0f);
  });
  EXPECT_THROW(f(constant(1)), std::runtime_error);
  EXPECT_EQ(v.item<float>(), 1);
}

TEST(HostCall, P5_AWrongResultIsRefused) {
  const auto wrong = [](TensorSpec spec) {
    return function([spec](Tensor x) { return host_call([](const Tensor &value) { return value; }, spec, x); });
  };
  const Tensor x = constant({1.0f, 2.0f});
  EXPECT_NE(THROWN(ShapeError, wrong({DType::F32, {3}})(x)).find("host_call: result 0 is f32[2], expected f32[3]"), std::string::npos);
  EXPECT_NE(THROWN(DTypeError, wrong({DType::F64, {2}})(x)).find("host_call: result 0 is f32[2], expected f64[2]"), std::string::npos);
  EXPECT_NE(THROWN(Error, host_call([](const Tensor &) {}, TensorSpec{DType::F32, {2}}, x)).find("the function gave 0 tensors, expected 1"),
            std::string::npos);
}

TEST(HostCall, P5_TensorsThatItKeepsStayAsTheyAre) {
  std::vector<Tensor> kept;
  auto f = function([&](Tensor x) {
    Tensor y = x * 2.0f;
    host_call([&kept](const Tensor &value) { kept.push_back(value); }, std::vector<TensorSpec>{}, y);
    return y + 1.0f;
  });
  f(constant({1.0f}));
  f(constant({2.0f}));
  EXPECT_EQ(kept[0].to_vector<float>(), std::vector<float>{2});
  EXPECT_EQ(kept[1].to_vector<float>(), std::vector<float>{4});
}

TEST(HostCall, P5_AResultMayBeAVariablesNewValue) {
  Variable v(constant({1.0f, 2.0f}), "v"), w(constant({0.0f, 0.0f}), "w");
  auto f = function([&] {
    Tensor y = host_call(twice, TensorSpec{DType::F32, {2}}, v.read_value());
    v.assign(y);
    w.assign(y);
    return y;
  });
  f();
  f();
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{4, 8}));
  EXPECT_EQ(w.to_vector<float>(), (std::vector<float>{4, 8}));
}

} // namespace
} // namespace burin::test
