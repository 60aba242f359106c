// Gives each tensor its memory. Arguments and results are buffers that the caller hands in; what lives between clusters
// goes to one arena, by liveness; what lives within one row of a cluster goes to the stack. Nothing is copied: a result that
// is an argument, or another result, is said to be that (burin.placements).
//
//   func @f(%x: tensor<4xf32>) -> tensor<4xf32>
//     -> func @f(%x: memref<4xf32>, %result: memref<4xf32>, %arena: memref<0xi8>, %context: !llvm.ptr, %args: !llvm.ptr)
//
// Arguments: inputs, old values of variables, results, new values of variables, arena, call context, and the pointer to all
// of these, for tasks. A variable's new value may share the old one's memory (burin.in_place) if nothing reads the old value
// once the new one is being written, but at the same index.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/Arena.h"
#include "compiler/lowering/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace burin::compiler {
namespace {

// A row that is kept on the stack has at most this many bytes: more don't stay in the first-level cache anyway.
constexpr int64_t kMaxRowBytes = 32 << 10;


// The buffer of a tensor as ops see it. MLIR takes the strides before an extent of 0 to be unknown, so an empty buffer has
// strides of its own; then it can't be an argument, or a view of the arena: those are flat.
MemRefType memrefType(Type tensor) {
  auto type = cast<RankedTensorType>(tensor);
  if (type.getNumElements() > 0 || type.getRank() < 2) return MemRefType::get(type.getShape(), type.getElementType());
  const SmallVector<int64_t> strides(static_cast<size_t>(type.getRank()), 1);
  return MemRefType::get(type.getShape(), type.getElementType(), StridedLayoutAttr::get(type.getContext(), 0, strides));
}
MemRefType storedType(MemRefType type) {
  return type.getLayout().isIdentity() ? type : MemRefType::get({0}, type.getElementType());
}
int64_t byteSize(ShapedType type) { return type.getNumElements() * type.getElementTypeBitWidth() / 8; }

// The value whose memory `value` is.
Value rootOf(Value value) {
  while (auto reshape = value.getDefiningOp<ReshapeOp>()) value = reshape.getX();
  return value;
}

enum class Place { Fresh, Input, Variable, Result }; // as compiler::Placement

class BufferPlacement {
public:
  BufferPlacement(ModuleOp module, func::FuncOp function) : module(module), function(function), b(function.getContext()) {}

  void run() {
    former = &function.getBody().front();
    numberSteps();
    mayFail = llvm::any_of(*former, llvm::IsaPred<CheckIndicesOp>);
    readSignature();
    makeArguments();
    placeResults();
    b.setInsertionPointToEnd(body);
    for (Operation &op : former->without_terminator()) lower(&op);
    func::ReturnOp::create(b, former->getTerminator()->getLoc());
    finish();
  }

private:
  //===-- signature ---------------------------------------------------------------------------------------------===//

  void readSignature() {
    for (unsigned i = 0; i < former->getNumArguments(); ++i)
      if (function.getArgAttr(i, "burin.variable")) variables.push_back(former->getArgument(i));
    inputCount = former->getNumArguments() - variables.size();
    if (auto attribute = function->getAttrOfType<DenseI64ArrayAttr>("burin.updates")) llvm::append_range(updates, attribute.asArrayRef());
    returned = former->getTerminator()->getOperands();
    resultCount = returned.size() - updates.size();
  }

  Value addArgument(Type type, Location loc) {
    auto buffer = dyn_cast<MemRefType>(type);
    return body->addArgument(buffer ? storedType(buffer) : type, loc);
  }

