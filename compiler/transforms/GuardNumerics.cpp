// Makes the checks of Debug::CheckNumerics cheap: the code only looks whether some op has made a NaN or an infinity. If so, what
// was computed is computed again op by op, each with its check, to find out which one.
//
//   %1 = burin.multiply %x, %y ; burin.check_numerics %1, %x, %y        %1 = burin.multiply %x, %y ; %2 = burin.sqrt %1
//   %2 = burin.sqrt %1         ; burin.check_numerics %2, %1      ->    %flag = burin.makes_special %2 of %x, %y
//                                                                       burin.guard_numerics 0 flags %flag inputs %x, %y
//
// A guard is of checks with nothing between them that anybody could see: no other effect, no assignment of a variable. So a call
// that fails at a guard leaves what it would leave at each of its checks (rule E5). Guards are numbered in the order of a walk.
//
// With `guard` the function becomes what guard number `guard` is of, with checks behind each op; its arguments are the guard's inputs.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace burin::compiler {
namespace {

using Checks = SmallVector<CheckNumericsOp>;

RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }
bool isReal(Value value) { return isa<FloatType>(tensorType(value).getElementType()); }

// Whether an element may be NaN or infinite.
bool mayBeSpecial(Value value) {
  if (!isa<FloatType, ComplexType>(tensorType(value).getElementType())) return false;
  DenseElementsAttr constant;
  if (!isReal(value) || !matchPattern(value, m_Constant(&constant)) || !constant.isSplat()) return true;
  return !constant.getSplatValue<APFloat>().isFinite();
}

// The value that has its NaN and infinities where `value` has them, and doesn't merely repeat or negate another one.
Value sourceOf(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    const bool isSame = isa<BroadcastToOp>(op) || (isa<ElementwiseInterface>(op) && op->getNumOperands() == 1 && isReal(op->getOperand(0)));
    if (!isSame || !op->hasTrait<KeepsFinite>() || !op->hasTrait<KeepsSpecial>()) break;
    value = op->getOperand(0);
  }
  return value;
}

// The values that must be looked at, so that no op of some that are added goes unnoticed. What an op makes shows in a later value,
// too, as long as ops keep it (trait KeepsSpecial); such ops are a chain, and its last value is looked at.
//
// What came into a chain of elementwise ops is not of its making: there its `sources` are NaN or infinite at the same place. This is
// exact, as all sources enter at a chain's beginning: where one of them is special, so is each value of the chain. Where another one
// enters, a new chain begins; but after kExactChains of them it goes on without sources. Then what came from outside sets off a search
// that finds nothing.
class Looks {
public:
  using Sources = llvm::SetVector<Value, SmallVector<Value, 4>>;
  struct Chain {
    std::optional<Sources> sources; ///< none: they are unknown
    int number = 0;                 ///< of chains that follow each other
  };

  void add(Value result) {
    Operation *op = result.getDefiningOp();
    if (!op || !known.insert(result).second) return; // folded, or the same as another
    SmallVector<Value> operands = llvm::filter_to_vector(op->getOperands(), mayBeSpecial);
    const bool isOnReals = isReal(result) && llvm::all_of(operands, isReal);
    const bool keepsFinite = isOnReals && op->hasTrait<KeepsFinite>();
    const bool keepsSpecial = isOnReals && op->hasTrait<KeepsSpecial>() && tensorType(result).getNumElements() > 0;
    const bool isElementwise = isa<ElementwiseInterface>(op);
    if (keepsSpecial && (isElementwise ? continueChain(result, operands) : !keepsFinite && continueElsewhere(result, operands))) return;
    const int following = keepsSpecial && isElementwise ? numberAfter(operands) : 0;
    for (Value operand : operands) end(operand);
    if (!keepsFinite) open[result] = {isElementwise ? std::optional(sourcesOf(operands)) : std::nullopt, following};
  }

  // Pairs of a value and its sources.
  ArrayRef<std::pair<Value, SmallVector<Value>>> finish() {
    while (!open.empty()) end(open.front().first);
    return taken;
  }

private:
  static Sources sourcesOf(ArrayRef<Value> operands) {
    Sources sources;
    for (Value operand : operands) sources.insert(sourceOf(operand));
    return sources;
  }

  // The number of a chain that begins with an op on these.
  int numberAfter(ArrayRef<Value> operands) const {
    int number = 0;
    for (Value operand : operands)
      if (auto chain = open.find(operand); chain != open.end()) number = std::max(number, chain->second.number + 1);
    return number;
  }

  // An elementwise op continues the chains of its operands if they have the same sources, and its other operands are among these.
  bool continueChain(Value result, ArrayRef<Value> operands) {
    if (numberAfter(operands) > kExactChains) return continueElsewhere(result, operands, kExactChains);
    std::optional<Chain> common;
    for (Value operand : operands) {
      auto chain = open.find(operand);
      if (chain == open.end()) continue;
      if (!chain->second.sources) return operands.size() == 1 && moveChain(operand, result);
      if (common && !haveSame(*common->sources, *chain->second.sources)) return false;
      common = chain->second;
    }
    if (!common) return false;
    for (Value operand : operands)
      if (!open.count(operand) && !common->sources->contains(sourceOf(operand))) return false;
    for (Value operand : operands) open.erase(operand);
    open[result] = std::move(*common);
    return true;
  }
  static bool haveSame(const Sources &a, const Sources &b) {
    return a.size() == b.size() && llvm::all_of(a, [&](Value value) { return b.contains(value); });
  }
  bool moveChain(Value from, Value to) {
    auto chain = open[from]; // a copy: the map may grow
    open[to] = std::move(chain);
    open.erase(from);
    return true;
  }

