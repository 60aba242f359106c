// What ops of control flow must be, and what they simplify to on their own:
//   a constant condition   -> the branch alone;  a loop of no trip -> its initial state;  few trips -> the bodies in a row
//   state that nobody needs, or that never changes -> not part of the loop
//   results of a branch that nobody needs, or that are the same either way -> not results
#include "compiler/dialect/BurinDialect.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/BitVector.h"

using namespace mlir;

namespace burin::compiler {

// Loops of at most so many trips, and so many ops in all trips, are unrolled: their ops then fuse across trips.
static constexpr int64_t kMaxUnrolledTrips = 8, kMaxUnrolledOps = 64;

//===-- verification -----------------------------------------------------------------------------------------------===//

// A scalar of `width` bits; a boolean is a byte once it is lowered.
static bool isScalarOf(Type type, unsigned width) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getRank() != 0) return false;
  return tensor.getElementType().isInteger(width) || (width == 1 && tensor.getElementType().isInteger(8));
}

static YieldOp yieldOf(Block &block) { return cast<YieldOp>(block.getTerminator()); }

static LogicalResult verifyYield(Operation *op, StringRef region, Block &block, TypeRange expected) {
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield) return op->emitOpError() << region << " must end with burin.yield";
  if (yield.getValues().getTypes() == expected) return success();
  return op->emitOpError() << region << " yields " << yield.getValues().getTypes() << ", expected " << expected;
}

static LogicalResult verifyArguments(Operation *op, StringRef region, TypeRange found, TypeRange expected) {
  if (found == expected) return success();
  return op->emitOpError() << region << " takes " << found << ", the state is " << expected;
}

LogicalResult IfOp::verify() {
  if (!isScalarOf(getCondition().getType(), 1))
    return emitOpError("expected a boolean scalar as condition, found ") << describe(getCondition().getType());
  if (failed(verifyYield(*this, "the then region", thenBlock(), getResultTypes()))) return failure();
  return verifyYield(*this, "the else region", elseBlock(), getResultTypes());
}

LogicalResult WhileOp::verify() {
  const TypeRange state = getInits().getTypes();
  if (TypeRange(getResultTypes()) != state) return emitOpError() << "gives " << getResultTypes() << ", the state is " << state;
  if (failed(verifyArguments(*this, "the test", testBlock().getArgumentTypes(), state))) return failure();
  if (failed(verifyArguments(*this, "the body", bodyBlock().getArgumentTypes(), state))) return failure();
  auto yield = dyn_cast<YieldOp>(testBlock().getTerminator());
  if (!yield || yield.getValues().size() != 1 || !isScalarOf(yield.getValues()[0].getType(), 1))
    return emitOpError("the test must yield one boolean scalar");
  return verifyYield(*this, "the body", bodyBlock(), state);
}

LogicalResult ForOp::verify() {
  if (!isScalarOf(getCount().getType(), 64))
    return emitOpError("expected an i64 scalar as count, found ") << describe(getCount().getType());
  const TypeRange state = getInits().getTypes();
  if (TypeRange(getResultTypes()) != state) return emitOpError() << "gives " << getResultTypes() << ", the state is " << state;
  SmallVector<Type> arguments = {getCount().getType()};
  llvm::append_range(arguments, state);
  if (failed(verifyArguments(*this, "the body", bodyBlock().getArgumentTypes(), arguments))) return failure();
  return verifyYield(*this, "the body", bodyBlock(), state);
}

//===-- inference --------------------------------------------------------------------------------------------------===//

static LogicalResult inferRow(std::optional<Location> location, StringRef op, Type x, Type index, SmallVectorImpl<Type> &types) {
  auto tensor = cast<RankedTensorType>(x);
  if (tensor.getRank() == 0)
    return location ? emitUserError(*location, ErrorKind::Shape) << op << ": expected at least one dimension, found " << describe(x)
                    : InFlightDiagnostic();
  if (!isScalarOf(index, 64))
    return location ? emitUserError(*location, ErrorKind::Index) << op << ": expected an i64 scalar as index, found " << describe(index)
                    : InFlightDiagnostic();
  types.push_back(RankedTensorType::get(tensor.getShape().drop_front(), tensor.getElementType()));
  return success();
}

