#include "lib/api/EagerArg.h"
#include "lib/api/Attributes.h"
#include "lib/api/TensorImpl.h"
#include "runtime/Extents.h"
#include "runtime/ThreadPool.h"
#include "runtime/kernels/Elements.h"
#include <algorithm>

namespace burin::detail {
namespace {

/// A dense tensor as three dimensions: those before the axis, the axis, those behind; and a row of results for each of the first.
struct Picking {
  const void *x;
  std::int64_t *indices;
  std::int64_t outer, count, inner;
  std::int64_t grain; ///< of a task, along `outer`
};

/// Whether `candidate` takes the place of `best`. The first NaN does, and nothing takes its.
template <bool kGreatest, class T> bool is_better(T candidate, T best) {
  const bool is_number = best == best;
  return is_number && (kGreatest ? !(candidate <= best) : !(candidate >= best));
}

/// Blocks that have nothing better than what is known are only looked through, which takes vectors.
template <bool kGreatest, class T> std::int64_t index_along_row(const T *x, std::int64_t count) {
  constexpr std::int64_t kBlock = 64;
  std::int64_t best = 0, next = 1;
  const auto look_up_to = [&](std::int64_t end) {
    for (; next < end; ++next)
      if (is_better<kGreatest>(x[next], x[best])) best = next;
  };
  while (next + kBlock <= count) {
    const T held = x[best];
    int better = 0;
    for (std::int64_t i = 0; i < kBlock; ++i) better |= is_better<kGreatest>(x[next + i], held);
    if (better) look_up_to(next + kBlock);
    else next += kBlock;
  }
  look_up_to(count);
  return best;
}

template <bool kGreatest, class T> void indices_along_columns(const T *x, const Picking &call, std::int64_t *best) {
  std::fill_n(best, call.inner, 0);
  for (std::int64_t row = 1; row < call.count; ++row)
    for (std::int64_t i = 0; i < call.inner; ++i)
      if (is_better<kGreatest>(x[row * call.inner + i], x[best[i] * call.inner + i])) best[i] = row;
}

template <bool kGreatest, class T> void run(void **args, std::int64_t begin, std::int64_t end) {
  const auto &call = *static_cast<const Picking *>(args[0]);
  for (std::int64_t i = begin * call.grain; i < std::min(end * call.grain, call.outer); ++i) {
    const T *x = static_cast<const T *>(call.x) + i * call.count * call.inner;
    std::int64_t *indices = call.indices + i * call.inner;
    if (call.inner == 1) *indices = index_along_row<kGreatest>(x, call.count);
    else indices_along_columns<kGreatest>(x, call, indices);
  }
}

} // namespace

static void pick(Picking &call, DType dtype, bool greatest) {
  constexpr std::int64_t kTaskElements = 1 << 16;
  call.grain = std::max<std::int64_t>(1, kTaskElements / (call.count * call.inner));
  void *args[] = {&call};
  runtime::with_element(dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    runtime::parallel_for(greatest ? run<true, T> : run<false, T>, args, (call.outer + call.grain - 1) / call.grain);
  });
}

Tensor pick_eagerly(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                    std::span<const NamedAttribute> attributes, std::source_location location) {
  if (op != "argmax" && op != "argmin") return {};
  const TensorImpl &x = *operands[0].impl();
  const auto axis = attribute_of<std::int64_t>(attributes, "axis");
  const bool keeps = attribute_of<bool>(attributes, "keep_dims");
  if (is_complex(x.dtype) || x.dtype == DType::Bool || axis < 0 || axis >= x.shape.rank() || x.shape[static_cast<int>(axis)] == 0)
    return {};
  Picking call{x.data, nullptr, 1, 1, 1, 1};
  std::vector<std::int64_t> extents;
  for (int i = 0; i < x.shape.rank(); ++i) {
    std::int64_t &part = i < axis ? call.outer : i == axis ? call.count : call.inner;
    part = runtime::times(part, x.shape[i]);
    if (i != axis) extents.push_back(x.shape[i]);
    else if (keeps) extents.push_back(1);
  }
  Tensor result = uninitialised(DType::I64, Shape(std::span<const std::int64_t>(extents)), label, location);
  call.indices = static_cast<std::int64_t *>(result.impl()->data);
  if (call.outer > 0 && call.inner > 0) pick(call, x.dtype, op == "argmax");
  return result;
}

} // namespace burin::detail
