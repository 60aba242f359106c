// Cuts long functions into parts that run one after the other: LLVM's instruction selection and scheduling take time that grows
// with the square of a block's length, and a thousand small variables make one block of some ten thousand instructions.
//
//   func @f(%x, %y) { A(%x) ; B(%y) }  ->  func private @f_part0(%x) { A(%x) } ; func private @f_part1(%y) { B(%y) } ; func @f(%x, %y) {}
//
// `burin.part` says which of f's arguments a part takes, `burin.parts` how many parts f has. burin-pack-entry makes f's entry call
// them. Parts are cut where nothing but what floats (BlockRuns.h), which is made again, is used on both sides.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/BlockRuns.h"
#include "compiler/lowering/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace burin::compiler {
namespace {

// Ops of a part, all regions included. Calls of parts cost nothing beside as many ops; blocks of this length cost LLVM little.
constexpr int64_t kPartOps = 1024;

class FunctionSplitter {
public:
  FunctionSplitter(func::FuncOp function, int64_t partOps)
      : function(function), body(function.getBody().front()), runs(body, static_cast<size_t>(partOps)) {}

  void run() {
    if (runs.get().size() < 2) return;
    for (auto [number, ops] : llvm::enumerate(runs.get())) makePart(number, ops);
    while (Operation *rest = body.getTerminator()->getPrevNode()) rest->erase();
    function->setAttr("burin.parts", Builder(function.getContext()).getI64IntegerAttr(static_cast<int64_t>(runs.get().size())));
  }

private:
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
    if (!op || !runs.floats(op)) return value;
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
  BlockRuns runs;
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
      if (!function.isDeclaration() && function->hasAttr("burin.inputs") && !function->hasAttr("burin.shared") &&
          lengthOf(function) >= 2 * static_cast<size_t>(partOps))
        FunctionSplitter(function, partOps).run();
  }

  Option<int64_t> partOps{*this, "part-ops", llvm::cl::desc("how many ops a part has, roughly"), llvm::cl::init(kPartOps)};
};

} // namespace

std::unique_ptr<Pass> createSplitFunctionPass() { return std::make_unique<SplitFunction>(); }

} // namespace burin::compiler
