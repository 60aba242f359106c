// Extents that are known with each call only: rules T7, T8, T9.
#include "Matchers.h"
#include "burin/burin.h"
#include "test/unit/function/Floats.h"
#include <gtest/gtest.h>
#include <numeric>
#include <thread>

namespace burin::test {

/// Whether `call` throws a `Kind` whose text has all `parts`.
template <class Kind, class Call> static void expect_error(Call call, std::initializer_list<std::string> parts) {
  const std::string text = thrown<Kind>(call);
  for (const std::string &part : parts) EXPECT_TRUE(has(text, part));
}
#define EXPECT_ERROR(call, Kind, ...) expect_error<Kind>([&] { (void)(call); }, {__VA_ARGS__})

static Tensor counting(Shape shape) {
  std::vector<float> values(static_cast<std::size_t>(shape.element_count()));
  std::iota(values.begin(), values.end(), 0.0f);
  return Tensor::from_vector(values, shape);
}

// --- T7: an input signature ------------------------------------------------------------------------------------------

TEST(InputSignature, T7_ThereIsOneTraceForAllCalls) {
  int traced = 0;
  auto f = function([&](Tensor x) { return ++traced, x * 2.0f; }, {.input_signature = {{DType::F32, {kDynamic, 2}, "x"}}});
  EXPECT_EQ(floats(f(counting({1, 2}))), (std::vector<float>{0, 2}));
  EXPECT_EQ(floats(f(counting({2, 2}))), (std::vector<float>{0, 2, 4, 6}));
  EXPECT_EQ(f(counting({0, 2})).shape(), Shape({0, 2}));
  EXPECT_EQ(f(counting({1000, 2})).shape(), Shape({1000, 2}));
  EXPECT_EQ(traced, 1);
  ASSERT_EQ(f.traces().size(), 1u);
  EXPECT_EQ(f.traces()[0].signature, "(f32[?,2])");
}

TEST(InputSignature, T7_AnArgumentThatDoesNotFitIsNamed) {
  auto f = function([](Tensor x, int, Tensor y) { return x + y; },
                    {.name = "f", .input_signature = {{DType::F32, {kDynamic, 2}, "x"}, {DType::F32, {2}}}});
  EXPECT_ERROR(f(counting({3, 3}), 1, counting({2})), SignatureError,
               "f: argument 0 'x': expected f32[?,2] by the input signature, got f32[3,3]");
  EXPECT_ERROR(f(counting({3}), 1, counting({2})), SignatureError, "expected f32[?,2] by the input signature, got f32[3]");
  EXPECT_ERROR(f(counting({3, 2}), 1, Tensor::from_vector(std::vector<double>{1, 2})), SignatureError, "argument 2: expected f32[2]",
               "got f64[2]");
  EXPECT_EQ(f(counting({3, 2}), 1, counting({2})).shape(), Shape({3, 2})); // the next call works
}

TEST(InputSignature, T7_AnotherNumberOfTensorsIsRefused) {
  auto f = function([](std::vector<Tensor> x) { return x[0]; }, {.input_signature = {{DType::F32, {kDynamic}}}});
  EXPECT_ERROR(f(std::vector{counting({2}), counting({2})}), SignatureError, "called with 2 tensors, the input signature has 1");
}

TEST(InputSignature, T7_KnownExtentsAreOneTraceToo) {
  auto f = function([](Tensor x) { return sum(x); }, {.input_signature = {{DType::F32, {4}}}});
  EXPECT_EQ(f(counting({4})).item<float>(), 6);
  EXPECT_ERROR(f(counting({5})), SignatureError, "expected f32[4]", "got f32[5]");
}

TEST(InputSignature, T7_StaticArgumentsStillCountByValue) {
  auto f = function([](Tensor x, int n) { return x * n; }, {.input_signature = {{DType::F32, {kDynamic}}}});
  EXPECT_EQ(floats(f(counting({3}), 2)), (std::vector<float>{0, 2, 4}));
  EXPECT_EQ(floats(f(counting({2}), 3)), (std::vector<float>{0, 3}));
  EXPECT_EQ(f.traces().size(), 2u);
}

// --- T8: dynamic and named dimensions --------------------------------------------------------------------------------

TEST(DynamicShapes, T8_OneConcreteFunctionTakesAllExtents) {
  auto f = function([](Tensor x, Tensor w) { return softmax(tanh(matmul(x, w)) + 1.0f); });
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic, 3}, "x"}, TensorSpec{DType::F32, {3, kDynamic}, "w"});
  EXPECT_EQ(concrete.signature(), "(f32[?,3], f32[3,?])");
  for (std::int64_t n : {0, 1, 2, 17})
    for (std::int64_t m : {1, 4}) {
      const Tensor x = counting({n, 3}) * 0.1f, w = counting({3, m}) * 0.1f;
      const Tensor expected = function([](Tensor x, Tensor w) { return softmax(tanh(matmul(x, w)) + 1.0f); })(x, w);
      const Tensor found = concrete(x, w);
      EXPECT_EQ(found.shape(), Shape({n, m}));
      EXPECT_EQ(floats(found), floats(expected));
    }
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(DynamicShapes, T8_CallsUseADynamicTraceThatFits) {
  auto f = function([](Tensor x) { return x + 1.0f; });
  f.concrete(TensorSpec{DType::F32, {kDynamic}});
  EXPECT_EQ(floats(f(counting({3}))), (std::vector<float>{1, 2, 3}));
  f(counting({4}));
  EXPECT_EQ(f.traces().size(), 1u);
  f(counting({2, 2}));
  EXPECT_EQ(f.traces().size(), 2u);
}

