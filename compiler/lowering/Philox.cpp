// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3, 2011) in lanes of 64 bits.
//
// A block is two lanes, A = c0 + 2^32 c1 and B = c2 + 2^32 c3. One round multiplies c0 and c2 by constants, and then
//
//   A' = rotate(c2 * M1) ^ (A >> 32) ^ key0      rotate: the halves of 64 bits change places
//   B' = rotate(c0 * M0) ^ (B >> 32) ^ key1
//
// As neighbours in one vector, the lanes' exchange and the rotation are one shuffle of 32-bit words, and a round is five
// instructions of AVX2 for two blocks. The words come out in the order of the elements.
#include "compiler/lowering/Philox.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <array>

using namespace mlir;

namespace burin::compiler {
namespace {

constexpr int kRounds = 10;
constexpr std::array<uint64_t, 2> kMultipliers = {0xD2511F53, 0xCD9E8D57}, kKeySteps = {0x9E3779B9, 0xBB67AE85};

class PhiloxExpansion {
public:
  explicit PhiloxExpansion(PhiloxOp op) : op(op), b(op), loc(op.getLoc()), perBlock(128 / static_cast<int64_t>(op.getBits())) {}

  Value run() {
    auto type = dyn_cast<VectorType>(op.getType());
    return type && !isa<VectorType>(op.getNumber().getType()) ? wholeBlocks(type) : blockForEach();
  }

private:
  //===-- arithmetic on i64 or vectors of it --------------------------------------------------------------------===//

