#pragma once
#include "burin/Tensor.h"
#include "runtime/Check.h"
#include <memory>
#include <source_location>
#include <span>
#include <string_view>
#include <vector>

namespace burin::detail {

inline bool may_be_special(const Tensor &tensor) { return is_floating(tensor.dtype()) || is_complex(tensor.dtype()); }

/// What Debug::CheckNumerics does with one result of an op.
struct NumericsCheck {
  /// `label` is the user's op, `op` the one of the dialect, which is named too where it is another.
  NumericsCheck(const Tensor &result, std::span<const Tensor> operands, std::string_view op, std::string_view label, bool elementwise,
                std::source_location location);

  std::shared_ptr<const runtime::NumericsEffect> site;
  std::vector<Tensor> tensors; ///< that it looks at
};

} // namespace burin::detail
