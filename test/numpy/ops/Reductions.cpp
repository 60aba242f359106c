// Reductions, and matrix products.
#include "test/numpy/Ops.h"

namespace burin::numpy {

static const Group reductions{
    {"sum", reduction(sum)},
    {"mean", reduction(mean)},
    {"prod", reduction(prod)},
    {"any", reduction(any)},
    {"all", reduction(all)},
    {"count_nonzero", reduction(count_nonzero)},
    {"var", one([](const Tensors &x, const Attributes &a) { return var(x[0], a.axes(), 0, a.keep()); })},
    {"std", one([](const Tensors &x, const Attributes &a) { return std(x[0], a.axes(), 0, a.keep()); })},
    {"norm", one([](const Tensors &x, const Attributes &a) { return norm(x[0], 2, a.axes(), a.keep()); })},
    {"max", reduction(max)},
    {"min", reduction(min)},
    {"logsumexp", reduction(logsumexp)},
    {"argmax", one([](const Tensors &x, const Attributes &a) { return argmax(x[0], a.axis(), a.keep()); })},
    {"argmin", one([](const Tensors &x, const Attributes &a) { return argmin(x[0], a.axis(), a.keep()); })},
    {"softmax", one([](const Tensors &x, const Attributes &a) { return softmax(x[0], a.axis()); })},
    {"matmul", binary(matmul)},
};

} // namespace burin::numpy
