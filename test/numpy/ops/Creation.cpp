// Tensors out of nothing.
#include "test/numpy/Ops.h"

namespace burin::numpy {

static const Group creation{
    {"zeros", one([](const Tensors &, const Attributes &a) { return zeros(a.shape(), a.dtype("dtype")); })},
    {"ones", one([](const Tensors &, const Attributes &a) { return ones(a.shape(), a.dtype("dtype")); })},
    {"full", one([](const Tensors &, const Attributes &a) { return full(a.shape(), a.integer("value"), a.dtype("dtype")); })},
    {"iota", one([](const Tensors &, const Attributes &a) { return iota(a.shape(), a.axis(), a.dtype("dtype")); })},
    {"arange", one([](const Tensors &, const Attributes &a) {
       return arange(a.integer("start"), a.integer("stop"), a.integer("step"), a.dtype("dtype"));
     })},
    {"one_hot", one([](const Tensors &x, const Attributes &a) { return one_hot(x[0], a.integer("depth"), a.dtype("dtype")); })},
};

} // namespace burin::numpy
