#include "compiler/lowering/Updates.h"
#include "compiler/lowering/Lanes.h"
#include "compiler/lowering/Positions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace burin::compiler {

//===-- on tensors -----------------------------------------------------------------------------------------------===//

// What is put in, and where it is read: one element for a constant of one value.
static std::pair<Value, AffineMap> updatesOf(OpBuilder &b, ElementEmitter &emitter, Value updates, ArrayRef<int64_t> extents) {
  auto type = cast<RankedTensorType>(updates.getType());
  DenseElementsAttr constant;
  if (!matchPattern(updates, m_Constant(&constant)) || !constant.isSplat())
    return {emitter.materialized(updates), broadcastMap(type, RankedTensorType::get(extents, type.getElementType()))};
  auto scalar = constant.resizeSplat(RankedTensorType::get({}, type.getElementType()));
  return {arith::ConstantOp::create(b, updates.getLoc(), memoryConstant(scalar)),
          AffineMap::get(static_cast<unsigned>(extents.size()), 0, b.getContext())};
}

Value lowerUpdate(OpBuilder &b, ValueMap &values, UpdateInterface op) {
  ElementEmitter emitter(b, values, {});
  auto indexed = cast<IndexedInterface>(op.getOperation());
  const SmallVector<int64_t> extents = op.updatedShape();
  auto [updates, updatesMap] = updatesOf(b, emitter, op->getOperand(1), extents);
  SmallVector<AffineMap> maps = {indexed.position(), updatesMap};
  SmallVector<Value> indices;
  SmallVector<int64_t> sizes;
  SmallVector<bool> isUnsigned;
  for (const IndexRead &read : indexed.indexReads()) {
    indices.push_back(emitter.materialized(read.indices));
    maps.push_back(read.map);
    sizes.push_back(read.size);
    isUnsigned.push_back(tensorType(read.indices).getElementType().isUnsignedInteger());
  }
  Value target = emitter.materialized(op->getOperand(0));
  Location loc = op->getLoc();
  auto update =
      UpdateOp::create(b, loc, target.getType(), target, updates, indices, extents, b.getAffineMapArrayAttr(maps), sizes, isUnsigned);
  Block &body = update.getBody().emplaceBlock();
  Type element = tensorType(target).getElementType();
  body.addArguments({element, element}, {loc, loc});
  OpBuilder inside = OpBuilder::atBlockEnd(&body);
  YieldOp::create(inside, loc, op.combine(inside, loc, body.getArgument(0), body.getArgument(1)));
  return update.getResult();
}

//===-- on buffers, without indices ------------------------------------------------------------------------------===//

// `map` with the given loops running backwards.
static AffineMap reversed(AffineMap map, ArrayRef<int64_t> extents, ArrayRef<bool> backwards) {
  SmallVector<AffineExpr> loops;
  for (auto [i, extent] : llvm::enumerate(extents)) {
    AffineExpr loop = getAffineDimExpr(static_cast<unsigned>(i), map.getContext());
    loops.push_back(backwards[i] ? (extent - 1) - loop : loop);
  }
  return map.replaceDimsAndSymbols(loops, {}, map.getNumDims(), 0);
}

// Copies what `op` puts in to the part of the target that a subview is; a step backwards is one forwards with the loop reversed.
void lowerSliceUpdate(OpBuilder &b, UpdateOp op) {
  Location loc = op.getLoc();
  ArrayRef<int64_t> extents = op.getExtents();
  const AffineMap position = cast<AffineMapAttr>(op.getMaps()[0]).getValue(), read = cast<AffineMapAttr>(op.getMaps()[1]).getValue();
  SmallVector<int64_t> offsets, strides;
  SmallVector<bool> backwards;
  for (auto [i, extent] : llvm::enumerate(extents)) {
    SmallVector<int64_t> ends; // the positions of the loop's first and second element
    for (int64_t at : {0, 1}) {
      AffineExpr value =
          position.getResult(static_cast<unsigned>(i))
              .replace(getAffineDimExpr(static_cast<unsigned>(i), b.getContext()), getAffineConstantExpr(at, b.getContext()));
      ends.push_back(cast<AffineConstantExpr>(value).getValue());
    }
    const int64_t step = ends[1] - ends[0];
    backwards.push_back(step < 0);
    offsets.push_back(step < 0 ? ends[0] + step * (extent - 1) : ends[0]);
    strides.push_back(std::abs(step));
  }
  auto part = memref::SubViewOp::create(b, loc, op.getTarget(), offsets, extents, strides);
  auto cluster = ClusterOp::create(b, loc, TypeRange(), "elementwise", 0);
  OpBuilder inside = OpBuilder::atBlockEnd(&cluster.getBody().emplaceBlock());
  const SmallVector<utils::IteratorType> loops(extents.size(), utils::IteratorType::parallel);
  const SmallVector<AffineMap> maps = {reversed(read, extents, backwards), b.getMultiDimIdentityMap(static_cast<unsigned>(extents.size()))};
  linalg::GenericOp::create(
      inside, loc, TypeRange(), op.getValues(), part.getResult(), maps, loops,
      [](OpBuilder &body, Location where, ValueRange elements) { linalg::YieldOp::create(body, where, elements[0]); });
  YieldOp::create(inside, loc, ValueRange());
  op.erase();
}

