// Tensors from the middle of functions whose extents depend on values: rule V9.
#include "test/unit/api/Thrown.h"
#include "test/unit/function/Floats.h"
#include "test/unit/function/Matchers.h"
#include <cstring>

namespace burin::test {

static const TensorInfo &named(const std::vector<TensorInfo> &tensors, std::string_view name) {
  for (const TensorInfo &tensor : tensors)
    if (tensor.name == name) return tensor;
  throw std::out_of_range(std::string(name));
}

static bool same_bits(const Tensor &a, const Tensor &b) {
  return a.shape() == b.shape() && std::memcmp(a.view<float>().data(), b.view<float>().data(), a.view<float>().size_bytes()) == 0;
}

TEST(StagedFetch, V9_BeforeAndBehindAMask) {
  auto f = function([](Tensor x) {
    const Tensor shifted = x - 1.0f;
    const Tensor kept = shifted[shifted > 0.0f];
    return sum(tanh(kept) * 2.0f);
  });
  const Tensor x = constant({3.0f, 0.0f, 2.0f});
  const auto fetched = f.fetch({"subtract", "tanh"}, x);
  EXPECT_EQ(floats(fetched["subtract"]), (Floats{2, -1, 1}));
  EXPECT_EQ(floats(fetched["tanh"]), floats(tanh(constant({2.0f, 1.0f}))));
  EXPECT_TRUE(same_bits(fetched.result, f(x)));
  EXPECT_EQ(f.fetch({"tanh"}, constant({0.0f, 0.5f, 0.0f})).tensors.at(0).value.shape(), Shape{0}) << "nothing passes";
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(StagedFetch, V9_TensorsAreListed) {
  auto f = function([](Tensor x) {
    const Scope scope = name_scope("block");
    return exp(x[x > 0.0f]);
  });
  const std::vector<TensorInfo> tensors = f.tensors(TensorSpec{DType::F32, {kDynamic, 2}, "x"});
  EXPECT_EQ(named(tensors, "x").shape, (Shape{kDynamic, 2}));
  EXPECT_EQ(named(tensors, "block/greater").shape, (Shape{kDynamic, 2}));
  EXPECT_EQ(named(tensors, "block/exp").shape, Shape{kDynamic});
  EXPECT_EQ(named(tensors, "block/exp").dtype, DType::F32);
  EXPECT_TRUE(named(tensors, "block/exp").place().starts_with("StagedFetchTest.cpp:"));
}

TEST(StagedFetch, V9_EachTensorByItself) {
  auto f = function([](Tensor x, Tensor w) {
    const Tensor y = matmul(x, w);
    const Tensor centred = y - mean(y, 1, KeepDims::Yes);
    const Tensor large = centred[abs(centred) > 0.5f];
    const Tensor scaled = large / sqrt(mean(large * large) + 1e-5f);
    return std::tuple(softmax(scaled), centred, sum(scaled));
  });
  const Tensor x = reshape(sin(cast(arange(7 * 5), DType::F32)), {7, 5}), w = reshape(cos(cast(arange(5 * 9), DType::F32)), {5, 9});
  const auto plain = f(x, w);
  const auto same = [&](const auto &found) {
    return same_bits(std::get<0>(plain), std::get<0>(found)) && same_bits(std::get<1>(plain), std::get<1>(found)) &&
           same_bits(std::get<2>(plain), std::get<2>(found));
  };
  for (const TensorInfo &tensor : f.tensors(x, w)) {
    const auto fetched = f.fetch({tensor.name}, x, w);
    EXPECT_TRUE(same(fetched.result)) << tensor.name;
    EXPECT_TRUE(fetched[tensor.name].shape().fits(tensor.shape)) << tensor.name;
    EXPECT_EQ(fetched[tensor.name].dtype(), tensor.dtype) << tensor.name;
  }
  const auto all = f.fetch({"*"}, x, w);
  EXPECT_TRUE(same(all.result));
  EXPECT_EQ(all.tensors.size(), f.tensors(x, w).size());
}

TEST(StagedFetch, V9_WhatAnOpIsMadeOf) {
  auto f = function([](Tensor x) { return burin::std(x[x > 0.0f]); });
  const Tensor x = constant({1.0f, -5.0f, 3.0f});
  const auto fetched = f.fetch({"*"}, x);
  EXPECT_EQ(fetched.result.item<float>(), 1);
  EXPECT_GT(fetched.tensors.size(), 5u) << "means, differences and squares among them";
  EXPECT_TRUE(same_bits(fetched.result, f(x)));
}

TEST(StagedFetch, V9_BranchesThatDifferInShape) {
  auto f = function([](Tensor x) {
    const Tensor twice = x * 2.0f;
    const Tensor chosen = cond(sum(x) > 0.0f, [&] { return exp(twice); }, [&] { return concat({twice, twice}, 0); });
    return sum(chosen + 1.0f);
  });
  for (const float value : {1.0f, -1.0f}) {
    const Tensor x = constant({value, value});
    const auto fetched = f.fetch({"multiply", "cond", "add"}, x);
    EXPECT_EQ(floats(fetched["multiply"]), (Floats{2 * value, 2 * value}));
    EXPECT_EQ(fetched["cond"].shape(), value > 0 ? Shape{2} : Shape{4});
    EXPECT_TRUE(same_bits(fetched["add"], fetched["cond"] + 1.0f));
    EXPECT_TRUE(same_bits(fetched.result, f(x)));
  }
  EXPECT_TRUE(has(thrown<Error>([&] { f.fetch({"exp"}, constant({1.0f, 1.0f})); }), "is inside a branch or a loop"));
}

TEST(StagedFetch, V9_AMaskThatBeginsInALoop) {
  auto f = function([](Tensor x) {
    const Tensor total = for_range(3, [&](Tensor i, Tensor total) { return total + sum(x[x > cast(i, DType::F32)]); }, constant(0.0f));
    return total * 2.0f;
  });
  const auto fetched = f.fetch({"for_range"}, constant({1.0f, 2.0f, 3.0f}));
  EXPECT_EQ(fetched["for_range"].item<float>(), 6 + 5 + 3);
  EXPECT_EQ(fetched.result.item<float>(), 28);
}

TEST(StagedFetch, V9_E2_EffectsHappenOnceAndInOrder) {
  Variable count(constant(0.0f), "count"), unread(constant(0.0f), "unread");
  std::string text;
  PrintOptions options;
  options.callback = [&](std::string_view line) { text += line; };
  auto f = function([&](Variable &passed, Tensor x) {
    count.assign_add(1.0f);
    print(options, "before", count);
    const Tensor kept = x[x > 0.0f];
    unread.assign(sum(kept));
    passed.assign_add(sum(kept));
    print(options, "after", passed);
    return kept * count;
  });
  Variable v(constant(10.0f), "v");
  const Tensor x = constant({1.0f, -1.0f, 2.0f});
  const auto fetched = f.fetch({"multiply"}, v, x);
  EXPECT_EQ(text, "before 1\nafter 13\n");
  EXPECT_EQ(floats(fetched["multiply"]), (Floats{1, 2}));
  EXPECT_EQ(floats(fetched.result), (Floats{1, 2}));
  EXPECT_EQ(unread.item<float>(), 3);
  f(v, x);
  EXPECT_EQ(text, "before 1\nafter 13\nbefore 2\nafter 16\n");
}

TEST(StagedFetch, V9_ResultsThatAreConstantsOrArguments) {
  auto f = function([](Tensor x) { return std::tuple(x, constant({1.0f, 2.0f}), x[x > 0.0f], 7); });
  const auto fetched = f.fetch({"greater"}, constant({-1.0f, 4.0f}));
  EXPECT_EQ(floats(std::get<0>(fetched.result)), (Floats{-1, 4}));
  EXPECT_EQ(floats(std::get<1>(fetched.result)), (Floats{1, 2}));
  EXPECT_EQ(floats(std::get<2>(fetched.result)), (Floats{4}));
  EXPECT_EQ(std::get<3>(fetched.result), 7);
}

TEST(StagedFetch, V9_TapsSeeEachCall) {
  auto f = function([](Tensor x) { return sum(exp(x[x > 0.0f])); });
  std::vector<std::int64_t> kept;
  {
    const Scope tap = f.tap({"exp"}, [&](const NamedTensors &tensors) { kept.push_back(tensors["exp"].element_count()); });
    f(constant({1.0f, -1.0f}));
    f(constant({1.0f, 1.0f}));
    f(constant({1.0f, 1.0f, 5.0f}));
  }
  f(constant({1.0f, 1.0f}));
  EXPECT_EQ(kept, (std::vector<std::int64_t>{1, 2, 3}));
}

TEST(StagedFetch, V9_T8_NamedDimensionsStillAgree) {
  auto f = function([](Tensor x, Tensor y) { return sum((x * y)[x > 0.0f]); },
                    {.input_signature = {{DType::F32, {kDynamic}, "x", {"n"}}, {DType::F32, {kDynamic}, "y", {"n"}}}});
  EXPECT_EQ(floats(f.fetch({"multiply"}, constant({1.0f, 2.0f}), constant({3.0f, 4.0f}))["multiply"]), (Floats{3, 8}));
  EXPECT_TRUE(has(thrown<ShapeError>([&] { f.fetch({"multiply"}, constant({1.0f, 2.0f}), constant({3.0f})); }), "dimension 'n' is 2"));
}

TEST(StagedFetch, V9_WhatIsNotThereIsExplained) {
  auto f = function([](Tensor x) { return exp(x[x > 0.0f]); }, {.name = "f"});
  const Tensor x = constant({1.0f, 2.0f});
  EXPECT_TRUE(has(thrown<Error>([&] { f.fetch({"expp"}, x); }), "has no tensor 'expp'; the nearest are 'exp'"));
  EXPECT_EQ(floats(f.fetch({"exp"}, x)["exp"]), floats(exp(x))) << "the next call works";
  EXPECT_THROW(f.fetch({"exp:1"}, x), Error);
}

} // namespace burin::test
