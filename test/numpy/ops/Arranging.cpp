// More of rearranging and joining, and picking elements by index.
#include "test/numpy/Ops.h"

namespace burin::numpy {

static Tensor indices(const Attributes &a) { return Tensor::from_vector(a.integers("indices"), Shape(a.integers("picked"))); }

static std::vector<Tensor> starts(const Attributes &a) {
  std::vector<Tensor> starts;
  for (const std::int64_t start : a.integers("starts")) starts.push_back(Tensor::scalar(start));
  return starts;
}

static const Group arranging{
    {"flatten", unary(flatten)},
    {"permute_dims", one([](const Tensors &x, const Attributes &a) { return permute_dims(x[0], a.axes()); })},
    {"swapaxes", one([](const Tensors &x, const Attributes &a) {
       return swapaxes(x[0], static_cast<int>(a.integer("axis1")), static_cast<int>(a.integer("axis2")));
     })},
    {"shape", unary(shape)},
    {"size", unary(size)},
    {"rank", unary(rank)},
    {"unstack", [](const Tensors &x, const Attributes &a) { return unstack(x[0], a.axis()); }},
    {"split", [](const Tensors &x, const Attributes &a) { return split(x[0], a.integers("positions"), a.axis()); }},
    {"strided_slice", one([](const Tensors &x, const Attributes &a) {
       return strided_slice(x[0], a.integers("starts"), a.integers("stops"), a.integers("steps"));
     })},
    {"put_along_axis", one([](const Tensors &x, const Attributes &a) { return put_along_axis(x[0], indices(a), x[1], a.axis()); })},
    {"scatter", one([](const Tensors &x, const Attributes &a) {
       return scatter(x[0], indices(a), x[1], static_cast<Scatter>(a.integer("mode")), a.axis());
     })},
    {"dynamic_slice", one([](const Tensors &x, const Attributes &a) { return dynamic_slice(x[0], starts(a), a.integers("sizes")); })},
    {"dynamic_update_slice", one([](const Tensors &x, const Attributes &a) { return dynamic_update_slice(x[0], x[1], starts(a)); })},
    {"gather_nd", one([](const Tensors &x, const Attributes &a) { return gather_nd(x[0], indices(a)); })},
};

} // namespace burin::numpy
