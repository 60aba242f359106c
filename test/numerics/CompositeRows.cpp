// Rows of the ops in include/burin/ops: reductions, creation, neural, losses, and what is made of elementwise ops.
#include "burin/Ops.h"
#include "test/numerics/OpTable.h"
#include <algorithm>
#include <cmath>
#include <numeric>

namespace burin::test {

using Tensors = std::vector<Tensor>;
using Arrays = std::vector<Array>;
using Values = std::vector<double>;

static const std::vector<DType> kFloats = {DType::F32, DType::F64, DType::F16, DType::BF16};
static const std::vector<DType> kReals = {DType::F32, DType::F64, DType::F16, DType::BF16, DType::I8, DType::I64, DType::U8, DType::U32};

// --- reductions ----------------------------------------------------------------------------------------------------

static double prod_of(const Values &v) { return std::accumulate(v.begin(), v.end(), 1.0, std::multiplies()); }
static double any_of(const Values &v) {
  return std::any_of(v.begin(), v.end(), [](double x) { return x != 0; });
}
static double all_of(const Values &v) {
  return std::all_of(v.begin(), v.end(), [](double x) { return x != 0; });
}
static double count_of(const Values &v) {
  return static_cast<double>(std::count_if(v.begin(), v.end(), [](double x) { return x != 0; }));
}
static double var_of(const Values &v, double correction) {
  const double n = static_cast<double>(v.size()), mean = std::accumulate(v.begin(), v.end(), 0.0) / n;
  double total = 0;
  for (double x : v) total += (x - mean) * (x - mean);
  return n > correction ? total / (n - correction) : NAN;
}
static double population_var_of(const Values &v) { return var_of(v, 0); }
static double sample_std_of(const Values &v) { return std::sqrt(var_of(v, 1)); }
static double euclidean_of(const Values &v) {
  double total = 0;
  for (double x : v) total += x * x;
  return std::sqrt(total);
}
static double cubic_of(const Values &v) {
  double total = 0;
  for (double x : v) total += std::pow(std::fabs(x), 3);
  return std::cbrt(total);
}
static double magnitudes_of(const Values &v) {
  return std::accumulate(v.begin(), v.end(), 0.0, [](double a, double b) { return a + std::fabs(b); });
}
static double greatest_of(const Values &v) {
  return std::accumulate(v.begin(), v.end(), 0.0, [](double a, double b) { return std::max(a, std::fabs(b)); });
}

static void add_reductions(std::vector<Row> &rows) {
  using Op = std::function<Tensor(const Tensor &, const Axes &, KeepDims)>;
  auto reduction = [&](const std::string &name, std::vector<DType> dtypes, const Op &op, double (*combine)(const Values &), double low,
                       double high, double ulps, bool empty) {
    const struct {
      std::vector<int> axes;
      bool keep;
    } variants[] = {{{}, false}, {{-1}, false}, {{0}, true}, {{0, -1}, false}};
    for (const auto &[axes, keep] : variants) {
      std::vector<std::vector<Extents>> cases = {{{3, 5}}, {{4}}, {{4, 2, 3}}, {{2, 67}}, {{33, 3}}, {{2, 2}}};
      if (axes.empty()) cases.push_back({{}});
      if (empty) cases.insert(cases.end(), {{{2, 0}}, {{0, 3}}, {{0}}});
      if (axes.size() == 2) std::erase_if(cases, [](const auto &operands) { return operands[0].size() < 2; });
      Row made = row(
          name, dtypes, cases, [=](const Tensors &x) { return op(x[0], axes, keep ? KeepDims::Yes : KeepDims::No); },
          [=](const Arrays &x) {
            Axes of(axes);
            std::vector<int> positive = axes;
            for (int &axis : positive) axis += axis < 0 ? x[0].rank() : 0;
            return reduced(x[0], positive, keep, combine);
          },
          ulps);
      made.low = low;
      made.high = high;
      rows.push_back(made);
      dtypes.resize(1); // one variant on all dtypes is enough
    }
  };
  std::vector<DType> all_types = kReals;
  all_types.push_back(DType::Bool);
  reduction(
      "prod", {DType::F64, DType::F32, DType::I64, DType::Bool},
      [](const Tensor &x, const Axes &axes, KeepDims keep) { return prod(x, axes, keep); }, prod_of, 1, 1.9, 0, true);
  reduction(
      "prod", {DType::F32, DType::F16, DType::BF16, DType::I8, DType::U16},
      [](const Tensor &x, const Axes &axes, KeepDims keep) { return prod(x, axes, keep); }, prod_of, 0.6, 1.4, 0, true);
  reduction("any", all_types, [](const Tensor &x, const Axes &axes, KeepDims keep) { return any(x, axes, keep); }, any_of, 0, 0.7, 0, true);
  reduction("all", all_types, [](const Tensor &x, const Axes &axes, KeepDims keep) { return all(x, axes, keep); }, all_of, 0.3, 1, 0, true);
  reduction(
      "count_nonzero", all_types, [](const Tensor &x, const Axes &axes, KeepDims keep) { return count_nonzero(x, axes, keep); }, count_of,
      0, 1, 0, true);
  reduction(
      "var", {DType::F32, DType::F64, DType::I32, DType::Bool},
      [](const Tensor &x, const Axes &axes, KeepDims keep) { return var(x, axes, 0, keep); }, population_var_of, 0, 9, 4, true);
  reduction(
      "std", {DType::F32, DType::F64, DType::I32, DType::Bool},
      [](const Tensor &x, const Axes &axes, KeepDims keep) { return burin::std(x, axes, 1, keep); }, sample_std_of, 0, 9, 4, true);
  reduction(
      "norm", {DType::F32, DType::F64, DType::I32, DType::Bool},
      [](const Tensor &x, const Axes &axes, KeepDims keep) { return norm(x, 2, axes, keep); }, euclidean_of, -3, 3, 2, true);
  reduction(
      "norm", {DType::F32, DType::F64}, [](const Tensor &x, const Axes &axes, KeepDims keep) { return norm(x, 3, axes, keep); }, cubic_of,
      0, 3, 3, true);
  reduction(
      "norm", kFloats, [](const Tensor &x, const Axes &axes, KeepDims keep) { return norm(x, 1, axes, keep); }, magnitudes_of, -1, 1, 0,
      true);
  reduction(
      "norm", kFloats, [](const Tensor &x, const Axes &axes, KeepDims keep) { return norm(x, 0, axes, keep); }, count_of, 0, 1, 0, true);
  reduction(
      "norm", kFloats, [](const Tensor &x, const Axes &axes, KeepDims keep) { return norm(x, INFINITY, axes, keep); }, greatest_of, -3, 3,
      0, false);
}

// --- creation ------------------------------------------------------------------------------------------------------

static double number(std::int64_t i) { return static_cast<double>(i); }

static void add_creation(std::vector<Row> &rows) {
  auto creation = [&](std::string name, std::function<Tensor()> make, Array expected, double ulps = 0) {
    rows.push_back(row(
        std::move(name), {DType::F32}, {{{}}}, [make](const Tensors &) { return make(); }, [expected](const Arrays &) { return expected; },
        ulps));
  };
  creation("eye", [] { return eye(3); }, generate({3, 3}, [](const Index &i) { return i[0] == i[1]; }));
  creation("eye", [] { return eye(2, 4, 1, DType::I8); }, generate({2, 4}, [](const Index &i) { return i[1] == i[0] + 1; }));
  creation("eye", [] { return eye(4, 2, -2, DType::Bool); }, generate({4, 2}, [](const Index &i) { return i[1] == i[0] - 2; }));
  creation("eye", [] { return eye(0); }, Array({0, 0}));
  creation("arange", [] { return arange(0.5, 2.25, 0.25); }, generate({7}, [](const Index &i) { return 0.5 + 0.25 * number(i[0]); }));
  creation(
      "arange", [] { return arange(1, -1.0, -0.5, DType::F64); }, generate({4}, [](const Index &i) { return 1 - 0.5 * number(i[0]); }));
  creation("arange", [] { return arange(1.0, 0.0); }, Array({0}));
  creation("linspace", [] { return linspace(0, 1, 5); }, generate({5}, [](const Index &i) { return 0.25 * number(i[0]); }));
  creation(
      "linspace", [] { return linspace(1, -1, 4, DType::F64, Endpoint::No); },
      generate({4}, [](const Index &i) { return 1 - 0.5 * number(i[0]); }));
  creation("linspace", [] { return linspace(3, 9, 1); }, Array({1}, 3));
  creation("linspace", [] { return linspace(3, 9, 0); }, Array({0}));
  creation(
      "linspace", [] { return linspace(0, 0.1, 7, DType::F64); },
      generate({7}, [](const Index &i) { return i[0] == 6 ? 0.1 : number(i[0]) * (0.1 / 6); }));
  creation("meshgrid", [] { return meshgrid({arange(3), arange(2)})[0]; }, generate({2, 3}, [](const Index &i) { return number(i[1]); }));
  creation(
      "meshgrid", [] { return meshgrid({arange(3), arange(2), arange(4)})[1]; },
      generate({2, 3, 4}, [](const Index &i) { return number(i[0]); }));
  creation(
      "meshgrid", [] { return meshgrid({arange(3), arange(2)}, Indexing::IJ)[0]; },
      generate({3, 2}, [](const Index &i) { return number(i[0]); }));

  const std::vector<std::vector<Extents>> cases = {{{3, 5}}, {{4, 2}}, {{2, 3, 3}}, {{0, 3}}, {{1, 1}}};
  std::vector<DType> all = kReals;
  all.push_back(DType::Bool);
  auto triangle = [&](std::string name, Tensor (*op)(const Operand &, std::int64_t), std::int64_t diagonal, bool upper) {
    rows.push_back(row(
        std::move(name), all, cases, [=](const Tensors &x) { return op(x[0], diagonal); },
        [=](const Arrays &x) {
          return generate(x[0].extents, [&](const Index &i) {
            const std::int64_t above = i[i.size() - 1] - i[i.size() - 2];
            return (upper ? above >= diagonal : above <= diagonal) ? x[0].values[offset_of(x[0], i)] : 0;
          });
        }));
  };
  triangle("tril", tril, 0, false);
  triangle("tril", tril, 1, false);
  triangle("triu", triu, 0, true);
  triangle("triu", triu, -1, true);
  auto like = [&](std::string name, std::function<Tensor(const Tensor &)> op, double value) {
    rows.push_back(row(
        std::move(name), all, {{{3, 5}}, {{}}, {{0, 2}}}, [op](const Tensors &x) { return op(x[0]); },
        [value](const Arrays &x) { return Array(x[0].extents, value); }));
  };
  like("zeros_like", [](const Tensor &x) { return zeros_like(x); }, 0);
  like("ones_like", [](const Tensor &x) { return ones_like(x, DType::I16); }, 1);
  like("full_like", [](const Tensor &x) { return full_like(x, 7, DType::F64); }, 7);
}

// --- predicates of two ---------------------------------------------------------------------------------------------

static bool is_close(double a, double b) { return a == b || (std::fabs(a - b) <= 0.25 + 0.5 * std::fabs(b) && std::isfinite(b)); }

static void add_closeness(std::vector<Row> &rows) {
  rows.push_back(binary(
      "isclose", {DType::F32, DType::F64, DType::F16, DType::BF16},
      [](const Operand &a, const Operand &b) { return isclose(a, b, 0.5, 0.25); },
      [](double a, double b) -> double { return is_close(a, b); }, -3, 3, 0));
  rows.push_back(whole(without_specials(binary(
      "isclose", {DType::I32, DType::U8}, [](const Operand &a, const Operand &b) { return isclose(a, b, 0.5, 0.25); },
      [](double a, double b) -> double { return is_close(a, b); }, 0, 9, 0))));
  rows.push_back(row(
      "allclose", {DType::F32}, {{{3, 1}, {4}}, {{}, {}}, {{0}, {1}}}, [](const Tensors &x) { return allclose(x[0], x[1], 0.5, 0.25); },
      [](const Arrays &x) {
        Array result{Extents{}};
        result.values = {1};
        for_each_index(broadcast_extents(x), [&](const Index &i) {
          if (!is_close(broadcast_element(x[0], i), broadcast_element(x[1], i))) result.values[0] = 0;
        });
        return result;
      }));
  rows.push_back(row(
      "select", {DType::F32}, {{{3}, {3}}}, [](const Tensors &x) { return select(x[0] < x[1], x[0], x[1]); },
      [](const Arrays &x) {
        return generate({3}, [&](const Index &i) { return std::min(broadcast_element(x[0], i), broadcast_element(x[1], i)); });
      }));
}

// --- neural --------------------------------------------------------------------------------------------------------

static double normal_share(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }
static double gelu_tanh(double x) { return x / (1 + std::exp(-2 * std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x))); }

