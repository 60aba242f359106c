// Puts the bodies of private functions in place of their calls: all that follows sees one function.
//
//   func @f(%x) { %0 = call @g(%x) ; %1 = call @g(%0) ; return %1 }    func private @g(%y) { %2 = burin.exp %y ; return %2 }
//     -> func @f(%x) { %0 = burin.exp %x ; %1 = burin.exp %0 ; return %1 }
//
// An op keeps its line, and gets the call's behind it. Its name gets the call's in front: "g/exp", "g_1/exp".
//
// Compiling a loop nest costs some milliseconds, a call some nanoseconds. So a function of several nests that is called often, and does
// nothing but compute, stays a function of its own, compiled once (`burin.shared`); burin-place-buffers gives it its memory.
#include "compiler/transforms/InlineCalls.h"
#include "compiler/dialect/BurinDialect.h"
#include "compiler/transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace burin::compiler {
namespace {

/// The name in a location of the tracer's, `label(name(place))`; null if there is none.
NameLoc nameIn(Location location) {
  auto label = dyn_cast<NameLoc>(location);
  return label ? dyn_cast<NameLoc>(label.getChildLoc()) : NameLoc();
}

/// `inner`, a location in a function, seen from a call of it.
Location locationIn(Location inner, Location call) {
  auto label = dyn_cast<NameLoc>(inner);
  if (!label) return CallSiteLoc::get(inner, call);
  NameLoc name = nameIn(inner), callName = nameIn(call);
  Location place = CallSiteLoc::get(name ? name.getChildLoc() : label.getChildLoc(), call);
  if (name && callName)
    place = NameLoc::get(StringAttr::get(inner.getContext(), callName.getName().getValue() + "/" + name.getName().getValue()), place);
  return NameLoc::get(label.getName(), place);
}

// Inlining a function saves its calls, and loads and stores around them; it costs compiling its loop nests once more for each call.
constexpr unsigned kMostRepeatedNests = 16;

/// About as many loop nests as the function becomes: elementwise ops join others.
unsigned nestsOf(func::FuncOp function) {
  unsigned count = 0;
  function.walk([&](Operation *op) {
    count += !isa<func::FuncOp, func::ReturnOp, ConstantOp, ReshapeOp, YieldOp, ElementwiseInterface, ViewInterface>(op);
  });
  return count;
}

/// Whether the function does nothing but compute, and cannot fail.
bool isPure(func::FuncOp function) {
  if (llvm::any_of(function.getArgumentTypes(), llvm::IsaPred<VariableType>)) return false;
  return !function
              .walk([](Operation *op) {
                if (isa<func::FuncOp, func::ReturnOp, func::CallOp, YieldOp>(op)) return WalkResult::advance();
                const bool mayFail = isa<RuntimeCheckInterface, RuntimeKernelInterface, MakesSpecialOp>(op);
                return mayFail || !isMemoryEffectFree(op) ? WalkResult::interrupt() : WalkResult::advance();
              })
              .wasInterrupted();
}

class Inlining {
public:
  Inlining(ModuleOp module, bool shareHeavy) : symbols(module), shareHeavy(shareHeavy) {
    module.walk([&](func::CallOp call) { ++uses[calleeOf(call)]; });
    total = uses;
  }

  bool isShared(func::FuncOp function) const { return shared.contains(function); }

  /// Inlines all calls in `function`, after those in what it calls.
  LogicalResult run(func::FuncOp function) {
    if (done.contains(function)) return success();
    open.insert(function);
    SmallVector<func::CallOp> calls;
    function.walk([&](func::CallOp call) { calls.push_back(call); });
    for (func::CallOp call : calls) {
      func::FuncOp callee = calleeOf(call);
      if (!callee || callee.isDeclaration() || !callee.getBody().hasOneBlock())
        return call.emitOpError("expected a function with one block as callee");
      if (open.contains(callee)) return call.emitOpError("a function that calls itself can't be inlined");
      if (failed(run(callee))) return failure();
      if (isShared(callee)) continue;
      if (--uses[callee] == 0 && callee.isPrivate()) moveBody(callee, call);
      else cloneBody(callee, call);
    }
    open.erase(function);
    done.insert(function);
    if (shareHeavy && function.isPrivate() && (total.lookup(function) - 1) * nestsOf(function) > kMostRepeatedNests && isPure(function)) {
      function->setAttr("burin.shared", UnitAttr::get(function.getContext()));
      shared.insert(function);
    }
    return success();
  }

private:
  func::FuncOp calleeOf(func::CallOp call) { return symbols.lookup<func::FuncOp>(call.getCallee()); }

  static void cloneBody(func::FuncOp callee, func::CallOp call) {
    OpBuilder b(call);
    Block &body = callee.getBody().front();
    IRMapping mapping;
    mapping.map(body.getArguments(), call.getOperands());
    for (Operation &op : body.without_terminator()) relocate(b.clone(op, mapping), call.getLoc());
    for (auto [result, value] : llvm::zip(call.getResults(), body.getTerminator()->getOperands()))
      result.replaceAllUsesWith(mapping.lookupOrDefault(value));
    call.erase();
  }

  // Nobody else will want it.
  static void moveBody(func::FuncOp callee, func::CallOp call) {
    Block &body = callee.getBody().front();
    for (Operation &op : body.without_terminator()) relocate(&op, call.getLoc());
    for (auto [argument, operand] : llvm::zip(body.getArguments(), call.getOperands())) argument.replaceAllUsesWith(operand);
    Operation *terminator = body.getTerminator();
    for (auto [result, value] : llvm::zip(call.getResults(), terminator->getOperands())) result.replaceAllUsesWith(value);
    call->getBlock()->getOperations().splice(call->getIterator(), body.getOperations(), body.begin(), terminator->getIterator());
    call.erase();
  }

  static void relocate(Operation *op, Location call) {
    op->walk([&](Operation *inner) { inner->setLoc(locationIn(inner->getLoc(), call)); });
  }

  SymbolTable symbols;
  bool shareHeavy;
  llvm::DenseMap<Operation *, unsigned> uses, total; // calls that are left, and that there were
  llvm::DenseSet<Operation *> open, done, shared;
};

struct InlineCalls : PassWrapper<InlineCalls, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(InlineCalls)
  InlineCalls() = default;
  InlineCalls(const InlineCalls &other) : PassWrapper(other) { shareHeavy = other.shareHeavy; }
  StringRef getArgument() const override { return "burin-inline-calls"; }
  StringRef getDescription() const override { return "put the bodies of private functions in place of their calls"; }

  void runOnOperation() override {
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    Inlining inlining(getOperation(), shareHeavy);
    for (func::FuncOp function : functions)
      if (!function.isPrivate() && failed(inlining.run(function))) return signalPassFailure();
    for (func::FuncOp function : functions)
      if (function.isPrivate() && !function.isDeclaration() && !inlining.isShared(function)) function.erase();
  }

  Option<bool> shareHeavy{*this, "share-heavy", llvm::cl::desc("leave functions of many loop nests that are called often"),
                          llvm::cl::init(true)};
};

} // namespace

std::unique_ptr<Pass> createInlineCallsPass() { return std::make_unique<InlineCalls>(); }

std::unique_ptr<Pass> createInlineAllCallsPass() {
  auto pass = std::make_unique<InlineCalls>();
  pass->shareHeavy = false;
  return pass;
}

} // namespace burin::compiler