  // A sum has what is in any of its terms, but there is no telling where it came from.
  bool continueElsewhere(Value result, ArrayRef<Value> operands, int number = 0) {
    for (Value operand : operands) open.erase(operand);
    open[result] = {std::nullopt, number};
    return true;
  }

  void end(Value value) {
    auto chain = open.find(value);
    if (chain == open.end()) return;
    const auto &sources = chain->second.sources;
    taken.emplace_back(value, sources ? SmallVector<Value>(sources->begin(), sources->end()) : SmallVector<Value>());
    open.erase(chain);
  }

  static constexpr int kExactChains = 4;

  llvm::DenseSet<Value> known;
  llvm::MapVector<Value, Chain> open; // by their last values
  SmallVector<std::pair<Value, SmallVector<Value>>> taken;
};

// What checks are of, as far as it can be computed again from values that are there anyway.
struct Slice {
  explicit Slice(const Checks &checks) {
    Block *block = checks.front()->getBlock();
    SmallVector<Value> wanted;
    for (CheckNumericsOp check : checks) llvm::append_range(wanted, check.getTensors());
    llvm::DenseSet<Operation *> needed;
    while (!wanted.empty()) {
      Value value = wanted.pop_back_val();
      Operation *op = value.getDefiningOp();
      const bool isConstant = isa_and_present<ConstantOp, UninitializedOp>(op);
      if (!isConstant && (!op || op->getBlock() != block || op->getNumRegions() > 0 || !isMemoryEffectFree(op))) inputs.insert(value);
      else if (needed.insert(op).second) {
        if (op->getBlock() != block) ops.push_back(op);
        llvm::append_range(wanted, op->getOperands());
      }
    }
    for (Operation &op : *block)
      if (needed.contains(&op)) ops.push_back(&op);
  }

  SmallVector<Operation *> ops; ///< in an order in which they can run
  llvm::SetVector<Value> inputs;
};

// The checks of each guard, in order.
SmallVector<Checks> checksOfGuards(func::FuncOp function) {
  SmallVector<Checks> all;
  function.walk<WalkOrder::PreOrder>([&](Block *block) {
    bool continues = false;
    for (Operation &op : *block) {
      if (auto check = dyn_cast<CheckNumericsOp>(op)) {
        if (!continues || all.back().back().getState() != check.getState()) all.emplace_back();
        all.back().push_back(check);
        continues = true;
      } else if (!isMemoryEffectFree(&op)) {
        continues = false;
      }
    }
  });
  return all;
}

void replaceByGuard(const Checks &checks, int64_t number, ArrayRef<std::pair<Value, SmallVector<Value>>> looks) {
  CheckNumericsOp last = checks.back();
  OpBuilder b(last);
  const Slice slice(checks);
  SmallVector<Value> flags;
  auto flag = RankedTensorType::get({}, b.getI1Type());
  for (const auto &[value, sources] : looks) flags.push_back(MakesSpecialOp::create(b, value.getLoc(), flag, value, sources));
  GuardNumericsOp::create(b, last.getLoc(), static_cast<uint64_t>(number), flags, slice.inputs.getArrayRef(), last.getState());
}

// Makes the function that of one guard.
void keepGuard(func::FuncOp function, const Checks &checks) {
  const Slice slice(checks);
  Block *former = &function.getBody().front(), *body = new Block;
  function.getBody().push_back(body);
  IRMapping mapping;
  for (Value input : slice.inputs) mapping.map(input, body->addArgument(input.getType(), input.getLoc()));
  OpBuilder b = OpBuilder::atBlockEnd(body);
  for (Operation *op : slice.ops) b.clone(*op, mapping);
  for (CheckNumericsOp check : checks) {
    SmallVector<Value> tensors = llvm::map_to_vector(check.getTensors(), [&](Value tensor) { return mapping.lookup(tensor); });
    CheckFiniteOp::create(b, check.getLoc(), tensors, ValueRange(), check.getSite());
  }
  func::ReturnOp::create(b, function.getLoc());
  former->dropAllReferences();
  former->erase();
  function.setFunctionType(FunctionType::get(function.getContext(), body->getArgumentTypes(), {}));
  function.removeArgAttrsAttr();
  function->removeAttr("burin.updates");
}

struct GuardNumerics : PassWrapper<GuardNumerics, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(GuardNumerics)
  explicit GuardNumerics(int64_t onlyGuard) { guard = onlyGuard; }
  GuardNumerics(const GuardNumerics &other) : PassWrapper(other) { guard = other.guard; }
  StringRef getArgument() const override { return "burin-guard-numerics"; }
  StringRef getDescription() const override { return "turn checks behind each op into flags, and guards that look for the op"; }

  void runOnOperation() override {
    int64_t number = 0;
    for (const Checks &checks : checksOfGuards(getOperation())) {
      Looks looks;
      for (CheckNumericsOp check : checks) looks.add(check.getTensors().front());
      const auto taken = looks.finish();
      if (!taken.empty() && number++ == guard) return keepGuard(getOperation(), checks);
      if (guard >= 0) continue;
      if (!taken.empty()) replaceByGuard(checks, number - 1, taken);
      for (CheckNumericsOp check : checks) check.erase();
    }
  }

  Option<int64_t> guard{*this, "guard", llvm::cl::desc("keep nothing but what this guard is of"), llvm::cl::init(-1)};
};

} // namespace

std::unique_ptr<Pass> createGuardNumericsPass(int64_t guard) { return std::make_unique<GuardNumerics>(guard); }

} // namespace burin::compiler
