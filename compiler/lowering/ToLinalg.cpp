// Lowers the burin ops of each cluster to linalg ops on tensors, inside of the cluster.
//
//   burin.cluster "row" outer 1 -> tensor<4x8xf32> {       burin.cluster "row" outer 1 -> tensor<4x8xf32> {
//     %0 = burin.exp %x                                      %0:2 = linalg.generic ins(%x) outs(%e, %s)   // e = exp(x), s = sum(e)
//     %1 = burin.reduce_sum %0 axes [1] {keep_dims}    ->    %1 = linalg.generic ins(%0#0, %0#1)          // e / s
//     %2 = burin.divide %0, %1                               burin.yield %1 }
//     burin.yield %2 }
//
// Each reduction ends a pass over the data. A value that a later pass wants too is computed again if it is cheap and kept
// if it is not (trait Costly). Booleans are stored as i8, unsigned integers as signless ones.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/ElementEmitter.h"
#include "compiler/lowering/ElementwiseLoops.h"
#include "compiler/lowering/KernelCalls.h"
#include "compiler/lowering/NumericsFlags.h"
#include "compiler/lowering/Passes.h"
#include "compiler/lowering/ReductionLowering.h"
#include "compiler/lowering/Updates.h"
#include "compiler/lowering/WindowLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace burin::compiler {
namespace {

class ClusterLowering {
public:
  ClusterLowering(OpBuilder &builder, ClusterOp cluster, ValueMap &outer)
      : b(builder), source(cluster), values(outer), ops(opsOf(cluster)), space(spaceOf(ops)), emitter(builder, outer, space),
        flags(builder, outer, emitter, space, ops) {}

  void run() {
    SmallVector<Type> types;
    for (Type type : source.getResultTypes()) types.push_back(memoryTensor(type));
    target = ClusterOp::create(b, source.getLoc(), types, source.getKind(), source.getOuter());
    Block &body = target.getBody().emplaceBlock();
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(&body);
    if (source.getKind() == "concat") lowerConcat(cast<ConcatOp>(ops.front()));
    else lowerPasses();
    SmallVector<Value> yielded;
    for (Value value : yield().getValues()) yielded.push_back(values.lookup(value));
    YieldOp::create(b, source.getLoc(), yielded);
    for (auto [from, to] : llvm::zip(source.getResults(), target.getResults())) values[from] = to;
  }

private:
  YieldOp yield() { return cast<YieldOp>(source.getBody().front().getTerminator()); }
  bool isInside(Value value) { return value.getDefiningOp() && value.getDefiningOp()->getParentOp() == source.getOperation(); }
  // Whether `op` runs over the rows alone, one element for each.
  bool isRowOp(Operation *op) {
    if (source.getKind() != "row" || isa<ReductionInterface, MakesSpecialOp>(op)) return false;
    if (isa<ReshapeOp>(op)) return true;
    return tensorType(op->getResult(0)).getShape() != ArrayRef(space);
  }

  void lowerPasses() {
    planStores();
    for (size_t i = 0; i < ops.size(); ++i) {
      Operation *op = ops[i];
      if (auto matmul = dyn_cast<MatmulOp>(op)) lowerMatmul(matmul);
      else if (auto windows = dyn_cast<WindowInterface>(op)) values[op->getResult(0)] = lowerWindows(b, emitter, windows);
      else if (auto reduction = dyn_cast<ReductionInterface>(op)) lowerReduction(reduction, i);
      else if (isa<ReshapeOp>(op)) lowerRowReshape(cast<ReshapeOp>(op));
      else if (isRowOp(op)) lowerRow(op);
    }
    SmallVector<Value> rest;
    for (Value value : yield().getValues())
      if (!values.count(value) && !llvm::is_contained(rest, value) && !value.getDefiningOp<MakesSpecialOp>()) rest.push_back(value);
    if (!rest.empty() || !flags.wanted().empty()) lowerParallel(rest);
    flags.lowerRows(static_cast<int64_t>(source.getOuter()));
  }

  static SmallVector<Operation *> opsOf(ClusterOp cluster) {
    SmallVector<Operation *> ops;
    for (Operation &op : cluster.getBody().front().without_terminator()) ops.push_back(&op);
    return ops;
  }

  // The extents of the whole iteration space.
  static SmallVector<int64_t> spaceOf(ArrayRef<Operation *> ops) {
    Value like;
    for (Operation *op : ops) {
      if (isa<ReductionInterface>(op)) return SmallVector<int64_t>(tensorType(op->getOperand(0)).getShape());
      like = isa<MakesSpecialOp>(op) ? like ? like : op->getOperand(0) : Value(op->getResult(0));
    }
    return SmallVector<int64_t>(tensorType(like).getShape());
  }