LogicalResult GetRowOp::inferReturnTypes(MLIRContext *, std::optional<Location> location, ValueRange operands, DictionaryAttr,
                                         OpaqueProperties, RegionRange, SmallVectorImpl<Type> &types) {
  return inferRow(location, "get_row", operands[0].getType(), operands[1].getType(), types);
}

LogicalResult SetRowOp::inferReturnTypes(MLIRContext *, std::optional<Location> location, ValueRange operands, DictionaryAttr,
                                         OpaqueProperties, RegionRange, SmallVectorImpl<Type> &types) {
  SmallVector<Type, 1> row;
  if (failed(inferRow(location, "set_row", operands[0].getType(), operands[1].getType(), row))) return failure();
  if (row[0] != operands[2].getType())
    return location ? emitUserError(*location, ErrorKind::Shape)
                          << "set_row: expected a row " << describe(row[0]) << ", found " << describe(operands[2].getType())
                    : InFlightDiagnostic();
  types.push_back(operands[0].getType());
  return success();
}

LogicalResult UninitializedOp::inferReturnTypes(MLIRContext *, std::optional<Location>, ValueRange operands, DictionaryAttr attributes,
                                                OpaqueProperties properties, RegionRange regions, SmallVectorImpl<Type> &types) {
  UninitializedOp::Adaptor adaptor(operands, attributes, properties, regions);
  types.push_back(RankedTensorType::get(adaptor.getShape(), adaptor.getDtype()));
  return success();
}

LogicalResult RequireOp::inferReturnTypes(MLIRContext *, std::optional<Location>, ValueRange, DictionaryAttr, OpaqueProperties, RegionRange,
                                          SmallVectorImpl<Type> &) {
  return success();
}

//===-- branches ---------------------------------------------------------------------------------------------------===//

static std::optional<int64_t> constantScalar(Value value) {
  DenseElementsAttr constant;
  if (!matchPattern(value, m_Constant(&constant)) || !constant.isSplat() || !isa<IntegerType>(constant.getElementType())) return {};
  if (constant.getElementType().isInteger(1)) return constant.getSplatValue<bool>();
  return constant.getSplatValue<APInt>().getSExtValue();
}

// Puts the ops of `block` in place of `op`, whose results become what the block yields.
static void replaceByBlock(PatternRewriter &rewriter, Operation *op, Block &block) {
  auto yield = yieldOf(block);
  const SmallVector<Value> values(yield.getValues());
  rewriter.inlineBlockBefore(&block, op);
  rewriter.eraseOp(yield);
  rewriter.replaceOp(op, values);
}

namespace {

struct ChooseBranch : OpRewritePattern<IfOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(IfOp op, PatternRewriter &rewriter) const override {
    const std::optional<int64_t> condition = constantScalar(op.getCondition());
    if (!condition) return failure();
    replaceByBlock(rewriter, op, *condition ? op.thenBlock() : op.elseBlock());
    return success();
  }
};

struct DropResults : OpRewritePattern<IfOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(IfOp op, PatternRewriter &rewriter) const override {
    auto thenYield = yieldOf(op.thenBlock()), elseYield = yieldOf(op.elseBlock());
    llvm::BitVector gone(op.getNumResults());
    SmallVector<Type> types;
    for (OpResult result : op.getResults()) {
      const unsigned i = result.getResultNumber();
      const bool isSame = thenYield.getValues()[i] == elseYield.getValues()[i];
      if (isSame) rewriter.replaceAllUsesWith(result, thenYield.getValues()[i]);
      if (result.use_empty()) gone.set(i);
      else types.push_back(result.getType());
    }
    if (gone.none()) return failure();
    for (YieldOp yield : {thenYield, elseYield}) rewriter.modifyOpInPlace(yield, [&] { yield->eraseOperands(gone); });
    auto smaller = IfOp::create(rewriter, op.getLoc(), types, op.getCondition());
    rewriter.inlineRegionBefore(op.getThenBody(), smaller.getThenBody(), smaller.getThenBody().end());
    rewriter.inlineRegionBefore(op.getElseBody(), smaller.getElseBody(), smaller.getElseBody().end());
    unsigned next = 0;
    for (OpResult result : op.getResults())
      if (!gone.test(result.getResultNumber())) rewriter.replaceAllUsesWith(result, smaller.getResult(next++));
    rewriter.eraseOp(op);
    return success();
  }
};

