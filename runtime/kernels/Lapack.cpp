#include "runtime/kernels/Lapack.h"
#include "runtime/kernels/Library.h"

namespace burin::runtime {

/// OpenBLAS, on one thread: batches are shared among our own, and results must not depend on the number of threads (rule N4).
/// Where the program has loaded OpenBLAS itself, its setting is left alone.
static const Library &library() {
  static const Library *loaded = [] {
    auto *library = new Library({"libopenblas.so.0", "liblapack.so.3"}, "LAPACK (Debian's libopenblas0-pthread)");
    using SetThreads = void(int);
    if (!library->was_loaded())
      if (auto *set_threads = reinterpret_cast<SetThreads *>(library->find("openblas_set_num_threads"))) set_threads(1);
    return library;
  }();
  return *loaded;
}

template <class T> static Lapack<T> load() {
  const auto find = [](auto *&function, const char *single, const char *twofold) {
    function =
        library().function<std::remove_pointer_t<std::remove_reference_t<decltype(function)>>>(std::is_same_v<T, float> ? single : twofold);
  };
  Lapack<T> found;
  find(found.trsm, "strsm_", "dtrsm_");
  find(found.potrf, "spotrf_", "dpotrf_");
  find(found.getrf, "sgetrf_", "dgetrf_");
  find(found.getrs, "sgetrs_", "dgetrs_");
  find(found.getri, "sgetri_", "dgetri_");
  find(found.gelqf, "sgelqf_", "dgelqf_");
  find(found.orglq, "sorglq_", "dorglq_");
  find(found.gesdd, "sgesdd_", "dgesdd_");
  find(found.syevd, "ssyevd_", "dsyevd_");
  return found;
}

template <class T> const Lapack<T> &lapack() {
  static const Lapack<T> found = load<T>();
  return found;
}
template const Lapack<float> &lapack();
template const Lapack<double> &lapack();

} // namespace burin::runtime
