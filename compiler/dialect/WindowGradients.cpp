// Gradients of convolutions and pooling: convolutions and pooling again, with strides and base dilations exchanged.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/dialect/GradientBuilder.h"

using namespace mlir;

namespace burin::compiler {
namespace {

// The attributes of an op's windows.
struct Windows {
  SmallVector<int64_t> extents, strides, low, high, baseDilation, dilation;

  void add(const Window &window) {
    extents.push_back(window.extent);
    strides.push_back(window.stride);
    low.push_back(window.low);
    high.push_back(window.high);
    baseDilation.push_back(window.baseDilation);
    dilation.push_back(window.dilation);
  }
};

// With which `count` elements of x get what `places` results pass back: the window, reversed, slides over the results' gradients,
// which lie a stride apart, and stops where an element of x is.
Window reversed(const Window &window, int64_t count, int64_t places) {
  Window back = window;
  back.stride = window.baseDilation;
  back.baseDilation = window.stride;
  back.low = window.reach() - 1 - window.low;
  back.high = (count - 1) * back.stride + window.reach() - ((places - 1) * back.baseDilation + 1) - back.low;
  return back;
}

// With which the results' gradients, as a window, slide over x: one place for each of the window's elements.
Window overResults(const Window &window, int64_t count, int64_t places) {
  Window over = window;
  over.extent = places;
  over.stride = window.dilation;
  over.dilation = window.stride;
  over.high = (window.extent - 1) * over.stride + over.reach() - ((count - 1) * window.baseDilation + 1) - window.low;
  return over;
}

template <class Change> Windows changed(WindowInterface op, Change change) {
  Windows all;
  for (auto [i, window] : llvm::enumerate(op.windows()))
    all.add(change(window, shapeOf(op->getOperand(0))[i + 1], shapeOf(op->getResult(0))[i + 1]));
  return all;
}

Value convolution(GradientBuilder &g, Value x, Value filter, const Windows &w, int64_t groups) {
  return g.emit<ConvolutionOp>(x, filter, w.strides, w.low, w.high, w.baseDilation, w.dilation, static_cast<uint64_t>(groups));
}

// x backwards along its first `count` dimensions.
Value flipped(GradientBuilder &g, Value x, size_t count) {
  SmallVector<int64_t> starts(shapeOf(x).size(), 0), stops(shapeOf(x)), steps(shapeOf(x).size(), 1);
  for (size_t i = 0; i < count; ++i) {
    starts[i] = stops[i] - 1;
    stops[i] = steps[i] = -1;
  }
  return g.emit<SliceOp>(x, starts, stops, steps);
}

// The dimension `axis` of x as two: `groups`, and what is in each.
Value inGroups(GradientBuilder &g, Value x, size_t axis, int64_t groups) {
  SmallVector<int64_t> shape(shapeOf(x));
  shape[axis] /= groups;
  shape.insert(shape.begin() + static_cast<long>(axis), groups);
  return g.reshape(x, shape);
}

} // namespace

SmallVector<Value> ConvolutionOp::buildGradients(OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, *this, dy);
  const auto groups = static_cast<int64_t>(getGroups());
  const size_t spatial = getStrides().size();
  ArrayRef<int64_t> x = shapeOf(getX()), filter = shapeOf(getFilter());
  const int64_t taken = filter[spatial], made = filter[spatial + 1];

  // Input and output channels change places within each group.
  SmallVector<int64_t> exchange = llvm::to_vector(llvm::seq<int64_t>(0, static_cast<int64_t>(spatial) + 3));
  std::swap(exchange[spatial], exchange[spatial + 2]); // [window, taken, groups, made] -> [window, made, groups, taken]
  Value back = g.transpose(inGroups(g, flipped(g, getFilter(), spatial), spatial + 1, groups), exchange);
  SmallVector<int64_t> backShape(filter);
  backShape[spatial] = made / groups;
  backShape[spatial + 1] = taken * groups;
  Value ofX = convolution(g, dy, g.reshape(back, backShape), changed(*this, reversed), groups);

