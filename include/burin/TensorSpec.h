#pragma once
#include "burin/DType.h"
#include "burin/Shape.h"
#include <string>
#include <vector>

namespace burin {

/// What is known of a tensor before there is one: stands for a tensor argument in `concrete`.
struct TensorSpec {
  DType dtype = DType::F32;
  Shape shape;
  std::string name = {}; ///< of the argument, in messages and in the IR; not part of the signature
  /// Of the dimensions whose extents are kDynamic, by axis; empty: none. Dimensions of one name are equal in each call.
  std::vector<std::string> dimensions = {};
};

} // namespace burin
