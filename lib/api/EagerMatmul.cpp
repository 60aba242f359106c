#include "lib/api/EagerMatmul.h"
#include "compiler/Compiler.h"
#include "lib/api/EagerCache.h"
#include "lib/api/ProcessOptions.h"
#include "lib/api/Promotion.h"
#include "lib/api/StridedCopy.h"
#include "lib/api/TensorImpl.h"
#include "runtime/kernels/Elements.h"
#include <algorithm>
#include <cmath>
#include <vector>

namespace burin::detail {
namespace {

using Numbers = std::vector<std::int64_t>;

/// One product of dense matrices, or a batch of them: offsets of their operands, in elements.
struct Product {
  std::int64_t m, n, k;
  std::int64_t chains; ///< compiler::product_chains
  const void *lhs, *rhs;
  void *result;
  Numbers lhs_offsets, rhs_offsets;
};

/// Steps `begin`, `begin + step`, ... before `end` of the sums over k.
struct Steps {
  std::int64_t begin, end, step;
};

template <class T> [[gnu::always_inline]] inline T multiply_add(T x, T y, T z) {
  if constexpr (std::is_same_v<T, float>) return __builtin_fmaf(x, y, z);
  else if constexpr (std::is_same_v<T, double>) return __builtin_fma(x, y, z);
  else return static_cast<T>(z + 1u * x * y); // small elements would become signed
}

/// Adds to a tile of sums, which the registers hold.
template <int kRows, int kColumns, class T>
[[gnu::always_inline]] inline void accumulate(T (&sums)[kRows][kColumns], const T *lhs, std::int64_t lhs_stride, const T *rhs,
                                              std::int64_t rhs_stride, Steps steps) {
  for (std::int64_t k = steps.begin; k < steps.end; k += steps.step)
    for (int row = 0; row < kRows; ++row) {
      const T element = lhs[row * lhs_stride + k];
      for (int column = 0; column < kColumns; ++column)
        sums[row][column] = multiply_add(element, rhs[k * rhs_stride + column], sums[row][column]);
    }
}

template <int kRows, int kColumns, class T>
[[gnu::always_inline]] inline void multiply_tile(const Product &call, const T *lhs, const T *rhs, std::int64_t rhs_stride, T *result,
                                                 std::int64_t columns) {
  const std::int64_t whole = call.k / call.chains * call.chains;
  T totals[kRows][kColumns];
  for (std::int64_t chain = 0; chain < call.chains; ++chain) {
    T sums[kRows][kColumns] = {};
    accumulate(sums, lhs, call.k, rhs, rhs_stride, {chain, whole, call.chains});
    if (chain == 0) accumulate(sums, lhs, call.k, rhs, rhs_stride, {whole, call.k, 1});
    for (int row = 0; row < kRows; ++row)
      for (int column = 0; column < kColumns; ++column)
        totals[row][column] = chain == 0 ? sums[row][column] : static_cast<T>(totals[row][column] + sums[row][column]);
  }
  for (int row = 0; row < kRows; ++row) std::copy_n(totals[row], columns, result + row * call.n);
}

/// `kColumns` columns, of which `columns` count.
template <int kColumns, class T>
[[gnu::always_inline]] inline void multiply_panel(const Product &call, const T *lhs, const T *rhs, std::int64_t rhs_stride, T *result,
                                                  std::int64_t columns) {
  constexpr int kRows = 4;
  std::int64_t row = 0;
  for (; row + kRows <= call.m; row += kRows)
    multiply_tile<kRows, kColumns>(call, lhs + row * call.k, rhs, rhs_stride, result + row * call.n, columns);
  for (; row < call.m; ++row) multiply_tile<1, kColumns>(call, lhs + row * call.k, rhs, rhs_stride, result + row * call.n, columns);
}

/// In panels of `kBytes`, so that the sums of a tile fit the registers; what is left over in one of a vector's width, filled up.
template <int kBytes, class T>
[[gnu::always_inline]] inline void multiply_matrices(const Product &call, const T *lhs, const T *rhs, T *result) {
  constexpr int kWide = kBytes / sizeof(T), kNarrow = 32 / sizeof(T);
  std::int64_t column = 0;
  for (; column + kWide <= call.n; column += kWide) multiply_panel<kWide>(call, lhs, rhs + column, call.n, result + column, kWide);
  for (; column + kNarrow <= call.n; column += kNarrow) multiply_panel<kNarrow>(call, lhs, rhs + column, call.n, result + column, kNarrow);
  const std::int64_t rest = call.n - column;
  if (rest == 0) return;
  std::vector<T> packed(static_cast<std::size_t>(call.k * kNarrow), T(0));
  for (std::int64_t k = 0; k < call.k; ++k) std::copy_n(rhs + k * call.n + column, rest, packed.data() + k * kNarrow);
  multiply_panel<kNarrow>(call, lhs, packed.data(), kNarrow, result + column, rest);
}

template <int kBytes, class T> [[gnu::always_inline]] inline void multiply_batch(const Product &call) {
  for (std::size_t i = 0; i < call.lhs_offsets.size(); ++i)
    multiply_matrices<kBytes>(call, static_cast<const T *>(call.lhs) + call.lhs_offsets[i],
                              static_cast<const T *>(call.rhs) + call.rhs_offsets[i],
                              static_cast<T *>(call.result) + static_cast<std::int64_t>(i) * call.m * call.n);
}

// The same code for each width of vectors: no processor may meet instructions that it lacks.
using Multiply = void (*)(const Product &);
template <class T> [[gnu::target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]] void multiply_512(const Product &call) {
  multiply_batch<128, T>(call);
}
template <class T> [[gnu::target("avx2,fma")]] void multiply_256(const Product &call) { multiply_batch<64, T>(call); }

/// Null where the processor has no fused multiply-adds.
template <class T> Multiply multiply_of() {
  static const bool has_512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                              __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  static const bool has_256 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return has_512 && has_256 ? multiply_512<T> : has_256 ? multiply_256<T> : nullptr;
}

Multiply multiply_of(DType dtype) {
  switch (dtype) {
  case DType::I8:
  case DType::U8: return multiply_of<std::uint8_t>();
  case DType::I16:
  case DType::U16: return multiply_of<std::uint16_t>();
  case DType::I32:
  case DType::U32: return multiply_of<std::uint32_t>();
  case DType::I64:
  case DType::U64: return multiply_of<std::uint64_t>();
  case DType::F32: return multiply_of<float>();
  case DType::F64: return multiply_of<double>();
  default: return nullptr;
  }
}

} // namespace

/// The batch dimensions of the result; none where they don't broadcast.
static std::optional<Numbers> batch_extents(const Shape &lhs, const Shape &rhs) {
  const int rank = std::max(lhs.rank(), rhs.rank()) - 2;
  Numbers extents;
  for (int i = 0; i < rank; ++i) {
    const int of_lhs = i - (rank - (lhs.rank() - 2)), of_rhs = i - (rank - (rhs.rank() - 2));
    const std::int64_t a = of_lhs < 0 ? 1 : lhs[of_lhs], b = of_rhs < 0 ? 1 : rhs[of_rhs];
    if (a != b && a != 1 && b != 1) return std::nullopt;
    extents.push_back(a == 1 ? b : a);
  }
  return extents;
}

/// Where the matrices of `shape` lie that a batch of `extents` uses, in elements.
static Numbers batch_offsets(const Shape &shape, const Numbers &extents) {
  const Numbers strides = strides_of(shape, 1);
  const std::size_t lead = extents.size() - (strides.size() - 2);
  Numbers offsets = {0};
  for (std::size_t i = 0; i < extents.size(); ++i) {
    const std::int64_t stride = i < lead || shape[static_cast<int>(i - lead)] == 1 ? 0 : strides[i - lead];
    Numbers longer;
    for (const std::int64_t offset : offsets)
      for (std::int64_t place = 0; place < extents[i]; ++place) longer.push_back(offset + place * stride);
    offsets = std::move(longer);
  }
  return offsets;
}

/// Multiplications on one kind of shapes after which these get code of their own, which takes some ten milliseconds to make; each call counts
/// as some more, so that shapes that are here to stay get it soon.
static constexpr std::int64_t kMostWork = 1 << 23, kWorkOfACall = 1 << 17;

static DType computed_in(DType dtype) { return dtype == DType::F16 || dtype == DType::BF16 ? DType::F32 : dtype; }

/// How to multiply; false where code for the shapes does it.
static bool plan(Product &call, DType dtype, const Shape &lhs, const Shape &rhs) {
  const double exact = static_cast<double>(call.lhs_offsets.size()) * static_cast<double>(call.m) * static_cast<double>(call.n) *
                       static_cast<double>(call.k);
  if (exact > kMostWork) return false;
  EagerKey key("matmul by steps");
  key.add(dtype, lhs);
  key.add(dtype, rhs);
  const auto chains = [&] {
    return is_floating(dtype) ? compiler::product_chains(call.m, call.n, call.k, computed_in(dtype), vector_bits()) : 1;
  };
  const std::shared_ptr<ShapeUse> use = shape_use(key, chains);
  call.chains = use->order;
  const auto work = static_cast<std::int64_t>(exact) + kWorkOfACall;
  return use->work.fetch_add(work, std::memory_order_relaxed) + work <= kMostWork;
}

Tensor multiply_eagerly(std::string_view op, std::string_view label, std::span<const Tensor> operands, std::span<const NamedAttribute>,
                        std::source_location location) {
  if (op != "matmul") return {};
  const TensorImpl &lhs = *operands[0].impl(), &rhs = *operands[1].impl();
  const DType dtype = computed_in(lhs.dtype);
  const Multiply multiply = multiply_of(dtype);
  if (!multiply || rhs.dtype != lhs.dtype || lhs.shape.rank() < 2 || rhs.shape.rank() < 2) return {};
  Product call{lhs.shape.extent(-2), rhs.shape.extent(-1), lhs.shape.extent(-1), 1, nullptr, nullptr, nullptr, {}, {}};
  const std::optional<Numbers> batch = batch_extents(lhs.shape, rhs.shape);
  if (!batch || rhs.shape.extent(-2) != call.k || call.m == 0 || call.n < 2 || call.k < 2) return {};
  constexpr std::int64_t kMostMatrices = 1 << 16;
  std::int64_t count = 1;
  for (const std::int64_t extent : *batch)
    if (extent == 0 || (count *= extent) > kMostMatrices) return {};
  call.lhs_offsets = batch_offsets(lhs.shape, *batch);
  call.rhs_offsets = batch_offsets(rhs.shape, *batch);
  if (!plan(call, lhs.dtype, lhs.shape, rhs.shape)) return {};
  Numbers extents = *batch;
  extents.push_back(call.m);
  extents.push_back(call.n);
  const Tensor wide_lhs = as_tensor(label, {operands[0], location}, dtype), wide_rhs = as_tensor(label, {operands[1], location}, dtype);
  const Tensor result = uninitialised(dtype, Shape(std::span<const std::int64_t>(extents), location), label, location);
  call.lhs = wide_lhs.impl()->data;
  call.rhs = wide_rhs.impl()->data;
  call.result = result.impl()->data;
  multiply(call);
  return as_tensor(label, {result, location}, lhs.dtype);
}

} // namespace burin::detail