//===-- as loops -------------------------------------------------------------------------------------------------===//

namespace {

class UpdateEmitter {
public:
  UpdateEmitter(OpBuilder &builder, Frame &frame, UpdateOp op, const TargetInfo &target)
      : b(builder), frame(frame), op(op), loc(op.getLoc()), extents(op.getExtents()), indices(op.getIndices().size()) {
    for (Attribute map : op.getMaps()) maps.push_back(cast<AffineMapAttr>(map).getValue());
    const bool vectors = isInOrder() && !isa<ComplexType>(elementType()); // MLIR has no vectors of complex numbers
    lanes = vectors ? target.lanes(static_cast<int>(elementType().getIntOrFloatBitWidth())) : 1;
    while (lanes > 1 && lanes / 2 >= extents.back()) lanes /= 2;
  }

  void run() {
    OpBuilder::InsertionGuard guard(b);
    readIndices();
    const size_t outer = extents.size() - (lanes > 1 ? 1 : 0);
    for (size_t i = 0; i < outer; ++i) {
      auto loop = scf::ForOp::create(b, loc, frame.constant(0), frame.constant(extents[i]), frame.constant(1));
      b.setInsertionPointToStart(loop.getBody());
      loops.push_back(loop.getInductionVar());
      readIndices();
    }
    if (lanes == 1) updateAt(Value(), Value());
    else vectorLoop();
  }

private:
  static MemRefType typeOf(Value buffer) { return cast<MemRefType>(buffer.getType()); }
  Type elementType() { return typeOf(op.getTarget()).getElementType(); }

  static bool isStep(AffineExpr expression, unsigned loop) { // loop + what doesn't depend on it
    if (expression == getAffineDimExpr(loop, expression.getContext())) return true;
    auto sum = dyn_cast<AffineBinaryOpExpr>(expression);
    if (!sum || sum.getKind() != AffineExprKind::Add) return false;
    return (isStep(sum.getLHS(), loop) && !sum.getRHS().isFunctionOfDim(loop)) ||
           (isStep(sum.getRHS(), loop) && !sum.getLHS().isFunctionOfDim(loop));
  }
  // Whether the last index of `map`, and no other one, steps with the last loop along neighbours of `buffer`.
  bool walksAlong(Value buffer, AffineMap map) {
    const auto last = static_cast<unsigned>(extents.size()) - 1;
    if (map.getNumResults() == 0 || !isStep(map.getResults().back(), last)) return false;
    SmallVector<int64_t> strides;
    int64_t offset;
    (void)typeOf(buffer).getStridesAndOffset(strides, offset);
    return strides.back() == 1 && llvm::none_of(map.getResults().drop_back(), [&](AffineExpr each) { return each.isFunctionOfDim(last); });
  }
  // Whether the last loop walks through the target in order: then no two of its elements are one.
  bool isInOrder() {
    if (extents.empty() || extents.back() < 2 || !walksAlong(op.getTarget(), maps[0])) return false;
    const auto last = static_cast<unsigned>(extents.size()) - 1;
    for (AffineMap read : ArrayRef(maps).drop_front(2))
      if (read.isFunctionOfDim(last)) return false;
    return !maps[1].isFunctionOfDim(last) || walksAlong(op.getValues(), maps[1]);
  }

  // Reads the indices that depend on no loop further in, as early as can be.
  void readIndices() {
    for (auto [number, operand] : llvm::enumerate(op.getIndices())) {
      const AffineMap map = maps[2 + number];
      bool ready = !indices[number];
      for (size_t inner = loops.size(); inner < extents.size(); ++inner) ready &= !map.isFunctionOfDim(static_cast<unsigned>(inner));
      if (!ready) continue;
      Value index = memref::LoadOp::create(b, loc, frame.flat(operand), address(operand, map, Value()));
      const int64_t extent = typeOf(op.getTarget()).getDimSize(axisOf(static_cast<unsigned>(number)));
      indices[number] = indexWithin(b, loc, index, op.getUnsignedIndices()[number], extent, op.getSizes()[number]);
    }
  }
  unsigned axisOf(unsigned number) {
    unsigned axis = 0;
    while (!maps[0].getResult(axis).isFunctionOfSymbol(number)) ++axis;
    return axis;
  }

