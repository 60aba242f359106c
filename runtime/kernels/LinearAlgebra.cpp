// Decompositions of matrices and what follows from them, by LAPACK. Tensors are row-major and LAPACK is column-major: it sees
// each matrix transposed, and is asked for what gives the wanted result in that view, so that hardly anything is moved.
#include "runtime/kernels/Kernel.h"
#include "runtime/kernels/Lapack.h"
#include "runtime/kernels/Symbols.h"
#include <cmath>
#include <limits>

namespace burin::runtime {
namespace {

using Int = int;

/// A tensor as a batch of matrices, its last two dimensions.
template <class T> struct Matrices {
  T *data;
  std::int64_t count, rows, columns;

  explicit Matrices(const KernelBuffer &buffer)
      : data(data_of<T>(buffer)), count(element_count(extents_of(buffer).first(static_cast<std::size_t>(buffer.rank - 2)))),
        rows(buffer.extents[buffer.rank - 2]), columns(buffer.extents[buffer.rank - 1]) {}

  std::int64_t size() const { return rows * columns; }
  T *operator[](std::int64_t i) const { return data + i * size(); }
};

/// A leading dimension or an extent for LAPACK; leading dimensions are at least 1.
Int to_int(const KernelCall &call, std::int64_t extent) {
  if (extent > std::numeric_limits<Int>::max()) fail<ShapeError>(call, "LAPACK takes no matrix with an extent of ", extent);
  return static_cast<Int>(extent);
}
Int leading(Int extent) { return std::max(1, extent); }

template <class Body> void with_real(const KernelCall &call, Body body) {
  if (dtype_of(call.operands[0]) == DType::F32) body(float());
  else body(double());
}

/// `f64[3,3]`, or `matrix 5 of f64[8,3,3]`.
std::string matrix_name(const KernelBuffer &buffer, std::int64_t index) {
  return (buffer.rank > 2 ? "matrix " + std::to_string(index) + " of " : "") + describe(buffer);
}

/// Calls `body(i)` for each matrix of a batch, whose `size`s say what the work is.
template <class Body> void for_each_matrix(std::int64_t count, std::int64_t n, Body body) {
  for_each_task(count, count * (100 + n * n * n), body);
}

/// Routines for iterative methods would not return, or report something else.
template <class T> void require_finite(const KernelCall &call, const T *matrix, std::int64_t size, std::int64_t index) {
  for (std::int64_t i = 0; i < size; ++i)
    if (!std::isfinite(matrix[i])) fail<CheckError>(call, matrix_name(call.operands[0], index), " holds a NaN or an infinity");
}

template <class T> void copy(const T *from, T *to, std::int64_t count) {
  if (count) std::copy_n(from, count, to);
}

template <class T> void transpose(const T *from, T *to, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) to[j * rows + i] = from[i * columns + j];
}

template <class T> void fill_identity(T *matrix, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows * columns; ++i) matrix[i] = i / columns == i % columns;
}

// --- triangular ----------------------------------------------------------------------------------------------------

void cholesky(const KernelCall &call) {
  with_real(call, [&](auto zero) {
    using T = decltype(zero);
    const Lapack<T> &routines = lapack<T>();
    const Matrices<T> x(call.operands[0]), result(call.results[0]);
    const Int n = to_int(call, x.rows), ld = leading(n);
    for_each_matrix(x.count, n, [&](std::int64_t i) {
      T *factor = result[i];
      copy(x[i], factor, x.size());
      Int info = 0;
      routines.potrf("U", &n, factor, &ld, &info, 1); // the upper triangle in its view is the lower one in ours
      if (info > 0)
        fail<CheckError>(call, matrix_name(call.operands[0], i), " is not positive definite: its leading minor of order ", info,
                         " is not positive");
      for (Int row = 0; row < n; ++row) std::fill(factor + row * x.columns + row + 1, factor + (row + 1) * x.columns, T(0));
    });
  });
}