TEST(DynamicShapes, T8_TheSameSpecsGiveTheSameTrace) {
  auto f = function([](Tensor x, Tensor y) { return x + y; });
  const TensorSpec n{DType::F32, {kDynamic}, "", {"n"}}, m{DType::F32, {kDynamic}, "", {"m"}};
  EXPECT_EQ(f.concrete(n, n), f.concrete(n, n));
  auto g = function([](Tensor x, Tensor y) { return outer(x, y); });
  EXPECT_FALSE(g.concrete(n, n) == g.concrete(n, m));
}

TEST(DynamicShapes, T8_DimensionsOfOneNameMustBeEqual) {
  auto f = function([](Tensor x, Tensor y) { return outer(x, y); }, {.name = "f"});
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic}, "x", {"n"}}, TensorSpec{DType::F32, {kDynamic}, "y", {"n"}});
  EXPECT_EQ(concrete(counting({3}), counting({3})).shape(), Shape({3, 3}));
  EXPECT_ERROR(concrete(counting({3}), counting({4})), ShapeError,
               "f: dimension 'n' is 3 in argument 0 'x' (dim 0) and 4 in argument 1 'y' (dim 0)");
  EXPECT_EQ(concrete(counting({5}), counting({5})).shape(), Shape({5, 5}));
}

TEST(DynamicShapes, T8_DimensionsOfDifferentNamesMayDiffer) {
  auto f = function([](Tensor x, Tensor y) { return outer(x, y); });
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic}, "x", {"n"}}, TensorSpec{DType::F32, {kDynamic}, "y", {"m"}});
  EXPECT_EQ(concrete(counting({3}), counting({4})).shape(), Shape({3, 4}));
}

