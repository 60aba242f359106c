#pragma once
#include "burin/Operand.h"
#include "burin/ops/Joining.h"

/// Convolutions and pooling. x is a batch of images: [batch, spatial..., channels], or with Layout::ChannelsFirst [batch, channels,
/// spatial...]; so is the result. Filters are [window..., input channels / groups, output channels] in either layout, and aren't flipped.
///
/// Along a spatial dimension of extent n, with padding before and after, the result has (n + padding - reach) / stride + 1 elements,
/// rounded down, where a window of extent k reaches over (k - 1) * dilation + 1. Each throws ShapeError for another number of
/// dimensions, for strides, dilations or windows below 1, and for a window that reaches over more than there is.
namespace burin {

enum class Layout {
  ChannelsLast, ///< NHWC
  ChannelsFirst ///< NCHW: transposed before and after
};

enum class Padding {
  Valid, ///< none
  Same   ///< so much that the result has n / stride elements, rounded up; an odd one is put behind
};

/// How much is put around x along the spatial dimensions: a rule, or widths, one for each dimension or one for all.
class WindowPadding {
public:
  WindowPadding(Padding rule) : rule_(rule) {}
  WindowPadding(std::initializer_list<PadWidth> widths) : widths_(widths) {}
  WindowPadding(std::vector<PadWidth> widths) : widths_(std::move(widths)) {}

  Padding rule() const { return rule_; }
  /// Empty: the rule counts.
  std::span<const PadWidth> widths() const { return widths_; }

private:
  Padding rule_ = Padding::Valid;
  std::vector<PadWidth> widths_;
};

/// Strides and dilations: one for each spatial dimension, or one for all.
struct ConvolutionOptions {
  Integers strides = {1};
  Integers dilations = {1}; ///< how far the window's elements lie apart
  WindowPadding padding = Padding::Valid; ///< with zeros
  std::int64_t groups = 1; ///< each sees its part of the input channels alone, and makes its part of the output channels
  Layout layout = Layout::ChannelsLast;
};

/// Sums of products of `filter` with the windows of x, which have two spatial dimensions. Dtype: promoted; numbers only; f16 and bf16
/// are summed in f32. Error growth: a sum in order. Throws ShapeError if channels, groups and filter don't fit.
Tensor conv2d(const Operand &x, const Operand &filter, const ConvolutionOptions &options = {});
/// `conv2d` along one spatial dimension: x is [batch, width, channels], `filter` [width, channels / groups, output channels].
Tensor conv1d(const Operand &x, const Operand &filter, const ConvolutionOptions &options = {});
/// Each channel has filters of its own: `filter` is [height, width, channels, multiplier], and the result has channels * multiplier
/// channels, those of one channel of x side by side. Throws ShapeError for options.groups other than 1, too.
Tensor depthwise_conv2d(const Operand &x, const Operand &filter, const ConvolutionOptions &options = {});
/// What conv2d with these options would take to x: the gradient of conv2d with regard to its input. `filter` is [height, width, output
/// channels / groups, input channels], as conv2d would take it. Extents: n * stride with Padding::Same, else (n - 1) * stride + reach -
/// padding; with Padding::Valid at least n * stride.
Tensor conv2d_transpose(const Operand &x, const Operand &filter, const ConvolutionOptions &options = {});

struct PoolOptions {
  Integers strides = {}; ///< none: as far as the window reaches, element by element
  Integers dilations = {1};
  WindowPadding padding = Padding::Valid;
  Layout layout = Layout::ChannelsLast;
  bool count_padding = false; ///< avg_pool: whether padding counts as zeros, or isn't there
};

/// The greatest element of each channel in the windows of x, of one to any number of spatial dimensions; NaN if any is NaN. Padding
/// never is the greatest. `window`: one extent for each spatial dimension, or one for all. Dtype: unchanged; integers and floats.
/// Throws ShapeError for negative padding.
Tensor max_pool(const Operand &x, const Integers &window, const PoolOptions &options = {});
/// The mean of each channel in the windows of x; otherwise as `max_pool`. Floating dtypes; f16 and bf16 are summed in f32.
Tensor avg_pool(const Operand &x, const Integers &window, const PoolOptions &options = {});

} // namespace burin