  // The channels of x are the batch, and the batch is what is summed: [batch, spatial, groups, taken] -> [taken, spatial, groups * batch].
  SmallVector<int64_t> order = {static_cast<int64_t>(spatial) + 2}, batchLast;
  for (size_t i = 1; i <= spatial + 1; ++i) order.push_back(static_cast<int64_t>(i));
  order.push_back(0);
  SmallVector<int64_t> images = {taken};
  llvm::append_range(images, x.slice(1, spatial));
  images.push_back(groups * x[0]);
  Value image = g.reshape(g.transpose(inGroups(g, getX(), spatial + 1, groups), order), images);
  for (size_t i = 1; i <= spatial; ++i) batchLast.push_back(static_cast<int64_t>(i));
  batchLast.append({0, static_cast<int64_t>(spatial) + 1}); // [batch, spatial, made] -> [spatial, batch, made]
  Value sums = convolution(g, image, g.transpose(dy, batchLast), changed(*this, overResults), groups);
  SmallVector<int64_t> windowFirst; // [taken, window, made] -> [window, taken, made]
  for (size_t i = 1; i <= spatial; ++i) windowFirst.push_back(static_cast<int64_t>(i));
  windowFirst.append({0, static_cast<int64_t>(spatial) + 1});
  return {ofX, g.transpose(sums, windowFirst)};
}

SmallVector<Value> SumPoolOp::buildGradients(OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, *this, dy);
  const Windows w = changed(*this, reversed);
  return {g.emit<SumPoolOp>(dy, w.extents, w.strides, w.low, w.high, w.baseDilation, w.dilation)};
}

namespace {

// The slices of a padded x that hold one element of each window, for all elements of a window.
class WindowSlices {
public:
  struct Slice {
    SmallVector<int64_t> starts, stops, steps;
  };

  WindowSlices(ArrayRef<Window> windows, ArrayRef<int64_t> result) {
    slices = {{SmallVector<int64_t>(result.size(), 0), SmallVector<int64_t>(result), SmallVector<int64_t>(result.size(), 1)}};
    for (auto [i, window] : llvm::enumerate(windows)) {
      std::vector<Slice> more;
      for (const Slice &slice : slices)
        for (int64_t element = 0; element < window.extent; ++element) {
          Slice along = slice;
          along.starts[i + 1] = element * window.dilation;
          along.steps[i + 1] = window.stride;
          along.stops[i + 1] = along.starts[i + 1] + (result[i + 1] - 1) * window.stride + 1;
          more.push_back(along);
        }
      slices = std::move(more);
    }
  }

  ArrayRef<Slice> all() const { return slices; }

private:
  std::vector<Slice> slices;
};

} // namespace

// Elements that tie get even shares.
SmallVector<Value> MaxPoolOp::buildGradients(OpBuilder &builder, Value dy) {
  GradientBuilder g(builder, *this, dy);
  SmallVector<int64_t> padded(shapeOf(getX())), starts(padded.size(), 0), stops(padded), steps(padded.size(), 1);
  const SmallVector<Window> windows = this->windows();
  for (auto [i, window] : llvm::enumerate(windows)) {
    padded[i + 1] = window.padded(padded[i + 1]);
    starts[i + 1] = window.low;
    steps[i + 1] = window.baseDilation;
    stops[i + 1] = window.low + (shapeOf(getX())[i + 1] - 1) * window.baseDilation + 1;
  }
  Value x = g.broadcastTo(g.constant(-std::numeric_limits<double>::infinity()), padded);
  x = g.emit<UpdateSliceOp>(x, getX(), starts, stops, steps);
  const WindowSlices slices(windows, shapeOf(getResult()));
  Value ties;
  SmallVector<Value> reached;
  for (const WindowSlices::Slice &slice : slices.all()) {
    reached.push_back(g.equal(g.emit<SliceOp>(x, slice.starts, slice.stops, slice.steps), getResult()));
    Value one = g.where(reached.back(), g.one(), g.zero());
    ties = ties ? g.add(ties, one) : one;
  }
  Value share = g.divide(dy, ties), all;
  for (auto [slice, isReached] : llvm::zip(slices.all(), reached)) {
    Value part = g.emit<UpdateSliceOp>(g.zeros(padded), g.where(isReached, share, g.zero()), slice.starts, slice.stops, slice.steps);
    all = all ? g.add(all, part) : part;
  }
  return {g.emit<SliceOp>(all, starts, stops, steps)};
}

} // namespace burin::compiler
