// Values that lie transposed are turned in registers, a square at a time, from 2^14 elements on: each element is compared with where it
// came from.
#include "burin/burin.h"
#include "test/unit/api/WithVectorBits.h"
#include <gtest/gtest.h>
#include <numeric>

namespace burin::test {
namespace {

using Extents = std::vector<std::int64_t>;

/// Numbers below 101 in order, which i8 holds, too, and which no power of two divides evenly.
Tensor counted(const Extents &extents, DType dtype) {
  const Shape shape(extents);
  return cast(reshape(remainder(arange(shape.element_count(), DType::F64), 101.0), shape), dtype);
}

/// The elements of `values`, of `extents`, in the order of the dimensions `order`.
std::vector<double> permuted(const std::vector<double> &values, const Extents &extents, const std::vector<int> &order) {
  Extents strides(extents.size(), 1), counter(extents.size(), 0);
  for (std::size_t i = extents.size() - 1; i-- > 0;) strides[i] = strides[i + 1] * extents[i + 1];
  std::vector<double> result;
  while (result.size() < values.size()) {
    std::int64_t from = 0;
    for (std::size_t i = 0; i < order.size(); ++i) from += counter[i] * strides[static_cast<std::size_t>(order[i])];
    result.push_back(values[static_cast<std::size_t>(from)]);
    for (std::size_t i = order.size(); i-- > 0;) {
      if (++counter[i] < extents[static_cast<std::size_t>(order[i])]) break;
      counter[i] = 0;
    }
  }
  return result;
}

std::vector<double> doubles(const Tensor &x) { return cast(is_complex(x.dtype()) ? real(x) : x, DType::F64).to_vector<double>(); }

void check(const Extents &extents, const std::vector<int> &order, DType dtype) {
  SCOPED_TRACE(::testing::Message() << Shape(extents) << ' ' << dtype);
  const Tensor x = counted(extents, dtype);
  const std::vector<int> permutation = order;
  const auto turned = function([&](Tensor value) { return transpose(value, permutation); });
  const std::vector<double> expected = permuted(doubles(x), extents, order);
  EXPECT_EQ(doubles(turned(x)), expected) << "in a function";
  EXPECT_EQ(doubles(transpose(x, permutation)), expected) << "eagerly";
}

/// For each width of vectors.
struct TransposedLoads : ::testing::TestWithParam<int> {
  WithVectorBits bits{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Widths, TransposedLoads, ::testing::Values(128, 256, 512));

constexpr DType kTypes[] = {DType::Bool, DType::I8,  DType::I16, DType::BF16,      DType::F16,
                            DType::F32,  DType::I64, DType::F64, DType::Complex64, DType::Complex128};

TEST_P(TransposedLoads, OfEveryType) {
  for (const DType dtype : kTypes)
    for (const Extents &extents : {Extents{192, 128}, {201, 167}, {16, 1100}, {5, 4000}, {4000, 5}, {6000, 3}, {101, 67}, {3, 70}})
      check(extents, {1, 0}, dtype);
}

TEST_P(TransposedLoads, WithEveryRest) {
  for (std::int64_t rows : {15, 16, 17, 18, 23, 31, 32, 33})
    for (std::int64_t columns : {15, 16, 17, 31, 32, 33, 64, 65}) check({80, rows, columns}, {0, 2, 1}, DType::F32);
}

TEST_P(TransposedLoads, OfMoreDimensions) {
  for (const DType dtype : {DType::I8, DType::F32, DType::F64}) {
    std::vector<int> order(3);
    std::iota(order.begin(), order.end(), 0);
    do check({21, 34, 40}, order, dtype);
    while (std::next_permutation(order.begin(), order.end()));
    check({6, 17, 7, 33}, {3, 2, 1, 0}, dtype);
    check({6, 17, 7, 33}, {0, 3, 2, 1}, dtype);
  }
}

TEST_P(TransposedLoads, CutIntoTasks) {
  set_thread_count(4);
  for (const Extents &extents : {Extents{1000, 1003}, {2048, 300}, {70, 20000}}) check(extents, {1, 0}, DType::F32);
  check({6, 300, 311}, {0, 2, 1}, DType::F64);
  set_thread_count(0);
}

TEST_P(TransposedLoads, BesideOthers) {
  constexpr std::int64_t kRows = 151, kColumns = 131;
  const Tensor x = counted({kRows, kColumns}, DType::F32), y = counted({kColumns, kRows}, DType::F32), z = counted({kRows}, DType::F32);
  const auto sums = function([](Tensor a, Tensor b, Tensor c) { return std::pair(transpose(a) * 2 + b + c, b - transpose(a)); });
  const auto [sum, difference] = sums(x, y, z);
  const std::vector<double> turned = permuted(doubles(x), {kRows, kColumns}, {1, 0}), as = doubles(y), along = doubles(z);
  std::vector<double> expected_sum, expected_difference;
  for (std::size_t i = 0; i < turned.size(); ++i) {
    expected_sum.push_back(turned[i] * 2 + as[i] + along[i % kRows]);
    expected_difference.push_back(as[i] - turned[i]);
  }
  EXPECT_EQ(doubles(sum), expected_sum);
  EXPECT_EQ(doubles(difference), expected_difference);
}

// Two that lie transposed, in different widths; and one that lies along yet another dimension, which is loaded lane by lane.
TEST_P(TransposedLoads, SeveralTogether) {
  constexpr std::int64_t kExtent = 37;
  const Extents extents{kExtent, kExtent, kExtent};
  const Tensor x = counted(extents, DType::F32), y = counted(extents, DType::F64);
  const auto add = function([](Tensor a, Tensor b) {
    return cast(transpose(a, {0, 2, 1}), DType::F64) + transpose(b, {0, 2, 1}) * 3 + transpose(b, {2, 1, 0}) * 1000;
  });
  std::vector<double> expected = permuted(doubles(x), extents, {0, 2, 1});
  const std::vector<double> second = permuted(doubles(y), extents, {0, 2, 1}), third = permuted(doubles(y), extents, {2, 1, 0});
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += second[i] * 3 + third[i] * 1000;
  EXPECT_EQ(doubles(add(x, y)), expected);
}

// The last vector of a row starts early, which random bits, several of one block, must not notice; nor what asks for indices.
TEST_P(TransposedLoads, BesideRandomNumbersAndIndices) {
  for (const DType dtype : {DType::F32, DType::F64})
    for (const std::int64_t columns : {52, 60, 61, 62, 63, 67, 86}) {
      SCOPED_TRACE(::testing::Message() << columns << ' ' << dtype);
      const Tensor x = counted({columns, 401}, dtype), y = counted({401}, dtype);
      const auto drawn = [&](Tensor a) { return transpose(a) + uniform(Shape{401, columns}, 7, {.dtype = dtype}); };
      EXPECT_EQ(doubles(function(drawn)(x)), doubles(drawn(x)));
      const auto picked = [&](Tensor a, Tensor b) {
        return transpose(a) + gather(b, reshape(remainder(arange(401 * columns), 397), {401, columns})) * 1000;
      };
      EXPECT_EQ(doubles(function(picked)(x, y)), doubles(picked(x, y)));
    }
}

TEST_P(TransposedLoads, Reduced) {
  for (const Extents &extents : {Extents{203, 97}, {9, 5000}, {5000, 9}, {40, 50}}) {
    SCOPED_TRACE(::testing::Message() << Shape(extents));
    const Tensor x = counted(extents, DType::F32) / 7;
    for (const int axis : {0, 1}) {
      const auto shares = [axis](Tensor a) { return softmax(transpose(a), axis); };
      EXPECT_EQ(doubles(function(shares)(x)), doubles(shares(x)));
      const auto places = [axis](Tensor a) { return argmax(exp(transpose(a)), axis); };
      EXPECT_EQ(doubles(function(places)(x)), doubles(places(x)));
      const auto total = [axis](Tensor a) { return sum(transpose(a) * 2 - 1, axis); };
      EXPECT_EQ(doubles(function(total)(x)), doubles(total(x)));
    }
  }
}

// What is written may be what is read beside: each element once.
TEST_P(TransposedLoads, IntoVariables) {
  constexpr std::int64_t kExtent = 139;
  const Tensor x = counted({kExtent, kExtent}, DType::F32);
  Variable v(x, "v");
  const auto step = function([&](Tensor a) { v.assign(v + transpose(a)); });
  step(x);
  const std::vector<double> values = doubles(x), turned = permuted(values, {kExtent, kExtent}, {1, 0});
  std::vector<double> expected = values;
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += turned[i];
  EXPECT_EQ(doubles(v), expected);
  const auto symmetric = function([&] { v.assign(v * 2 + transpose(v)); });
  symmetric();
  const std::vector<double> mirrored = permuted(expected, {kExtent, kExtent}, {1, 0});
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = expected[i] * 2 + mirrored[i];
  EXPECT_EQ(doubles(v), expected);
}

} // namespace
} // namespace burin::test
