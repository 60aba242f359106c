#include "lib/api/EagerScatter.h"
#include "lib/api/Attributes.h"
#include "lib/api/Eager.h"
#include "lib/api/EagerGather.h"
#include "lib/api/TensorImpl.h"
#include "runtime/kernels/Elements.h"
#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>

namespace burin::detail {
namespace {

using Numbers = std::vector<std::int64_t>;

/// Combines `count` elements at `to` with those at `from`.
using Combine = void (*)(void *to, const void *from, std::size_t count);

template <class T> struct Sum {
  static T of(T held, T update) {
    using C = typename runtime::ComputedIn<T>::type;
    return runtime::element<T>(static_cast<C>(static_cast<C>(held) + static_cast<C>(update)));
  }
};

/// As `minimum` and `maximum` have it: NaN if either is NaN, and -0 below 0.
template <bool kGreatest, class T> struct Extreme {
  static T of(T held, T update) {
    if (held != held) return held;
    if (update != update) return update;
    if constexpr (runtime::is_float<T>)
      if (held == update) return std::signbit(static_cast<double>(held)) == kGreatest ? update : held;
    return (kGreatest ? held < update : update < held) ? update : held;
  }
};

template <class T, class Combiner> void combine(void *to, const void *from, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    static_cast<T *>(to)[i] = Combiner::of(static_cast<const T *>(to)[i], static_cast<const T *>(from)[i]);
}

} // namespace

/// Null for `set`, and for elements that can't be combined so.
static Combine combine_of(std::string_view combiner, DType dtype) {
  const bool adds = combiner == "add";
  if (combiner == "set" || dtype == DType::Bool) return nullptr;
  if (dtype == DType::Complex64) return adds ? combine<std::complex<float>, Sum<std::complex<float>>> : nullptr;
  if (dtype == DType::Complex128) return adds ? combine<std::complex<double>, Sum<std::complex<double>>> : nullptr;
  Combine result = nullptr;
  runtime::with_element(dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    result = adds ? combine<T, Sum<T>> : combiner == "max" ? combine<T, Extreme<true, T>> : combine<T, Extreme<false, T>>;
  });
  return result;
}

/// `updates` in the shape of what is updated; empty where they don't broadcast to it.
static Tensor broadcast_updates(const Tensor &updates, const Numbers &extents, std::string_view label, std::source_location location) {
  const Shape &shape = updates.impl()->shape;
  const int lead = static_cast<int>(extents.size()) - shape.rank();
  if (lead < 0) return {};
  bool is_same = lead == 0;
  for (int i = 0; i < shape.rank(); ++i) {
    const std::int64_t wanted = extents[static_cast<std::size_t>(lead + i)];
    if (shape[i] != wanted && shape[i] != 1) return {};
    is_same &= shape[i] == wanted;
  }
  const NamedAttribute attributes[] = {{"shape", extents}};
  return is_same ? updates : run_eagerly("broadcast_to", label, {&updates, 1}, attributes, location);
}

Tensor scatter_eagerly(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                       std::span<const NamedAttribute> attributes, std::source_location location) {
  if (op != "scatter" || !attribute_of<bool>(attributes, "in_bounds")) return {};
  const TensorImpl &x = *operands[0].impl();
  const auto &combiner = attribute_of<std::string>(attributes, "combiner");
  const Combine combine = combine_of(combiner, x.dtype);
  if (operands[1].impl()->dtype != x.dtype || (!combine && combiner != "set")) return {};
  const std::optional<PickedParts> parts =
      picked_parts(x, operands.subspan(2), attribute_of<Numbers>(attributes, "dims"), attribute_of<Numbers>(attributes, "index_dims"));
  const Tensor updates = parts ? broadcast_updates(operands[1], parts->extents, label, location) : Tensor();
  if (!updates.defined()) return {};
  Tensor result = uninitialised(x.dtype, x.shape, label, location);
  const std::size_t size = byte_size(x.dtype);
  if (x.shape.element_count() == 0) return result;
  std::memcpy(result.impl()->data, x.data, static_cast<std::size_t>(x.shape.element_count()) * size);
  if (updates.impl()->shape.element_count() == 0) return result;
  const auto *from = static_cast<const char *>(updates.impl()->data);
  for_each_block(*parts, [&](std::int64_t block) {
    char *to = static_cast<char *>(result.impl()->data) + block;
    for (const std::int64_t offset : parts->offsets) {
      if (combine) combine(to + offset, from, parts->run / size);
      else std::memcpy(to + offset, from, parts->run);
      from += parts->run;
    }
  });
  return result;
}

} // namespace burin::detail
