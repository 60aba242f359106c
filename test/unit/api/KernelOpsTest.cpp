// Ops that runtime kernels compute: what the numerics table doesn't hold, and each message.
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <cmath>
#include <random>

namespace burin::test {
namespace {

using Floats = std::vector<float>;
using Indices = std::vector<std::int64_t>;
constexpr float kInf = INFINITY, kNan = NAN;

Tensor matrix() { return constant({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}); }

/// Random numbers with repetitions, zeros of both signs, infinities and NaNs.
std::vector<double> mixed(std::size_t count) {
  std::mt19937 random(5);
  std::vector<double> values(count);
  for (double &value : values) {
    const unsigned kind = random() % 16;
    const double special[] = {0.0, -0.0, INFINITY, -INFINITY, NAN, -NAN};
    value = kind < 6    ? special[kind]
            : kind < 10 ? static_cast<double>(random() % 8) - 4
                        : std::ldexp(static_cast<double>(random()) - 0x1p31, static_cast<int>(random() % 60) - 60);
  }
  return values;
}

bool same_order(double a, double b) { return a == b ? std::signbit(a) == std::signbit(b) : std::isnan(a) && std::isnan(b); }

// --- sorting -------------------------------------------------------------------------------------------------------

TEST(Sorting, NaNIsTheGreatestAndZerosKeepTheirOrder) {
  for (std::size_t count : {20u, 5000u}) // by comparisons, and by digits
    for (Order order : {Order::Ascending, Order::Descending}) {
      const std::vector<double> values = mixed(count);
      std::vector<double> expected = values;
      const auto less = [](double a, double b) { return a < b || (std::isnan(b) && !std::isnan(a)); };
      std::stable_sort(expected.begin(), expected.end(),
                       [&](double a, double b) { return order == Order::Ascending ? less(a, b) : less(b, a); });
      const std::vector<double> found = sort(constant(values), 0, order).to_vector<double>();
      const Indices places = argsort(constant(values), 0, order).to_vector<std::int64_t>();
      for (std::size_t i = 0; i < count; ++i) {
        ASSERT_TRUE(same_order(found[i], expected[i])) << i << ": " << found[i] << ", expected " << expected[i];
        ASSERT_TRUE(same_order(values[static_cast<std::size_t>(places[i])], expected[i])) << i;
      }
    }
}

TEST(Sorting, ExtremesOfIntegers) {
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min(), most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(sort(constant({0L, most, -1L, least})).to_vector<std::int64_t>(), (Indices{least, -1, 0, most}));
  EXPECT_EQ(sort(constant({true, false, true}), 0, Order::Descending).to_vector<bool>(), (std::vector<bool>{true, true, false}));
  EXPECT_EQ(argsort(constant({2u, 4000000000u, 1u})).to_vector<std::int64_t>(), (Indices{2, 0, 1}));
}

TEST(Sorting, TopKTakesTheFirstOfEqualsAndNaNFirst) {
  const Tensor x = constant({3.f, kNan, 5.f, 5.f, -kInf, 3.f});
  const TopK top = top_k(x, 4);
  EXPECT_TRUE(std::isnan(top.values.to_vector<float>()[0]));
  EXPECT_EQ(top.indices.to_vector<std::int64_t>(), (Indices{1, 2, 3, 0}));
  const TopK bottom = top_k(x, 3, -1, Extreme::Smallest);
  EXPECT_EQ(bottom.values.to_vector<float>(), (Floats{-kInf, 3, 3}));
  EXPECT_EQ(bottom.indices.to_vector<std::int64_t>(), (Indices{4, 0, 5}));
  EXPECT_EQ(top_k(x, 0).values.element_count(), 0);
}

TEST(Sorting, TopKOfManyAgreesWithSorting) {
  const Tensor x = constant(mixed(20000));
  for (std::int64_t k : {1, 10, 3000, 15000}) {
    const Indices first = slice(argsort(x, 0, Order::Descending), {0}, {k}).to_vector<std::int64_t>();
    EXPECT_EQ(top_k(x, k).indices.to_vector<std::int64_t>(), first) << k;
  }
}

TEST(Sorting, SearchsortedPutsNaNBehindAll) {
  const Tensor sorted = constant({-kInf, 0.f, 0.f, 2.f, kNan});
  const Tensor values = constant({-0.f, 2.f, kNan, kInf});
  EXPECT_EQ(searchsorted(sorted, values).to_vector<std::int64_t>(), (Indices{1, 3, 4, 4}));
  EXPECT_EQ(searchsorted(sorted, values, Side::Right).to_vector<std::int64_t>(), (Indices{3, 4, 5, 4}));
}

TEST(Sorting, Errors) {
  EXPECT_EQ(THROWN(IndexError, sort(matrix(), 2)), "sort: axis 2 is out of range for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, argsort(constant(1.f))), "argsort: axis -1 is out of range for f32[] with rank 0");
  EXPECT_EQ(THROWN(ShapeError, top_k(matrix(), 4)), "top_k: k is 4, axis 1 of f32[2,3] has 3");
  EXPECT_EQ(THROWN(ShapeError, top_k(matrix(), -1)), "top_k: k is -1, axis 1 of f32[2,3] has 3");
  EXPECT_EQ(THROWN(ShapeError, searchsorted(matrix(), 1.f)), "searchsorted: expected the sorted elements in one dimension, found f32[2,3]");
  const Tensor z = Tensor::from_vector<std::complex<float>>({{1, 2}, {3, 4}});
  EXPECT_EQ(THROWN(DTypeError, sort(z)), "sort: expected a boolean, integer or floating element type, found c64[2]; take its real part, "
                                         "imaginary part or absolute value first");
}

// --- scans ---------------------------------------------------------------------------------------------------------

TEST(Scans, SpecialValues) {
  const Floats sums = cumulative_sum(constant({-0.f, -0.f, kInf, 1.f, -kInf, 1.f})).to_vector<float>();
  EXPECT_TRUE(std::signbit(sums[1]));
  EXPECT_EQ((Floats{sums[2], sums[3]}), (Floats{kInf, kInf}));
  EXPECT_TRUE(std::isnan(sums[4]) && std::isnan(sums[5]));
  const Floats greatest = cumulative_max(constant({1.f, 3.f, kNan, 5.f})).to_vector<float>();
  EXPECT_EQ(greatest[1], 3);
  EXPECT_TRUE(std::isnan(greatest[2]) && std::isnan(greatest[3]));
  EXPECT_EQ(cumulative_max(constant({1.f, 3.f}), 0, {.include_initial = true}).to_vector<float>(), (Floats{-kInf, 1, 3}));
}

TEST(Scans, ASumRecoversFromAnInfiniteLineBesideIt) {
  const Tensor x = concat({full({100, 1}, kInf), ones({100, 1})}, 1);
  const Floats sums = cumulative_sum(x, 0).to_vector<float>();
  EXPECT_EQ(sums[198], kInf);
  EXPECT_EQ(sums[199], 100);
}

TEST(Scans, N3_SumsGrowErrorsNoFasterThanPairwise) {
  const int n = 1 << 22;
  for (DType dtype : {DType::F32, DType::F64}) {
    const Tensor sums = cast(cumulative_sum(full({n}, 0.1, dtype)), DType::F64);
    const double x = cast(full({}, 0.1, dtype), DType::F64).item<double>(), epsilon = dtype == DType::F32 ? 0x1p-24 : 0x1p-53;
    const std::span<const double> found = sums.view<double>();
    for (int i = 0; i < n; i += 1001) {
      const long double exact = static_cast<long double>(x) * (i + 1);
      ASSERT_LE(std::fabs(static_cast<double>(found[static_cast<std::size_t>(i)] - exact)), static_cast<double>(exact) * 22 * epsilon) << i;
    }
  }
}

TEST(Scans, Errors) {
  EXPECT_EQ(THROWN(IndexError, cumulative_sum(matrix(), -3)), "cumulative_sum: axis -3 is out of range for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(DTypeError, cumulative_prod(complex(matrix(), matrix()))),
            "cumulative_prod: expected an integer or floating element type, found c64[2,3]; take its real part, imaginary part or absolute "
            "value first");
  EXPECT_EQ(THROWN(ShapeError, cumulative_max(matrix(), 0, {.exclusive = true, .include_initial = true})),
            "cumulative_max: exclusive and include_initial exclude one another: the one leaves out the last element, the other adds one");
}

// --- segments ------------------------------------------------------------------------------------------------------

TEST(Segments, SumsAndGreatest) {
  const Tensor numbers = constant({1, 0, 1});
  const Tensor data = constant({{1.f, 5.f}, {2.f, kNan}, {4.f, 3.f}});
  EXPECT_EQ(segment_sum(data, numbers, 3).to_vector<float>()[2], 5);
  const Floats greatest = segment_max(data, numbers, 3).to_vector<float>();
  EXPECT_TRUE(std::isnan(greatest[1]));
  EXPECT_EQ((Floats{greatest[2], greatest[3], greatest[4], greatest[5]}), (Floats{4, 5, -kInf, -kInf}));
  EXPECT_EQ(segment_max(constant({3, -7}), constant({0, 0}), 2).to_vector<std::int32_t>(), (std::vector<std::int32_t>{3, INT32_MIN}));
}

TEST(Segments, BincountTakesWeights) {
  EXPECT_EQ(bincount(constant({{1, 0}, {1, 3}}), 5).to_vector<std::int64_t>(), (Indices{1, 2, 0, 1, 0}));
  EXPECT_EQ(bincount(constant({1, 0, 1}), 2, constant({0.5f, 2.f, 3.f})).to_vector<float>(), (Floats{2, 3.5f}));
}

TEST(Segments, N3_SumsGrowErrorsNoFasterThanPairwise) {
  const int n = 1 << 20;
  const double found = segment_sum(full({n}, 0.1), zeros({n}, DType::I32), 1).item<double>();
  EXPECT_NEAR(found, static_cast<double>(0.1L * n), 0.1 * n * 20 * 0x1p-53);
}

TEST(Segments, Errors) {
  EXPECT_EQ(THROWN(ShapeError, segment_sum(matrix(), constant({0, 1, 1}), 2)),
            "segment_sum: data f32[2,3] has 2 rows, segments i32[3] has 3 numbers");
  EXPECT_EQ(THROWN(DTypeError, segment_sum(matrix(), constant({0.f, 1.f}), 2)),
            "segment_sum: expected integer segment numbers, found f32[2]; cast them first");
  EXPECT_EQ(THROWN(ShapeError, segment_max(matrix(), constant({0, 1}), -2)),
            "segment_max: the number of segments is -2, expected 0 or more");
  EXPECT_EQ(THROWN(ShapeError, segment_max(1.f, constant({0, 1}), 2)),
            "segment_max: expected one segment number for each row of data: data f32[], segments i32[2]");
  EXPECT_EQ(THROWN(IndexError, segment_sum(matrix(), constant({0, 2}), 2)),
            "segment_sum: segment 2 of row 1 is out of range: there are 2 segments");
  EXPECT_EQ(THROWN(IndexError, bincount(constant({0, -1}), 2)), "bincount: segment -1 of row 1 is out of range: there are 2 segments");
  EXPECT_EQ(THROWN(DTypeError, bincount(matrix(), 2)), "bincount: expected integers, found f32[2,3]; cast them first");
  EXPECT_EQ(THROWN(ShapeError, bincount(constant({1}), 2, matrix())), "bincount: numbers and weights differ in shape: i32[1], f32[2,3]");
}

// --- the mechanism -------------------------------------------------------------------------------------------------

TEST(Kernels, E5_AFailureKeepsVariablesAndLaterPrintsBack) {
  Variable count(Tensor::scalar(1.0f), "count");
  std::string printed;
  PrintOptions options;
  options.callback = [&](std::string_view text) { printed += text; };
  auto add_up = function([&](Tensor data, Tensor numbers) {
    print(options, "before");
    count.assign_add(1.0f);
    Tensor sums = segment_sum(sort(data), numbers, 2);
    print(options, "sums", sums);
    return sums;
  });
  EXPECT_EQ(add_up(constant({3.f, 1.f}), constant({0, 0})).to_vector<float>(), (Floats{4, 0}));
  EXPECT_EQ(printed, "before\nsums [4 0]\n");
  printed.clear();
  EXPECT_EQ(THROWN(IndexError, add_up(constant({3.f, 1.f}), constant({0, 7}))),
            "segment_sum: segment 7 of row 1 is out of range: there are 2 segments");
  EXPECT_EQ(printed, "before\n");
  EXPECT_EQ(count.item<float>(), 2);
}

TEST(Kernels, AnEagerFailureNamesItsOwnCallersOpAndLine) {
  // The same code runs for all three.
  const std::string first = THROWN(IndexError, segment_sum(constant({1L, 1L}), constant({0, 5}), 2));
  const std::string second = THROWN(IndexError, bincount(constant({0, 5}), 2, constant({1L, 1L})));
  EXPECT_EQ(first, "segment_sum: segment 5 of row 1 is out of range: there are 2 segments");
  EXPECT_EQ(second, "bincount: segment 5 of row 1 is out of range: there are 2 segments");
  std::string text, other;
  try {
    segment_sum(constant({1L, 1L}), constant({0, 5}), 2);
  } catch (const IndexError &error) { text = error.what(); }
  try {
    segment_sum(constant({1L, 1L}), constant({0, 5}), 2);
  } catch (const IndexError &error) { other = error.what(); }
  EXPECT_NE(text, other) << "the lines differ";
}

TEST(Kernels, ResultsNobodyWantsAndResultsThatVariablesShare) {
  Variable a(zeros({2}), "a"), b(zeros({2}), "b");
  auto f = function([&](Tensor x) {
    const Tensor sorted = sort(x);
    a.assign(sorted);
    b.assign(sorted);
    return top_k(x, 1).indices;
  });
  EXPECT_EQ(f(constant({2.f, 1.f})).to_vector<std::int64_t>(), (Indices{0}));
  EXPECT_EQ(a.to_vector<float>(), (Floats{1, 2}));
  EXPECT_EQ(b.to_vector<float>(), (Floats{1, 2}));
}

TEST(Kernels, N4_ResultsDontDependOnThreads) {
  const Tensor x = reshape(constant(mixed(60000)), {60, 1000});
  auto all = [&] {
    std::vector<double> values = sort(x).to_vector<double>();
    for (double value : cumulative_sum(where(x > -1e3, x, 0.1), 0).to_vector<double>()) values.push_back(value);
    return values;
  };
  set_thread_count(1);
  const std::vector<double> alone = all();
  set_thread_count(4);
  const std::vector<double> together = all();
  set_thread_count(0);
  ASSERT_EQ(alone.size(), together.size());
  for (std::size_t i = 0; i < alone.size(); ++i) ASSERT_TRUE(same_order(alone[i], together[i])) << i;
}

} // namespace
} // namespace burin::test