void triangular_solve(const KernelCall &call) {
  const bool lower = call.numbers[0], transposed = call.numbers[1], unit = call.numbers[2];
  with_real(call, [&](auto zero) {
    using T = decltype(zero);
    const Lapack<T> &routines = lapack<T>();
    const Matrices<T> a(call.operands[0]), b(call.operands[1]), result(call.results[0]);
    const Int n = to_int(call, a.rows), m = to_int(call, b.columns), lda = leading(n), ldb = leading(m);
    for_each_matrix(a.count, n, [&](std::int64_t i) {
      for (std::int64_t k = 0; !unit && k < a.rows; ++k)
        if (a[i][k * a.columns + k] == T(0))
          fail<CheckError>(call, matrix_name(call.operands[0], i), " is singular: element ", k, " of its diagonal is 0");
      copy(b[i], result[i], b.size());
      const T one = 1;
      // x' op(a)' = b' of the transposed matrices that it sees.
      routines.trsm("R", lower ? "U" : "L", transposed ? "T" : "N", unit ? "U" : "N", &m, &n, &one, a[i], &lda, result[i], &ldb, 1, 1, 1,
                    1);
    });
  });
}

// --- by LU decomposition -------------------------------------------------------------------------------------------

template <class T> class Lu {
public:
  Lu(Int n, const T *matrix) : n_(n), factors_(std::int64_t(n) * n), pivots_(n) {
    copy(matrix, factors_.data(), std::int64_t(n) * n);
    const Int ld = leading(n);
    lapack<T>().getrf(&n_, &n_, factors_.data(), &ld, pivots_.data(), &singular_pivot_);
  }
  /// Counted from 1; 0: the matrix is regular.
  Int singular_pivot() const { return singular_pivot_; }
  T *factors() { return factors_.data(); }
  Int *pivots() { return pivots_.data(); }
  T diagonal(std::int64_t i) { return factors_[i * n_ + i]; }
  bool is_odd() {
    bool odd = false;
    for (Int i = 0; i < n_; ++i) odd ^= pivots_[i] != i + 1;
    return odd;
  }

private:
  Int n_, singular_pivot_ = 0;
  Scratch<T> factors_;
  Scratch<Int> pivots_;
};

template <class T> Lu<T> regular(const KernelCall &call, Int n, const T *matrix, std::int64_t index) {
  Lu<T> lu(n, matrix);
  if (lu.singular_pivot())
    fail<CheckError>(call, matrix_name(call.operands[0], index), " is singular: pivot ", lu.singular_pivot() - 1,
                     " of its LU decomposition is 0");
  return lu;
}

void solve(const KernelCall &call) {
  with_real(call, [&](auto zero) {
    using T = decltype(zero);
    const Lapack<T> &routines = lapack<T>();
    const Matrices<T> a(call.operands[0]), b(call.operands[1]), result(call.results[0]);
    const Int n = to_int(call, a.rows), m = to_int(call, b.columns), ld = leading(n);
    for_each_matrix(a.count, n, [&](std::int64_t i) {
      Lu<T> lu = regular(call, n, a[i], i);
      Scratch<T> sides(b.size());
      transpose(b[i], sides.data(), b.rows, b.columns);
      Int info = 0;
      routines.getrs("T", &n, &m, lu.factors(), &ld, lu.pivots(), sides.data(), &ld, &info, 1);
      transpose(sides.data(), result[i], b.columns, b.rows);
    });
  });
}

void inv(const KernelCall &call) {
  with_real(call, [&](auto zero) {
    using T = decltype(zero);
    const Lapack<T> &routines = lapack<T>();
    const Matrices<T> a(call.operands[0]), result(call.results[0]);
    const Int n = to_int(call, a.rows), ld = leading(n), work_size = std::max(1, 64 * n);
    for_each_matrix(a.count, n, [&](std::int64_t i) {
      Lu<T> lu = regular(call, n, a[i], i);
      Scratch<T> work(work_size);
      Int info = 0;
      routines.getri(&n, lu.factors(), &ld, lu.pivots(), work.data(), &work_size, &info);
      copy(lu.factors(), result[i], a.size());
    });
  });
}

