#include "compiler/lowering/MathEmitter.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include <numeric>
#include <optional>

using namespace mlir;

namespace burin::compiler {

/// AVX-512VL has the exponent instructions for 256 bits as well: the widest register that divides the vector is used.
static int exponentInstructionLanes(int lanes, int elementBits, const TargetInfo &target) {
  if (!target.avx512) return 0;
  for (int bits : {512, 256})
    if (bits <= target.vectorBits && lanes % (bits / elementBits) == 0) return bits / elementBits;
  return 0;
}

MathEmitter::MathEmitter(OpBuilder &builder, Location loc, Type type, const TargetInfo &target)
    : builder(builder), loc(loc), type(type), target(target), elementBits(getElementTypeOrSelf(type).getIntOrFloatBitWidth()) {
  integerType = builder.getIntegerType(elementBits);
  if (auto vector = dyn_cast<VectorType>(type)) {
    integerType = vector.clone(integerType);
    if (vector.getRank() == 1) {
      lanes = vector.getNumElements();
      nativeLanes = exponentInstructionLanes(lanes, elementBits, target);
    }
  }
}

static Value constant(OpBuilder &builder, Location loc, Type type, Attribute element) {
  if (auto vector = dyn_cast<VectorType>(type)) return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(vector, element));
  return arith::ConstantOp::create(builder, loc, cast<TypedAttr>(element));
}

Value MathEmitter::number(double value) { return constant(builder, loc, type, builder.getFloatAttr(getElementTypeOrSelf(type), value)); }
Value MathEmitter::integer(std::int64_t value) {
  return constant(builder, loc, integerType, builder.getIntegerAttr(getElementTypeOrSelf(integerType), value));
}

Value MathEmitter::add(Value a, Value b) { return arith::AddFOp::create(builder, loc, a, b); }
Value MathEmitter::sub(Value a, Value b) { return arith::SubFOp::create(builder, loc, a, b); }
Value MathEmitter::mul(Value a, Value b) { return arith::MulFOp::create(builder, loc, a, b); }
Value MathEmitter::div(Value a, Value b) { return arith::DivFOp::create(builder, loc, a, b); }
Value MathEmitter::negate(Value a) { return arith::NegFOp::create(builder, loc, a); }
// As one instruction of x86: a comparison and a select.
Value MathEmitter::min(Value a, Value b) { return select(compare(arith::CmpFPredicate::OLT, a, b), a, b); }
Value MathEmitter::max(Value a, Value b) { return select(compare(arith::CmpFPredicate::OGT, a, b), a, b); }
Value MathEmitter::floor(Value a) { return math::FloorOp::create(builder, loc, a); }
Value MathEmitter::remainderByLibrary(Value a, Value b) { return arith::RemFOp::create(builder, loc, a, b); }
Value MathEmitter::nearest(Value a) { return math::RoundEvenOp::create(builder, loc, a); }
Value MathEmitter::fma(Value a, Value b, Value c) { return math::FmaOp::create(builder, loc, a, b, c); }
Value MathEmitter::sqrt(Value a) { return math::SqrtOp::create(builder, loc, a); }
Value MathEmitter::compare(arith::CmpFPredicate predicate, Value a, Value b) {
  return arith::CmpFOp::create(builder, loc, predicate, a, b);
}
Value MathEmitter::select(Value condition, Value a, Value b) { return arith::SelectOp::create(builder, loc, condition, a, b); }

Value MathEmitter::both(Value a, Value b) { return arith::AndIOp::create(builder, loc, a, b); }
Value MathEmitter::either(Value a, Value b) { return arith::OrIOp::create(builder, loc, a, b); }
Value MathEmitter::isOdd(Value bits) {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, andBits(bits, integer(1)), integer(0));
}

