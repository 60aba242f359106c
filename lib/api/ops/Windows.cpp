#include "lib/api/ops/Windows.h"
#include "lib/api/Errors.h"
#include <algorithm>

namespace burin::detail {

// Far below what would overflow, and far above what memory holds.
static constexpr std::int64_t kMost = (std::int64_t(1) << 31) - 1;

Tensor channels_last(const OpCall &call, const Tensor &x, Layout layout, std::size_t spatial) {
  const bool fits = spatial == 0 ? x.rank() >= 3 : static_cast<std::size_t>(x.rank()) == spatial + 2;
  if (!fits) {
    const std::string_view first = layout == Layout::ChannelsFirst ? "[batch, channels, " : "[batch, ",
                           last = layout == Layout::ChannelsFirst ? "]" : ", channels]",
                           middle = spatial == 1   ? "width"
                                    : spatial == 2 ? "height, width"
                                                   : "spatial...";
    throw_error<ShapeError>(call.label(), call.location(), "expected x of ", first, middle, last, ", found ", describe(x));
  }
  if (layout == Layout::ChannelsLast) return x;
  std::vector<std::int64_t> permutation = {0};
  for (int i = 2; i < x.rank(); ++i) permutation.push_back(i);
  permutation.push_back(1);
  return call.apply("transpose", x, {{"permutation", std::move(permutation)}});
}

Tensor in_layout(const OpCall &call, const Tensor &x, Layout layout) {
  if (layout == Layout::ChannelsLast) return x;
  std::vector<std::int64_t> permutation = {0, x.rank() - 1};
  for (int i = 1; i + 1 < x.rank(); ++i) permutation.push_back(i);
  return call.apply("transpose", x, {{"permutation", std::move(permutation)}});
}

std::vector<std::int64_t> for_each_dimension(const OpCall &call, const Integers &values, std::size_t count, std::string_view name) {
  std::vector<std::int64_t> all = values.values();
  if (all.size() == 1) all.resize(count, all[0]);
  if (all.size() != count)
    throw_error<ShapeError>(call.label(), call.location(), "expected ", count, " numbers as ", name, ", or one, found ", all.size());
  for (std::size_t i = 0; i < count; ++i)
    if (all[i] < 1 || all[i] > kMost)
      throw_error<ShapeError>(call.label(), call.location(), "the ", name, " of spatial dimension ", i, " is ", all[i],
                              ", expected 1 to 2^31 - 1");
  return all;
}

void set_padding(const OpCall &call, Sliding &sliding, const WindowPadding &padding, const Tensor &x) {
  const std::size_t count = sliding.window.size();
  const std::span<const PadWidth> widths = padding.widths();
  if (!widths.empty() && widths.size() != 1 && widths.size() != count)
    throw_error<ShapeError>(call.label(), call.location(), "expected ", count, " widths of padding, or one, found ", widths.size());
  for (std::size_t i = 0; i < count; ++i) {
    PadWidth width;
    if (!widths.empty()) {
      width = widths[widths.size() == 1 ? 0 : i];
      for (std::int64_t side : {width.before, width.after})
        if (side < 0 || side > kMost)
          throw_error<ShapeError>(call.label(), call.location(), "the padding of spatial dimension ", i, " is ", side,
                                  ", expected 0 to 2^31 - 1");
    } else if (padding.rule() == Padding::Same) {
      const std::int64_t extent = x.shape()[static_cast<int>(i) + 1], stride = sliding.strides[i];
      const std::int64_t places = (extent + stride - 1) / stride;
      const std::int64_t total = std::max<std::int64_t>((places - 1) * stride + sliding.reach(i) - extent, 0);
      width = {total / 2, total - total / 2};
    }
    sliding.low.push_back(width.before);
    sliding.high.push_back(width.after);
  }
}

} // namespace burin::detail
