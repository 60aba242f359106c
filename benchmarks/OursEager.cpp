#include "OursCalls.h"
#include "Peers.h"
#include <chrono>
#include <cmath>
#include <cstdio>
#include <stdexcept>

// Ops that run at once, and functions whose extents come with each call.
namespace bench {

namespace bn = burin;

static std::uint64_t system_allocations() { return bn::pool_stats().system_allocations; }

static Contender eager_add(const Problem &problem) {
  bn::set_thread_count(1);
  const bn::Tensor x = tensor(problem.inputs[0]), y = tensor(problem.inputs[1]);
  return {.run = repeat([=] {
            const bn::Tensor result = bn::add(x, y);
            keep(result);
          }),
          .result = [=] { return bn::add(x, y).to_vector<float>(); },
          .system_allocations = system_allocations};
}

static Contender eager_lengths(const Problem &problem) {
  bn::set_thread_count(1);
  const bn::Tensor x = tensor(problem.inputs[0]);
  std::vector<bn::Tensor> starts;
  for (std::int64_t n = 1; n <= x.element_count(); ++n) starts.push_back(x[bn::Slice{0, n, 1}]);
  const auto total = [](const bn::Tensor &start) { return bn::sum(start * 2.0f + 1.0f); };
  return {.run = repeat([=] {
            for (const bn::Tensor &start : starts) {
              const bn::Tensor result = total(start);
              keep(result);
            }
          }),
          .result =
              [=] {
                std::vector<float> totals;
                for (const bn::Tensor &start : starts) totals.push_back(total(start).item<float>());
                return totals;
              },
          .system_allocations = system_allocations};
}

static bn::Tensor chain_of(bn::Tensor x) { return bn::tanh(x * 1.5f + 0.25f) * bn::exp(-x * x); }

/// `chain_of`, traced for any extent, or for those of the problem.
static Registry::Factory chain(bool is_dynamic) {
  return [is_dynamic](const Problem &problem) {
    bn::set_thread_count(1);
    const bn::Tensor x = tensor(problem.inputs[0]);
    const auto function = std::make_shared<decltype(bn::function(chain_of))>(bn::function(chain_of));
    if (is_dynamic) function->concrete(bn::TensorSpec{bn::DType::F32, {bn::kDynamic}});
    return Contender{.run = repeat([=] {
                       const bn::Tensor result = (*function)(x);
                       keep(result);
                     }),
                     .result = [=] { return (*function)(x).to_vector<float>(); },
                     .system_allocations = system_allocations};
  };
}

double eager_ops_in_this_process() {
  const auto start = std::chrono::steady_clock::now();
  bn::Tensor x = bn::constant({0.5f, 0.25f, 0.125f, 0.75f});
  x = bn::exp(x);
  x = bn::add(x, x);
  x = bn::log(x);
  x = bn::subtract(x, bn::tanh(x));
  x = bn::multiply(x, x);
  x = bn::sqrt(x);
  x = bn::divide(x, bn::cosh(x));
  x = bn::maximum(x, bn::negative(x));
  x = bn::sigmoid(x);
  x = bn::minimum(x, bn::abs(x));
  x = bn::sin(x);
  x = bn::where(bn::less(x, 1.0f), x, bn::cos(x));
  x = bn::erf(x);
  const float value = bn::sum(x).item<float>();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!std::isfinite(value)) throw std::runtime_error("wrong value: " + std::to_string(value));
  return seconds;
}

void add_our_eager_ops(Registry &registry) {
  registry.add(kOurs, Kind::EagerAdd, eager_add);
  registry.add(kOurs, Kind::EagerLengths, eager_lengths);
  registry.add(kOurs, Kind::DynamicChain, chain(true));
  registry.add("(known extents)", Kind::DynamicChain, chain(false));
  registry.add(kOurs, Kind::EagerOpsCold,
               [](const Problem &) -> Contender { return {.sample = [] { return in_a_new_process(kEagerOpsOption); }}; });
}

} // namespace bench