static const std::vector<DType> kWideFloats = {DType::F32, DType::F64};

static void add_activations(std::vector<Row> &rows) {
  auto activation = [&](std::string name, Tensor (*op)(const Operand &), double (*scalar)(double), double ulps) {
    rows.push_back(without_specials(unary(std::move(name), kWideFloats, op, scalar, -3, 3, ulps)));
  };
  activation("leaky_relu", [](const Operand &x) { return leaky_relu(x, 0.25); }, [](double x) { return x < 0 ? 0.25 * x : x; }, 0.5);
  activation("elu", [](const Operand &x) { return elu(x, 2); }, [](double x) { return x > 0 ? x : 2 * std::expm1(x); }, 2);
  activation(
      "gelu", [](const Operand &x) { return gelu(x); }, [](double x) { return x * normal_share(x); },
      16); // the rounding of x / sqrt(2) grows in the tail
  activation("gelu", [](const Operand &x) { return gelu(x, Gelu::Tanh); }, gelu_tanh, 30); // so does that of the sigmoid's operand
  activation("silu", [](const Operand &x) { return silu(x); }, [](double x) { return x / (1 + std::exp(-x)); }, 4);
}

/// The last axis of x, normalised: (x - mean) / sqrt(var + epsilon), or without the mean.
static Array normalised(const Array &x, bool centred) {
  const int last = x.rank() - 1;
  const Array mean = centred
                         ? reduced(x, {last}, true,
                                   [](const Values &v) { return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size()); })
                         : Array(reduced(x, {last}, true, prod_of).extents, 0);
  const Array distance = generate(x.extents, [&](const Index &i) { return x.values[offset_of(x, i)] - broadcast_element(mean, i); });
  const Array square = reduced(distance, {last}, true, [](const Values &v) {
    double total = 0;
    for (double each : v) total += each * each;
    return total / static_cast<double>(v.size());
  });
  return generate(x.extents,
                  [&](const Index &i) { return distance.values[offset_of(distance, i)] / std::sqrt(broadcast_element(square, i) + 1e-5); });
}

