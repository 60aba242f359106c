#include <burin/Register.h>
#include <burin/burin.h>
#include <stdexcept>

namespace bn = burin;

BURIN_FUNCTION(mismatched, [](bn::Tensor x) { return bn::matmul(x, x); }, bn::TensorSpec{bn::DType::F32, {2, 3}});
BURIN_FUNCTION(out_of_memory, [](bn::Tensor) { throw std::bad_alloc(); }, bn::TensorSpec{bn::DType::F32, {}});
BURIN_FUNCTION(odd, [](bn::Tensor) { throw 42; }, bn::TensorSpec{bn::DType::F32, {}});
