// Records the regions of control flow, and the ops that hold them.
#include "lib/api/Errors.h"
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
  std::size_t scope = 0, sites = 0;
  bool is_open = true;
};

Region::Region(Trace &trace, std::string_view what, std::source_location location) : impl_(std::make_unique<Impl>()) {
  Trace::Impl &recording = *trace.impl_;
  recording.requireOpen(what, location);
  impl_->trace = trace.shared_from_this();
  impl_->former = recording.builder.saveInsertionPoint();
  impl_->sites = recording.sites.size();
  impl_->scope = recording.openScope(std::string(what) + " (at " + place(location) + ")");
  recording.builder.setInsertionPointToEnd(&impl_->region.emplaceBlock());
}

void Region::close() {
  Trace::Impl &recording = *impl_->trace->impl_;
  recording.closeScope(impl_->scope);
  recording.builder.restoreInsertionPoint(impl_->former);
  impl_->is_open = false;
}

// A region that an exception ends is as if it had never been.
Region::~Region() {
  if (!impl_->is_open) return;
  close();
  impl_->trace->impl_->sites.resize(impl_->sites);
}

Tensor Region::argument(DType dtype, const Shape &shape, std::string_view name, std::source_location location) {
  Trace::Impl &recording = *impl_->trace->impl_;
  mlir::MLIRContext &context = recording.context();
  const mlir::Type type = tensorType(context, dtype, shape.extents());
  const mlir::Value value = impl_->region.front().addArgument(type, sourceLocation(context, name, location));
  return recording.symbolic(impl_->trace, value, name, location);
}

void Region::end(std::span<const Tensor> results, std::string_view label, std::source_location location) {
  Trace::Impl &recording = *impl_->trace->impl_;
  llvm::SmallVector<mlir::Value> values;
  for (const Tensor &result : results) values.push_back(recording.valueOf(*impl_->trace, result, label, location));
  compiler::YieldOp::create(recording.builder, sourceLocation(recording.context(), label, location), values);
  close();
}

std::vector<Tensor> Trace::record(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                                  std::span<const NamedAttribute> attributes, std::span<Region *const> regions,
                                  std::source_location location) {
  impl_->requireOpen(label, location);
  mlir::MLIRContext &context = impl_->context();
  mlir::OperationState state(sourceLocation(context, label, location), "burin." + std::string(op));
  for (const Tensor &operand : operands) state.operands.push_back(impl_->valueOf(*this, operand, label, location));
  for (const auto &[name, value] : attributes) state.addAttribute(name, attributeOf(context, value));
  for (Region *region : regions) state.addRegion()->takeBody(region->impl_->region);
  for (mlir::Value value : state.regions.back()->front().getTerminator()->getOperands()) state.types.push_back(value.getType());
  mlir::Operation *operation = impl_->builder.create(state);
  impl_->nameOperation(operation, label, location);
  return impl_->symbolicResults(shared_from_this(), operation, label, location);
}

} // namespace burin::detail
