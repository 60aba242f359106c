#include "burin/ops/Sorting.h"
#include "lib/api/Eager.h"
#include "lib/api/TensorImpl.h"
#include "lib/api/ops/Positions.h"
#include "runtime/kernels/Keys.h"
#include <algorithm>
#include <bit>
#include <complex>
#include <cstdint>
#include <vector>

namespace burin {

using namespace detail;

// --- order: of numbers, NaN behind all; of complex ones as NumPy has it ------------------------------------------------

template <class T> static bool is_nan(const T &value) { return value != value; }

template <class T> static bool precedes(const T &a, const T &b) { return a < b || (is_nan(b) && !is_nan(a)); }

template <class T> static bool precedes(const std::complex<T> &a, const std::complex<T> &b) {
  if (is_nan(a) != is_nan(b)) return is_nan(b);
  const bool same_real = a.real() == b.real() || (is_nan(a.real()) && is_nan(b.real()));
  return same_real ? precedes(a.imag(), b.imag()) : precedes(a.real(), b.real());
}

// --- distinct elements -------------------------------------------------------------------------------------------------

namespace {

template <class T> struct Placed {
  T value;
  std::int64_t index;
};

} // namespace

/// How the kernels know elements of T.
template <class T> struct ElementOf {
  using type = T;
};
template <> struct ElementOf<bool> {
  using type = std::uint8_t;
};
template <> struct ElementOf<float16> {
  using type = runtime::Float16;
};
template <> struct ElementOf<bfloat16> {
  using type = runtime::BFloat16;
};

template <class T> static std::vector<Placed<T>> sorted_by_keys(std::span<const T> elements) {
  using Element = typename ElementOf<T>::type;
  using Key = runtime::KeyOf<Element>;
  std::vector<runtime::Placed<Key>> items(2 * elements.size());
  for (std::size_t i = 0; i < elements.size(); ++i)
    items[i] = {runtime::key_of<Element, runtime::Zeros::Equal>(std::bit_cast<Element>(elements[i])), static_cast<std::uint32_t>(i)};
  const auto *in_order =
      runtime::radix_sort(items.data(), items.data() + elements.size(), elements.size(), [](const auto &item) { return item.key; });
  std::vector<Placed<T>> result(elements.size());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = {elements[in_order[i].index], in_order[i].index};
  return result;
}

/// Sorted; equal ones by their places.
template <class T> static std::vector<Placed<T>> sorted(std::span<const T> elements) {
  constexpr std::size_t kFew = 256; // comparing takes less time
  if constexpr (sizeof(T) <= 8 && !std::is_same_v<T, std::complex<float>>)
    if (elements.size() >= kFew && elements.size() >> 32 == 0) return sorted_by_keys(elements);
  std::vector<Placed<T>> result;
  result.reserve(elements.size());
  for (const T &element : elements) result.push_back({element, static_cast<std::int64_t>(result.size())});
  std::sort(result.begin(), result.end(), [](const Placed<T> &a, const Placed<T> &b) {
    return precedes(a.value, b.value) || (!precedes(b.value, a.value) && a.index < b.index);
  });
  return result;
}

/// The four results of unique_all.
template <class T> static std::vector<Tensor> distinct(const Tensor &x, NanEqual nan, std::source_location location) {
  std::vector<T> values;
  std::vector<std::int64_t> indices, inverse(static_cast<std::size_t>(x.element_count())), counts;
  for (const auto &[value, index] : sorted(x.view<T>(location))) {
    const bool known =
        !values.empty() && (T(values.back()) == value || (nan == NanEqual::Yes && is_nan(T(values.back())) && is_nan(value)));
    if (!known) {
      values.push_back(value);
      indices.push_back(index);
      counts.push_back(0);
    }
    ++counts.back();
    inverse[static_cast<std::size_t>(index)] = static_cast<std::int64_t>(counts.size()) - 1;
  }
  return {Tensor::from_vector(values, location), Tensor::from_vector(indices, location), Tensor::from_vector(inverse, x.shape(), location),
          Tensor::from_vector(counts, location)};
}

static std::vector<Tensor> distinct(const Tensor &x, NanEqual nan, std::source_location location) {
  switch (x.dtype()) {
  case DType::Bool: return distinct<bool>(x, nan, location);
  case DType::I8: return distinct<std::int8_t>(x, nan, location);
  case DType::I16: return distinct<std::int16_t>(x, nan, location);
  case DType::I32: return distinct<std::int32_t>(x, nan, location);
  case DType::I64: return distinct<std::int64_t>(x, nan, location);
  case DType::U8: return distinct<std::uint8_t>(x, nan, location);
  case DType::U16: return distinct<std::uint16_t>(x, nan, location);
  case DType::U32: return distinct<std::uint32_t>(x, nan, location);
  case DType::U64: return distinct<std::uint64_t>(x, nan, location);
  case DType::F16: return distinct<float16>(x, nan, location);
  case DType::BF16: return distinct<bfloat16>(x, nan, location);
  case DType::F32: return distinct<float>(x, nan, location);
  case DType::F64: return distinct<double>(x, nan, location);
  case DType::Complex64: return distinct<std::complex<float>>(x, nan, location);
  default: return distinct<std::complex<double>>(x, nan, location);
  }
}

static Finding finding_of_distinct(NanEqual nan, std::source_location location) {
  const auto specs = [](std::span<const Tensor> operands) {
    if (operands.size() != 1 || !operands[0].defined()) throw IoError("distinct elements are those of no tensor"); // of a file
    const Shape count{found_extent(operands[0])};
    const TensorSpec numbers{DType::I64, count};
    return std::vector{TensorSpec{operands[0].dtype(), count}, numbers, TensorSpec{DType::I64, operands[0].shape()}, numbers};
  };
  const auto on_host = [nan, location](std::span<const Tensor> operands) { return distinct(operands[0], nan, location); };
  return {specs, on_host, {"distinct", {nan == NanEqual::Yes}}};
}

[[maybe_unused]] static const bool is_registered = register_finding("distinct", [](ActionReader &reader) {
  return finding_of_distinct(reader.take<bool>() ? NanEqual::Yes : NanEqual::No, reader.location());
});

/// The same for a tensor whose values may be known only when a function runs: the host finds them then.
static std::vector<Tensor> distinct(const OpCall &call, const Operand &x, NanEqual nan) {
  const Tensor elements = call.tensor(x);
  const std::source_location location = call.location();
  if (!is_symbolic(elements)) return distinct(elements, nan, location);
  if (!current_trace()) require_not_leaked(elements, call.label(), location);
  return current_trace()->between(call.label(), {&elements, 1}, finding_of_distinct(nan, location), location);
}

Tensor unique(const Operand &x, NanEqual nan) { return distinct(OpCall("unique", x.location()), x, nan)[0]; }

UniqueAll unique_all(const Operand &x, NanEqual nan) {
  const std::vector<Tensor> results = distinct(OpCall("unique_all", x.location()), x, nan);
  return {results[0], results[1], results[2], results[3]};
}

} // namespace burin
