#include "test/numerics/OpTable.h"
#include "test/numerics/WindowRows.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace burin::test {

using Tensors = std::vector<Tensor>;
using Arrays = std::vector<Array>;

static const std::vector<DType> kFloats = {DType::F32, DType::F64, DType::F16, DType::BF16};
static const std::vector<DType> kNumbers = {DType::F32, DType::F64, DType::F16, DType::BF16, DType::I8, DType::I16,
                                            DType::I32, DType::I64, DType::U8,  DType::U16,  DType::U32, DType::U64};
static const std::vector<DType> kAll = [] {
  std::vector<DType> all = kNumbers;
  all.push_back(DType::Bool);
  return all;
}();

static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// --- elementwise ops -------------------------------------------------------------------------------------------------

static const std::vector<std::vector<Extents>> kUnaryCases = {{{3, 5}}, {{}}, {{0}}, {{1}}, {{67}}, {{2, 0, 3}}, {{33, 17}}};
static const std::vector<std::vector<Extents>> kBinaryCases = {
    {{3, 1}, {1, 4}}, {{}, {}}, {{5}, {}}, {{}, {5}}, {{2, 3, 4}, {3, 1}}, {{0}, {1}}, {{1}, {2, 0}}, {{33}, {33}}, {{4, 1, 3}, {2, 1}}};

Row unary(std::string name, std::vector<DType> dtypes, Tensor (*op)(const Operand &), double (*scalar)(double), double low, double high,
          double ulps) {
  Row row;
  row.name = std::move(name);
  row.dtypes = std::move(dtypes);
  row.cases = kUnaryCases;
  row.apply = [op](const Tensors &x) { return op(x[0]); };
  row.reference = [scalar](const Arrays &x) {
    Array result = x[0];
    std::transform(result.values.begin(), result.values.end(), result.values.begin(), scalar);
    return result;
  };
  row.low = low;
  row.high = high;
  row.ulps = ulps;
  row.elementwise = row.specials = true;
  return row;
}

Row binary(std::string name, std::vector<DType> dtypes, Tensor (*op)(const Operand &, const Operand &), double (*scalar)(double, double),
           double low, double high, double ulps) {
  Row row;
  row.name = std::move(name);
  row.dtypes = std::move(dtypes);
  row.cases = kBinaryCases;
  row.apply = [op](const Tensors &x) { return op(x[0], x[1]); };
  row.reference = [scalar](const Arrays &x) {
    return generate(broadcast_extents(x), [&](const Index &index) {
      return scalar(broadcast_element(x[0], index), broadcast_element(x[1], index));
    });
  };
  row.low = low;
  row.high = high;
  row.ulps = ulps;
  row.elementwise = row.specials = true;
  return row;
}

Row ternary(std::string name, std::vector<DType> dtypes, Tensor (*op)(const Operand &, const Operand &, const Operand &),
            double (*scalar)(double, double, double), double low, double high, double ulps) {
  Row row = whole(binary(std::move(name), std::move(dtypes), nullptr, nullptr, low, high, ulps));
  row.cases = {{{3, 1}, {1, 4}, {3, 4}}, {{}, {}, {}}, {{5}, {}, {1}}, {{2, 3, 4}, {3, 1}, {}}, {{0}, {1}, {}}, {{33}, {33}, {33}}};
  row.apply = [op](const Tensors &x) { return op(x[0], x[1], x[2]); };
  row.reference = [scalar](const Arrays &x) {
    return generate(broadcast_extents(x), [&](const Index &index) {
      return scalar(broadcast_element(x[0], index), broadcast_element(x[1], index), broadcast_element(x[2], index));
    });
  };
  row.specials = false;
  return row;
}

Row without_specials(Row row) {
  row.specials = false;
  return row;
}
Row whole(Row row) {
  row.whole = true;
  return row;
}

static double greater_of(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return kNaN;
  return a == b ? (std::signbit(a) ? b : a) : std::max(a, b);
}
static double lesser_of(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return kNaN;
  return a == b ? (std::signbit(a) ? a : b) : std::min(a, b);
}
static double floor_divided(double a, double b) { return std::floor(a / b); }
static double remainder_of(double a, double b) { return a - b * std::floor(a / b); }
static double sign_of(double x) { return std::isnan(x) ? x : x > 0 ? 1 : x < 0 ? -1 : 0; }

