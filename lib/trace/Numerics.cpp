// Debug::CheckNumerics: a check behind each op.
#include "lib/api/Numerics.h"
#include "lib/api/Errors.h"
#include "lib/trace/TraceImpl.h"

namespace burin::detail {

static bool is_elementwise(mlir::MLIRContext &context, std::string_view op) {
  const auto name = mlir::RegisteredOperationName::lookup("burin." + std::string(op), &context);
  return name && name->hasInterface<compiler::ElementwiseInterface>();
}

void Trace::record_checks(std::string_view op, std::string_view label, std::span<const Tensor> operands, std::span<const Tensor> results,
                          std::source_location location) {
  for (const Tensor &result : results) {
    if (!may_be_special(result)) continue;
    NumericsCheck check(result, operands, op, label, is_elementwise(impl_->context(), op), location);
    effect("check_numerics", std::move(check.site), check.tensors, {}, {}, location);
  }
}

} // namespace burin::detail
