#include <burin/Register.h>
#include <burin/burin.h>

namespace bn = burin;

static bn::Variable total(bn::zeros({4}), "total");

BURIN_FUNCTION(dense, [](bn::Tensor x, bn::Tensor w) { return bn::relu(bn::matmul(x, w)); },
               bn::TensorSpec{bn::DType::F32, {8, 4}}, bn::TensorSpec{bn::DType::F32, {4, 2}});

BURIN_FUNCTION(accumulate, [](bn::Tensor x) { total.assign_add(x); }, bn::TensorSpec{bn::DType::F32, {4}});

namespace other {
BURIN_FUNCTION(scaled, [](bn::Tensor x, int factor) { return x * factor; }, bn::TensorSpec{bn::DType::F64, {2}}, 3);
}
