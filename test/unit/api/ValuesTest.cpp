#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <sstream>

using namespace burin;
using burin::test::thrown;

static Tensor matrix() { return constant({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}); }

static std::string line(int number) { return "ValuesTest.cpp:" + std::to_string(number); }

// --- V1 to V3 ------------------------------------------------------------------------------------------------------

TEST(Values, V1_CopiesShareTheData) {
  const Tensor x = matrix();
  const Tensor y = x;
  EXPECT_EQ(x.view<float>().data(), y.view<float>().data());
}

TEST(Values, V1_CompoundAssignmentLeavesCopiesAlone) {
  Tensor x = constant({1.f, 2.f});
  const Tensor y = x;
  x += 1;
  EXPECT_EQ(x.to_vector<float>(), (std::vector<float>{2, 3}));
  EXPECT_EQ(y.to_vector<float>(), (std::vector<float>{1, 2}));
}

TEST(Values, V1_AnEmptyHandleSaysSo) {
  EXPECT_FALSE(Tensor().defined());
  EXPECT_EQ(THROWN(Error, Tensor().to_vector<float>()), "to_vector: the tensor is empty: it was default-constructed or moved from");
  EXPECT_EQ(THROWN(Error, exp(Tensor())), "exp: the tensor is empty: it was default-constructed or moved from");
}

TEST(Values, V2_ItemWantsOneElement) {
  EXPECT_EQ(constant(2.5).item<double>(), 2.5);
  EXPECT_EQ(constant({{7}}).item<int>(), 7);
  EXPECT_EQ(THROWN(ShapeError, matrix().item<float>()), "item: expected a tensor with one element, found f32[2,3] with 6");
  EXPECT_EQ(THROWN(ShapeError, zeros({0}).item<float>()), "item: expected a tensor with one element, found f32[0] with 0");
}

TEST(Values, V2_ItemWidensWithoutLoss) {
  EXPECT_EQ(constant(std::int8_t(-5)).item<std::int64_t>(), -5);
  EXPECT_EQ(constant(std::uint8_t(200)).item<std::int16_t>(), 200);
  EXPECT_EQ(constant(std::int32_t(-5)).item<double>(), -5.0);
  EXPECT_EQ(constant(0.5f).item<double>(), 0.5);
  EXPECT_EQ(constant(true).item<bool>(), true);
}

TEST(Values, V2_ItemDoesNotNarrow) {
  EXPECT_EQ(THROWN(DTypeError, constant(0.5).item<float>()),
            "item: the tensor is f64[], which f32 does not always hold without loss: ask for its own type, or use burin::cast");
  EXPECT_EQ(THROWN(DTypeError, constant(std::int32_t(1)).item<float>()),
            "item: the tensor is i32[], which f32 does not always hold without loss: ask for its own type, or use burin::cast");
  EXPECT_EQ(THROWN(DTypeError, constant(std::int8_t(1)).item<std::uint64_t>()),
            "item: the tensor is i8[], which u64 does not always hold without loss: ask for its own type, or use burin::cast");
  EXPECT_EQ(THROWN(DTypeError, constant(1.f).item<std::int64_t>()),
            "item: the tensor is f32[], which i64 does not always hold without loss: ask for its own type, or use burin::cast");
}

TEST(Values, V2_ToVectorViewAndCopyToWantTheOwnDType) {
  std::vector<float> out(6);
  EXPECT_EQ(THROWN(DTypeError, matrix().to_vector<double>()),
            "to_vector: the tensor is f32[2,3], but elements of f64 were asked for: ask for its own, or use burin::cast");
  EXPECT_EQ(THROWN(DTypeError, matrix().view<int>()),
            "view: the tensor is f32[2,3], but elements of i32 were asked for: ask for its own, or use burin::cast");
  EXPECT_EQ(THROWN(DTypeError, constant(1).copy_to(std::span<float>(out))),
            "copy_to: the tensor is i32[], but elements of f32 were asked for: ask for its own, or use burin::cast");
}

TEST(Values, V2_CopyToWantsTheRightSize) {
  std::vector<float> out(6);
  matrix().copy_to(std::span(out));
  EXPECT_EQ(out, (std::vector<float>{1, 2, 3, 4, 5, 6}));
  out.pop_back();
  EXPECT_EQ(THROWN(ShapeError, matrix().copy_to(std::span(out))), "copy_to: the tensor f32[2,3] has 6 elements, the span has 5");
}

TEST(Values, V2_ElementsMustFillTheShape) {
  EXPECT_EQ(THROWN(ShapeError, Tensor::from_vector(std::vector{1.f, 2.f, 3.f}, Shape{2, 2})),
            "tensor: shape [2,2] has 4 elements, but 3 values were given");
  EXPECT_EQ(THROWN(ShapeError, constant({{1, 2}, {3}})), "constant: the rows differ in length: 2 and 1");
}

TEST(Values, V2_ShapesAreChecked) {
  EXPECT_EQ(THROWN(ShapeError, Shape({2, -1})), "shape: extent 1 is -1, expected 0 or more");
  EXPECT_EQ(THROWN(ShapeError, Shape({1, 1, 1, 1, 1, 1, 1, 1, 1})), "shape: a tensor has at most 8 dimensions, not 9");
  EXPECT_EQ(thrown<ShapeError>([] { Shape({std::int64_t(1) << 40, std::int64_t(1) << 40}).element_count(); }),
            "shape: [1099511627776,1099511627776] has more than 2^63 - 1 elements");
  EXPECT_EQ(thrown<IndexError>([] { Shape({2, 3}).extent(2); }), "shape: axis 2 is out of range for rank 2 [2,3]");
  EXPECT_EQ(Shape({0, std::int64_t(1) << 40, std::int64_t(1) << 40}).element_count(), 0);
}

