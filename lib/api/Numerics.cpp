#include "lib/api/Numerics.h"
#include "lib/api/Errors.h"

namespace burin::detail {

NumericsCheck::NumericsCheck(const Tensor &result, std::span<const Tensor> operands, std::string_view op, std::string_view label,
                             bool elementwise, std::source_location location) {
  tensors.push_back(result);
  for (const Tensor &operand : operands)
    if (may_be_special(operand)) tensors.push_back(operand);
  std::vector<runtime::CheckedTensor> known;
  for (const Tensor &tensor : tensors) known.push_back({tensor.dtype(), {tensor.shape().begin(), tensor.shape().end()}});
  std::string name(label);
  if (op != label) name += " (" + std::string(op) + ")";
  site = std::make_shared<runtime::NumericsEffect>(std::move(name), message("", "", location), elementwise, std::move(known));
}

} // namespace burin::detail
