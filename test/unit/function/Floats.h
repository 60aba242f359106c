#pragma once
#include "burin/burin.h"
#include <vector>

namespace burin::test {

using Floats = std::vector<float>;
inline Tensor vector_of(Floats values) { return Tensor::from_vector(values); }
inline Floats floats(const Tensor &tensor) { return tensor.to_vector<float>(); }

} // namespace burin::test
