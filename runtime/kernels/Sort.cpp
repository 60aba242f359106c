// sort, argsort, top_k, searchsorted: all by the order of Keys.h.
#include "runtime/kernels/Kernel.h"
#include "runtime/kernels/Keys.h"
#include "runtime/kernels/Symbols.h"

namespace burin::runtime {
namespace {

/// Fewer elements than this are sorted by comparisons.
constexpr std::int64_t kFew = 256;
/// About what sorting costs, nanoseconds for each element.
constexpr std::int64_t kSortWork = 10;

template <class Key> Key ordered(Key key, bool descending) { return descending ? static_cast<Key>(~key) : key; }

// --- values --------------------------------------------------------------------------------------------------------

/// Keys tell -0 from 0, which are equal: puts the zeros among `y` into the order in which `x` has them.
template <class T> void restore_zeros(const T *x, std::int64_t step, T *y, std::int64_t y_step, std::int64_t length) {
  std::int64_t first = 0;
  while (first < length && y[first * y_step] != T(0)) ++first;
  for (std::int64_t i = 0; i < length; ++i)
    if (x[i * step] == T(0)) y[first++ * y_step] = x[i * step];
}

template <class T> void sort_line(const T *x, T *y, std::int64_t length, std::int64_t step, bool descending) {
  using Key = KeyOf<T>;
  Scratch<Key> keys(2 * length);
  Key *sorted = keys.data();
  bool negative_zero = false;
  for (std::int64_t i = 0; i < length; ++i) {
    const T value = x[i * step];
    if constexpr (is_float<T>) negative_zero |= std::bit_cast<Key>(value) == static_cast<Key>(Key(1) << (8 * sizeof(Key) - 1));
    sorted[i] = ordered(key_of<T, Zeros::Apart>(value), descending);
  }
  if (length < kFew) std::sort(sorted, sorted + length);
  else sorted = radix_sort(sorted, sorted + length, static_cast<std::size_t>(length), [](Key key) { return key; });
  for (std::int64_t i = 0; i < length; ++i) y[i * step] = value_of<T>(ordered(sorted[i], descending));
  if constexpr (is_float<T>)
    if (negative_zero) restore_zeros(x, step, y, step, length);
}

void sort(const KernelCall &call) {
  const KernelBuffer &from = call.operands[0], &to = call.results[0];
  const Lines lines(from, call.numbers[0]);
  const bool descending = call.numbers[1];
  with_element(dtype_of(from), [&](auto type) {
    using T = typename decltype(type)::type;
    for_each_task(lines.count(), count_of(from) * kSortWork, [&](std::int64_t line) {
      const std::int64_t start = lines.start(line);
      sort_line(data_of<T>(from) + start, data_of<T>(to) + start, lines.length, lines.inner, descending);
    });
  });
}

// --- indices -------------------------------------------------------------------------------------------------------

template <class Key> bool comes_first(const Placed<Key> &a, const Placed<Key> &b) {
  return a.key < b.key || (a.key == b.key && a.index < b.index);
}

/// Sorts by key and then by index, in which they come.
template <class Key> Placed<Key> *sort_placed(Placed<Key> *items, Placed<Key> *spare, std::int64_t count) {
  if (count >= kFew) return radix_sort(items, spare, static_cast<std::size_t>(count), [](const Placed<Key> &item) { return item.key; });
  std::sort(items, items + count, comes_first<Key>);
  return items;
}

void require_few_enough(const KernelCall &call, std::int64_t length) {
  if (length >> 32) fail<ShapeError>(call, "an axis of ", describe(call.operands[0]), " has more than 2^32 elements");
}

template <class T> void argsort_line(const T *x, std::int64_t *y, std::int64_t length, std::int64_t step, bool descending) {
  using Key = KeyOf<T>;
  Scratch<Placed<Key>> items(2 * length);
  for (std::int64_t i = 0; i < length; ++i)
    items[i] = {ordered(key_of<T, Zeros::Equal>(x[i * step]), descending), static_cast<std::uint32_t>(i)};
  const Placed<Key> *sorted = sort_placed(items.data(), items.data() + length, length);
  for (std::int64_t i = 0; i < length; ++i) y[i * step] = sorted[i].index;
}

void argsort(const KernelCall &call) {
  const KernelBuffer &from = call.operands[0], &to = call.results[0];
  const Lines lines(from, call.numbers[0]);
  require_few_enough(call, lines.length);
  with_element(dtype_of(from), [&](auto type) {
    using T = typename decltype(type)::type;
    for_each_task(lines.count(), count_of(from) * kSortWork, [&](std::int64_t line) {
      const std::int64_t start = lines.start(line);
      argsort_line(data_of<T>(from) + start, data_of<std::int64_t>(to) + start, lines.length, lines.inner, call.numbers[1]);
    });
  });
}

// --- the first k ---------------------------------------------------------------------------------------------------

/// Keeps the `wanted` first ones of all that are offered: collects twice as many, then drops the worse half.
template <class Key> class FirstOnes {
public:
  FirstOnes(std::int64_t wanted, std::int64_t offered)
      : wanted_(wanted), capacity_(std::min(offered, std::max<std::int64_t>(2 * wanted, 1024))), items_(2 * capacity_) {}

  /// Elements with this key or a greater one needn't be offered: as many as are wanted come before them.
  bool is_late(Key key) const { return full_ && key >= limit_; }
  void offer(Key key, std::int64_t index) {
    items_[count_++] = {key, static_cast<std::uint32_t>(index)};
    if (count_ == capacity_ && capacity_ > wanted_) drop_late();
  }
  /// All that are wanted, in order.
  const Placed<Key> *sorted() {
    if (count_ > wanted_) drop_late();
    std::sort(items_.data(), items_.data() + count_, comes_first<Key>);
    return items_.data();
  }

private:
  void drop_late() {
    Placed<Key> *first = items_.data();
    std::nth_element(first, first + wanted_ - 1, first + count_, comes_first<Key>);
    count_ = wanted_;
    limit_ = first[wanted_ - 1].key;
    full_ = true;
  }

  std::int64_t wanted_, capacity_, count_ = 0;
  Key limit_ = 0;
  bool full_ = false;
  Scratch<Placed<Key>> items_;
};

template <class T>
void top_k_line(const T *x, T *values, std::int64_t *indices, std::int64_t length, std::int64_t k, std::int64_t step, bool smallest) {
  if (k == 0) return;
  FirstOnes<KeyOf<T>> first(k, length);
  for (std::int64_t i = 0; i < length; ++i) {
    const auto key = ordered(key_of<T, Zeros::Equal>(x[i * step]), !smallest);
    if (!first.is_late(key)) first.offer(key, i);
  }
  const auto *sorted = first.sorted();
  for (std::int64_t i = 0; i < k; ++i) {
    values[i * step] = x[static_cast<std::int64_t>(sorted[i].index) * step];
    indices[i * step] = sorted[i].index;
  }
}

void top_k(const KernelCall &call) {
  const KernelBuffer &from = call.operands[0];
  const std::int64_t k = call.numbers[0], axis = call.numbers[1];
  const Lines lines(from, axis), results(call.results[0], axis);
  require_few_enough(call, lines.length);
  if (k > lines.length) fail<ShapeError>(call, "k is ", k, ", axis ", axis, " of ", describe(from), " has ", lines.length);
  with_element(dtype_of(from), [&](auto type) {
    using T = typename decltype(type)::type;
    for_each_task(lines.count(), count_of(from) * 2, [&](std::int64_t line) {
      const std::int64_t to = results.start(line);
      top_k_line(data_of<T>(from) + lines.start(line), data_of<T>(call.results[0]) + to, data_of<std::int64_t>(call.results[1]) + to,
                 lines.length, k, lines.inner, call.numbers[2]);
    });
  });
}

// --- places in what is sorted --------------------------------------------------------------------------------------

void searchsorted(const KernelCall &call) {
  const KernelBuffer &sorted = call.operands[0], &values = call.operands[1];
  const bool right = call.numbers[0];
  with_element(dtype_of(sorted), [&](auto type) {
    using T = typename decltype(type)::type;
    constexpr auto key = key_of<T, Zeros::Equal>;
    const std::int64_t length = sorted.extents[0], count = count_of(values);
    const T *begin = data_of<T>(sorted), *wanted = data_of<T>(values);
    constexpr std::int64_t kGrain = 4096;
    for_each_task((count + kGrain - 1) / kGrain, count * 50, [&](std::int64_t task) {
      for (std::int64_t i = task * kGrain; i < std::min(count, (task + 1) * kGrain); ++i) {
        const auto at = key(wanted[i]);
        const T *place = right ? std::partition_point(begin, begin + length, [&](T each) { return key(each) <= at; })
                               : std::partition_point(begin, begin + length, [&](T each) { return key(each) < at; });
        data_of<std::int64_t>(call.results[0])[i] = place - begin;
      }
    });
  });
}

} // namespace
} // namespace burin::runtime

using namespace burin::runtime;

extern "C" void burin_rt_kernel_sort(CallContext *context, const KernelCall *call) noexcept {
  run_kernel(context, call, burin::runtime::sort);
}
extern "C" void burin_rt_kernel_argsort(CallContext *context, const KernelCall *call) noexcept { run_kernel(context, call, argsort); }
extern "C" void burin_rt_kernel_top_k(CallContext *context, const KernelCall *call) noexcept { run_kernel(context, call, top_k); }
extern "C" void burin_rt_kernel_searchsorted(CallContext *context, const KernelCall *call) noexcept {
  run_kernel(context, call, searchsorted);
}
