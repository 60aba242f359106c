// Takes what is deep or long within control flow out of its function, into functions of its own: LLVM's passes over loops, and its
// instruction selection, take time that grows with the square of a nest's depth and of a body's length.
//
//   func @f(%x) { scf.for { ... scf.for { A(%x) } } }  ->  func private @f_nest0(%x) { scf.for { A(%x) } }
//                                                          func @f(%x) { scf.for { ... call @f_nest0(%x) } }
//
// The innermost loops stay together, so a call costs nothing beside the trips that it makes. What a nest needs from around it are its
// arguments; constants and views of buffers are made again in it, and memory on the stack that it alone uses goes with it. A nest may
// end the call (burin.exit_call): what called it looks, and ends, too.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/BlockRuns.h"
#include "compiler/lowering/Effects.h"
#include "compiler/lowering/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace burin::compiler {
namespace {

// Beyond what people nest, with the loops over rows, vectors and tiles inside.
constexpr int64_t kNestDepth = 16;
// Ops of a run within a loop or a branch, all regions included. The body of a loop with a matrix product has some hundreds.
constexpr int64_t kRunOps = 4096;

/// Ops of a block that stand behind each other, on their way into a function of their own.
class Nest {
public:
  Nest(func::FuncOp function, ArrayRef<Operation *> ops) : function(function), ops(ops) {
    for (Operation *op : ops)
      op->walk([&](Operation *inner) {
        inside.insert(inner);
        mayEndCall |= isa<ExitCallOp>(inner);
      });
  }

  /// Replaces the ops by a call of a function called `name`.
  void outline(StringRef name) {
    OpBuilder b(function.getContext());
    b.setInsertionPointAfter(function);
    nest = func::FuncOp::create(b, ops[0]->getLoc(), name, b.getFunctionType({}, {}));
    nest.setPrivate();
    nest->setAttr("burin.nest", b.getUnitAttr());
    Block *body = nest.addEntryBlock();
    b.setInsertionPointToEnd(body);
    SmallVector<Value> results = escaping();
    Operation *end = func::ReturnOp::create(b, nest.getLoc(), results);
    b.setInsertionPointAfter(ops.back());
    for (Operation *op : ops) op->moveBefore(end);
    front = ops[0];
    for (Operation *op : ops) op->walk([&](Operation *inner) { takeOperands(inner); });
    nest.setFunctionType(b.getFunctionType(body->getArgumentTypes(), TypeRange(ValueRange(results))));
    nest.setAllArgAttrs(attributes);
    auto call = func::CallOp::create(b, nest.getLoc(), nest, captures);
    for (auto [value, result] : llvm::zip(results, call.getResults()))
      value.replaceUsesWithIf(result, [&](OpOperand &use) { return !inside.contains(use.getOwner()) && use.getOwner() != end; });
    if (mayEndCall) emitExitIfFailed(b, function, call);
  }

private:
  bool isInside(Value value) const {
    Operation *op = value.getDefiningOp();
    return inside.contains(op ? op : value.getParentBlock()->getParentOp());
  }

  /// What is made inside and used outside.
  SmallVector<Value> escaping() const {
    SmallVector<Value> values;
    for (Operation *op : ops)
      for (Value result : op->getResults())
        if (llvm::any_of(result.getUsers(), [&](Operation *user) { return !inside.contains(user); })) values.push_back(result);
    return values;
  }

  void takeOperands(Operation *op) {
    for (OpOperand &operand : op->getOpOperands())
      if (!isInside(operand.get())) operand.set(here(operand.get()));
  }

  static bool isView(Operation *op) { return isa_and_present<memref::ReinterpretCastOp, memref::SubViewOp, memref::ViewOp>(op); }
  static bool isConstant(Operation *op) { return op && op->getNumOperands() == 0 && op->getNumRegions() == 0 && isMemoryEffectFree(op); }

  /// Whether nothing but the nest uses what is on the stack, or a view of it.
  bool isUsedInsideOnly(Operation *memory) const {
    return llvm::all_of(memory->getUsers(),
                        [&](Operation *user) { return inside.contains(user) || (isView(user) && isUsedInsideOnly(user)); });
  }

  /// Moves what is on the stack in, and the views of it.
  void take(Operation *memory) {
    takeOperands(memory);
    memory->moveBefore(front);
    inside.insert(memory);
    for (Operation *view : llvm::to_vector(memory->getUsers()))
      if (!inside.contains(view)) take(view);
  }