  // Marks the full ops that `roots` need, down to values that have a tensor, and gives them in program order.
  SmallVector<Operation *> needed(ArrayRef<Value> roots, size_t end) {
    llvm::DenseSet<Value> wanted(roots.begin(), roots.end());
    SmallVector<Operation *> result;
    for (size_t i = end; i-- > 0;) {
      Operation *op = ops[i];
      if (!wanted.contains(op->getResult(0)) || values.count(op->getResult(0))) continue;
      if (isa<ReductionInterface, MatmulOp, WindowInterface>(op) || isRowOp(op)) continue; // these get tensors in their turn
      result.push_back(op);
      for (Value operand : op->getOperands())
        if (isInside(operand)) wanted.insert(operand);
    }
    std::reverse(result.begin(), result.end());
    return result;
  }

  // Which full values must be kept by the pass that first computes them: results of the cluster, and costly values that
  // another pass needs as well.
  void planStores() {
    llvm::DenseMap<Value, int> passes;
    auto count = [&](ArrayRef<Value> roots, size_t end) {
      for (Operation *op : needed(roots, end)) ++passes[op->getResult(0)];
    };
    for (size_t i = 0; i < ops.size(); ++i)
      if (isa<ReductionInterface>(ops[i])) count(ops[i]->getOperand(0), i);
    SmallVector<Value> results(yield().getValues());
    count(results, ops.size());
    llvm::DenseSet<Value> yielded(results.begin(), results.end());
    for (auto &[value, uses] : passes) {
      const bool costly = value.getDefiningOp()->hasTrait<Costly>();
      if (uses > 1 && (costly || yielded.contains(value))) stored.insert(value);
    }
  }

  // Adds outputs for those of `chain`'s values that are to be kept; they come after the outputs that exist.
  void storeKept(GenericBuilder &generic, ArrayRef<Operation *> chain, Elements &elements, SmallVectorImpl<Value> &kept) {
    for (Operation *op : chain) {
      Value value = op->getResult(0);
      if (!stored.contains(value)) continue;
      auto type = tensorType(value);
      generic.output(type, b.getMultiDimIdentityMap(type.getRank()), emptyTensor(b, source.getLoc(), type));
      generic.setResult(elements[value]);
      kept.push_back(value);
    }
  }

  void lowerReduction(ReductionInterface op, size_t index) {
    Value operand = op->getOperand(0);
    auto axes = op->getAttrOfType<DenseI64ArrayAttr>("axes").asArrayRef();
    auto type = tensorType(operand), result = tensorType(op->getResult(0));
    SmallVector<utils::IteratorType> iterators = parallelLoops(type.getRank());
    for (int64_t axis : axes) iterators[axis] = utils::IteratorType::reduction;
    SmallVector<Operation *> chain = needed(operand, index);
    const bool keeps = llvm::any_of(chain, [&](Operation *each) { return stored.contains(each->getResult(0)); });
    if (const int64_t chunks = keeps || source.getOuter() != 0 ? 0 : chunksOf(op, chain)) {
      values[op->getResult(0)] = lowerInChunks(b, emitter, flags, op, chain, chunks);
      return;
    }
    Value init = filledTensor(b, source.getLoc(), result, identityOf(op));
    GenericBuilder generic(b, op->getLoc(), iterators);
    Elements elements;
    emitter.emitBody(generic, chain, elements);
    Value element = elements.lookup(operand);
    if (!element) element = emitter.external(generic, operand, b.getMultiDimIdentityMap(type.getRank()));
    bindLoops(generic, type, axes);
    // Loops that can't become one are reduced one by one: only a single reduction loop is summed in vectors and pairwise.
    SmallVector<int64_t> now(axes), later;
    auto partial = result;
    if (!mayJoin(generic, type, axes)) {
      std::tie(now, later) = firstAxis(type, axes);
      for (int64_t axis : later) generic.makeParallel(axis);
      partial = partialType(type, now, tensorType(op->getResult(0)).getRank() == type.getRank());
      init = filledTensor(b, source.getLoc(), partial, identityOf(op));
    }
    Value sum = generic.output(partial, reductionMap(type, now, partial), init);
    setCombined(generic, op, sum, element);
    SmallVector<Value> kept = {op->getResult(0)};
    storeKept(generic, chain, elements, kept);
    flags.add(generic, elements);
    linalg::GenericOp created = generic.create();
    flags.bind(created);
    for (auto [i, value] : llvm::enumerate(kept)) values[value] = created.getResult(i);
    if (!later.empty()) values[op->getResult(0)] = reducePartial(op, created.getResult(0), partial, now, later);
  }

