#include "compiler/lowering/NumericsFlags.h"
#include "compiler/lowering/ReductionLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace burin::compiler {

NumericsFlags::NumericsFlags(OpBuilder &builder, ValueMap &values, ElementEmitter &emitter, ArrayRef<int64_t> space,
                             ArrayRef<Operation *> ops)
    : b(builder), values(values), emitter(emitter), space(space) {
  for (Operation *op : ops)
    if (auto look = dyn_cast<MakesSpecialOp>(op)) open.push_back(look);
}

bool NumericsFlags::isWhole(MakesSpecialOp look) const { return tensorType(look.getX()).getShape() == space; }

SmallVector<Value> NumericsFlags::wanted() const {
  SmallVector<Value> wanted;
  for (MakesSpecialOp look : open)
    if (isWhole(look)) wanted.push_back(look.getX());
  return wanted;
}

// Whether x is neither a number nor anything that compares with one as below infinity.
static Value isSpecial(OpBuilder &b, Location loc, Value x) {
  if (auto type = dyn_cast<ComplexType>(x.getType())) {
    Value re = complex::ReOp::create(b, loc, type.getElementType(), x), im = complex::ImOp::create(b, loc, type.getElementType(), x);
    return arith::OrIOp::create(b, loc, isSpecial(b, loc, re), isSpecial(b, loc, im));
  }
  if (isHalf(x.getType())) x = arith::ExtFOp::create(b, loc, b.getF32Type(), x);
  auto type = cast<FloatType>(x.getType());
  Value infinity = arith::ConstantOp::create(b, loc, FloatAttr::get(type, APFloat::getInf(type.getFloatSemantics())));
  return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UGE, math::AbsFOp::create(b, loc, x), infinity);
}

// The element that stands where `type` has one; null if it would have to be computed.
Value NumericsFlags::elementOf(GenericBuilder &generic, Value value, RankedTensorType type, const Elements &elements) {
  if (Value computed = elements.lookup(value)) return computed;
  DenseElementsAttr constant;
  const bool isScalar = matchPattern(value, m_Constant(&constant)) && constant.isSplat();
  if (!isScalar && !values.count(value)) return {};
  AffineMap map = broadcastMap(tensorType(value), type);
  if (type.getShape() != space) map = map.compose(firstDims(type, generic.loops()));
  return emitter.external(generic, value, map);
}

// Whether the op's value is special and its sources aren't; null if the value isn't at hand.
Value NumericsFlags::look(OpBuilder &inside, MakesSpecialOp op, llvm::function_ref<Value(Value)> element) {
  Location loc = op.getLoc();
  Value x = element(op.getX()), came;
  if (!x) return {};
  Value made = isSpecial(inside, loc, x);
  for (Value source : op.getSources()) {
    Value each = element(source);
    if (!each) continue; // what came from there is taken to be made here
    each = isSpecial(inside, loc, each);
    came = came ? Value(arith::OrIOp::create(inside, loc, came, each)) : each;
  }
  if (!came) return made;
  Value isTrue = arith::ConstantOp::create(inside, loc, inside.getBoolAttr(true));
  return arith::AndIOp::create(inside, loc, made, arith::XOrIOp::create(inside, loc, came, isTrue));
}

void NumericsFlags::add(GenericBuilder &generic, const Elements &elements) {
  auto whole = RankedTensorType::get(space, b.getI1Type());
  add(generic, [&](Value value) { return elementOf(generic, value, whole, elements); });
}

void NumericsFlags::add(GenericBuilder &generic, llvm::function_ref<Value(Value)> element) {
  OpBuilder &inside = generic.bodyBuilder();
  SmallVector<MakesSpecialOp> later;
  Value any;
  for (MakesSpecialOp op : open) {
    Value made = isWhole(op) ? look(inside, op, element) : Value();
    if (!made) {
      later.push_back(op);
      continue;
    }
    any = any ? Value(arith::OrIOp::create(inside, op.getLoc(), any, made)) : made;
    added.push_back(op);
  }
  open = std::move(later);
  if (any) addOutput(generic, any, added.front().getLoc());
}

void NumericsFlags::addOutput(GenericBuilder &generic, Value condition, Location loc) {
  auto flag = RankedTensorType::get({}, b.getI1Type());
  Value held = generic.output(flag, AffineMap::get(static_cast<unsigned>(generic.loops()), 0, b.getContext()), emptyTensor(b, loc, flag));
  OpBuilder &inside = generic.bodyBuilder();
  generic.setResult(RaiseFlagOp::create(inside, loc, inside.getI8Type(), held, condition));
}

void NumericsFlags::bind(linalg::GenericOp generic) {
  for (MakesSpecialOp look : added) values[look.getResult()] = generic.getResults().back();
  added.clear();
}

void NumericsFlags::lowerRows(int64_t outer) {
  for (MakesSpecialOp op : std::exchange(open, {})) {
    GenericBuilder generic(b, op.getLoc(), parallelLoops(outer));
    auto type = tensorType(op.getX());
    Value made = look(generic.bodyBuilder(), op, [&](Value value) { return elementOf(generic, value, type, Elements()); });
    addOutput(generic, made, op.getLoc());
    added.push_back(op);
    bind(generic.create());
  }
}

} // namespace burin::compiler