  Value constant(Type type, uint64_t value) {
    auto bits = b.getI64IntegerAttr(static_cast<int64_t>(value));
    auto vector = dyn_cast<VectorType>(type);
    return arith::ConstantOp::create(b, loc, vector ? TypedAttr(DenseElementsAttr::get(vector, Attribute(bits))) : bits);
  }
  /// `even` in lanes 0, 2, ..., `odd` in the others.
  Value alternating(VectorType type, uint64_t even, uint64_t odd) {
    SmallVector<int64_t> values;
    for (int64_t lane = 0; lane < type.getNumElements(); ++lane) values.push_back(static_cast<int64_t>(lane % 2 ? odd : even));
    return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, ArrayRef(values)));
  }
  Value andWith(Value x, uint64_t mask) { return arith::AndIOp::create(b, loc, x, constant(x.getType(), mask)); }
  Value shiftRight(Value x, uint64_t count) { return arith::ShRUIOp::create(b, loc, x, constant(x.getType(), count)); }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }
  Value exclusiveOr(Value x, Value y) { return arith::XOrIOp::create(b, loc, x, y); }
  Value broadcast(Type type, Value scalar) {
    return type == scalar.getType() ? scalar : Value(vector::BroadcastOp::create(b, loc, type, scalar));
  }

  /// Word `word` of the key in round `round`.
  Value keyWord(int word, int round) {
    Value start = word == 0 ? op.getSeed() : shiftRight(op.getSeed(), 32);
    return andWith(add(start, constant(b.getI64Type(), kKeySteps[word] * static_cast<uint64_t>(round))), UINT32_MAX);
  }

  //===-- neighbours: two lanes for each block --------------------------------------------------------------------===//

  Value wholeBlocks(VectorType result) {
    const int64_t lanes = result.getNumElements() * static_cast<int64_t>(op.getBits()) / 64;
    auto type = VectorType::get({lanes}, b.getI64Type());
    Value x = startBlocks(type);
    for (int round = 0; round < kRounds; ++round) {
      Value product = arith::MulIOp::create(b, loc, andWith(x, UINT32_MAX), alternating(type, kMultipliers[0], kMultipliers[1]));
      Value key = interleaved(type, keyWord(0, round), keyWord(1, round));
      x = exclusiveOr(reversedWords(product), exclusiveOr(shiftRight(x, 32), key));
    }
    return result == type ? x : Value(vector::BitCastOp::create(b, loc, result, x));
  }

  /// Block numbers in lanes 0, 2, ..., the stream in the others.
  Value startBlocks(VectorType type) {
    Value first = arith::IndexCastOp::create(b, loc, b.getI64Type(), op.getNumber());
    first = shiftRight(first, llvm::Log2_64(static_cast<uint64_t>(perBlock)));
    SmallVector<int64_t> steps;
    for (int64_t lane = 0; lane < type.getNumElements(); ++lane) steps.push_back(lane / 2);
    Value numbers = add(broadcast(type, first), arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, ArrayRef(steps))));
    return chooseOdd(type, numbers, broadcast(type, op.getStream()));
  }

  Value interleaved(VectorType type, Value even, Value odd) { return chooseOdd(type, broadcast(type, even), broadcast(type, odd)); }

  Value chooseOdd(VectorType type, Value even, Value odd) {
    SmallVector<int64_t> lanes;
    for (int64_t lane = 0; lane < type.getNumElements(); ++lane) lanes.push_back(lane % 2 ? type.getNumElements() + lane : lane);
    return vector::ShuffleOp::create(b, loc, even, odd, lanes);
  }

  /// The four words of each block in reverse.
  Value reversedWords(Value x) {
    auto type = cast<VectorType>(x.getType());
    auto words = VectorType::get({2 * type.getNumElements()}, b.getI32Type());
    SmallVector<int64_t> order;
    for (int64_t word = 0; word < words.getNumElements(); ++word) order.push_back(word / 4 * 4 + 3 - word % 4);
    Value split = vector::BitCastOp::create(b, loc, words, x);
    return vector::BitCastOp::create(b, loc, type, vector::ShuffleOp::create(b, loc, split, split, order));
  }

  //===-- any elements: a block for each --------------------------------------------------------------------------===//

  Value blockForEach() {
    Type type = b.getI64Type();
    if (auto vector = dyn_cast<VectorType>(op.getType())) type = vector.clone(b.getI64Type());
    Value number = arith::IndexCastOp::create(b, loc, type, op.getNumber());
    Value lower = shiftRight(number, llvm::Log2_64(static_cast<uint64_t>(perBlock))), upper = broadcast(type, op.getStream());
    for (int round = 0; round < kRounds; ++round) {
      auto product = [&](Value x, int word) {
        return rotated(arith::MulIOp::create(b, loc, andWith(x, UINT32_MAX), constant(type, kMultipliers[word])));
      };
      auto mixed = [&](Value turned, Value x, int word) {
        return exclusiveOr(turned, exclusiveOr(shiftRight(x, 32), broadcast(type, keyWord(word, round))));
      };
      Value forLower = product(upper, 1), forUpper = product(lower, 0);
      lower = mixed(forLower, lower, 0);
      upper = mixed(forUpper, upper, 1);
    }
    return choose(number, lower, upper);
  }

  Value rotated(Value x) {
    return arith::OrIOp::create(b, loc, shiftRight(x, 32), arith::ShLIOp::create(b, loc, x, constant(x.getType(), 32)));
  }

  /// The bits of element `number` among its block's.
  Value choose(Value number, Value lower, Value upper) {
    if (perBlock == 1) return op.getWord() == 0 ? lower : upper;
    Value half = andWith(number, static_cast<uint64_t>(perBlock) / 2);
    Value isUpper = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, half, constant(number.getType(), 0));
    Value bits = arith::SelectOp::create(b, loc, isUpper, upper, lower);
    if (perBlock == 2) return bits;
    Value shift = arith::ShLIOp::create(b, loc, andWith(number, 1), constant(number.getType(), 5));
    return arith::TruncIOp::create(b, loc, op.getType(), arith::ShRUIOp::create(b, loc, bits, shift));
  }

  PhiloxOp op;
  OpBuilder b;
  Location loc;
  int64_t perBlock; ///< elements of a block
};

} // namespace

void expandPhilox(PhiloxOp op) {
  op.getResult().replaceAllUsesWith(PhiloxExpansion(op).run());
  op.erase();
}

} // namespace burin::compiler
