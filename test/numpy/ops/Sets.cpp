// Ops whose results have as many elements as the values say. A case's results have one shape for all of its values, so they are brought to
// the number of x's elements: by more of the last one, or of zeros.
#include "test/numpy/Ops.h"

namespace burin::numpy {

static Tensor elements_of(const Tensor &x) { return reshape(x, {-1}); }
static Tensor zero_like(const Tensor &x) { return zeros({1}, x.dtype()); }

/// `found`, then `rest` until there are as many as `x` has elements.
static Tensor filled_up(const Tensor &found, const Tensor &rest, const Tensor &x) {
  return take(concat({found, rest}), minimum(arange(x.element_count(), DType::I64), size(found)));
}

static Tensor no_more_than(const Tensor &found, const Tensor &x) {
  return take(found, minimum(arange(x.element_count(), DType::I64), size(found) - 1));
}

static const Group sets{
    {"unique", one([](const Tensors &x, const Attributes &a) {
       return no_more_than(unique(x[0], a.flag("equal_nan") ? NanEqual::Yes : NanEqual::No), x[0]);
     })},
    {"unique_all",
     [](const Tensors &x, const Attributes &) {
       const UniqueAll all = unique_all(x[0], NanEqual::Yes);
       return Tensors{no_more_than(all.values, x[0]), no_more_than(all.indices, x[0]), all.inverse_indices, no_more_than(all.counts, x[0])};
     }},
    {"nonzero",
     [](const Tensors &x, const Attributes &) {
       Tensors positions = nonzero(x[0]);
       for (Tensor &of_axis : positions) of_axis = filled_up(of_axis, zero_like(of_axis), x[0]);
       return positions;
     }},
    {"boolean_mask", one([](const Tensors &x, const Attributes &) {
       return filled_up(elements_of(boolean_mask(x[0], x[1])), zero_like(x[0]), x[0]);
     })},
};

} // namespace burin::numpy
