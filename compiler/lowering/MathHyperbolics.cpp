// Hyperbolic functions and their inverses, after fdlibm's formulas in terms of exp, expm1, log and log1p; softplus and logaddexp.
#include "compiler/lowering/MathParts.h"
#include <numbers>

using namespace mlir;

namespace burin::compiler {

// (E + E / (E + 1)) / 2 with E = exp(|x|) - 1; from 22 on exp(|x|) / 2, whose factor 1/2 comes before it overflows.
Value expandSinh(MathEmitter &e, ValueRange x) {
  Value magnitude = e.abs(x[0]);
  Value grown = expandExpm1(e, magnitude);
  Value small = e.mul(e.number(0.5), e.add(grown, e.div(grown, e.add(grown, e.number(1)))));
  Value isLarge = e.compare(CmpFPredicate::OGT, magnitude, e.number(22));
  return e.withSignOf(x[0], e.select(isLarge, expHalved(e, magnitude, {}, 1), small));
}

Value expandCosh(MathEmitter &e, ValueRange x) {
  Value half = expHalved(e, e.abs(x[0]), {}, 1);
  return e.add(half, e.div(e.number(0.25), half));
}

Value expandAsinh(MathEmitter &e, ValueRange x) {
  Value magnitude = e.abs(x[0]), square = e.mul(magnitude, magnitude), one = e.number(1);
  Value root = e.sqrt(e.add(square, one));
  Value usual = expandLog1p(e, e.add(magnitude, e.div(square, e.add(root, one))));
  Value isLarge = e.compare(CmpFPredicate::OGT, magnitude, e.number(0x1p28));
  Value large = e.add(expandLog(e, magnitude), e.number(std::numbers::ln2));
  return e.withSignOf(x[0], e.select(isLarge, large, usual));
}

Value expandAcosh(MathEmitter &e, ValueRange x) {
  Value beyond = e.sub(x[0], e.number(1));
  Value usual = expandLog1p(e, e.add(beyond, e.sqrt(e.fma(beyond, beyond, e.add(beyond, beyond)))));
  Value isLarge = e.compare(CmpFPredicate::OGT, x[0], e.number(0x1p28));
  Value large = e.add(expandLog(e, x[0]), e.number(std::numbers::ln2));
  Value below = e.compare(CmpFPredicate::OLT, x[0], e.number(1));
  return e.select(below, e.number(NAN), e.select(isLarge, large, usual));
}

Value expandAtanh(MathEmitter &e, ValueRange x) {
  Value magnitude = e.abs(x[0]);
  Value ratio = e.div(e.add(magnitude, magnitude), e.sub(e.number(1), magnitude));
  return e.withSignOf(x[0], e.mul(e.number(0.5), expandLog1p(e, ratio)));
}

// max(x, 0) + log1p(exp(-|x|)): both terms are positive, nothing cancels.
Value expandSoftplus(MathEmitter &e, ValueRange x) {
  Value positive = e.select(e.compare(CmpFPredicate::OLT, x[0], e.number(0)), e.number(0), x[0]);
  return e.add(positive, expandLog1p(e, expandExp(e, e.negate(e.abs(x[0])))));
}

Value expandLogaddexp(MathEmitter &e, ValueRange x) {
  Value greater = e.max(x[0], x[1]), difference = e.negate(e.abs(e.sub(x[0], x[1])));
  Value equal = e.compare(CmpFPredicate::OEQ, x[0], x[1]); // infinities, too
  difference = e.select(equal, e.number(0), difference);
  Value sum = e.add(greater, expandLog1p(e, expandExp(e, difference)));
  return e.select(e.compare(CmpFPredicate::UNO, x[0], x[1]), e.add(x[0], x[1]), sum);
}

} // namespace burin::compiler
