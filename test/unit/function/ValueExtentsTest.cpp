// Extents that depend on values: masks and positions inside of functions (rule V8).
#include "Matchers.h"
#include "burin/burin.h"
#include "test/unit/function/Floats.h"
#include <gtest/gtest.h>

namespace burin::test {

TEST(ValueExtents, V8_AMaskInsideAFunction) {
  int traced = 0;
  auto f = function([&](Tensor x) {
    ++traced;
    const Tensor positive = x[x > 0.0f];
    EXPECT_EQ(positive.shape(), Shape({kDynamic}));
    return std::pair(positive * 2.0f, sum(positive));
  });
  for (const std::vector<float> &values : {std::vector<float>{1, -2, 3, 0}, {-1, -1, -1, -1}, {4, 5, 6, 7}, {1, -2, 3, 0}}) {
    const auto [doubled, total] = f(vector_of(values));
    std::vector<float> expected;
    float sum = 0;
    for (float value : values)
      if (value > 0) expected.push_back(2 * value), sum += value;
    EXPECT_EQ(floats(doubled), expected);
    EXPECT_EQ(total.item<float>(), sum);
  }
  EXPECT_EQ(traced, 1);
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(ValueExtents, V8_NonzeroAndBooleanMask) {
  auto f = function([](Tensor x) {
    const std::vector<Tensor> at = nonzero(x);
    return std::tuple(at[0], at[1], boolean_mask(x + 1.0f, x != 0.0f), x.index({at[0], at[1]}));
  });
  const Tensor x = reshape(vector_of({0, 1, 2, 0, 0, 3}), {2, 3});
  const auto [rows, columns, picked, gathered] = f(x);
  EXPECT_EQ(rows.to_vector<std::int64_t>(), (std::vector<std::int64_t>{0, 0, 1}));
  EXPECT_EQ(columns.to_vector<std::int64_t>(), (std::vector<std::int64_t>{1, 2, 2}));
  EXPECT_EQ(floats(picked), (std::vector<float>{2, 3, 4}));
  EXPECT_EQ(floats(gathered), (std::vector<float>{1, 2, 3}));
}

TEST(ValueExtents, V8_MasksBesideOtherEntries) {
  const Tensor x = reshape(arange(24, DType::F32), {2, 3, 4});
  const Tensor rows = constant({true, false, true}), matrix = reshape(constant({true, false, true, false, false, true}), {2, 3});
  auto f = function(
      [](Tensor x, Tensor rows, Tensor matrix) { return std::tuple(x.index({0, rows}), x.index({slice(), rows, newaxis}), x[matrix]); });
  const auto [a, b, c] = f(x, rows, matrix);
  EXPECT_EQ(floats(a), floats(x.index({0, rows})));
  EXPECT_EQ(b.shape(), Shape({2, 2, 1, 4}));
  EXPECT_EQ(floats(b), floats(x.index({slice(), rows, newaxis})));
  EXPECT_EQ(floats(c), floats(x[matrix]));
}

TEST(ValueExtents, V8_AMaskOfAMaskedTensor) {
  auto f = function([](Tensor x) {
    const Tensor positive = x[x > 0.0f];
    return positive[positive < 3.0f];
  });
  EXPECT_EQ(floats(f(vector_of({1, 5, -1, 2, 9}))), (std::vector<float>{1, 2}));
  EXPECT_EQ(floats(f(vector_of({-1, -1, -1, -1, -1}))), std::vector<float>());
}

TEST(ValueExtents, V8_OneMaskForTwoTensors) {
  auto f = function([](Tensor x, Tensor y, Tensor mask) { return x[x > 0.0f] * y[mask]; });
  const Tensor x = vector_of({1, -1, 2}), y = vector_of({5, 6, 7});
  EXPECT_EQ(floats(f(x, y, x > 0.0f)), (std::vector<float>{5, 14}));
  EXPECT_EQ(floats(f(x, y, constant({true, true, false}))), (std::vector<float>{5, 12}));
  EXPECT_TRUE(
      has(thrown<ShapeError>([&] { f(x, y, constant({true, true, true})); }), "multiply: shapes don't broadcast: lhs f32[2], rhs f32[3]"));
}

TEST(ValueExtents, V8_InFunctionsThatAreCalled) {
  auto positive = function([](Tensor x) { return x[x > 0.0f]; }, {.name = "positive"});
  auto doubled = function([](Tensor x) { return x * 2.0f; }, {.name = "doubled"});
  auto f = function([&](Tensor x) {
    const Tensor twice = doubled(x); // recorded before it is known that an extent depends on values
    return std::pair(positive(twice), sum(positive(doubled(x) - 3.0f)));
  });
  const auto [picked, total] = f(vector_of({1, -2, 3}));
  EXPECT_EQ(floats(picked), (std::vector<float>{2, 6}));
  EXPECT_EQ(total.item<float>(), 3);
}

TEST(ValueExtents, V8_EffectsKeepTheirOrder) {
  std::string printed;
  const PrintOptions to_text{.callback = [&](std::string_view line) { printed += line; }};
  Variable count(constant(0.0f), "count");
  auto f = function([&](Tensor x) {
    print(to_text, "before");
    count.assign_add(1.0f);
    const Tensor positive = x[x > 0.0f];
    print(to_text, "picked", positive, "of call", count);
    count.assign_add(sum(positive));
    return count.read_value();
  });
  EXPECT_EQ(f(vector_of({1, -1, 2})).item<float>(), 4);
  EXPECT_EQ(f(vector_of({-1, -1, 2})).item<float>(), 7);
  EXPECT_EQ(printed, "before\npicked [1 2] of call 1\nbefore\npicked [2] of call 5\n");
}

TEST(ValueExtents, V8_WithDynamicArguments) {
  auto f = function([](Tensor x) { return mean(x[x >= 2.0f]); });
  auto concrete = f.concrete(TensorSpec{DType::F32, {kDynamic}});
  EXPECT_EQ(concrete(vector_of({1, 2, 4})).item<float>(), 3);
  EXPECT_EQ(concrete(vector_of({5, 1})).item<float>(), 5);
}

TEST(ValueExtents, V8_ResultsFromBeforeAndArgumentsPassThrough) {
  auto f = function([](Tensor x, Tensor y) {
    const Tensor early = x * 2.0f;
    const Tensor picked = y[x > 0.0f];
    return std::tuple(early, x, picked, early, y + 1.0f);
  });
  const Tensor x = vector_of({1, -1}), y = vector_of({10, 20});
  const auto [early, same, picked, again, late] = f(x, y);
  EXPECT_EQ(floats(early), (std::vector<float>{2, -2}));
  EXPECT_EQ(floats(same), (std::vector<float>{1, -1}));
  EXPECT_EQ(floats(picked), (std::vector<float>{10}));
  EXPECT_EQ(floats(again), (std::vector<float>{2, -2}));
  EXPECT_EQ(floats(late), (std::vector<float>{11, 21}));
}

TEST(ValueExtents, V8_UpdatesOfMaskedPartsOfAVariable) {
  Variable v(vector_of({1, 2, 3, 4}), "v");
  auto f = function([&](Tensor mask, Tensor values) { v.index({mask}).assign(values); });
  f(constant({true, false, true, false}), vector_of({10, 30}));
  EXPECT_EQ(floats(v.read_value()), (std::vector<float>{10, 2, 30, 4}));
  EXPECT_THROW(f(constant({true, true, true, false}), vector_of({10, 30})), Error);
  EXPECT_EQ(floats(v.read_value()), (std::vector<float>{10, 2, 30, 4}));
}

TEST(ValueExtents, V8_ErrorsAreThoseOfAnyIndex) {
  auto f = function([](Tensor x, Tensor mask) { return x[mask]; });
  EXPECT_TRUE(has(thrown<IndexError>([&] { f(vector_of({1, 2}), constant({true, false, true})); }),
                  "the mask bool[3] doesn't fit f32[2] from axis 0 on"));
  Graph graph("g");
  const Scope scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {2}, "x");
  const std::string text =
      thrown<TraceError>([&] { for_range(2, [&](Tensor, Tensor s) { return s + sum(x[x > s]); }, Tensor::scalar(0.0f)); });
  EXPECT_TRUE(has(text, "in graph 'g' dynamic extents can't begin within a branch or a loop: make a placeholder with one before it"));
}

TEST(ValueExtents, V8_TheNextCallWorks) {
  auto f = function([](Tensor x, Tensor mask) { return x[mask]; });
  EXPECT_THROW(f(vector_of({1, 2}), constant({true, false, true})), IndexError);
  EXPECT_EQ(floats(f(vector_of({1, 2}), constant({true, false}))), (std::vector<float>{1}));
}

TEST(ValueExtents, V8_TheTraceShowsExtentsThatDependOnValuesAsUnknown) {
  auto f = function([](Tensor x) { return sum(x[x > 0.0f]); });
  f(vector_of({1, 2}));
  for (const std::int64_t extent : {std::int64_t(2), kDynamic}) {
    const std::string text = f.ir("trace", TensorSpec{DType::F32, {extent}});
    EXPECT_TRUE(has(text, extent == 2 ? "-> tensor<2xi1>" : "-> tensor<?xi1>")) << text;
    EXPECT_TRUE(has(text, "tensor<?xf32>) -> tensor<f32>")) << text;
  }
}

TEST(ValueExtents, V8_NothingIsTakenFromEmptyTensors) {
  auto masked = function([](Tensor x) { return x[isfinite(x)] * 2.0f; });
  auto distinct = function([](Tensor x) { return unique(x) + 1.0f; });
  auto where_true = function([](Tensor x) { return take(flatten(x), nonzero(flatten(x))[0], 0); });
  auto mapped = function([](Tensor x) { return map([](Tensor row) { return row * 2.0f; }, x[isfinite(x)]); });
  for (const Shape &shape : {Shape{0}, Shape{3, 0}, Shape{0, 2}}) {
    const Tensor x = zeros(shape);
    for (const Tensor &result : {masked(x), distinct(x), where_true(x), mapped(x)}) EXPECT_EQ(result.shape(), Shape{0}) << shape.to_string();
  }
  const Tensor x = vector_of({1, 2}), all[] = {masked(x), distinct(x), where_true(x), mapped(x)}; // these have other traces
  EXPECT_EQ(floats(all[0]), (Floats{2, 4}));
  EXPECT_EQ(floats(all[1]), (Floats{2, 3}));
  EXPECT_EQ(floats(all[2]), (Floats{1, 2}));
  EXPECT_EQ(floats(all[3]), (Floats{2, 4}));
}

TEST(ValueExtents, V8_WhatCannotBeShownSaysSo) {
  auto f = function([](Tensor x) { return sort(x[x > 0.0f]) * 2.0f; }); // whose code isn't the same for all lengths
  f(vector_of({1, 2}));
  EXPECT_TRUE(has(thrown<Error>([&] { f.ir("asm", TensorSpec{DType::F32, {2}}); }), "extents depend on values"));
}

} // namespace burin::test