TEST(DynamicShapes, T8_WhatIsWrongForAllExtentsIsSaidAtTheTrace) {
  auto f = function([](Tensor x, Tensor y) { return matmul(x, y); });
  EXPECT_ERROR(f.concrete(TensorSpec{DType::F32, {kDynamic, 4}}, TensorSpec{DType::F32, {5, 3}}), ShapeError, "f32[?,4]", "4", "5",
               "DynamicShapesTest.cpp");
  auto g = function([](Tensor x, Tensor y) { return x + y; });
  EXPECT_ERROR(g.concrete(TensorSpec{DType::F32, {kDynamic}, "x", {"n"}}, TensorSpec{DType::F32, {kDynamic}, "y", {"m"}}), ShapeError,
               "lhs f32[n], rhs f32[m]");
}

TEST(DynamicShapes, T8_WhatIsWrongForACallsExtentsIsSaidThen) {
  auto f = function([](Tensor x, Tensor y) { return x + y; }, {.name = "f"});
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic}}, TensorSpec{DType::F32, {kDynamic}});
  EXPECT_EQ(floats(concrete(counting({2}), counting({2}))), (std::vector<float>{0, 2}));
  EXPECT_ERROR(concrete(counting({2}), counting({3})), ShapeError, "add: shapes don't broadcast: lhs f32[2], rhs f32[3]",
               "DynamicShapesTest.cpp");
  EXPECT_EQ(floats(concrete(counting({3}), counting({1}))), (std::vector<float>{0, 1, 2})); // as NumPy
}

TEST(DynamicShapes, T8_IndicesAreCheckedAgainstTheCallsExtents) {
  auto f = function([](Tensor x) { return take(x, constant({2}), 0); });
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic}});
  EXPECT_EQ(floats(concrete(counting({3}))), (std::vector<float>{2}));
  EXPECT_ERROR(concrete(counting({2})), IndexError, "take: index 2 is out of range for axis 0 of f32[2] with extent 2");
  auto g = function([](Tensor x) { return x[-3]; });
  auto last = g.concrete(TensorSpec{DType::F32, {kDynamic}});
  EXPECT_EQ(last(counting({4})).item<float>(), 1);
  EXPECT_ERROR(last(counting({2})), IndexError, "index -3 is out of range");
}

TEST(DynamicShapes, T8_ASymbolicTensorShowsItsDynamicExtents) {
  auto f = function([](Tensor x) {
    EXPECT_EQ(x.shape()[0], kDynamic);
    EXPECT_EQ(concat({x, x}, 1).shape(), Shape({kDynamic, 4}));
    EXPECT_EQ(concat({x, x}, 0).shape(), Shape({kDynamic, 2}));
    EXPECT_EQ(sum(x, 0).shape(), Shape({2}));
    EXPECT_EQ(flatten(x).shape(), Shape({kDynamic}));
    EXPECT_EQ(x.index({slice(0, 1)}).shape(), Shape({1, 2}));
    EXPECT_EQ(x.index({slice(0, 3)}).shape(), Shape({kDynamic, 2}));
    EXPECT_EQ(x.index({slice(1, std::nullopt)}).shape(), Shape({kDynamic, 2}));
    EXPECT_EQ(x.shape().to_string(), "[?,2]");
    EXPECT_ERROR(x.element_count(), ShapeError, "[?,2]", "known only when the function is called");
    return x;
  });
  f.concrete(TensorSpec{DType::F32, {kDynamic, 2}});
}

TEST(DynamicShapes, T8_ShapeAndSizeAreTensors) {
  auto f = function([](Tensor x) { return std::pair(shape(x), size(x) * 2); });
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic, 3}});
  const auto [extents, doubled] = concrete(counting({5, 3}));
  EXPECT_EQ(extents.to_vector<std::int64_t>(), (std::vector<std::int64_t>{5, 3}));
  EXPECT_EQ(doubled.item<std::int64_t>(), 30);
}