static void add_arithmetic(std::vector<Row> &rows) {
  rows.push_back(whole(binary("add", kNumbers, add, [](double a, double b) { return a + b; }, 0, 50, 0.5)));
  rows.push_back(whole(binary("subtract", {DType::F32, DType::F64, DType::F16, DType::I8, DType::I32, DType::I64}, subtract,
                              [](double a, double b) { return a - b; }, -50, 50, 0.5)));
  rows.push_back(whole(binary("multiply", kNumbers, multiply, [](double a, double b) { return a * b; }, 0, 10, 0.5)));
  rows.push_back(binary("divide", kFloats, divide, [](double a, double b) { return a / b; }, -3, 3, 0.5));
  rows.push_back(without_specials(whole(binary("floor_divide", kNumbers, floor_divide, floor_divided, 1, 100, 0.5))));
  rows.push_back(without_specials(whole(binary("remainder", kNumbers, remainder, remainder_of, 1, 100, 0.5))));
  rows.push_back(binary("pow", kFloats, pow, [](double a, double b) { return std::pow(a, b); }, 0.1, 3, 4));
  rows.push_back(whole(binary("maximum", kNumbers, maximum, greater_of, 0, 100, 0)));
  rows.push_back(whole(binary("minimum", kNumbers, minimum, lesser_of, 0, 100, 0)));
  rows.push_back(whole(unary("negative", {DType::F32, DType::F64, DType::F16, DType::BF16, DType::I8, DType::I64}, negative,
                             [](double x) { return -x; }, -100, 100, 0)));
  rows.push_back(whole(unary("abs", {DType::F32, DType::F64, DType::F16, DType::BF16, DType::I8, DType::I64}, abs,
                             [](double x) { return std::fabs(x); }, -100, 100, 0)));
  rows.push_back(whole(unary("sign", {DType::F32, DType::F64, DType::F16, DType::BF16, DType::I8, DType::I64}, sign, sign_of, -100, 100, 0)));
  rows.push_back(whole(unary("square", kNumbers, square, [](double x) { return x * x; }, 0, 11, 0.5)));
}

static void add_exponential(std::vector<Row> &rows) {
  rows.push_back(unary("sqrt", kFloats, sqrt, [](double x) { return std::sqrt(x); }, 0, 9, 0.5));
  rows.push_back(unary("rsqrt", kFloats, rsqrt, [](double x) { return 1 / std::sqrt(x); }, 0.1, 9, 2));
  rows.push_back(unary("exp", kFloats, exp, [](double x) { return std::exp(x); }, -5, 5, 4));
  rows.push_back(unary("log", kFloats, log, [](double x) { return std::log(x); }, 0.1, 9, 4));
  rows.push_back(unary("tanh", kFloats, tanh, [](double x) { return std::tanh(x); }, -3, 3, 4));
  rows.push_back(unary("sigmoid", kFloats, sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }, -3, 3, 4));
  rows.push_back(whole(unary("relu", {DType::F32, DType::F64, DType::F16, DType::BF16, DType::I8, DType::I64}, relu,
                             [](double x) { return std::isnan(x) ? x : x > 0 ? x : 0; }, -100, 100, 0)));
}

static void add_comparisons(std::vector<Row> &rows) {
  auto comparison = [&](std::string name, std::vector<DType> dtypes, auto op, double (*scalar)(double, double)) {
    rows.push_back(whole(binary(std::move(name), std::move(dtypes), op, scalar, 0, 3, 0)));
  };
  comparison("equal", kAll, equal, [](double a, double b) -> double { return a == b; });
  comparison("not_equal", kAll, not_equal, [](double a, double b) -> double { return a != b; });
  comparison("less", kNumbers, less, [](double a, double b) -> double { return a < b; });
  comparison("less_equal", kNumbers, less_equal, [](double a, double b) -> double { return a <= b; });
  comparison("greater", kNumbers, greater, [](double a, double b) -> double { return a > b; });
  comparison("greater_equal", kNumbers, greater_equal, [](double a, double b) -> double { return a >= b; });

  auto logic = [&](std::string name, auto op, double (*scalar)(double, double)) {
    rows.push_back(without_specials(whole(binary(std::move(name), {DType::Bool}, op, scalar, 0, 1, 0))));
  };
  logic("logical_and", logical_and, [](double a, double b) -> double { return a != 0 && b != 0; });
  logic("logical_or", logical_or, [](double a, double b) -> double { return a != 0 || b != 0; });
  logic("logical_xor", logical_xor, [](double a, double b) -> double { return a != b; });
  rows.push_back(without_specials(whole(unary("logical_not", {DType::Bool}, logical_not, [](double x) -> double { return x == 0; }, 0, 1, 0))));
}

