#pragma once
#include "test/numerics/Array.h"
#include <functional>
#include <string>
#include <vector>

/// One call of each op that takes an axis, or several: what test/numerics/BadInputTest.cpp gives axes that there are none of.
namespace burin::test {

struct AxisRow {
  std::string name; ///< of the public function
  std::vector<std::vector<std::int64_t>> operands;
  std::function<Tensor(const std::vector<Tensor> &, const std::vector<int> &)> apply;
  int rank = 2;         ///< axes from -rank to rank - 1 are right
  bool several = false; ///< it takes a list of axes, each of which may be in it once
  DType dtype = DType::F32;
};

std::vector<AxisRow> axis_rows();

} // namespace burin::test