static Array scaled(const Array &x, const Array &scale, const Array &offset) {
  return generate(x.extents,
                  [&](const Index &i) { return x.values[offset_of(x, i)] * broadcast_element(scale, i) + broadcast_element(offset, i); });
}

/// softmax(q kᵀ / sqrt(d)) v for matrices.
static Array attention_of(const Array &q, const Array &k, const Array &v, bool causal) {
  const std::int64_t length = q.extents[1], keys = k.extents[0];
  return generate({q.extents[0], v.extents[1]}, [&](const Index &i) {
    double total = 0, weights = 0;
    for (std::int64_t key = 0; key < (causal ? std::min(i[0] + 1, keys) : keys); ++key) {
      double score = 0;
      for (std::int64_t d = 0; d < length; ++d) score += q.values[offset_of(q, {i[0], d})] * k.values[offset_of(k, {key, d})];
      const double weight = std::exp(score / std::sqrt(static_cast<double>(length)));
      weights += weight;
      total += weight * v.values[offset_of(v, {key, i[1]})];
    }
    return total / weights;
  });
}

static void add_attention(std::vector<Row> &rows) {
  for (bool causal : {false, true}) {
    rows.push_back(row(
        "scaled_dot_product_attention", kWideFloats, {{{3, 4}, {5, 4}, {5, 2}}, {{1, 1}, {1, 1}, {1, 1}}, {{7, 16}, {9, 16}, {9, 33}}},
        [=](const Tensors &x) { return scaled_dot_product_attention(x[0], x[1], x[2], {.mask = {}, .causal = causal, .scale = {}}); },
        [=](const Arrays &x) { return attention_of(x[0], x[1], x[2], causal); },
        32)); // exp makes relative errors of a score's absolute ones
    rows.back().low = 1;
  }
}

