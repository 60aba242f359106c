// Linear algebra and Fourier transforms: known results, conventions, and each message.
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

namespace burin::test {
namespace {

using Doubles = std::vector<double>;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
using Complexes = std::vector<std::complex<double>>;

Tensor definite() { return constant({{4., 2., 0.}, {2., 5., 3.}, {0., 3., 6.}}); }
Tensor singular() { return constant({{1., 2.}, {2., 4.}}); }

void expect_near(const Tensor &found, const Doubles &expected, double tolerance = 1e-12) {
  const Doubles values = cast(found, DType::F64).to_vector<double>();
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected[i], tolerance) << i;
}

// --- linear algebra ------------------------------------------------------------------------------------------------

TEST(LinearAlgebra, CholeskyReadsTheLowerTriangle) {
  const Tensor x = constant({{4., 99.}, {2., 5.}});
  expect_near(cholesky(x), {2, 0, 1, 2});
  expect_near(cholesky(x, Triangle::Upper), {2, 1, 0, 2});
  expect_near(cholesky(constant({{4, 2}, {2, 5}})), {2, 0, 1, 2});
}

TEST(LinearAlgebra, TriangularSolvesReadTheirTriangle) {
  const Tensor lower = constant({{2., 99.}, {1., 4.}}), upper = constant({{2., 1.}, {99., 4.}}), b = constant({4., 10.});
  expect_near(triangular_solve(lower, b), {2, 2});
  expect_near(triangular_solve(upper, b, {.triangle = Triangle::Upper}), {0.75, 2.5});
  expect_near(triangular_solve(lower, b, {.transposed = true}), {0.75, 2.5});
  expect_near(triangular_solve(upper, b, {.triangle = Triangle::Upper, .transposed = true}), {2, 2});
  expect_near(triangular_solve(lower, b, {.unit_diagonal = true}), {4, 6});
  expect_near(triangular_solve(lower, constant({{4., 2.}, {10., 1.}})), {2, 1, 2, 0});
}

TEST(LinearAlgebra, SolveTakesVectorsAndBroadcastsBatches) {
  const Tensor a = constant({{1., 2.}, {3., 4.}});
  expect_near(solve(a, constant({5., 11.})), {1, 2});
  expect_near(solve(a, constant({{5., 1.}, {11., 3.}})), {1, 1, 2, 0});
  const Tensor batch = concat({expand_dims(a, 0), expand_dims(2.0 * a, 0)}, 0);
  expect_near(solve(batch, constant({5., 11.})), {1, 2, 0.5, 1});
  EXPECT_EQ(solve(batch, ones({3, 1, 2, 5}, DType::F64)).shape(), (Shape{3, 2, 2, 5}));
  expect_near(solve(constant({{2, 0}, {0, 4}}), constant({2, 2})), {1, 0.5});
}

TEST(LinearAlgebra, InversesAndDeterminants) {
  expect_near(inv(constant({{1., 2.}, {3., 4.}})), {-2, 1, 1.5, -0.5});
  expect_near(det(constant({{1., 2.}, {3., 4.}})), {-2});
  expect_near(det(constant({{0., 1.}, {1., 0.}})), {-1});
  expect_near(det(singular()), {0});
  expect_near(det(zeros({0, 0}, DType::F64)), {1});
  const SignAndLogarithm regular = slogdet(constant({{1., 2.}, {3., 4.}})), zero = slogdet(singular());
  expect_near(regular.sign, {-1});
  expect_near(regular.logabsdet, {std::log(2)});
  expect_near(zero.sign, {0});
  EXPECT_EQ(zero.logabsdet.item<double>(), -INFINITY);
  EXPECT_TRUE(std::isnan(det(constant({{kNan, 1.}, {1., 1.}})).item<double>()));
}

TEST(LinearAlgebra, QrAndSvdGiveOrthonormalVectors) {
  const Tensor x = constant({{1., 2.}, {3., 4.}, {5., 7.}});
  for (Basis basis : {Basis::Reduced, Basis::Complete}) {
    const std::int64_t k = basis == Basis::Reduced ? 2 : 3;
    const Doubles identity = k == 2 ? Doubles{1, 0, 0, 1} : Doubles{1, 0, 0, 0, 1, 0, 0, 0, 1};
    const Qr parts = qr(x, basis);
    EXPECT_EQ(parts.q.shape(), (Shape{3, k}));
    EXPECT_EQ(parts.r.shape(), (Shape{k, 2}));
    expect_near(matmul(transpose(parts.q), parts.q), identity);
    EXPECT_EQ(parts.r.to_vector<double>()[2], 0);
    const Svd values = svd(x, basis);
    EXPECT_EQ(values.u.shape(), (Shape{3, k}));
    EXPECT_EQ(values.vh.shape(), (Shape{2, 2}));
    expect_near(matmul(transpose(values.u), values.u), identity);
  }
  expect_near(svd(constant({{0., 3.}, {-4., 0.}})).s, {4, 3});
  const Svd none = svd(zeros({2, 0}, DType::F64));
  expect_near(none.u, {1, 0, 0, 1});
  EXPECT_EQ(none.s.shape(), (Shape{0}));
}

TEST(LinearAlgebra, EighGivesAscendingValuesOfTheLowerTriangle) {
  const Eigh parts = eigh(constant({{2., 99.}, {1., 2.}}));
  expect_near(parts.eigenvalues, {1, 3});
  const Tensor x = constant({{2., 1.}, {1., 2.}});
  expect_near(matmul(x, parts.eigenvectors) - parts.eigenvectors * parts.eigenvalues, {0, 0, 0, 0});
}

TEST(LinearAlgebra, N4_LargeBatchesDontDependOnThreads) {
  const Tensor x = reshape(remainder(arange(100 * 20 * 20, DType::F64) * 31.0, 17.0), {100, 20, 20}) +
                   50.0 * cast(equal(iota({20, 20}, 0), iota({20, 20}, 1)), DType::F64);
  set_thread_count(1);
  const Doubles alone = inv(x).to_vector<double>();
  set_thread_count(4);
  const Doubles together = inv(x).to_vector<double>();
  set_thread_count(0);
  EXPECT_EQ(alone, together);
}

TEST(LinearAlgebra, MatricesThatCannotBeTakenApart) {
  EXPECT_EQ(THROWN(CheckError, cholesky(constant({{1., 0.}, {0., -1.}}))),
            "cholesky: f64[2,2] is not positive definite: its leading minor of order 2 is not positive");
  EXPECT_EQ(THROWN(CheckError, solve(singular(), constant({1., 2.}))), "solve: f64[2,2] is singular: pivot 1 of its LU decomposition is 0");
  EXPECT_EQ(THROWN(CheckError, triangular_solve(constant({{1., 0.}, {1., 0.}}), constant({1., 2.}))),
            "triangular_solve: f64[2,2] is singular: element 1 of its diagonal is 0");
  const Tensor batch = concat({expand_dims(singular() + cast(constant({{1, 0}, {0, 1}}), DType::F64), 0), expand_dims(singular(), 0)}, 0);
  EXPECT_EQ(THROWN(CheckError, inv(batch)), "inv: matrix 1 of f64[2,2,2] is singular: pivot 1 of its LU decomposition is 0");
  EXPECT_EQ(THROWN(CheckError, svd(constant({{1., kNan}}))), "svd: f64[1,2] holds a NaN or an infinity");
  EXPECT_EQ(THROWN(CheckError, eigh(full({2, 3, 3}, INFINITY))), "eigh: matrix 0 of f32[2,3,3] holds a NaN or an infinity");
  auto f = function([](Tensor x) { return inv(x) * 2.0; });
  EXPECT_EQ(THROWN(CheckError, f(singular())), "inv: f64[2,2] is singular: pivot 1 of its LU decomposition is 0");
}

TEST(LinearAlgebra, Errors) {
  EXPECT_EQ(THROWN(ShapeError, inv(zeros({2, 3}))), "inv: expected square matrices, found f32[2,3]");
  EXPECT_EQ(THROWN(ShapeError, det(zeros({3}))), "det: expected matrices, found f32[3]");
  EXPECT_EQ(THROWN(DTypeError, cholesky(zeros({2, 2}, DType::F16))), "cholesky: expected f32 or f64, found f16[2,2]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, svd(zeros({2, 2}, DType::Bool))), "svd: expected f32 or f64, found bool[2,2]; cast it first");
  EXPECT_EQ(THROWN(ShapeError, solve(definite(), constant({1., 2.}))), "solve: a f64[3,3] has 3 columns, b f64[2,1] has 2 rows");
  EXPECT_EQ(THROWN(ShapeError, solve(zeros({2, 2, 2}), zeros({3, 2, 1}))),
            "solve: batch dimensions don't broadcast: a f32[2,2,2], b f32[3,2,1]");
  EXPECT_EQ(THROWN(ShapeError, triangular_solve(zeros({2, 3}), zeros({3}))),
            "triangular_solve: expected square matrices, found a f32[2,3]");
  EXPECT_EQ(THROWN(ShapeError, solve(definite(), 1.0)), "solve: expected matrices, found b f64[]");
}

// --- Fourier transforms --------------------------------------------------------------------------------------------

Complexes transformed(const Complexes &x, double sign) {
  const double n = static_cast<double>(x.size());
  Complexes result(x.size());
  for (std::size_t k = 0; k < x.size(); ++k)
    for (std::size_t i = 0; i < x.size(); ++i)
      result[k] += x[i] * std::polar(1.0, sign * 2 * std::numbers::pi * static_cast<double>(i * k % x.size()) / n);
  return result;
}

void expect_near(const Tensor &found, const Complexes &expected) {
  const Complexes values = found.to_vector<std::complex<double>>();
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_LT(std::abs(values[i] - expected[i]), 1e-12) << i;
}

TEST(Fourier, AgreesWithTheDefinition) {
  for (std::size_t n : {1u, 2u, 5u, 16u, 97u}) {
    Complexes x(n);
    Doubles real(n);
    for (std::size_t i = 0; i < n; ++i) {
      real[i] = std::sin(static_cast<double>(3 * i + 1));
      x[i] = {real[i], std::cos(static_cast<double>(5 * i))};
    }
    expect_near(fft(constant(x)), transformed(x, -1));
    Complexes inverse = transformed(x, 1);
    for (auto &value : inverse) value /= static_cast<double>(n);
    expect_near(ifft(constant(x)), inverse);
    expect_near(fft(constant(x), {.norm = FftNorm::Forward}), [&] {
      Complexes scaled = transformed(x, -1);
      for (auto &value : scaled) value /= static_cast<double>(n);
      return scaled;
    }());
    Complexes half = transformed(Complexes(real.begin(), real.end()), -1);
    expect_near(fft(constant(real)), half);
    half.resize(n / 2 + 1);
    expect_near(rfft(constant(real)), half);
    expect_near(irfft(constant(half), {.n = static_cast<std::int64_t>(n)}), real);
  }
}

TEST(Fourier, AxesLengthsAndTypes) {
  const Tensor x = constant({{1.f, 2.f}, {3.f, 4.f}, {5.f, 6.f}});
  using C = std::complex<float>;
  EXPECT_EQ(fft(x, {.n = 2, .axis = 0}).to_vector<C>(), (std::vector<C>{4, 6, -2, -2})); // cut
  EXPECT_EQ(rfft(x, {.n = 4}).to_vector<C>(), (std::vector<C>{3, {1, -2}, -1, 7, {3, -4}, -1, 11, {5, -6}, -1})); // filled up
  EXPECT_EQ(rfft(constant({1, 1})).dtype(), DType::Complex128);
  EXPECT_EQ(fft(zeros({2}, DType::F16)).dtype(), DType::Complex64);
  EXPECT_EQ(irfft(constant(std::vector<C>{3, {0, 5}})).to_vector<float>(), (std::vector<float>{1.5f, 1.5f})); // no imaginary part there
}

TEST(Fourier, Errors) {
  EXPECT_EQ(THROWN(IndexError, fft(zeros({2, 2}), {.axis = 2})), "fft: axis 2 is out of range for f32[2,2] with rank 2");
  EXPECT_EQ(THROWN(DTypeError, irfft(zeros({2}))), "irfft: expected c64 or c128, found f32[2]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, rfft(fft(zeros({2})))), "rfft: expected f32 or f64, found c64[2]; fft takes complex numbers");
  EXPECT_EQ(THROWN(DTypeError, ifft(zeros({2}, DType::Bool))), "ifft: expected f32 or f64, c64 or c128, found bool[2]; cast it first");
  EXPECT_EQ(THROWN(ShapeError, fft(zeros({0}))), "fft: the length of the transform is 0, expected 1 or more");
  EXPECT_EQ(THROWN(ShapeError, irfft(fft(zeros({1})))), "irfft: the length of the transform is 0, expected 1 or more");
}

} // namespace
} // namespace burin::test