void det(const KernelCall &call) {
  with_real(call, [&](auto zero) {
    using T = decltype(zero);
    const Matrices<T> a(call.operands[0]);
    const Int n = to_int(call, a.rows);
    lapack<T>();
    for_each_matrix(a.count, n, [&](std::int64_t i) {
      Lu<T> lu(n, a[i]);
      T value = lu.is_odd() ? -1 : 1;
      for (Int k = 0; k < n; ++k) value *= lu.diagonal(k);
      data_of<T>(call.results[0])[i] = value;
    });
  });
}

void slogdet(const KernelCall &call) {
  with_real(call, [&](auto zero) {
    using T = decltype(zero);
    const Matrices<T> a(call.operands[0]);
    const Int n = to_int(call, a.rows);
    lapack<T>();
    for_each_matrix(a.count, n, [&](std::int64_t i) {
      Lu<T> lu(n, a[i]);
      T sign = lu.is_odd() ? -1 : 1, magnitude = 0;
      for (Int k = 0; k < n; ++k) {
        const T factor = lu.diagonal(k);
        sign *= factor == 0 ? T(0) : std::isnan(factor) ? factor : std::copysign(T(1), factor);
        magnitude += std::log(std::fabs(factor));
      }
      data_of<T>(call.results[0])[i] = sign;
      data_of<T>(call.results[1])[i] = magnitude;
    });
  });
}

// --- orthogonal ----------------------------------------------------------------------------------------------------

/// The size of the workspace that a routine asks for in the first element of it.
template <class T> Int asked(T size) { return std::max(1, static_cast<Int>(size)); }

/// x = q r is r' q' = x' for the transposed matrices that LAPACK sees: its LQ decomposition, in place.
void qr(const KernelCall &call) {
  with_real(call, [&](auto zero) {
    using T = decltype(zero);
    const Lapack<T> &routines = lapack<T>();
    const Matrices<T> x(call.operands[0]), q(call.results[0]), r(call.results[1]);
    const Int m = to_int(call, x.rows), n = to_int(call, x.columns), k = std::min(m, n), wide = to_int(call, q.columns);
    const Int ld = leading(std::max(n, wide)), all = -1;
    for_each_matrix(x.count, std::max(m, n), [&](std::int64_t i) {
      Scratch<T> factors(std::int64_t(ld) * std::max(1, m)), tau(k);
      for (Int row = 0; row < m; ++row) copy(x[i] + row * x.columns, factors.data() + std::int64_t(row) * ld, n);
      T size[2] = {};
      Int info = 0;
      routines.gelqf(&n, &m, factors.data(), &ld, tau.data(), &size[0], &all, &info);
      routines.orglq(&wide, &m, &k, factors.data(), &ld, tau.data(), &size[1], &all, &info);
      const Int work_size = std::max(asked(size[0]), asked(size[1]));
      Scratch<T> work(work_size);
      routines.gelqf(&n, &m, factors.data(), &ld, tau.data(), work.data(), &work_size, &info);
      for (std::int64_t row = 0; row < r.rows; ++row)
        for (std::int64_t column = 0; column < r.columns; ++column)
          r[i][row * r.columns + column] = column < row ? T(0) : factors[row * ld + column];
      routines.orglq(&wide, &m, &k, factors.data(), &ld, tau.data(), work.data(), &work_size, &info);
      for (std::int64_t row = 0; row < q.rows; ++row) copy(factors.data() + row * ld, q[i] + row * q.columns, q.columns);
    });
  });
}