// --- the others ------------------------------------------------------------------------------------------------------

Row row(std::string name, std::vector<DType> dtypes, std::vector<std::vector<Extents>> cases,
        std::function<Tensor(const Tensors &)> apply, std::function<Array(const Arrays &)> reference, double ulps) {
  Row result;
  result.name = std::move(name);
  result.dtypes = std::move(dtypes);
  result.cases = std::move(cases);
  result.apply = std::move(apply);
  result.reference = std::move(reference);
  result.low = 0;
  result.high = 3;
  result.whole = true;
  result.ulps = ulps;
  return result;
}

static bool listed(const std::vector<int> &axes, std::size_t axis) {
  return axes.empty() || std::find(axes.begin(), axes.end(), static_cast<int>(axis)) != axes.end();
}

Array reduced(const Array &x, const std::vector<int> &axes, bool keep, double (*combine)(const std::vector<double> &)) {
  Extents kept, inner;
  for (std::size_t i = 0; i < x.extents.size(); ++i) {
    kept.push_back(listed(axes, i) ? 1 : x.extents[i]);
    inner.push_back(listed(axes, i) ? x.extents[i] : 1);
  }
  Array result = generate(kept, [&](const Index &outer) {
    std::vector<double> values;
    for_each_index(inner, [&](const Index &index) {
      Index sum = outer;
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += index[i];
      values.push_back(x.values[offset_of(x, sum)]);
    });
    return combine(values);
  });
  if (keep) return result;
  result.extents.clear();
  for (std::size_t i = 0; i < x.extents.size(); ++i)
    if (!listed(axes, i)) result.extents.push_back(x.extents[i]);
  return result;
}

static double sum_of(const std::vector<double> &v) { return std::accumulate(v.begin(), v.end(), 0.0); }
static double mean_of(const std::vector<double> &v) { return sum_of(v) / static_cast<double>(v.size()); }
static double max_of(const std::vector<double> &v) { return *std::max_element(v.begin(), v.end()); }
static double min_of(const std::vector<double> &v) { return *std::min_element(v.begin(), v.end()); }
static double argmax_of(const std::vector<double> &v) { return static_cast<double>(std::max_element(v.begin(), v.end()) - v.begin()); }
static double argmin_of(const std::vector<double> &v) { return static_cast<double>(std::min_element(v.begin(), v.end()) - v.begin()); }
static double logsumexp_of(const std::vector<double> &v) {
  double total = 0;
  for (double x : v) total += std::exp(x);
  return std::log(total);
}

