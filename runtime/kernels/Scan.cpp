// Cumulative sums, products and greatest elements along an axis.
#include "runtime/kernels/Elements.h"
#include "runtime/kernels/Kernel.h"
#include "runtime/kernels/Symbols.h"
#include <cmath>
#include <limits>

namespace burin::runtime {
namespace {

/// Lines that lie beside each other are scanned together, this many at a time: in vectors, and along cache lines.
constexpr int kBeside = 32;
/// Sums restart after this many elements.
constexpr std::int64_t kBlock = 32;

// A scan's state, of up to W lines: `row` takes one more element of each and gives the results so far.

template <class T, int W> struct IntegerSum {
  static constexpr T identity() { return 0; }
  typename ComputedIn<T>::type total[W] = {};

  void row(const T *x, T *y, int count) {
    for (int i = 0; i < count; ++i) {
      total[i] = static_cast<typename ComputedIn<T>::type>(total[i] + static_cast<typename ComputedIn<T>::type>(x[i]));
      y[i] = static_cast<T>(total[i]);
    }
  }
  void end_block(int) {}
};

/// In double, the sum of a block from zero and that of the blocks before it, which is kept with its rounding error. So errors
/// grow no faster than those of pairwise summation (rule N3); for narrower elements a result is rounded once, about. And a
/// block needn't wait for the one before it, which a plain running sum would.
template <class T, int W> struct FloatSum {
  static T identity() { return element<T>(0.0f); }
  double before[W], error[W], block[W];

  FloatSum() {
    for (int i = 0; i < W; ++i) {
      before[i] = block[i] = -0.0; // so that sums of nothing but -0 are -0
      error[i] = 0;
    }
  }
  void row(const T *x, T *y, int count) {
    for (int i = 0; i < count; ++i) {
      if constexpr (is_half<T>) block[i] += static_cast<float>(x[i]);
      else block[i] += x[i];
      y[i] = rounded(before[i] + block[i]);
    }
  }
  void end_block(int count) {
    for (int i = 0; i < count; ++i) {
      const double sum = before[i] + block[i], added = sum - before[i];
      const double left_out = error[i] + ((before[i] - (sum - added)) + (block[i] - added));
      const bool finite = std::isfinite(sum);
      before[i] = finite ? sum + left_out : sum;
      error[i] = finite ? left_out - (before[i] - sum) : 0;
      block[i] = -0.0;
    }
  }
  static T rounded(double value) {
    if constexpr (is_half<T>) return element<T>(static_cast<float>(value));
    else return static_cast<T>(value);
  }
};

template <class T, int W> struct Product {
  using C = typename ComputedIn<T>::type;
  static T identity() { return element<T>(C(1)); }
  C total[W];

  Product() { std::fill_n(total, W, C(1)); }
  void row(const T *x, T *y, int count) {
    for (int i = 0; i < count; ++i) {
      total[i] = static_cast<C>(total[i] * static_cast<C>(x[i]));
      y[i] = element<T>(total[i]);
    }
  }
  void end_block(int) {}
};

template <class T> T least() {
  if constexpr (is_float<T>) return element<T>(-std::numeric_limits<float>::infinity());
  else return std::numeric_limits<T>::lowest();
}

template <class T, int W> struct Greatest {
  static T identity() { return least<T>(); }
  T greatest[W];

  Greatest() { std::fill_n(greatest, W, least<T>()); }
  void row(const T *x, T *y, int count) {
    for (int i = 0; i < count; ++i) {
      if constexpr (is_half<T>) {
        const float now = x[i], before = greatest[i];
        if (!(now <= before) && !std::isnan(before)) greatest[i] = x[i];
      } else if constexpr (is_float<T>) {
        greatest[i] = x[i] <= greatest[i] || greatest[i] != greatest[i] ? greatest[i] : x[i]; // from the first NaN on, NaN
      } else {
        greatest[i] = std::max(greatest[i], x[i]);
      }
      y[i] = greatest[i];
    }
  }
  void end_block(int) {}
};

template <class T, int W> using Sum = std::conditional_t<is_float<T>, FloatSum<T, W>, IntegerSum<T, W>>;

enum class First { Element, Identity, IdentityAndAll }; // what a line of results starts with

template <class T, class State>
void scan_lines(const T *x, T *y, std::int64_t length, std::int64_t x_step, std::int64_t y_step, First first, int count) {
  if (first != First::Element) {
    if (first == First::Identity && length == 0) return;
    std::fill_n(y, count, State::identity());
    y += y_step;
    if (first == First::Identity) --length;
  }
  State state;
  for (std::int64_t begin = 0; begin < length; begin += kBlock) {
    const std::int64_t end = std::min(length, begin + kBlock);
    for (std::int64_t i = begin; i < end; ++i) state.row(x + i * x_step, y + i * y_step, count);
    state.end_block(count);
  }
}

template <template <class, int> class State> void scan(const KernelCall &call) {
  const KernelBuffer &from = call.operands[0], &to = call.results[0];
  const std::int64_t axis = call.numbers[0];
  const bool reverse = call.numbers[1], exclusive = call.numbers[2], include_initial = call.numbers[3];
  const First first = include_initial ? First::IdentityAndAll : exclusive ? First::Identity : First::Element;
  const Lines lines(from, axis), results(to, axis);
  const std::int64_t groups = (lines.inner + kBeside - 1) / kBeside, step = reverse ? -lines.inner : lines.inner;
  with_element(dtype_of(from), [&](auto type) {
    using T = typename decltype(type)::type;
    for_each_task(lines.outer * groups, count_of(from) * 2, [&](std::int64_t task) {
      const std::int64_t outer = task / groups, column = task % groups * kBeside;
      const T *x = data_of<T>(from) + outer * lines.length * lines.inner + column;
      T *y = data_of<T>(to) + outer * results.length * lines.inner + column;
      if (reverse) {
        x += (lines.length - 1) * lines.inner;
        y += (results.length - 1) * lines.inner;
      }
      const int count = static_cast<int>(std::min<std::int64_t>(kBeside, lines.inner - column));
      if (lines.inner == 1) scan_lines<T, State<T, 1>>(x, y, lines.length, step, step, first, 1);
      else scan_lines<T, State<T, kBeside>>(x, y, lines.length, step, step, first, count);
    });
  });
}

} // namespace
} // namespace burin::runtime

using namespace burin::runtime;

extern "C" void burin_rt_kernel_cumulative_sum(CallContext *context, const KernelCall *call) noexcept {
  run_kernel(context, call, scan<Sum>);
}
extern "C" void burin_rt_kernel_cumulative_prod(CallContext *context, const KernelCall *call) noexcept {
  run_kernel(context, call, scan<Product>);
}
extern "C" void burin_rt_kernel_cumulative_max(CallContext *context, const KernelCall *call) noexcept {
  run_kernel(context, call, scan<Greatest>);
}
