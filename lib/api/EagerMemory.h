#pragma once
#include "lib/trace/Trace.h"
#include <span>
#include <string_view>

namespace burin::detail {

/// Applies op `burin.<op>` to concrete operands if it only copies, picks or numbers elements: nothing is compiled for that. An empty tensor for
/// other ops, for copies that compiled code makes faster, and where something is wrong with operands or attributes.
Tensor fill_eagerly(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                    std::span<const NamedAttribute> attributes, std::source_location location);

} // namespace burin::detail
