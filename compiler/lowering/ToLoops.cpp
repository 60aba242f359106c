// Turns clusters on buffers into loops over vectors. A cluster whose work pays for it becomes a function of its own, that the
// thread pool runs in tasks; how it is cut depends on shapes alone.
//
//   burin.cluster "elementwise" { linalg.generic ins(%x : memref<1000xf32>) outs(%y) { exp } }
//     -> scf.for %i = 0 to 992 step 16 { vector.load, math.exp, vector.store }, then a masked vector for the last 8
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/Effects.h"
#include "compiler/lowering/KernelCalls.h"
#include "compiler/lowering/MatmulCluster.h"
#include "compiler/lowering/NestEmitter.h"
#include "compiler/lowering/OpenExtents.h"
#include "compiler/lowering/Passes.h"
#include "compiler/lowering/Updates.h"
#include "compiler/lowering/WindowCluster.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Iterators.h"
#include "mlir/IR/Matchers.h"
#include "runtime/Abi.h"

using namespace mlir;

namespace burin::compiler {
namespace {

constexpr int64_t kMinContractionWork = 1 << 19; // multiplications

// Work that can be cut along one dimension: `emit` writes the code for a range of it.
struct Divisible {
  int64_t extent = 0, unit = 1;
  int64_t work = 0; ///< of all of it
  llvm::function_ref<void(OpBuilder &, Frame &, Value begin, Value end)> emit;
};

class LoopEmission {
public:
  LoopEmission(func::FuncOp function, const TargetInfo &target, bool parallel, ArrayRef<int64_t> standIns)
      : function(function), b(function.getContext()), target(target), parallel(parallel), standIns(standIns) {}

  void run() {
    SmallVector<Operation *> ops; // in all regions
    function.walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<ClusterOp, RuntimeCallInterface, CheckIndicesOp, CallKernelOp, UpdateOp, RequireOp, GuardNumericsOp>(op)) ops.push_back(op);
    });
    {
      Frame own(function);
      frame = &own;
      if (!standIns.empty()) open.emplace(function, standIns);
      for (Operation *op : ops) {
        b.setInsertionPoint(op);
        own.startReplacing(op);
        if (auto cluster = dyn_cast<ClusterOp>(op)) emit(cluster);
        else if (auto call = dyn_cast<RuntimeCallInterface>(op)) emitRuntimeCall(b, own, call);
        else if (auto call = dyn_cast<CallKernelOp>(op)) emitKernelCall(b, function, call);
        else if (auto update = dyn_cast<UpdateOp>(op)) emitUpdate(b, own, update, target);
        else if (auto require = dyn_cast<RequireOp>(op)) emitRequire(b, own, require);
        else if (auto guard = dyn_cast<GuardNumericsOp>(op)) emitGuard(b, own, guard);
        else emitCheck(b, own, cast<CheckIndicesOp>(op), target);
      }
    }
    eraseDeadViews();
    if (open && ops.size() == 1) describeOpen();
  }

