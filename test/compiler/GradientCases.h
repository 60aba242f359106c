#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace burin::test {

/// An op on operands %a, %b, %c, and what its operands hold.
struct Case {
  std::string line;
  std::vector<std::int64_t> integers = {}; ///< of an integer operand
  /// Of the central differences: far above rounding, far below the distance of the operands' values to a kink.
  double step = 1e-3;
  std::vector<double> first = {}; ///< the first operand's, where made-up values won't do
  bool narrow = true;             ///< takes elements of 16 bits, too
};

/// Those of the ops that runtime kernels compute, and of windows.
std::vector<Case> kernelCases();
std::vector<Case> windowCases();

} // namespace burin::test
