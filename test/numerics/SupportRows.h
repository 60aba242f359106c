#pragma once
#include "test/numerics/OpTable.h"
#include <map>

/// One call of each op, tried on all element types: what docs/op-support.md is made of.
namespace burin::test {

struct SupportRow {
  std::string name;              ///< of the public function
  std::vector<Extents> operands; ///< their extents, none for an op that is given its dtype
  std::function<Tensor(const std::vector<Tensor> &, DType)> apply;
  std::string static_only = {};  ///< why none of the extents can be dynamic, where none can
  std::vector<double> values = {}; ///< of each operand, repeated; made up if empty
};

/// A row of each op, by its name: one made for this where the numerics table has none, or one that calls other ops as well; else its
/// first one there.
std::map<std::string, SupportRow> rows_of_all_ops();

/// Of the row's extents and values.
std::vector<Tensor> operands_of(const SupportRow &row, DType dtype);

} // namespace burin::test
