#pragma once
#include <cstddef>
#include <type_traits>

/// The routines of BLAS and LAPACK that kernels use, by their Fortran symbols; all arrays are column-major, `info` is 0 on
/// success. Text arguments have hidden lengths at the end.
namespace burin::runtime {

template <class T> struct Lapack {
  using Int = int;
  using Trsm = void(const char *side, const char *uplo, const char *trans, const char *diag, const Int *m, const Int *n, const T *alpha,
                    const T *a, const Int *lda, T *b, const Int *ldb, std::size_t, std::size_t, std::size_t, std::size_t);
  using Potrf = void(const char *uplo, const Int *n, T *a, const Int *lda, Int *info, std::size_t);
  using Getrf = void(const Int *m, const Int *n, T *a, const Int *lda, Int *pivots, Int *info);
  using Getrs = void(const char *trans, const Int *n, const Int *nrhs, const T *a, const Int *lda, const Int *pivots, T *b, const Int *ldb,
                     Int *info, std::size_t);
  using Getri = void(const Int *n, T *a, const Int *lda, const Int *pivots, T *work, const Int *lwork, Int *info);
  using Gelqf = void(const Int *m, const Int *n, T *a, const Int *lda, T *tau, T *work, const Int *lwork, Int *info);
  using Orglq = void(const Int *m, const Int *n, const Int *k, T *a, const Int *lda, const T *tau, T *work, const Int *lwork, Int *info);
  using Gesdd = void(const char *job, const Int *m, const Int *n, T *a, const Int *lda, T *s, T *u, const Int *ldu, T *vt, const Int *ldvt,
                     T *work, const Int *lwork, Int *iwork, Int *info, std::size_t);
  using Syevd = void(const char *job, const char *uplo, const Int *n, T *a, const Int *lda, T *w, T *work, const Int *lwork, Int *iwork,
                     const Int *liwork, Int *info, std::size_t, std::size_t);

  Trsm *trsm;
  Potrf *potrf;
  Getrf *getrf;
  Getrs *getrs;
  Getri *getri;
  Gelqf *gelqf;
  Orglq *orglq;
  Gesdd *gesdd;
  Syevd *syevd;
};

/// Throws Error where there is no LAPACK.
template <class T> const Lapack<T> &lapack();

} // namespace burin::runtime
