// Puts the bodies of private functions in place of their calls: all that follows sees one function.
//
//   func @f(%x) { %0 = call @g(%x) ; %1 = call @g(%0) ; return %1 }    func private @g(%y) { %2 = burin.exp %y ; return %2 }
//     -> func @f(%x) { %0 = burin.exp %x ; %1 = burin.exp %0 ; return %1 }
//
// An op keeps its line, and gets the call's behind it. Its name gets the call's in front: "g/exp", "g_1/exp".
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

class Inlining {
public:
  explicit Inlining(ModuleOp module) : symbols(module) {
    module.walk([&](func::CallOp call) { ++uses[calleeOf(call)]; });
  }

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
      if (--uses[callee] == 0 && callee.isPrivate()) moveBody(callee, call);
      else cloneBody(callee, call);
    }
    open.erase(function);
    done.insert(function);
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
  llvm::DenseMap<Operation *, unsigned> uses;
  llvm::DenseSet<Operation *> open, done;
};

struct InlineCalls : PassWrapper<InlineCalls, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(InlineCalls)
  StringRef getArgument() const override { return "burin-inline-calls"; }
  StringRef getDescription() const override { return "put the bodies of private functions in place of their calls"; }

  void runOnOperation() override {
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    Inlining inlining(getOperation());
    for (func::FuncOp function : functions)
      if (!function.isPrivate() && failed(inlining.run(function))) return signalPassFailure();
    for (func::FuncOp function : functions)
      if (function.isPrivate() && !function.isDeclaration()) function.erase();
  }
};

} // namespace

std::unique_ptr<Pass> createInlineCallsPass() { return std::make_unique<InlineCalls>(); }

} // namespace burin::compiler