TEST(DynamicShapes, T8_ExtentsThatDependOnTheExtents) {
  auto f = function([](Tensor x) {
    const Tensor halves = reshape(x, {2, -1});
    const auto parts = split(x, 2);
    return std::tuple(halves, parts[1], pad(x, {{1, 2}}), tile(x, {2}), flip(x), mean(x), cumulative_sum(x), full_like(x, 7));
  });
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic}});
  for (std::int64_t n : {2, 6}) {
    const Tensor x = counting({n});
    const auto [halves, second, padded, tiled, flipped, average, running, sevens] = concrete(x);
    EXPECT_EQ(halves.shape(), Shape({2, n / 2}));
    EXPECT_EQ(floats(second), floats(split(x, 2)[1]));
    EXPECT_EQ(floats(padded), floats(pad(x, {{1, 2}})));
    EXPECT_EQ(floats(tiled), floats(tile(x, {2})));
    EXPECT_EQ(floats(flipped), floats(flip(x)));
    EXPECT_EQ(average.item<float>(), mean(x).item<float>());
    EXPECT_EQ(floats(running), floats(cumulative_sum(x)));
    EXPECT_EQ(floats(sevens), std::vector<float>(static_cast<std::size_t>(n), 7));
  }
  EXPECT_ERROR(concrete(counting({3})), ShapeError, "the extent -1 can't be worked out", "f32[3]");
}

TEST(DynamicShapes, T8_SlicesClipToTheCallsExtents) {
  auto f = function([](Tensor x) {
    const Tensor head = x.index({slice(0, 4)});
    EXPECT_EQ(head.shape()[0], kDynamic);
    return head;
  });
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic}});
  EXPECT_EQ(floats(concrete(counting({9}))), (std::vector<float>{0, 1, 2, 3}));
  EXPECT_EQ(floats(concrete(counting({3}))), (std::vector<float>{0, 1, 2}));
}

TEST(DynamicShapes, T8_ADynamicExtentIsNoNumber) {
  auto f = function([](Tensor x) { return reshape(x, {x.shape()[0], 1}); });
  EXPECT_ERROR(f.concrete(TensorSpec{DType::F32, {kDynamic}}), ShapeError, "is no number while it is traced", "burin::shape(x)");
  auto g = function([](Tensor x) { return x.index({slice(0, x.shape()[0])}); });
  EXPECT_ERROR(g.concrete(TensorSpec{DType::F32, {kDynamic}}), ShapeError, "is no number while it is traced");
}

TEST(DynamicShapes, T8_TheNumberOfResultsCannotDependOnExtents) {
  auto f = function([](Tensor x) { return unstack(x)[0]; });
  EXPECT_ERROR(f.concrete(TensorSpec{DType::F32, {kDynamic}}), ShapeError, "unstack: the number of results depends on extents");
  auto g = function([](Tensor x) { return squeeze(x); });
  EXPECT_EQ(g.concrete(TensorSpec{DType::F32, {kDynamic, 1}})(counting({4, 1})).shape(), Shape({4}));
  EXPECT_ERROR(g.concrete(TensorSpec{DType::F32, {kDynamic, 1}})(counting({1, 1})), ShapeError, "result 0 is f32[]",
               "was traced as f32[?]");
}

TEST(DynamicShapes, T8_ControlFlow) {
  auto f = function([](Tensor x) {
    const Tensor branched = cond(sum(x) > 3.0f, [&] { return x * 2.0f; }, [&] { return -x; });
    const Tensor looped = for_range(3, [&](Tensor, Tensor s) { return s + x; }, branched);
    const auto [last, all] = scan([](Tensor carry, Tensor row) { return std::pair(carry + row, carry * row); }, Tensor::scalar(0.0f), x);
    const Tensor counted = while_loop([](Tensor s) { return sum(s) < 1000.0f; }, [](Tensor s) { return s + 1.0f; }, x);
    return std::tuple(looped, last, all, map([](Tensor row) { return row + 1.0f; }, x), counted);
  });
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic}});
  for (std::int64_t n : {2, 5}) {
    const Tensor x = counting({n});
    const auto [looped, last, all, mapped, counted] = concrete(x);
    const float sign = floats(sum(x))[0] > 3 ? 2.0f : -1.0f;
    EXPECT_EQ(floats(looped), floats(x * (sign + 3)));
    EXPECT_EQ(last.item<float>(), sum(x).item<float>());
    EXPECT_EQ(all.shape(), Shape({n}));
    EXPECT_EQ(floats(mapped), floats(x + 1.0f));
    EXPECT_GE(sum(counted).item<float>(), 1000);
    EXPECT_LT(sum(counted).item<float>(), 1000 + static_cast<float>(n));
  }
}

