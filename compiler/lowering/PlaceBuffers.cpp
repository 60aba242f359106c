// Gives each tensor its memory. Arguments and results are buffers that the caller hands in (CallSignature.h); what lives
// between clusters goes to one arena, by liveness; what lives within one row of a cluster goes to the stack.
//
//   func @f(%x: tensor<4xf32>) -> tensor<4xf32>
//     -> func @f(%x: memref<4xf32>, %result: memref<4xf32>, %arena: memref<0xi8>, %context: !llvm.ptr)
//
// Blocks are lowered op by op, and those in regions of ops by the lowering of the op (lowerBlock). Where there is control flow,
// scalars live on the stack: LLVM makes registers of them.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/Arena.h"
#include "compiler/lowering/BufferTypes.h"
#include "compiler/lowering/CallSignature.h"
#include "compiler/lowering/ControlLowering.h"
#include "compiler/lowering/InPlace.h"
#include "compiler/lowering/Passes.h"
#include "compiler/lowering/Updates.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace burin::compiler {
namespace {

// A row that is kept on the stack has at most this many bytes: more don't stay in the first-level cache anyway.
constexpr int64_t kMaxRowBytes = 32 << 10;

class BufferPlacement final : BlockPlacement {
public:
  BufferPlacement(ModuleOp module, func::FuncOp function)
      : module(module), function(function), b(function.getContext()), former(function.getBody().front()), liveness(former),
        signature(function, liveness), control(b, *this) {
    function.walk([&](Operation *op) { hasControlFlow |= isa<IfOp, WhileOp, ForOp>(op); });
  }

  void run() {
    Block *body = signature.makeBody();
    b.setInsertionPointToEnd(body);
    for (auto [from, to] : llvm::zip(former.getArguments(), body->getArguments())) // the first ones
      buffers[from] = reshaped(to, memrefType(from.getType()), from.getLoc());
    lowerBlock(former);
    for (auto &[value, place] : signature.finalCopies()) copy(buffer(value), place);
    func::ReturnOp::create(b, former.getTerminator()->getLoc());
    signature.finish(plan.size());
  }

private:
  //===-- memory ------------------------------------------------------------------------------------------------===//

  Value reshaped(Value buffer, MemRefType type, Location loc) { return compiler::reshaped(b, buffer, type, loc); }

  Value arenaBuffer(MemRefType type, int64_t first, int64_t last, Location loc) {
    const int64_t offset = plan.place(byteSize(type), first, last);
    return arenaView(type, arith::ConstantIndexOp::create(b, loc, offset), loc);
  }
  Value arenaView(MemRefType type, Value offset, Location loc) override {
    return reshaped(memref::ViewOp::create(b, loc, storedType(type), signature.arena(), offset, ValueRange()), type, loc);
  }
  int64_t reserve(Value value) override {
    const int64_t first = liveness.stepOf(value.getDefiningOp());
    int64_t last = first;
    for (Value each = value; each; each = successorInPlace(each)) last = std::max(last, signature.lastUse(each));
    return plan.place(byteSize(memrefType(value.getType())), first, last);
  }
  Value stackScalar(Type element, Location loc) override {
    OpBuilder entry = OpBuilder::atBlockBegin(signature.arena().getOwner());
    return memref::AllocaOp::create(entry, loc, MemRefType::get({}, element));
  }

  Value wanted(Value value) override {
    Value target;
    for (Value each = value; each && !target; each = successorInPlace(each)) {
      target = targets.lookup(each);
      if (!target) target = signature.targetOf(each);
    }
    return target ? reshaped(target, memrefType(value.getType()), value.getLoc()) : Value();
  }
  // Memory for a value that an op outside of clusters makes, or a cluster as a whole.
  Value destination(Value value) override {
    if (Value place = wanted(value)) return place;
    auto type = memrefType(value.getType());
    if (hasControlFlow && type.getRank() == 0) return stackScalar(type.getElementType(), value.getLoc());
    return arenaView(type, arith::ConstantIndexOp::create(b, value.getLoc(), reserve(value)), value.getLoc());
  }
  void setTarget(Value root, Value buffer) override { targets[root] = buffer; }
  void setBuffer(Value value, Value buffer) override { buffers[value] = buffer; }

  //===-- ops ---------------------------------------------------------------------------------------------------===//

