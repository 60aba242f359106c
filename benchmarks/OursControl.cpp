#include "OursCalls.h"
#include <chrono>
#include <cmath>
#include <stdexcept>

// Loops and branches over tensors.
namespace bench {

namespace bn = burin;
using Clock = std::chrono::steady_clock;

static Contender scalar_loop(const Problem &problem) {
  const auto loop = [](bn::Tensor trips) {
    const auto step = [](bn::Tensor i, bn::Tensor state) {
      state = bn::bitwise_xor(state, bn::bitwise_left_shift(state, 13));
      state = bn::bitwise_xor(state, bn::bitwise_right_shift(state, 7));
      state = bn::bitwise_xor(state, bn::bitwise_left_shift(state, 17));
      return std::tuple(i + 1, state);
    };
    const auto test = [&](bn::Tensor i, bn::Tensor) { return i < trips; };
    const auto [i, state] = bn::while_loop(test, step, std::tuple(std::int64_t{0}, std::uint64_t{1}));
    return bn::reshape(bn::cast(bn::bitwise_right_shift(state, 40), bn::DType::F32), {1});
  };
  return calls(problem, loop, bn::constant(problem.extents[0]));
}

static Contender recurrence(const Problem &problem) {
  const auto steps = problem.extents[0], width = problem.extents[1];
  const auto cell = [width](bn::Tensor xs, bn::Tensor w, bn::Tensor b) {
    const auto step = [&](bn::Tensor h, bn::Tensor x) {
      const bn::Tensor next = bn::tanh(bn::matmul(w, h) + x + b);
      return std::pair(next, next);
    };
    return bn::scan(step, bn::zeros({width}), xs).second;
  };
  return calls(problem, cell, tensor(problem.inputs[0], bn::Shape{steps, width}), tensor(problem.inputs[1], bn::Shape{width, width}),
               tensor(problem.inputs[2]));
}

static Contender mandelbrot(const Problem &problem) {
  const auto rows = problem.extents[0], columns = problem.extents[1], trips = problem.extents[2];
  const auto counts = [=](bn::Tensor x, bn::Tensor y) {
    const auto step = [&](bn::Tensor, bn::Tensor re, bn::Tensor im, bn::Tensor count) {
      const bn::Tensor re2 = re * re, im2 = im * im;
      return std::tuple(re2 - im2 + x, 2.0f * (re * im) + y, count + bn::cast(re2 + im2 <= 4.0f, bn::DType::I32));
    };
    const bn::Tensor zero = bn::zeros({rows, columns});
    const auto last = bn::for_range(trips, step, std::tuple(zero, zero, bn::zeros({rows, columns}, bn::DType::I32)));
    return bn::cast(bn::sum(std::get<2>(last), 1), bn::DType::F32);
  };
  return calls(problem, counts, tensor(problem.inputs[0]), tensor(problem.inputs[1], bn::Shape{rows, 1}));
}

// --- first calls -----------------------------------------------------------------------------------------------------

// Too long to be unrolled.
static constexpr int kTrips = 100;

static bn::Tensor halve(const bn::Tensor &x, float shift) { return x * 0.5f + shift; }

static bn::Tensor loops_in_a_row(bn::Tensor x, std::int64_t count, float shift) {
  for (std::int64_t i = 0; i < count; ++i) x = bn::for_range(kTrips, [&](bn::Tensor, bn::Tensor v) { return halve(v, shift); }, x);
  return x;
}
static bn::Tensor nested_loops(bn::Tensor x, std::int64_t depth, float shift) {
  if (depth == 0) return halve(x, shift);
  const bn::Tensor trips = bn::cast(bn::min(x) < 1e9f, bn::DType::I64); // 1, but only the run knows
  return bn::for_range(trips, [&](bn::Tensor, bn::Tensor v) { return nested_loops(halve(v, shift), depth - 1, shift); }, x);
}
static bn::Tensor branches_in_a_row(bn::Tensor x, std::int64_t count, float shift) {
  for (std::int64_t i = 0; i < count; ++i) x = bn::cond(bn::sum(x) > shift, [&] { return halve(x, shift); }, [&] { return x * 2.0f; });
  return x;
}
static bn::Tensor nested_branches(bn::Tensor x, std::int64_t depth, float shift) {
  if (depth == 0) return halve(x, shift);
  return bn::cond(bn::sum(x) > shift, [&] { return nested_branches(x * 0.75f, depth - 1, shift); }, [&] { return x * 2.0f; });
}
static bn::Tensor nested_scalar_loops(bn::Tensor x, std::int64_t depth, float shift) {
  return bn::reshape(nested_loops(bn::mean(x), depth, shift), {1});
}
static bn::Tensor calls_of_one_function(bn::Tensor x, std::int64_t count, float shift) {
  const auto layer = bn::function([shift](bn::Tensor v) {
    for (int i = 0; i < 10; ++i) v = bn::tanh(v - bn::mean(v)) * 0.5f + shift;
    return v;
  });
  for (std::int64_t i = 0; i < count; ++i) x = layer(x);
  return x;
}

static constexpr bn::Tensor (*kControl[])(bn::Tensor, std::int64_t, float) = {loops_in_a_row,  nested_loops,        branches_in_a_row,
                                                                              nested_branches, nested_scalar_loops, calls_of_one_function};

/// Seconds from the lambda to the first value; each `variant` is another function to all caches.
static double first_call(std::int64_t which, std::int64_t count, int variant) {
  const float shift = 0.25f + 0.001f * static_cast<float>(variant);
  const bn::Tensor x = bn::ones({1024 + variant});
  const auto start = Clock::now();
  auto function = bn::function([=](bn::Tensor t) { return kControl[which](t, count, shift); });
  const float value = function(x).view<float>()[0];
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  if (!std::isfinite(value)) throw std::runtime_error("wrong value: got " + std::to_string(value));
  return seconds;
}

static Contender first_calls(const Problem &problem) {
  bn::set_thread_count(1);
  const auto which = problem.extents[0], count = problem.extents[1];
  first_call(which, count, 1);
  return {.sample = [=, variant = 1]() mutable { return first_call(which, count, ++variant); }};
}

void add_our_control(Registry &registry) {
  registry.add(kOurs, Kind::ScalarLoop, scalar_loop);
  registry.add(kOurs, Kind::Recurrence, recurrence);
  registry.add(kOurs, Kind::Mandelbrot, mandelbrot);
  registry.add(kOurs, Kind::FirstControlCall, first_calls);
}

} // namespace bench