TEST(DynamicShapes, T8_FunctionsThatAreCalled) {
  Variable count(constant(0.0f), "count");
  auto scaled = function([&](Tensor x, float scale) { return count.assign_add(1.0f), x * scale; });
  auto f = function([&](Tensor x) { return scaled(x, 2.0f) + scaled(flip(x), 3.0f); });
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic}});
  EXPECT_EQ(floats(concrete(counting({3}))), (std::vector<float>{6, 5, 4}));
  EXPECT_EQ(floats(concrete(counting({2}))), (std::vector<float>{3, 2}));
  EXPECT_EQ(count.item<float>(), 4);
}

TEST(DynamicShapes, T8_AnExceptionInABranchLeavesTheTraceSound) {
  auto f = function([](Tensor x) {
    try {
      cond(sum(x) > 0.0f, [&]() -> Tensor { throw std::runtime_error("no"); }, [&] { return x; });
    } catch (const std::runtime_error &) {}
    const Tensor y = cond(sum(x) > 0.0f, [&] { return x + 1.0f; }, [&] { return x; });
    EXPECT_THROW(x + constant({1.0f, 2.0f}), ShapeError);
    return y * 2.0f;
  });
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic}});
  EXPECT_EQ(floats(concrete(counting({3}))), (std::vector<float>{2, 4, 6}));
  EXPECT_EQ(floats(concrete(counting({1}))), (std::vector<float>{0}));
}

TEST(DynamicShapes, T8_LeakedTensorsAreStillFound) {
  Tensor leaked;
  auto f = function([&](Tensor x) { return leaked = x + 1.0f; });
  f.concrete(TensorSpec{DType::F32, {kDynamic}});
  EXPECT_ERROR(leaked * 2.0f, TraceError, "made by add", "DynamicShapesTest.cpp");
  EXPECT_ERROR(leaked.item<float>(), SymbolicValueError, "add");
  auto g = function([&](Tensor x) {
    Tensor inner;
    for_range(2, [&](Tensor, Tensor s) { return inner = s + x; }, x);
    return inner;
  });
  EXPECT_ERROR(g.concrete(TensorSpec{DType::F32, {kDynamic}}), TraceError, "leaked out of the body of for_range");
}

TEST(DynamicShapes, T8_VariablesAndEffects) {
  Variable total(constant(0.0f), "total");
  std::string printed;
  const PrintOptions to_text{.callback = [&](std::string_view line) { printed += line; }};
  auto f = function([&](Tensor x) {
    total.assign_add(sum(x));
    print(to_text, "x:", x);
    check(all(x >= 0.0f), "x is negative", x);
    return x * total.read_value();
  });
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic}});
  EXPECT_EQ(floats(concrete(counting({3}))), (std::vector<float>{0, 3, 6}));
  EXPECT_EQ(floats(concrete(counting({2}))), (std::vector<float>{0, 4}));
  EXPECT_EQ(total.item<float>(), 4);
  EXPECT_EQ(printed, "x: [0 1 2]\nx: [0 1]\n");
  EXPECT_ERROR(concrete(-counting({2})), CheckError, "x is negative", "DynamicShapesTest.cpp");
}

