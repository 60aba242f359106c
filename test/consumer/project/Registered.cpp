// A second file that includes Burin: what its headers define must not be defined twice.
#include <burin/Register.h>
#include <burin/burin.h>

namespace bn = burin;

BURIN_FUNCTION(twice, [](bn::Tensor x) { return x + x; }, bn::TensorSpec{bn::DType::F32, {4}});

float twice_of(float x) { return bn::sum(twice(bn::full({4}, x))).item<float>() / 4; }