static void add_reductions(std::vector<Row> &rows) {
  using Reduction = Tensor (*)(const Operand &, const Axes &, KeepDims);
  auto reduction = [&](const std::string &name, std::vector<DType> dtypes, Reduction op,
                       double (*combine)(const std::vector<double> &), bool empty, double ulps) {
    const struct {
      std::vector<int> axes;
      bool keep;
    } variants[] = {{{}, false}, {{-1}, false}, {{0}, true}, {{0, -1}, false}};
    for (const auto &[axes, keep] : variants) {
      std::vector<std::vector<Extents>> cases = {{{3, 5}}, {{1}}, {{4, 2, 3}}, {{2, 67}}, {{33, 19}}, {{1, 1}}};
      if (axes.empty()) cases.push_back({{}});
      if (empty) cases.insert(cases.end(), {{{2, 0}}, {{0, 3}}, {{0}}});
      if (axes.size() == 2) std::erase_if(cases, [](const auto &operands) { return operands[0].size() < 2; });
      rows.push_back(row(name, dtypes, cases, [=](const Tensors &x) { return op(x[0], axes, keep ? KeepDims::Yes : KeepDims::No); },
                         [=](const Arrays &x) {
                           std::vector<int> positive = axes;
                           for (int &axis : positive) axis += axis < 0 ? x[0].rank() : 0;
                           return reduced(x[0], positive, keep, combine);
                         }, ulps));
      dtypes.resize(1); // one variant on all dtypes is enough
    }
  };
  reduction("sum", kAll, sum, sum_of, true, 0);
  reduction("mean", kAll, mean, mean_of, true, 0.5);
  reduction("max", kAll, max, max_of, false, 0);
  reduction("min", kAll, min, min_of, false, 0);
  reduction("logsumexp", kFloats, logsumexp, logsumexp_of, true, 8);

  auto arg = [&](std::string name, auto op, double (*combine)(const std::vector<double> &)) {
    rows.push_back(row(std::move(name), kAll, {{{3, 5}}, {{1}}, {{4, 2, 3}}, {{2, 67}}, {{0, 4}}},
                       [=](const Tensors &x) { return op(x[0], -1, KeepDims::No); },
                       [=](const Arrays &x) { return reduced(x[0], {x[0].rank() - 1}, false, combine); }));
  };
  arg("argmax", argmax, argmax_of);
  arg("argmin", argmin, argmin_of);
}

static Array softmax_of(const Array &x) {
  const int last = x.rank() - 1;
  const Array norms = reduced(x, {last}, true, logsumexp_of);
  return generate(x.extents, [&](const Index &index) {
    return std::exp(x.values[offset_of(x, index)] - broadcast_element(norms, index));
  });
}

static Array matmul_of(const Array &lhs, const Array &rhs) {
  const auto part = [](const Array &x, std::size_t drop) { return Array(Extents(x.extents.begin(), x.extents.end() - static_cast<long>(drop))); };
  Extents extents = broadcast_extents({part(lhs, 2), part(rhs, 2)});
  extents.push_back(lhs.extents[lhs.extents.size() - 2]);
  extents.push_back(rhs.extents.back());
  return generate(extents, [&](const Index &index) {
    double total = 0;
    Index left = index, right = index;
    const std::size_t rank = index.size();
    for (std::int64_t k = 0; k < lhs.extents.back(); ++k) {
      left[rank - 1] = k;
      right[rank - 2] = k;
      total += broadcast_element(lhs, left) * broadcast_element(rhs, right);
    }
    return total;
  });
}

static void add_contractions(std::vector<Row> &rows) {
  const std::vector<std::vector<Extents>> cases = {{{3, 5}, {5, 2}},   {{1, 1}, {1, 1}},       {{2, 3, 4}, {4, 5}},
                                                   {{2, 1, 3, 4}, {5, 4, 2}}, {{0, 3}, {3, 2}}, {{2, 0}, {0, 3}},
                                                   {{17, 33}, {33, 19}}, {{64, 64}, {64, 64}},   {{1, 40}, {40, 1}}};
  rows.push_back(row("matmul", kNumbers, cases, [](const Tensors &x) { return matmul(x[0], x[1]); },
                     [](const Arrays &x) { return matmul_of(x[0], x[1]); }));
  rows.push_back(row("matmul", {DType::F32}, {{{4}, {4}}, {{0}, {0}}}, [](const Tensors &x) { return matmul(x[0], x[1]); },
                     [](const Arrays &x) { return generate({}, [&](const Index &) {
                       return std::inner_product(x[0].values.begin(), x[0].values.end(), x[1].values.begin(), 0.0);
                     }); }));
  rows.push_back(row("softmax", kFloats, {{{3, 5}}, {{1}}, {{2, 67}}, {{2, 3, 4}}, {{2, 0}}, {{0, 3}}},
                     [](const Tensors &x) { return softmax(x[0]); }, [](const Arrays &x) { return softmax_of(x[0]); }, 8));
}

static Array with_extents(Array x, Extents extents) {
  x.extents = std::move(extents);
  return x;
}

