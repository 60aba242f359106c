// Remainders of floats are exact: compared with the C library's fmod, moved to the divisor's sign, bit by bit.
#include "burin/burin.h"
#include "test/unit/api/WithVectorBits.h"
#include <bit>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace burin::test {
namespace {

template <class T> struct Pairs {
  std::vector<T> x, y;
  void add(T dividend, T divisor) { x.push_back(dividend), y.push_back(divisor); }
};

/// As Python and NumPy have it.
template <class T> T expected_remainder(T x, T y) {
  const T rest = std::fmod(x, y);
  if (rest == 0) return std::copysign(T(0), y);
  return (rest < 0) != (y < 0) ? rest + y : rest;
}

template <class T> void check(const Pairs<T> &pairs) {
  const auto f = function([](Tensor x, Tensor y) { return remainder(x, y); });
  const Tensor x = Tensor::from_span<T>(pairs.x, Shape{static_cast<std::int64_t>(pairs.x.size())}),
               y = Tensor::from_span<T>(pairs.y, x.shape());
  const std::vector<T> compiled = f(x, y).template to_vector<T>(), eager = remainder(x, y).template to_vector<T>();
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  const auto same = [](T a, T b) { return (std::isnan(a) && std::isnan(b)) || std::bit_cast<Bits>(a) == std::bit_cast<Bits>(b); };
  for (std::size_t i = 0; i < compiled.size(); ++i) {
    const T expected = expected_remainder(pairs.x[i], pairs.y[i]);
    ASSERT_TRUE(same(compiled[i], expected)) << pairs.x[i] << " % " << pairs.y[i] << ": " << compiled[i] << " for " << expected;
    ASSERT_TRUE(same(eager[i], expected)) << pairs.x[i] << " % " << pairs.y[i] << ": " << eager[i] << " for " << expected << ", eagerly";
  }
}

/// Quotients around whole numbers, up to where they are taken from the library.
template <class T> Pairs<T> near_whole_numbers() {
  std::mt19937_64 draw(1);
  Pairs<T> pairs;
  for (int i = 0; i < 40'000; ++i) {
    const T y = std::ldexp(T(1) + static_cast<T>(draw() >> 11) / T(1ull << 53), static_cast<int>(draw() % 40) - 20) * (draw() & 1 ? 1 : -1);
    const int digits = static_cast<int>(draw() % static_cast<unsigned>(std::numeric_limits<T>::digits + 3));
    T x = static_cast<T>(draw() % (1ull << digits) + 1) * y;
    for (std::uint64_t steps = draw() % 4; steps-- > 0;) x = std::nextafter(x, draw() & 1 ? T(INFINITY) : T(-INFINITY));
    pairs.add(x, y);
  }
  return pairs;
}

template <class T> Pairs<T> of_any_bits() {
  std::mt19937_64 draw(2);
  Pairs<T> pairs;
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  for (int i = 0; i < 20'000; ++i) pairs.add(std::bit_cast<T>(static_cast<Bits>(draw())), std::bit_cast<T>(static_cast<Bits>(draw())));
  return pairs;
}

template <class T> Pairs<T> of_special_values() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values{0,
                        1,
                        T(1.5),
                        3,
                        7,
                        Limits::max(),
                        Limits::min(),
                        Limits::denorm_min(),
                        Limits::infinity(),
                        Limits::quiet_NaN(),
                        Limits::min() * T(1.5),
                        Limits::epsilon(),
                        1 / Limits::epsilon(),
                        T(4) / Limits::epsilon()};
  for (std::size_t i = values.size(); i-- > 0;) values.push_back(-values[i]);
  Pairs<T> pairs;
  for (const T x : values)
    for (const T y : values) pairs.add(x, y);
  return pairs;
}

struct Remainder : ::testing::TestWithParam<int> {
  WithVectorBits bits{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Widths, Remainder, ::testing::Values(128, 256, 512));

TEST_P(Remainder, NearWholeNumbersIsExact) {
  check(near_whole_numbers<float>());
  check(near_whole_numbers<double>());
}

TEST_P(Remainder, OfAnyBitsIsExact) {
  check(of_any_bits<float>());
  check(of_any_bits<double>());
}

// One pair a call, so that none is taken from the library since its neighbour is.
TEST_P(Remainder, OfSpecialValuesIsExact) {
  check(of_special_values<float>());
  check(of_special_values<double>());
  const auto each = []<class T>(const Pairs<T> &pairs) {
    const auto f = function([](Tensor x, Tensor y) { return remainder(x, y); });
    for (std::size_t i = 0; i < pairs.x.size(); ++i) {
      const std::vector<T> xs(16, pairs.x[i]), ys(16, pairs.y[i]);
      const T got = f(Tensor::from_vector(xs), Tensor::from_vector(ys)).template to_vector<T>()[7];
      const T expected = expected_remainder(pairs.x[i], pairs.y[i]);
      ASSERT_TRUE(got == expected || (std::isnan(got) && std::isnan(expected))) << pairs.x[i] << " % " << pairs.y[i] << ": " << got;
      ASSERT_TRUE(std::isnan(got) || std::signbit(got) == std::signbit(expected)) << pairs.x[i] << " % " << pairs.y[i];
    }
  };
  each(of_special_values<float>());
  each(of_special_values<double>());
}

} // namespace
} // namespace burin::test
