// Brings convolutions and pooling into the form that is emitted: without padding and base dilation, and with as many groups as output
// channels where a group has one input channel.
//
//   %1 = burin.convolution %x, %f {low = [1], ...}    ->    %0 = burin.update_slice %zeros with %x {starts = [0, 1, 0], ...}
//                                                           %1 = burin.convolution %0, %f {low = [0], ...}
//
// A copy of x costs little beside the products, and its windows need no bounds. Bounds at the ends of each row would be code for each
// way in which a tile may stick out.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace burin::compiler {
namespace {

class Expansion {
public:
  explicit Expansion(WindowInterface op) : b(op), loc(op->getLoc()), op(op) {}

  void run() {
    if (auto convolution = dyn_cast<ConvolutionOp>(op.getOperation())) repeatChannels(convolution);
    const SmallVector<Window> windows = op.windows();
    if (!llvm::any_of(windows, [](const Window &window) { return window.isPadded(); })) return;
    op->setOperand(0, padded(windows));
    op.setUnpadded();
  }

private:
  RankedTensorType type() { return cast<RankedTensorType>(op->getOperand(0).getType()); }

  // With several output channels for one input channel, the input's is repeated: vectors run along all channels then.
  void repeatChannels(ConvolutionOp convolution) {
    const int64_t channels = type().getShape().back(), made = convolution.getType().getShape().back();
    if (channels == 1 || static_cast<int64_t>(convolution.getGroups()) != channels || made == channels) return;
    SmallVector<int64_t> shape(type().getShape());
    shape.push_back(1);
    Value x = ReshapeOp::create(b, loc, convolution.getX(), shape);
    shape.back() = made / channels;
    x = BroadcastToOp::create(b, loc, x, shape);
    shape.pop_back();
    shape.back() = made;
    convolution.getXMutable().assign(ReshapeOp::create(b, loc, x, shape));
    convolution.setGroups(static_cast<uint64_t>(made));
  }

  Value padded(ArrayRef<Window> windows) {
    Value x = op->getOperand(0);
    SmallVector<int64_t> shape(type().getShape()), first(shape.size(), 0), last(shape), starts(shape.size(), 0), stops(shape),
        steps(shape.size(), 1);
    bool cut = false;
    for (auto [window, at] : llvm::zip(windows, llvm::seq<size_t>(1, shape.size() - 1))) {
      const int64_t step = window.baseDilation, extent = shape[at];
      // Negative padding takes elements away, and of the gaps between them.
      first[at] = window.low < 0 ? std::min(extent, (-window.low + step - 1) / step) : 0;
      last[at] = window.high < 0 ? std::max(first[at], extent - (-window.high + step - 1) / step) : extent;
      cut |= first[at] != 0 || last[at] != extent;
      starts[at] = window.low + first[at] * step;
      steps[at] = step;
      stops[at] = last[at] == first[at] ? starts[at] : starts[at] + (last[at] - first[at] - 1) * step + 1;
      shape[at] = window.padded(extent);
    }
    if (llvm::any_of(llvm::zip(first, last), [](auto range) { return std::get<0>(range) == std::get<1>(range); })) return background(shape);
    if (cut) x = SliceOp::create(b, loc, x, first, last, SmallVector<int64_t>(shape.size(), 1));
    return UpdateSliceOp::create(b, loc, background(shape), x, starts, stops, steps);
  }

  // What padding holds.
  Value background(ArrayRef<int64_t> shape) {
    Type element = type().getElementType();
    TypedAttr value = b.getZeroAttr(element);
    if (isa<MaxPoolOp>(op)) {
      if (auto floating = dyn_cast<FloatType>(element)) value = FloatAttr::get(element, APFloat::getInf(floating.getFloatSemantics(), true));
      else if (!element.isUnsignedInteger()) value = IntegerAttr::get(element, APInt::getSignedMinValue(element.getIntOrFloatBitWidth()));
    }
    return ConstantOp::create(b, loc, DenseElementsAttr::get(RankedTensorType::get(shape, element), Attribute(value)));
  }

  OpBuilder b;
  Location loc;
  WindowInterface op;
};

struct ExpandWindows : PassWrapper<ExpandWindows, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ExpandWindows)
  StringRef getArgument() const override { return "burin-expand-windows"; }
  StringRef getDescription() const override { return "pad what windows slide over"; }
  void runOnOperation() override {
    SmallVector<WindowInterface> ops;
    getOperation().walk([&](WindowInterface op) { ops.push_back(op); });
    for (WindowInterface op : ops) Expansion(op).run();
  }
};

} // namespace

std::unique_ptr<Pass> createExpandWindowsPass() { return std::make_unique<ExpandWindows>(); }

} // namespace burin::compiler
