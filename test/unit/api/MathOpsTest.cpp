// Documented values and errors of the ops in include/burin/ops that a table of references doesn't show.
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <cmath>
#include <limits>
#include <sstream>

namespace burin::test {
namespace {

template <class T> std::vector<T> values(const Tensor &x) { return x.to_vector<T>(); }

TEST(MathOps, N5_ShiftsOutOfRange) {
  const Tensor counts = constant({0, 7, 31, 32, 33, -1, std::numeric_limits<std::int32_t>::min()});
  EXPECT_EQ(values<std::int32_t>(bitwise_left_shift(3, counts)),
            (std::vector<std::int32_t>{3, 384, std::numeric_limits<std::int32_t>::min(), 0, 0, 0, 0}));
  EXPECT_EQ(values<std::int32_t>(bitwise_right_shift(-5, counts)), (std::vector<std::int32_t>{-5, -1, -1, -1, -1, -1, -1}));
  EXPECT_EQ(values<std::int32_t>(bitwise_right_shift(5, counts)), (std::vector<std::int32_t>{5, 0, 0, 0, 0, 0, 0}));
  const Tensor bytes = constant(std::vector<std::uint8_t>{0, 1, 7, 8, 255});
  EXPECT_EQ(values<std::uint8_t>(bitwise_left_shift(255, bytes)), (std::vector<std::uint8_t>{255, 254, 128, 0, 0}));
  EXPECT_EQ(values<std::uint8_t>(bitwise_right_shift(255, bytes)), (std::vector<std::uint8_t>{255, 127, 1, 0, 0}));
}

TEST(MathOps, MasksCombineByOperators) {
  const Tensor x = constant({-1.0f, 0.25f, 0.75f, 2.0f});
  EXPECT_EQ(values<float>(x[(x > 0.0f) & (x < 1.0f)]), (std::vector<float>{0.25f, 0.75f}));
  EXPECT_EQ(values<float>(x[~(x > 0.0f) | (x > 1.0f)]), (std::vector<float>{-1, 2}));
  EXPECT_EQ(values<float>(x[(x > 0.0f) ^ (x > 0.5f)]), (std::vector<float>{0.25f}));
  EXPECT_EQ((constant({12, 10}) & 6).to_string(), bitwise_and(constant({12, 10}), 6).to_string());
}

TEST(MathOps, ExtremesOfAllElements) {
  const Tensor x = constant({{3, 1, 2}, {0, 5, 5}});
  EXPECT_EQ(argmax(x).item<std::int64_t>(), 4);
  EXPECT_EQ(argmin(x, {}, KeepDims::Yes).to_string(), constant({{std::int64_t(3)}}).to_string());
  EXPECT_EQ(THROWN(ShapeError, argmax(zeros({2, 0}))), "argmax: axis 0 of f32[0] is empty: it has no such element");
  auto f = function([](Tensor x) { return argmax(x); }, {.input_signature = {{DType::I32, {kDynamic, 3}, "x"}}});
  EXPECT_EQ(f(x).item<std::int64_t>(), 4);
}

TEST(MathOps, DTypesAndShapesHaveTheTextOfMessages) {
  std::ostringstream stream;
  stream << zeros({2, 3}).dtype() << " " << zeros({2, 3}).shape();
  EXPECT_EQ(stream.str(), "f32 [2,3]");
}

TEST(MathOps, N5_PowersOfIntegers) {
  const Tensor base = constant({2, -3, 0, 1, -1, 7}), minus = constant({-1, -2, -1, -5, -3, -1});
  EXPECT_EQ(values<std::int32_t>(pow(base, 3)), (std::vector<std::int32_t>{8, -27, 0, 1, -1, 343}));
  EXPECT_EQ(values<std::int32_t>(pow(base, minus)), (std::vector<std::int32_t>{0, 0, 0, 1, -1, 0}));
  EXPECT_EQ(values<std::int32_t>(pow(base, 0)), (std::vector<std::int32_t>(6, 1)));
  EXPECT_EQ(pow(constant(std::uint64_t{3}), constant(std::uint64_t{40})).item<std::uint64_t>(), 12157665459056928801u);
  EXPECT_EQ(pow(constant(std::int8_t{2}), 7).item<std::int8_t>(), -128);
}

TEST(MathOps, FloorDivisionFitsTheRemainder) { // as NumPy: 1 / 0.1 is 9 and a rest, though the quotient rounds to 10
  EXPECT_EQ(floor_divide(constant(1.0), 0.1).item<double>(), 9);
  EXPECT_EQ(floor_divide(constant(-1.0), constant(0.0)).item<double>(), -INFINITY);
  EXPECT_EQ(floor_divide(constant(-5.f), constant(INFINITY)).item<float>(), -1);
  EXPECT_EQ(values<float>(floor_divide(constant({7.f, -7.f, 7.f, -7.f}), constant({2.f, 2.f, -2.f, -2.f}))),
            (std::vector<float>{3, -4, -4, 3}));
}

TEST(MathOps, N2_ZerosKeepTheirSignsOrLoseThem) {
  for (Tensor (*odd)(const Operand &) : {sin, tan, asin, atan, sinh, tanh, asinh, atanh, erf, erfinv, expm1, log1p, trunc, round})
    EXPECT_TRUE(std::signbit(odd(constant(-0.0f)).item<float>()));
  EXPECT_FALSE(std::signbit(sign(constant(-0.0f)).item<float>())); // as NumPy
  EXPECT_EQ(values<bool>(signbit(constant({-0.0f, 0.0f, -1.0f, -NAN}))), (std::vector<bool>{true, false, true, true}));
}

TEST(MathOps, N2_HugeArgumentsOfTrigonometry) {
  for (double x : {0x1p29, 0x1.fffffep30, 1e22, std::numeric_limits<double>::max()}) {
    EXPECT_DOUBLE_EQ(sin(constant(x)).item<double>(), std::sin(x));
    EXPECT_DOUBLE_EQ(cos(constant(-x)).item<double>(), std::cos(x));
    EXPECT_DOUBLE_EQ(tan(constant(x)).item<double>(), std::tan(x));
  }
  // The number of f64 that is nearest to a multiple of pi/2 (Muller, Elementary Functions).
  EXPECT_DOUBLE_EQ(cos(constant(0x1.6ac5b262ca1ffp849)).item<double>(), -4.68716592425462761112e-19);
  EXPECT_FLOAT_EQ(sin(constant(std::numeric_limits<float>::max())).item<float>(), std::sin(std::numeric_limits<float>::max()));
  // The same bits beside small neighbours: the branch for huge ones concerns its lane alone (N6).
  const Tensor mixed = constant({0.5f, 1e30f, 2.0f, -3e38f, 0.25f, 7.0f, 8.0f, 9.0f});
  for (int i = 0; i < 8; ++i) {
    const Tensor one = slice(mixed, {i}, {i + 1});
    EXPECT_EQ(sin(one).item<float>(), sin(mixed).to_vector<float>()[static_cast<std::size_t>(i)]);
  }
  EXPECT_TRUE(all(isnan(cos(constant({INFINITY, -INFINITY, NAN})))).item<bool>());
}

TEST(MathOps, N2_PowAsInC) {
  const double inf = INFINITY;
  for (double x : {0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, inf, -inf, static_cast<double>(NAN)})
    for (double y : {0.0, -0.0, 1.0, -1.0, 2.0, 3.0, -3.0, 0.5, 1e300, -1e300, 0x1p53 + 1, inf, -inf, static_cast<double>(NAN)}) {
      const double found = pow(constant(x), constant(y)).item<double>(), expected = std::pow(x, y);
      EXPECT_TRUE(found == expected || (std::isnan(found) && std::isnan(expected)) || std::fabs(found / expected - 1) < 3e-16)
          << x << " " << y << " " << found;
      EXPECT_TRUE(std::isnan(expected) || std::signbit(found) == std::signbit(expected)) << x << " " << y;
    }
}

TEST(MathOps, NeighboursOfEachFormat) {
  EXPECT_EQ(nextafter(constant(1.0f), 2.0f).item<float>(), std::nextafter(1.0f, 2.0f));
  EXPECT_EQ(nextafter(constant(0.0), -1.0).item<double>(), -5e-324);
  EXPECT_EQ(nextafter(constant(INFINITY), 0.0f).item<float>(), std::numeric_limits<float>::max());
  EXPECT_TRUE(std::isnan(nextafter(constant(NAN), 0.0f).item<float>()));
  EXPECT_EQ(nextafter(cast(constant(1.0f), DType::F16), 2.0).item<float>(), 1 + 0x1p-10f);
  EXPECT_EQ(nextafter(cast(constant(1.0f), DType::BF16), 0.0).item<float>(), 1 - 0x1p-8f);
}

TEST(MathOps, N6_HalvesRoundOnceForEachOp) {
  // In f16 steps 1 / (1 + exp(-x)) would round three times.
  const Tensor x = cast(linspace(-8, 8, 1001), DType::F16);
  const Tensor wide = cast(sigmoid(cast(x, DType::F32)), DType::F16);
  EXPECT_TRUE(all(equal(sigmoid(x), wide)).item<bool>());
}

TEST(MathOps, IntegersAreWholeAndFinite) {
  const Tensor x = constant({-3, 0, 5});
  EXPECT_EQ(values<std::int32_t>(floor(x)), values<std::int32_t>(x));
  EXPECT_EQ(values<std::int32_t>(round(x)), values<std::int32_t>(x));
  EXPECT_EQ(values<bool>(isfinite(x)), (std::vector<bool>(3, true)));
  EXPECT_EQ(values<bool>(isnan(x)), (std::vector<bool>(3, false)));
  EXPECT_EQ(values<bool>(signbit(x)), (std::vector<bool>{true, false, false}));
}

TEST(MathOps, CloseTo) {
  const float inf = INFINITY, nan = NAN;
  EXPECT_EQ(values<bool>(isclose(constant({1.f, 1.f, inf, inf, nan}), constant({1.00001f, 1.1f, inf, 1.f, nan}), 1e-4)),
            (std::vector<bool>{true, false, true, false, false}));
  EXPECT_TRUE(isclose(constant(nan), nan, 0, 0, NanEqual::Yes).item<bool>());
  EXPECT_FALSE(allclose(constant({1.f, 2.f}), constant({1.f, 3.f})).item<bool>());
  EXPECT_TRUE(allclose(constant({1, 2}), constant({1, 2})).item<bool>());
}

TEST(MathOps, BitsOfFloats) {
  EXPECT_EQ(bitcast(constant(1.0f), DType::I32).item<std::int32_t>(), 0x3f800000);
  EXPECT_EQ(bitcast(constant(std::uint16_t{0x3c00}), DType::F16).item<float>(), 1);
  EXPECT_EQ(THROWN(DTypeError, bitcast(constant(1.0f), DType::F64)),
            "bitcast: element types of one width have the same bits, f32 and f64 don't");
}

TEST(MathOps, N3_HalvesAreSummedInF32) {
  const Tensor ones_of = ones({5000}, DType::BF16); // in bf16, 256 + 1 is 256
  EXPECT_EQ(sum(ones_of).item<float>(), 4992); // 5000 rounded
  EXPECT_EQ(mean(ones_of).item<float>(), 1);
  EXPECT_EQ(matmul(reshape(ones_of, {1, 5000}), reshape(ones_of, {5000, 1})).item<float>(), 4992);
  EXPECT_EQ(mean(full({70000}, 1, DType::F16)).item<float>(), 1); // the count is no number of f16
}

TEST(MathOps, ReductionsOverNothing) {
  EXPECT_EQ(prod(zeros({0})).item<float>(), 1);
  EXPECT_EQ(prod(zeros({0}, DType::I8)).item<std::int8_t>(), 1);
  EXPECT_FALSE(any(zeros({0}, DType::Bool)).item<bool>());
  EXPECT_TRUE(all(zeros({2, 0}, DType::Bool)).item<bool>());
  EXPECT_EQ(count_nonzero(constant({0.f, -0.f, NAN, 1.f})).item<std::int64_t>(), 2);
  EXPECT_TRUE(std::isnan(var(constant({1.f}), {}, 1).item<float>()));
}

TEST(MathOps, D2_StopGradientIsAnOpOfItsOwn) {
  auto f = function([](Tensor x) { return stop_gradient(x) * 2; });
  const std::string text = f.ir("trace", TensorSpec{DType::F32, {3}});
  EXPECT_NE(text.find("burin.stop_gradient"), std::string::npos) << text;
  EXPECT_EQ(values<float>(f(constant({1.f, 2.f, 3.f}))), (std::vector<float>{2, 4, 6}));
}

TEST(MathOps, ErrorsNameWhatWasGiven) {
  const Tensor numbers = constant({1, 2}), bools = constant({true, false}), floats = constant({1.f, 2.f});
  EXPECT_EQ(THROWN(DTypeError, tan(numbers)), "tan: expected a floating element type, found i32[2]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, erfinv(numbers)), "erfinv: expected a floating element type, found i32[2]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, hypot(numbers, numbers)), "hypot: expected a floating element type, found i32[2]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, floor(bools)), "floor: expected an integer or floating element type, found bool[2]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, clip(bools, false, true)),
            "clip: expected an integer or floating element type, found bool[2]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, bitwise_and(floats, floats)),
            "bitwise_and: expected a boolean or integer element type, found f32[2]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, bitwise_left_shift(bools, bools)),
            "bitwise_left_shift: expected an integer element type, found bool[2]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, positive(bools)), "positive: expected a number, found bool[2]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, gelu(numbers)), "gelu: expected a floating element type, found i32[2]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, mse(numbers, numbers)), "mse: expected a floating element type, found i32[2]; cast it first");
  EXPECT_EQ(THROWN(IndexError, polygamma(0, floats)), "polygamma: the order is 0, expected 1 to 32");
  EXPECT_EQ(THROWN(ShapeError, eye(-1)), "eye: the extents are -1 and -1, expected 0 or more");
  EXPECT_EQ(THROWN(ShapeError, tril(floats)), "tril: expected at least two dimensions, found f32[2]");
  EXPECT_EQ(THROWN(ShapeError, linspace(0, 1, -2)), "linspace: the count is -2, expected 0 or more");
  EXPECT_EQ(THROWN(DTypeError, linspace(0, 1, 3, DType::I32)), "linspace: expected a floating dtype, found i32");
  EXPECT_EQ(THROWN(IndexError, arange(0.0, 1.0, 0.0)),
            "arange: start, stop and step are 0, 1 and 0, expected finite numbers and a step that isn't 0");
  EXPECT_EQ(THROWN(ShapeError, meshgrid({eye(2)})), "meshgrid: expected vectors, found f32[2,2]");
  EXPECT_EQ(THROWN(ShapeError, batch_norm(zeros({2, 3}), zeros({2}), zeros({3}))),
            "batch_norm: expected a mean of 3 elements for axis 1 of f32[2,3], found f32[2]");
  EXPECT_EQ(THROWN(ShapeError, cross_entropy(zeros({2, 3}), constant({1, 2, 0}))),
            "cross_entropy: expected classes of shape [2] for f32[2,3], found i32[3]");
  EXPECT_EQ(THROWN(ShapeError, cross_entropy(zeros({2, 3}), zeros({3}))),
            "cross_entropy: expected probabilities of the shape of f32[2,3], found f32[3]");
}

TEST(MathOps, CrossEntropyOfClassesOutOfRange) {
  CrossEntropyOptions each;
  each.reduction = Reduction::None;
  const std::vector<float> loss = values<float>(cross_entropy(zeros({3, 4}), constant({1, 4, -1}), each));
  EXPECT_FLOAT_EQ(loss[0], std::log(4.f));
  EXPECT_TRUE(std::isnan(loss[1]) && std::isnan(loss[2]));
}

} // namespace
} // namespace burin::test