static void add_normalisation(std::vector<Row> &rows) {
  const std::vector<std::vector<Extents>> cases = {{{3, 5}, {5}, {5}}, {{2, 3, 4}, {4}, {1}}, {{7}, {7}, {}}};
  auto on = [&](std::string name, std::function<Tensor(const Tensors &)> apply, std::function<Array(const Arrays &)> reference,
                double ulps) {
    Row made = row(std::move(name), kWideFloats, cases, std::move(apply), std::move(reference), ulps);
    made.whole = false;
    made.low = 1; // distances from the mean, and sums with an offset, have lost digits where they are small
    made.high = 9;
    rows.push_back(made);
  };
  on(
      "layer_norm", [](const Tensors &x) { return layer_norm(x[0] * x[0], x[1], 90 + x[2]); },
      [](const Arrays &x) {
        Array square = x[0], offset = x[2];
        for (double &each : square.values) each *= each;
        for (double &each : offset.values) each += 90;
        return scaled(normalised(square, true), x[1], offset);
      },
      8);
  on(
      "rms_norm", [](const Tensors &x) { return rms_norm(x[0], x[1]); },
      [](const Arrays &x) { return scaled(normalised(x[0], false), x[1], Array({1}, 0)); }, 8);
  Row batch = row(
      "batch_norm", kWideFloats, {{{3, 5}, {5}, {5}, {5}, {5}}, {{2, 2, 3}, {3}, {3}, {3}, {3}}},
      [](const Tensors &x) { return batch_norm(x[0] + 20, x[1], x[2], x[3], x[4]); },
      [](const Arrays &x) {
        return generate(x[0].extents, [&](const Index &i) {
          const double distance = x[0].values[offset_of(x[0], i)] + 20 - broadcast_element(x[1], i);
          return distance / std::sqrt(broadcast_element(x[2], i) + 1e-5) * broadcast_element(x[3], i) + broadcast_element(x[4], i);
        });
      },
      8);
  batch.low = 1;
  batch.high = 9;
  rows.push_back(batch);
  Row log = row(
      "log_softmax", kWideFloats, {{{3, 5}}, {{1}}, {{2, 67}}, {{2, 0}}}, [](const Tensors &x) { return log_softmax(x[0]); },
      [](const Arrays &x) {
        const Array norms = reduced(x[0], {x[0].rank() - 1}, true, [](const Values &v) {
          double total = 0;
          for (double each : v) total += std::exp(each);
          return std::log(total);
        });
        return generate(x[0].extents, [&](const Index &i) { return x[0].values[offset_of(x[0], i)] - broadcast_element(norms, i); });
      },
      8);
  rows.push_back(log);
}

