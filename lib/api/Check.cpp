#include "burin/Check.h"
#include "lib/api/Eager.h"
#include "lib/api/Errors.h"
#include "lib/api/Promotion.h"
#include "lib/api/TensorImpl.h"
#include "lib/api/ops/Deferred.h"
#include "runtime/Check.h"

namespace burin {

using namespace detail;

static std::string line_of(std::source_location location) { return message("", "", location); }

static runtime::CheckedTensor known(const Tensor &tensor) { return {tensor.dtype(), {tensor.shape().begin(), tensor.shape().end()}}; }

/// In a trace the check becomes an op, outside of one it runs now.
static void run_or_record(std::string_view op, std::shared_ptr<const runtime::EffectSite> site, std::span<const Tensor> tensors,
                          std::span<const NamedAttribute> attributes, std::source_location location) {
  if (Trace *trace = current_trace()) {
    trace->effect(op, std::move(site), tensors, attributes, {}, location);
    return;
  }
  std::vector<runtime::RuntimeTensor> data;
  for (const Tensor &tensor : tensors) {
    require_not_leaked(tensor, op, location);
    data.push_back({tensor.impl()->data});
  }
  site->run(data);
}

void detail::check(const Operand &condition, std::string_view message, std::span<const Operand> shown) {
  const std::source_location location = condition.location();
  if (condition.dtype() != DType::Bool)
    throw_error<DTypeError>("check", location, "the condition is ",
                            condition.is_number() ? std::string(name(condition.dtype())) : describe(condition.tensor()),
                            ", expected bool: compare it with something");
  if (in_dynamic_trace())
    return deferred<"check">(
        location,
        [](const Operand &condition, const std::string &message, const std::vector<Operand> &shown) {
          detail::check(condition, std::string_view(message), std::span(shown));
        },
        condition, message, shown);
  std::vector<Tensor> tensors = {as_tensor("check", condition)};
  for (const Operand &operand : shown) tensors.push_back(as_tensor("check", operand));
  std::vector<runtime::CheckedTensor> known_tensors;
  for (const Tensor &tensor : tensors) known_tensors.push_back(known(tensor));
  auto site = std::make_shared<runtime::CheckEffect>(std::string(message), line_of(location), std::move(known_tensors));
  const NamedAttribute attributes[] = {{"message", std::string(message)}};
  run_or_record("check", std::move(site), tensors, attributes, location);
}

void check_finite(const Operand &x) {
  if (in_dynamic_trace()) return deferred<"check_finite">(x.location(), [](const Operand &x) { check_finite(x); }, x);
  const Tensor tensor = as_tensor("check_finite", x);
  if (!is_floating(tensor.dtype()) && !is_complex(tensor.dtype()))
    throw_error<DTypeError>("check_finite", x.location(), "expected a floating or complex element type, found ", describe(tensor));
  auto site = std::make_shared<runtime::CheckFiniteEffect>(line_of(x.location()), known(tensor));
  run_or_record("check_finite", std::move(site), {&tensor, 1}, {}, x.location());
}

} // namespace burin
