// Elements that are narrower than what they are computed in, where one is left over beyond whole vectors of them.
#include "burin/burin.h"
#include <gtest/gtest.h>

using namespace burin;

static constexpr DType kNarrow[] = {DType::BF16, DType::F16, DType::I8, DType::U8, DType::I16, DType::U16};

static std::vector<float> floats(const Tensor &x) { return cast(x, DType::F32).to_vector<float>(); }

/// Whole numbers from 1 to 99, which all of the types have.
static Tensor numbers(std::vector<std::int64_t> shape) {
  std::int64_t count = 1;
  for (std::int64_t extent : shape) count *= extent;
  return reshape(floor(abs(sin(arange(count, DType::F32))) * 98) + 1, shape);
}

TEST(NarrowTypes, N6_PoolsOfOneChannelBeyondVectors) {
  PoolOptions options;
  options.strides = {1};
  for (int channels : {9, 17, 33, 65, 129}) {
    const Tensor x = numbers({1, 2, 3, channels});
    const std::vector<float> expected = floats(max_pool(x, {1, 2}, options));
    for (DType dtype : kNarrow) {
      auto pooled = function([&](Tensor x) { return max_pool(x, {1, 2}, options); });
      EXPECT_EQ(floats(pooled(cast(x, dtype))), expected) << name(dtype) << ", " << channels << " channels";
    }
  }
}

TEST(NarrowTypes, S2_APartOfAVariableIsAllThatIsAssigned) {
  for (int columns : {9, 17, 33, 65, 129})
    for (DType dtype : kNarrow)
      for (DType wide : {DType::F32, DType::I32, DType::I64}) {
        const Tensor x = numbers({columns});
        Variable v(full({2, columns}, 7, dtype), "v");
        auto assign = function([&](Tensor x) { v[0].assign(cast(x + 1, dtype)); });
        assign(cast(x, wide));
        const std::vector<float> found = floats(v);
        EXPECT_EQ(std::vector<float>(found.begin() + columns, found.end()), std::vector<float>(static_cast<std::size_t>(columns), 7))
            << name(dtype) << " from " << name(wide) << ", " << columns << " columns";
        EXPECT_EQ(std::vector<float>(found.begin(), found.begin() + columns), floats(cast(cast(x + 1, wide), dtype)));
      }
}
