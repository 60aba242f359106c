#pragma once
#include "burin/Operand.h"
#include <optional>
#include <string_view>
#include <vector>

namespace burin::detail {

/// The dtype that two tensors' dtypes promote to (rule N1), or nothing.
std::optional<DType> promoted(DType a, DType b);

/// The common dtype of an op's operands. Throws DTypeError naming the mend, for op `label`.
DType common_dtype(std::string_view label, std::span<const Operand> operands);

/// The operand as a tensor of `dtype`: a number becomes a scalar, a tensor is cast where need be.
/// Throws DTypeError for a number that `dtype` can't hold.
Tensor as_tensor(std::string_view label, const Operand &operand, DType dtype);
/// The same in the operand's own dtype.
Tensor as_tensor(std::string_view label, const Operand &operand);

/// All operands as tensors of their common dtype.
std::vector<Tensor> promote(std::string_view label, std::span<const Operand> operands);

} // namespace burin::detail