/// x = u s v is v' s u' = x' for the transposed matrices that LAPACK sees: u and v change places.
void svd(const KernelCall &call) {
  const bool full = call.numbers[0];
  with_real(call, [&](auto zero) {
    using T = decltype(zero);
    const Lapack<T> &routines = lapack<T>();
    const Matrices<T> x(call.operands[0]), u(call.results[0]), v(call.results[2]);
    const Int m = to_int(call, x.rows), n = to_int(call, x.columns), k = std::min(m, n), all = -1;
    const Int ldx = leading(n), ldu = leading(to_int(call, u.columns)), ldv = leading(n);
    for_each_matrix(x.count, std::max(m, n), [&](std::int64_t i) {
      require_finite(call, x[i], x.size(), i);
      if (k == 0) { // LAPACK leaves the vectors alone
        fill_identity(u[i], u.rows, u.columns);
        return fill_identity(v[i], v.rows, v.columns);
      }
      Scratch<T> copied(x.size());
      Scratch<Int> integers(8 * std::int64_t(k));
      copy(x[i], copied.data(), x.size());
      T *s = data_of<T>(call.results[1]) + i * k, size = 0;
      Int info = 0;
      const auto decompose = [&](T *work, const Int *work_size) {
        routines.gesdd(full ? "A" : "S", &n, &m, copied.data(), &ldx, s, v[i], &ldv, u[i], &ldu, work, work_size, integers.data(), &info,
                       1);
      };
      decompose(&size, &all);
      const Int work_size = asked(size);
      Scratch<T> work(work_size);
      decompose(work.data(), &work_size);
      if (info != 0) fail<CheckError>(call, matrix_name(call.operands[0], i), " has singular values that the iteration doesn't find");
    });
  });
}

void eigh(const KernelCall &call) {
  with_real(call, [&](auto zero) {
    using T = decltype(zero);
    const Lapack<T> &routines = lapack<T>();
    const Matrices<T> x(call.operands[0]), vectors(call.results[1]);
    const Int n = to_int(call, x.rows), ld = leading(n), all = -1;
    for_each_matrix(x.count, n, [&](std::int64_t i) {
      require_finite(call, x[i], x.size(), i);
      Scratch<T> copied(x.size());
      copy(x[i], copied.data(), x.size());
      T *values = data_of<T>(call.results[0]) + i * n, size = 0;
      Int info = 0, integer_size = 0;
      // The upper triangle in its view is the lower one in ours.
      routines.syevd("V", "U", &n, copied.data(), &ld, values, &size, &all, &integer_size, &all, &info, 1, 1);
      const Int work_size = asked(size), integers_size = std::max(1, integer_size);
      Scratch<T> work(work_size);
      Scratch<Int> integers(integers_size);
      routines.syevd("V", "U", &n, copied.data(), &ld, values, work.data(), &work_size, integers.data(), &integers_size, &info, 1, 1);
      if (info != 0) fail<CheckError>(call, matrix_name(call.operands[0], i), " has eigenvalues that the iteration doesn't find");
      transpose(copied.data(), vectors[i], n, n);
    });
  });
}

} // namespace
} // namespace burin::runtime

using namespace burin::runtime;

extern "C" void burin_rt_kernel_cholesky(CallContext *context, const KernelCall *call) noexcept { run_kernel(context, call, cholesky); }
extern "C" void burin_rt_kernel_triangular_solve(CallContext *context, const KernelCall *call) noexcept {
  run_kernel(context, call, triangular_solve);
}
extern "C" void burin_rt_kernel_solve(CallContext *context, const KernelCall *call) noexcept { run_kernel(context, call, solve); }
extern "C" void burin_rt_kernel_inv(CallContext *context, const KernelCall *call) noexcept { run_kernel(context, call, inv); }
extern "C" void burin_rt_kernel_det(CallContext *context, const KernelCall *call) noexcept { run_kernel(context, call, det); }
extern "C" void burin_rt_kernel_slogdet(CallContext *context, const KernelCall *call) noexcept { run_kernel(context, call, slogdet); }
extern "C" void burin_rt_kernel_qr(CallContext *context, const KernelCall *call) noexcept { run_kernel(context, call, qr); }
extern "C" void burin_rt_kernel_svd(CallContext *context, const KernelCall *call) noexcept { run_kernel(context, call, svd); }
extern "C" void burin_rt_kernel_eigh(CallContext *context, const KernelCall *call) noexcept { run_kernel(context, call, eigh); }
