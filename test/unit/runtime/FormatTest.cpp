#include "runtime/Format.h"
#include "runtime/Half.h"
#include <cmath>
#include <complex>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

using namespace burin::runtime;
using burin::DType;

template <class T>
static std::string format(const std::vector<T> &values, std::vector<std::int64_t> extents, FormatOptions options = {}) {
  return format_tensor(burin::dtype_of<T>, extents, values.data(), options);
}

static std::vector<int> iota(int count) {
  std::vector<int> values(static_cast<std::size_t>(count));
  std::iota(values.begin(), values.end(), 0);
  return values;
}

TEST(Print, P2_ScalarsAreBare) {
  EXPECT_EQ(format<float>({43.5f}, {}), "43.5");
  EXPECT_EQ(format<int>({-7}, {}), "-7");
}

TEST(Print, P2_ElementsAreSeparatedByOneSpace) {
  EXPECT_EQ(format<int>({1}, {1}), "[1]");
  EXPECT_EQ(format<int>({1, 20, 3}, {3}), "[1 20 3]");
}

TEST(Print, P2_SummarizesLongRows) {
  EXPECT_EQ(format(iota(10), {10}), "[0 1 2 ... 7 8 9]");
  EXPECT_EQ(format(iota(6), {6}), "[0 1 2 3 4 5]");
  EXPECT_EQ(format(iota(7), {7}), "[0 1 2 ... 4 5 6]");
  EXPECT_EQ(format(iota(10), {10}, {.summarize = 1}), "[0 ... 9]");
  EXPECT_EQ(format(iota(3), {3}, {.summarize = 0}), "[...]");
  EXPECT_EQ(format(iota(10), {10}, {.summarize = -1}), "[0 1 2 3 4 5 6 7 8 9]");
  EXPECT_EQ(format(iota(3), {3}, {.summarize = std::numeric_limits<std::int64_t>::max()}), "[0 1 2]");
}

TEST(Print, P2_RowsGoOnTheirOwnLine) {
  EXPECT_EQ(format(iota(6), {2, 3}), "[[0 1 2]\n [3 4 5]]");
  EXPECT_EQ(format(iota(2), {2, 1}), "[[0]\n [1]]");
}

TEST(Print, P2_MatricesStandApart) {
  EXPECT_EQ(format(iota(8), {2, 2, 2}), "[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]");
  EXPECT_EQ(format(iota(4), {2, 1, 2, 1}), "[[[[0]\n   [1]]]\n\n\n [[[2]\n   [3]]]]");
}

TEST(Print, P2_SummarizesEveryLongDimension) {
  EXPECT_EQ(format(iota(100), {10, 10}), "[[0 1 2 ... 7 8 9]\n"
                                         " [10 11 12 ... 17 18 19]\n"
                                         " [20 21 22 ... 27 28 29]\n"
                                         " ...\n"
                                         " [70 71 72 ... 77 78 79]\n"
                                         " [80 81 82 ... 87 88 89]\n"
                                         " [90 91 92 ... 97 98 99]]");
  EXPECT_EQ(format(iota(27), {3, 3, 3}, {.summarize = 1}), "[[[0 ... 2]\n"
                                                           "  ...\n"
                                                           "  [6 ... 8]]\n"
                                                           "\n"
                                                           " ...\n"
                                                           "\n"
                                                           " [[18 ... 20]\n"
                                                           "  ...\n"
                                                           "  [24 ... 26]]]");
}

TEST(Print, P2_EmptyTensors) {
  EXPECT_EQ(format<float>({}, {0}), "[]");
  EXPECT_EQ(format<float>({}, {2, 0}), "[]");
  EXPECT_EQ(format<float>({}, {0, 1000000000}), "[]");
  EXPECT_EQ(format_tensor(DType::F32, std::vector<std::int64_t>{3, 0}, nullptr), "[]");
}