  Value buffer(Value value) override {
    Value result = buffers.lookup(value);
    assert(result && "a value is used before it has memory");
    return result;
  }

  // Lowers all but the terminator of `block`, where the builder stands.
  void lowerBlock(Block &block) override {
    for (Operation &op : block.without_terminator()) lower(&op);
  }

  void lower(Operation *op) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) return lowerConstant(constant);
    if (auto reshape = dyn_cast<ReshapeOp>(op)) {
      buffers[reshape.getResult()] = reshaped(buffer(reshape.getX()), memrefType(reshape.getType()), op->getLoc());
      return;
    }
    if (auto cluster = dyn_cast<ClusterOp>(op)) return lowerCluster(cluster);
    if (auto call = dyn_cast<CallKernelOp>(op)) return lowerKernelCall(call);
    if (auto update = dyn_cast<UpdateOp>(op)) return lowerUpdate(update);
    if (auto call = dyn_cast<func::CallOp>(op)) return lowerCall(call);
    if (control.lower(op)) return copyToVariables(op->getResults());
    if (isa<tensor::EmptyOp>(op)) { // as what a loop starts with it needs no memory
      if (!llvm::all_of(op->getUsers(), llvm::IsaPred<ForOp, WhileOp, SetRowOp>)) buffers[op->getResult(0)] = destination(op->getResult(0));
      return;
    }
    lowerEffect(op);
  }

  // An effect works on memory: its results become destinations behind the tensors that it takes.
  void lowerEffect(Operation *op) {
    OperationState state(op->getLoc(), op->getName());
    for (Value operand : op->getOperands()) state.operands.push_back(buffer(operand));
    for (Value result : op->getResults()) buffers[result] = destination(result);
    SmallVector<Value> copies; // views stand before the op
    auto failure = dyn_cast<FailureInterface>(op);
    const bool mayFail = failure && mayEndCall(op);
    if (mayFail)
      for (auto &[value, place] : signature.addFailurePoint(failure))
        if (Value source = buffer(value); !isEmpty(source))
          copies.append({source, reshaped(place, cast<MemRefType>(source.getType()), op->getLoc())});
    state.attributes = op->getDiscardableAttrDictionary();
    state.propertiesAttr = op->getPropertiesAsAttribute();
    Operation *made = b.create(state);
    if (op->getNumResults()) {
      MutableOperandRange tensors = cast<RuntimeCallInterface>(made).getTensorsMutable();
      for (Value result : op->getResults()) tensors.append(buffers[result]);
    }
    if (mayFail) {
      cast<FailureInterface>(made).getStateMutable().assign(copies);
      made->setAttr("burin.failure_point", b.getI64IntegerAttr(signature.failurePointCount() - 1));
    }
    copyToVariables(op->getResults());
  }

  static bool isEmpty(Value value) { return cast<ShapedType>(value.getType()).getNumElements() == 0; }

  void copyToVariables(ValueRange results) {
    for (Value result : results)
      for (Value place : signature.copiesOf(result)) copy(buffers[result], place);
  }
  void copy(Value from, Value to) {
    if (!isEmpty(from)) memref::CopyOp::create(b, from.getLoc(), from, reshaped(to, cast<MemRefType>(from.getType()), from.getLoc()));
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
    llvm::DenseMap<Value, Value> lastUsed; // of results that are one value, as flags are: its memory lives as long as all of them
    for (auto [result, made] : llvm::zip(op.getResults(), yield.getValues())) {
      Value &last = lastUsed[made];
      if (!last || signature.lastUse(result) > signature.lastUse(last)) last = result;
    }
    for (auto [result, made] : llvm::zip(op.getResults(), yield.getValues()))
      if (lastUsed[made] == result) buffers[made] = destination(result);
    for (auto [result, made] : llvm::zip(op.getResults(), yield.getValues())) {
      const Value place = buffers.lookup(made); // a copy: the map may grow
      buffers[result] = place;
    }
    auto cluster = ClusterOp::create(b, op.getLoc(), TypeRange(), op.getKind(), op.getOuter());
    Block &target = cluster.getBody().emplaceBlock();
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToEnd(&target);
      for (Operation &each : inner.without_terminator()) lowerInner(&each, op);
      YieldOp::create(b, op.getLoc(), ValueRange());
    }
    copyToVariables(op.getResults());
  }

  void lowerKernelCall(CallKernelOp op) {
    SmallVector<Value> inputs, outputs;
    for (Value input : op.getInputs()) inputs.push_back(buffer(input));
    for (Value result : op.getResults()) outputs.push_back(buffers[result] = destination(result));
    CallKernelOp::create(b, op.getLoc(), TypeRange(), op.getKernel(), inputs, outputs, op.getNumbers(), op.getDtypes(), op.getLabel());
    copyToVariables(op.getResults());
  }

  // A function with code of its own, which has its memory by now. Its arena is a part of this one.
  void lowerCall(func::CallOp op) {
    auto callee = module.lookupSymbol<func::FuncOp>(op.getCallee());
    ArrayRef<Type> types = callee.getArgumentTypes();
    Location loc = op.getLoc();
    SmallVector<Value> arguments;
    for (Value operand : op.getOperands()) arguments.push_back(buffer(operand));
    for (Value result : op.getResults()) arguments.push_back(buffers[result] = destination(result));
    for (auto [argument, type] : llvm::zip(arguments, types)) argument = reshaped(argument, cast<MemRefType>(type), loc);
    const int64_t step = liveness.stepOf(op);
    arguments.push_back(arenaBuffer(cast<MemRefType>(types.drop_back().back()), step, step, loc));
    arguments.push_back(signature.arena().getOwner()->getArguments().back()); // the context
    func::CallOp::create(b, loc, callee, arguments);
    // What it gives without making it.
    ArrayRef<int64_t> placements = callee->getAttrOfType<DenseI64ArrayAttr>("burin.placements").asArrayRef();
    for (auto [i, result] : llvm::enumerate(op.getResults())) {
      const auto where = static_cast<CallSignature::Place>(placements[2 * i]);
      const auto index = static_cast<unsigned>(placements[2 * i + 1]);
      if (where == CallSignature::Place::Input) copy(buffer(op.getOperand(index)), buffers[result]);
      if (where == CallSignature::Place::Result) copy(buffers[op.getResult(index)], buffers[result]);
    }
    copyToVariables(op.getResults());
  }

  // Over the target where nothing reads it any more, else over a copy of it.
  void lowerUpdate(UpdateOp op) {
    Location loc = op.getLoc();
    Value old = buffer(op.getTarget()), place = old;
    if (!signature.isInPlace(op) && !mayOverwrite(op)) {
      place = destination(op.getResult());
      memref::CopyOp::create(b, loc, old, place);
    } else if (Value target = signature.targetOf(rootOf(op.getTarget())); target && isa<BlockArgument>(rootOf(op.getTarget()))) {
      place = reshaped(target, cast<MemRefType>(old.getType()), loc);
      copyUnlessSame(old, place, loc);
    }
    buffers[op.getResult()] = place;
    SmallVector<Value> indices;
    for (Value operand : op.getIndices()) indices.push_back(buffer(operand));
    auto update = UpdateOp::create(b, loc, Type(), place, buffer(op.getValues()), indices, op.getExtents(), op.getMaps(), op.getSizes(),
                                   op.getUnsignedIndices());
    update.getBody().takeBody(op.getBody());
    if (indices.empty()) lowerSliceUpdate(b, update);
    copyToVariables(op.getResult());
  }

  // The caller hands in one buffer for a variable's old and new value where nobody else holds the old one.
  void copyUnlessSame(Value from, Value to, Location loc) {
    Value old = memref::ExtractAlignedPointerAsIndexOp::create(b, loc, from),
          fresh = memref::ExtractAlignedPointerAsIndexOp::create(b, loc, to);
    auto branch = scf::IfOp::create(b, loc, arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, old, fresh), /*withElseRegion=*/false);
    OpBuilder inside = branch.getThenBodyBuilder();
    memref::CopyOp::create(inside, loc, from, to);
  }

  void lowerInner(Operation *op, ClusterOp cluster) {
    if (isa<tensor::EmptyOp, linalg::FillOp>(op)) return; // with the op that overwrites them
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      if (isa<ShapedType>(constant.getType())) return lowerConstant(constant);
      scalars[op->getResult(0)] = b.clone(*op)->getResult(0);
      return;
    }
    if (isa<ElementNumbersOp>(op)) {
      buffers[op->getResult(0)] = ElementNumbersOp::create(b, op->getLoc(), memrefType(op->getResult(0).getType()));
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
      if (isFlag(result)) takeDown(place, op.getLoc());
      if (auto fill = init.getDefiningOp<linalg::FillOp>())
        linalg::FillOp::create(b, op.getLoc(), scalars.lookup(fill.getInputs()[0]), place);
    }
    auto generic =
        linalg::GenericOp::create(b, op.getLoc(), TypeRange(), inputs, outputs, op.getIndexingMapsArray(), op.getIteratorTypesArray());
    IRMapping mapping;
    op.getRegion().cloneInto(&generic.getRegion(), mapping);
    generic.walk([&](tensor::ExtractOp extract) {
      OpBuilder inside(extract);
      Value load = memref::LoadOp::create(inside, extract.getLoc(), buffer(extract.getTensor()), extract.getIndices());
      extract.replaceAllUsesWith(load);
      extract.erase();
    });
  }

  static bool isFlag(OpResult result) {
    Operation *yield = cast<linalg::GenericOp>(result.getOwner()).getBody()->getTerminator();
    return yield->getOperand(result.getResultNumber()).getDefiningOp<RaiseFlagOp>() != nullptr;
  }

  // Takes a flag down, before the cluster.
  void takeDown(Value flag, Location loc) {
    OpBuilder before(b.getBlock()->getParentOp());
    memref::StoreOp::create(before, loc, arith::ConstantOp::create(before, loc, b.getI8IntegerAttr(0)), flag, ValueRange());
  }

  // A buffer for the sake of its type: nothing reads it.
  Value extentsAlone(Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    const SmallVector<int64_t> strides(static_cast<size_t>(type.getRank()), 0);
    auto layout = StridedLayoutAttr::get(b.getContext(), 0, strides);
    auto view = MemRefType::get(type.getShape(), type.getElementType(), layout);
    return memref::ReinterpretCastOp::create(b, value.getLoc(), view, signature.arena(), 0, type.getShape(), strides);
  }

  // Memory for a value that only the cluster sees.
  Value localBuffer(Value value, ClusterOp cluster) {
    auto type = memrefType(value.getType());
    Location loc = value.getLoc();
    if (cluster.getKind() == "matmul" || cluster.getKind() == "window")
      if (Value shared = epilogueBuffer(value)) return shared;
    const auto outer = static_cast<int64_t>(cluster.getOuter());
    if (cluster.getKind() == "row" && outer > 0) {
      ArrayRef<int64_t> row = type.getShape().drop_front(outer);
      auto rowType = memrefType(RankedTensorType::get(row, type.getElementType()));
      if (byteSize(rowType) <= kMaxRowBytes) return rowBuffer(rowType, type, outer, loc);
    }
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(b.getBlock()->getParentOp()); // the arena's views stand before the cluster
    return arenaBuffer(type, liveness.stepOf(cluster), liveness.stepOf(cluster), loc);
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

  ModuleOp module;
  func::FuncOp function;
  OpBuilder b;
  Block &former;
  const Liveness liveness;
  CallSignature signature;
  ControlLowering control;
  bool hasControlFlow = false;
  llvm::DenseMap<Value, Value> buffers, scalars, targets;
  ArenaPlan plan;
  int constantCount = 0;
};

struct PlaceBuffers : PassWrapper<PlaceBuffers, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PlaceBuffers)
  StringRef getArgument() const override { return "burin-place-buffers"; }
  StringRef getDescription() const override { return "give each tensor its memory"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<memref::MemRefDialect, LLVM::LLVMDialect, scf::SCFDialect>();
  }
  void runOnOperation() override {
    placed.clear();
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions)
      if (!function.isDeclaration()) place(function);
  }

  // What it calls comes first: a call must know what memory it needs.
  void place(func::FuncOp function) {
    if (!placed.insert(function).second) return;
    function.walk([&](func::CallOp call) { place(getOperation().lookupSymbol<func::FuncOp>(call.getCallee())); });
    BufferPlacement(getOperation(), function).run();
  }

  llvm::DenseSet<Operation *> placed;
};

} // namespace

std::unique_ptr<Pass> createPlaceBuffersPass() { return std::make_unique<PlaceBuffers>(); }

} // namespace burin::compiler