  // Whether the loops over `axes` may become one; those of one trip go anyway.
  bool mayJoin(GenericBuilder &generic, RankedTensorType type, ArrayRef<int64_t> axes) {
    SmallVector<int64_t> loops, extents;
    for (int64_t axis = 0; axis < type.getRank(); ++axis) {
      if (!llvm::is_contained(axes, axis) || type.getDimSize(axis) == 1) continue;
      loops.push_back(axis);
      extents.push_back(type.getDimSize(axis));
    }
    return loops.size() < 2 || (!generic.usesIndices() && generic.walksAsOne(loops, extents));
  }

  // The axis to reduce first, and the others: the last one, along rows; but the one before it, along columns, where rows are short.
  std::pair<SmallVector<int64_t>, SmallVector<int64_t>> firstAxis(RankedTensorType type, ArrayRef<int64_t> axes) {
    SmallVector<int64_t> sorted(axes);
    llvm::sort(sorted);
    constexpr int64_t kShortRow = 64;
    const bool byColumns = sorted.size() == 2 && sorted.back() == type.getRank() - 1 && type.getShape().back() < kShortRow;
    const int64_t first = byColumns ? sorted.front() : sorted.back();
    llvm::erase(sorted, first);
    return {{first}, sorted};
  }

  RankedTensorType partialType(RankedTensorType type, ArrayRef<int64_t> axes, bool keepDims) {
    SmallVector<int64_t> shape;
    for (int64_t i = 0; i < type.getRank(); ++i) {
      if (!llvm::is_contained(axes, i)) shape.push_back(type.getDimSize(i));
      else if (keepDims) shape.push_back(1);
    }
    return RankedTensorType::get(shape, type.getElementType());
  }

  // The rest of a reduction: `axes` of the operand, of which `done` are reduced already.
  Value reducePartial(ReductionInterface op, Value partial, RankedTensorType type, ArrayRef<int64_t> done, ArrayRef<int64_t> axes) {
    auto result = tensorType(op->getResult(0));
    const bool keepDims = type.getRank() == tensorType(op->getOperand(0)).getRank();
    SmallVector<int64_t> left(axes);
    for (int64_t &axis : left)
      if (!keepDims) axis -= llvm::count_if(done, [&](int64_t before) { return before < axis; });
    SmallVector<utils::IteratorType> iterators = parallelLoops(type.getRank());
    for (int64_t axis : left) iterators[axis] = utils::IteratorType::reduction;
    GenericBuilder generic(b, op->getLoc(), iterators);
    Value element = generic.input(partial, type.getElementType(), b.getMultiDimIdentityMap(type.getRank()));
    Value held = generic.output(result, reductionMap(type, left, result), filledTensor(b, source.getLoc(), result, identityOf(op)));
    setCombined(generic, op, held, element);
    return generic.create().getResult(0);
  }

  // Linalg takes a loop's extent from an operand that is indexed by it alone. Where none is (an iota, a broadcast or a slice is
  // summed), a tensor that the body doesn't read stands in; it gets no memory.
  void bindLoops(GenericBuilder &generic, RankedTensorType type, ArrayRef<int64_t> loops) {
    if (llvm::all_of(loops, [&](int64_t loop) { return generic.binds(loop); })) return;
    Value extents = tensor::EmptyOp::create(b, source.getLoc(), type.getShape(), b.getI8Type());
    generic.input(extents, b.getI8Type(), b.getMultiDimIdentityMap(type.getRank()));
  }

  AffineMap reductionMap(RankedTensorType x, ArrayRef<int64_t> axes, RankedTensorType result) {
    const bool keepDims = x.getRank() == result.getRank() && !axes.empty();
    SmallVector<AffineExpr> indices;
    for (int64_t i = 0; i < x.getRank(); ++i) {
      if (!llvm::is_contained(axes, i)) indices.push_back(b.getAffineDimExpr(i));
      else if (keepDims) indices.push_back(b.getAffineConstantExpr(0));
    }
    return AffineMap::get(x.getRank(), 0, indices, b.getContext());
  }

