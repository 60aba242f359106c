// Groups ops into clusters: each becomes one loop nest, whose inner values never see memory.
//
//   %0 = burin.multiply %x, %y         %0 = burin.cluster "elementwise" outer 0 -> tensor<8xf32> {
//   %1 = burin.exp %0             ->     %1 = burin.multiply %x, %y ; %2 = burin.exp %1 ; burin.yield %2 }
//
// Groups are numbered in the order in which they are opened. An op joins the group with the highest number among those
// that make its operands, if it fits there, and opens a new one otherwise. So every edge goes from a number to the same or
// a higher one, the numbers are a topological order, and no cycle between groups can come up. Where an op's operands come
// from several groups, an elementwise one is merged into another if no group between the two stands in the way. One walk,
// linear in the ops: a merge looks at a bounded number of them. An op of control flow is a group of its own, which reads what
// its regions read; the blocks of these have groups of their own.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace burin::compiler {
namespace {

enum class Kind { Single, Elementwise, Row, Matmul, Window, Concat };

StringRef name(Kind kind) {
  static constexpr llvm::StringLiteral names[] = {"", "elementwise", "row", "matmul", "window", "concat"};
  return names[static_cast<int>(kind)];
}

struct Group {
  Kind kind = Kind::Single;
  SmallVector<int64_t> shape; // of the iteration space
  int64_t outer = 0;          // row: leading dimensions that all loops share
  SmallVector<Operation *> ops;
  llvm::SmallDenseSet<Value, 8> reads; // what others make
  int mergedInto = -1; // the group that took this one's ops
  bool complex = false; // some op is on complex numbers: its loops are scalar, which reductions and matmuls want no part of
  bool turned = false;  // some op makes much of what lies transposed: loops that reduce would touch a cache line for each element
};

// A group of more ops than this is not moved: looking at all their neighbours must stay cheap.
constexpr size_t kMaxMovedOps = 64;

// A group reads no more values than this: registers and streams of memory run out long before, and LLVM takes time that grows with the
// square of a loop's body.
constexpr size_t kMaxReads = 64;

// Elements from which what lies transposed is copied before it is reduced: about what the first-level cache holds.
constexpr int64_t kMuchTurned = 1 << 14;

// Products of a transposed lhs with so many rows and columns, whose rhs is no smaller than this, take longer than those of a copy with the
// copying: the columns that a tile reads lie a row apart. In elements.
constexpr int64_t kLargeRows = 256, kLargeColumns = 512, kLargeMatrix = 1 << 18;

bool isOnComplex(Operation *op) {
  auto isComplex = [](Type type) { return isa<ComplexType>(getElementTypeOrSelf(type)); };
  return llvm::any_of(op->getOperandTypes(), isComplex) || llvm::any_of(op->getResultTypes(), isComplex);
}

RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

// Whether `type` has one element for each row: the outer extents, then nothing or ones.
bool isRowScalar(const Group &group, RankedTensorType type) {
  ArrayRef<int64_t> extents = type.getShape(), outer = ArrayRef(group.shape).take_front(group.outer);
  return extents.size() >= outer.size() && extents.take_front(outer.size()) == outer &&
         llvm::all_of(extents.drop_front(outer.size()), [](int64_t extent) { return extent == 1; }) && extents.size() <= group.shape.size();
}

class ClusterFormer {
public:
  explicit ClusterFormer(Block &block) : block(block) {}

  void run() {
    materializeWrittenConstants();
    for (Operation &op : block.without_terminator())
      if (!isa<ConstantOp>(op)) assign(&op);
    joinLoopBody();
    build();
  }

private:
  // What is written must be in memory of its own: a constant that is returned or updated is copied there.
  void materializeWrittenConstants() {
    if (isa<func::ReturnOp>(block.getTerminator()))
      for (OpOperand &operand : block.getTerminator()->getOpOperands()) materializeConstant(operand);
    for (Operation &op : block)
      if (isa<UpdateInterface>(op)) materializeConstant(op.getOpOperand(0));
  }
  void materializeConstant(OpOperand &operand) {
    Operation *root = operand.get().getDefiningOp();
    while (root && isa<ReshapeOp>(root)) root = root->getOperand(0).getDefiningOp();
    if (!isa_and_present<ConstantOp>(root) || tensorType(operand.get()).getNumElements() == 0) return;
    OpBuilder b(operand.getOwner());
    operand.set(BroadcastToOp::create(b, root->getLoc(), operand.get(), tensorType(operand.get()).getShape()));
  }

