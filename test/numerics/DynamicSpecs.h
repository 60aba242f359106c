#pragma once
#include "burin/TensorSpec.h"
#include "test/numerics/OpTable.h"
#include <algorithm>
#include <string>

namespace burin::test {

/// The specs of operands with extents that are known with a call only, equal ones of one name: all of them, or those of some axis.
inline std::vector<TensorSpec> dynamic_specs(DType dtype, const std::vector<Extents> &operands, int only_axis) {
  std::vector<TensorSpec> specs;
  for (Extents extents : operands) {
    std::vector<std::string> names(extents.size());
    for (std::size_t axis = 0; axis < extents.size(); ++axis) {
      if (extents[axis] < 2 || (only_axis >= 0 && static_cast<int>(axis) != only_axis)) continue; // 1 is known, so that broadcasting is
      names[axis] = "n" + std::to_string(extents[axis]);
      extents[axis] = kDynamic;
    }
    specs.push_back({dtype, Shape(std::span<const std::int64_t>(extents)), "", std::move(names)});
  }
  return specs;
}

inline bool all_static(const std::vector<TensorSpec> &specs) {
  return std::all_of(specs.begin(), specs.end(), [](const TensorSpec &spec) { return spec.shape.is_static(); });
}

} // namespace burin::test
