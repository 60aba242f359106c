#include "OursCalls.h"
#include <array>
#include <burin/ops/Convolution.h>

namespace bench {

namespace bn = burin;

static bn::Tensor matrix(const Buffer &buffer, std::int64_t rows, std::int64_t columns) { return tensor(buffer, bn::Shape{rows, columns}); }

static Contender call(const Problem &problem) {
  return calls(problem, [](bn::Tensor x, bn::Tensor y) { return x * 2.0f + y; }, tensor(problem.inputs[0]), tensor(problem.inputs[1]));
}

static Contender chain(const Problem &problem) {
  return calls(problem, [](bn::Tensor x) { return bn::tanh(x * 1.5f + 0.25f) * bn::exp(-x * x); }, tensor(problem.inputs[0]));
}

static Contender matmul(const Problem &problem) {
  const auto m = problem.extents[0], n = problem.extents[1], k = problem.extents[2];
  return calls(
      problem, [](bn::Tensor x, bn::Tensor y) { return bn::matmul(x, y); }, matrix(problem.inputs[0], m, k),
      matrix(problem.inputs[1], k, n));
}

static Contender convolution(const Problem &problem) {
  const std::span extents = problem.extents;
  return calls(
      problem, [](bn::Tensor x, bn::Tensor filter) { return bn::conv2d(x, filter, {.padding = bn::Padding::Same}); },
      tensor(problem.inputs[0], extents.first(4)), tensor(problem.inputs[1], std::array{extents[4], extents[5], extents[3], extents[6]}));
}

static Contender softmax(const Problem &problem) {
  return calls(problem, [](bn::Tensor x) { return bn::softmax(x, 1); }, tensor(problem.inputs[0], problem.extents));
}

static Contender transposed(const Problem &problem) {
  return calls(problem, [](bn::Tensor x) { return bn::transpose(x); }, matrix(problem.inputs[0], problem.extents[0], problem.extents[1]));
}

static Contender sum(const Problem &problem) {
  return calls(problem, [](bn::Tensor x) { return bn::sum(x); }, tensor(problem.inputs[0], problem.extents));
}

static Contender mlp(const Problem &problem) {
  const auto &in = problem.inputs;
  const auto batch = problem.extents[0], width = problem.extents[1], hidden = problem.extents[2], out = problem.extents[3];
  return calls(
      problem,
      [](bn::Tensor x, bn::Tensor w1, bn::Tensor b1, bn::Tensor w2, bn::Tensor b2) {
        return bn::matmul(bn::relu(bn::matmul(x, w1) + b1), w2) + b2;
      },
      matrix(in[0], batch, width), matrix(in[1], width, hidden), tensor(in[2]), matrix(in[3], hidden, out), tensor(in[4]));
}

static Contender axpb(const Problem &problem) {
  return calls(problem, [](bn::Tensor x) { return x * 1.5f + 0.25f; }, tensor(problem.inputs[0]));
}

/// An op of the first input alone.
template <class Op> static Registry::Factory on_input(Op op) {
  return [op](const Problem &problem) { return calls(problem, op, tensor(problem.inputs[0], problem.extents)); };
}

static Contender gather(const Problem &problem) {
  const std::int64_t rows = problem.extents[0], columns = problem.extents.size() > 1 ? problem.extents[1] : 1;
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 0; i < rows; ++i)
    indices.push_back(static_cast<std::int64_t>(problem.inputs[0][static_cast<std::size_t>(i * columns)] * static_cast<float>(rows)));
  return calls(
      problem, [](bn::Tensor x, bn::Tensor i) { return bn::take(x, i); }, tensor(problem.inputs[0], problem.extents),
      bn::Tensor::from_vector(indices));
}

void add_our_kernels(Registry &registry) {
  registry.add(kOurs, Kind::Call, call);
  registry.add(kOurs, Kind::Chain, chain);
  registry.add(kOurs, Kind::Matmul, matmul);
  registry.add(kOurs, Kind::Convolution, convolution);
  registry.add(kOurs, Kind::Softmax, softmax);
  registry.add(kOurs, Kind::Sum, sum);
  registry.add(kOurs, Kind::Transpose, transposed);
  registry.add(kOurs, Kind::Gelu, on_input([](bn::Tensor x) { return bn::gelu(x); }));
  registry.add(kOurs, Kind::Remainder, on_input([](bn::Tensor x) { return bn::remainder(x, 0.7f); }));
  registry.add(kOurs, Kind::Argmax, on_input([](bn::Tensor x) { return bn::cast(bn::argmax(x, 1), bn::DType::F32); }));
  registry.add(kOurs, Kind::Mlp, mlp);
  registry.add(kOurs, Kind::Axpb, axpb);
  registry.add(kOurs, Kind::Sort, on_input([](bn::Tensor x) { return bn::sort(x); }));
  // As floats, like all values here: exact up to 2^24.
  registry.add(kOurs, Kind::Argsort, on_input([](bn::Tensor x) { return bn::cast(bn::argsort(x), bn::DType::F32); }));
  registry.add(kOurs, Kind::TopK, on_input([](bn::Tensor x) { return bn::top_k(x, 100).values; }));
  registry.add(kOurs, Kind::CumulativeSum, on_input([](bn::Tensor x) { return bn::cumulative_sum(x); }));
  registry.add(kOurs, Kind::CumulativeProd, on_input([](bn::Tensor x) { return bn::cumulative_prod(x); }));
  registry.add(kOurs, Kind::Gather, gather);
  registry.add(kOurs, Kind::GatherRows, gather);
  registry.add(kOurs, Kind::CumulativeMax, on_input([](bn::Tensor x) { return bn::cumulative_max(x); }));
  registry.add(kOurs, Kind::Inv, on_input([](bn::Tensor x) { return bn::inv(x); }));
}

} // namespace bench
