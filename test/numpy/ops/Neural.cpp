// Activations, normalisations, losses.
#include "test/numpy/Ops.h"

namespace burin::numpy {

static Reduction reduction_of(const Attributes &a) { return static_cast<Reduction>(a.integer("reduction")); }

static const Group neural{
    {"leaky_relu", one([](const Tensors &x, const Attributes &a) { return leaky_relu(x[0], a.real("slope")); })},
    {"elu", one([](const Tensors &x, const Attributes &a) { return elu(x[0], a.real("alpha")); })},
    {"gelu", one([](const Tensors &x, const Attributes &a) { return gelu(x[0], a.flag("tanh") ? Gelu::Tanh : Gelu::Exact); })},
    {"silu", unary(silu)},
    {"log_softmax", one([](const Tensors &x, const Attributes &a) { return log_softmax(x[0], a.axis()); })},
    {"layer_norm", one([](const Tensors &x, const Attributes &a) { return layer_norm(x[0], x[1], x[2], a.axis()); })},
    {"rms_norm", one([](const Tensors &x, const Attributes &a) { return rms_norm(x[0], x[1], a.axis()); })},
    {"batch_norm", one([](const Tensors &x, const Attributes &a) { return batch_norm(x[0], x[1], x[2], x[3], x[4], a.axis()); })},
    {"mse", one([](const Tensors &x, const Attributes &a) { return mse(x[0], x[1], reduction_of(a)); })},
    {"mae", one([](const Tensors &x, const Attributes &a) { return mae(x[0], x[1], reduction_of(a)); })},
    {"huber", one([](const Tensors &x, const Attributes &a) { return huber(x[0], x[1], a.real("delta"), reduction_of(a)); })},
    {"cross_entropy", one([](const Tensors &x, const Attributes &a) { return cross_entropy(x[0], x[1], {.axis = a.axis()}); })},
    {"attention", one([](const Tensors &x, const Attributes &a) {
       return scaled_dot_product_attention(x[0], x[1], x[2], {.causal = a.flag("causal")});
     })},
};

} // namespace burin::numpy
