#pragma once
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <algorithm>
#include <numeric>
#include <optional>

namespace burin::compiler {

/// Index arithmetic and loops that fold what is static: one set of loop code serves static and dynamic bounds.
class IndexBuilder {
public:
  using Value = mlir::Value;
  using ValueRange = mlir::ValueRange;
  using Values = llvm::SmallVector<Value>;

  IndexBuilder(mlir::OpBuilder &builder, mlir::Location loc) : b(builder), loc(loc), constantBuilder(builder) {
    constantBuilder.setInsertionPoint(mlir::arith::ConstantIndexOp::create(b, loc, 0));
  }

  Value constant(int64_t value) {
    Value &cached = constants[value];
    if (!cached) cached = mlir::arith::ConstantIndexOp::create(constantBuilder, loc, value);
    return cached;
  }
  Value constant(mlir::Attribute value) {
    return mlir::arith::ConstantOp::create(constantBuilder, loc, llvm::cast<mlir::TypedAttr>(value));
  }
  /// A vector mask whose first `set` lanes are true. As plain arith operations: vector.constant_mask and create_mask would
  /// need a lowering of their own.
  Value mask(int64_t set, int64_t lanes) {
    llvm::SmallVector<bool> bits(static_cast<size_t>(lanes));
    std::fill_n(bits.begin(), set, true);
    return constant(mlir::DenseElementsAttr::get(mlir::VectorType::get(lanes, b.getI1Type()), bits));
  }
  Value mask(Value set, int64_t lanes) {
    auto type = mlir::VectorType::get(lanes, b.getI32Type());
    llvm::SmallVector<int32_t> numbers(static_cast<size_t>(lanes));
    std::iota(numbers.begin(), numbers.end(), 0);
    Value lane = constant(mlir::DenseElementsAttr::get(type, llvm::ArrayRef(numbers)));
    Value bound = mlir::vector::BroadcastOp::create(b, loc, type, mlir::arith::IndexCastOp::create(b, loc, b.getI32Type(), set));
    return mlir::arith::CmpIOp::create(b, loc, mlir::arith::CmpIPredicate::slt, lane, bound);
  }

  Value add(Value x, int64_t y) { return y == 0 ? x : add(x, constant(y)); }
  Value add(Value x, Value y) {
    return fold(
        x, y, [](int64_t a, int64_t c) { return a + c; },
        [&]() -> Value {
          if (mlir::isConstantIntValue(x, 0)) return y;
          if (mlir::isConstantIntValue(y, 0)) return x;
          return mlir::arith::AddIOp::create(b, loc, x, y).getResult();
        });
  }
  Value sub(Value x, Value y) {
    if (x == y) return constant(0);
    return fold(
        x, y, [](int64_t a, int64_t c) { return a - c; },
        [&]() -> Value { return mlir::isConstantIntValue(y, 0) ? x : mlir::arith::SubIOp::create(b, loc, x, y).getResult(); });
  }
  Value mul(Value x, int64_t y) {
    return fold(
        x, constant(y), [](int64_t a, int64_t c) { return a * c; },
        [&]() -> Value { return y == 1 ? x : mlir::arith::MulIOp::create(b, loc, x, constant(y)).getResult(); });
  }
  Value div(Value x, int64_t y) {
    return fold(
        x, constant(y), [](int64_t a, int64_t c) { return a / c; },
        [&]() -> Value { return y == 1 ? x : mlir::arith::DivUIOp::create(b, loc, x, constant(y)).getResult(); });
  }
  Value min(Value x, Value y) {
    return fold(
        x, y, [](int64_t a, int64_t c) { return std::min(a, c); },
        [&]() -> Value { return mlir::arith::MinSIOp::create(b, loc, x, y).getResult(); });
  }
  Value max(Value x, Value y) {
    return fold(
        x, y, [](int64_t a, int64_t c) { return std::max(a, c); },
        [&]() -> Value { return mlir::arith::MaxSIOp::create(b, loc, x, y).getResult(); });
  }

  /// A loop; where the bounds are static and it runs once, just its body.
  void loop(Value begin, Value end, int64_t step, llvm::function_ref<void(Value)> body) {
    loop(begin, end, step, {}, [&](Value at, ValueRange) {
      body(at);
      return Values();
    });
  }
  Values loop(Value begin, Value end, int64_t step, ValueRange carried, llvm::function_ref<Values(Value, ValueRange)> body) {
    if (auto trips = staticTrips(begin, end, step); trips && *trips <= 1)
      return *trips ? body(begin, carried) : llvm::to_vector(carried);
    auto loop = mlir::scf::ForOp::create(b, loc, begin, end, constant(step), carried);
    // Not through a callback of create(): there the loop isn't attached yet, and nobody could look its parents up.
    mlir::OpBuilder::InsertionGuard guard(b);
    if (carried.empty()) b.setInsertionPoint(loop.getBody()->getTerminator());
    else b.setInsertionPointToEnd(loop.getBody());
    Values results = body(loop.getInductionVar(), loop.getRegionIterArgs());
    if (!carried.empty()) mlir::scf::YieldOp::create(b, loc, results);
    return Values(loop.getResults());
  }

  /// A loop over vectors of `lanes` elements from `begin` to `end`; its mask is null but for a partial last one.
  /// `multiple` is a number that end - begin is known to be a multiple of.
  void vectorLoop(Value begin, Value end, int64_t lanes, int64_t multiple, llvm::function_ref<void(Value at, Value mask)> body) {
    Value length = sub(end, begin), split = end;
    auto known = mlir::getConstantIntValue(length);
    bool whole = multiple % lanes == 0 || (known && *known % lanes == 0);
    if (!whole) split = add(begin, mul(div(length, lanes), lanes));
    loop(begin, split, lanes, [&](Value at) { body(at, nullptr); });
    if (whole) return;
    loop(split, end, lanes, [&](Value at) { body(at, known ? mask(*known % lanes, lanes) : mask(sub(end, at), lanes)); });
  }

private:
  Value fold(Value x, Value y, llvm::function_ref<int64_t(int64_t, int64_t)> compute, llvm::function_ref<Value()> emit) {
    auto a = mlir::getConstantIntValue(x), c = mlir::getConstantIntValue(y);
    return a && c ? constant(compute(*a, *c)) : emit();
  }
  std::optional<int64_t> staticTrips(Value begin, Value end, int64_t step) {
    auto a = mlir::getConstantIntValue(begin), c = mlir::getConstantIntValue(end);
    if (!a || !c) return std::nullopt;
    return std::max<int64_t>(0, (*c - *a + step - 1) / step);
  }

  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::OpBuilder constantBuilder; // inserts before everything that the task emits, so that its constants dominate all uses
  llvm::DenseMap<int64_t, Value> constants;
};

} // namespace burin::compiler
