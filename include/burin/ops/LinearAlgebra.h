#pragma once
#include "burin/Operand.h"

/// Linear algebra, by LAPACK. Matrices are the last two dimensions; those before are batches. Elements are f32 or f64; integers are
/// converted to f64.
///
/// Each throws ShapeError for fewer than two dimensions, or for matrices that aren't square where they must be, DTypeError for
/// other elements, and Error where LAPACK isn't installed. CheckError, when it runs, for a matrix that the op can't work with,
/// naming it.
namespace burin {

enum class Triangle : bool { Lower, Upper };

/// The lower triangular L with L Lᵀ = x, or the upper triangular Lᵀ. Reads the lower triangle of x alone.
/// Throws CheckError for an x that isn't positive definite.
Tensor cholesky(const Operand &x, Triangle triangle = Triangle::Lower);

struct TriangularOptions {
  Triangle triangle = Triangle::Lower; ///< which triangle of a is read
  bool transposed = false;             ///< solve aᵀ x = b
  bool unit_diagonal = false;          ///< take the diagonal of a to be ones
};
/// The x with a x = b, of a triangular a. `b` is a vector, or matrices; batches broadcast. Dtype: promoted.
/// Throws ShapeError unless a has as many columns as b has rows; CheckError for a zero on the diagonal.
Tensor triangular_solve(const Operand &a, const Operand &b, const TriangularOptions &options = {});
/// The x with a x = b. `b` is a vector, or matrices; batches broadcast. Dtype: promoted.
/// Throws ShapeError unless a has as many columns as b has rows; CheckError for a singular a.
Tensor solve(const Operand &a, const Operand &b);
/// The inverse of x. Throws CheckError for a singular x.
Tensor inv(const Operand &x);
/// The determinant of x; 0 for a singular one. Its gradient is that of a regular x, and fails for a singular one.
Tensor det(const Operand &x);

struct SignAndLogarithm {
  Tensor sign;      ///< -1, 0 or 1
  Tensor logabsdet; ///< -inf for a singular matrix
};
/// The determinant as its sign and the natural logarithm of its magnitude, which neither overflows nor vanishes.
SignAndLogarithm slogdet(const Operand &x);

/// How many vectors a decomposition gives: those that the matrix needs, or whole bases.
enum class Basis : bool { Reduced, Complete };

struct Qr {
  Tensor q; ///< [..., m, k] with orthonormal columns
  Tensor r; ///< [..., k, n], upper triangular
};
/// x = q r, for x of shape [..., m, n]. k is the lesser of m and n, or m if Complete.
Qr qr(const Operand &x, Basis basis = Basis::Reduced);

struct Svd {
  Tensor u;  ///< [..., m, m], or [..., m, k] if Reduced, with orthonormal columns
  Tensor s;  ///< [..., k], descending and not negative
  Tensor vh; ///< [..., n, n], or [..., k, n] if Reduced, with orthonormal rows
};
/// x = u diag(s) vh, for x of shape [..., m, n]; k is the lesser of m and n.
/// Throws CheckError for an x with a NaN or an infinity.
Svd svd(const Operand &x, Basis basis = Basis::Complete);

struct Eigh {
  Tensor eigenvalues;  ///< [..., n], ascending
  Tensor eigenvectors; ///< [..., n, n], in columns, orthonormal
};
/// Eigenvalues and eigenvectors of a symmetric x. Reads the lower triangle of x alone.
/// Throws CheckError for an x with a NaN or an infinity.
Eigh eigh(const Operand &x);

} // namespace burin
