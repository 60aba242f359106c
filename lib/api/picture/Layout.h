#pragma once
#include "lib/api/graph/GraphCore.h"
#include <string>
#include <vector>

/// Where a picture's boxes go: rows from the top down, each operation below all that it reads or runs after. The boxes of a name scope
/// keep together, and scopes that share rows stand side by side, so that the frames around them overlap no others.
namespace burin::detail {

struct PictureBox {
  double x = 0, y = 0, width = 0;
};

struct ScopeFrame {
  std::string name;
  double x = 0, y = 0, width = 0, height = 0;
};

struct PictureLayout {
  static constexpr double kHeight = 34; ///< of an operation's box

  std::vector<PictureBox> boxes;  ///< of the operations
  std::vector<ScopeFrame> scopes; ///< outer ones first
};

/// In time linear in operations and dependencies, but for the scopes' rows.
PictureLayout lay_out(const std::vector<OperationInfo> &operations);

} // namespace burin::detail