private:
  // Tells the caller what it may ask of code for any extents. Where that isn't one loop nest without memory of its own, the code is no good.
  void describeOpen() {
    auto isLarge = [](memref::AllocaOp op) { return op.getType().getNumElements() > 1 ? WalkResult::interrupt() : WalkResult::advance(); };
    if (openNests.size() != 1 || function.walk(isLarge).wasInterrupted()) return;
    const OpenNest &nest = openNests.front();
    function->setAttr("burin.open", b.getDenseI64ArrayAttr({nest.unit, nest.work, nest.least, nest.most}));
  }

  void emit(ClusterOp cluster) {
    SmallVector<linalg::LinalgOp> ops;
    for (Operation &op : cluster.getBody().front())
      if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) ops.push_back(linalgOp);
    if (cluster.getKind() == "matmul" || cluster.getKind() == "window") emitContraction(ops, cluster.getKind() == "window");
    else if (cluster.getOuter() > 0 && cluster.getKind() == "row") emitRows(cluster, ops);
    else
      for (linalg::LinalgOp op : ops) emitAlone(op);
    cluster.erase();
  }

  // Emits `work` here, or as tasks.
  void emitDivisible(const Divisible &work) {
    const int64_t units = (work.extent + work.unit - 1) / std::max<int64_t>(1, work.unit);
    const int64_t tasks = std::min(units, work.work / runtime::kTaskWork);
    if (!parallel || tasks < 2) return work.emit(b, *frame, Value(), Value());
    const int64_t grain = (units + tasks - 1) / tasks * work.unit;
    emitTasks((work.extent + grain - 1) / grain, work.emit, grain, work.extent);
  }

  void emitTasks(int64_t count, llvm::function_ref<void(OpBuilder &, Frame &, Value, Value)> emit, int64_t grain, int64_t extent) {
    Location loc = function.getLoc();
    func::FuncOp task = makeTask();
    OpBuilder inside = OpBuilder::atBlockBegin(&task.getBody().front());
    auto terminator = func::ReturnOp::create(inside, loc);
    Frame taskFrame = Frame::forTask(task);
    inside.setInsertionPoint(terminator);
    Value begin = arith::MulIOp::create(inside, loc, task.getArgument(0), taskFrame.constant(grain));
    Value end = arith::MulIOp::create(inside, loc, task.getArgument(1), taskFrame.constant(grain));
    end = arith::MinSIOp::create(inside, loc, end, taskFrame.constant(extent));
    emit(inside, taskFrame, begin, end);
    SmallVector<Value> captures;
    for (Value captured : taskFrame.captures()) captures.push_back(frame->get(captured));
    ParallelOp::create(b, loc, FlatSymbolRefAttr::get(task.getSymNameAttr()), frame->constant(count), captures);
  }

  func::FuncOp makeTask() {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointAfter(function);
    const SmallVector<Type> types(2, b.getIndexType());
    const std::string name = (function.getName() + "_task" + llvm::Twine(taskCount++)).str();
    auto task = func::FuncOp::create(b, function.getLoc(), name, b.getFunctionType(types, {}));
    task.setPrivate();
    task->setAttr("burin.task", b.getUnitAttr());
    task.addEntryBlock();
    return task;
  }

  void emitAlone(linalg::LinalgOp op) {
    LoopNest nest = analyze(op, 0);
    const NestSplit split = splitOf(nest, 0, target);
    if (open) {
      const auto [least, most] = extentsOfSameOrder(nest, 0, target);
      openNests.push_back({split.loop == 0 ? split.unit : 0, 16 + nest.bodyCost, least, most});
      return emitNest(b, *frame, nest, {}, split.loop == 0 ? open->range() : LoopRange(), target, &*open);
    }
    auto emitRange = [&](OpBuilder &builder, Frame &where, Value begin, Value end) {
      emitNest(builder, where, nest, {}, {begin, end}, target);
    };
    Divisible work;
    work.extent = split.loop < 0 ? 1 : nest.loops[static_cast<size_t>(split.loop)].extent;
    work.unit = split.unit;
    work.work = split.loop < 0 ? 0 : nest.iterations() * (16 + nest.bodyCost);
    work.emit = emitRange;
    emitDivisible(work);
  }

  void emitRows(ClusterOp cluster, ArrayRef<linalg::LinalgOp> ops) {
    const auto outer = static_cast<size_t>(cluster.getOuter());
    std::vector<LoopNest> nests;
    for (linalg::LinalgOp op : ops) nests.push_back(analyze(op, op.getNumLoops() < outer ? 0 : static_cast<int64_t>(outer)));
    SmallVector<int64_t> extents;
    Divisible work;
    OpenNest all{1, 0, 0, std::numeric_limits<int64_t>::max()};
    for (const LoopNest &nest : nests) {
      if (nest.loops.size() >= outer && extents.empty())
        for (size_t i = 0; i < outer; ++i) extents.push_back(nest.loops[i].extent);
      work.work += nest.iterations() * (16 + nest.bodyCost);
      const auto [least, most] = extentsOfSameOrder(nest, static_cast<unsigned>(outer), target);
      all = {1, all.work + 16 + nest.bodyCost, std::max(all.least, least), std::min(all.most, most)};
    }
    work.extent = 1;
    for (int64_t extent : extents) work.extent *= extent;
    auto emitRange = [&](OpBuilder &builder, Frame &where, Value begin, Value end) {
      Location loc = cluster.getLoc();
      OpBuilder::InsertionGuard guard(builder);
      auto rows =
          scf::ForOp::create(builder, loc, begin ? begin : where.constant(0), end ? end : where.constant(work.extent), where.constant(1));
      builder.setInsertionPointToStart(rows.getBody());
      SmallVector<Value> indices = split(builder, where, loc, rows.getInductionVar(), extents);
      for (const LoopNest &nest : nests) emitNest(builder, where, nest, indices, {}, target, open ? &*open : nullptr);
    };
    if (open && outer == 1) {
      openNests.push_back(all);
      return emitRange(b, *frame, open->range().begin, open->range().end);
    }
    work.emit = emitRange;
    emitDivisible(work);
  }

  // The index along each of `extents` from one that counts through all.
  SmallVector<Value> split(OpBuilder &builder, Frame &where, Location loc, Value index, ArrayRef<int64_t> extents) {
    SmallVector<Value> indices(extents.size());
    for (size_t i = extents.size(); i-- > 0;) {
      indices[i] = i == 0 ? index : Value(arith::RemUIOp::create(builder, loc, index, where.constant(extents[i])));
      if (i > 0) index = arith::DivUIOp::create(builder, loc, index, where.constant(extents[i]));
    }
    return indices;
  }

  void emitContraction(ArrayRef<linalg::LinalgOp> ops, bool windows) {
    SmallVector<linalg::LinalgOp> consumers;
    linalg::LinalgOp contraction;
    TypedAttr initial; // the emitters' sums start with it: it isn't stored first
    for (linalg::LinalgOp op : ops) {
      if (auto fill = dyn_cast<linalg::FillOp>(op.getOperation())) matchPattern(fill.getInputs()[0], m_Constant(&initial));
      else if (!contraction) contraction = op;
      else consumers.push_back(op);
    }
    if (windows) emitTiles(WindowCluster(contraction, initial, consumers, target));
    else emitTiles(MatmulCluster(contraction, consumers, target));
  }

  template <class Cluster> void emitTiles(const Cluster &cluster) {
    const int64_t tasks = cluster.taskCount();
    if (tasks == 0) return;
    auto emitRange = [&](OpBuilder &builder, Frame &where, Value begin, Value end) {
      cluster.emitTasks(builder, where, {begin ? begin : where.constant(0), end ? end : where.constant(tasks)});
    };
    if (parallel && tasks > 1 && cluster.work() >= kMinContractionWork) emitTasks(tasks, emitRange, 1, tasks);
    else emitRange(b, *frame, Value(), Value());
  }

  void eraseDeadViews() {
    function.walk<WalkOrder::PostOrder, ReverseIterator>([](Operation *op) {
      if (isOpTriviallyDead(op)) op->erase();
    });
  }

  func::FuncOp function;
  OpBuilder b;
  TargetInfo target;
  bool parallel;
  ArrayRef<int64_t> standIns;
  // Code for any extents: what the caller is told of a loop nest.
  struct OpenNest {
    int64_t unit, work, least, most;
  };
  std::optional<OpenExtents> open;
  SmallVector<OpenNest> openNests;
  Frame *frame = nullptr;
  int taskCount = 0;
};