  // All of `roots`, and what flags want, in one pass over the whole space.
  void lowerParallel(ArrayRef<Value> roots) {
    const auto rank = static_cast<int64_t>(space.size());
    SmallVector<Value> wanted = flags.wanted();
    llvm::append_range(wanted, roots);
    SmallVector<Operation *> chain = needed(wanted, ops.size());
    GenericBuilder generic(b, source.getLoc(), parallelLoops(rank));
    Elements elements;
    emitter.emitBody(generic, chain, elements);
    for (Value root : roots) {
      generic.output(tensorType(root), b.getMultiDimIdentityMap(rank), emptyTensor(b, source.getLoc(), root.getType()));
      generic.setResult(elements[root]);
    }
    flags.add(generic, elements);
    if (roots.empty()) bindLoops(generic, RankedTensorType::get(space, b.getI8Type()), llvm::to_vector(llvm::seq<int64_t>(rank)));
    linalg::GenericOp created = generic.create();
    flags.bind(created);
    for (auto [i, root] : llvm::enumerate(roots)) values[root] = created.getResult(i);
  }

  void lowerRow(Operation *op) {
    auto type = tensorType(op->getResult(0));
    const auto outer = static_cast<int64_t>(source.getOuter());
    GenericBuilder generic(b, op->getLoc(), parallelLoops(outer));
    Elements elements;
    Value element = emitter.emitOp(generic, op, elements);
    generic.output(type, firstDims(type, outer), emptyTensor(b, source.getLoc(), type));
    generic.setResult(element);
    values[op->getResult(0)] = generic.create().getResult(0);
  }

  void lowerRowReshape(ReshapeOp op) {
    auto from = tensorType(op.getX()), to = op.getType();
    const auto outer = static_cast<int64_t>(source.getOuter());
    GenericBuilder generic(b, op.getLoc(), parallelLoops(outer));
    Value element = emitter.external(generic, op.getX(), firstDims(from, outer));
    generic.output(to, firstDims(to, outer), emptyTensor(b, source.getLoc(), to));
    generic.setResult(element);
    values[op.getResult()] = generic.create().getResult(0);
  }

  void lowerMatmul(MatmulOp op) {
    auto type = op.getType();
    const int64_t rank = type.getRank(), batches = rank - 2;
    SmallVector<utils::IteratorType> iterators = parallelLoops(rank + 1);
    iterators[rank] = utils::IteratorType::reduction;
    // Loops: batches, i, j, k.
    auto operandMap = [&](RankedTensorType operand, int64_t row, int64_t column) {
      SmallVector<AffineExpr> indices;
      const int64_t lead = rank - operand.getRank();
      for (int64_t i = 0; i < operand.getRank() - 2; ++i)
        indices.push_back(operand.getDimSize(i) == 1 ? b.getAffineConstantExpr(0) : b.getAffineDimExpr(lead + i));
      indices.push_back(b.getAffineDimExpr(row));
      indices.push_back(b.getAffineDimExpr(column));
      return AffineMap::get(rank + 1, 0, indices, b.getContext());
    };
    Value init = filledTensor(b, source.getLoc(), type, b.getZeroAttr(memoryType(type.getElementType())));
    GenericBuilder generic(b, op.getLoc(), iterators);
    auto transposed = isInside(op.getLhs()) ? op.getLhs().getDefiningOp<TransposeOp>() : TransposeOp();
    Value lhsSource = transposed ? transposed.getX() : op.getLhs();
    AffineMap lhsMap = transposed ? operandMap(tensorType(lhsSource), rank, batches) : operandMap(tensorType(lhsSource), batches, rank);
    Value lhs = generic.input(emitter.materialized(lhsSource), type.getElementType(), lhsMap);
    Value rhs =
        generic.input(emitter.materialized(op.getRhs()), type.getElementType(), operandMap(tensorType(op.getRhs()), rank, batches + 1));
    SmallVector<AffineExpr> out;
    for (int64_t i = 0; i < rank; ++i) out.push_back(b.getAffineDimExpr(i));
    Value sum = generic.output(type, AffineMap::get(rank + 1, 0, out, b.getContext()), init);
    ScalarBuilder scalar(generic.bodyBuilder(), op.getLoc(), op);
    generic.setResult(scalar.add(sum, scalar.multiply(lhs, rhs)));
    values[op.getResult()] = generic.create().getResult(0);
  }

  void lowerConcat(ConcatOp op) {
    Value result = emptyTensor(b, source.getLoc(), op.getType());
    const auto axis = static_cast<int64_t>(op.getAxis());
    int64_t offset = 0;
    for (Value part : op.getParts()) {
      auto type = tensorType(part);
      SmallVector<OpFoldResult> offsets(type.getRank(), b.getIndexAttr(0)), sizes, strides(type.getRank(), b.getIndexAttr(1));
      offsets[axis] = b.getIndexAttr(offset);
      for (int64_t extent : type.getShape()) sizes.push_back(b.getIndexAttr(extent));
      result = tensor::InsertSliceOp::create(b, op.getLoc(), emitter.materialized(part), result, offsets, sizes, strides);
      offset += type.getDimSize(axis);
    }
    values[op.getResult()] = result;
  }

