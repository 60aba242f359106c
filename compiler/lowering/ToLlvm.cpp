// Lowers branches (loops are gone by then) over vectors to the LLVM dialect in one conversion. Buffers are bare pointers: all
// extents are constants of the code.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/lowering/Passes.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ComplexToLLVM/ComplexToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/Transforms/LoweringPatterns.h"
#include "mlir/Dialect/Vector/Transforms/VectorRewritePatterns.h"
#include "mlir/Transforms/DialectConversion.h"

using namespace mlir;

namespace burin::compiler {
namespace {

// A task gets captured buffers as bare pointers. What is left of the op is for burin-pack-entry.
struct LowerCaptures : ConvertOpToLLVMPattern<ParallelOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(ParallelOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    SmallVector<Value> captures;
    for (auto [former, capture] : llvm::zip(op.getCaptures(), adaptor.getCaptures()))
      captures.push_back(isa<MemRefType>(former.getType()) ? MemRefDescriptor(capture).alignedPtr(rewriter, op.getLoc()) : capture);
    rewriter.replaceOpWithNewOp<ParallelOp>(op, op.getTaskAttr(), adaptor.getCount(), captures);
    return success();
  }
};

struct ToLlvm : PassWrapper<ToLlvm, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ToLlvm)
  StringRef getArgument() const override { return "burin-to-llvm"; }
  StringRef getDescription() const override { return "lower loops over vectors to the LLVM dialect, buffers as bare pointers"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<LLVM::LLVMDialect>(); }

  void runOnOperation() override {
    MLIRContext *context = &getContext();
    LowerToLLVMOptions options(context);
    options.useBarePtrCallConv = true;
    LLVMTypeConverter converter(context, options);
    RewritePatternSet patterns(context);
    arith::populateArithToLLVMConversionPatterns(converter, patterns);
    populateMathToLLVMConversionPatterns(converter, patterns);
    populateComplexToLLVMConversionPatterns(converter, patterns);
    populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
    populateVectorToLLVMConversionPatterns(converter, patterns);
    vector::populateVectorMaskMaterializationPatterns(patterns, /*force32BitVectorIndices=*/true);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    populateFuncToLLVMConversionPatterns(converter, patterns);
    patterns.add<LowerCaptures>(converter);
    LLVMConversionTarget target(*context);
    target.addIllegalDialect<func::FuncDialect>();
    target.addDynamicallyLegalOp<ParallelOp>([&](ParallelOp op) { return converter.isLegal(op->getOperandTypes()); });
    ConversionConfig config;
    config.allowPatternRollback = false; // each op has one pattern: nothing to try again
    if (failed(applyPartialConversion(getOperation(), target, std::move(patterns), config))) signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createToLlvmPass() { return std::make_unique<ToLlvm>(); }

} // namespace burin::compiler