SmallVector<Value> MathEmitter::selectRarely(Value condition, llvm::function_ref<SmallVector<Value>()> rare, ValueRange usual) {
  Value any = condition;
  if (isa<VectorType>(type)) any = vector::ReductionOp::create(builder, loc, vector::CombiningKind::OR, condition);
  auto branch = scf::IfOp::create(builder, loc, usual.getTypes(), any, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  SmallVector<Value> chosen = rare();
  for (auto [value, other] : llvm::zip_equal(chosen, usual)) value = select(condition, value, other); // lanes don't depend on neighbours
  scf::YieldOp::create(builder, loc, chosen);
  builder.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(builder, loc, usual);
  return SmallVector<Value>(branch.getResults());
}

static Type withElement(Type type, Type element) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? Type(vector.clone(element)) : element;
}

MathEmitter MathEmitter::inF64() const { return MathEmitter(builder, loc, withElement(type, builder.getF64Type()), target); }
Value MathEmitter::toF64(Value x) {
  return isF64() ? x : Value(arith::ExtFOp::create(builder, loc, withElement(type, builder.getF64Type()), x));
}
Value MathEmitter::fromF64(Value x) { return isF64() ? x : Value(arith::TruncFOp::create(builder, loc, type, x)); }

Value MathEmitter::toNumber(Value integer) { return arith::UIToFPOp::create(builder, loc, type, integer); }

Value MathEmitter::lookUp(StringRef name, ArrayRef<std::uint64_t> table, Value index) {
  auto tableType = MemRefType::get({static_cast<int64_t>(table.size())}, builder.getI64Type());
  auto module = builder.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  if (!module.lookupSymbol(name)) {
    OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
    auto values = DenseElementsAttr::get(RankedTensorType::get(tableType.getShape(), builder.getI64Type()), table);
    memref::GlobalOp::create(top, loc, name, top.getStringAttr("private"), tableType, values, /*constant=*/true, top.getI64IntegerAttr(64));
  }
  Value base = memref::GetGlobalOp::create(builder, loc, tableType, name);
  auto vector = dyn_cast<VectorType>(type);
  Value position = arith::IndexCastOp::create(builder, loc, withElement(type, builder.getIndexType()), index);
  if (!vector) return memref::LoadOp::create(builder, loc, base, position);
  Value all = arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(vector.clone(builder.getI1Type()), true));
  Value start = arith::ConstantIndexOp::create(builder, loc, 0);
  return vector::GatherOp::create(builder, loc, cast<VectorType>(integerType), base, ValueRange(start), position, all, integer(0));
}

Value MathEmitter::bits(Value x) { return arith::BitcastOp::create(builder, loc, integerType, x); }
Value MathEmitter::fromBits(Value x) { return arith::BitcastOp::create(builder, loc, type, x); }
Value MathEmitter::addBits(Value a, Value b) { return arith::AddIOp::create(builder, loc, a, b); }
Value MathEmitter::subBits(Value a, Value b) { return arith::SubIOp::create(builder, loc, a, b); }
Value MathEmitter::andBits(Value a, Value b) { return arith::AndIOp::create(builder, loc, a, b); }
Value MathEmitter::orBits(Value a, Value b) { return arith::OrIOp::create(builder, loc, a, b); }
Value MathEmitter::xorBits(Value a, Value b) { return arith::XOrIOp::create(builder, loc, a, b); }
Value MathEmitter::shiftLeft(Value a, int count) { return arith::ShLIOp::create(builder, loc, a, integer(count)); }
Value MathEmitter::shiftLeft(Value a, Value count) { return arith::ShLIOp::create(builder, loc, a, count); }
Value MathEmitter::shiftRight(Value a, Value count) { return arith::ShRUIOp::create(builder, loc, a, count); }
Value MathEmitter::shiftRight(Value a, int count) { return arith::ShRUIOp::create(builder, loc, a, integer(count)); }

Value MathEmitter::polynomial(Value x, ArrayRef<double> coefficients) {
  Value value = number(coefficients.back());
  for (double coefficient : llvm::reverse(coefficients.drop_back())) value = fma(value, x, number(coefficient));
  return value;
}

