// Convolutions and pooling.
#include "burin/ops/Convolution.h"
#include "test/numpy/Ops.h"

namespace burin::numpy {

static WindowPadding padding(const Attributes &a) {
  if (a.has("same")) return Padding::Same;
  std::vector<PadWidth> widths;
  if (a.has("padding")) {
    const std::vector<std::int64_t> all = a.integers("padding");
    for (std::size_t i = 0; i + 1 < all.size(); i += 2) widths.push_back({all[i], all[i + 1]});
  }
  return widths;
}

static Layout layout(const Attributes &a) { return a.flag("channels_first") ? Layout::ChannelsFirst : Layout::ChannelsLast; }

using Convolution = Tensor (*)(const Operand &, const Operand &, const ConvolutionOptions &);
static Apply convolution(Convolution op) {
  return one([op](const Tensors &x, const Attributes &a) {
    return op(x[0], x[1],
              {.strides = a.integers("strides"),
               .dilations = a.integers("dilations"),
               .padding = padding(a),
               .groups = a.has("groups") ? a.integer("groups") : 1,
               .layout = layout(a)});
  });
}

using Pool = Tensor (*)(const Operand &, const Integers &, const PoolOptions &);
static Apply pool(Pool op) {
  return one([op](const Tensors &x, const Attributes &a) {
    return op(x[0], a.integers("window"),
              {.strides = a.integers("strides"),
               .dilations = a.integers("dilations"),
               .padding = padding(a),
               .layout = layout(a),
               .count_padding = a.flag("count_padding")});
  });
}

static const Group windows{
    {"conv1d", convolution(conv1d)},
    {"conv2d", convolution(conv2d)},
    {"depthwise_conv2d", convolution(depthwise_conv2d)},
    {"conv2d_transpose", convolution(conv2d_transpose)},
    {"max_pool", pool(max_pool)},
    {"avg_pool", pool(avg_pool)},
};

} // namespace burin::numpy