TEST(Values, V3_WhatIsCopiedOutIsTheCallersOwn) {
  const Tensor x = matrix();
  std::vector<float> values = x.to_vector<float>();
  values[0] = 100;
  EXPECT_EQ(x.to_vector<float>()[0], 1);
}

// --- V4 to V6: symbolic tensors --------------------------------------------------------------------------------------

TEST(Values, V4_ReadingASymbolicTensorNamesTheOpAndLine) {
  std::string text;
  int made = 0, read = 0;
  auto f = function([&](Tensor x) {
    Tensor y = exp(x); made = __LINE__;
    text = thrown<SymbolicValueError>([&] { y.to_vector<float>(); }); read = __LINE__;
    return y;
  });
  EXPECT_EQ(f(constant({0.f})).to_vector<float>(), std::vector<float>{1});
  EXPECT_EQ(text, "to_vector: f32[1] made by exp (at " + line(made) +
                      ") is symbolic: it has no value while its function is traced; return it from the function, print it with "
                      "burin::print, or call burin::run_functions_eagerly(true)  (at " + line(read) + ")");
}

TEST(Values, V4_TracingGoesOnAfterwards) {
  auto f = function([](Tensor x) {
    EXPECT_THROW(x.item<float>(), SymbolicValueError);
    EXPECT_THROW(x.view<float>(), SymbolicValueError);
    return x + 1;
  });
  EXPECT_EQ(f(constant(1.f)).item<float>(), 2);
  EXPECT_EQ(f(constant(5.f)).item<float>(), 6);
}

TEST(Values, V5_ASymbolicConditionNamesTheMends) {
  std::string text;
  int made = 0;
  auto f = function([&](Tensor x) {
    Tensor positive = x > 0; made = __LINE__;
    text = thrown<SymbolicValueError>([&] { if (positive) {} });
    return x;
  });
  f(constant(1.f));
  EXPECT_EQ(text, "condition: bool[] made by greater (at " + line(made) +
                      ") is symbolic: while its function is traced it cannot decide a C++ if or loop; use burin::where to choose "
                      "values, burin::cond to choose what runs, burin::while_loop to loop, or call burin::run_functions_eagerly(true)");
}

TEST(Values, V5_AConcreteConditionIsTheElementsTruth) {
  EXPECT_TRUE(static_cast<bool>(constant(true)));
  EXPECT_FALSE(static_cast<bool>(constant(-0.0f)));
  EXPECT_TRUE(static_cast<bool>(constant(0.25)));
  EXPECT_TRUE(static_cast<bool>(constant({256})));
  EXPECT_EQ(thrown<ShapeError>([] { static_cast<void>(static_cast<bool>(matrix())); }),
            "condition: expected a tensor with one element, found f32[2,3] with 6");
}

TEST(Values, V6_ALeakedTensorNamesWhereItCameFromAndWhereItIsUsed) {
  Tensor leaked;
  int made = 0;
  auto f = function([&](Tensor x) {
    leaked = tanh(x); made = __LINE__;
    return x;
  });
  f(constant({1.f, 2.f}));
  const std::string text = THROWN(TraceError, leaked + 1);
  EXPECT_EQ(text.find("add: f32[2] made by tanh (at " + line(made) + ") is symbolic and was used after the function '"), 0u) << text;
  EXPECT_NE(text.find("return it from the function to use its value outside"), std::string::npos) << text;
}

TEST(Values, V6_ALeakedTensorInAnotherTrace) {
  Tensor leaked;
  function([&](Tensor x) { return leaked = x; })(constant(1.f));
  auto g = function([&](Tensor x) { return x + leaked; });
  const std::string text = THROWN(TraceError, g(constant(1.f)));
  EXPECT_EQ(text.find("add: f32[] made by argument '"), 0u) << text;
  EXPECT_NE(text.find("return it from the one and pass it to the other as an argument"), std::string::npos) << text;
}

// --- V7 ------------------------------------------------------------------------------------------------------------

static std::string shown(const Tensor &tensor) {
  std::ostringstream stream;
  stream << tensor;
  return stream.str();
}

TEST(Values, V7_AConcreteTensorShowsValuesShapeAndDType) {
  EXPECT_EQ(shown(constant(43.5)), "f64[] 43.5");
  EXPECT_EQ(shown(constant({1, 2})), "i32[2] [1 2]");
  EXPECT_EQ(shown(constant({true, false})), "bool[2] [ True False]");
  EXPECT_EQ(shown(matrix()), "f32[2,3]\n[[1. 2. 3.]\n [4. 5. 6.]]");
  EXPECT_EQ(shown(Tensor()), "empty tensor");
}

TEST(Values, V7_ASymbolicTensorSaysThatItIs) {
  std::string text;
  int made = 0;
  function([&](Tensor x) {
    Tensor y = x * 2; made = __LINE__;
    text = shown(y);
    return y;
  })(constant({1.f}));
  EXPECT_EQ(text, "f32[1] symbolic, made by multiply (at " + line(made) + ")");
}
