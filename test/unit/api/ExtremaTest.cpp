// maximum and minimum, bit by bit.
#include "test/unit/api/WithVectorBits.h"
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <type_traits>
#include <vector>

namespace burin::test {
namespace {

template <class T> using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;

/// IEEE 754-2019's maximum (minimum): a NaN if there is one, and -0 is less than 0.
template <class T> T expected(T a, T b, bool greatest) {
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<T>::quiet_NaN();
  if (a == b) return std::signbit(a) == greatest ? b : a;
  return (a > b) == greatest ? a : b;
}

template <class T> void expect_same(T found, T wanted, const std::string &what) {
  if (std::isnan(wanted)) EXPECT_TRUE(std::isnan(found)) << what << ": " << found;
  else EXPECT_EQ(std::bit_cast<Bits<T>>(found), std::bit_cast<Bits<T>>(wanted)) << what << ": " << found << ", expected " << wanted;
}

template <class T> class Extrema : public testing::Test {
protected:
  using Limits = std::numeric_limits<T>;
  static constexpr std::array<T, 13> kSpecial = {0,
                                                 -T(0),
                                                 1,
                                                 -1,
                                                 Limits::infinity(),
                                                 -Limits::infinity(),
                                                 Limits::quiet_NaN(),
                                                 -Limits::quiet_NaN(),
                                                 Limits::denorm_min(),
                                                 -Limits::denorm_min(),
                                                 Limits::max(),
                                                 Limits::lowest(),
                                                 Limits::min()};
};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(Extrema, Types);

TYPED_TEST(Extrema, N2_EveryPairOfSpecialValuesAtEveryWidth) {
  using T = TypeParam;
  std::vector<T> a, b;
  for (T x : this->kSpecial)
    for (T y : this->kSpecial) {
      a.push_back(x);
      b.push_back(y);
    }
  for (int bits : {128, 256, 512}) {
    const WithVectorBits width(bits);
    auto both = function([](const Tensor &x, const Tensor &y) { return std::pair(maximum(x, y), minimum(x, y)); });
    const auto [greater, lesser] = both(constant(a), constant(b));
    for (std::size_t i = 0; i < a.size(); ++i) {
      const std::string what = std::to_string(a[i]) + " and " + std::to_string(b[i]) + " at " + std::to_string(bits) + " bits";
      expect_same(greater.template view<T>()[i], expected(a[i], b[i], true), what);
      expect_same(lesser.template view<T>()[i], expected(a[i], b[i], false), what);
      const auto [one_greater, one_lesser] = both(constant(a[i]), constant(b[i])); // scalar code
      expect_same(one_greater.template item<T>(), expected(a[i], b[i], true), what);
      expect_same(one_lesser.template item<T>(), expected(a[i], b[i], false), what);
    }
  }
}

TYPED_TEST(Extrema, N2_ReductionsFindSpecialValuesAnywhere) {
  using T = TypeParam;
  for (int bits : {128, 256, 512}) {
    const WithVectorBits width(bits);
    auto both = function([](const Tensor &x) { return std::pair(max(x), min(x)); });
    for (std::size_t at = 0; at < 150; ++at)
      for (T special : {std::numeric_limits<T>::quiet_NaN(), -T(0)}) {
        std::vector<T> values(150, T(0));
        values[at] = special;
        const std::string what = std::to_string(special) + " at " + std::to_string(at) + ", " + std::to_string(bits) + " bits";
        const auto [greatest, least] = both(constant(values));
        expect_same(greatest.template item<T>(), std::isnan(special) ? special : T(0), what);
        expect_same(least.template item<T>(), special, what);
      }
  }
}

} // namespace
} // namespace burin::test
