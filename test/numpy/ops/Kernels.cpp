// What runtime kernels compute: scans, sorting, segments, decompositions, Fourier transforms; and contractions by einsum.
#include "test/numpy/Ops.h"

namespace burin::numpy {

using Scan = Tensor (*)(const Operand &, int, const ScanOptions &);
static Apply scan(Scan op) {
  return one([op](const Tensors &x, const Attributes &a) {
    return op(x[0], a.axis(),
              {.reverse = a.flag("reverse"), .exclusive = a.flag("exclusive"), .include_initial = a.flag("include_initial")});
  });
}

static Order order(const Attributes &a) { return a.flag("descending") ? Order::Descending : Order::Ascending; }
static Side side(const Attributes &a) { return a.flag("right") ? Side::Right : Side::Left; }

static FftOptions transform(const Attributes &a) {
  return {
      .n = a.has("n") ? std::optional(a.integer("n")) : std::nullopt, .axis = a.axis(), .norm = static_cast<FftNorm>(a.integer("norm"))};
}

/// Definite whatever x is.
static Tensor definite(const Tensor &x) {
  const std::int64_t n = x.shape().extent(-1);
  return einsum("...ij,...kj->...ik", {x, x}) + where(equal(iota({n, n}, 0), iota({n, n}, 1)), cast(2.0, x.dtype()), cast(0.0, x.dtype()));
}

static const Group kernels{
    {"cumulative_sum", scan(cumulative_sum)},
    {"cumulative_prod", scan(cumulative_prod)},
    {"cumulative_max", scan(cumulative_max)},
    {"sort", one([](const Tensors &x, const Attributes &a) { return sort(x[0], a.axis(), order(a)); })},
    {"argsort", one([](const Tensors &x, const Attributes &a) { return argsort(x[0], a.axis(), order(a)); })},
    {"top_k",
     [](const Tensors &x, const Attributes &a) {
       const TopK top = top_k(x[0], a.integer("k"), a.axis(), a.flag("smallest") ? Extreme::Smallest : Extreme::Greatest);
       return Tensors{top.values, top.indices};
     }},
    {"searchsorted", one([](const Tensors &x, const Attributes &a) { return searchsorted(x[0], x[1], side(a)); })},
    {"segment_sum", one([](const Tensors &x, const Attributes &a) { return segment_sum(x[0], x[1], a.integer("count")); })},
    {"segment_max", one([](const Tensors &x, const Attributes &a) { return segment_max(x[0], x[1], a.integer("count")); })},
    {"bincount", one([](const Tensors &x, const Attributes &a) { return bincount(x[0], a.integer("length")); })},
    {"fft", one([](const Tensors &x, const Attributes &a) { return fft(x[0], transform(a)); })},
    {"ifft", one([](const Tensors &x, const Attributes &a) { return ifft(x[0], transform(a)); })},
    {"rfft", one([](const Tensors &x, const Attributes &a) { return rfft(x[0], transform(a)); })},
    {"irfft", one([](const Tensors &x, const Attributes &a) { return irfft(x[0], transform(a)); })},
    {"solve", binary(solve)},
    {"triangular_solve", one([](const Tensors &x, const Attributes &a) {
       return triangular_solve(x[0], x[1], {.triangle = a.flag("upper") ? Triangle::Upper : Triangle::Lower, .transposed = a.flag("transposed")});
     })},
    {"inv", unary(inv)},
    {"det", unary(det)},
    {"cholesky", one([](const Tensors &x, const Attributes &) { return cholesky(definite(x[0])); })},
    {"slogdet",
     [](const Tensors &x, const Attributes &) {
       const SignAndLogarithm result = slogdet(x[0]);
       return Tensors{result.sign, result.logabsdet};
     }},
    {"singular_values", one([](const Tensors &x, const Attributes &) { return svd(x[0], Basis::Reduced).s; })},
    {"eigenvalues", one([](const Tensors &x, const Attributes &) { return eigh(x[0]).eigenvalues; })},
    {"einsum", one([](const Tensors &x, const Attributes &a) { return einsum(a.text("subscripts"), x); })},
    {"tensordot", one([](const Tensors &x, const Attributes &a) { return tensordot(x[0], x[1], static_cast<int>(a.integer("count"))); })},
    {"dot", binary(dot)},
    {"outer", binary(outer)},
    {"vecdot", one([](const Tensors &x, const Attributes &a) { return vecdot(x[0], x[1], a.axis()); })},
};

} // namespace burin::numpy
