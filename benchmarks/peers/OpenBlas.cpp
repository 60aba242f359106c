#include "../Problem.h"
#include <cblas.h>

using namespace bench;

static Contender matmul(const Problem &problem) {
  const auto m = static_cast<blasint>(problem.extents[0]), n = static_cast<blasint>(problem.extents[1]),
             k = static_cast<blasint>(problem.extents[2]);
  const Buffer x = problem.inputs[0], y = problem.inputs[1], out(problem.extents[0] * problem.extents[1]);
  if (m == 1) // what its user would call for one row; sgemm takes two to three times as long
    return writes(out, [=] {
      cblas_sgemv(CblasRowMajor, CblasTrans, k, n, 1.0f, y.data(), n, x.data(), 1, 0.0f, out.data(), 1);
    });
  return writes(out, [=] {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1.0f, x.data(), k, y.data(), n, 0.0f, out.data(),
                n);
  });
}

BURIN_BENCH_PEER(Registry &registry) {
  openblas_set_num_threads(1);
  registry.describe(std::string(openblas_get_config()) + ", kernels of " + openblas_get_corename());
  registry.add("OpenBLAS", Kind::Matmul, matmul);
}
