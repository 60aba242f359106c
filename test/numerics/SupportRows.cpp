#include "test/numerics/SupportRows.h"
#include "burin/burin.h"
#include <cmath>

namespace burin::test {

using Tensors = std::vector<Tensor>;
using Rows = std::vector<SupportRow>;

static void add_creation(Rows &rows) {
  const auto made = [&](std::string name, Tensor (*make)(DType)) {
    rows.push_back({std::move(name), {}, [make](const Tensors &, DType dtype) { return make(dtype); }});
  };
  made("zeros", [](DType dtype) { return zeros({2}, dtype); });
  made("ones", [](DType dtype) { return ones({2}, dtype); });
  made("full", [](DType dtype) { return full({2}, 1, dtype); });
  made("iota", [](DType dtype) { return iota({2}, 0, dtype); });
  made("arange", [](DType dtype) { return arange(2, dtype); });
  made("linspace", [](DType dtype) { return linspace(0, 1, 3, dtype); });
  made("eye", [](DType dtype) { return eye(2, {}, 0, dtype); });
  made("uniform", [](DType dtype) { return uniform({2}, 1, {.dtype = dtype}); });
  made("normal", [](DType dtype) { return normal({2}, 1, {.dtype = dtype}); });
  made("truncated_normal", [](DType dtype) { return truncated_normal({2}, 1, {.dtype = dtype}); });
  made("randint", [](DType dtype) { return randint({2}, 1, 0, 9, dtype); });
  made("random_bits", [](DType dtype) { return random_bits({2}, 1, dtype); });
}

static void add_unary(Rows &rows) {
  const auto on_vector = [&](std::string name, Tensor (*op)(const Tensor &)) {
    rows.push_back({std::move(name), {{4}}, [op](const Tensors &x, DType) { return op(x[0]); }, {}, {0, 1}});
  };
  on_vector("meshgrid", [](const Tensor &x) { return meshgrid({x, x})[1]; });
  on_vector("bitcast", [](const Tensor &x) { return bitcast(x, x.dtype()); });
  on_vector("shape", [](const Tensor &x) { return shape(x); });
  on_vector("size", [](const Tensor &x) { return size(x); });
  on_vector("rank", [](const Tensor &x) { return rank(x); });
  on_vector("concatenate", [](const Tensor &x) { return concatenate({x, x}); });
  on_vector("where", [](const Tensor &x) { return where(true, x, x); });
  on_vector("select", [](const Tensor &x) { return select(true, x, x); });
  on_vector("boolean_mask", [](const Tensor &x) { return boolean_mask(x, cast(x, DType::Bool)); });
  on_vector("nonzero", [](const Tensor &x) { return nonzero(x)[0]; });
  on_vector("dynamic_update_slice", [](const Tensor &x) { return dynamic_update_slice(x, slice(x, {0}, {1}), {0}); });
  on_vector("scatter_nd", [](const Tensor &x) { return scatter_nd(x, constant({{0}, {0}}), slice(x, {0}, {1})); });
  on_vector("unique", [](const Tensor &x) { return unique(x); });
  on_vector("unique_all", [](const Tensor &x) { return unique_all(x).counts; });
  on_vector("searchsorted", [](const Tensor &x) { return searchsorted(x, x); });
  on_vector("fft", [](const Tensor &x) { return fft(x); });
  on_vector("ifft", [](const Tensor &x) { return ifft(x); });
  on_vector("rfft", [](const Tensor &x) { return rfft(x); });
  on_vector("irfft", [](const Tensor &x) { return irfft(x); });
  on_vector("bernoulli", [](const Tensor &x) { return bernoulli(x, 1); });
  on_vector("categorical", [](const Tensor &x) { return categorical(x, 1); });
  on_vector("permutation", [](const Tensor &x) { return permutation(x, 1); });
  on_vector("dropout", [](const Tensor &x) { return dropout(x, 0.5, 1); });
  on_vector("layer_norm", [](const Tensor &x) { return layer_norm(x); });
  on_vector("rms_norm", [](const Tensor &x) { return rms_norm(x); });
  on_vector("batch_norm", [](const Tensor &x) { return batch_norm(stack({x, x}), x, x); });
  on_vector("mse", [](const Tensor &x) { return mse(x, x); });
  on_vector("mae", [](const Tensor &x) { return mae(x, x); });
  on_vector("huber", [](const Tensor &x) { return huber(x, x); });
  on_vector("binary_cross_entropy", [](const Tensor &x) { return binary_cross_entropy(x, x); });
}

static void add_losses(Rows &rows) {
  rows.push_back({"cross_entropy", {{2, 3}, {2, 3}}, [](const Tensors &x, DType) { return cross_entropy(x[0], x[1]); }});
}

static void add_linear_algebra(Rows &rows) {
  const auto on_matrix = [&](std::string name, Tensor (*op)(const Tensor &)) { // a positive definite one
    rows.push_back({std::move(name), {{2, 2}}, [op](const Tensors &x, DType) { return op(x[0]); }, {}, {4, 1, 1, 3}});
  };
  on_matrix("cholesky", [](const Tensor &x) { return cholesky(x); });
  on_matrix("triangular_solve", [](const Tensor &x) { return triangular_solve(x, x); });
  on_matrix("solve", [](const Tensor &x) { return solve(x, x); });
  on_matrix("inv", [](const Tensor &x) { return inv(x); });
  on_matrix("det", [](const Tensor &x) { return det(x); });
  on_matrix("slogdet", [](const Tensor &x) { return slogdet(x).sign; });
  on_matrix("qr", [](const Tensor &x) { return qr(x).r; });
  on_matrix("svd", [](const Tensor &x) { return svd(x).s; });
  on_matrix("eigh", [](const Tensor &x) { return eigh(x).eigenvalues; });
}

static void add_convolutions(Rows &rows) {
  const auto convolution = [&](std::string name, Extents x, Extents filter, auto op) {
    rows.push_back({std::move(name), {x, filter}, [op](const Tensors &x, DType) { return op(x[0], x[1], ConvolutionOptions()); }});
  };
  convolution("conv1d", {1, 4, 1}, {2, 1, 1}, conv1d);
  convolution("conv2d", {1, 3, 4, 1}, {2, 2, 1, 1}, conv2d);
  convolution("depthwise_conv2d", {1, 3, 4, 1}, {2, 2, 1, 1}, depthwise_conv2d);
  convolution("conv2d_transpose", {1, 3, 4, 1}, {2, 2, 1, 1}, conv2d_transpose);
}

/// Three values in the row's range.
static std::vector<double> values_of(const Row &row) {
  std::vector<double> values = {row.low, (row.low + row.high) / 2, row.high};
  if (row.whole)
    for (double &value : values) value = std::round(value);
  return values;
}

std::map<std::string, SupportRow> rows_of_all_ops() {
  Rows own;
  add_creation(own);
  add_unary(own);
  add_linear_algebra(own);
  add_convolutions(own);
  add_losses(own);
  std::map<std::string, SupportRow> rows;
  for (const SupportRow &row : own) rows.emplace(row.name, row);
  for (const Row &row : op_table()) {
    const auto apply = [&row](const Tensors &x, DType) { return row.apply(x); };
    rows.emplace(row.name, SupportRow{row.name, row.cases[0], apply, row.static_only, values_of(row)});
  }
  for (auto &[name, row] : rows)
    if (row.values.empty()) row.values = {1, 2, 0};
  return rows;
}

std::vector<Tensor> operands_of(const SupportRow &row, DType dtype) {
  Tensors operands;
  for (const Extents &extents : row.operands) {
    Array made(extents);
    for (std::size_t i = 0; i < made.values.size(); ++i) made.values[i] = row.values[i % row.values.size()];
    operands.push_back(to_tensor(made, dtype));
  }
  return operands;
}

} // namespace burin::test
