// Rows of convolutions and pooling. test/numpy has all options; here are all shapes that are emitted in a way of their own.
#include "test/numerics/WindowRows.h"
#include "burin/ops/Convolution.h"
#include <algorithm>
#include <cmath>
#include <limits>

namespace burin::test {

using Tensors = std::vector<Tensor>;
using Arrays = std::vector<Array>;

static const std::vector<DType> kFloats = {DType::F32, DType::F64, DType::F16, DType::BF16};
static const std::vector<DType> kNumbers = {DType::F32, DType::F64, DType::F16, DType::BF16, DType::I8,  DType::I16,
                                            DType::I32, DType::I64, DType::U8,  DType::U16,  DType::U32, DType::U64};

namespace {

/// Along both spatial dimensions alike.
struct Slide {
  std::int64_t stride = 1, dilation = 1, before = 0, after = 0, groups = 1;

  std::int64_t places(std::int64_t extent, std::int64_t window) const {
    return (extent + before + after - ((window - 1) * dilation + 1)) / stride + 1;
  }
  /// The position that element `element` of the window at `place` has.
  std::int64_t at(std::int64_t place, std::int64_t element) const { return place * stride + element * dilation - before; }
};

} // namespace

static bool contains(const Array &x, const Index &index) {
  for (std::size_t i = 0; i < index.size(); ++i)
    if (index[i] < 0 || index[i] >= x.extents[i]) return false;
  return true;
}

static Array convolution(const Array &x, const Array &filter, const Slide &slide) {
  const Extents &f = filter.extents;
  const std::int64_t made = f[3] / slide.groups;
  return generate({x.extents[0], slide.places(x.extents[1], f[0]), slide.places(x.extents[2], f[1]), f[3]}, [&](const Index &i) {
    double sum = 0;
    for_each_index({f[0], f[1], f[2]}, [&](const Index &k) {
      const Index at = {i[0], slide.at(i[1], k[0]), slide.at(i[2], k[1]), i[3] / made * f[2] + k[2]};
      if (contains(x, at)) sum += x.values[offset_of(x, at)] * filter.values[offset_of(filter, {k[0], k[1], k[2], i[3]})];
    });
    return sum;
  });
}

static Array pool(const Array &x, std::int64_t window, const Slide &slide, double (*combine)(const std::vector<double> &)) {
  return generate({x.extents[0], slide.places(x.extents[1], window), slide.places(x.extents[2], window), x.extents[3]},
                  [&](const Index &i) {
                    std::vector<double> elements;
                    for_each_index({window, window}, [&](const Index &k) {
                      const Index at = {i[0], slide.at(i[1], k[0]), slide.at(i[2], k[1]), i[3]};
                      if (contains(x, at)) elements.push_back(x.values[offset_of(x, at)]);
                    });
                    return combine(elements);
                  });
}

static ConvolutionOptions options(const Slide &s) {
  return {.strides = {s.stride}, .dilations = {s.dilation}, .padding = {{s.before, s.after}}, .groups = s.groups};
}
static PoolOptions pool_options(const Slide &s) {
  return {.strides = {s.stride}, .dilations = {s.dilation}, .padding = {{s.before, s.after}}};
}

static void add_convolutions(std::vector<Row> &rows) {
  auto add = [&](const Slide &slide, std::vector<std::vector<Extents>> cases) {
    rows.push_back(row(
        "convolution", kNumbers, std::move(cases), [=](const Tensors &x) { return conv2d(x[0], x[1], options(slide)); },
        [=](const Arrays &x) { return convolution(x[0], x[1], slide); }));
    rows.back().high = 2; // the sums fit 8 bits
  };
  // Tiles in full and at each edge; one channel in, out, and both; rows that tiles cross; long sums.
  add({}, {{{2, 9, 11, 3}, {3, 3, 3, 20}},
           {{1, 8, 24, 1}, {3, 3, 1, 1}},
           {{1, 5, 5, 2}, {5, 5, 2, 3}},
           {{1, 3, 40, 1}, {1, 4, 1, 33}},
           {{2, 7, 7, 16}, {1, 1, 16, 64}},
           {{0, 5, 5, 2}, {3, 3, 2, 4}},
           {{1, 5, 5, 0}, {3, 3, 0, 4}},
           {{1, 4, 4, 70}, {3, 2, 70, 1}}});
  add({.stride = 2, .before = 1, .after = 0}, {{{1, 9, 8, 4}, {3, 3, 4, 17}}, {{1, 9, 12, 1}, {2, 3, 1, 1}}});
  add({.dilation = 2, .before = 2, .after = 3}, {{{1, 6, 7, 3}, {3, 2, 3, 5}}, {{2, 4, 9, 1}, {3, 3, 1, 1}}});
  add({.stride = 3, .before = 1, .after = 1, .groups = 4},
      {{{1, 7, 7, 8}, {3, 3, 2, 12}}, {{1, 5, 8, 4}, {2, 2, 1, 4}}, {{1, 5, 8, 4}, {2, 2, 1, 8}}});
  rows.push_back(row(
      "convolution", kFloats, {{{1, 6, 5, 2}, {3, 2, 2, 4}}, {{2, 4, 4, 19}, {1, 3, 19, 9}}},
      [](const Tensors &x) { return tanh(conv2d(x[0], x[1] * 0.25f, {.padding = {{1, 1}}}) - 1); }, // an epilogue in a loop
      [](const Arrays &x) {
        Array filter = x[1];
        for (double &value : filter.values) value *= 0.25;
        Array result = convolution(x[0], filter, {.before = 1, .after = 1});
        for (double &value : result.values) value = std::tanh(value - 1);
        return result;
      },
      4));
}

static double sum_of(const std::vector<double> &v) {
  double sum = 0;
  for (double x : v) sum += x;
  return sum;
}
static double mean_of(const std::vector<double> &v) { return sum_of(v) / static_cast<double>(v.size()); }
static double max_of(const std::vector<double> &v) { return *std::max_element(v.begin(), v.end()); }

static void add_pools(std::vector<Row> &rows) {
  auto add = [&](std::int64_t window, const Slide &slide) {
    const std::vector<std::vector<Extents>> cases = {{{2, 7, 9, 17}}, {{1, 6, 20, 1}}, {{1, 5, 6, 8}}, {{0, 4, 4, 2}}};
    rows.push_back(row(
        "max_pool", kNumbers, cases, [=](const Tensors &x) { return max_pool(x[0], {window}, pool_options(slide)); },
        [=](const Arrays &x) { return pool(x[0], window, slide, max_of); }));
    rows.push_back(row(
        "avg_pool", kFloats, cases, [=](const Tensors &x) { return avg_pool(x[0], {window}, pool_options(slide)); },
        [=](const Arrays &x) { return pool(x[0], window, slide, mean_of); }, 0.5));
    PoolOptions counted = pool_options(slide);
    counted.count_padding = true;
    const double count = static_cast<double>(window * window);
    rows.push_back(row(
        "sum_pool", kFloats, cases, [=](const Tensors &x) { return avg_pool(x[0], {window}, counted) * count; },
        [=](const Arrays &x) { return pool(x[0], window, slide, sum_of); }, 1.5));
  };
  add(2, {.stride = 2});
  add(3, {.stride = 1});
  add(3, {.stride = 2, .dilation = 2, .before = 2, .after = 1});
}

void add_window_rows(std::vector<Row> &rows) {
  add_convolutions(rows);
  add_pools(rows);
}

} // namespace burin::test