  void makeArguments() {
    body = new Block;
    function.getBody().push_back(body);
    Location loc = function.getLoc();
    b.setInsertionPointToEnd(body);
    for (BlockArgument argument : former->getArguments()) addArgument(memrefType(argument.getType()), argument.getLoc());
    for (auto [from, to] : llvm::zip(former->getArguments(), body->getArguments()))
      buffers[from] = reshaped(to, memrefType(from.getType()), from.getLoc());
    for (size_t i = 0; i < resultCount; ++i) addArgument(memrefType(returned[i].getType()), loc);
    for (Value variable : variables) addArgument(memrefType(variable.getType()), loc);
    addArgument(MemRefType::get({0}, b.getI8Type()), loc); // the arena: its size is known at the end
    auto pointer = LLVM::LLVMPointerType::get(function.getContext());
    addArgument(pointer, loc);
    addArgument(pointer, loc);
  }
  Value resultArgument(size_t i) { return body->getArgument(former->getNumArguments() + i); }
  Value newValueArgument(size_t variable) { return body->getArgument(former->getNumArguments() + resultCount + variable); }
  BlockArgument arena() { return body->getArgument(former->getNumArguments() + resultCount + variables.size()); }

  // Decides where each returned value lives, and which values are written where the caller wants them.
  void placeResults() {
    llvm::DenseMap<Value, int64_t> resultOf; // root -> the result that it is
    auto place = [&](Value value) -> std::pair<Place, int64_t> {
      Value root = rootOf(value);
      if (auto argument = dyn_cast<BlockArgument>(root)) {
        const int64_t i = argument.getArgNumber();
        return i < static_cast<int64_t>(inputCount) ? std::pair(Place::Input, i) : std::pair(Place::Variable, i - static_cast<int64_t>(inputCount));
      }
      auto found = resultOf.find(root);
      return found == resultOf.end() ? std::pair(Place::Fresh, int64_t(0)) : std::pair(Place::Result, found->second);
    };
    for (size_t i = 0; i < resultCount; ++i) {
      auto [where, index] = place(returned[i]);
      placements.append({static_cast<int64_t>(where), index});
      if (where != Place::Fresh) continue;
      resultOf[rootOf(returned[i])] = static_cast<int64_t>(i);
      targets[rootOf(returned[i])] = resultArgument(i);
    }
    newPlacements.assign(variables.size() * 2, 0);
    inPlace.assign(variables.size(), 0);
    for (size_t u = 0; u < updates.size(); ++u) {
      const size_t variable = static_cast<size_t>(updates[u]) - inputCount;
      Value root = rootOf(returned[resultCount + u]);
      auto [where, index] = place(root);
      // Variables that get the same value each get a copy of it.
      if (where == Place::Fresh && (targets.count(root) || copies.count(root))) {
        if (targets.erase(root)) copies[root].push_back(newValueArgument(firstTarget[root]));
        copies[root].push_back(newValueArgument(variable));
      } else if (where == Place::Fresh) {
        targets[root] = newValueArgument(variable);
        firstTarget[root] = variable;
        inPlace[variable] = mayShare(former->getArgument(inputCount + variable), root);
      }
      newPlacements[2 * variable] = static_cast<int64_t>(where);
      newPlacements[2 * variable + 1] = index;
    }
  }

  //===-- in-place updates --------------------------------------------------------------------------------------===//

  // Whether the new value may be written over the old one: the old one is returned by no one, read by no op after the cluster
  // that makes the new one, and in that cluster only by the op that writes, at the index that it writes.
  bool mayShare(Value old, Value fresh) {
    auto cluster = fresh.getDefiningOp<ClusterOp>();
    if (!cluster || cluster.getKind() == "matmul" || cluster.getKind() == "concat" || mayFail) return false;
    const int64_t written = step[cluster];
    SmallVector<Value> aliases = {old};
    for (size_t i = 0; i < aliases.size(); ++i) {
      for (OpOperand &use : aliases[i].getUses()) {
        Operation *user = former->findAncestorOpInBlock(*use.getOwner());
        if (user == former->getTerminator()) return false;
        if (auto reshape = dyn_cast<ReshapeOp>(user)) aliases.push_back(reshape.getResult());
        else if (step[user] > written || (user == cluster && !readsWhereItWrites(use, cluster, fresh))) return false;
      }
    }
    return true;
  }

  bool readsWhereItWrites(OpOperand &use, ClusterOp cluster, Value fresh) {
    auto yield = cast<YieldOp>(cluster.getBody().front().getTerminator());
    Value made = yield.getValues()[cast<OpResult>(fresh).getResultNumber()];
    auto generic = dyn_cast<linalg::GenericOp>(use.getOwner());
    if (!generic || made.getDefiningOp() != generic || use.get().getType() != made.getType()) return false;
    OpOperand *init = generic.getDpsInitOperand(cast<OpResult>(made).getResultNumber());
    AffineMap map = generic.getMatchingIndexingMap(init);
    return map.isIdentity() && generic.getMatchingIndexingMap(&use) == map && generic.getNumReductionLoops() == 0;
  }

