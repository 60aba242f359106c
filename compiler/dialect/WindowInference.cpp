// Result types of convolutions and pooling.
#include "compiler/dialect/BurinDialect.h"

using namespace mlir;

namespace burin::compiler {

template <class Op> static SmallVector<Window> windowsOf(Op op, ArrayRef<int64_t> extents) {
  SmallVector<Window> windows;
  for (size_t i = 0; i < extents.size(); ++i)
    windows.push_back({extents[i], op.getStrides()[i], op.getLow()[i], op.getHigh()[i], op.getBaseDilation()[i], op.getWindowDilation()[i]});
  return windows;
}

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

SmallVector<Window> ConvolutionOp::windows() { return windowsOf(*this, typeOf(getFilter()).getShape().drop_back(2)); }
SmallVector<Window> SumPoolOp::windows() { return windowsOf(*this, getWindow()); }
SmallVector<Window> MaxPoolOp::windows() { return windowsOf(*this, getWindow()); }

template <class Op> static void unpad(Op op) {
  const size_t count = op.getStrides().size();
  op.setLow(SmallVector<int64_t>(count, 0));
  op.setHigh(SmallVector<int64_t>(count, 0));
  op.setBaseDilation(SmallVector<int64_t>(count, 1));
}

void ConvolutionOp::setUnpadded() { unpad(*this); }
void SumPoolOp::setUnpadded() { unpad(*this); }
void MaxPoolOp::setUnpadded() { unpad(*this); }

static LogicalResult checkWindow(std::optional<Location> location, const Window &window, int64_t extent, size_t dim) {
  auto fail = [&]() -> InFlightDiagnostic { return emitIf(location, ErrorKind::Shape); };
  const std::pair<StringRef, int64_t> positive[] = {
      {"window", window.extent}, {"stride", window.stride}, {"base dilation", window.baseDilation}, {"dilation", window.dilation}};
  for (auto [name, value] : positive)
    if (value < 1) return fail() << "the " << name << " of spatial dimension " << dim << " is " << value << ", expected at least 1";
  if (extent == 0) return fail() << "spatial dimension " << dim << " of x is empty: no window fits";
  // Far below what would overflow, and far above what memory holds.
  constexpr int64_t kMost = int64_t(1) << 31;
  for (int64_t value : {window.extent, window.stride, std::abs(window.low), std::abs(window.high), window.baseDilation, window.dilation})
    if (value >= kMost) return fail() << "spatial dimension " << dim << ": " << value << " exceeds 2^31 - 1";
  if (extent > kMost) return fail() << "spatial dimension " << dim << " of x has " << extent << " elements, expected at most 2^31";
  if (window.reach() > window.padded(extent))
    return fail() << "the window reaches over " << window.reach() << " elements of spatial dimension " << dim << ", x has "
                  << window.padded(extent) << " there with its padding";
  return success();
}

// The extents of the result along the spatial dimensions are appended to `shape`.
template <class Adaptor>
static LogicalResult slide(std::optional<Location> location, RankedTensorType x, Adaptor adaptor, ArrayRef<int64_t> extents,
                           SmallVectorImpl<int64_t> &shape) {
  const size_t count = extents.size();
  if (x.getRank() < 3 || static_cast<size_t>(x.getRank()) != count + 2)
    return emitIf(location, ErrorKind::Shape) << "expected x of a batch, " << count << " spatial dimensions for the window, and channels, found "
                                              << describe(x);
  const std::pair<StringRef, ArrayRef<int64_t>> lists[] = {{"strides", adaptor.getStrides()},
                                                           {"low", adaptor.getLow()},
                                                           {"high", adaptor.getHigh()},
                                                           {"base_dilation", adaptor.getBaseDilation()},
                                                           {"window_dilation", adaptor.getWindowDilation()}};
  for (auto [name, list] : lists)
    if (list.size() != count)
      return emitIf(location, ErrorKind::Shape) << "expected " << count << " numbers in " << name << ", found " << list.size();
  for (auto [i, window] : llvm::enumerate(windowsOf(adaptor, extents))) {
    const int64_t extent = x.getDimSize(static_cast<unsigned>(i) + 1);
    if (failed(checkWindow(location, window, extent, i))) return failure();
    shape.push_back(window.places(extent));
  }
  return success();
}

BURIN_INFER(ConvolutionOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  auto x = typeOf(adaptor.getX()), filter = typeOf(adaptor.getFilter());
  if (failed(checkElement(location, x, Accepts::Number))) return failure();
  if (x.getElementType() != filter.getElementType())
    return emitIf(location, ErrorKind::DType) << "element types differ: x " << describe(x) << ", filter " << describe(filter);
  if (filter.getRank() < 3)
    return emitIf(location, ErrorKind::Shape) << "expected a filter of a window, input and output channels, found " << describe(filter);
  SmallVector<int64_t> shape = {x.getRank() ? x.getDimSize(0) : 0};
  if (failed(slide(location, x, adaptor, filter.getShape().drop_back(2), shape))) return failure();
  const int64_t channels = x.getShape().back(), taken = filter.getDimSize(filter.getRank() - 2), made = filter.getShape().back();
  const auto groups = static_cast<int64_t>(adaptor.getGroups());
  if (groups < 1) return emitIf(location, ErrorKind::Shape) << "expected at least 1 group, found " << groups;
  if (channels % groups != 0 || channels / groups != taken)
    return emitIf(location, ErrorKind::Shape) << "x has " << channels << " channels in " << groups << (groups == 1 ? " group" : " groups")
                                              << ", the filter " << describe(filter) << " takes " << taken << " of each";
  if (made % groups != 0)
    return emitIf(location, ErrorKind::Shape) << "the filter " << describe(filter) << " makes " << made << " channels, expected a multiple of "
                                              << groups << " groups";
  shape.push_back(made);
  if (failed(checkExtents(location, shape))) return failure();
  types.push_back(RankedTensorType::get(shape, x.getElementType()));
  return success();
}

template <class Adaptor>
static LogicalResult inferPool(std::optional<Location> location, Adaptor adaptor, Accepts accepts, SmallVectorImpl<Type> &types) {
  auto x = typeOf(adaptor.getX());
  if (failed(checkElement(location, x, accepts))) return failure();
  SmallVector<int64_t> shape = {x.getRank() ? x.getDimSize(0) : 0};
  if (failed(slide(location, x, adaptor, adaptor.getWindow(), shape))) return failure();
  shape.push_back(x.getShape().back());
  if (failed(checkExtents(location, shape))) return failure();
  types.push_back(RankedTensorType::get(shape, x.getElementType()));
  return success();
}

BURIN_INFER(SumPoolOp) { return inferPool(location, Adaptor(operands, attributes, properties, regions), Accepts::Number, types); }
BURIN_INFER(MaxPoolOp) {
  Adaptor adaptor(operands, attributes, properties, regions);
  for (ArrayRef<int64_t> padding : {adaptor.getLow(), adaptor.getHigh()})
    for (int64_t count : padding)
      if (count < 0) return emitIf(location, ErrorKind::Shape) << "the padding " << count << " is negative";
  return inferPool(location, adaptor, Accepts::Real, types);
}

} // namespace burin::compiler
