#include "compiler/lowering/CallSignature.h"
#include "compiler/lowering/BufferTypes.h"
#include "compiler/lowering/InPlace.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace burin::compiler {

CallSignature::CallSignature(func::FuncOp function, const Liveness &liveness)
    : function(function), liveness(liveness), b(function.getContext()), former(function.getBody().front()) {
  for (unsigned i = 0; i < former.getNumArguments(); ++i)
    if (function.getArgAttr(i, "burin.variable")) variables.push_back(former.getArgument(i));
  inputCount = former.getNumArguments() - variables.size();
  if (auto attribute = function->getAttrOfType<DenseI64ArrayAttr>("burin.updates")) llvm::append_range(updates, attribute.asArrayRef());
  returned = former.getTerminator()->getOperands();
  resultCount = returned.size() - updates.size();
  findOtherStates();
  // An old value may be written over by a chain of updates that begins with it and ends with the variable's new one.
  SmallVector<std::pair<BlockArgument, Value>> written;
  for (size_t u = 0; u < updates.size() && !failsUnaware; ++u)
    if (!hasOtherState.contains(variableOf(u))) written.emplace_back(cast<BlockArgument>(oldValue(u)), rootOf(newValue(u)));
  chains = UpdateChains(former, liveness, written);
}

//===-- arguments -----------------------------------------------------------------------------------------------===//

Value CallSignature::addArgument(Type type, Location loc) {
  auto buffer = dyn_cast<MemRefType>(type);
  return body->addArgument(buffer ? storedType(buffer) : type, loc);
}

Block *CallSignature::makeBody() {
  body = new Block;
  function.getBody().push_back(body);
  Location loc = function.getLoc();
  for (BlockArgument argument : former.getArguments()) addArgument(memrefType(argument.getType()), argument.getLoc());
  for (size_t i = 0; i < resultCount; ++i) addArgument(memrefType(returned[i].getType()), loc);
  for (Value variable : variables) addArgument(memrefType(variable.getType()), loc);
  addArgument(MemRefType::get({0}, b.getI8Type()), loc); // the arena: its size is known at the end
  addArgument(LLVM::LLVMPointerType::get(function.getContext()), loc);
  placeResults();
  placeUpdates();
  return body;
}

// Inputs, results and the arena overlap nothing; variables may: an old value is where the new one goes, or an input's memory.
ArrayAttr CallSignature::argumentAttributes() const {
  Builder builder(b.getContext());
  SmallVector<Attribute> attributes;
  const auto none = builder.getDictionaryAttr({});
  const auto exclusive = builder.getDictionaryAttr(builder.getNamedAttr("llvm.noalias", builder.getUnitAttr()));
  for (unsigned i = 0; i < body->getNumArguments(); ++i) {
    const bool isResult = i >= firstResult() && i < firstResult() + resultCount;
    attributes.push_back(isResult || body->getArgument(i) == arena() ? exclusive : none);
  }
  return builder.getArrayAttr(attributes);
}

//===-- results and new values ------------------------------------------------------------------------------------===//

std::pair<CallSignature::Place, int64_t> CallSignature::placeOf(Value value) const {
  Value root = rootOf(value);
  if (auto argument = dyn_cast<BlockArgument>(root); argument && argument.getOwner() == &former) {
    const int64_t i = argument.getArgNumber(), inputs = static_cast<int64_t>(inputCount);
    return i < inputs ? std::pair(Place::Input, i) : std::pair(Place::Variable, i - inputs);
  }
  auto found = resultOf.find(root);
  return found == resultOf.end() ? std::pair(Place::Fresh, int64_t(0)) : std::pair(Place::Result, found->second);
}

// Decides where each returned value lives, and which values are written where the caller wants them.
void CallSignature::placeResults() {
  for (size_t i = 0; i < resultCount; ++i) {
    auto [where, index] = placeOf(returned[i]);
    placements.append({static_cast<int64_t>(where), index});
    if (where != Place::Fresh) continue;
    resultOf[rootOf(returned[i])] = static_cast<int64_t>(i);
    targets[chains.origin(rootOf(returned[i]))] = resultArgument(i);
  }
}

void CallSignature::placeUpdates() {
  newPlacements.assign(variables.size() * 2, 0);
  inPlace.assign(variables.size(), 0);
  for (size_t u = 0; u < updates.size(); ++u) {
    const size_t variable = variableOf(u);
    Value root = rootOf(newValue(u));
    auto [where, index] = placeOf(root);
    if (where != Place::Fresh && hasOtherState.contains(variable)) { // its own memory is needed
      lateCopies.emplace_back(newValue(u), newValueArgument(variable));
      continue;
    }
    Value origin = chains.origin(root);
    // Variables that get the same value each get a copy of it.
    if (where == Place::Fresh && (targets.count(origin) || copies.count(root))) {
      if (targets.erase(origin)) copies[root].push_back(newValueArgument(firstTarget[root]));
      copies[root].push_back(newValueArgument(variable));
    } else if (where == Place::Fresh) {
      targets[origin] = newValueArgument(variable);
      firstTarget[root] = variable;
      inPlace[variable] = origin == oldValue(u) || (!hasOtherState.contains(variable) && mayShare(oldValue(u), origin));
    }
    newPlacements[2 * variable] = static_cast<int64_t>(where);
    newPlacements[2 * variable + 1] = index;
  }
}