TEST(Print, P2_FloatsPrintTheDigitsThatTheyNeed) {
  const float inf = std::numeric_limits<float>::infinity(), nan = std::nanf("");
  EXPECT_EQ(format<float>({43.5f, 1e-5f, 1e10f, 0.1f, 100000.f, 1e6f}, {6}), "[43.5 1e-05 1e+10 0.1 100000 1e+06]");
  EXPECT_EQ(format<float>({inf, -inf, nan, -nan, -0.f}, {5}), "[inf -inf nan nan -0]");
  EXPECT_EQ(format<double>({1.0 / 3, 1e300, 5e-324}, {3}), "[0.33333333333333331 1e+300 4.94065645841247e-324]");
}

TEST(Print, P2_PrecisionSetsSignificantDigits) {
  EXPECT_EQ(format<double>({M_PI}, {}, {.precision = 3}), "3.14");
  EXPECT_EQ(format<double>({M_PI}, {}, {.precision = 0}), "3");
  EXPECT_EQ(format<double>({M_PI}, {}, {.precision = 17}), "3.1415926535897931");
  EXPECT_LE(format<double>({1e-300}, {}, {.precision = 1000}).size(), 70u); // 64 digits, point, exponent
}

TEST(Print, P2_EveryDType) {
  EXPECT_EQ((format_tensor(DType::Bool, std::vector<std::int64_t>{2}, "\1\0")), "[1 0]");
  EXPECT_EQ(format<std::int8_t>({-128, 65}, {2}), "[-128 65]");
  EXPECT_EQ(format<std::uint8_t>({255, 65}, {2}), "[255 65]");
  EXPECT_EQ(format<std::int16_t>({-32768}, {}), "-32768");
  EXPECT_EQ(format<std::uint16_t>({65535}, {}), "65535");
  EXPECT_EQ(format<std::int32_t>({std::numeric_limits<std::int32_t>::min()}, {}), "-2147483648");
  EXPECT_EQ(format<std::uint32_t>({4294967295u}, {}), "4294967295");
  EXPECT_EQ(format<std::int64_t>({std::numeric_limits<std::int64_t>::min()}, {}), "-9223372036854775808");
  EXPECT_EQ(format<std::uint64_t>({std::numeric_limits<std::uint64_t>::max()}, {}), "18446744073709551615");
  EXPECT_EQ(format<std::complex<float>>({{1, -2.5f}, {0, 1}}, {2}), "[(1,-2.5) (0,1)]");
  EXPECT_EQ(format<std::complex<double>>({{1e20, std::nan("")}}, {}), "(1e+20,nan)");
  const std::vector<std::uint16_t> f16 = {0x3c00, 0xc100, 0x7c00, 0xfc00, 0x7e00, 0x0001, 0x8000};
  EXPECT_EQ(format_tensor(DType::F16, std::vector<std::int64_t>{7}, f16.data(), {.summarize = -1}),
            "[1 -2.5 inf -inf nan 5.96046448e-08 -0]");
  const std::vector<std::uint16_t> bf16 = {0x3f80, 0x422e, 0xff80, 0x7fc0};
  EXPECT_EQ(format_tensor(DType::BF16, std::vector<std::int64_t>{4}, bf16.data()), "[1 43.5 -inf nan]");
}

TEST(Half, AllF16ValuesFollowTheDefinition) {
  for (unsigned bits = 0; bits < 0x7c00; ++bits) {
    const int exponent = static_cast<int>(bits >> 10);
    const float fraction = static_cast<float>(bits & 1023) / 1024;
    const float expected = exponent ? std::ldexp(1 + fraction, exponent - 15) : std::ldexp(fraction, -14);
    ASSERT_EQ(f16_value(static_cast<std::uint16_t>(bits)), expected) << bits;
    ASSERT_EQ(f16_value(static_cast<std::uint16_t>(bits | 0x8000)), -expected) << bits;
  }
}
