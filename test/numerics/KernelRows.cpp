// Rows of the ops that runtime kernels compute.
#include "test/numerics/OpTable.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace burin::test {

using Tensors = std::vector<Tensor>;
using Arrays = std::vector<Array>;
using Line = std::vector<double>;

static const std::vector<DType> kNumbers = {DType::F32, DType::F64, DType::F16, DType::BF16, DType::I8,  DType::I16,
                                            DType::I32, DType::I64, DType::U8,  DType::U16,  DType::U32, DType::U64};

/// x with each line along `axis` replaced by what `change` makes of it.
static Array along(const Array &x, int axis, const std::function<Line(Line)> &change) {
  const auto a = static_cast<std::size_t>(axis < 0 ? axis + x.rank() : axis);
  Extents lines = x.extents;
  lines[a] = 1;
  Extents extents = x.extents;
  extents[a] = static_cast<std::int64_t>(change(Line(static_cast<std::size_t>(x.extents[a]))).size());
  Array result(extents);
  for_each_index(lines, [&](Index index) {
    Line line;
    for (index[a] = 0; index[a] < x.extents[a]; ++index[a]) line.push_back(x.values[offset_of(x, index)]);
    line = change(line);
    for (index[a] = 0; index[a] < extents[a]; ++index[a])
      result.values[offset_of(result, index)] = line[static_cast<std::size_t>(index[a])];
  });
  return result;
}

static const std::vector<std::vector<Extents>> kLineCases = {{{3, 5}}, {{1}}, {{67}}, {{2, 3, 4}}, {{2, 0}}, {{0, 3}}, {{300}}, {{5, 40}}};

// --- scans ---------------------------------------------------------------------------------------------------------

static Line scanned(Line line, const ScanOptions &options, double initial, double (*combine)(double, double)) {
  if (options.reverse) std::reverse(line.begin(), line.end());
  Line result = {initial};
  for (double x : line) result.push_back(combine(result.back(), x));
  if (options.exclusive) result.pop_back();
  else if (!options.include_initial) result.erase(result.begin());
  if (options.exclusive && line.empty()) result.clear();
  if (options.reverse) std::reverse(result.begin(), result.end());
  return result;
}

static std::vector<DType> with_bool(std::vector<DType> dtypes) {
  dtypes.push_back(DType::Bool);
  return dtypes;
}

using Scan = Tensor (*)(const Operand &, int, const ScanOptions &);

static void add_scan(std::vector<Row> &rows, const std::string &name, Scan op, double initial, double (*combine)(double, double)) {
  std::vector<DType> dtypes = with_bool(kNumbers);
  for (const auto &[axis, options] : std::vector<std::pair<int, ScanOptions>>{
           {-1, {}}, {0, {}}, {0, {.reverse = true}}, {-1, {.include_initial = true}}, {0, {.reverse = true, .exclusive = true}}}) {
    Row made = row(
        name, dtypes, kLineCases, [=, axis = axis, options = options](const Tensors &x) { return op(x[0], axis, options); },
        [=, axis = axis, options = options](const Arrays &x) {
          return along(x[0], axis, [&](Line line) { return scanned(std::move(line), options, initial, combine); });
        });
    if (name == "cumulative_prod") made.low = made.high = 1; // products of many threes fit no dtype
    rows.push_back(made);
    dtypes.resize(1);
  }
}

// --- sorting -------------------------------------------------------------------------------------------------------

/// The indices that sort `line`.
static std::vector<std::size_t> order_of(const Line &line, bool descending) {
  std::vector<std::size_t> indices(line.size());
  std::iota(indices.begin(), indices.end(), 0);
  const auto less = [](double a, double b) { return a < b || (std::isnan(b) && !std::isnan(a)); };
  std::stable_sort(indices.begin(), indices.end(),
                   [&](std::size_t a, std::size_t b) { return descending ? less(line[b], line[a]) : less(line[a], line[b]); });
  return indices;
}
static Line picked(const Line &line, const std::vector<std::size_t> &indices) {
  Line result;
  for (std::size_t i : indices) result.push_back(line[i]);
  return result;
}
static Line as_line(const std::vector<std::size_t> &indices) { return Line(indices.begin(), indices.end()); }

