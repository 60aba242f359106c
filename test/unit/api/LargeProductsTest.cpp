// Products that are cut for caches and threads, against products with vectors: Freivalds, "Probabilistic machines can use less running
// time", IFIP 1977. All numbers are small integers, so that no sum rounds.
#include "burin/burin.h"
#include <gtest/gtest.h>

namespace burin::test {
namespace {

struct Extents {
  std::int64_t m, n, k;
};

/// Integers from -3 to 3 in no simple order.
std::vector<double> numbers(std::int64_t count, std::int64_t seed) {
  std::vector<double> values(static_cast<std::size_t>(count));
  std::uint64_t state = static_cast<std::uint64_t>(seed) * 2654435761u + 1;
  for (double &value : values) {
    state = state * 6364136223846793005u + 1442695040888963407u; // Knuth's MMIX
    value = static_cast<double>((state >> 40) % 7) - 3;
  }
  return values;
}

/// `matrix` of `rows` x `cols` times `vector`.
std::vector<double> times(const std::vector<double> &matrix, std::int64_t rows, std::int64_t cols, const std::vector<double> &vector) {
  std::vector<double> result(static_cast<std::size_t>(rows));
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < cols; ++j)
      result[static_cast<std::size_t>(i)] += matrix[static_cast<std::size_t>(i * cols + j)] * vector[static_cast<std::size_t>(j)];
  return result;
}

void check(const Extents &extents, DType dtype, bool transpose_lhs, bool transpose_rhs) {
  const auto [m, n, k] = extents;
  SCOPED_TRACE(::testing::Message() << m << 'x' << k << " @ " << k << 'x' << n << ' ' << dtype << (transpose_lhs ? ", lhs transposed" : "")
                                    << (transpose_rhs ? ", rhs transposed" : ""));
  const std::vector<double> a = numbers(m * k, 1), b = numbers(k * n, 2), v = numbers(n, 3);
  Tensor x = cast(Tensor::from_span<double>(a, Shape{m, k}), dtype), y = cast(Tensor::from_span<double>(b, Shape{k, n}), dtype);
  if (transpose_lhs) x = transpose(x);
  if (transpose_rhs) y = transpose(y);
  const auto product = function([&](Tensor left, Tensor right) {
    return matmul(transpose_lhs ? transpose(left) : left, transpose_rhs ? transpose(right) : right) * 2 + 1;
  });
  const std::vector<double> got = cast(product(x, y), DType::F64).to_vector<double>();
  double ones = 0;
  for (const double value : v) ones += value;
  std::vector<double> expected = times(a, m, k, times(b, k, n, v));
  for (double &value : expected) value = 2 * value + ones;
  EXPECT_EQ(times(got, m, n, v), expected);
}

constexpr Extents kExtents[] = {
    {300, 1000, 1000}, // panels that don't divide the columns, tiles that don't divide the rows
    {257, 1024, 1024}, // rows a page apart
    {600, 96, 4100},   // panels deeper than half a second-level cache
    {48, 1024, 1030},  {101, 515, 784}, {1030, 64, 70}, {259, 2049, 513},
};

TEST(LargeProducts, AreExact) {
  for (const Extents &extents : kExtents) check(extents, DType::F32, false, false);
}

TEST(LargeProducts, OfTransposedOperandsAreExact) {
  for (const Extents &extents : kExtents)
    for (const auto &[lhs, rhs] : {std::pair{true, false}, {false, true}, {true, true}}) check(extents, DType::F32, lhs, rhs);
}

TEST(LargeProducts, OfOtherTypesAreExact) {
  for (const DType dtype : {DType::F64, DType::I32, DType::I64}) check({260, 700, 530}, dtype, false, false);
}

} // namespace
} // namespace burin::test
