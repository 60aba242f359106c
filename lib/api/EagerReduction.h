#pragma once
#include "burin/Tensor.h"
#include "lib/trace/Trace.h"
#include <span>
#include <string_view>

namespace burin::detail {

/// A reduction that compiled code makes several loop nests of, as the reductions that these are, to the bit: over one run of neighbouring
/// axes after the other, from the last one on; in chunks, where it leaves one element of many; of the parts of complex numbers. An empty
/// tensor for all other ops, and where it is one loop nest.
Tensor reduce_in_parts(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                       std::span<const NamedAttribute> attributes, std::source_location location);

} // namespace burin::detail
