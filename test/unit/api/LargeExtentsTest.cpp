// Tensors with large extents: empty ones, whose other extents may be of any size, and results that no cache holds.
#include "burin/burin.h"
#include <functional>
#include <gtest/gtest.h>

using namespace burin;

namespace {

constexpr std::int64_t kHuge = std::int64_t(1) << 31; // two of them are within 2^63 - 1 bytes, three beyond

using Op = std::function<Tensor(const Tensor &)>;

struct Expected {
  const char *name;
  Op op;
  Shape shape; ///< of the result for [kHuge,kHuge,kHuge,0]
};

/// Eagerly, for known extents, and for dynamic ones.
void check(const Expected &expected) {
  SCOPED_TRACE(expected.name);
  const Tensor x = zeros({kHuge, kHuge, kHuge, 0});
  const auto f = [&](Tensor t) { return expected.op(t); };
  EXPECT_EQ(f(x).shape(), expected.shape);
  EXPECT_EQ(function(f)(x).shape(), expected.shape);
  FunctionOptions options;
  options.input_signature = {TensorSpec(DType::F32, {kDynamic, kDynamic, kDynamic, 0})};
  EXPECT_EQ(function(f, options)(x).shape(), expected.shape);
}

TEST(LargeExtents, EmptyTensorsAreOfAnyExtents) {
  const Shape same{kHuge, kHuge, kHuge, 0};
  const Expected all[] = {
      {"add", [](const Tensor &x) { return x + 1.0f; }, same},
      {"exp", [](const Tensor &x) { return exp(x); }, same},
      {"cast", [](const Tensor &x) { return cast(x, DType::I16); }, same},
      {"where", [](const Tensor &x) { return where(x > 0.0f, x, -x); }, same},
      {"sum", [](const Tensor &x) { return sum(x, 0); }, {kHuge, kHuge, 0}},
      {"sum of all", [](const Tensor &x) { return sum(x); }, {}},
      {"mean", [](const Tensor &x) { return mean(x, {0, 1, 2}); }, {0}},
      {"var", [](const Tensor &x) { return var(x, {0, 1, 2}); }, {0}},
      {"max", [](const Tensor &x) { return max(x, {0, 1, 2}); }, {0}},
      {"logsumexp", [](const Tensor &x) { return logsumexp(x, {0, 1, 2}); }, {0}},
      {"softmax", [](const Tensor &x) { return softmax(x, 0); }, same},
      {"argmax", [](const Tensor &x) { return argmax(x, 0); }, {kHuge, kHuge, 0}},
      {"transpose", [](const Tensor &x) { return transpose(x, {3, 2, 1, 0}); }, {0, kHuge, kHuge, kHuge}},
      {"reshape", [](const Tensor &x) { return reshape(x, {0, 5}); }, {0, 5}},
      {"expand_dims", [](const Tensor &x) { return expand_dims(x, 0); }, {1, kHuge, kHuge, kHuge, 0}},
      {"concat", [](const Tensor &x) { return concat({x, x}, 0); }, {2 * kHuge, kHuge, kHuge, 0}},
      {"slice", [](const Tensor &x) { return slice(x, {1, 0, 0, 0}, {3, kHuge, kHuge, 0}); }, {2, kHuge, kHuge, 0}},
      {"tile", [](const Tensor &x) { return tile(x, {1, 2, 1, 1}); }, {kHuge, 2 * kHuge, kHuge, 0}},
      {"repeat", [](const Tensor &x) { return repeat(x, 2, 2); }, {kHuge, kHuge, 2 * kHuge, 0}},
      {"flip", [](const Tensor &x) { return flip(x, 0); }, same},
      {"roll", [](const Tensor &x) { return roll(x, 1, 0); }, same},
      {"take", [](const Tensor &x) { return take(x, constant({0, 1}), 0); }, {2, kHuge, kHuge, 0}},
      {"index", [](const Tensor &x) { return x.index({0, ellipsis}); }, {kHuge, kHuge, 0}},
      {"cumulative_sum", [](const Tensor &x) { return cumulative_sum(x, 0); }, same},
      {"sort", [](const Tensor &x) { return sort(x, 0); }, same},
      {"unique", [](const Tensor &x) { return unique(x); }, {0}},
      {"nonzero", [](const Tensor &x) { return nonzero(x)[0]; }, {0}},
      {"mask", [](const Tensor &x) { return boolean_mask(x, x > 0.0f); }, {0}},
      {"einsum", [](const Tensor &x) { return einsum("abcd->dcba", {x}); }, {0, kHuge, kHuge, kHuge}},
      {"matmul", [](const Tensor &x) { return matmul(transpose(x, {0, 1, 3, 2}), x); }, {kHuge, kHuge, 0, 0}},
  };
  for (const Expected &each : all) check(each);
}

// The code stores such results past the caches.
TEST(LargeExtents, ResultsThatNoCacheHolds) {
  constexpr std::int64_t kCount = (std::int64_t(1) << 25) + 5;
  const auto f = function([](Tensor x) { return std::pair(x * 2 + 1, x > 7); });
  const Tensor x = arange(kCount, DType::I32);
  const auto [doubled, greater] = f(x);
  const auto numbers = doubled.view<std::int32_t>();
  const auto bools = greater.view<bool>();
  std::int64_t wrong = 0;
  for (std::int64_t i = 0; i < kCount; ++i) {
    const auto at = static_cast<std::size_t>(i);
    wrong += numbers[at] != 2 * i + 1 || bools[at] != (i > 7);
  }
  EXPECT_EQ(wrong, 0);
}

} // namespace