static void add_sorting(std::vector<Row> &rows) {
  std::vector<DType> dtypes = kNumbers;
  for (const auto &[axis, order] : std::vector<std::pair<int, Order>>{{-1, Order::Ascending}, {0, Order::Descending}}) {
    const bool descending = order == Order::Descending;
    rows.push_back(row(
        "sort", dtypes, kLineCases, [=, axis = axis, order = order](const Tensors &x) { return sort(x[0], axis, order); },
        [=, axis = axis](const Arrays &x) {
          return along(x[0], axis, [&](const Line &line) { return picked(line, order_of(line, descending)); });
        }));
    rows.push_back(row(
        "argsort", dtypes, kLineCases, [=, axis = axis, order = order](const Tensors &x) { return argsort(x[0], axis, order); },
        [=, axis = axis](const Arrays &x) {
          return along(x[0], axis, [&](const Line &line) { return as_line(order_of(line, descending)); });
        }));
  }
  dtypes = kNumbers;
  for (Extreme which : {Extreme::Greatest, Extreme::Smallest})
    for (bool indices : {false, true}) {
      rows.push_back(row(
          "top_k", dtypes, {{{3, 5}}, {{2, 4, 3}}, {{2, 0}}, {{3000}}},
          [=](const Tensors &x) {
            const TopK top = top_k(x[0], std::min<std::int64_t>(2, x[0].shape().extent(-1)), -1, which);
            return indices ? top.indices : top.values;
          },
          [=](const Arrays &x) {
            return along(x[0], -1, [&](const Line &line) {
              std::vector<std::size_t> order = order_of(line, which == Extreme::Greatest);
              order.resize(std::min<std::size_t>(2, order.size()));
              return indices ? as_line(order) : picked(line, order);
            });
          }));
      dtypes.resize(1);
    }
  dtypes = kNumbers;
  for (Side side : {Side::Left, Side::Right}) {
    rows.push_back(row(
        "searchsorted", dtypes, {{{5}, {3, 4}}, {{0}, {3}}, {{7}, {}}, {{3}, {0}}},
        [=](const Tensors &x) { return searchsorted(sort(x[0]), x[1], side); },
        [=](const Arrays &x) {
          return generate(x[1].extents, [&](const Index &index) {
            const double value = x[1].values[offset_of(x[1], index)];
            return static_cast<double>(std::count_if(x[0].values.begin(), x[0].values.end(),
                                                     [&](double each) { return side == Side::Right ? each <= value : each < value; }));
          });
        }));
    dtypes.resize(1);
  }
}

// --- segments ------------------------------------------------------------------------------------------------------

static constexpr std::int64_t kSegments[] = {2, 0, 2, 2, 0};

static Array segmented(const Array &data, double initial, double (*combine)(double, double)) {
  Extents extents = data.extents;
  extents[0] = 4;
  Array result(extents, initial);
  for_each_index(data.extents, [&](Index index) {
    const double value = data.values[offset_of(data, index)];
    index[0] = kSegments[index[0]];
    double &held = result.values[offset_of(result, index)];
    held = combine(held, value);
  });
  return result;
}

static Tensor segment_numbers(const Tensor &data) {
  return slice(constant(std::vector<std::int64_t>(std::begin(kSegments), std::end(kSegments))), {0}, {data.shape()[0]});
}

static void add_segments(std::vector<Row> &rows) {
  const std::vector<std::vector<Extents>> cases = {{{5, 3}}, {{5}}, {{2, 3, 2}}, {{0, 3}}, {{3, 0}}};
  rows.push_back(row(
      "segment_sum", kNumbers, cases, [](const Tensors &x) { return segment_sum(x[0], segment_numbers(x[0]), 4); },
      [](const Arrays &x) { return segmented(x[0], 0, [](double a, double b) { return a + b; }); }));
  rows.push_back(row(
      "segment_max", {DType::F32, DType::F64, DType::F16, DType::BF16}, cases,
      [](const Tensors &x) { return segment_max(x[0], segment_numbers(x[0]), 4); },
      [](const Arrays &x) {
        return segmented(x[0], -std::numeric_limits<double>::infinity(), [](double a, double b) { return std::max(a, b); });
      }));
  rows.push_back(row(
      "segment_max", {DType::U8, DType::U16, DType::U32, DType::U64}, cases,
      [](const Tensors &x) { return segment_max(x[0], segment_numbers(x[0]), 4); },
      [](const Arrays &x) { return segmented(x[0], 0, [](double a, double b) { return std::max(a, b); }); }));
  rows.push_back(row(
      "bincount", {DType::I8, DType::I16, DType::I32, DType::I64, DType::U8, DType::U16, DType::U32, DType::U64},
      {{{7}}, {{2, 3}}, {{}}, {{0}}}, [](const Tensors &x) { return bincount(x[0], 5); },
      [](const Arrays &x) {
        Array counts({5});
        for (double value : x[0].values) ++counts.values[static_cast<std::size_t>(value)];
        return counts;
      }));
}

void add_kernel_rows(std::vector<Row> &rows) {
  add_scan(rows, "cumulative_sum", cumulative_sum, 0, [](double a, double b) { return a + b; });
  add_scan(rows, "cumulative_prod", cumulative_prod, 1, [](double a, double b) { return a * b; });
  // Of operands from 0 upwards; an identity of -inf has no counterpart in integers.
  for (int axis : {-1, 0})
    rows.push_back(row(
        "cumulative_max", with_bool(kNumbers), kLineCases, [=](const Tensors &x) { return cumulative_max(x[0], axis); },
        [=](const Arrays &x) {
          return along(x[0], axis,
                       [](Line line) { return scanned(std::move(line), {}, 0, [](double a, double b) { return std::max(a, b); }); });
        }));
  add_sorting(rows);
  add_segments(rows);
}

} // namespace burin::test
