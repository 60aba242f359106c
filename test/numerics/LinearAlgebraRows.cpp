// Rows of linear algebra, Fourier transforms and einsum's relatives. Most give back what they took apart: decompositions are not
// unique.
#include "test/numerics/OpTable.h"
#include <cmath>

namespace burin::test {

using Tensors = std::vector<Tensor>;
using Arrays = std::vector<Array>;

static Tensor transposed(const Tensor &x) {
  std::vector<int> axes;
  for (int i = 0; i < x.rank(); ++i) axes.push_back(i);
  std::swap(axes[axes.size() - 1], axes[axes.size() - 2]);
  return transpose(x, axes);
}

static Tensor identity(std::int64_t n, DType dtype) { return cast(equal(iota({n, n}, 0), iota({n, n}, 1)), dtype); }

/// Symmetric, positive definite and well conditioned.
static Tensor definite(const Tensor &x) { return matmul(x, transposed(x)) + 10.0 * identity(x.shape().extent(-2), x.dtype()); }

static Tensor lower_triangle(const Tensor &x) {
  const std::int64_t n = x.shape().extent(-1);
  return where(iota({n, n}, 0) >= iota({n, n}, 1), x, 0.0);
}

/// Rounding errors of decompositions of matrices of positive numbers up to 7 x 7.
static constexpr double kUlps = 200;
static const std::vector<DType> kReals = {DType::F32, DType::F64};
static const std::vector<std::vector<Extents>> kSquare = {{{3, 3}}, {{1, 1}}, {{2, 3, 4, 4}}, {{7, 7}}, {{0, 3, 3}}, {{0, 0}}};
static const std::vector<std::vector<Extents>> kAnyShape = {{{3, 5}}, {{5, 3}}, {{4, 4}}, {{2, 3, 2}},
                                                            {{1, 7}}, {{0, 3}}, {{3, 0}}, {{0, 2, 2}}};

/// `op` gives its operand back, about.
static Row round_trip(std::string name, std::vector<std::vector<Extents>> cases, std::function<Tensor(const Tensor &)> op) {
  Row made = row(
      std::move(name), kReals, std::move(cases), [op](const Tensors &x) { return op(x[0]); }, [](const Arrays &x) { return x[0]; }, kUlps);
  made.low = 1; // no sum is near 0
  return made;
}

static double determinant(std::vector<double> m, std::size_t n) {
  double result = 1;
  for (std::size_t k = 0; k < n; ++k) { // without pivoting: for positive definite matrices
    result *= m[k * n + k];
    for (std::size_t i = k + 1; i < n; ++i)
      for (std::size_t j = n; j-- > k;) m[i * n + j] -= m[i * n + k] / m[k * n + k] * m[k * n + j];
  }
  return result;
}

/// Of x xᵀ + 10 for each matrix x.
static Array determinants(const Array &x, double (*then)(double)) {
  const auto n = static_cast<std::size_t>(x.extents.back());
  Array result(Extents(x.extents.begin(), x.extents.end() - 2));
  for (std::size_t i = 0; i < result.values.size(); ++i) {
    const double *matrix = x.values.data() + i * n * n;
    std::vector<double> definite(n * n);
    for (std::size_t row = 0; row < n; ++row)
      for (std::size_t column = 0; column < n; ++column) {
        definite[row * n + column] = row == column ? 10 : 0;
        for (std::size_t k = 0; k < n; ++k) definite[row * n + column] += matrix[row * n + k] * matrix[column * n + k];
      }
    result.values[i] = then(determinant(definite, n));
  }
  return result;
}

static void add_decompositions(std::vector<Row> &rows) {
  rows.push_back(round_trip("cholesky", kSquare, [](const Tensor &x) {
    const Tensor factor = cholesky(definite(x));
    return matmul(factor, transposed(factor)) - definite(x) + x;
  }));
  rows.push_back(round_trip("triangular_solve", kSquare, [](const Tensor &x) {
    const Tensor a = lower_triangle(definite(x));
    return triangular_solve(a, matmul(a, x));
  }));
  rows.push_back(round_trip("triangular_solve", kSquare, [](const Tensor &x) {
    const Tensor a = transposed(lower_triangle(definite(x)));
    return triangular_solve(a, matmul(transposed(a), x), {.triangle = Triangle::Upper, .transposed = true});
  }));
  rows.push_back(round_trip("solve", kSquare, [](const Tensor &x) { return solve(definite(x), matmul(definite(x), x)); }));
  rows.push_back(round_trip("inv", kSquare, [](const Tensor &x) { return matmul(inv(definite(x)), matmul(definite(x), x)); }));
  rows.push_back(row(
      "det", kReals, kSquare, [](const Tensors &x) { return det(definite(x[0])); },
      [](const Arrays &x) { return determinants(x[0], [](double value) { return value; }); }, kUlps));
  rows.push_back(row(
      "slogdet", kReals, kSquare,
      [](const Tensors &x) {
        const SignAndLogarithm result = slogdet(definite(x[0]));
        return result.sign * result.logabsdet;
      },
      [](const Arrays &x) { return determinants(x[0], [](double value) { return std::log(value); }); }, kUlps));
  for (Basis basis : {Basis::Reduced, Basis::Complete}) {
    rows.push_back(round_trip("qr", kAnyShape, [=](const Tensor &x) {
      const Qr parts = qr(x, basis);
      return matmul(parts.q, parts.r);
    }));
    rows.push_back(round_trip("svd", kAnyShape, [=](const Tensor &x) {
      const Svd parts = svd(x, basis);
      const std::int64_t k = parts.s.shape().extent(-1);
      auto first = [&](const Tensor &vectors, int axis) { // as many as there are singular values
        std::vector<std::int64_t> starts(static_cast<std::size_t>(vectors.rank()), 0),
            stops(vectors.shape().begin(), vectors.shape().end());
        stops[stops.size() - static_cast<std::size_t>(-axis)] = k;
        return slice(vectors, starts, stops);
      };
      return matmul(first(parts.u, -1) * expand_dims(parts.s, -2), first(parts.vh, -2));
    }));
    rows.back().static_only = "what puts the parts together reads their extents";
  }
  rows.push_back(round_trip("eigh", kSquare, [](const Tensor &x) {
    const Eigh parts = eigh(definite(x));
    return matmul(parts.eigenvectors * expand_dims(parts.eigenvalues, -2), transposed(parts.eigenvectors)) - definite(x) + x;
  }));
}

static void add_transforms(std::vector<Row> &rows) {
  const std::vector<std::vector<Extents>> cases = {{{8}}, {{3, 5}}, {{1}}, {{2, 3, 16}}, {{4, 97}}, {{0, 4}}};
  auto length = [](const Tensor &x) { return x.shape().extent(-1); };
  // What a complex transform gives has no elements that the table could compare: back it goes.
  rows.push_back(round_trip("fft", cases, [=](const Tensor &x) { return irfft(fft(x), {.n = length(x)}); }));
  rows.push_back(round_trip("ifft", cases, [=](const Tensor &x) { return irfft(fft(ifft(fft(x))), {.n = length(x)}); }));
  rows.push_back(round_trip("rfft", cases, [=](const Tensor &x) { return irfft(rfft(x), {.n = length(x)}); }));
  rows.push_back(round_trip(
      "irfft", cases, [=](const Tensor &x) { return irfft(rfft(x, {.norm = FftNorm::Ortho}), {.n = length(x), .norm = FftNorm::Ortho}); }));
}

static void add_products(std::vector<Row> &rows) {
  const std::vector<DType> numbers = {DType::F32, DType::F64, DType::F16, DType::BF16, DType::I8,  DType::I16,
                                      DType::I32, DType::I64, DType::U8,  DType::U16,  DType::U32, DType::U64};
  auto matrix_product = [](const Arrays &x) {
    return generate({x[0].extents[0], x[1].extents[1]}, [&](const Index &index) {
      double sum = 0;
      for (std::int64_t k = 0; k < x[1].extents[0]; ++k)
        sum += x[0].values[offset_of(x[0], {index[0], k})] * x[1].values[offset_of(x[1], {k, index[1]})];
      return sum;
    });
  };
  const std::vector<std::vector<Extents>> matrices = {
      {{3, 4}, {4, 2}}, {{1, 1}, {1, 1}}, {{0, 3}, {3, 2}}, {{2, 0}, {0, 3}}, {{17, 9}, {9, 5}}};
  rows.push_back(row("einsum", numbers, matrices, [](const Tensors &x) { return einsum("ij,jk", x); }, matrix_product));
  rows.push_back(row("tensordot", numbers, matrices, [](const Tensors &x) { return tensordot(x[0], x[1], 1); }, matrix_product));
  rows.push_back(row("dot", numbers, matrices, [](const Tensors &x) { return dot(x[0], x[1]); }, matrix_product));
  rows.push_back(row(
      "outer", numbers, {{{3}, {4}}, {{}, {2}}, {{0}, {3}}, {{2, 2}, {3}}}, [](const Tensors &x) { return outer(x[0], x[1]); },
      [](const Arrays &x) {
        Array result({static_cast<std::int64_t>(x[0].values.size()), static_cast<std::int64_t>(x[1].values.size())});
        for (std::size_t i = 0; i < result.values.size(); ++i)
          result.values[i] = x[0].values[i / x[1].values.size()] * x[1].values[i % x[1].values.size()];
        return result;
      }));
  rows.push_back(row(
      "vecdot", numbers, {{{3, 4}, {4}}, {{5}, {5}}, {{2, 1, 3}, {4, 3}}, {{2, 0}, {2, 0}}},
      [](const Tensors &x) { return vecdot(x[0], x[1]); },
      [](const Arrays &x) {
        const Extents extents = broadcast_extents(x);
        Array result(Extents(extents.begin(), extents.end() - 1));
        for_each_index(extents, [&](const Index &index) {
          const Index outer(index.begin(), index.end() - 1);
          result.values[offset_of(result, outer)] += broadcast_element(x[0], index) * broadcast_element(x[1], index);
        });
        return result;
      }));
}

void add_linear_algebra_rows(std::vector<Row> &rows) {
  add_decompositions(rows);
  add_transforms(rows);
  add_products(rows);
}

} // namespace burin::test