// vminps and vmaxps return their second operand when either is a NaN: x must be the one that the comparison falls back to.
Value MathEmitter::clamp(Value x, double low, double high) {
  Value lowest = number(low), highest = number(high);
  x = select(compare(arith::CmpFPredicate::OLT, highest, x), highest, x);
  return select(compare(arith::CmpFPredicate::OGT, lowest, x), lowest, x);
}

static std::int64_t signBit(int elementBits) { return elementBits == 64 ? INT64_MIN : INT32_MIN; }

Value MathEmitter::abs(Value x) { return fromBits(andBits(bits(x), integer(~signBit(elementBits)))); }

Value MathEmitter::signFlippedBy(Value x, Value sign) {
  return fromBits(xorBits(bits(x), andBits(bits(sign), integer(signBit(elementBits)))));
}

Value MathEmitter::withSignOf(Value x, Value magnitude) {
  Value sign = andBits(bits(x), integer(signBit(elementBits)));
  return fromBits(orBits(bits(magnitude), sign));
}

Value MathEmitter::scaleByPowerOfTwo(Value x, Value exponent) { return callIntrinsic("scalef", {x, exponent}, -1); }
Value MathEmitter::exponent(Value x) { return callIntrinsic("getexp", {x}, -1); }
Value MathEmitter::mantissa(Value x) {
  constexpr int threeQuartersToThreeHalves = 3, nanBelowZero = 2 << 2;
  return callIntrinsic("getmant", {x}, threeQuartersToThreeHalves | nanBelowZero);
}

static constexpr int kSignOfResult = 1 << 2; // and not the first operand's
Value MathEmitter::lesser(Value a, Value b) { return callIntrinsic("range", {a, b}, 0 | kSignOfResult); }
Value MathEmitter::greater(Value a, Value b) { return callIntrinsic("range", {a, b}, 1 | kSignOfResult); }

/// Calls llvm.x86.avx512.mask.<name> on each register's worth of the operands.
Value MathEmitter::callIntrinsic(StringRef name, ValueRange operands, int immediate) {
  auto vector = cast<VectorType>(type);
  auto part = VectorType::get({nativeLanes}, vector.getElementType());
  bool is512 = nativeLanes * elementBits == 512;
  std::string full = ("llvm.x86.avx512.mask." + name + (isF64() ? ".pd." : ".ps.") + (is512 ? "512" : "256")).str();
  IntegerType maskType = builder.getIntegerType(std::max(nativeLanes, 8));
  auto scalar = [&](IntegerType type, std::int64_t value) -> Value {
    return arith::ConstantOp::create(builder, loc, builder.getIntegerAttr(type, value));
  };
  Value mask = scalar(maskType, -1), currentRounding = scalar(builder.getI32Type(), 4);

  Value result;
  for (int begin = 0; begin < lanes; begin += nativeLanes) {
    SmallVector<std::int64_t> chosen(nativeLanes);
    std::iota(chosen.begin(), chosen.end(), begin);
    SmallVector<Value> arguments;
    for (Value operand : operands)
      arguments.push_back(part == vector ? operand : vector::ShuffleOp::create(builder, loc, operand, operand, chosen));
    Value passThrough = arguments.front();
    if (immediate >= 0) arguments.push_back(scalar(builder.getI32Type(), immediate));
    arguments.append({passThrough, mask});
    if (is512) arguments.push_back(currentRounding);
    Value value = LLVM::CallIntrinsicOp::create(builder, loc, part, builder.getStringAttr(full), arguments).getResult(0);
    if (!result) {
      result = value;
      continue;
    }
    SmallVector<std::int64_t> joined(begin + nativeLanes);
    std::iota(joined.begin(), joined.end(), 0);
    result = vector::ShuffleOp::create(builder, loc, result, value, joined);
  }
  return result;
}

} // namespace burin::compiler
