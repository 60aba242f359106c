// unique and unique_all, eagerly and inside of functions. Expectations are NumPy's, of np.unique(x, True, True, True, equal_nan=...).
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <cmath>
#include <gtest/gtest.h>

namespace burin::test {

using Numbers = std::vector<std::int64_t>;

struct Expected {
  Tensor values;
  Numbers indices, inverse, counts;
};

static bool same(const Tensor &a, const Tensor &b) {
  const Tensor equals = a == b;
  const Tensor both_nan =
      is_complex(a.dtype()) || is_floating(a.dtype()) ? logical_and(a != a, b != b) : zeros(equals.shape(), DType::Bool);
  return a.shape() == b.shape() && a.dtype() == b.dtype() && all(logical_or(equals, both_nan)).item<bool>();
}

static void check(const Tensor &x, NanEqual nan, const Expected &expected) {
  auto compiled = function([nan](Tensor x) {
    const UniqueAll found = unique_all(x, nan);
    return std::tuple(unique(x, nan), found.values, found.indices, found.inverse_indices, found.counts);
  });
  const UniqueAll eager = unique_all(x, nan);
  for (const auto &[plain, values, indices, inverse, counts] :
       {std::tuple(unique(x, nan), eager.values, eager.indices, eager.inverse_indices, eager.counts), compiled(x)}) {
    EXPECT_TRUE(same(plain, expected.values)) << plain;
    EXPECT_TRUE(same(values, expected.values)) << values;
    EXPECT_EQ(indices.to_vector<std::int64_t>(), expected.indices);
    EXPECT_EQ(inverse.to_vector<std::int64_t>(), expected.inverse);
    EXPECT_EQ(inverse.shape(), x.shape());
    EXPECT_EQ(counts.to_vector<std::int64_t>(), expected.counts);
  }
}

TEST(Unique, V8_ValuesFirstIndicesInverseAndCounts) {
  check(constant({{3, 1, 3}, {-2, 1, 3}}), NanEqual::No, {constant({-2, 1, 3}), {3, 1, 0}, {2, 1, 2, 0, 1, 2}, {1, 2, 3}});
  check(constant(7), NanEqual::No, {constant({7}), {0}, {0}, {1}});
  check(zeros({0, 4}, DType::I16), NanEqual::No, {zeros({0}, DType::I16), {}, {}, {}});
  check(constant({true, false, true}), NanEqual::No, {constant({false, true}), {1, 0}, {1, 0, 1}, {1, 2}});
}

TEST(Unique, V8_EachDType) {
  for (int dtype = 0; dtype < kDTypeCount; ++dtype) {
    if (static_cast<DType>(dtype) == DType::Bool) continue;
    const auto cast_to = [dtype](const Tensor &x) { return cast(x, static_cast<DType>(dtype)); };
    SCOPED_TRACE(name(static_cast<DType>(dtype)));
    check(cast_to(constant({5, 0, 120, 5})), NanEqual::No, {cast_to(constant({0, 5, 120})), {1, 0, 2}, {1, 0, 2, 1}, {1, 2, 1}});
  }
  const Tensor far_apart = constant({std::int64_t(-1), std::int64_t(1) << 62});
  check(far_apart, NanEqual::No, {far_apart, {0, 1}, {0, 1}, {1, 1}});
}

/// What is true of the distinct elements of any `x`, all NaN being one: so many that they are sorted by radix.
static void check_many(const Tensor &x) {
  const auto [values, indices, inverse, counts] = unique_all(x, NanEqual::Yes);
  const Numbers first = indices.to_vector<std::int64_t>(), places = inverse.to_vector<std::int64_t>(),
                often = counts.to_vector<std::int64_t>();
  EXPECT_TRUE(same(take(x, indices), values));
  EXPECT_TRUE(same(take(values, inverse), x));
  if (!is_complex(x.dtype()) && x.dtype() != DType::Bool) {
    const std::int64_t numbers = is_floating(x.dtype()) ? values.element_count() - 1 : values.element_count(); // the last is NaN
    EXPECT_TRUE(all(values[Slice(0, numbers - 1)] < values[Slice(1, numbers)]).item<bool>());
  }
  Numbers seen(first.size(), 0), earliest(first.size(), -1);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto place = static_cast<std::size_t>(places[i]);
    if (seen[place]++ == 0) earliest[place] = static_cast<std::int64_t>(i);
  }
  EXPECT_EQ(seen, often);
  EXPECT_EQ(earliest, first);
}