  // The group that makes `value`, or -1 for arguments and constants.
  int groupOf(Value value) const { return groupOf(value.getDefiningOp()); }
  int groupOf(Operation *op) const {
    auto found = op ? groupNumber.find(op) : groupNumber.end();
    if (found == groupNumber.end()) return -1;
    return present(found->second);
  }
  int present(int number) const {
    while (groups[number].mergedInto >= 0) number = groups[number].mergedInto;
    return number;
  }

  int latestProducer(Operation *op) const {
    int latest = -1;
    op->walk([&](Operation *inner) { // of control flow: what its regions read
      for (Value operand : inner->getOperands()) latest = std::max(latest, groupOf(operand));
    });
    return latest;
  }

  // The group of this block that reads for `user`, which may be in a region.
  int readerGroup(Operation *user) const { return groupOf(block.findAncestorOpInBlock(*user)); }

  void join(int number, Operation *op) {
    groups[number].ops.push_back(op);
    groups[number].complex |= isOnComplex(op);
    groups[number].turned |= turnsMuch(op);
    groupNumber[op] = number;
    for (Value operand : op->getOperands())
      if (isReadBy(number, operand)) groups[number].reads.insert(operand);
  }

  bool isReadBy(int number, Value value) const { return groupOf(value) != number && !value.getDefiningOp<ConstantOp>(); }

  // Whether the group would read more than it may.
  bool readsTooMuch(Operation *op, int number) const {
    size_t count = groups[number].reads.size();
    for (Value operand : op->getOperands()) count += isReadBy(number, operand) && !groups[number].reads.contains(operand);
    return count > kMaxReads && count > groups[number].reads.size();
  }

  void open(Kind kind, Operation *op, ArrayRef<int64_t> shape = {}, int64_t outer = 0) {
    groups.push_back({kind, SmallVector<int64_t>(shape), outer, {}});
    join(static_cast<int>(groups.size()) - 1, op);
  }

  void assign(Operation *op) {
    const int latest = latestProducer(op);
    if (isa<ElementwiseInterface>(op)) return assignElementwise(op, latest);
    if (auto reduction = dyn_cast<ReductionInterface>(op)) return assignReduction(op, latest);
    if (isa<ViewInterface, SliceOp, IotaOp, RandomInterface>(op) || isReadAtPositions(op))
      return open(Kind::Elementwise, op, tensorType(op->getResult(0)).getShape());
    if (isa<ReshapeOp>(op) && latest >= 0 && isReshapeOfRows(op, groups[latest])) return join(latest, op);
    if (auto matmul = dyn_cast<MatmulOp>(op)) return assignMatmul(matmul);
    if (auto look = dyn_cast<MakesSpecialOp>(op)) return assignLook(look);
    if (isa<WindowInterface>(op)) return open(Kind::Window, op, tensorType(op->getResult(0)).getShape());
    open(isa<ConcatOp>(op) ? Kind::Concat : Kind::Single, op);
  }

  static bool turnsMuch(Operation *op) {
    auto transpose = dyn_cast<TransposeOp>(op);
    if (!transpose || transpose.getType().getNumElements() < kMuchTurned) return false;
    return transpose.getPermutation().back() != transpose.getType().getRank() - 1;
  }

  static bool isReadAtPositions(Operation *op) { return isa<IndexedInterface>(op) && !isa<UpdateInterface>(op); }

  // Dimensions of extent 1 added to, or dropped from, what there is one of for each row.
  static bool isReshapeOfRows(Operation *op, const Group &group) {
    auto from = tensorType(op->getOperand(0)), to = tensorType(op->getResult(0));
    if (group.kind != Kind::Row || group.outer == 0) return false;
    return isRowScalar(group, from) && isRowScalar(group, to) && from.getShape() != ArrayRef(group.shape) &&
           to.getShape() != ArrayRef(group.shape);
  }

