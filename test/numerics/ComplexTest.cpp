// Complex numbers against <complex>: eagerly and compiled, in both precisions.
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <cmath>
#include <complex>
#include <functional>
#include <gtest/gtest.h>

namespace burin::test {
namespace {

template <class T> using Numbers = std::vector<std::complex<T>>;

template <class T> Numbers<T> numbers() {
  Numbers<T> values;
  for (T re : {T(-3), T(-0.75), T(0), T(0.25), T(1), T(2.5)})
    for (T im : {T(-2), T(-0.5), T(0), T(0.125), T(1.5)}) values.emplace_back(re, im);
  return values;
}
template <class T> Numbers<T> others() {
  Numbers<T> values = numbers<T>();
  std::reverse(values.begin(), values.end());
  for (auto &value : values) value += std::complex<T>(T(0.5), T(0.25));
  return values;
}

/// Relative to the number, not to each part: a part that cancels has no digits of its own.
template <class T> void expect_near(const Numbers<T> &found, const Numbers<T> &expected, const std::string &what) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    EXPECT_LE(std::abs(found[i] - expected[i]), 8 * std::numeric_limits<T>::epsilon() * std::abs(expected[i]))
        << what << " " << i << ": " << found[i] << " " << expected[i];
}

template <class T>
void check(const std::string &what, const std::function<Tensor(Tensor, Tensor)> &op,
           const std::function<std::complex<T>(std::complex<T>, std::complex<T>)> &reference) {
  const Numbers<T> x = numbers<T>(), y = others<T>();
  Numbers<T> expected;
  for (std::size_t i = 0; i < x.size(); ++i) expected.push_back(reference(x[i], y[i]));
  const Tensor a = constant(x), b = constant(y);
  auto compiled = function([&](Tensor p, Tensor q) { return op(p, q); });
  const Numbers<T> eager = op(a, b).template to_vector<std::complex<T>>();
  expect_near(eager, expected, what + " eagerly");
  EXPECT_EQ(eager, compiled(a, b).template to_vector<std::complex<T>>()) << what << ": N6";
}

template <class T> class Complex : public testing::Test {};
using Parts = testing::Types<float, double>;
TYPED_TEST_SUITE(Complex, Parts);

TYPED_TEST(Complex, ElementwiseOpsAgreeWithTheStandardLibrary) {
  using C = std::complex<TypeParam>;
  check<TypeParam>("add", [](Tensor x, Tensor y) { return x + y; }, [](C x, C y) { return x + y; });
  check<TypeParam>("subtract", [](Tensor x, Tensor y) { return x - y; }, [](C x, C y) { return x - y; });
  check<TypeParam>("multiply", [](Tensor x, Tensor y) { return x * y; }, [](C x, C y) { return x * y; });
  check<TypeParam>("divide", [](Tensor x, Tensor y) { return x / y; }, [](C x, C y) { return x / y; });
  check<TypeParam>("negative", [](Tensor x, Tensor) { return -x; }, [](C x, C) { return -x; });
  check<TypeParam>("square", [](Tensor x, Tensor) { return square(x); }, [](C x, C) { return x * x; });
  check<TypeParam>("reciprocal", [](Tensor, Tensor y) { return reciprocal(y); }, [](C, C y) { return C(1) / y; });
  check<TypeParam>("conj", [](Tensor x, Tensor) { return conj(x); }, [](C x, C) { return std::conj(x); });
  check<TypeParam>("sqrt", [](Tensor x, Tensor) { return sqrt(x); }, [](C x, C) { return std::sqrt(x); });
  check<TypeParam>("exp", [](Tensor x, Tensor) { return exp(x); }, [](C x, C) { return std::exp(x); });
  check<TypeParam>("log", [](Tensor, Tensor y) { return log(y); }, [](C, C y) { return std::log(y); });
  check<TypeParam>("sin", [](Tensor x, Tensor) { return sin(x); }, [](C x, C) { return std::sin(x); });
  check<TypeParam>("cos", [](Tensor x, Tensor) { return cos(x); }, [](C x, C) { return std::cos(x); });
  check<TypeParam>("where", [](Tensor x, Tensor y) { return where(real(x) < 0, x, y); }, [](C x, C y) { return x.real() < 0 ? x : y; });
}

TYPED_TEST(Complex, PartsAndModulus) {
  const Numbers<TypeParam> x = numbers<TypeParam>();
  const Tensor z = constant(x);
  const auto re = real(z).to_vector<TypeParam>(), im = imag(z).to_vector<TypeParam>(), modulus = abs(z).to_vector<TypeParam>();
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_EQ(std::complex<TypeParam>(re[i], im[i]), x[i]);
    EXPECT_NEAR(modulus[i], std::abs(x[i]), std::numeric_limits<TypeParam>::epsilon() * std::abs(x[i]));
  }
  EXPECT_EQ(complex(real(z), imag(z)).to_vector<std::complex<TypeParam>>(), x);
  EXPECT_TRUE(all(equal(z, z)).item<bool>());
  EXPECT_FALSE(any(not_equal(z, z)).item<bool>());
}

