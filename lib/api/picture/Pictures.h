#pragma once
#include "burin/Graph.h"
#include "lib/api/NpyFormat.h"
#include "lib/trace/GraphTrace.h"
#include <vector>

namespace burin::detail {

/// What there is to know of all operations, by their numbers.
std::vector<OperationInfo> operations_of(const Graph &graph);

} // namespace burin::detail