  void assignElementwise(Operation *op, int latest) {
    ArrayRef<int64_t> shape = tensorType(op->getResult(0)).getShape();
    latest = mergeProducers(op, latest);
    if (latest >= 0 && fits(op, latest)) return join(latest, op);
    // A follower that has moved back comes before what it is to follow.
    auto found = followers.find(latest);
    const int follower = found == followers.end() ? -1 : present(found->second);
    if (follower > latest && fits(op, follower)) return join(follower, op);
    open(Kind::Elementwise, op, shape);
    if (latest >= 0 && readsTooMuch(op, latest)) followers[latest] = static_cast<int>(groups.size()) - 1;
  }

  // Merges the groups that make `op`'s operands as far as they fit together. Gives the latest one that is left.
  int mergeProducers(Operation *op, int latest) {
    for (Value operand : op->getOperands()) {
      const int number = groupOf(operand);
      if (number < 0 || number == latest || groups[number].shape != groups[latest].shape) continue;
      if (groups[number].reads.size() + groups[latest].reads.size() > kMaxReads) continue;
      if (groups[number].kind == Kind::Elementwise && groups[latest].kind == Kind::Elementwise && mayMoveForward(number, latest)) {
        merge(number, latest);
      } else if (groups[latest].kind == Kind::Elementwise && takesElementwise(groups[number], groups[latest]) &&
                 mayMoveBack(latest, number)) {
        merge(latest, number);
        latest = latestProducer(op);
      }
    }
    return latest;
  }

  static bool takesElementwise(const Group &group, const Group &elementwise) {
    if (group.kind == Kind::Elementwise) return true;
    return !elementwise.complex &&
           (group.kind == Kind::Matmul || group.kind == Kind::Window || (group.kind == Kind::Row && group.outer > 0));
  }

  // Whether nothing that comes before group `target` reads what group `number` makes, and `target` reads it in place alone.
  bool mayMoveForward(int number, int target) const {
    if (groups[number].ops.size() > kMaxMovedOps) return false;
    return llvm::all_of(groups[number].ops, [&](Operation *op) {
      return llvm::all_of(op->getUsers(), [&](Operation *user) {
        const int reader = readerGroup(user);
        if (reader == target) return isa<ElementwiseInterface, MakesSpecialOp>(user);
        return reader < 0 || reader == number || reader > target;
      });
    });
  }

  // Whether group `number` reads nothing that group `target` makes, nor any that is opened after it.
  bool mayMoveBack(int number, int target) const {
    if (groups[number].ops.size() > kMaxMovedOps) return false;
    return llvm::all_of(groups[number].ops, [&](Operation *op) {
      return llvm::all_of(op->getOperands(), [&](Value operand) {
        const int maker = groupOf(operand);
        return maker == number || maker < target;
      });
    });
  }

  void merge(int number, int target) {
    llvm::append_range(groups[target].ops, groups[number].ops);
    groups[number].ops.clear();
    groups[target].complex |= groups[number].complex;
    groups[target].turned |= groups[number].turned;
    groups[target].reads.insert(groups[number].reads.begin(), groups[number].reads.end());
    groups[number].mergedInto = target;
  }

  // A loop whose body is one elementwise cluster is turned inside out (compiler/lowering/ElementwiseLoops.h): updates that have
  // nothing to do with each other are joined for that, if there is nothing else in the body.
  void joinLoopBody() {
    if (groups.empty() || !isa<ForOp>(block.getParentOp())) return;
    for (const Group &group : groups)
      if (group.kind != Kind::Elementwise || group.shape != groups.front().shape ||
          !llvm::all_of(group.ops, llvm::IsaPred<ElementwiseInterface>))
        return;
    for (int number = 0, last = static_cast<int>(groups.size()) - 1; number < last; ++number)
      if (groups[number].mergedInto < 0) merge(number, last);
  }