ArrayRef<Value> CallSignature::copiesOf(Value value) const {
  auto found = copies.find(value);
  return found == copies.end() ? ArrayRef<Value>() : ArrayRef<Value>(found->second);
}

//===-- in-place updates ------------------------------------------------------------------------------------------===//

// Whether the new value may be written over the old one: the old one is returned by no one, read by no op after the cluster
// that makes the new one, and in that cluster only by the op that writes, at the index that it writes.
bool CallSignature::mayShare(Value old, Value fresh) const {
  auto cluster = fresh.getDefiningOp<ClusterOp>();
  if (!cluster || readsAhead(cluster) || failsUnaware) return false;
  const int64_t written = liveness.stepOf(cluster);
  SmallVector<Value> aliases = {old};
  for (size_t i = 0; i < aliases.size(); ++i) {
    for (OpOperand &use : aliases[i].getUses()) {
      Operation *user = former.findAncestorOpInBlock(*use.getOwner());
      if (user == former.getTerminator()) return false;
      if (auto reshape = dyn_cast<ReshapeOp>(user)) aliases.push_back(reshape.getResult());
      else if (liveness.stepOf(user) > written || (user == cluster && !readsWhereItWrites(use, cluster, fresh))) return false;
    }
  }
  return true;
}

//===-- failures --------------------------------------------------------------------------------------------------===//

void CallSignature::findOtherStates() {
  function.walk([&](Operation *op) {
    if (!mayEndCall(op)) return;
    auto failure = dyn_cast<FailureInterface>(op);
    if (!failure) {
      failsUnaware = true;
      return;
    }
    for (auto [u, state] : llvm::enumerate(OperandRange(failure.getStateMutable())))
      if (rootOf(state) != oldValue(u) && rootOf(state) != rootOf(newValue(u))) hasOtherState.insert(variableOf(u));
  });
}

SmallVector<std::pair<Value, Value>> CallSignature::addFailurePoint(FailureInterface op) {
  SmallVector<std::pair<Value, Value>> toCopy;
  SmallVector<int64_t> states(variables.size(), 0);
  for (auto [u, value] : llvm::enumerate(OperandRange(op.getStateMutable()))) {
    const size_t variable = variableOf(u);
    if (rootOf(value) == oldValue(u)) continue;
    states[variable] = 1;
    // A new value is where the caller looks for it, unless it is copied there in the end.
    Value place = newValueArgument(variable);
    if (hasOtherState.contains(variable) && targets.lookup(chains.origin(rootOf(value))) != place) toCopy.emplace_back(value, place);
  }
  llvm::append_range(failureStates, states);
  ++failurePoints;
  return toCopy;
}

// Whether the use says no more than that a variable holds its old value still.
bool CallSignature::isOwnState(OpOperand &use) const {
  auto failure = dyn_cast<FailureInterface>(use.getOwner());
  if (!failure) return false;
  OperandRange state = failure.getStateMutable();
  const unsigned first = state.empty() ? 0 : state.getBeginOperandIndex(), number = use.getOperandNumber();
  return number >= first && number < first + state.size() && oldValue(number - first) == use.get();
}

//===-- what the caller must know ---------------------------------------------------------------------------------===//

void CallSignature::finish(int64_t arenaBytes) {
  arena().setType(MemRefType::get({arenaBytes}, b.getI8Type()));
  SmallVector<int64_t> read;
  for (Value variable : variables) read.push_back(llvm::any_of(variable.getUses(), [&](OpOperand &use) { return !isOwnState(use); }));
  SmallVector<int64_t> written(variables.size(), 0);
  for (int64_t update : updates) written[static_cast<size_t>(update) - inputCount] = 1;
  function->setAttr("burin.inputs", b.getI64IntegerAttr(static_cast<int64_t>(inputCount)));
  function->setAttr("burin.results", b.getI64IntegerAttr(static_cast<int64_t>(resultCount)));
  function->setAttr("burin.arena", b.getI64IntegerAttr(arenaBytes));
  function->setAttr("burin.placements", b.getDenseI64ArrayAttr(placements));
  function->setAttr("burin.new_placements", b.getDenseI64ArrayAttr(newPlacements));
  function->setAttr("burin.in_place", b.getDenseI64ArrayAttr(inPlace));
  function->setAttr("burin.read", b.getDenseI64ArrayAttr(read));
  function->setAttr("burin.written", b.getDenseI64ArrayAttr(written));
  if (!failureStates.empty()) function->setAttr("burin.failure_states", b.getDenseI64ArrayAttr(failureStates));
  function->removeAttr("burin.updates");
  const ArrayAttr attributes = argumentAttributes();
  former.dropAllReferences();
  former.erase();
  function.setType(FunctionType::get(function.getContext(), body->getArgumentTypes(), {}));
  function.setAllArgAttrs(attributes);
}

} // namespace burin::compiler
