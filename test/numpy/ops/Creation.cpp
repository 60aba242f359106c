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
    {"eye", one([](const Tensors &, const Attributes &a) {
       return eye(a.integer("rows"), a.integer("columns"), a.integer("diagonal"), a.dtype("dtype"));
     })},
    {"linspace", one([](const Tensors &, const Attributes &a) {
       return linspace(a.real("start"), a.real("stop"), a.integer("count"), a.dtype("dtype"), a.flag("endpoint") ? Endpoint::Yes : Endpoint::No);
     })},
    {"zeros_like", one([](const Tensors &x, const Attributes &) { return zeros_like(x[0]); })},
    {"ones_like", one([](const Tensors &x, const Attributes &) { return ones_like(x[0]); })},
    {"tril", one([](const Tensors &x, const Attributes &a) { return tril(x[0], a.integer("diagonal")); })},
    {"triu", one([](const Tensors &x, const Attributes &a) { return triu(x[0], a.integer("diagonal")); })},
    {"meshgrid", [](const Tensors &x, const Attributes &a) { return meshgrid(x, a.flag("ij") ? Indexing::IJ : Indexing::XY); }},
    {"one_hot", one([](const Tensors &x, const Attributes &a) { return one_hot(x[0], a.integer("depth"), a.dtype("dtype")); })},
};

} // namespace burin::numpy