TEST(Unique, V8_OfManyElementsOfEachDType) {
  for (int dtype = 0; dtype < kDTypeCount; ++dtype) {
    SCOPED_TRACE(name(static_cast<DType>(dtype)));
    const Tensor numbers = remainder(arange(5000) * arange(5000), 97) -
                           (static_cast<DType>(dtype) >= DType::U8 && static_cast<DType>(dtype) <= DType::U64 ? 0 : 48);
    Tensor x = cast(numbers, static_cast<DType>(dtype));
    if (is_floating(x.dtype())) x = where(numbers == 7, cast(constant(NAN), x.dtype()), where(remainder(arange(5000), 2) == 0, x, -x));
    check_many(x);
  }
}

TEST(Unique, V8_EachNanIsItsOwnOrAllAreOne) {
  const Tensor x = constant({NAN, 1.0f, NAN, -INFINITY, INFINITY, 1.0f});
  check(x, NanEqual::No, {constant({-INFINITY, 1.0f, INFINITY, NAN, NAN}), {3, 1, 4, 0, 2}, {3, 1, 4, 0, 2, 1}, {1, 2, 1, 1, 1}});
  check(x, NanEqual::Yes, {constant({-INFINITY, 1.0f, INFINITY, NAN}), {3, 1, 4, 0}, {3, 1, 3, 0, 2, 1}, {1, 2, 1, 2}});
  EXPECT_EQ(unique(x).shape(), Shape({4}));
  EXPECT_EQ(unique_all(x).values.shape(), Shape({5}));
}

TEST(Unique, V8_NegativeZeroIsZero) {
  const Tensor x = constant({0.0, -0.0, 1.0});
  check(x, NanEqual::No, {constant({0.0, 1.0}), {0, 2}, {0, 0, 1}, {2, 1}});
  EXPECT_FALSE(signbit(unique(x)).to_vector<bool>()[0]);
  EXPECT_TRUE(signbit(unique(flip(x[slice(0, 2)]))).to_vector<bool>()[0]);
}

TEST(Unique, V8_ComplexNumbersByTheirRealPartsFirst) {
  using C = std::complex<float>;
  const Tensor x = constant({C(1, 2), C(0, 5), C(NAN, 0), C(1, -2), C(1, 2), C(0, NAN)});
  check(x, NanEqual::No,
        {constant({C(0, 5), C(1, -2), C(1, 2), C(0, NAN), C(NAN, 0)}), {1, 3, 0, 5, 2}, {2, 0, 4, 1, 2, 3}, {1, 1, 2, 1, 1}});
  check(x, NanEqual::Yes, {constant({C(0, 5), C(1, -2), C(1, 2), C(0, NAN)}), {1, 3, 0, 5}, {2, 0, 3, 1, 2, 3}, {1, 1, 2, 2}});
}

TEST(Unique, V8_InsideFunctionsTheExtentDependsOnValues) {
  int traced = 0;
  auto f = function([&](Tensor x) {
    ++traced;
    const UniqueAll found = unique_all(x + 1);
    EXPECT_EQ(found.values.shape(), Shape({kDynamic}));
    EXPECT_EQ(found.inverse_indices.shape(), x.shape());
    return std::pair(take(found.values, found.inverse_indices), sum(found.counts));
  });
  for (const Tensor &x : {constant({3, 1, 3, 1}), constant({1, 2, 3, 4}), constant({5, 5, 5, 5})}) {
    const auto [again, count] = f(x);
    EXPECT_TRUE(same(again, x + 1)) << again;
    EXPECT_EQ(count.item<std::int64_t>(), 4);
  }
  EXPECT_EQ(traced, 1);
  auto any = f.concrete(TensorSpec{DType::I32, {kDynamic, 2}});
  EXPECT_TRUE(same(any(constant({{1, 2}, {2, 1}, {0, 2}})).first, constant({{2, 3}, {3, 2}, {1, 3}})));
}

TEST(Unique, V8_InALoop) {
  auto f = function([](Tensor x) { return for_range(2, [](Tensor, Tensor s) { return s + sum(unique(s)); }, x); });
  EXPECT_TRUE(same(f(constant({1, 2})), constant({13, 14}))); // 1 2, then 4 5, to which 9 is added
  EXPECT_TRUE(same(f(constant({3, 3})), constant({12, 12}))); // 3 3, then 6 6, to which 6 is added
}

} // namespace burin::test
