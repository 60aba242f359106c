#pragma once
#include "test/numerics/OpTable.h"

/// What docs/op-support.md is made of: one call of each op, tried on all element types.
namespace burin::test {

struct SupportRow {
  std::string name;              ///< of the public function
  std::vector<Extents> operands; ///< their extents, none for an op that is given its dtype
  std::function<Tensor(const std::vector<Tensor> &, DType)> apply;
  std::string static_only = {};  ///< why none of the extents can be dynamic, where none can
  std::vector<double> values = {}; ///< of each operand, repeated; made up if empty
};

/// Of ops that the numerics table has no row for, or one that calls other ops as well.
std::vector<SupportRow> support_rows();

} // namespace burin::test