TYPED_TEST(Complex, SumsAndMatrixProducts) {
  using C = std::complex<TypeParam>;
  const Numbers<TypeParam> x = numbers<TypeParam>();
  auto f = function([](Tensor z) { return std::pair(sum(z), matmul(reshape(z, {5, 6}), reshape(z, {6, 5}))); });
  const auto [total, product] = f(constant(x));
  C expected = 0;
  for (C each : x) expected += each;
  EXPECT_EQ(total.template item<C>(), expected); // short numbers: exact
  Numbers<TypeParam> entries(25);
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = 0; j < 5; ++j)
      for (std::size_t k = 0; k < 6; ++k) entries[5 * i + j] += x[6 * i + k] * x[5 * k + j];
  EXPECT_EQ(product.template to_vector<C>(), entries);
}

TEST(ComplexNumbers, MoveThroughShapeOps) {
  using C = std::complex<float>;
  const Tensor z = constant(Numbers<float>{{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}, {11, 12}}, {2, 3});
  auto f = function([](Tensor x) {
    return std::tuple(transpose(x), broadcast_to(x, {2, 2, 3}), slice(x, {1, 0}, {2, 3}), concat({x, x}, 1), take(x, constant({2, 0}), 1),
                      reshape(x, {6}) * 2);
  });
  const auto [turned, repeated, part, joined, taken, doubled] = f(z);
  EXPECT_EQ(turned.to_vector<C>(), (Numbers<float>{{1, 2}, {7, 8}, {3, 4}, {9, 10}, {5, 6}, {11, 12}}));
  EXPECT_EQ(repeated.shape().element_count(), 12);
  EXPECT_EQ(part.to_vector<C>(), (Numbers<float>{{7, 8}, {9, 10}, {11, 12}}));
  EXPECT_EQ(joined.to_vector<C>()[3], C(1, 2));
  EXPECT_EQ(taken.to_vector<C>(), (Numbers<float>{{5, 6}, {1, 2}, {11, 12}, {7, 8}}));
  EXPECT_EQ(doubled.to_vector<C>()[5], C(22, 24));
  EXPECT_EQ(full({2}, constant(C(1, -1))).to_vector<C>(), (Numbers<float>{{1, -1}, {1, -1}}));
}

TEST(ComplexNumbers, ArePutIntoParts) {
  using C = std::complex<float>;
  const Tensor z = constant(Numbers<float>{{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}}),
               part = constant(Numbers<float>{{0, 1}, {2, 3}, {4, 5}});
  auto f = function([](Tensor z, Tensor part) {
    return std::pair(dynamic_update_slice(z, part, {1}), scatter(z, constant({4, 0, 4}), part, Scatter::Add));
  });
  for (const auto &[replaced, added] :
       {f(z, part), std::pair(dynamic_update_slice(z, part, {1}), scatter(z, constant({4, 0, 4}), part, Scatter::Add))}) {
    EXPECT_EQ(replaced.to_vector<C>(), (Numbers<float>{{1, 2}, {0, 1}, {2, 3}, {4, 5}, {9, 10}}));
    EXPECT_EQ(added.to_vector<C>(), (Numbers<float>{{3, 5}, {3, 4}, {5, 6}, {7, 8}, {13, 16}}));
  }
}

