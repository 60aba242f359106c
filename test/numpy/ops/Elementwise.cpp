// Arithmetic, exponential functions, comparison, logic, choice, casts.
#include "test/numpy/Ops.h"

namespace burin::numpy {

static const Group elementwise{
    {"add", binary(add)},
    {"subtract", binary(subtract)},
    {"multiply", binary(multiply)},
    {"divide", binary(divide)},
    {"floor_divide", binary(floor_divide)},
    {"remainder", binary(remainder)},
    {"pow", binary(pow)},
    {"maximum", binary(maximum)},
    {"minimum", binary(minimum)},
    {"negative", unary(negative)},
    {"abs", unary(abs)},
    {"sign", unary(sign)},
    {"square", unary(square)},
    {"sqrt", unary(sqrt)},
    {"rsqrt", unary(rsqrt)},
    {"exp", unary(exp)},
    {"log", unary(log)},
    {"tanh", unary(tanh)},
    {"sigmoid", unary(sigmoid)},
    {"relu", unary(relu)},
    {"equal", binary(equal)},
    {"not_equal", binary(not_equal)},
    {"less", binary(less)},
    {"less_equal", binary(less_equal)},
    {"greater", binary(greater)},
    {"greater_equal", binary(greater_equal)},
    {"logical_and", binary(logical_and)},
    {"logical_or", binary(logical_or)},
    {"logical_xor", binary(logical_xor)},
    {"logical_not", unary(logical_not)},
    {"where", one([](const Tensors &x, const Attributes &) { return where(x[0], x[1], x[2]); })},
    {"cast", one([](const Tensors &x, const Attributes &a) { return cast(x[0], a.dtype("dtype")); })},
};

} // namespace burin::numpy