static void add_shape_ops(std::vector<Row> &rows) {
  rows.push_back(row("reshape", kAll, {{{3, 4}}, {{12}}, {{2, 1, 6}}}, [](const Tensors &x) { return reshape(x[0], {2, -1, 3}); },
                     [](const Arrays &x) { return with_extents(x[0], {2, 2, 3}); }));
  rows.push_back(row("transpose", kAll, {{{3, 5}}, {{}}, {{4}}, {{2, 3, 4}}, {{2, 0, 3}}, {{33, 65}}},
                     [](const Tensors &x) { return transpose(x[0]); },
                     [](const Arrays &x) {
                       return generate(Extents(x[0].extents.rbegin(), x[0].extents.rend()), [&](const Index &index) {
                         return x[0].values[offset_of(x[0], Index(index.rbegin(), index.rend()))];
                       });
                     }));
  rows.push_back(row("transpose", {DType::F32}, {{{2, 3, 4}}, {{2, 3, 4}}}, [](const Tensors &x) { return transpose(x[0], {1, 0, -1}); },
                     [](const Arrays &x) {
                       const Extents &e = x[0].extents;
                       return generate({e[1], e[0], e[2]}, [&](const Index &i) { return x[0].values[offset_of(x[0], {i[1], i[0], i[2]})]; });
                     }));
  rows.push_back(row("broadcast_to", kAll, {{{3, 1}}, {{}}, {{1}}, {{4}}, {{2, 3, 4}}}, [](const Tensors &x) { return broadcast_to(x[0], {2, 3, 4}); },
                     [](const Arrays &x) { return generate({2, 3, 4}, [&](const Index &i) { return broadcast_element(x[0], i); }); }));
  rows.back().static_only = "an extent that broadcasts to a known one is that or 1";
  rows.push_back(row("expand_dims", {DType::F32}, {{{3, 5}}, {{0, 2}}}, [](const Tensors &x) { return expand_dims(x[0], -2); },
                     [](const Arrays &x) { return with_extents(x[0], {x[0].extents[0], 1, x[0].extents[1]}); }));
  rows.push_back(row("squeeze", {DType::F32}, {{{1, 5, 1}}, {{1, 0, 1}}}, [](const Tensors &x) { return squeeze(x[0]); },
                     [](const Arrays &x) { return with_extents(x[0], {x[0].extents[1]}); }));
  rows.push_back(row("squeeze", {DType::F32}, {{{1, 5, 1}}, {{3, 2, 1}}}, [](const Tensors &x) { return squeeze(x[0], -1); },
                     [](const Arrays &x) { return with_extents(x[0], {x[0].extents[0], x[0].extents[1]}); }));
}

static Array concat_of(const Arrays &x, std::size_t axis) {
  Extents extents = x[0].extents;
  extents[axis] = 0;
  for (const Array &part : x) extents[axis] += part.extents[axis];
  return generate(extents, [&](Index index) {
    std::size_t part = 0;
    while (index[axis] >= x[part].extents[axis]) index[axis] -= x[part++].extents[axis];
    return x[part].values[offset_of(x[part], index)];
  });
}

static void add_indexing(std::vector<Row> &rows) {
  const std::vector<std::vector<Extents>> concat_cases = {
      {{3, 5}, {3, 2}}, {{3, 5}}, {{2, 0}, {2, 3}, {2, 1}}, {{0, 4}, {0, 2}}, {{2, 3, 4}, {2, 3, 1}}};
  rows.push_back(row("concat", kAll, concat_cases, [](const Tensors &x) { return concat(x, -1); },
                     [](const Arrays &x) { return concat_of(x, x[0].extents.size() - 1); }));
  rows.push_back(row("concat", {DType::F32}, {{{3, 5}, {2, 5}}, {{1}, {7}}}, [](const Tensors &x) { return concat(x, 0); },
                     [](const Arrays &x) { return concat_of(x, 0); }));
  rows.push_back(row("slice", kAll, {{{7, 5}}, {{4, 3, 2}}, {{1, 3}}, {{0, 5}}},
                     [](const Tensors &x) { return slice(x[0], {1, -2}, {kEnd, 100}, {2, 1}); },
                     [](const Arrays &x) {
                       Extents extents = x[0].extents;
                       extents[0] = extents[0] / 2;
                       extents[1] = 2;
                       return generate(extents, [&](Index i) {
                         i[0] = 1 + 2 * i[0];
                         i[1] += x[0].extents[1] - 2;
                         return x[0].values[offset_of(x[0], i)];
                       });
                     }));
  rows.push_back(row("take", kAll, {{{3, 5}}, {{1, 5, 2}}, {{3, 5, 0}}},
                     [](const Tensors &x) { return take(x[0], constant({{0, -1, 3}, {2, 2, -5}}), 1); },
                     [](const Arrays &x) {
                       static constexpr std::int64_t picked[2][3] = {{0, 4, 3}, {2, 2, 0}};
                       Extents extents = x[0].extents;
                       extents[1] = 3;
                       extents.insert(extents.begin() + 1, 2);
                       return generate(extents, [&](Index i) {
                         i[1] = picked[i[1]][i[2]];
                         i.erase(i.begin() + 2);
                         return x[0].values[offset_of(x[0], i)];
                       });
                     }));
  rows.push_back(row("one_hot", {DType::I32, DType::I64, DType::U8}, {{{3, 5}}, {{}}, {{0}}}, [](const Tensors &x) { return one_hot(x[0], 3); },
                     [](const Arrays &x) {
                       Extents extents = x[0].extents;
                       extents.push_back(3);
                       return generate(extents, [&](Index i) {
                         const double position = static_cast<double>(i.back());
                         i.pop_back();
                         return x[0].values[offset_of(x[0], i)] == position ? 1.0 : 0.0;
                       });
                     }));
}

