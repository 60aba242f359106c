// Runs each row of the numerics table eagerly and compiled, against its reference in double.
#include "test/numerics/OpTable.h"
#include "burin/burin.h"
#include "test/numerics/DynamicSpecs.h"
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <optional>
#include <random>

namespace burin::test {

// --- operands --------------------------------------------------------------------------------------------------------

static Array made_up(const Row &row, const Extents &extents, std::mt19937 &random) {
  std::uniform_real_distribution<double> real(row.low, row.high);
  return generate(extents, [&](const Index &) { return row.whole ? std::round(real(random)) : real(random); });
}

static constexpr double kSpecials[] = {0.0,
                                       -0.0,
                                       1.0,
                                       -1.0,
                                       2.5,
                                       -0x1p-140, // subnormal in f32
                                       0x1.fffffep127,
                                       -std::numeric_limits<double>::infinity(),
                                       std::numeric_limits<double>::infinity(),
                                       std::numeric_limits<double>::quiet_NaN()};
static constexpr std::int64_t kSpecialCount = std::size(kSpecials);

/// Every special value for one operand; every pair of them for two.
static std::vector<Array> special_operands(const Row &row) {
  Array column({kSpecialCount, 1}), line({kSpecialCount});
  column.values = line.values = {std::begin(kSpecials), std::end(kSpecials)};
  return row.cases[0].size() == 1 ? std::vector{line} : std::vector{column, line};
}

// --- comparing -------------------------------------------------------------------------------------------------------

struct Format {
  int digits, min_exponent; // as in numeric_limits
  double max;
};

static Format format_of(DType dtype) {
  switch (dtype) {
  case DType::F16: return {11, -13, 65504};
  case DType::BF16: return {8, -125, 0x1.fep127};
  case DType::F32: return {24, -125, std::numeric_limits<float>::max()};
  default: return {53, -1021, std::numeric_limits<double>::max()};
  }
}

/// The distance between `value` and `expected` in the last place of `dtype`; infinity where one is special.
static double ulps_between(double value, double expected, DType dtype) {
  if (std::isnan(value) || std::isnan(expected)) return std::isnan(value) == std::isnan(expected) ? 0 : INFINITY;
  if (value == expected) return 0;
  const Format format = format_of(dtype);
  if (std::isinf(value) && std::fabs(expected) > format.max && std::signbit(value) == std::signbit(expected)) return 0;
  if (std::isinf(value) || std::isinf(expected)) return INFINITY;
  const int exponent = expected == 0 ? format.min_exponent - 1 : std::max(std::ilogb(expected), format.min_exponent - 1);
  return std::fabs(value - expected) / std::ldexp(1.0, exponent - format.digits + 1);
}

/// What the row allows, and a little for the reference's own rounding; all of it for integers is 0.
static double allowed(const Row &row, DType dtype) {
  if (!is_floating(dtype)) return 0;
  return row.ulps == 0 ? 0 : row.ulps + (dtype == DType::F64 ? 1 : 0.01);
}

static void compare(const Row &row, const Tensor &result, const Array &expected, const std::string &what) {
  const Array found = to_array(result);
  ASSERT_EQ(found.extents, expected.extents) << what;
  int failures = 0;
  for (std::size_t i = 0; i < found.values.size() && failures < 3; ++i) {
    const double ulps = ulps_between(found.values[i], expected.values[i], result.dtype());
    if (ulps <= allowed(row, result.dtype())) continue;
    ++failures;
    ADD_FAILURE() << what << ": element " << i << " is " << found.values[i] << ", expected " << expected.values[i] << ", " << ulps
                  << " ulps apart";
  }
}

static bool same_bits(const Tensor &a, const Tensor &b) {
  const Array x = to_array(a), y = to_array(b);
  for (std::size_t i = 0; i < x.values.size(); ++i)
    if (std::isnan(x.values[i]) != std::isnan(y.values[i]) ||
        (!std::isnan(x.values[i]) && std::memcmp(&x.values[i], &y.values[i], sizeof(double)) != 0))
      return false;
  return true;
}

// --- running ---------------------------------------------------------------------------------------------------------

static std::string describe(const Row &row, DType dtype, const std::vector<Array> &operands) {
  std::string text = row.name + "(";
  for (const Array &operand : operands)
    text += std::string(name(dtype)) + Shape(std::span<const std::int64_t>(operand.extents)).to_string() +
            (&operand == &operands.back() ? ")" : ", ");
  return text;
}

static void check(const Row &row, DType dtype, const std::vector<Array> &operands) {
  std::vector<Tensor> tensors;
  std::vector<Array> rounded; // to the dtype, so that the reference sees what the op sees
  for (const Array &operand : operands) {
    tensors.push_back(to_tensor(operand, dtype));
    rounded.push_back(to_array(tensors.back()));
  }
  const std::string what = describe(row, dtype, operands);
  const Array expected = row.reference(rounded);
  const Tensor eager = row.apply(tensors);
  compare(row, eager, expected, what + " eagerly");
  auto compiled_row = function([&](std::vector<Tensor> x) { return row.apply(x); });
  const Tensor compiled = compiled_row(tensors);
  compare(row, compiled, expected, what + " compiled");
  EXPECT_EQ(eager.dtype(), compiled.dtype()) << what;
  EXPECT_TRUE(!row.elementwise || same_bits(eager, compiled)) << what << ": other bits when compiled";
}

/// Runs the row with dynamic extents: all of them where the op allows it, else those of one axis after the other. Gives in how many
/// ways that was possible.
static int check_dynamic(const Row &row, DType dtype, const std::vector<Array> &operands) {
  std::vector<Tensor> tensors;
  std::vector<Extents> extents;
  for (const Array &operand : operands) {
    tensors.push_back(to_tensor(operand, dtype));
    extents.push_back(operand.extents);
  }
  auto compiled_row = function([&](std::vector<Tensor> x) { return row.apply(x); });
  const Tensor expected = function([&](std::vector<Tensor> x) { return row.apply(x); })(tensors);
  int ways = 0;
  for (int only_axis = -1; only_axis < 4; ++only_axis) {
    if (only_axis >= 0 && ways > 0) break;
    const std::vector<TensorSpec> specs = dynamic_specs(dtype, extents, only_axis);
    if (all_static(specs)) continue;
    std::optional<decltype(compiled_row.concrete(specs))> concrete;
    try {
      concrete = compiled_row.concrete(specs);
    } catch (const Error &) {
      continue; // the op needs some of these extents
    }
    ++ways;
    const Tensor found = (*concrete)(tensors);
    EXPECT_EQ(found.shape(), expected.shape()) << row.name;
    EXPECT_EQ(found.dtype(), expected.dtype()) << row.name;
    EXPECT_TRUE(same_bits(found, expected)) << row.name << ": other values with dynamic extents " << concrete->signature();
  }
  return ways;
}

class Ops : public testing::TestWithParam<std::size_t> {
protected:
  const Row &row() const { return op_table()[GetParam()]; }
  std::mt19937 random{42};

