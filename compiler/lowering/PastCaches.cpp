#include "compiler/lowering/PastCaches.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace burin::compiler {

constexpr int64_t kLeastPastCaches = 16; // bytes of a vector: the least that processors store past their caches

// Whether `buffer` is the memory of a result of a function that the host calls: 64-byte aligned, and nobody reads it yet. What variables
// hold may be anywhere, and is in the caches where it has just been read.
static bool isFreshResult(Value buffer) {
  while (Operation *view = buffer.getDefiningOp()) {
    if (!isa<memref::ReinterpretCastOp, memref::SubViewOp>(view)) return false;
    buffer = view->getOperand(0);
  }
  auto argument = cast<BlockArgument>(buffer);
  auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
  if (!function || function.isPrivate()) return false;
  const auto countOf = [&](StringRef name) {
    auto count = function->getAttrOfType<IntegerAttr>(name);
    return count ? count.getInt() : 0;
  };
  // As in CallSignature.h: inputs, old values of variables, results, new values, arena, context.
  const int64_t results = countOf("burin.results"), all = function.getNumArguments();
  const int64_t variables = (all - 2 - countOf("burin.inputs") - results) / 2, first = countOf("burin.inputs") + variables;
  return argument.getArgNumber() >= first && argument.getArgNumber() < first + results;
}

llvm::SmallBitVector pastCaches(const LoopNest &nest, int64_t lanes, const TargetInfo &target) {
  llvm::SmallBitVector past(static_cast<unsigned>(nest.outputs.size()));
  for (auto [i, output] : llvm::enumerate(nest.outputs)) {
    const int64_t bytes = cast<MemRefType>(output.buffer.getType()).getElementTypeBitWidth() / 8;
    past[i] = !nest.isFlag(i) && lanes * bytes >= kLeastPastCaches && nest.iterations() * bytes > target.l3Bytes &&
              output.isContiguousFromMultiplesOf(lanes) && isFreshResult(output.buffer);
  }
  return past;
}

void storePastCaches(OpBuilder &b, Location loc, Value vector, Value buffer, Value index, int64_t alignment) {
  vector::StoreOp::create(b, loc, vector, buffer, index, /*nontemporal=*/true, llvm::MaybeAlign(static_cast<uint64_t>(alignment)));
}

void fencePastCaches(OpBuilder &b, Location loc) { LLVM::FenceOp::create(b, loc, LLVM::AtomicOrdering::seq_cst); }

} // namespace burin::compiler