  // The flat index of `buffer`'s element at `map`, with the last loop at `last` where loops are vectors.
  Value address(Value buffer, AffineMap map, Value last) {
    SmallVector<Value> dims = loops;
    if (last) dims.push_back(last);
    SmallVector<int64_t> strides;
    int64_t offset;
    (void)typeOf(buffer).getStridesAndOffset(strides, offset);
    Value sum = frame.constant(offset);
    for (auto [index, stride] : llvm::zip_equal(expanded(b, loc, map, dims, indices), strides)) {
      Value scaled = stride == 1 ? index : Value(arith::MulIOp::create(b, loc, index, frame.constant(stride)));
      sum = arith::AddIOp::create(b, loc, sum, scaled);
    }
    return sum;
  }

  void vectorLoop() {
    const int64_t extent = extents.back(), whole = extent / lanes * lanes;
    if (whole > 0) {
      OpBuilder::InsertionGuard guard(b);
      auto loop = scf::ForOp::create(b, loc, frame.constant(0), frame.constant(whole), frame.constant(lanes));
      b.setInsertionPointToStart(loop.getBody());
      updateAt(loop.getInductionVar(), Value());
    }
    if (whole == extent) return;
    SmallVector<bool> bits(static_cast<size_t>(lanes), false);
    std::fill_n(bits.begin(), extent - whole, true);
    updateAt(frame.constant(whole),
             arith::ConstantOp::create(b, loc, DenseElementsAttr::get(VectorType::get({lanes}, b.getI1Type()), bits)));
  }

  void updateAt(Value last, Value mask) {
    Value target = frame.flat(op.getTarget()), at = address(op.getTarget(), maps[0], last);
    Block &body = op.getBody().front();
    Value update = load(op.getValues(), maps[1], last, mask);
    Value held = body.getArgument(0).use_empty() ? Value() : loadAt(target, at, mask);
    storeLanes(b, loc, combined(held, update), target, at, mask);
  }

  Value load(Value buffer, AffineMap map, Value last, Value mask) {
    Value flat = frame.flat(buffer), at = address(buffer, map, last);
    if (lanes == 1 || map.isFunctionOfDim(static_cast<unsigned>(extents.size()) - 1)) return loadAt(flat, at, mask);
    Value scalar = memref::LoadOp::create(b, loc, flat, at);
    return vector::BroadcastOp::create(b, loc, VectorType::get({lanes}, elementType()), scalar);
  }
  Value loadAt(Value flat, Value at, Value mask) {
    if (lanes == 1) return memref::LoadOp::create(b, loc, flat, at);
    auto type = VectorType::get({lanes}, elementType());
    if (!mask) return vector::LoadOp::create(b, loc, type, flat, at);
    Value none = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
    return vector::MaskedLoadOp::create(b, loc, type, flat, at, mask, none);
  }

  // The body, which is elementwise, on scalars or vectors.
  Value combined(Value held, Value update) {
    Block &body = op.getBody().front();
    IRMapping mapping;
    mapping.map(body.getArgument(0), held);
    mapping.map(body.getArgument(1), update);
    for (Operation &each : body.without_terminator()) {
      Type type = each.getResult(0).getType();
      if (lanes == 1 || each.getNumOperands() == 0) {
        Value scalar = b.clone(each, mapping)->getResult(0);
        if (lanes > 1) mapping.map(each.getResult(0), vector::BroadcastOp::create(b, loc, VectorType::get({lanes}, type), scalar));
        continue;
      }
      SmallVector<Value> operands;
      for (Value operand : each.getOperands()) operands.push_back(mapping.lookup(operand));
      Operation *made = b.create(loc, each.getName().getIdentifier(), operands, VectorType::get({lanes}, type), each.getAttrs());
      mapping.map(each.getResult(0), made->getResult(0));
    }
    return mapping.lookup(body.getTerminator()->getOperand(0));
  }

  OpBuilder &b;
  Frame &frame;
  UpdateOp op;
  Location loc;
  ArrayRef<int64_t> extents;
  SmallVector<AffineMap> maps;
  SmallVector<Value> loops, indices;
  int64_t lanes = 1;
};

} // namespace

void emitUpdate(OpBuilder &builder, Frame &frame, UpdateOp op, const TargetInfo &target) {
  UpdateEmitter(builder, frame, op, target).run();
  op.erase();
}

} // namespace burin::compiler
