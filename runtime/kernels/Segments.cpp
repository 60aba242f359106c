// Reductions of the rows that carry the same segment number.
#include "runtime/kernels/Elements.h"
#include "runtime/kernels/Kernel.h"
#include "runtime/kernels/Symbols.h"
#include <cmath>
#include <limits>
#include <vector>

namespace burin::runtime {
namespace {

/// The segment numbers, checked. Throws IndexError for the first that names no segment.
std::vector<std::int64_t> segments_of(const KernelCall &call) {
  const KernelBuffer &numbers = call.operands[1];
  const std::int64_t count = call.results[0].extents[0];
  std::vector<std::int64_t> segments(static_cast<std::size_t>(numbers.extents[0]));
  with_element(dtype_of(numbers), [&](auto type) {
    using T = typename decltype(type)::type;
    if constexpr (std::is_integral_v<T>)
      for (std::size_t i = 0; i < segments.size(); ++i) {
        const T number = data_of<T>(numbers)[i];
        if (number < T(0) || static_cast<std::uint64_t>(number) >= static_cast<std::uint64_t>(count))
          fail<IndexError>(call, "segment ", +number, " of row ", i, " is out of range: there are ", count, " segments");
        segments[i] = static_cast<std::int64_t>(number);
      }
  });
  return segments;
}

std::int64_t row_length(const KernelBuffer &data) { return element_count(extents_of(data).subspan(1)); }

/// Calls `add(row of data, row of result)` for each row.
template <class T, class Add> void for_each_row(const KernelCall &call, Add add) {
  const std::vector<std::int64_t> segments = segments_of(call);
  const std::int64_t length = row_length(call.operands[0]);
  const T *row = data_of<T>(call.operands[0]);
  for (std::int64_t segment : segments) {
    add(row, segment * length, length);
    row += length;
  }
}

/// Integers wrap.
template <class T> void sum_integers(const KernelCall &call) {
  using C = typename ComputedIn<T>::type;
  T *sums = data_of<T>(call.results[0]);
  std::fill_n(sums, count_of(call.results[0]), T(0));
  for_each_row<T>(call, [sums](const T *row, std::int64_t at, std::int64_t length) {
    for (std::int64_t i = 0; i < length; ++i)
      sums[at + i] = static_cast<T>(static_cast<C>(static_cast<C>(sums[at + i]) + static_cast<C>(row[i])));
  });
}

/// In double, with the rounding errors kept where the elements are doubles themselves: no worse than pairwise (rule N3).
template <class T> void sum_floats(const KernelCall &call) {
  const std::int64_t count = count_of(call.results[0]);
  constexpr bool keeps_errors = std::is_same_v<T, double>;
  Scratch<double> sums(count), errors(keeps_errors ? count : 0);
  std::fill(sums.begin(), sums.end(), 0.0);
  std::fill(errors.begin(), errors.end(), 0.0);
  for_each_row<T>(call, [&](const T *row, std::int64_t at, std::int64_t length) {
    for (std::int64_t i = 0; i < length; ++i) {
      const double before = sums[at + i], x = is_half<T> ? static_cast<float>(row[i]) : static_cast<double>(row[i]), sum = before + x;
      sums[at + i] = sum;
      if constexpr (keeps_errors) {
        const double added = sum - before;
        errors[at + i] += (before - (sum - added)) + (x - added);
      }
    }
  });
  for (std::int64_t i = 0; i < count; ++i) {
    const double sum = keeps_errors && std::isfinite(sums[i]) ? sums[i] + errors[i] : sums[i];
    data_of<T>(call.results[0])[i] = is_half<T> ? element<T>(static_cast<float>(sum)) : element<T>(sum);
  }
}

void segment_sum(const KernelCall &call) {
  with_element(dtype_of(call.operands[0]), [&](auto type) {
    using T = typename decltype(type)::type;
    if constexpr (is_float<T>) sum_floats<T>(call);
    else sum_integers<T>(call);
  });
}

void segment_max(const KernelCall &call) {
  with_element(dtype_of(call.operands[0]), [&](auto type) {
    using T = typename decltype(type)::type;
    T *greatest = data_of<T>(call.results[0]);
    T least{};
    if constexpr (is_float<T>) least = element<T>(-std::numeric_limits<float>::infinity());
    else least = std::numeric_limits<T>::lowest();
    std::fill_n(greatest, count_of(call.results[0]), least);
    for_each_row<T>(call, [greatest](const T *row, std::int64_t at, std::int64_t length) {
      for (std::int64_t i = 0; i < length; ++i) {
        T &best = greatest[at + i];
        const bool is_nan = best != best;
        if (!is_nan && !(row[i] <= best)) best = row[i]; // a NaN is not, and stays
      }
    });
  });
}

} // namespace
} // namespace burin::runtime

using namespace burin::runtime;

extern "C" void burin_rt_kernel_segment_sum(CallContext *context, const KernelCall *call) noexcept {
  run_kernel(context, call, segment_sum);
}
extern "C" void burin_rt_kernel_segment_max(CallContext *context, const KernelCall *call) noexcept {
  run_kernel(context, call, segment_max);
}
