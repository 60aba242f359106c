#include "compiler/lowering/WindowLowering.h"
#include "compiler/lowering/ReductionLowering.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace burin::compiler {
namespace {

// Loops: the batch, the window's places, channels (a convolution's: groups, channels of each); the window's elements, and a convolution's
// input channels.
class Lowering {
public:
  Lowering(OpBuilder &builder, ElementEmitter &emitter, WindowInterface op)
      : b(builder), emitter(emitter), op(op), convolution(dyn_cast<ConvolutionOp>(op.getOperation())), x(tensorType(op->getOperand(0))),
        result(tensorType(op->getResult(0))), windows(op.windows()) {}

  Value run() {
    const auto groups = convolution ? static_cast<int64_t>(convolution.getGroups()) : 1, channels = result.getShape().back() / groups;
    addLoop(result.getDimSize(0));
    for (size_t i = 0; i < windows.size(); ++i) addLoop(result.getDimSize(static_cast<unsigned>(i) + 1));
    const AffineExpr group = convolution ? addLoop(groups) : b.getAffineConstantExpr(0);
    const AffineExpr channel = group * channels + addLoop(channels);
    const size_t parallel = extents.size();
    SmallVector<AffineExpr> source = {at(0)}, taps;
    for (auto [i, window] : llvm::enumerate(windows)) {
      taps.push_back(addLoop(window.extent));
      source.push_back(at(i + 1) * window.stride + taps.back() * window.dilation);
    }
    const int64_t taken = x.getShape().back() / groups;
    if (convolution) {
      taps.push_back(addLoop(taken));
      source.push_back(group * taken + taps.back());
      taps.push_back(channel);
    } else {
      source.push_back(channel);
    }
    SmallVector<AffineExpr> target;
    for (size_t i = 0; i <= windows.size(); ++i) target.push_back(at(i));
    target.push_back(channel);
    return create(parallel, source, taps, target);
  }

private:
  AffineExpr at(size_t loop) { return b.getAffineDimExpr(static_cast<unsigned>(loop)); }
  AffineExpr addLoop(int64_t extent) {
    extents.push_back(extent);
    return at(extents.size() - 1);
  }
  AffineMap map(ArrayRef<AffineExpr> indices) { return AffineMap::get(static_cast<unsigned>(extents.size()), 0, indices, b.getContext()); }

  Value create(size_t parallel, ArrayRef<AffineExpr> source, ArrayRef<AffineExpr> taps, ArrayRef<AffineExpr> target) {
    Location loc = op->getLoc();
    SmallVector<utils::IteratorType> iterators = parallelLoops(static_cast<int64_t>(extents.size()));
    std::fill(iterators.begin() + static_cast<long>(parallel), iterators.end(), utils::IteratorType::reduction);
    GenericBuilder generic(b, loc, iterators);
    Value element = generic.input(emitter.materialized(op->getOperand(0)), x.getElementType(), map(source));
    ScalarBuilder scalar(generic.bodyBuilder(), loc, op);
    if (convolution) {
      Value tap = generic.input(emitter.materialized(convolution.getFilter()), x.getElementType(), map(taps));
      element = scalar.multiply(element, tap);
    }
    // Linalg takes a loop's extent from an operand that is indexed by it alone: a tensor that gets no memory.
    generic.input(tensor::EmptyOp::create(b, loc, extents, b.getI8Type()), b.getI8Type(),
                  b.getMultiDimIdentityMap(static_cast<unsigned>(extents.size())));
    const bool isMax = isa<MaxPoolOp>(op);
    TypedAttr initial = isMax ? leastOrGreatest(x.getElementType(), true) : b.getZeroAttr(memoryType(x.getElementType()));
    Value held = generic.output(result, map(target), filledTensor(b, loc, result, initial));
    generic.setResult(isMax ? scalar.maximum(held, element) : scalar.add(held, element));
    return generic.create().getResult(0);
  }

  OpBuilder &b;
  ElementEmitter &emitter;
  WindowInterface op;
  ConvolutionOp convolution; // null for pooling
  RankedTensorType x, result;
  SmallVector<Window> windows;
  SmallVector<int64_t> extents; // of the loops
};

} // namespace

Value lowerWindows(OpBuilder &builder, ElementEmitter &emitter, WindowInterface op) { return Lowering(builder, emitter, op).run(); }

} // namespace burin::compiler
