// Functions of many loop nests that another one calls often: compiled once for all calls (rule T17).
#include "Matchers.h"
#include "burin/burin.h"
#include <cmath>
#include <gtest/gtest.h>

namespace burin::test {

/// `count` means and functions of them: as many loop nests.
static Tensor steps(Tensor x, int count) {
  for (int i = 0; i < count; ++i) x = tanh(x - mean(x)) * 0.5f + x;
  return x;
}

static std::size_t occurrences(const std::string &text, const std::string &part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

template <class F> static auto eagerly(F f) {
  run_functions_eagerly(true);
  auto result = f();
  run_functions_eagerly(false);
  return result;
}

static void expect_close(const Tensor &found, const Tensor &expected) {
  ASSERT_EQ(found.shape(), expected.shape());
  const std::vector<float> a = found.to_vector<float>(), b = expected.to_vector<float>();
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-5f * (1 + std::abs(b[i]))) << i; // sums may differ in order
}

TEST(SharedCalls, T17_CodeOfOneFunctionForAllItsCalls) {
  auto layer = function([](Tensor x) { return steps(x, 8); }, {.name = "layer"});
  auto f = function([&](Tensor x) {
    for (int i = 0; i < 10; ++i) x = layer(x) - 0.25f;
    return x;
  });
  const Tensor x = arange(100, DType::F32) * 0.01f;
  expect_close(f(x), eagerly([&] { return f(x); }));
  const std::string code = f.ir("optimized", TensorSpec{DType::F32, {100}});
  EXPECT_EQ(occurrences(code, "call @layer("), 10u);
  EXPECT_EQ(occurrences(code, "func.func private @layer("), 1u);
  EXPECT_EQ(occurrences(code, "burin.reduce_sum"), 8u);
}

TEST(SharedCalls, T17_SmallFunctionsAreInlined) {
  auto doubled = function([](Tensor x) { return x * 2.0f; }, {.name = "doubled"});
  auto f = function([&](Tensor x) {
    for (int i = 0; i < 30; ++i) x = doubled(x);
    return x;
  });
  EXPECT_EQ(occurrences(f.ir("optimized", TensorSpec{DType::F32, {4}}), "call @"), 0u);
}

TEST(SharedCalls, T17_InLoopsBranchesAndOtherSharedFunctions) {
  auto inner = function([](Tensor x) { return steps(x, 10); }, {.name = "inner"});
  auto outer = function([&](Tensor x) { return inner(inner(x) + 1.0f) + inner(x); }, {.name = "outer"});
  auto f = function([&](Tensor x) {
    x = for_range(3, [&](Tensor, Tensor s) { return inner(s) * 0.5f; }, x);
    x = cond(sum(x) > 0.0f, [&] { return outer(x); }, [&] { return inner(x); });
    for (int i = 0; i < 10; ++i) x = outer(x);
    return x;
  });
  const Tensor x = arange(20, DType::F32) * 0.1f;
  EXPECT_TRUE(has(f.ir("optimized", TensorSpec{DType::F32, {20}}), "call @inner("));
  expect_close(f(x), eagerly([&] { return f(x); }));
  expect_close(f(-x), eagerly([&] { return f(-x); }));
}

TEST(SharedCalls, T17_ResultsOfAllKinds) {
  auto many = function(
      [](Tensor x, Tensor flag) {
        const Tensor y = steps(x, 10);
        return std::tuple(x, y, y, x > y, flag, reshape(y, {2, 3}), constant({1.0f, 2.0f}));
      },
      {.name = "many"});
  auto f = function([&](Tensor x) {
    std::vector<Tensor> parts;
    Tensor flag = constant(true);
    for (int i = 0; i < 4; ++i) {
      const auto [same, y, again, less, given, matrix, known] = many(x, flag);
      x = y + same;
      flag = any(less);
      parts.insert(parts.end(), {same, again, cast(less, DType::F32), cast(given, DType::F32), matrix, known});
    }
    return parts;
  });
  EXPECT_TRUE(has(f.ir("optimized", TensorSpec{DType::F32, {6}}), "call @many("));
  const Tensor x = arange(6, DType::F32);
  const std::vector<Tensor> found = f(x), expected = eagerly([&] { return f(x); });
  for (std::size_t i = 0; i < found.size(); ++i) expect_close(found[i], expected[i]);
}

TEST(SharedCalls, T17_E2_E3_VariablesAroundThem) {
  auto layer = function([](Tensor x) { return steps(x, 10); }, {.name = "layer"});
  Variable v(arange(8, DType::F32), "v");
  auto f = function([&] {
    for (int i = 0; i < 5; ++i) {
      v.assign(layer(v.read_value()));
      v.assign_add(1.0f);
    }
    return v.read_value();
  });
  const Tensor found = f();
  expect_close(v.read_value(), found);
  v.assign(arange(8, DType::F32));
  expect_close(found, eagerly([&] { return f(); }));
}

TEST(SharedCalls, T17_E2_FunctionsWithEffectsAreInlined) {
  std::string printed;
  auto noisy = function(
      [&](Tensor x) {
        print({.end = ";", .callback = [&](std::string_view line) { printed += line; }}, "in");
        return steps(x, 10);
      },
      {.name = "noisy"});
  auto f = function([&](Tensor x) { return noisy(noisy(noisy(x))); });
  f(arange(8, DType::F32));
  EXPECT_EQ(printed, "in;in;in;");
}

TEST(SharedCalls, V9_TheirTensorsCanBeFetched) {
  auto layer = function([](Tensor x) { return steps(x, 10); }, {.name = "layer"});
  auto f = function([&](Tensor x) { return layer(layer(layer(x))); });
  const Tensor x = arange(8, DType::F32);
  const auto [result, tensors] = f.fetch({"layer_1/tanh"}, x);
  expect_close(result, f(x));
  EXPECT_EQ(tensors["layer_1/tanh"].shape(), Shape({8}));
}

} // namespace burin::test