TEST(DynamicShapes, T8_HostCallsSeeTheCallsShapes) {
  std::vector<Shape> seen;
  auto f =
      function([&](Tensor x) { return host_call([&](Tensor x) { return seen.push_back(x.shape()), sum(x); }, {{DType::F32, {}}}, x)[0]; });
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic}});
  EXPECT_EQ(concrete(counting({4})).item<float>(), 6);
  EXPECT_EQ(concrete(counting({2})).item<float>(), 1);
  EXPECT_EQ(seen, (std::vector<Shape>{{4}, {2}}));
}

TEST(DynamicShapes, T8_RandomDrawsAreThoseOfKnownExtents) {
  auto lambda = [](Tensor x) { return dropout(x + 1.0f, 0.5, 7); };
  auto known = function(lambda), open = function(lambda);
  auto concrete = open.concrete(TensorSpec{DType::F32, {kDynamic}});
  EXPECT_EQ(floats(concrete(counting({33}))), floats(known(counting({33}))));
}

TEST(DynamicShapes, T8_MasksOfAVariableAndUpdatesOfParts) {
  Variable v(zeros({4}), "v");
  auto f = function([&](Tensor indices) { v.index({indices}).assign_add(1.0f); });
  auto concrete = f.concrete(TensorSpec{DType::I64, {kDynamic}});
  concrete(constant({std::int64_t(0), std::int64_t(2)}));
  concrete(constant({std::int64_t(2)}));
  EXPECT_EQ(floats(v.read_value()), (std::vector<float>{1, 0, 2, 0}));
  EXPECT_ERROR(concrete(constant({std::int64_t(4)})), IndexError, "index 4 is out of range");
}

TEST(DynamicShapes, T8_SpecsThatMakeNoSense) {
  auto f = function([](Tensor x) { return x; });
  EXPECT_ERROR(f.concrete(TensorSpec{DType::F32, {3}, "x", {"n"}}), SignatureError,
               "f32[3] 'x' names dimension 0 'n', whose extent is known");
  EXPECT_ERROR(f.concrete(TensorSpec{DType::F32, {kDynamic}, "x", {"n", "m"}}), SignatureError, "f32[?] 'x' has 2 names of dimensions");
  EXPECT_ERROR(Shape({-5}), ShapeError, "extent 0 is -5");
  EXPECT_ERROR(zeros({kDynamic}), ShapeError, "[?]", "known only when the function is called");
}

TEST(DynamicShapes, T8_CodeOfExtentsLongAgoIsDropped) {
  auto f = function([](Tensor x) { return x + 1.0f; }, {.max_traces = 2});
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic}});
  for (int round = 0; round < 2; ++round)
    for (std::int64_t n = 1; n <= 5; ++n) EXPECT_EQ(concrete(counting({n})).shape(), Shape({n}));
}

