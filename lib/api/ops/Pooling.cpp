#include "burin/Ops.h"
#include "lib/api/Errors.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/Windows.h"
#include <algorithm>
#include <optional>

namespace burin {

using namespace detail;

namespace {

struct Pool {
  Tensor x; ///< with its channels last
  Sliding sliding;

  Tensor apply(const OpCall &call, std::string_view op, const Tensor &operand) const {
    return call.apply(op, operand,
                      {{"window", sliding.window},
                       {"strides", sliding.strides},
                       {"low", sliding.low},
                       {"high", sliding.high},
                       {"base_dilation", std::vector<std::int64_t>(sliding.window.size(), 1)},
                       {"window_dilation", sliding.dilations}});
  }
};

} // namespace

static Pool pool_over(const OpCall &call, const Tensor &x, const Integers &window, const PoolOptions &options) {
  const std::size_t given = window.values().size();
  Pool pool{channels_last(call, x, options.layout, given == 1 ? 0 : given), {}};
  const auto spatial = static_cast<std::size_t>(pool.x.rank()) - 2;
  pool.sliding.window = for_each_dimension(call, window, spatial, "window");
  pool.sliding.strides = options.strides.empty() ? pool.sliding.window : for_each_dimension(call, options.strides, spatial, "stride");
  pool.sliding.dilations = for_each_dimension(call, options.dilations, spatial, "dilation");
  set_padding(call, pool.sliding, options.padding, pool.x);
  return pool;
}

Tensor max_pool(const Operand &x, const Integers &window, const PoolOptions &options) {
  if (any_dynamic(x)) return deferred<"max_pool">(x.location(), [](const auto &...all) { return max_pool(all...); }, x, window, options);
  const OpCall call("max_pool", x.location());
  const Pool pool = pool_over(call, call.tensor(x), window, options);
  return in_layout(call, pool.apply(call, "max_pool", pool.x), options.layout);
}

/// How many elements of x each window has along spatial dimension i.
static std::vector<double> counts(const Pool &pool, std::size_t i, std::int64_t places) {
  const Sliding &s = pool.sliding;
  const std::int64_t extent = pool.x.shape()[static_cast<int>(i) + 1];
  std::vector<double> counts;
  for (std::int64_t place = 0; place < places; ++place) {
    std::int64_t count = 0;
    for (std::int64_t element = 0; element < s.window[i]; ++element) {
      const std::int64_t at = place * s.strides[i] + element * s.dilations[i] - s.low[i];
      count += at >= 0 && at < extent;
    }
    counts.push_back(static_cast<double>(count));
  }
  return counts;
}

/// The sums over the number of elements that each is of. That is a product of factors along each dimension: made as a whole it would be as large
/// as the sums are.
static Tensor means(const OpCall &call, const Pool &pool, const Tensor &sums, bool count_padding) {
  const std::vector<std::int64_t> ones(static_cast<std::size_t>(sums.rank()), 1);
  std::optional<Tensor> number;
  const auto multiply = [&](const std::vector<double> &factors, std::vector<std::int64_t> shape) {
    const Tensor values = Tensor::from_vector(factors, Shape(std::move(shape), call.location()), call.location());
    const Tensor factor = call.tensor({values, call.location()}, sums.dtype());
    number = number ? call.elementwise("multiply", sums.dtype(), {*number, factor}) : factor;
  };
  double same = 1; // of dimensions along which all windows have as many elements
  for (std::size_t i = 0; i < pool.sliding.window.size(); ++i) {
    if (count_padding || (pool.sliding.low[i] == 0 && pool.sliding.high[i] == 0)) {
      same *= static_cast<double>(pool.sliding.window[i]);
      continue;
    }
    std::vector<std::int64_t> shape = ones;
    shape[i + 1] = sums.shape()[static_cast<int>(i) + 1];
    multiply(counts(pool, i, shape[i + 1]), shape);
  }
  if (same != 1 || !number) multiply({same}, ones);
  return call.elementwise("divide", sums.dtype(), {sums, *number});
}

Tensor avg_pool(const Operand &x, const Integers &window, const PoolOptions &options) {
  if (any_dynamic(x)) return deferred<"avg_pool">(x.location(), [](const auto &...all) { return avg_pool(all...); }, x, window, options);
  const OpCall call("avg_pool", x.location());
  const Tensor value = call.floating(x);
  const DType dtype = value.dtype();
  const DType wide = dtype == DType::F16 || dtype == DType::BF16 ? DType::F32 : dtype;
  const Pool pool = pool_over(call, call.tensor({value, call.location()}, wide), window, options);
  const Tensor sums = pool.apply(call, "sum_pool", pool.x);
  const Tensor mean = call.tensor({means(call, pool, sums, options.count_padding), call.location()}, dtype);
  return in_layout(call, mean, options.layout);
}

} // namespace burin
