#include "test/numerics/AxisRows.h"
#include "burin/burin.h"

namespace burin::test {

using Tensors = std::vector<Tensor>;
using Rows = std::vector<AxisRow>;
using OneAxis = Tensor (*)(const Tensor &, int);
using SeveralAxes = Tensor (*)(const Tensor &, const Axes &);

static AxisRow one(std::string name, OneAxis op, int rank = 2, DType dtype = DType::F32) {
  return {std::move(name), {{2, 3}}, [op](const Tensors &x, const std::vector<int> &axes) { return op(x[0], axes[0]); }, rank,
          false,           dtype};
}

static AxisRow several(std::string name, SeveralAxes op, std::vector<std::int64_t> extents = {2, 3}) {
  const int rank = static_cast<int>(extents.size());
  return {
      std::move(name), {std::move(extents)}, [op](const Tensors &x, const std::vector<int> &axes) { return op(x[0], axes); }, rank, true};
}

static void add_reductions(Rows &rows) {
  rows.push_back(several("sum", [](const Tensor &x, const Axes &axes) { return sum(x, axes); }));
  rows.push_back(several("prod", [](const Tensor &x, const Axes &axes) { return prod(x, axes); }));
  rows.push_back(several("min", [](const Tensor &x, const Axes &axes) { return min(x, axes); }));
  rows.push_back(several("max", [](const Tensor &x, const Axes &axes) { return max(x, axes); }));
  rows.push_back(several("mean", [](const Tensor &x, const Axes &axes) { return mean(x, axes); }));
  rows.push_back(several("var", [](const Tensor &x, const Axes &axes) { return var(x, axes); }));
  rows.push_back(several("std", [](const Tensor &x, const Axes &axes) { return burin::std(x, axes); }));
  rows.push_back(several("any", [](const Tensor &x, const Axes &axes) { return any(x, axes); }));
  rows.push_back(several("all", [](const Tensor &x, const Axes &axes) { return all(x, axes); }));
  rows.push_back(several("logsumexp", [](const Tensor &x, const Axes &axes) { return logsumexp(x, axes); }));
  rows.push_back(several("norm", [](const Tensor &x, const Axes &axes) { return norm(x, 2, axes); }));
  rows.push_back(several("count_nonzero", [](const Tensor &x, const Axes &axes) { return count_nonzero(x, axes); }));
  rows.push_back(one("argmin", [](const Tensor &x, int axis) { return argmin(x, axis); }));
  rows.push_back(one("argmax", [](const Tensor &x, int axis) { return argmax(x, axis); }));
  rows.push_back(one("softmax", [](const Tensor &x, int axis) { return softmax(x, axis); }));
  rows.push_back(one("log_softmax", [](const Tensor &x, int axis) { return log_softmax(x, axis); }));
  rows.push_back(one("cumulative_sum", [](const Tensor &x, int axis) { return cumulative_sum(x, axis); }));
  rows.push_back(one("cumulative_prod", [](const Tensor &x, int axis) { return cumulative_prod(x, axis); }));
  rows.push_back(one("cumulative_max", [](const Tensor &x, int axis) { return cumulative_max(x, axis); }));
  rows.push_back(several("layer_norm", [](const Tensor &x, const Axes &axes) { return layer_norm(x, {}, {}, axes); }));
  rows.push_back(several("rms_norm", [](const Tensor &x, const Axes &axes) { return rms_norm(x, {}, axes); }));
  rows.push_back({"batch_norm", {{2, 3}, {3}}, [](const Tensors &x, const std::vector<int> &axes) {
                    return batch_norm(x[0], x[1], x[1], {}, {}, axes[0]);
                  }});
  rows.push_back({"cross_entropy", {{2, 3}, {2, 3}}, [](const Tensors &x, const std::vector<int> &axes) {
                    return cross_entropy(x[0], x[1], {.axis = axes[0]});
                  }});
}

static void add_shapes(Rows &rows) {
  rows.push_back(several("squeeze", [](const Tensor &x, const Axes &axes) { return squeeze(x, axes); }, {1, 1, 1}));
  rows.push_back(several("flip", [](const Tensor &x, const Axes &axes) { return flip(x, axes); }));
  // A permutation lists all axes.
  const auto with_another = [](const std::vector<int> &axes) { return axes.size() == 1 ? Axes({axes[0], 1}) : Axes(axes); };
  rows.push_back({"transpose",
                  {{2, 3}},
                  [=](const Tensors &x, const std::vector<int> &axes) { return transpose(x[0], with_another(axes)); },
                  2,
                  true});
  rows.push_back({"permute_dims",
                  {{2, 3}},
                  [=](const Tensors &x, const std::vector<int> &axes) { return permute_dims(x[0], with_another(axes)); },
                  2,
                  true});
  rows.push_back({"moveaxis",
                  {{2, 3}},
                  [=](const Tensors &x, const std::vector<int> &axes) { return moveaxis(x[0], with_another(axes), {0, 1}); },
                  2,
                  true});
  rows.push_back({"moveaxis",
                  {{2, 3}},
                  [=](const Tensors &x, const std::vector<int> &axes) { return moveaxis(x[0], {0, 1}, with_another(axes)); },
                  2,
                  true});
  rows.push_back(one("swapaxes", [](const Tensor &x, int axis) { return swapaxes(x, axis, 0); }));
  rows.push_back(one("swapaxes", [](const Tensor &x, int axis) { return swapaxes(x, 0, axis); }));
  rows.push_back(one("expand_dims", [](const Tensor &x, int axis) { return expand_dims(x, axis); }, 3));
  rows.push_back(one("concat", [](const Tensor &x, int axis) { return concat({x, x}, axis); }));
  rows.push_back(one("concatenate", [](const Tensor &x, int axis) { return concatenate({x, x}, axis); }));
  rows.push_back(one("stack", [](const Tensor &x, int axis) { return stack({x, x}, axis); }, 3));
  rows.push_back(one("unstack", [](const Tensor &x, int axis) { return unstack(x, axis)[0]; }));
  rows.push_back(one("split", [](const Tensor &x, int axis) { return split(x, 1, axis)[0]; }));
  rows.push_back(one("split", [](const Tensor &x, int axis) { return split(x, Integers{1}, axis)[0]; }));
  rows.push_back(one("repeat", [](const Tensor &x, int axis) { return repeat(x, 2, axis); }));
  rows.push_back(one("repeat", [](const Tensor &x, int axis) { return repeat(x, Integers{1, 2}, axis); }));
  rows.push_back(one("roll", [](const Tensor &x, int axis) { return roll(x, 1, axis); }));
  rows.push_back(one("roll", [](const Tensor &x, int axis) { return roll(x, Integers{1}, axis); }));
  rows.push_back(one("permutation", [](const Tensor &x, int axis) { return permutation(x, 1, axis); }));
  rows.push_back({"iota", {}, [](const Tensors &, const std::vector<int> &axes) { return iota({2, 3}, axes[0]); }});
}

static void add_indexing(Rows &rows) {
  rows.push_back(one("take", [](const Tensor &x, int axis) { return take(x, 0, axis); }));
  rows.push_back(one("gather", [](const Tensor &x, int axis) { return gather(x, 0, axis); }));
  rows.push_back(one("take_along_axis", [](const Tensor &x, int axis) { return take_along_axis(x, constant({{0}}), axis); }));
  rows.push_back(one("scatter", [](const Tensor &x, int axis) { return scatter(x, 0, 1, Scatter::Set, axis); }));
  rows.push_back(one("put_along_axis", [](const Tensor &x, int axis) { return put_along_axis(x, constant({{0}}), 1, axis); }));
  rows.push_back(one("boolean_mask", [](const Tensor &x, int axis) { return boolean_mask(x, constant({true, false}), axis); }));
  rows.push_back(one("one_hot", [](const Tensor &x, int axis) { return one_hot(x, 4, DType::F32, axis); }, 3, DType::I32));
  rows.push_back(one("one_hot", [](const Tensor &x, int axis) { return one_hot(x, 4, 2, 1, axis); }, 3, DType::I32));
  rows.push_back(one("sort", [](const Tensor &x, int axis) { return sort(x, axis); }));
  rows.push_back(one("argsort", [](const Tensor &x, int axis) { return argsort(x, axis); }));
  rows.push_back(one("top_k", [](const Tensor &x, int axis) { return top_k(x, 1, axis).values; }));
}

static void add_algebra(Rows &rows) {
  rows.push_back(one("vecdot", [](const Tensor &x, int axis) { return vecdot(x, x, axis); }));
  rows.push_back(several("tensordot", [](const Tensor &x, const Axes &axes) {
    return tensordot(x, x, axes, axes.values().size() == 1 ? Axes(0) : Axes({0, 1}));
  }));
  rows.push_back(several("tensordot", [](const Tensor &x, const Axes &axes) {
    return tensordot(x, x, axes.values().size() == 1 ? Axes(0) : Axes({0, 1}), axes);
  }));
  rows.push_back(one("fft", [](const Tensor &x, int axis) { return fft(x, {.axis = axis}); }));
  rows.push_back(one("ifft", [](const Tensor &x, int axis) { return ifft(x, {.axis = axis}); }));
  rows.push_back(one("rfft", [](const Tensor &x, int axis) { return rfft(x, {.axis = axis}); }));
  rows.push_back(one("irfft", [](const Tensor &x, int axis) { return irfft(x, {.axis = axis}); }, 2, DType::Complex64));
}

std::vector<AxisRow> axis_rows() {
  Rows rows;
  add_reductions(rows);
  add_shapes(rows);
  add_indexing(rows);
  add_algebra(rows);
  return rows;
}

} // namespace burin::test
