// Cuts long functions into parts that run one after the other: LLVM's instruction selection and scheduling take time that grows
// with the square of a block's length, and a thousand small variables make one block of some ten thousand instructions.
//
//   func @f(%x, %y) { A(%x) ; B(%y) }  ->  func private @f_part0(%x) { A(%x) } ; func private @f_part1(%y) { B(%y) } ; func @f(%x, %y) {}
//
// `burin.part` says which of f's arguments a part takes, `burin.parts` how many parts f has. burin-pack-entry makes f's entry call
// them. Parts are cut where nothing but views of buffers and constants, which are made again, is used on both sides.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace burin::compiler {
namespace {

// Ops of a part, all regions included. Calls of parts cost nothing beside as many ops; blocks of this length cost LLVM little.
constexpr int64_t kPartOps = 1024;

class FunctionSplitter {
public:
  FunctionSplitter(func::FuncOp function, int64_t partOps)
      : function(function), body(function.getBody().front()), partOps(static_cast<size_t>(partOps)) {}

  void run() {
    if (lengthOf(function) < 2 * partOps) return;
    for (Operation &op : body.without_terminator()) {
      if (isFloating(&op)) floating.insert(&op);
      else if (!isStack(&op)) list(&op);
    }
    const SmallVector<size_t> ends = cut();
    if (ends.size() < 2) return;
    size_t begin = 0;
    for (auto [number, end] : llvm::enumerate(ends)) {
      makePart(number, ArrayRef(work).slice(begin, end - begin));
      begin = end;
    }
    while (Operation *floating = body.getTerminator()->getPrevNode()) floating->erase();
    function->setAttr("burin.parts", Builder(function.getContext()).getI64IntegerAttr(static_cast<int64_t>(ends.size())));
  }

private:
  static size_t lengthOf(Operation *op) {
    size_t length = 0;
    op->walk([&](Operation *) { ++length; });
    return length;
  }

  static bool isStack(Operation *op) { return isa<memref::AllocaOp, LLVM::AllocaOp>(op); }

  // Whether the op may stand in several parts: it costs next to nothing, and only depends on what is in all of them.
  bool isFloating(Operation *op) const {
    if (op->getNumRegions() > 0 || !isMemoryEffectFree(op)) return false;
    return llvm::all_of(op->getOperands(),
                        [&](Value operand) { return !operand.getDefiningOp() || floating.contains(operand.getDefiningOp()); });
  }

  // Memory on the stack stands with what uses it first.
  void list(Operation *op) {
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (Operation *maker = operand.getDefiningOp(); maker && isStack(maker) && maker->getBlock() == &body && !place.count(maker))
          add(maker);
    });
    add(op);
  }
  void add(Operation *op) {
    place[op] = work.size();
    work.push_back(op);
  }

  // Where parts end: the number of the op behind the last one.
  SmallVector<size_t> cut() {
    SmallVector<size_t> ends;
    size_t length = 0, lastUse = 0;
    for (auto [i, op] : llvm::enumerate(work)) {
      length += lengthOf(op);
      for (Operation *user : op->getUsers()) lastUse = std::max(lastUse, place.lookup(body.findAncestorOpInBlock(*user)));
      if (length < partOps || lastUse > i) continue;
      ends.push_back(i + 1);
      length = 0;
    }
    if (ends.empty() || ends.back() != work.size()) ends.push_back(work.size());
    return ends;
  }

  void makePart(size_t number, ArrayRef<Operation *> ops) {
    OpBuilder b(function);
    const std::string name = (function.getName() + "_part" + llvm::Twine(number)).str();
    auto part = func::FuncOp::create(b, function.getLoc(), name, b.getFunctionType({}, {}));
    part.setPrivate();
    Block *block = part.addEntryBlock();
    b.setInsertionPointToEnd(block);
    Operation *end = func::ReturnOp::create(b, function.getLoc());
    OpBuilder front = OpBuilder::atBlockBegin(block);
    Operation *anchor = func::ReturnOp::create(front, function.getLoc()); // what floats, and the stack, stand before it
    front.setInsertionPoint(anchor);
    arguments.clear();
    copies.clear();
    for (Operation *op : ops) {
      op->walk([&](Operation *inner) {
        for (OpOperand &operand : inner->getOpOperands()) operand.set(here(operand.get(), part, front));
      });
      op->moveBefore(isStack(op) ? anchor : end);
    }
    anchor->erase();
    SmallVector<int64_t> taken;
    SmallVector<Attribute> attributes;
    for (BlockArgument argument : arguments) {
      taken.push_back(argument.getArgNumber());
      attributes.push_back(function.getArgAttrDict(argument.getArgNumber()));
      if (!attributes.back()) attributes.back() = b.getDictionaryAttr({});
    }
    part.setFunctionType(b.getFunctionType(block->getArgumentTypes(), {}));
    part.setAllArgAttrs(attributes);
    part->setAttr("burin.part", b.getDenseI64ArrayAttr(taken));
  }

  // What `value` is in the part.
  Value here(Value value, func::FuncOp part, OpBuilder &front) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (argument && argument.getOwner() == &body) {
      Value &copy = copies[value];
      if (!copy) {
        copy = part.getBody().front().addArgument(value.getType(), value.getLoc());
        arguments.push_back(argument);
      }
      return copy;
    }
    Operation *op = value.getDefiningOp();
    if (!op || !floating.contains(op)) return value;
    if (Value copy = copies.lookup(value)) return copy;
    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) operands.push_back(here(operand, part, front));
    Operation *clone = front.clone(*op);
    clone->setOperands(operands);
    for (auto [from, to] : llvm::zip(op->getResults(), clone->getResults())) copies[from] = to;
    return copies[value];
  }

  func::FuncOp function;
  Block &body;
  size_t partOps;
  llvm::DenseSet<Operation *> floating;
  SmallVector<Operation *> work; // all others, in order
  llvm::DenseMap<Operation *, size_t> place;
  SmallVector<BlockArgument> arguments;  // of the function, that the part in the making takes
  llvm::DenseMap<Value, Value> copies;   // in that part
};

struct SplitFunction : PassWrapper<SplitFunction, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SplitFunction)
  SplitFunction() = default;
  SplitFunction(const SplitFunction &other) : PassWrapper(other) { partOps = other.partOps; }
  StringRef getArgument() const override { return "burin-split-function"; }
  StringRef getDescription() const override { return "cut long functions into parts"; }
  void runOnOperation() override {
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>()))
      if (!function.isDeclaration() && function->hasAttr("burin.inputs") && !function->hasAttr("burin.shared"))
        FunctionSplitter(function, partOps).run();
  }

  Option<int64_t> partOps{*this, "part-ops", llvm::cl::desc("how many ops a part has, roughly"), llvm::cl::init(kPartOps)};
};

} // namespace

std::unique_ptr<Pass> createSplitFunctionPass() { return std::make_unique<SplitFunction>(); }

} // namespace burin::compiler
