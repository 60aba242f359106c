#pragma once
#include "lib/trace/Trace.h"
#include <span>
#include <string_view>
#include <vector>

namespace burin::detail {

/// Applies op `burin.<op>`, which has one result: recorded in the current trace, or run at once where there is none.
/// `label` is the op's name in messages. Throws TraceError for a symbolic operand outside of its trace (rule V6), and
/// what the op's inference finds wrong.
Tensor apply(std::string_view op, std::string_view label, std::span<const Tensor> operands, std::span<const NamedAttribute> attributes,
             std::source_location location);

/// The same at once, on operands that are concrete, and without a look at the numerics of the result (Debug::CheckNumerics).
Tensor run_eagerly(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                   std::span<const NamedAttribute> attributes, std::source_location location);

/// `apply` for an op with any number of results.
std::vector<Tensor> apply_all(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                              std::span<const NamedAttribute> attributes, std::source_location location);

/// Throws TraceError if `tensor` is symbolic: the caller knows that no trace is current.
void require_not_leaked(const Tensor &tensor, std::string_view label, std::source_location location);

} // namespace burin::detail
