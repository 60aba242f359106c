// Masks and mistakes of scaled_dot_product_attention; its values are in the numerics table.
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <cmath>
#include <gtest/gtest.h>

namespace burin::test {

static const Tensor &values() {
  static const Tensor made = constant({{1.0f, 2.0f}, {3.0f, 6.0f}});
  return made;
}

/// Of queries and keys without preferences: each query sees the mean of what it may see.
static std::vector<float> means(const AttentionOptions &options) {
  const auto attention = [options](Tensor v) { return scaled_dot_product_attention(zeros({2, 3}), zeros({2, 3}), v, options); };
  const std::vector<float> eager = attention(values()).to_vector<float>();
  const std::vector<float> compiled = function(attention)(values()).to_vector<float>();
  for (std::size_t i = 0; i < eager.size(); ++i) EXPECT_TRUE(eager[i] == compiled[i] || (std::isnan(eager[i]) && std::isnan(compiled[i])));
  return eager;
}

TEST(Attention, MasksSayWhichKeysAQuerySees) {
  EXPECT_EQ(means({}), (std::vector<float>{2, 4, 2, 4}));
  EXPECT_EQ(means({.causal = true}), (std::vector<float>{1, 2, 2, 4}));
  EXPECT_EQ(means({.mask = constant({{false, true}, {true, true}})}), (std::vector<float>{3, 6, 2, 4}));
  EXPECT_EQ(means({.mask = constant({0.0f, -INFINITY})}), (std::vector<float>{1, 2, 1, 2}));
  EXPECT_TRUE(std::isnan(means({.mask = constant({{false, true}, {true, true}}), .causal = true})[0]));
}

TEST(Attention, LeadingDimensionsBroadcast) {
  const Tensor result = scaled_dot_product_attention(ones({4, 1, 2, 3}), ones({5, 2, 3}), values());
  EXPECT_EQ(result.shape(), Shape({4, 5, 2, 2}));
}

TEST(Attention, TheScaleMayBeGiven) {
  const Tensor query = constant({{1.0f}}), key = constant({{0.0f}, {1.0f}}), value = constant({{0.0f}, {1.0f}});
  const Tensor result = scaled_dot_product_attention(query, key, value, {.scale = std::log(3.0)});
  EXPECT_NEAR(result.item<float>(), 0.75, 1e-6);
}

TEST(Attention, ErrorsNameWhatDoesNotFit) {
  const Tensor matrix = ones({2, 3});
  EXPECT_EQ(THROWN(ShapeError, scaled_dot_product_attention(matrix, ones({2, 4}), matrix)),
            "scaled_dot_product_attention: queries and keys differ in length: query f32[2,3], key f32[2,4]");
  EXPECT_EQ(THROWN(ShapeError, scaled_dot_product_attention(matrix, matrix, ones({3, 3}))),
            "scaled_dot_product_attention: there must be a value for each key: key f32[2,3], value f32[3,3]");
  EXPECT_EQ(THROWN(ShapeError, scaled_dot_product_attention(ones({3}), matrix, matrix)),
            "scaled_dot_product_attention: expected at least two dimensions, found f32[3]");
  const Tensor integers = constant({{1, 2}});
  EXPECT_EQ(THROWN(DTypeError, scaled_dot_product_attention(integers, integers, integers)),
            "scaled_dot_product_attention: expected floating element types, found i32[1,2]; cast them first");
  const std::string text = thrown<ShapeError>([&] { scaled_dot_product_attention(matrix, matrix, matrix, {.mask = ones({3, 2})}); });
  EXPECT_NE(text.find("scaled_dot_product_attention"), std::string::npos) << text;
}

} // namespace burin::test