  std::vector<Array> operands(const std::vector<Extents> &shapes) {
    std::vector<Array> result;
    for (const Extents &extents : shapes) result.push_back(made_up(row(), extents, random));
    return result;
  }
};

TEST_P(Ops, AgreeWithTheReferenceOnAllShapes) {
  for (const std::vector<Extents> &shapes : row().cases) check(row(), row().dtypes[0], operands(shapes));
}

TEST_P(Ops, AgreeWithTheReferenceInAllDTypes) {
  for (DType dtype : row().dtypes) check(row(), dtype, operands(row().cases[0]));
}

TEST_P(Ops, T8_DynamicExtents) {
  int ways = 0, possible = 0;
  for (const std::vector<Extents> &shapes : row().cases) {
    const std::vector<Array> made = operands(shapes);
    const bool has_extents = std::any_of(made.begin(), made.end(), [](const Array &operand) {
      return std::any_of(operand.extents.begin(), operand.extents.end(), [](std::int64_t extent) { return extent > 1; });
    });
    possible += has_extents;
    if (has_extents) ways += check_dynamic(row(), row().dtypes[0], made);
  }
  if (possible == 0) return; // no operand has an extent
  EXPECT_EQ(ways == 0, !row().static_only.empty()) << row().name << " runs with dynamic extents in " << ways << " ways";
}

TEST_P(Ops, N2_SpecialValues) {
  if (row().specials) check(row(), DType::F32, special_operands(row()));
}

static std::string row_name(const testing::TestParamInfo<std::size_t> &info) {
  return op_table()[info.param].name + "_" + std::to_string(info.param);
}
INSTANTIATE_TEST_SUITE_P(Table, Ops, testing::Range<std::size_t>(0, op_table().size()), row_name);

// --- what the table doesn't hold -------------------------------------------------------------------------------------

TEST(Casts, FloatsToIntegersTruncateAndSaturate) {
  const Tensor x = constant({1.9f, -1.9f, 1e9f, -1e9f, NAN, INFINITY});
  EXPECT_EQ(cast(x, DType::I8).to_vector<std::int8_t>(), (std::vector<std::int8_t>{1, -1, 127, -128, 0, 127}));
  EXPECT_EQ(cast(x, DType::U8).to_vector<std::uint8_t>(), (std::vector<std::uint8_t>{1, 0, 255, 0, 0, 255}));
  EXPECT_EQ(cast(x, DType::Bool).to_vector<bool>(), std::vector<bool>(6, true));
}

TEST(Casts, EachDTypeToEachOther) {
  for (int from = 0; from <= static_cast<int>(DType::F64); ++from)
    for (int to = 0; to <= static_cast<int>(DType::F64); ++to) {
      const Tensor x = cast(constant({0, 1}), static_cast<DType>(from));
      EXPECT_EQ(to_array(cast(x, static_cast<DType>(to))).values, (std::vector<double>{0, 1}))
          << name(static_cast<DType>(from)) << " to " << name(static_cast<DType>(to));
    }
}

TEST(Integers, N5_DivisionByZeroIsZero) {
  EXPECT_EQ(floor_divide(constant({7, -7}), constant({0, 0})).to_vector<std::int32_t>(), (std::vector<std::int32_t>{0, 0}));
  EXPECT_EQ(remainder(constant({7, -7}), constant({0, 0})).to_vector<std::int32_t>(), (std::vector<std::int32_t>{0, 0}));
  const std::int32_t least = std::numeric_limits<std::int32_t>::min();
  EXPECT_EQ(floor_divide(constant({least}), constant({-1})).to_vector<std::int32_t>(), std::vector<std::int32_t>{least});
}

TEST(Integers, FloorDivisionRoundsDown) {
  EXPECT_EQ(floor_divide(constant({7, -7, 7, -7}), constant({2, 2, -2, -2})).to_vector<std::int32_t>(),
            (std::vector<std::int32_t>{3, -4, -4, 3}));
  EXPECT_EQ(remainder(constant({7, -7, 7, -7}), constant({2, 2, -2, -2})).to_vector<std::int32_t>(),
            (std::vector<std::int32_t>{1, 1, -1, -1}));
}

TEST(Reductions, LogSumExpOfInfinities) {
  const float inf = INFINITY;
  EXPECT_EQ(logsumexp(constant({-inf, -inf})).item<float>(), -inf);
  EXPECT_EQ(logsumexp(constant({inf, 1.f})).item<float>(), inf);
  EXPECT_EQ(logsumexp(constant({-inf, 0.f})).item<float>(), 0);
  EXPECT_EQ(logsumexp(zeros({0})).item<float>(), -inf);
  EXPECT_TRUE(std::isnan(logsumexp(constant({NAN, 1.f})).item<float>()));
  EXPECT_FLOAT_EQ(logsumexp(constant({1000.f, 1000.f})).item<float>(), 1000 + std::log(2.f));
}

TEST(Reductions, SoftmaxDoesNotOverflow) {
  EXPECT_EQ(softmax(constant({1000.f, 1000.f})).to_vector<float>(), (std::vector<float>{0.5f, 0.5f}));
  EXPECT_EQ(sum(softmax(constant({-1000.f, 1000.f}))).item<float>(), 1);
}

TEST(Reductions, NaNWins) {
  const Tensor x = constant({1.f, NAN, 3.f, NAN});
  EXPECT_TRUE(std::isnan(max(x).item<float>()));
  EXPECT_TRUE(std::isnan(min(x).item<float>()));
  EXPECT_EQ(argmax(x, 0).item<std::int64_t>(), 1);
  EXPECT_EQ(argmin(x, 0).item<std::int64_t>(), 1);
}

TEST(Reductions, N3_SumsGrowErrorsNoFasterThanPairwise) {
  const int n = 1 << 22;
  const Tensor x = full({n}, 0.1f);
  const double exact = static_cast<double>(0.1f) * n;
  EXPECT_NEAR(sum(x).item<float>(), exact, exact * 22 * 0x1p-24);
}

} // namespace burin::test