struct ToLoops : PassWrapper<ToLoops, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ToLoops)
  ToLoops() = default;
  ToLoops(const TargetInfo &target, bool parallel, ArrayRef<int64_t> standIns) : target(target) {
    vectorBits = target.vectorBits;
    l1Bytes = target.l1Bytes;
    this->parallel = parallel;
    this->standIns = standIns;
  }
  ToLoops(const ToLoops &other) : PassWrapper(other), target(other.target) {}
  StringRef getArgument() const override { return "burin-to-loops"; }
  StringRef getDescription() const override { return "turn clusters on buffers into loops over vectors"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<scf::SCFDialect, vector::VectorDialect, LLVM::LLVMDialect, arith::ArithDialect, memref::MemRefDialect>();
  }
  void runOnOperation() override {
    if (vectorBits != target.vectorBits) {
      target.vectorBits = vectorBits;
      target.avx512 = vectorBits == 512;
      target.vectorRegisters = vectorBits == 512 ? 32 : 16;
    }
    target.l1Bytes = l1Bytes;
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions)
      if (!function.isDeclaration()) LoopEmission(function, target, parallel, standIns).run();
  }

  TargetInfo target;
  Option<int> vectorBits{*this, "vector-bits", llvm::cl::desc("width of a vector register"), llvm::cl::init(256)};
  Option<int64_t> l1Bytes{*this, "l1-bytes", llvm::cl::desc("size of the first-level data cache"), llvm::cl::init(TargetInfo().l1Bytes)};
  Option<bool> parallel{*this, "parallel", llvm::cl::desc("cut large work into tasks"), llvm::cl::init(true)};
  ListOption<int64_t> standIns{*this, "stand-ins", llvm::cl::desc("extents that stand for any")};
};

} // namespace

std::unique_ptr<Pass> createToLoopsPass(const TargetInfo &target, bool parallel, ArrayRef<int64_t> standIns) {
  return std::make_unique<ToLoops>(target, parallel, standIns);
}

} // namespace burin::compiler