  bool fits(Operation *op, int number) const {
    const Group &group = groups[number];
    auto result = tensorType(op->getResult(0));
    const bool full = result.getShape() == ArrayRef(group.shape);
    if ((group.kind != Kind::Elementwise && isOnComplex(op)) || readsTooMuch(op, number)) return false;
    switch (group.kind) {
    case Kind::Elementwise: return full && readsInPlace(op, number);
    case Kind::Matmul:
    case Kind::Window: return full && readsInPlace(op, number);
    case Kind::Row: return group.outer > 0 && fitsRow(op, result, number, full);
    default: return false;
    }
  }

  // Whether each operand that the group makes is read at the index at which it is made.
  bool readsInPlace(Operation *op, int number) const {
    return llvm::all_of(op->getOperands(), [&](Value operand) {
      return groupOf(operand) != number || tensorType(operand).getShape() == ArrayRef(groups[number].shape);
    });
  }

  // A look for NaN and infinities is taken where the value is made, if possible. What other clusters make isn't kept for its sake:
  // with fewer sources it may see more than there is.
  void assignLook(MakesSpecialOp op) {
    const int maker = groupOf(op.getX());
    SmallVector<Value> sources = llvm::filter_to_vector(op.getSources(), [&](Value source) {
      const int other = groupOf(source);
      return other < 0 || other == maker || groups[other].kind == Kind::Single;
    });
    op.getSourcesMutable().assign(sources);
    if (maker >= 0 && fitsLook(op, maker)) return join(maker, op);
    open(Kind::Elementwise, op, tensorType(op.getX()).getShape());
  }

  bool fitsLook(MakesSpecialOp op, int number) const {
    const Group &group = groups[number];
    auto type = tensorType(op.getX());
    const bool full = type.getShape() == ArrayRef(group.shape);
    if (group.kind != Kind::Elementwise && isOnComplex(op)) return false;
    switch (group.kind) {
    case Kind::Elementwise:
    case Kind::Matmul:
    case Kind::Window: return full && readsInPlace(op, number);
    case Kind::Row:
      if (group.outer > 0) return fitsRow(op, type, number, full);
      return full && readsInPlace(op, number) && !isa<ReductionInterface>(op.getX().getDefiningOp());
    default: return false;
    }
  }

  // In a row group an op that makes, or looks at, a value of type `result` works on whole rows (full), or on one element for each row.
  bool fitsRow(Operation *op, RankedTensorType result, int number, bool full) const {
    const Group &group = groups[number];
    if (!full && !isRowScalar(group, result)) return false;
    return llvm::all_of(op->getOperands(), [&](Value operand) {
      if (groupOf(operand) != number) return true;
      auto type = tensorType(operand);
      if (!full) return type.getShape() == result.getShape() && isRowScalar(group, type);
      // Broadcasting aligns at the right: a row scalar must have kept its dimensions to be its own row's.
      return type.getShape() == result.getShape() || (isRowScalar(group, type) && type.getRank() == result.getRank());
    });
  }

  void assignReduction(Operation *op, int latest) {
    auto type = tensorType(op->getOperand(0));
    auto axes = op->getAttrOfType<DenseI64ArrayAttr>("axes").asArrayRef();
    const int64_t outer = axes.empty() ? type.getRank() : *llvm::min_element(axes);
    if (latest >= 0 && type.getShape() == ArrayRef(groups[latest].shape) && !groups[latest].turned) {
      Group &group = groups[latest];
      if (group.kind == Kind::Elementwise && !group.complex) {
        group.kind = Kind::Row;
        group.outer = outer;
        return join(latest, op);
      }
      if (group.kind == Kind::Row && group.outer == outer) return join(latest, op);
    }
    open(Kind::Row, op, type.getShape(), outer);
  }

  void assignMatmul(MatmulOp op) {
    open(Kind::Matmul, op, tensorType(op.getResult()).getShape());
    // A transposed lhs is read where it lies: its transpose joins by a copy, and the original goes if nothing else wants it. Large
    // products read it so often that rows of it pay.
    auto transpose = op.getLhs().getDefiningOp<TransposeOp>();
    if (!transpose || !swapsLastTwo(transpose.getPermutation()) || isLarge(op)) return;
    OpBuilder b(op);
    auto copy = cast<TransposeOp>(b.clone(*transpose));
    op.getLhsMutable().assign(copy);
    Group &group = groups.back();
    group.ops.insert(group.ops.begin(), copy);
    groupNumber[copy] = static_cast<int>(groups.size()) - 1;
  }