static void add_choice_and_creation(std::vector<Row> &rows) {
  rows.push_back(row("where", kNumbers, {{{3, 1}, {1, 4}}, {{}, {}}, {{2, 3}, {}}, {{}, {5}}, {{0}, {1}}, {{67}, {67}}},
                     [](const Tensors &x) { return where(x[0] < x[1], x[0], x[1]); },
                     [](const Arrays &x) {
                       return generate(broadcast_extents(x), [&](const Index &i) {
                         return std::min(broadcast_element(x[0], i), broadcast_element(x[1], i));
                       });
                     }));
  rows.push_back(row("cast", kAll, {{{3, 5}}, {{}}, {{0}}, {{67}}}, [](const Tensors &x) { return cast(x[0], DType::I16); },
                     [](const Arrays &x) { return x[0]; }));
  auto creation = [&](std::string name, std::function<Tensor()> make, Array expected) {
    rows.push_back(row(std::move(name), {DType::F32}, {{{}}}, [make](const Tensors &) { return make(); },
                       [expected](const Arrays &) { return expected; }));
  };
  creation("zeros", [] { return zeros({2, 3}); }, Array({2, 3}, 0));
  creation("ones", [] { return ones({2, 3}, DType::I8); }, Array({2, 3}, 1));
  creation("full", [] { return full({2, 0}, 7); }, Array({2, 0}, 7));
  creation("full", [] { return full({3}, 2.5); }, Array({3}, 2.5));
  creation("iota", [] { return iota({2, 3}, -1, DType::U8); }, generate({2, 3}, [](const Index &i) { return static_cast<double>(i[1]); }));
  creation("arange", [] { return arange(5); }, generate({5}, [](const Index &i) { return static_cast<double>(i[0]); }));
  creation("arange", [] { return arange(7, -2, -3); }, generate({3}, [](const Index &i) { return 7.0 - 3.0 * static_cast<double>(i[0]); }));
  creation("arange", [] { return arange(2, 2); }, Array({0}));
  creation("constant", [] { return constant({{{1, 2}}, {{3, 4}}}); },
           generate({2, 1, 2}, [](const Index &i) { return static_cast<double>(1 + 2 * i[0] + i[2]); }));
}

const std::vector<Row> &op_table() {
  static const std::vector<Row> table = [] {
    std::vector<Row> rows;
    add_arithmetic(rows);
    add_exponential(rows);
    add_comparisons(rows);
    add_reductions(rows);
    add_contractions(rows);
    add_shape_ops(rows);
    add_indexing(rows);
    add_choice_and_creation(rows);
    add_indexing_rows(rows);
    add_kernel_rows(rows);
    add_linear_algebra_rows(rows);
    add_math_rows(rows);
    add_composite_rows(rows);
    add_window_rows(rows);
    add_random_rows(rows);
    return rows;
  }();
  return table;
}

} // namespace burin::test