  /// What `value`, of the function around, is in the nest.
  Value here(Value value) {
    Operation *op = value.getDefiningOp();
    if (isStack(op) && isUsedInsideOnly(op)) {
      take(op);
      return value;
    }
    if (Value known = counterparts.lookup(value)) return known;
    return counterparts[value] = isView(op) || isConstant(op) ? madeAgain(cast<OpResult>(value)) : captured(value);
  }

  Value madeAgain(OpResult value) {
    Operation *op = value.getOwner();
    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) {
      operands.push_back(isInside(operand) ? operand : here(operand));
      if (isInside(value)) return value; // it was a view of what has been moved in
    }
    OpBuilder b(front);
    Operation *clone = b.clone(*op);
    clone->setOperands(operands);
    inside.insert(clone);
    return clone->getResult(value.getResultNumber());
  }

  Value captured(Value value) {
    captures.push_back(value);
    auto argument = dyn_cast<BlockArgument>(value);
    const bool isOfFunction = argument && argument.getOwner() == &function.getBody().front();
    DictionaryAttr known = isOfFunction ? function.getArgAttrDict(argument.getArgNumber()) : DictionaryAttr();
    attributes.push_back(known ? known : DictionaryAttr::get(function.getContext()));
    return nest.getBody().front().addArgument(value.getType(), value.getLoc());
  }

  func::FuncOp function, nest;
  ArrayRef<Operation *> ops;
  llvm::DenseSet<Operation *> inside;
  bool mayEndCall = false;
  Operation *front = nullptr; // in the nest: what is made again, and the stack, stand before it
  llvm::DenseMap<Value, Value> counterparts;
  SmallVector<Value> captures;
  SmallVector<DictionaryAttr> attributes;
};

class NestOutliner {
public:
  NestOutliner(func::FuncOp function, int64_t depth, int64_t runOps) : function(function), depth(depth), runOps(runOps) {}

  void run() {
    for (Operation &op : llvm::make_early_inc_range(function.getBody().front())) visit(&op);
  }

private:
  struct Size {
    int64_t ops = 0, depth = 0;
    void add(Size other) {
      ops += other.ops;
      depth = std::max(depth, other.depth);
    }
  };

  /// Outlines what is in the op's regions; gives what is left of it.
  Size visit(Operation *op) {
    Size size;
    for (Region &region : op->getRegions())
      for (Block &block : region) size.add(visit(block));
    return {size.ops + 1, size.depth + (op->getNumRegions() > 0 ? 1 : 0)};
  }

  Size visit(Block &block) {
    Size size;
    for (Operation &op : llvm::make_early_inc_range(block)) {
      Size own = visit(&op);
      if (own.depth >= depth) {
        outline(&op);
        own = {1, 0};
      }
      size.add(own);
    }
    if (size.ops >= 2 * runOps) size.ops = outlineRuns(block);
    return size;
  }

  /// Gives how many ops the block has left.
  int64_t outlineRuns(Block &block) {
    int64_t left = 0;
    const BlockRuns runs(block, static_cast<size_t>(runOps));
    for (ArrayRef<Operation *> ops : runs.get()) {
      int64_t length = 0;
      for (Operation *op : ops) length += static_cast<int64_t>(lengthOf(op));
      if (length >= runOps) outline(ops);
      left += length >= runOps ? 1 : length;
    }
    return left;
  }

  void outline(ArrayRef<Operation *> ops) { Nest(function, ops).outline((function.getName() + "_nest" + Twine(count++)).str()); }

  func::FuncOp function;
  int64_t depth, runOps;
  int64_t count = 0;
};

struct OutlineNests : PassWrapper<OutlineNests, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(OutlineNests)
  OutlineNests() = default;
  OutlineNests(const OutlineNests &other) : PassWrapper(other) {
    depth = other.depth;
    runOps = other.runOps;
  }
  StringRef getArgument() const override { return "burin-outline-nests"; }
  StringRef getDescription() const override { return "make functions of what is deep or long within control flow"; }
  void runOnOperation() override {
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>()))
      if (!function.isDeclaration() && function->hasAttr("burin.inputs")) NestOutliner(function, depth, runOps).run();
  }

  Option<int64_t> depth{*this, "depth", llvm::cl::desc("how deep loops and branches stay together"), llvm::cl::init(kNestDepth)};
  Option<int64_t> runOps{*this, "run-ops", llvm::cl::desc("how many ops a run has, roughly"), llvm::cl::init(kRunOps)};
};

} // namespace

std::unique_ptr<Pass> createOutlineNestsPass() { return std::make_unique<OutlineNests>(); }

} // namespace burin::compiler