TEST(DynamicShapes, T8_ManyThreadsWithManyExtents) {
  auto f = function([](Tensor x) { return sum(x * 2.0f); });
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic}});
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (std::int64_t n = 1; n < 12; ++n)
        wrong += concrete(counting({n + t % 2})).item<float>() != static_cast<float>((n + t % 2) * (n + t % 2 - 1));
    });
  for (std::thread &thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(DynamicShapes, T8_TheTextOfADynamicTrace) {
  auto f = function([](Tensor x) { return tanh(x) + 1.0f; }, {.name = "f"});
  const std::string text = f.ir("trace", TensorSpec{DType::F32, {kDynamic, 3}});
  EXPECT_NE(text.find("burin.tanh %arg0 : (tensor<?x3xf32>) -> tensor<?x3xf32>"), text.npos) << text;
  EXPECT_NE(f.ir("trace", TensorSpec{DType::F32, {5, 3}}).find("tensor<5x3xf32>"), text.npos);
  EXPECT_NE(f.ir("asm", TensorSpec{DType::F32, {5, 3}}), "");
}

TEST(DynamicShapes, T8_TensorsOfADynamicTraceCanBeFetched) {
  auto f = function([](Tensor x) { return mean(tanh(x) * 2.0f); });
  const auto infos = f.tensors(TensorSpec{DType::F32, {kDynamic}});
  ASSERT_GE(infos.size(), 3u);
  const auto tanh_info = std::find_if(infos.begin(), infos.end(), [](const TensorInfo &info) { return info.name == "tanh"; });
  ASSERT_NE(tanh_info, infos.end());
  EXPECT_TRUE(tanh_info->shape == Shape({kDynamic}));
  for (std::int64_t n : {3, 4}) {
    const auto fetched = f.fetch({"tanh"}, counting({n}));
    EXPECT_EQ(floats(fetched["tanh"]), floats(tanh(counting({n}))));
    EXPECT_EQ(fetched.result.item<float>(), f(counting({n})).item<float>());
  }
  EXPECT_EQ(f.traces().size(), 1u);
}

// --- T9: reduce_retracing --------------------------------------------------------------------------------------------

TEST(ReduceRetracing, T9_TheSecondExtentMakesTheDimensionDynamic) {
  int traced = 0;
  auto f = function([&](Tensor x) { return ++traced, x + 1.0f; }, {.reduce_retracing = true});
  f(counting({3, 2}));
  EXPECT_EQ(traced, 1);
  f(counting({4, 2}));
  EXPECT_EQ(traced, 2);
  for (std::int64_t n : {5, 6, 7}) EXPECT_EQ(f(counting({n, 2})).shape(), Shape({n, 2}));
  EXPECT_EQ(traced, 2);
  ASSERT_EQ(f.traces().size(), 2u);
  EXPECT_EQ(f.traces()[1].signature, "(f32[?,2])");
  EXPECT_EQ(f.traces()[1].differences[0].text, "argument 0: dim 0 was 3, now ?");
}

TEST(ReduceRetracing, T9_EachDimensionOnItsOwn) {
  auto f = function([](Tensor x) { return x + 1.0f; }, {.reduce_retracing = true});
  f(counting({3, 2}));
  f(counting({4, 2}));
  f(counting({4, 5}));
  EXPECT_EQ(f.traces().back().signature, "(f32[?,?])");
  f(counting({9, 9}));
  EXPECT_EQ(f.traces().size(), 3u);
}

TEST(ReduceRetracing, T9_ExtentOneStaysKnown) {
  auto f = function([](Tensor x, Tensor y) { return x + y; }, {.reduce_retracing = true});
  f(counting({3}), counting({3}));
  f(counting({1}), counting({3}));
  EXPECT_EQ(f.traces().back().signature, "(f32[1], f32[3])");
  f(counting({4}), counting({4}));
  EXPECT_EQ(f.traces().back().signature, "(f32[?], f32[?])");
}

TEST(ReduceRetracing, T14_ThreadsThatMakeOneCallTogetherTraceOnce) {
  std::atomic<int> traced{0};
  auto f = function([&](Tensor x) { return ++traced, x + constant({1.0f, 2.0f, 3.0f}); }, {.reduce_retracing = true}); // needs its extent
  const auto call_together = [&](const Tensor &x) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { f(x); });
    for (std::thread &thread : threads) thread.join();
  };
  call_together(counting({3}));
  EXPECT_EQ(traced, 1);
  call_together(counting({2, 3}));
  EXPECT_EQ(traced, 2);
  EXPECT_EQ(f.traces().size(), 2u);
}

TEST(ReduceRetracing, T9_OtherDifferencesRetraceAsEver) {
  auto f = function([](Tensor x, int n) { return x * n; }, {.reduce_retracing = true});
  f(counting({3}), 1);
  f(counting({3}), 2);
  f(cast(counting({4}), DType::F64), 2);
  EXPECT_EQ(f.traces().size(), 3u);
  for (const TraceRecord &trace : f.traces()) EXPECT_EQ(trace.signature.find('?'), std::string::npos);
}

} // namespace burin::test