TEST(ComplexNumbers, HaveRealVariances) {
  const Tensor z = constant(Numbers<float>{{1, 2}, {3, -2}, {-1, 3}, {1, 1}}); // expectations: np.var, np.std
  EXPECT_EQ(var(z).item<float>(), 5.5f);
  EXPECT_EQ(function([](Tensor z) { return var(z); })(z).item<float>(), 5.5f);
  EXPECT_FLOAT_EQ(burin::std(z).item<float>(), 2.3452079f);
  EXPECT_FLOAT_EQ(var(z, {}, 1).item<float>(), 7.3333335f);
}

TEST(ComplexNumbers, Casts) {
  using C = std::complex<float>;
  const Tensor z = constant(Numbers<float>{{1.5f, -2}, {0, 0}, {0, 3}});
  EXPECT_EQ(cast(z, DType::Complex128).to_vector<std::complex<double>>(), (Numbers<double>{{1.5, -2}, {0, 0}, {0, 3}}));
  EXPECT_EQ(cast(z, DType::Bool).to_vector<bool>(), (std::vector<bool>{true, false, true}));
  EXPECT_EQ(cast(constant({1, -2}), DType::Complex64).to_vector<C>(), (Numbers<float>{{1, 0}, {-2, 0}}));
  EXPECT_EQ(cast(constant({true, false}), DType::Complex64).to_vector<C>(), (Numbers<float>{{1, 0}, {0, 0}}));
  EXPECT_EQ(THROWN(DTypeError, cast(z, DType::F32)),
            "cast: c64 doesn't convert to f32: take its real part, imaginary part or absolute value");
}

TEST(ComplexNumbers, N2_SpecialValues) {
  using C = std::complex<double>;
  const double inf = INFINITY;
  auto of = [](Tensor (*op)(const Operand &), C x) { return op(constant(x)).item<C>(); };
  EXPECT_EQ(of(exp, C(-inf, inf)), C(0, 0));
  EXPECT_EQ(of(exp, C(inf, 0)), C(inf, 0));
  EXPECT_NEAR(of(exp, C(710, M_PI / 2 - 1e-3)).real() / std::exp(C(710, M_PI / 2 - 1e-3)).real(), 1, 1e-12);
  EXPECT_EQ(of(sqrt, C(-4, 0)), C(0, 2));
  EXPECT_EQ(of(sqrt, C(-4, -0.0)), C(0, -2));
  EXPECT_EQ(of(sqrt, C(-inf, 1)), C(0, inf));
  EXPECT_EQ(of(sqrt, C(1, inf)), C(inf, inf));
  EXPECT_EQ(of(sqrt, C(0x1p1023, 0x1p1023)), std::sqrt(C(0x1p1023, 0x1p1023)));
  EXPECT_EQ(of(log, C(0, 0)), C(-inf, 0));
  EXPECT_DOUBLE_EQ(of(log, C(-1, -0.0)).imag(), -M_PI);
  EXPECT_EQ(abs(constant(C(inf, NAN))).item<double>(), inf);
}

TEST(ComplexNumbers, OpsThatDoNotTakeThem) {
  const Tensor z = Tensor::from_vector<std::complex<float>>({{1, 2}, {3, 4}}, Shape{1, 2});
  EXPECT_EQ(THROWN(DTypeError, tanh(z)), "tanh: expected a floating element type, found c64[1,2]; take its real part, imaginary part or absolute value first");
  EXPECT_EQ(
      THROWN(DTypeError, z < z),
      "less: expected an integer or floating element type, found c64[1,2]; take its real part, imaginary part or absolute value first");
  EXPECT_EQ(
      THROWN(DTypeError, max(z)),
      "max: expected an integer or floating element type, found c64[1,2]; take its real part, imaginary part or absolute value first");
  EXPECT_EQ(THROWN(DTypeError, complex(z, z)),
            "complex: expected f32 or f64, found c64[1,2]; take its real part, imaginary part or absolute value first");
}

} // namespace
} // namespace burin::test