//===-- loops ------------------------------------------------------------------------------------------------------===//

// A loop's state, the same for both kinds of loop.
struct LoopState {
  explicit LoopState(WhileOp op) : op(op), inits(op.getInits()), blocks{&op.bodyBlock(), &op.testBlock()} {}
  explicit LoopState(ForOp op) : op(op), inits(op.getInits()), blocks{&op.bodyBlock()}, first(1) {}

  BlockArgument argument(Block &block, unsigned i) const { return block.getArgument(first + i); }
  Value next(unsigned i) const { return yieldOf(*blocks[0]).getValues()[i]; }
  unsigned size() const { return static_cast<unsigned>(inits.size()); }

  Operation *op;
  OperandRange inits;
  SmallVector<Block *, 2> blocks; // the body first
  unsigned first = 0;             // of the state among the body's arguments
};

// Finds the entries of the state that the loop's results and effects depend on: from each entry to what is made of it, as most need but
// a glance. (From what is needed to what it is made of, each loop of a nest would look at all that is in it.)
class NeededState {
public:
  explicit NeededState(const LoopState &loop) : loop(loop), needed(loop.size()) {
    for (unsigned i = 0; i < loop.size(); ++i) {
      SmallVector<bool> visited(loop.size());
      if (isEntryNeeded(i, visited)) needed.set(i);
    }
  }
  const llvm::BitVector &operator*() const { return needed; }

private:
  bool isEntryNeeded(unsigned entry, SmallVectorImpl<bool> &visited) {
    if (needed.test(entry) || !loop.op->getResult(entry).use_empty()) return true;
    if (std::exchange(visited[entry], true)) return false;
    SmallVector<Value> pending;
    for (Block *block : loop.blocks) pending.push_back(loop.argument(*block, entry));
    llvm::DenseSet<Operation *> seen;
    while (!pending.empty()) {
      Value value = pending.pop_back_val();
      for (OpOperand &use : value.getUses()) {
        Operation *user = ancestorOf(use.getOwner());
        if (user == yieldOf(*loop.blocks[0])) {
          if (isEntryNeeded(use.getOperandNumber(), visited)) return true;
        } else if (seen.insert(user).second) {
          if (user->hasTrait<OpTrait::IsTerminator>() || !isMemoryEffectFree(user)) return true; // the test, or an effect
          llvm::append_range(pending, user->getResults());
        }
      }
    }
    return false;
  }

  // The op of the loop's own blocks that `op` is, or is in.
  Operation *ancestorOf(Operation *op) const {
    while (op->getParentOp() != loop.op) op = op->getParentOp();
    return op;
  }

  const LoopState &loop;
  llvm::BitVector needed;
};

WhileOp makeWith(PatternRewriter &rewriter, WhileOp op, ValueRange inits) {
  return WhileOp::create(rewriter, op.getLoc(), inits.getTypes(), inits);
}
ForOp makeWith(PatternRewriter &rewriter, ForOp op, ValueRange inits) {
  return ForOp::create(rewriter, op.getLoc(), inits.getTypes(), op.getCount(), inits);
}

