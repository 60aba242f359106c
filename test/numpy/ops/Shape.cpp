// Rearranging, joining, cutting, picking.
#include "test/numpy/Ops.h"

namespace burin::numpy {

static Tensor taken(const Tensors &x, const Attributes &a) {
  const Tensor indices = Tensor::from_vector(a.integers("indices"), Shape(a.integers("picked")));
  return take(x[0], indices, a.axis());
}

static const Group shape{
    {"reshape", one([](const Tensors &x, const Attributes &a) { return reshape(x[0], a.integers("shape")); })},
    {"transpose", one([](const Tensors &x, const Attributes &a) { return transpose(x[0], a.axes()); })},
    {"broadcast_to", one([](const Tensors &x, const Attributes &a) { return broadcast_to(x[0], a.shape()); })},
    {"expand_dims", one([](const Tensors &x, const Attributes &a) { return expand_dims(x[0], a.axis()); })},
    {"squeeze", one([](const Tensors &x, const Attributes &a) { return squeeze(x[0], a.axes()); })},
    {"concat", one([](const Tensors &x, const Attributes &a) { return concat(x, a.axis()); })},
    {"slice", one([](const Tensors &x, const Attributes &a) {
       return slice(x[0], a.integers("starts"), a.integers("stops"), a.integers("steps"));
     })},
    {"take", one(taken)},
};

} // namespace burin::numpy