  static bool isLarge(MatmulOp op) {
    auto lhs = tensorType(op.getLhs()), rhs = tensorType(op.getRhs());
    const int64_t m = lhs.getShape()[lhs.getRank() - 2], k = lhs.getShape().back(), n = rhs.getShape().back();
    return m >= kLargeRows && n >= kLargeColumns && k * n > kLargeMatrix;
  }

  static bool swapsLastTwo(ArrayRef<int64_t> permutation) {
    const auto rank = static_cast<int64_t>(permutation.size());
    if (rank < 2 || permutation[rank - 1] != rank - 2 || permutation[rank - 2] != rank - 1) return false;
    return llvm::equal(permutation.drop_back(2), llvm::seq<int64_t>(0, rank - 2));
  }

  void build() {
    // From the last to the first, so that a group whose results nobody reads is seen to be dead.
    Operation *next = block.getTerminator();
    int64_t number = 0;
    for (Operation &op : block) programOrder[&op] = number++;
    for (Group &group : llvm::reverse(groups)) {
      if (group.ops.empty()) continue;
      llvm::sort(group.ops, [&](Operation *a, Operation *b) { return programOrder[a] < programOrder[b]; });
      next = buildGroup(group, next);
    }
  }

  Operation *buildGroup(const Group &group, Operation *next) {
    llvm::DenseSet<Operation *> members(group.ops.begin(), group.ops.end());
    SmallVector<Value> results;
    for (Operation *op : group.ops)
      for (Value result : op->getResults())
        if (llvm::any_of(result.getUsers(), [&](Operation *user) { return !members.contains(user); })) results.push_back(result);
    if (results.empty() && llvm::all_of(group.ops, isMemoryEffectFree)) {
      for (Operation *op : llvm::reverse(group.ops)) op->erase();
      return next;
    }
    if (group.kind == Kind::Single) {
      group.ops.front()->moveBefore(next);
      return group.ops.front();
    }
    return buildCluster(group, members, results, next);
  }

  Operation *buildCluster(const Group &group, const llvm::DenseSet<Operation *> &members, ArrayRef<Value> results, Operation *next) {
    OpBuilder b(next);
    SmallVector<Location> locations;
    for (Operation *op : group.ops) locations.push_back(op->getLoc());
    Location location = group.ops.size() > 16 ? locations.back() : b.getFusedLoc(locations);
    auto cluster = ClusterOp::create(b, location, ValueRange(results).getTypes(), name(group.kind), group.outer);
    Block &body = cluster.getBody().emplaceBlock();
    b.setInsertionPointToEnd(&body);
    auto yield = YieldOp::create(b, location, results);
    for (Operation *op : group.ops) op->moveBefore(yield);
    for (unsigned i = 0; i < results.size(); ++i)
      Value(results[i]).replaceUsesWithIf(cluster.getResult(i), [&](OpOperand &use) {
        return !members.contains(use.getOwner()) && use.getOwner() != yield;
      });
    return cluster;
  }

  Block &block;
  SmallVector<Group> groups;
  llvm::DenseMap<Operation *, int> groupNumber;
  llvm::DenseMap<int, int> followers; // groups that read all that they may -> the one for what else would join them
  llvm::DenseMap<Operation *, int64_t> programOrder;
};

struct FormClusters : PassWrapper<FormClusters, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FormClusters)
  StringRef getArgument() const override { return "burin-form-clusters"; }
  StringRef getDescription() const override { return "group ops into clusters that become one loop nest each"; }
  void runOnOperation() override {
    SmallVector<Block *> blocks; // before there are clusters, which have blocks, too
    getOperation().walk([&](Block *block) { blocks.push_back(block); });
    for (Block *block : blocks) ClusterFormer(*block).run();
  }
};

} // namespace

std::unique_ptr<Pass> createFormClustersPass() { return std::make_unique<FormClusters>(); }

} // namespace burin::compiler
