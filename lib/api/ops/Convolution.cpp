#include "burin/ops/Convolution.h"
#include "lib/api/Errors.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/Windows.h"
#include <algorithm>
#include <utility>

namespace burin {

using namespace detail;

namespace {

struct Images {
  Tensor x, filter; ///< of one dtype, x with its channels last
  Sliding sliding;  ///< without padding
};

} // namespace

static Images images(const OpCall &call, const Operand &x, const Operand &filter, const ConvolutionOptions &options, std::size_t spatial) {
  const DType dtype = call.common_dtype({x, filter});
  Images result{channels_last(call, call.tensor(x, dtype), options.layout, spatial), call.tensor(filter, dtype), {}};
  const Tensor &window = result.filter;
  if (static_cast<std::size_t>(window.rank()) != spatial + 2)
    throw_error<ShapeError>(call.label(), call.location(), "expected a filter of ", spatial + 2, " dimensions, found ", describe(window));
  for (std::size_t i = 0; i < spatial; ++i) result.sliding.window.push_back(window.shape()[static_cast<int>(i)]);
  result.sliding.strides = for_each_dimension(call, options.strides, spatial, "stride");
  result.sliding.dilations = for_each_dimension(call, options.dilations, spatial, "dilation");
  return result;
}

static Tensor convolved(const OpCall &call, const Tensor &x, const Tensor &filter, const Sliding &sliding,
                        const std::vector<std::int64_t> &base_dilation, std::int64_t groups, Layout layout) {
  const Tensor operands[] = {x, filter};
  const Tensor result = call.apply("convolution", operands,
                                   {{"strides", sliding.strides},
                                    {"low", sliding.low},
                                    {"high", sliding.high},
                                    {"base_dilation", base_dilation},
                                    {"window_dilation", sliding.dilations},
                                    {"groups", groups}});
  return in_layout(call, result, layout);
}

static Tensor convolved(const OpCall &call, Images of, const ConvolutionOptions &options, std::int64_t groups) {
  set_padding(call, of.sliding, options.padding, of.x);
  return convolved(call, of.x, of.filter, of.sliding, std::vector<std::int64_t>(of.sliding.window.size(), 1), groups, options.layout);
}

Tensor conv2d(const Operand &x, const Operand &filter, const ConvolutionOptions &options) {
  if (any_dynamic(x, filter))
    return deferred<"conv2d">(x.location(), [](const auto &...all) { return conv2d(all...); }, x, filter, options);
  const OpCall call("conv2d", x.location());
  return convolved(call, images(call, x, filter, options, 2), options, options.groups);
}

Tensor conv1d(const Operand &x, const Operand &filter, const ConvolutionOptions &options) {
  if (any_dynamic(x, filter))
    return deferred<"conv1d">(x.location(), [](const auto &...all) { return conv1d(all...); }, x, filter, options);
  const OpCall call("conv1d", x.location());
  return convolved(call, images(call, x, filter, options, 1), options, options.groups);
}

Tensor depthwise_conv2d(const Operand &x, const Operand &filter, const ConvolutionOptions &options) {
  if (any_dynamic(x, filter))
    return deferred<"depthwise_conv2d">(x.location(), [](const auto &...all) { return depthwise_conv2d(all...); }, x, filter, options);
  const OpCall call("depthwise_conv2d", x.location());
  Images of = images(call, x, filter, options, 2);
  if (options.groups != 1)
    throw_error<ShapeError>(call.label(), call.location(), "each channel is a group: expected options.groups 1, found ", options.groups);
  const Shape &shape = of.filter.shape();
  const std::int64_t channels = of.x.shape()[3];
  if (shape[2] != channels)
    throw_error<ShapeError>(call.label(), call.location(), "x has ", channels, " channels, the filter ", describe(of.filter), " has ",
                            shape[2]);
  of.filter = call.reshape(of.filter, {shape[0], shape[1], 1, channels * shape[3]});
  return convolved(call, std::move(of), options, std::max<std::int64_t>(channels, 1));
}

// --- transposed ----------------------------------------------------------------------------------------------------

/// The filter backwards, and with input and output channels exchanged within each group.
static Tensor transposed_filter(const OpCall &call, const Tensor &filter, std::int64_t groups) {
  const std::int64_t height = filter.shape()[0], width = filter.shape()[1], made = filter.shape()[2], taken = filter.shape()[3] / groups;
  Tensor result = call.slice(filter, {height - 1, width - 1, 0, 0}, {-1, -1, made, taken * groups}, {-1, -1, 1, 1});
  result = call.reshape(result, {height, width, made, groups, taken});
  result = call.apply("transpose", result, {{"permutation", std::vector<std::int64_t>{0, 1, 4, 3, 2}}});
  return call.reshape(result, {height, width, taken, groups * made});
}

Tensor conv2d_transpose(const Operand &x, const Operand &filter, const ConvolutionOptions &options) {
  if (any_dynamic(x, filter))
    return deferred<"conv2d_transpose">(x.location(), [](const auto &...all) { return conv2d_transpose(all...); }, x, filter, options);
  const OpCall call("conv2d_transpose", x.location());
  Images of = images(call, x, filter, options, 2);
  const std::int64_t channels = of.x.shape()[3], taken = of.filter.shape()[3];
  if (taken != channels || options.groups < 1 || channels % options.groups != 0)
    throw_error<ShapeError>(call.label(), call.location(), "x has ", channels, " channels in ", options.groups,
                            options.groups == 1 ? " group" : " groups", ", the filter ", describe(of.filter), " takes ", taken);
  if (of.filter.shape()[0] == 0 || of.filter.shape()[1] == 0)
    throw_error<ShapeError>(call.label(), call.location(), "the filter ", describe(of.filter), " has an empty window");
  // The stride is the distance of x's elements now; padding cuts off what reaches beyond the result.
  Sliding back = of.sliding;
  const std::vector<std::int64_t> distances = std::exchange(back.strides, {1, 1});
  set_padding(call, back, options.padding, of.x);
  const bool by_rule = options.padding.widths().empty();
  for (std::size_t i = 0; i < 2; ++i) {
    const std::int64_t reach = back.reach(i), gap = distances[i] - reach; // between two elements' windows, or below 0 how far they overlap
    if (by_rule && options.padding.rule() == Padding::Same) {
      const std::int64_t total = std::max<std::int64_t>(-gap, 0);
      back.low[i] = total / 2;
      back.high[i] = total - total / 2;
    }
    back.low[i] = reach - 1 - back.low[i];
    back.high[i] = reach - 1 - back.high[i] + (by_rule ? std::max<std::int64_t>(gap, 0) : 0);
  }
  return convolved(call, of.x, transposed_filter(call, of.filter, options.groups), back, distances, options.groups, options.layout);
}

} // namespace burin
