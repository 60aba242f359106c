#pragma once
#include "burin/DType.h"
#include "burin/Shape.h"
#include <string>

namespace burin {

/// What is known of a tensor before there is one: stands for a tensor argument in `concrete`.
struct TensorSpec {
  DType dtype = DType::F32;
  Shape shape;
  std::string name = {}; ///< of the argument, in messages and in the IR; not part of the signature
};

} // namespace burin
