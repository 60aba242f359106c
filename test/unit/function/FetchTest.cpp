// Tensors from the middle of functions: rule V9.
#include "burin/Control.h"
#include "burin/Function.h"
#include "burin/HostCall.h"
#include "burin/Ops.h"
#include "burin/Options.h"
#include "burin/Print.h"
#include "test/unit/api/Thrown.h"
#include "test/unit/function/Matchers.h"
#include <cstring>

namespace burin::test {

using Floats = std::vector<float>;

static std::vector<std::string> names(const std::vector<TensorInfo> &tensors) {
  std::vector<std::string> names;
  for (const TensorInfo &tensor : tensors) names.push_back(tensor.name);
  return names;
}
static std::vector<std::string> names(const NamedTensors &tensors) {
  std::vector<std::string> names;
  for (const NamedTensor &tensor : tensors) names.push_back(tensor.info.name);
  return names;
}

static Tensor dense(const Tensor &x, const char *name) {
  const Scope scope = name_scope(name);
  return relu(x * 2.0f - 1.0f);
}

TEST(Fetch, V9_TensorsAreListedWithNameDTypeShapeAndLine) {
  auto f = function([](Tensor x) { return sum(dense(dense(x, "block"), "block")); });
  const std::vector<TensorInfo> tensors = f.tensors(TensorSpec{DType::F32, {3}, "x"});
  EXPECT_EQ(names(tensors),
            (std::vector<std::string>{"x", "block/constant", "block/constant_1", "block_1/constant", "block_1/constant_1", "block/multiply",
                                      "block/subtract", "block/relu", "block_1/multiply", "block_1/subtract", "block_1/relu", "sum"}));
  EXPECT_EQ(tensors.back().shape, Shape{});
  EXPECT_EQ(tensors[7].shape, Shape{3});
  EXPECT_EQ(tensors[7].dtype, DType::F32);
  EXPECT_EQ(tensors[7].place(), "FetchTest.cpp:29");
}

TEST(Fetch, V9_TensorsAreFetchedByName) {
  auto f = function([](Tensor x) { return std::pair(dense(x, "a"), 7); });
  const Tensor x = constant({1.0f, 0.0f});
  const auto fetched = f.fetch({"a/subtract", "a/multiply:0"}, x);
  EXPECT_EQ(fetched.result.first.to_vector<float>(), (Floats{1, 0}));
  EXPECT_EQ(fetched.result.second, 7);
  EXPECT_EQ(names(fetched.tensors), (std::vector<std::string>{"a/multiply", "a/subtract"})) << "in the order of the program";
  EXPECT_EQ(fetched["a/multiply"].to_vector<float>(), (Floats{2, 0}));
  EXPECT_EQ(fetched["a/subtract"].to_vector<float>(), (Floats{1, -1}));
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(Fetch, V9_TensorsAreFetchedByPatternAndLine) {
  auto f = function([](Tensor x) { return dense(dense(x, "block"), "block"); });
  const Tensor x = constant({1.0f, 2.0f});
  EXPECT_EQ(names(f.fetch({"block*/relu"}, x).tensors), (std::vector<std::string>{"block/relu", "block_1/relu"}));
  EXPECT_EQ(names(f.fetch({"block?1/sub*"}, x).tensors), (std::vector<std::string>{"block_1/subtract"}));
  EXPECT_EQ(f.fetch({"FetchTest.cpp:29"}, x).tensors.size(), 10u);
  EXPECT_EQ(f.fetch({"*"}, x).tensors.size(), 11u);
  EXPECT_EQ(f.fetch({"arg0"}, x)["arg0"].to_vector<float>(), (Floats{1, 2}));
}

TEST(Fetch, V9_ValuesThatAreNotUsedOrKnownBeforeAreFetched) {
  auto f = function([](Tensor x) {
    {
      const Scope scope = name_scope("unused");
      exp(x);
    }
    const Scope scope = name_scope("known");
    return x + (constant(2.0f) * 3.0f) * 1.0f;
  });
  const auto fetched = f.fetch({"unused/exp", "known/multiply*"}, constant({0.0f, 1.0f}));
  EXPECT_FLOAT_EQ(fetched["unused/exp"].to_vector<float>()[0], 1);
  EXPECT_EQ(fetched["known/multiply"].item<float>(), 6);
  EXPECT_EQ(fetched["known/multiply_1"].item<float>(), 6);
}

TEST(Fetch, V9_FetchingACallHasItsEffectsOnce) {
  Variable count(constant(0.0f), "count");
  std::string text;
  PrintOptions options;
  options.callback = [&](std::string_view line) { text += line; };
  auto f = function([&](Tensor x) {
    count.assign_add(1.0f);
    print(options, "count:", count);
    return x * count;
  });
  EXPECT_EQ(f.fetch({"read_value*"}, constant(5.0f)).result.item<float>(), 5);
  EXPECT_EQ(f(constant(5.0f)).item<float>(), 10);
  const auto fetched = f.fetch({"read_value*", "assign_add"}, constant(5.0f));
  EXPECT_EQ(fetched["read_value"].item<float>(), 2) << "before the update";
  EXPECT_EQ(fetched["read_value_1"].item<float>(), 3) << "after it";
  EXPECT_EQ(count.item<float>(), 3);
  EXPECT_EQ(text, "count: 1\ncount: 2\ncount: 3\n");
}

TEST(Fetch, V9_AFunctionWithoutResultIsFetchedFrom) {
  Variable v(constant(1.0f), "v");
  auto f = function([&](Variable &passed, Tensor x) { passed.assign(x * 2.0f); });
  Variable w(constant(0.0f), "w");
  EXPECT_EQ(f.fetch({"multiply"}, w, 4.0f)["multiply"].item<float>(), 8);
  EXPECT_EQ(w.item<float>(), 8);
}

TEST(Fetch, V9_TheResultsKeepTheirBits) {
  auto f = function([](Tensor x, Tensor w) {
    const Tensor y = tanh(matmul(x, w) * 0.1f);
    const Tensor centred = y - mean(y, 1, KeepDims::Yes);
    const Tensor wide = cast(centred, DType::F64) * 1.1; // used by nobody: it must not change how the others are computed
    const Tensor scaled = centred / sqrt(mean(centred * centred, 1, KeepDims::Yes) + 1e-5f);
    const Tensor e = exp(scaled - max(scaled, 1, KeepDims::Yes));
    return std::tuple(e / sum(e, 1, KeepDims::Yes), sum(scaled * y), mean(e));
  });
  const Tensor x = reshape(sin(cast(arange(97 * 33), DType::F32)), {97, 33}),
               w = reshape(cos(cast(arange(33 * 101), DType::F32)), {33, 101});
  const auto plain = f(x, w);
  const auto same = [&](const auto &found) {
    const auto equal = [](const Tensor &a, const Tensor &b) {
      return std::memcmp(a.view<float>().data(), b.view<float>().data(), a.view<float>().size_bytes()) == 0;
    };
    return equal(std::get<0>(plain), std::get<0>(found)) && equal(std::get<1>(plain), std::get<1>(found)) &&
           equal(std::get<2>(plain), std::get<2>(found));
  };
  for (const TensorInfo &tensor : f.tensors(x, w)) EXPECT_TRUE(same(f.fetch({tensor.name}, x, w).result)) << tensor.name;
  EXPECT_TRUE(same(f.fetch({"*"}, x, w).result));
}

TEST(Fetch, V9_TapsSeeEachCall) {
  auto f = function([](Tensor x) { return dense(x, "a"); });
  const Tensor x = constant({1.0f, 2.0f});
  std::vector<std::string> seen;
  {
    const Scope tap = f.tap({"a/*"}, [&](const NamedTensors &tensors) {
      for (const NamedTensor &tensor : tensors)
        if (tensor.value.element_count() == 2) seen.push_back(tensor.info.name);
    });
    const auto copy = f;
    EXPECT_EQ(copy(x).to_vector<float>(), (Floats{1, 3}));
    std::size_t all = 0;
    {
      const Scope second = f.tap([&](const NamedTensors &tensors) { all = tensors.size(); });
      f(x);
    }
    EXPECT_EQ(all, 6u);
    EXPECT_EQ(seen.size(), 6u);
  }
  f(x);
  EXPECT_EQ(seen.size(), 6u);
  const Scope failing = f.tap([](const NamedTensors &) { throw std::runtime_error("enough"); });
  EXPECT_THROW(f(x), std::runtime_error);
}

TEST(Fetch, V9_WhatIsNotThereIsExplained) {
  auto f = function([](Tensor x) { return for_range(3, [](Tensor, Tensor state) { return exp(state); }, relu(x)); }, {.name = "f"});
  const Tensor x = constant(0.0f);
  EXPECT_EQ(THROWN(Error, f.fetch({"rel"}, x)), "fetch: function 'f' (f32[]) has no tensor 'rel'; the nearest are 'relu', 'arg0', 'cast'");
  EXPECT_TRUE(has(THROWN(Error, f.fetch({"exp"}, x)), "'exp' (at FetchTest.cpp:"));
  EXPECT_TRUE(
      has(THROWN(Error, f.fetch({"exp"}, x)), "is inside a branch or a loop, where it has no value, or many: return it from there"));
  EXPECT_TRUE(has(thrown<Error>([&] { f.fetch({"relu"}, x)["rel"]; }), "'rel' is not among what was fetched; the nearest are 'relu'"));
  auto g = function([&](Tensor y) { return f.fetch({"relu"}, y).result; }, {.name = "g"});
  EXPECT_TRUE(has(thrown<TraceError>([&] { g(x); }), "are fetched while function 'g' is traced"));
}

} // namespace burin::test
