// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3, 2011) in lanes of 64 bits.
//
// A block is two lanes, A = c0 + 2^32 c1 and B = c2 + 2^32 c3. One round multiplies c0 and c2 by constants, and then
//
//   A' = rotate(c2 * M1) ^ (A >> 32) ^ key0      rotate: the halves of 64 bits change places
//   B' = rotate(c0 * M0) ^ (B >> 32) ^ key1
//
// where a product's upper half ends up in the half that is multiplied next. With A and B in vectors of their own, that is a shift,
// and nothing is done to lower halves, which are kept as the products they are part of: a round is four instructions for each
// vector of AVX2, and two shuffles at the end bring words into the order of elements. Elements that fill no more than a register
// have A and B as neighbours in one vector: lanes' exchange and rotation are one shuffle of 32-bit words, a round five instructions.
#include "compiler/lowering/Philox.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/STLExtras.h"
#include <array>

using namespace mlir;

namespace burin::compiler {
namespace {

constexpr int kRounds = 10;
constexpr std::array<uint64_t, 2> kMultipliers = {0xD2511F53, 0xCD9E8D57}, kKeySteps = {0x9E3779B9, 0xBB67AE85};

class PhiloxExpansion {
public:
  explicit PhiloxExpansion(PhiloxOp op) : op(op), b(op), loc(op.getLoc()), perBlock(128 / static_cast<int64_t>(op.getBits())) {}

  Value run(const TargetInfo &target) {
    auto type = dyn_cast<VectorType>(op.getType());
    if (!type || isa<VectorType>(op.getNumber().getType())) return blockForEach();
    const int64_t bits = type.getNumElements() * static_cast<int64_t>(op.getBits());
    return bits > target.vectorBits ? apart(type, bits / 128) : neighbours(type, bits / 64);
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

  Value firstBlock() {
    Value first = arith::IndexCastOp::create(b, loc, b.getI64Type(), op.getNumber());
    return shiftRight(first, llvm::Log2_64(static_cast<uint64_t>(perBlock)));
  }
  /// The numbers of blocks that are these steps ahead of the first.
  Value blocks(VectorType type, ArrayRef<int64_t> steps) {
    return add(broadcast(type, firstBlock()), arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, steps)));
  }
  Value asWords(Value x) {
    return vector::BitCastOp::create(b, loc, VectorType::get({2 * cast<VectorType>(x.getType()).getNumElements()}, b.getI32Type()), x);
  }
  Value as(VectorType type, Value x) { return x.getType() == type ? x : Value(vector::BitCastOp::create(b, loc, type, x)); }

  //===-- apart: A of all blocks, and B of all --------------------------------------------------------------------===//

  /// A or B. What is in the upper halves of both numbers doesn't matter.
  struct Half {
    Value multiplied, other; ///< the word that is a factor in the next round, and the one that isn't
  };

  Value apart(VectorType result, int64_t count) {
    auto type = VectorType::get({count}, b.getI64Type());
    auto half = [&](Value x) { return Half{x, shiftRight(x, 32)}; };
    Half lower = half(blocks(type, blockOfLanes(count))), upper = half(broadcast(type, op.getStream()));
    for (int round = 0; round < kRounds; ++round) {
      auto product = [&](Value x, int word) {
        return arith::MulIOp::create(b, loc, andWith(x, UINT32_MAX), constant(type, kMultipliers[word])).getResult();
      };
      auto next = [&](Value product, const Half &x, int word) {
        Value mask = exclusiveOr(x.other, broadcast(type, keyWord(word, round))); // the same in all trips while it is the stream's
        return Half{exclusiveOr(shiftRight(product, 32), mask), product};
      };
      Value forLower = product(upper.multiplied, 1), forUpper = product(lower.multiplied, 0);
      lower = next(forLower, lower, 0);
      upper = next(forUpper, upper, 1);
    }
    return as(result, inOrder(lower, upper));
  }

  // Blocks 0 to 3 have lanes 0, 2, 1, 3: registers' halves of 128 bits stay apart, as shuffles of AVX2 want it.
  static SmallVector<int64_t> blockOfLanes(int64_t count) {
    return llvm::map_to_vector(llvm::seq(count), [&](int64_t lane) { return lane / 2 + lane % 2 * (count / 2); });
  }

  /// The words of blocks, in order. Two lanes' words of A are brought together, then those of B with them.
  Value inOrder(const Half &lower, const Half &upper) {
    Value a = pairsOfWords(lower), both = pairsOfWords(upper);
    const int64_t words = cast<VectorType>(a.getType()).getNumElements();
    SmallVector<int64_t> order;
    for (int64_t lane : {0, 1})
      for (int64_t pair = 0; pair < words; pair += 4)
        llvm::append_values(order, pair + lane, pair + 2 + lane, words + pair + lane, words + pair + 2 + lane);
    return vector::ShuffleOp::create(b, loc, a, both, order);
  }

  /// Of lanes 0 and 1 words 0 and 1 of the one number and then of the other, and so on.
  Value pairsOfWords(const Half &half) {
    Value first = asWords(half.multiplied), second = asWords(half.other);
    const int64_t words = cast<VectorType>(first.getType()).getNumElements();
    SmallVector<int64_t> order;
    for (int64_t pair = 0; pair < words; pair += 4) llvm::append_values(order, pair, pair + 2, words + pair, words + pair + 2);
    return vector::ShuffleOp::create(b, loc, first, second, order);
  }

  //===-- neighbours: two lanes for each block --------------------------------------------------------------------===//

  Value neighbours(VectorType result, int64_t lanes) {
    auto type = VectorType::get({lanes}, b.getI64Type());
    auto steps = llvm::map_to_vector(llvm::seq(lanes), [](int64_t lane) { return lane / 2; });
    Value x = interleaved(blocks(type, steps), broadcast(type, op.getStream()));
    for (int round = 0; round < kRounds; ++round) {
      Value product = arith::MulIOp::create(b, loc, andWith(x, UINT32_MAX), alternating(type, kMultipliers[0], kMultipliers[1]));
      Value key = interleaved(broadcast(type, keyWord(0, round)), broadcast(type, keyWord(1, round)));
      x = exclusiveOr(reversedWords(product), exclusiveOr(shiftRight(x, 32), key));
    }
    return as(result, x);
  }

  /// Lanes 0, 2, ... of the one, the others of the other.
  Value interleaved(Value even, Value odd) {
    const int64_t count = cast<VectorType>(even.getType()).getNumElements();
    auto lanes = llvm::map_to_vector(llvm::seq(count), [&](int64_t lane) { return lane % 2 ? count + lane : lane; });
    return vector::ShuffleOp::create(b, loc, even, odd, lanes);
  }

  /// The four words of each block in reverse.
  Value reversedWords(Value x) {
    Value words = asWords(x);
    const int64_t count = cast<VectorType>(words.getType()).getNumElements();
    auto order = llvm::map_to_vector(llvm::seq(count), [](int64_t word) { return word / 4 * 4 + 3 - word % 4; });
    return as(cast<VectorType>(x.getType()), vector::ShuffleOp::create(b, loc, words, words, order));
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

void expandPhilox(PhiloxOp op, const TargetInfo &target) {
  op.getResult().replaceAllUsesWith(PhiloxExpansion(op).run(target));
  op.erase();
}

} // namespace burin::compiler
