#pragma once
#include "burin/ops/Convolution.h"
#include "lib/api/ops/OpCall.h"

/// What convolutions and pooling share.
namespace burin::detail {

/// How windows slide along the spatial dimensions, as the dialect's ops have it.
struct Sliding {
  std::vector<std::int64_t> window, strides, dilations, low, high;

  std::int64_t reach(std::size_t i) const { return (window[i] - 1) * dilations[i] + 1; }
};

/// x with its channels last. Throws ShapeError unless it has `spatial` dimensions beside batch and channels; any number but none if
/// that is 0.
Tensor channels_last(const OpCall &call, const Tensor &x, Layout layout, std::size_t spatial);
/// The result, in the user's layout.
Tensor in_layout(const OpCall &call, const Tensor &x, Layout layout);

/// `values`, one for each of `count` spatial dimensions. Throws ShapeError for another number of them, or one below 1.
std::vector<std::int64_t> for_each_dimension(const OpCall &call, const Integers &values, std::size_t count, std::string_view name);

/// With the padding that the windows need over x, whose channels are last.
void set_padding(const OpCall &call, Sliding &sliding, const WindowPadding &padding, const Tensor &x);

} // namespace burin::detail