  //===-- liveness ----------------------------------------------------------------------------------------------===//

  void numberSteps() {
    int64_t number = 0;
    for (Operation &op : *former) {
      step[&op] = number++;
      op.walk([&](Operation *inner) {
        for (Value operand : inner->getOperands()) {
          int64_t &last = lastUse[rootOf(operand)];
          last = std::max(last, step[&op]);
        }
      });
    }
  }

  Value arenaBuffer(MemRefType type, int64_t first, int64_t last, Location loc) {
    const int64_t offset = plan.place(byteSize(type), first, last);
    Value shift = arith::ConstantIndexOp::create(b, loc, offset);
    return reshaped(memref::ViewOp::create(b, loc, storedType(type), arena(), shift, ValueRange()), type, loc);
  }

  // Memory for a value that an op of the function makes.
  Value destination(Value value) {
    auto type = memrefType(value.getType());
    if (Value target = targets.lookup(value)) return reshaped(target, type, value.getLoc());
    const int64_t first = step[value.getDefiningOp()];
    return arenaBuffer(type, first, std::max(first, lastUse.lookup(value)), value.getLoc());
  }

  Value reshaped(Value buffer, MemRefType type, Location loc) {
    if (buffer.getType() == type) return buffer;
    SmallVector<int64_t> strides;
    int64_t offset;
    (void)type.getStridesAndOffset(strides, offset);
    return memref::ReinterpretCastOp::create(b, loc, type, buffer, 0, type.getShape(), strides);
  }

  //===-- ops ---------------------------------------------------------------------------------------------------===//

  Value buffer(Value value) {
    Value result = buffers.lookup(value);
    assert(result && "a value is used before it has memory");
    return result;
  }

