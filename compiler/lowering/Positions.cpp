#include "compiler/lowering/Positions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace burin::compiler {

Value indexWithin(OpBuilder &b, Location loc, Value index, bool isUnsigned, int64_t extent, int64_t size) {
  Type type = b.getIndexType();
  index = isUnsigned ? Value(arith::IndexCastUIOp::create(b, loc, type, index)) : arith::IndexCastOp::create(b, loc, type, index);
  auto constant = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(b, loc, value); };
  Value zero = constant(0);
  Value negative = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, index, zero);
  index = arith::SelectOp::create(b, loc, negative, arith::AddIOp::create(b, loc, index, constant(extent)), index);
  index = arith::MaxSIOp::create(b, loc, index, zero);
  return arith::MinSIOp::create(b, loc, index, constant(extent - size));
}

static Value expandedExpression(OpBuilder &b, Location loc, AffineExpr expression, ArrayRef<Value> dims, ArrayRef<Value> symbols) {
  if (auto dim = dyn_cast<AffineDimExpr>(expression)) return dims[dim.getPosition()];
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expression)) return symbols[symbol.getPosition()];
  if (auto constant = dyn_cast<AffineConstantExpr>(expression)) return arith::ConstantIndexOp::create(b, loc, constant.getValue());
  auto binary = cast<AffineBinaryOpExpr>(expression);
  Value lhs = expandedExpression(b, loc, binary.getLHS(), dims, symbols), rhs = expandedExpression(b, loc, binary.getRHS(), dims, symbols);
  if (binary.getKind() == AffineExprKind::Add) return arith::AddIOp::create(b, loc, lhs, rhs);
  assert(binary.getKind() == AffineExprKind::Mul && "positions are sums of multiples");
  return arith::MulIOp::create(b, loc, lhs, rhs);
}

SmallVector<Value> expanded(OpBuilder &b, Location loc, AffineMap map, ArrayRef<Value> dims, ArrayRef<Value> symbols) {
  SmallVector<Value> results;
  for (AffineExpr expression : map.getResults()) results.push_back(expandedExpression(b, loc, expression, dims, symbols));
  return results;
}

} // namespace burin::compiler
