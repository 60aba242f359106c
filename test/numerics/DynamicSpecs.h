#pragma once
#include "burin/TensorSpec.h"
#include <algorithm>
#include <string>
#include <vector>

namespace burin::test {

/// The spec of an operand with extents that are known with a call only, equal ones of one name: all of them, or that of one axis. Extents
/// of 1 are known, so that broadcasting is.
inline TensorSpec dynamic_spec(DType dtype, std::vector<std::int64_t> extents, int only_axis = -1) {
  std::vector<std::string> names(extents.size());
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    if (extents[axis] < 2 || (only_axis >= 0 && static_cast<int>(axis) != only_axis)) continue;
    names[axis] = "n" + std::to_string(extents[axis]);
    extents[axis] = kDynamic;
  }
  return {dtype, Shape(std::span<const std::int64_t>(extents)), "", std::move(names)};
}

inline std::vector<TensorSpec> dynamic_specs(DType dtype, const std::vector<std::vector<std::int64_t>> &operands, int only_axis) {
  std::vector<TensorSpec> specs;
  for (const std::vector<std::int64_t> &extents : operands) specs.push_back(dynamic_spec(dtype, extents, only_axis));
  return specs;
}

inline bool all_static(const std::vector<TensorSpec> &specs) {
  return std::all_of(specs.begin(), specs.end(), [](const TensorSpec &spec) { return spec.shape.is_static(); });
}

} // namespace burin::test
