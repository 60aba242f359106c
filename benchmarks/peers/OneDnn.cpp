#include "../Problem.h"
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>

using namespace bench;

namespace {

dnnl::engine &engine() {
  static dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}
dnnl::stream &stream() {
  static dnnl::stream queue(engine());
  return queue;
}

dnnl::memory::desc row_major(std::int64_t rows, std::int64_t columns) {
  return {{rows, columns}, dnnl::memory::data_type::f32, dnnl::memory::format_tag::ab};
}
dnnl::memory memory(const dnnl::memory::desc &desc, const Buffer &buffer) { return {desc, engine(), buffer.data()}; }

/// The primitive and its arguments are made once; a run executes and waits.
template <class Primitive> Contender executes(Primitive primitive, std::unordered_map<int, dnnl::memory> arguments, Buffer out) {
  return writes(out, [=]() mutable {
    primitive.execute(stream(), arguments);
    stream().wait();
  });
}

Contender matmul(const Problem &problem) {
  const auto m = problem.extents[0], n = problem.extents[1], k = problem.extents[2];
  const auto x = row_major(m, k), y = row_major(k, n), z = row_major(m, n);
  const Buffer out(m * n);
  const dnnl::matmul::primitive_desc plan({x, y, z}, engine());
  return executes(
      dnnl::matmul(plan),
      {{DNNL_ARG_SRC, memory(x, problem.inputs[0])}, {DNNL_ARG_WEIGHTS, memory(y, problem.inputs[1])}, {DNNL_ARG_DST, memory(z, out)}},
      out);
}

/// The older interface to the same library: here faster than the primitive from 512 on, and on one row.
Contender matmul_by_sgemm(const Problem &problem) {
  const auto m = problem.extents[0], n = problem.extents[1], k = problem.extents[2];
  const Buffer x = problem.inputs[0], y = problem.inputs[1], out(m * n);
  return writes(out, [=] { dnnl_sgemm('N', 'N', m, n, k, 1.0f, x.data(), k, y.data(), n, 0.0f, out.data(), n); });
}

/// Images with their channels last, as Burin has them; the filter in the order that the library likes best, made once.
Contender convolution(const Problem &problem) {
  using dnnl::memory;
  using Tag = memory::format_tag;
  const auto &e = problem.extents;
  const memory::dims in = {e[0], e[3], e[1], e[2]}, out_dims = {e[0], e[6], e[1], e[2]}, window = {e[6], e[3], e[4], e[5]};
  const auto type = memory::data_type::f32;
  const memory::desc x(in, type, Tag::nhwc), z(out_dims, type, Tag::nhwc), given(window, type, Tag::hwio), any(window, type, Tag::any);
  const memory::dims strides = {1, 1}, before = {(e[4] - 1) / 2, (e[5] - 1) / 2}, after = {e[4] / 2, e[5] / 2};
  const dnnl::convolution_forward::primitive_desc plan(
      {dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, x, any, z, strides, before, after}, engine());
  memory from = ::memory(given, problem.inputs[1]), filter(plan.weights_desc(), engine());
  dnnl::reorder(from, filter).execute(stream(), from, filter);
  stream().wait();
  const Buffer out(e[0] * e[1] * e[2] * e[6]);
  return executes(dnnl::convolution_forward(plan),
                  {{DNNL_ARG_SRC, ::memory(x, problem.inputs[0])}, {DNNL_ARG_WEIGHTS, filter}, {DNNL_ARG_DST, ::memory(z, out)}}, out);
}

Contender softmax(const Problem &problem) {
  const auto shape = row_major(problem.extents[0], problem.extents[1]);
  const Buffer out(problem.extents[0] * problem.extents[1]);
  const dnnl::softmax_forward::primitive_desc plan({dnnl::prop_kind::forward_inference, shape, 1}, engine());
  return executes(dnnl::softmax_forward(plan), {{DNNL_ARG_SRC, memory(shape, problem.inputs[0])}, {DNNL_ARG_DST, memory(shape, out)}}, out);
}

Contender transposed(const Problem &problem) {
  const auto rows = problem.extents[0], columns = problem.extents[1];
  const auto x = row_major(rows, columns),
             z = dnnl::memory::desc({rows, columns}, dnnl::memory::data_type::f32, dnnl::memory::format_tag::ba);
  const Buffer out(rows * columns);
  const dnnl::reorder::primitive_desc plan(engine(), x, engine(), z);
  return executes(dnnl::reorder(plan), {{DNNL_ARG_FROM, memory(x, problem.inputs[0])}, {DNNL_ARG_TO, memory(z, out)}}, out);
}

} // namespace

BURIN_BENCH_PEER(Registry &registry) {
  const dnnl_version_t *version = dnnl_version();
  registry.describe("oneDNN " + std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
                    std::to_string(version->patch) + ", row-major operands, primitives made once");
  registry.add("oneDNN", Kind::Matmul, matmul);
  registry.add("oneDNN sgemm", Kind::Matmul, matmul_by_sgemm);
  registry.add("oneDNN", Kind::Convolution, convolution);
  registry.add("oneDNN", Kind::Softmax, softmax);
  registry.add("oneDNN", Kind::Transpose, transposed);
}