  OpBuilder &b;
  ClusterOp source, target;
  ValueMap &values;
  SmallVector<Operation *> ops;
  SmallVector<int64_t> space;
  ElementEmitter emitter;
  NumericsFlags flags;
  llvm::DenseSet<Value> stored;
};

class FunctionLowering {
public:
  explicit FunctionLowering(func::FuncOp function) : function(function), b(function.getContext()) {}

  void run() {
    Block &former = function.getBody().front();
    auto *body = new Block;
    for (BlockArgument argument : former.getArguments())
      values[argument] = body->addArgument(memoryTensor(argument.getType()), argument.getLoc());
    function.getBody().push_back(body);
    b.setInsertionPointToEnd(body);
    for (Operation &op : former) lower(&op);
    former.dropAllReferences();
    former.erase();
    function.setType(FunctionType::get(function.getContext(), body->getArgumentTypes(), body->getTerminator()->getOperandTypes()));
  }

private:
  Value lowered(Value value) {
    Value &result = values[value];
    if (!result) {
      auto constant = value.getDefiningOp<ConstantOp>();
      OpBuilder entry = OpBuilder::atBlockBegin(&function.getBody().back()); // where it is known in all regions
      result = arith::ConstantOp::create(entry, value.getLoc(), memoryConstant(cast<DenseElementsAttr>(constant.getValue())));
    }
    return result;
  }

  void lower(Operation *op) {
    if (auto constant = dyn_cast<ConstantOp>(op)) {
      if (!cast<DenseElementsAttr>(constant.getValue()).isSplat()) lowered(constant); // one value: wherever it is used
      return;
    }
    if (auto cluster = dyn_cast<ClusterOp>(op)) return ClusterLowering(b, cluster, values).run();
    if (auto update = dyn_cast<UpdateInterface>(op)) {
      values[op->getResult(0)] = lowerUpdate(b, values, update);
      return;
    }
    if (auto loop = dyn_cast<ForOp>(op); loop && loop.getNumResults() > 0 && elementwiseBody(loop)) {
      for (Operation &each : loop.bodyBlock())
        if (isa<ConstantOp>(each)) lower(&each);
      return lowerElementwiseLoop(b, values, loop);
    }
    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) operands.push_back(lowered(operand));
    if (isa<func::ReturnOp>(op)) {
      func::ReturnOp::create(b, op->getLoc(), operands);
      return;
    }
    if (auto kernel = dyn_cast<RuntimeKernelInterface>(op)) {
      CallKernelOp call = createKernelCall(b, kernel, operands);
      for (auto [from, to] : llvm::zip(op->getResults(), call.getResults())) values[from] = to;
      return;
    }
    if (isa<UninitializedOp>(op)) {
      values[op->getResult(0)] = emptyTensor(b, op->getLoc(), op->getResult(0).getType());
      return;
    }
    // Reshapes, prints and control flow stay, on tensors of memory types.
    Operation *clone = op->cloneWithoutRegions();
    clone->setOperands(operands);
    b.insert(clone);
    for (auto [from, to] : llvm::zip(op->getResults(), clone->getResults())) {
      to.setType(memoryTensor(to.getType()));
      values[from] = to;
    }
    for (auto [from, to] : llvm::zip(op->getRegions(), clone->getRegions())) lowerRegion(from, to);
  }

  void lowerRegion(Region &from, Region &to) {
    OpBuilder::InsertionGuard guard(b);
    Block &block = to.emplaceBlock();
    for (BlockArgument argument : from.getArguments())
      values[argument] = block.addArgument(memoryTensor(argument.getType()), argument.getLoc());
    b.setInsertionPointToEnd(&block);
    for (Operation &op : from.front()) lower(&op);
  }

  func::FuncOp function;
  OpBuilder b;
  ValueMap values;
};

struct ToLinalg : PassWrapper<ToLinalg, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ToLinalg)
  StringRef getArgument() const override { return "burin-to-linalg"; }
  StringRef getDescription() const override { return "lower the ops of clusters to linalg on tensors"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<linalg::LinalgDialect, tensor::TensorDialect, arith::ArithDialect, complex::ComplexDialect, func::FuncDialect,
                    math::MathDialect>();
  }
  void runOnOperation() override {
    if (!getOperation().isDeclaration()) FunctionLowering(getOperation()).run();
  }
};

} // namespace

std::unique_ptr<Pass> createToLinalgPass() { return std::make_unique<ToLinalg>(); }

} // namespace burin::compiler
