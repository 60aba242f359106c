#pragma once
#include "Ours.h"
#include <burin/burin.h>
#include <memory>
#include <span>

/// What all groups of Burin's own contenders are made of.
namespace bench {

inline burin::Tensor tensor(const Buffer &buffer, const burin::Shape &shape) { return burin::Tensor::from_span<float>(buffer, shape); }
inline burin::Tensor tensor(const Buffer &buffer, std::span<const std::int64_t> extents) { return tensor(buffer, burin::Shape(extents)); }
/// All of it, along one dimension.
inline burin::Tensor tensor(const Buffer &buffer) { return tensor(buffer, burin::Shape{static_cast<std::int64_t>(buffer.size())}); }

/// Calls `lambda`, traced and compiled, through the public API. Each run's result is released before the next.
template <class Lambda, class... Tensors> Contender calls(const Problem &problem, Lambda lambda, Tensors... inputs) {
  burin::set_thread_count(problem.threads);
  using Function = decltype(burin::function(lambda));
  const auto function = std::make_shared<Function>(burin::function(lambda));
  const auto run = repeat([=] {
    const burin::Tensor result = (*function)(inputs...);
    keep(result);
  });
  const auto result = [=] { return (*function)(inputs...).template to_vector<float>(); };
  return {.run = run, .result = result, .system_allocations = [] { return burin::pool_stats().system_allocations; }};
}

} // namespace bench
