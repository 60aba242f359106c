// Records the regions of control flow, and the ops that hold them.
#include "lib/api/Errors.h"
#include "lib/trace/Script.h"
#include "lib/trace/TraceImpl.h"

namespace burin::detail {

std::size_t Trace::Impl::openScope(std::string what) {
  scopes.push_back({std::move(what), functions.size() - 1});
  open_scopes.push_back(scopes.size() - 1);
  return scopes.size() - 1;
}

void Trace::Impl::closeScope(std::size_t scope) {
  scopes[scope].is_open = false;
  open_scopes.pop_back();
}

struct Region::Impl {
  std::shared_ptr<Trace> trace;
  mlir::Region region;
  mlir::OpBuilder::InsertPoint former;
  Trace::Impl::Mark mark;
  std::size_t scope = 0;
  std::size_t number = 0; // the script's
  bool is_open = true;
};

Region::Region(Trace &trace, std::string_view what, std::source_location location) : impl_(std::make_unique<Impl>()) {
  Trace::Impl &recording = *trace.impl_;
  recording.requireOpen(what, location);
  impl_->trace = trace.shared_from_this();
  impl_->former = recording.builder.saveInsertionPoint();
  impl_->mark = recording.mark();
  if (trace.script_) impl_->number = trace.script_->begin_region(what, location);
  impl_->scope = recording.openScope(std::string(what) + " (at " + place(location) + ")");
  if (trace.is_dynamic_) return;
  recording.builder.setInsertionPointToEnd(&impl_->region.emplaceBlock());
}

void Region::close() {
  Trace::Impl &recording = *impl_->trace->impl_;
  recording.closeScope(impl_->scope);
  if (!impl_->trace->is_dynamic_) recording.builder.restoreInsertionPoint(impl_->former);
  impl_->is_open = false;
}

// A region that an exception ends is as if it had never been.
Region::~Region() {
  if (!impl_->is_open) return;
  close();
  if (impl_->trace->script_) impl_->trace->script_->drop_region(impl_->number);
  if (impl_->trace->is_dynamic_) return;
  impl_->region.getBlocks().clear(); // calls before what they call
  impl_->trace->impl_->rollBack(impl_->mark);
}

Tensor Region::argument(DType dtype, const Shape &shape, std::string_view name, std::source_location location) {
  Trace::Impl &recording = *impl_->trace->impl_;
  Script *script = impl_->trace->script_.get();
  if (impl_->trace->is_dynamic_) return script->region_argument(*impl_->trace, impl_->number, dtype, shape, name, location);
  mlir::MLIRContext &context = recording.context();
  const mlir::Type type = tensorType(context, dtype, shape.extents());
  const mlir::Value value = impl_->region.front().addArgument(type, sourceLocation(context, name, location));
  Tensor argument = recording.symbolic(impl_->trace, value, name, location);
  if (script) script->note_region_argument(impl_->number, argument, name, location);
  return argument;
}

Tensor Region::argument(const Tensor &like, const Shape &changing, std::string_view name, std::source_location location) {
  if (impl_->trace->is_dynamic_)
    return impl_->trace->script_->region_argument(*impl_->trace, impl_->number, like, changing, name, location);
  return argument(like.dtype(), like.shape(), name, location);
}

bool Region::is_by_host() const { return impl_->trace->is_dynamic_ && impl_->trace->script_->is_by_host(impl_->number); }

void Region::end(std::span<const Tensor> results, std::string_view label, std::source_location location) {
  Trace::Impl &recording = *impl_->trace->impl_;
  if (impl_->trace->script_) impl_->trace->script_->end_region(*impl_->trace, impl_->number, results, label, location);
  if (impl_->trace->is_dynamic_) return close();
  llvm::SmallVector<mlir::Value> values;
  for (const Tensor &result : results) values.push_back(recording.valueOf(*impl_->trace, result, label, location));
  compiler::YieldOp::create(recording.builder, sourceLocation(recording.context(), label, location), values);
  close();
}

std::vector<Tensor> Trace::record(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                                  std::span<Region *const> regions, const LoopInfo &loop, std::source_location location) {
  impl_->requireOpen(label, location);
  std::vector<std::size_t> numbers; // the script's
  for (const Region *region : regions) numbers.push_back(region->impl_->number);
  if (is_dynamic_) return script_->record(*this, op, label, operands, numbers, loop, location);
  mlir::MLIRContext &context = impl_->context();
  mlir::OperationState state(sourceLocation(context, label, location), "burin." + std::string(op));
  for (const Tensor &operand : operands) state.operands.push_back(impl_->valueOf(*this, operand, label, location));
  for (Region *region : regions) state.addRegion()->takeBody(region->impl_->region);
  for (mlir::Value value : state.regions.back()->front().getTerminator()->getOperands()) state.types.push_back(value.getType());
  mlir::Operation *operation = impl_->builder.create(state);
  impl_->nameOperation(operation, label, location);
  std::vector<Tensor> results = impl_->symbolicResults(shared_from_this(), operation, label, location);
  if (script_) script_->note_record(*this, op, label, operands, numbers, loop, location, results);
  return results;
}

} // namespace burin::detail