// --- losses --------------------------------------------------------------------------------------------------------

static double huber_of(double d) { return std::fabs(d) <= 1 ? d * d / 2 : std::fabs(d) - 0.5; }

static void add_losses(std::vector<Row> &rows) {
  auto loss = [&](std::string name, Tensor (*op)(const Operand &, const Operand &), double (*scalar)(double, double), double low,
                  double high,
                  double ulps) { rows.push_back(without_specials(binary(std::move(name), kWideFloats, op, scalar, low, high, ulps))); };
  loss(
      "mse", [](const Operand &p, const Operand &t) { return mse(p, t, Reduction::None); },
      [](double p, double t) { return (p - t) * (p - t); }, 1, 3, 2);
  loss(
      "mae", [](const Operand &p, const Operand &t) { return mae(p, t, Reduction::None); },
      [](double p, double t) { return std::fabs(p - t); }, 1, 3, 0.5);
  loss(
      "huber", [](const Operand &p, const Operand &t) { return huber(p, t, 1, Reduction::None); },
      [](double p, double t) { return huber_of(p - t); }, 1, 5, 4);
  loss(
      "binary_cross_entropy",
      [](const Operand &p, const Operand &t) { return binary_cross_entropy(p, t, Prediction::Probabilities, Reduction::None); },
      [](double p, double t) { return -t * std::log(p) - (1 - t) * std::log1p(-p); }, 0.1, 0.9, 8);
  loss(
      "binary_cross_entropy",
      [](const Operand &p, const Operand &t) { return binary_cross_entropy(p, t, Prediction::Logits, Reduction::None); },
      [](double p, double t) { return std::max(p, 0.0) - p * t + std::log1p(std::exp(-std::fabs(p))); }, 0.1, 0.9, 8);
  rows.push_back(row(
      "mse", kWideFloats, {{{3, 4}, {3, 4}}, {{}, {}}}, [](const Tensors &x) { return mse(x[0], x[1]); },
      [](const Arrays &x) {
        double total = 0;
        for (std::size_t i = 0; i < x[0].values.size(); ++i) total += std::pow(x[0].values[i] - x[1].values[i], 2);
        return Array({}, total / static_cast<double>(x[0].values.size()));
      },
      1));
  // Operand 1, of whole numbers 0 to 3, are classes, or weights of them.
  auto log_share = [](const Array &z, std::size_t row, std::size_t column) {
    const auto count = static_cast<std::size_t>(z.extents[1]);
    double total = 0;
    for (std::size_t k = 0; k < count; ++k) total += std::exp(z.values[row * count + k]);
    return z.values[row * count + column] - std::log(total);
  };
  rows.push_back(row(
      "cross_entropy", kWideFloats, {{{3, 4}, {3}}, {{1, 5}, {1}}},
      [](const Tensors &x) { return cross_entropy(x[0], cast(x[1], DType::I32)); },
      [log_share](const Arrays &x) {
        double total = 0;
        for (std::size_t i = 0; i < x[1].values.size(); ++i) total -= log_share(x[0], i, static_cast<std::size_t>(x[1].values[i]));
        return Array({}, total / static_cast<double>(x[1].values.size()));
      },
      8));
  rows.push_back(row(
      "cross_entropy", kWideFloats, {{{3, 4}, {3, 4}}},
      [](const Tensors &x) {
        CrossEntropyOptions options;
        options.reduction = Reduction::None;
        options.label_smoothing = 0.25;
        return cross_entropy(x[0], x[1], options);
      },
      [log_share](const Arrays &x) {
        return generate({3}, [&](const Index &i) {
          double total = 0;
          for (std::size_t k = 0; k < 4; ++k)
            total -= (0.75 * x[1].values[static_cast<std::size_t>(i[0]) * 4 + k] + 0.25 / 4) *
                     log_share(x[0], static_cast<std::size_t>(i[0]), k);
          return total;
        });
      },
      8));
}

void add_composite_rows(std::vector<Row> &rows) {
  add_reductions(rows);
  add_creation(rows);
  add_closeness(rows);
  add_activations(rows);
  add_normalisation(rows);
  add_attention(rows);
  add_losses(rows);
}

} // namespace burin::test