  void lower(Operation *op) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) return lowerConstant(constant);
    if (auto reshape = dyn_cast<ReshapeOp>(op)) {
      buffers[reshape.getResult()] = reshaped(buffer(reshape.getX()), memrefType(reshape.getType()), op->getLoc());
      return;
    }
    if (auto cluster = dyn_cast<ClusterOp>(op)) return lowerCluster(cluster);
    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) operands.push_back(buffer(operand));
    Operation *clone = op->clone();
    clone->setOperands(operands);
    b.insert(clone);
  }

  void lowerConstant(arith::ConstantOp op) {
    auto value = cast<DenseElementsAttr>(op.getValue());
    auto type = memrefType(value.getType());
    Location loc = op.getLoc();
    if (value.empty()) {
      buffers[op.getResult()] = arenaBuffer(type, 0, 0, loc);
      return;
    }
    std::string name;
    do name = ("__constant_" + function.getName() + "_" + llvm::Twine(constantCount++)).str();
    while (module.lookupSymbol(name));
    OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
    memref::GlobalOp::create(top, loc, name, top.getStringAttr("private"), type, value, /*constant=*/true, top.getI64IntegerAttr(64));
    buffers[op.getResult()] = memref::GetGlobalOp::create(b, loc, type, name);
  }

  void lowerCluster(ClusterOp op) {
    Block &inner = op.getBody().front();
    auto yield = cast<YieldOp>(inner.getTerminator());
    for (auto [result, made] : llvm::zip(op.getResults(), yield.getValues())) {
      Value place = destination(result);
      buffers[result] = place;
      buffers[made] = place;
    }
    auto cluster = ClusterOp::create(b, op.getLoc(), TypeRange(), op.getKind(), op.getOuter());
    Block &target = cluster.getBody().emplaceBlock();
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToEnd(&target);
      for (Operation &each : inner.without_terminator()) lowerInner(&each, op);
      YieldOp::create(b, op.getLoc(), ValueRange());
    }
    for (Value result : op.getResults())
      for (Value copy : copies.lookup(result))
        if (buffers[result].getType() == copy.getType()) memref::CopyOp::create(b, op.getLoc(), buffers[result], copy); // else: empty
  }

  void lowerInner(Operation *op, ClusterOp cluster) {
    if (isa<tensor::EmptyOp, linalg::FillOp>(op)) return; // with the op that overwrites them
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      if (isa<ShapedType>(constant.getType())) return lowerConstant(constant);
      scalars[op->getResult(0)] = b.clone(*op)->getResult(0);
      return;
    }
    if (auto insert = dyn_cast<tensor::InsertSliceOp>(op)) return lowerInsert(insert);
    if (auto reshape = dyn_cast<ReshapeOp>(op)) {
      buffers[reshape.getResult()] = reshaped(buffer(reshape.getX()), memrefType(reshape.getType()), op->getLoc());
      return;
    }
    if (auto extract = dyn_cast<tensor::ExtractSliceOp>(op)) {
      buffers[extract.getResult()] = memref::SubViewOp::create(b, op->getLoc(), buffer(extract.getSource()), extract.getMixedOffsets(),
                                                               extract.getMixedSizes(), extract.getMixedStrides());
      return;
    }
    lowerGeneric(cast<linalg::GenericOp>(op), cluster);
  }

  void lowerGeneric(linalg::GenericOp op, ClusterOp cluster) {
    SmallVector<Value> inputs, outputs;
    for (Value input : op.getInputs()) inputs.push_back(input.getDefiningOp<tensor::EmptyOp>() ? extentsAlone(input) : buffer(input));
    for (auto [result, init] : llvm::zip(op.getResults(), op.getOutputs())) {
      Value place = buffers.lookup(result);
      if (!place) place = localBuffer(result, cluster);
      buffers[result] = place;
      outputs.push_back(place);
      if (auto fill = init.getDefiningOp<linalg::FillOp>())
        linalg::FillOp::create(b, op.getLoc(), scalars.lookup(fill.getInputs()[0]), place);
    }
    auto generic = linalg::GenericOp::create(b, op.getLoc(), TypeRange(), inputs, outputs, op.getIndexingMapsArray(), op.getIteratorTypesArray());
    IRMapping mapping;
    op.getRegion().cloneInto(&generic.getRegion(), mapping);
    generic.walk([&](tensor::ExtractOp extract) {
      OpBuilder inside(extract);
      Value load = memref::LoadOp::create(inside, extract.getLoc(), buffer(extract.getTensor()), extract.getIndices());
      extract.replaceAllUsesWith(load);
      extract.erase();
    });
  }

  // A buffer for the sake of its type: nothing reads it.
  Value extentsAlone(Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    const SmallVector<int64_t> strides(static_cast<size_t>(type.getRank()), 0);
    auto layout = StridedLayoutAttr::get(b.getContext(), 0, strides);
    auto view = MemRefType::get(type.getShape(), type.getElementType(), layout);
    return memref::ReinterpretCastOp::create(b, value.getLoc(), view, arena(), 0, type.getShape(), strides);
  }

  // Memory for a value that only the cluster sees.
  Value localBuffer(Value value, ClusterOp cluster) {
    auto type = memrefType(value.getType());
    Location loc = value.getLoc();
    if (cluster.getKind() == "matmul")
      if (Value shared = epilogueBuffer(value)) return shared;
    const auto outer = static_cast<int64_t>(cluster.getOuter());
    if (cluster.getKind() == "row" && outer > 0) {
      ArrayRef<int64_t> row = type.getShape().drop_front(outer);
      auto rowType = memrefType(RankedTensorType::get(row, type.getElementType()));
      if (byteSize(rowType) <= kMaxRowBytes) return rowBuffer(rowType, type, outer, loc);
    }
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(b.getBlock()->getParentOp()); // the arena's views stand before the cluster
    return arenaBuffer(type, step[cluster], step[cluster], loc);
  }

  // One row on the stack, seen as the whole tensor: all rows lie on each other.
  Value rowBuffer(MemRefType row, MemRefType whole, int64_t outer, Location loc) {
    Value memory = memref::AllocaOp::create(b, loc, storedType(row), b.getI64IntegerAttr(64));
    SmallVector<int64_t> strides, rowStrides;
    int64_t offset;
    (void)row.getStridesAndOffset(rowStrides, offset);
    strides.assign(outer, 0);
    llvm::append_range(strides, rowStrides);
    auto type = MemRefType::get(whole.getShape(), whole.getElementType(), StridedLayoutAttr::get(b.getContext(), 0, strides));
    return memref::ReinterpretCastOp::create(b, loc, type, memory, 0, whole.getShape(), strides);
  }

  // A product that only its epilogue reads is accumulated where the epilogue's result will be.
  Value epilogueBuffer(Value product) {
    for (Operation *user : product.getUsers()) {
      auto generic = dyn_cast<linalg::GenericOp>(user);
      if (!generic) continue;
      for (Value result : generic.getResults())
        if (result.getType() == product.getType() && buffers.count(result)) return buffers[result];
    }
    return {};
  }

  void lowerInsert(tensor::InsertSliceOp op) {
    Value whole = op.getResult();
    while (!buffers.count(whole)) whole = (*whole.getUsers().begin())->getResult(0); // the chain's end is yielded
    auto slice = memref::SubViewOp::create(b, op.getLoc(), buffers[whole], op.getMixedOffsets(), op.getMixedSizes(), op.getMixedStrides());
    linalg::CopyOp::create(b, op.getLoc(), buffer(op.getSource()), slice.getResult());
  }

  //===-- what the caller must know -----------------------------------------------------------------------------===//

  void finish() {
    const int64_t arenaBytes = plan.size();
    arena().setType(MemRefType::get({arenaBytes}, b.getI8Type()));
    SmallVector<int64_t> read;
    for (Value variable : variables) read.push_back(!variable.use_empty());
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
    function->removeAttr("burin.updates");
    const ArrayAttr attributes = argumentAttributes();
    former->dropAllReferences();
    former->erase();
    function.setType(FunctionType::get(function.getContext(), body->getArgumentTypes(), {}));
    function.setAllArgAttrs(attributes);
  }

  // Inputs, results and the arena overlap nothing; variables may: an old value is where the new one goes, or an input's memory.
  ArrayAttr argumentAttributes() {
    SmallVector<Attribute> attributes;
    const auto none = b.getDictionaryAttr({});
    const auto exclusive = b.getDictionaryAttr(b.getNamedAttr("llvm.noalias", b.getUnitAttr()));
    for (unsigned i = 0; i < body->getNumArguments(); ++i) {
      const size_t firstResult = inputCount + variables.size();
      const bool isResult = i >= firstResult && i < firstResult + resultCount;
      attributes.push_back(isResult || body->getArgument(i) == arena() ? exclusive : none);
    }
    return b.getArrayAttr(attributes);
  }

  ModuleOp module;
  func::FuncOp function;
  OpBuilder b;
  Block *former = nullptr, *body = nullptr;
  SmallVector<Value> variables;
  SmallVector<int64_t> updates; // arguments that the last results update
  ValueRange returned;
  bool mayFail = false; // while it runs: a variable must keep its old value then
  size_t inputCount = 0, resultCount = 0;
  llvm::DenseMap<Value, Value> buffers, targets, scalars;
  llvm::DenseMap<Value, SmallVector<Value>> copies;
  llvm::DenseMap<Value, size_t> firstTarget;
  llvm::DenseMap<Operation *, int64_t> step;
  llvm::DenseMap<Value, int64_t> lastUse;
  SmallVector<int64_t> placements, newPlacements, inPlace;
  ArenaPlan plan;
  int constantCount = 0;
};

struct PlaceBuffers : PassWrapper<PlaceBuffers, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PlaceBuffers)
  StringRef getArgument() const override { return "burin-place-buffers"; }
  StringRef getDescription() const override { return "give each tensor its memory"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<memref::MemRefDialect, LLVM::LLVMDialect>();
  }
  void runOnOperation() override {
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions)
      if (!function.isDeclaration()) BufferPlacement(getOperation(), function).run();
  }
};

} // namespace

std::unique_ptr<Pass> createPlaceBuffersPass() { return std::make_unique<PlaceBuffers>(); }

} // namespace burin::compiler
