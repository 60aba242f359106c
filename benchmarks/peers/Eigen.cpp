#include "../Problem.h"
#include <Eigen/Dense>

using namespace bench;

namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixIn = Eigen::Map<const Matrix, Eigen::Aligned64>;
using MatrixOut = Eigen::Map<Matrix, Eigen::Aligned64>;
using RowIn = Eigen::Map<const Eigen::RowVectorXf, Eigen::Aligned64>;
using RowOut = Eigen::Map<Eigen::RowVectorXf, Eigen::Aligned64>;
using ArrayIn = Eigen::Map<const Eigen::ArrayXf, Eigen::Aligned64>;
using ArrayOut = Eigen::Map<Eigen::ArrayXf, Eigen::Aligned64>;

ArrayIn array(const Buffer &x) { return {x.data(), static_cast<Eigen::Index>(x.size())}; }
ArrayOut array_out(const Buffer &x) { return {x.data(), static_cast<Eigen::Index>(x.size())}; }
RowIn row(const Buffer &x) { return {x.data(), static_cast<Eigen::Index>(x.size())}; }

Contender chain(const Problem &problem) {
  const Buffer x = problem.inputs[0], out(problem.extents[0]);
  return writes(out, [=] {
    const ArrayIn in = array(x);
    array_out(out) = (1.5f * in + 0.25f).tanh() * (-in * in).exp();
  });
}

Contender matmul(const Problem &problem) {
  const auto m = problem.extents[0], n = problem.extents[1], k = problem.extents[2];
  const Buffer x = problem.inputs[0], y = problem.inputs[1], out(m * n);
  if (m == 1) // a row vector by type goes to the matrix-vector kernel
    return writes(out, [=] { RowOut(out.data(), n).noalias() = row(x) * MatrixIn(y.data(), k, n); });
  return writes(out, [=] { MatrixOut(out.data(), m, n).noalias() = MatrixIn(x.data(), m, k) * MatrixIn(y.data(), k, n); });
}

/// Row by row, all four passes while the row is in the L1 cache; whole-matrix expressions make four through memory.
Contender softmax(const Problem &problem) {
  const auto rows = problem.extents[0], columns = problem.extents[1];
  const Buffer x = problem.inputs[0], out(rows * columns);
  return writes(out, [=] {
    for (std::int64_t i = 0; i < rows; ++i) {
      const ArrayIn in(x.data() + i * columns, columns);
      ArrayOut values(out.data() + i * columns, columns);
      values = (in - in.maxCoeff()).exp();
      values *= 1.0f / values.sum();
    }
  });
}

Contender sum(const Problem &problem) {
  const Buffer x = problem.inputs[0], out(1);
  return writes(out, [=] { out[0] = array(x).sum(); });
}

Contender transposed(const Problem &problem) {
  const auto rows = problem.extents[0], columns = problem.extents[1];
  const Buffer x = problem.inputs[0], out(rows * columns);
  return writes(out, [=] { MatrixOut(out.data(), columns, rows).noalias() = MatrixIn(x.data(), rows, columns).transpose(); });
}

Contender mlp(const Problem &problem) {
  const auto batch = problem.extents[0], in = problem.extents[1], hidden = problem.extents[2], out = problem.extents[3];
  const auto inputs = problem.inputs;
  const Buffer middle(batch * hidden), result(batch * out);
  return writes(result, [=] {
    MatrixOut h(middle.data(), batch, hidden), y(result.data(), batch, out);
    h.noalias() = MatrixIn(inputs[0].data(), batch, in) * MatrixIn(inputs[1].data(), in, hidden);
    h = (h.rowwise() + row(inputs[2])).cwiseMax(0.0f);
    y.noalias() = h * MatrixIn(inputs[3].data(), hidden, out);
    y.rowwise() += row(inputs[4]);
  });
}

} // namespace

BURIN_BENCH_PEER(Registry &registry) {
  registry.describe("Eigen " + std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." +
                    std::to_string(EIGEN_MINOR_VERSION) + ", -O3 -march=native -DNDEBUG, " + Eigen::SimdInstructionSetsInUse());
  registry.add("Eigen", Kind::Chain, chain);
  registry.add("Eigen", Kind::Matmul, matmul);
  registry.add("Eigen", Kind::Softmax, softmax);
  registry.add("Eigen", Kind::Sum, sum);
  registry.add("Eigen", Kind::Transpose, transposed);
  registry.add("Eigen", Kind::Mlp, mlp);
}
