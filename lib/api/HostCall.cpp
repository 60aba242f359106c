#include "burin/HostCall.h"
#include "lib/api/Eager.h"
#include "lib/api/Errors.h"
#include "lib/api/Promotion.h"
#include "lib/api/TensorImpl.h"
#include "lib/api/ops/Deferred.h"
#include "runtime/EffectSite.h"
#include <cstring>

namespace burin::detail {

static void require_results(const std::vector<TensorSpec> &wanted, const std::vector<Tensor> &results, std::source_location location) {
  if (results.size() != wanted.size())
    throw_error<Error>("host_call", location, "the function gave ", results.size(), " tensors, expected ", wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    require_not_leaked(results[i], "host_call", location);
    const auto differ = [&] {
      return "result " + std::to_string(i) + " is " + describe(results[i]) + ", expected " + describe(wanted[i].dtype, wanted[i].shape);
    };
    if (results[i].dtype() != wanted[i].dtype) throw_error<DTypeError>("host_call", location, differ());
    if (!(results[i].shape() == wanted[i].shape)) throw_error<ShapeError>("host_call", location, differ());
  }
}

static std::vector<Tensor> call_now(const HostFunction &function, const std::vector<TensorSpec> &wanted, std::span<const Tensor> tensors,
                                    std::source_location location) {
  std::vector<Tensor> results = function(tensors);
  require_results(wanted, results, location);
  return results;
}

namespace {
class HostCallEffect final : public runtime::EffectSite {
public:
  HostCallEffect(HostFunction function, std::vector<TensorSpec> inputs, std::vector<TensorSpec> results, std::source_location location)
      : function_(std::move(function)), inputs_(std::move(inputs)), results_(std::move(results)), location_(location) {}

  /// `memory`: the inputs, then where the results go.
  void run(std::span<const runtime::RuntimeTensor> memory) const override {
    // Copies: compiled code uses its memory again, while the function may keep a tensor for good.
    std::vector<Tensor> tensors;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      tensors.push_back(uninitialised(inputs_[i].dtype, inputs_[i].shape, "host_call", location_));
      copy(tensors.back().impl()->data, memory[i].data, inputs_[i]);
    }
    const std::vector<Tensor> results = call_now(function_, results_, tensors, location_);
    for (std::size_t i = 0; i < results_.size(); ++i)
      copy(const_cast<void *>(memory[inputs_.size() + i].data), results[i].impl()->data, results_[i]);
  }

private:
  static void copy(void *to, const void *from, const TensorSpec &spec) {
    const std::size_t bytes = static_cast<std::size_t>(spec.shape.element_count()) * byte_size(spec.dtype);
    if (bytes) std::memcpy(to, from, bytes);
  }

  HostFunction function_;
  std::vector<TensorSpec> inputs_, results_;
  std::source_location location_;
};
} // namespace

std::vector<Tensor> host_call(HostFunction function, std::vector<TensorSpec> results, std::span<const Operand> operands,
                              std::source_location location) {
  if (in_dynamic_trace()) { // a function of the program, so that no file can have it
    const auto call = [function, results, location, given = kept_argument(operands)](Trace &, std::span<const Tensor> tensors) {
      std::vector<Operand> known = given;
      put_tensors(known, tensors);
      return host_call(function, results, known, location);
    };
    return current_trace()->perform("host_call", tensors_of(operands), call, location);
  }
  std::vector<Tensor> tensors;
  for (const Operand &operand : operands) tensors.push_back(as_tensor("host_call", operand));
  for (const TensorSpec &result : results) checked_bytes(result.dtype, result.shape, "host_call", location);
  Trace *trace = current_trace();
  if (!trace) {
    for (const Tensor &tensor : tensors) require_not_leaked(tensor, "host_call", location);
    return call_now(function, results, tensors, location);
  }
  std::vector<TensorSpec> inputs;
  for (const Tensor &tensor : tensors) inputs.push_back({tensor.dtype(), tensor.shape()});
  const NamedAttribute attributes[] = {{"name", place(location)}};
  auto site = std::make_shared<HostCallEffect>(std::move(function), std::move(inputs), results, location);
  return trace->effect("host_call", std::move(site), tensors, attributes, results, location);
}

} // namespace burin::detail