// Takes the entries out of the state that nothing needs, and those that never change.
template <class Loop> struct DropState : OpRewritePattern<Loop> {
  using OpRewritePattern<Loop>::OpRewritePattern;
  LogicalResult matchAndRewrite(Loop op, PatternRewriter &rewriter) const override {
    const LoopState loop(op);
    llvm::BitVector gone = *NeededState(loop);
    gone.flip();
    for (unsigned i = 0; i < loop.size(); ++i) {
      const bool isInvariant = loop.next(i) == loop.argument(*loop.blocks[0], i);
      if (isInvariant) rewriter.replaceAllUsesWith(op->getResult(i), loop.inits[i]);
      if (isInvariant) gone.set(i);
    }
    if (gone.none()) return failure();
    // What computed an entry that is gone now computes it from the initial value, for nobody: it is dead.
    SmallVector<Value> inits;
    llvm::BitVector goneArguments(loop.first);
    for (unsigned i = 0; i < loop.size(); ++i) {
      goneArguments.push_back(gone.test(i));
      if (!gone.test(i)) inits.push_back(loop.inits[i]);
      else
        for (Block *block : loop.blocks) rewriter.replaceAllUsesWith(loop.argument(*block, i), loop.inits[i]);
    }
    YieldOp yield = yieldOf(*loop.blocks[0]);
    rewriter.modifyOpInPlace(yield, [&] { yield->eraseOperands(gone); });
    for (Block *block : loop.blocks) block->eraseArguments(goneArguments);
    Loop smaller = makeWith(rewriter, op, inits);
    for (auto [from, to] : llvm::zip(op->getRegions(), smaller->getRegions())) rewriter.inlineRegionBefore(from, to, to.end());
    unsigned next = 0;
    for (unsigned i = 0; i < gone.size(); ++i)
      if (!gone.test(i)) rewriter.replaceAllUsesWith(op->getResult(i), smaller->getResult(next++));
    rewriter.eraseOp(op);
    return success();
  }
};

// A test that is false from the start: the body never runs.
struct DropUntestedWhile : OpRewritePattern<WhileOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(WhileOp op, PatternRewriter &rewriter) const override {
    const bool isPure = llvm::all_of(op.testBlock(), [](Operation &each) { return isMemoryEffectFree(&each); });
    if (!isPure || constantScalar(yieldOf(op.testBlock()).getValues()[0]) != 0) return failure();
    rewriter.replaceOp(op, op.getInits());
    return success();
  }
};

struct UnrollFor : OpRewritePattern<ForOp> {
  using OpRewritePattern::OpRewritePattern;
  // Whether there are more ops than `most`, or a loop.
  static bool isLong(Region &body, int64_t most) {
    return body
        .walk([&](Operation *inner) { return isa<ForOp, WhileOp>(inner) || most-- == 0 ? WalkResult::interrupt() : WalkResult::advance(); })
        .wasInterrupted();
  }
  LogicalResult matchAndRewrite(ForOp op, PatternRewriter &rewriter) const override {
    const std::optional<int64_t> count = op.constantCount();
    if (!count || *count > kMaxUnrolledTrips) return failure();
    if (*count > 1 && isLong(op.getBody(), kMaxUnrolledOps / *count)) return failure();
    SmallVector<Value> state(op.getInits());
    auto type = cast<RankedTensorType>(op.getCount().getType());
    for (int64_t i = 0; i < *count; ++i) {
      IRMapping mapping;
      auto number = DenseElementsAttr::get(type, rewriter.getI64IntegerAttr(i));
      mapping.map(op.tripNumber(), ConstantOp::create(rewriter, op.getLoc(), number).getResult());
      mapping.map(op.bodyBlock().getArguments().drop_front(), state);
      for (Operation &inner : op.bodyBlock().without_terminator()) rewriter.clone(inner, mapping);
      state.clear();
      for (Value value : yieldOf(op.bodyBlock()).getValues()) state.push_back(mapping.lookupOrDefault(value));
    }
    rewriter.replaceOp(op, state);
    return success();
  }
};

} // namespace

std::optional<int64_t> ForOp::constantCount() {
  const std::optional<int64_t> count = constantScalar(getCount());
  return count ? std::optional(std::max<int64_t>(*count, 0)) : std::nullopt;
}

void IfOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<ChooseBranch, DropResults>(context);
}
void WhileOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<DropState<WhileOp>, DropUntestedWhile>(context);
}
void ForOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<DropState<ForOp>, UnrollFor>(context);
}

} // namespace burin::compiler
