// Records functions that the traced one calls, and the calls of them.
#include "lib/api/Errors.h"
#include "lib/trace/Callee.h"
#include "lib/trace/TraceImpl.h"
#include <algorithm>

namespace burin::detail {

struct CalleeRecording::Impl {
  std::shared_ptr<Trace> trace;
  Trace::Impl &recording;
  mlir::OpBuilder::InsertPoint former;
  Trace::Impl::Mark mark;
  std::size_t scope = 0;
  bool is_open = true;
};

CalleeRecording::CalleeRecording(Trace &trace, std::string_view name, std::source_location location) {
  Trace::Impl &recording = *trace.impl_;
  recording.requireOpen(name, location);
  trace.script_.reset(); // scripts have no calls
  trace.has_calls_ = true;
  impl_ = std::make_unique<Impl>(Impl{trace.shared_from_this(), recording, recording.builder.saveInsertionPoint(), recording.mark()});
  impl_->scope = recording.beginFunction(recording.symbols.unique(name), "function '" + std::string(name) + "'");
  recording.body().function.setPrivate();
}

void CalleeRecording::close() {
  impl_->recording.closeScope(impl_->scope);
  impl_->recording.functions.pop_back();
  impl_->recording.builder.restoreInsertionPoint(impl_->former);
  impl_->is_open = false;
}

CalleeRecording::~CalleeRecording() {
  if (!impl_->is_open) return;
  mlir::func::FuncOp function = impl_->recording.body().function;
  close();
  function->erase();
  impl_->recording.rollBack(impl_->mark);
}

bool CalleeRecording::uses(const std::shared_ptr<runtime::VariableState> &variable) const {
  return impl_->recording.body().variable_arguments.contains(variable.get());
}

void CalleeRecording::end(std::unique_ptr<Callee> callee, std::span<const Tensor> results, std::source_location location) {
  Trace::Impl &recording = impl_->recording;
  llvm::SmallVector<mlir::Value> values;
  FunctionBody &body = recording.body();
  callee->symbol = body.function.getSymName().str();
  for (const Tensor &result : results) values.push_back(recording.valueOf(*impl_->trace, result, callee->symbol, location));
  recording.endFunction(values, location);
  callee->captures = std::move(body.captures);
  callee->variables = std::move(body.variables);
  close();
  recording.callees.push_back(std::move(callee));
}

// --- what an exception undoes --------------------------------------------------------------------------------------

Trace::Impl::Mark Trace::Impl::mark() const { return {sites.size(), callees.size()}; }

// Callees that were recorded since go, too: their sites do.
void Trace::Impl::rollBack(const Mark &mark) {
  sites.resize(mark.sites);
  for (std::size_t i = mark.callees; i < callees.size(); ++i) module->op().lookupSymbol(callees[i]->symbol)->erase();
  callees.resize(mark.callees);
}

// --- calls ---------------------------------------------------------------------------------------------------------

std::span<const std::unique_ptr<Callee>> Trace::callees() const { return impl_->callees; }

bool Trace::knows_captures(const Callee &callee) const {
  return std::all_of(callee.captures.begin(), callee.captures.end(), [&](const Capture &capture) {
    return capture.concrete.defined() || impl_->scopes[impl_->recorded[capture.outer].scope].is_open;
  });
}

std::vector<Tensor> Trace::call(const Callee &callee, std::span<const Tensor> arguments,
                                std::span<const std::shared_ptr<runtime::VariableState>> variables, std::string_view label,
                                std::source_location location) {
  impl_->requireOpen(label, location);
  llvm::SmallVector<mlir::Value> operands;
  for (const Tensor &argument : arguments) operands.push_back(impl_->valueOf(*this, argument, label, location));
  for (const Capture &capture : callee.captures)
    operands.push_back(capture.concrete.defined() ? impl_->concreteValue(capture.concrete, location) : impl_->recordedValue(capture.outer));
  for (const auto &variable : variables) operands.push_back(impl_->variableArgument(variable, location));
  auto function = impl_->module->op().lookupSymbol<mlir::func::FuncOp>(callee.symbol);
  auto call = mlir::func::CallOp::create(impl_->builder, sourceLocation(impl_->context(), label, location), function, operands);
  impl_->nameOperation(call, label, location);
  return impl_->symbolicResults(shared_from_this(), call, label, location);
}

} // namespace burin::detail
