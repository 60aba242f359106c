// Arguments and results of every structure: rule T3.
#include "Matchers.h"
#include "burin/Function.h"
#include "burin/Ops.h"
#include <array>
#include <map>
#include <optional>
#include <unordered_map>

namespace {

struct Batch {
  burin::Tensor images;
  std::vector<burin::Tensor> labels;
  int epoch = 0;
};

struct Nested {
  Batch batch;
  std::optional<burin::Tensor> mask;
};

} // namespace

template <> struct burin::Aggregate<Batch> {
  static auto fields(auto &batch) { return std::tie(batch.images, batch.labels, batch.epoch); }
  static constexpr std::array names = {"images", "labels", "epoch"};
};
template <> struct burin::Aggregate<Nested> {
  static auto fields(auto &nested) { return std::tie(nested.batch, nested.mask); }
};

namespace burin::test {

static Tensor number(float value) { return Tensor::scalar(value); }

TEST(Structure, T3_NothingInNothingOut) {
  Variable v(number(1), "v");
  auto f = function([&] { v.assign_add(1.0f); });
  static_assert(std::is_void_v<decltype(f())>);
  f();
  f();
  EXPECT_EQ(v.item<float>(), 3);
}

TEST(Structure, T3_TuplesAndPairs) {
  auto f = function([](std::tuple<Tensor, int, std::pair<Tensor, bool>> x) {
    auto [a, n, pair] = x;
    return std::make_tuple(pair.first, std::pair{n + 1, a + pair.first}, pair.second);
  });
  auto [b, pair, flag] = f(std::tuple{number(1), 7, std::pair{number(2), true}});
  EXPECT_EQ(b.item<float>(), 2);
  EXPECT_EQ(pair.first, 8);
  EXPECT_EQ(pair.second.item<float>(), 3);
  EXPECT_TRUE(flag);
}

TEST(Structure, T3_AResultCanBeAnArgument) {
  auto f = function([](Tensor x, Tensor y) { return std::array{y, x, y}; });
  const std::array<Tensor, 3> result = f(1.0f, 2.0f);
  EXPECT_EQ(result[0].item<float>(), 2);
  EXPECT_EQ(result[1].item<float>(), 1);
  EXPECT_EQ(result[2].item<float>(), 2);
}

TEST(Structure, T3_ACapturedTensorCanBeAResult) {
  const Tensor captured = Tensor::from_vector(std::vector<float>(100, 4.0f));
  auto f = function([=](Tensor) { return captured; });
  EXPECT_EQ(f(1.0f).to_vector<float>(), std::vector<float>(100, 4.0f));
}

TEST(Structure, T3_VectorsByTheirLength) {
  auto f = function([](std::vector<Tensor> xs) {
    Tensor sum = xs[0];
    for (std::size_t i = 1; i < xs.size(); ++i) sum += xs[i];
    xs.push_back(sum);
    return xs;
  });
  EXPECT_EQ(f(std::vector{number(1), number(2)})[2].item<float>(), 3);
  EXPECT_EQ(f(std::vector{number(1), number(2), number(3)})[3].item<float>(), 6);
  EXPECT_EQ(f.traces().size(), 2u);
}

TEST(Structure, T3_OptionalsByTheirPresence) {
  auto f = function([](Tensor x, std::optional<Tensor> bias) -> std::optional<Tensor> {
    if (!bias) return std::nullopt;
    return x + *bias;
  });
  EXPECT_EQ(f(1.0f, number(2))->item<float>(), 3);
  EXPECT_FALSE(f(1.0f, std::nullopt).has_value());
  EXPECT_EQ(f(1.0f, number(3))->item<float>(), 4);
  EXPECT_EQ(f.traces().size(), 2u);
}

TEST(Structure, T3_MapOrderIsNoPartOfTheSignature) {
  using Map = std::unordered_map<std::string, Tensor>;
  auto f = function([](Map x) {
    x["sum"] = x["a"] - x["b"];
    return x;
  });
  Map forward, backward;
  forward.reserve(100);
  for (const char *key : {"a", "b", "c"}) forward[key] = number(static_cast<float>(key[0]));
  for (const char *key : {"c", "b", "a"}) backward[key] = number(static_cast<float>(key[0]));
  EXPECT_EQ(f(forward)["sum"].item<float>(), -1);
  EXPECT_EQ(f(backward)["sum"].item<float>(), -1);
  EXPECT_EQ(f(backward)["c"].item<float>(), 'c');
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(Structure, T3_Aggregates) {
  auto f = function([](Nested x) {
    x.batch.images = x.batch.images + x.batch.labels.at(1);
    if (x.mask) x.batch.images *= *x.mask;
    ++x.batch.epoch;
    return x;
  });
  const Nested result = f(Nested{Batch{number(1), {number(2), number(3)}, 5}, number(10)});
  EXPECT_EQ(result.batch.images.item<float>(), 40);
  EXPECT_EQ(result.batch.labels.size(), 2u);
  EXPECT_EQ(result.batch.labels[1].item<float>(), 3);
  EXPECT_EQ(result.batch.epoch, 6);
  EXPECT_EQ(result.mask->item<float>(), 10);
}

TEST(Structure, T3_AnArgumentOfTheLambdaIsACopy) {
  auto f = function([](std::vector<Tensor> &xs) {
    xs.push_back(xs[0]);
    return xs.size();
  });
  std::vector<Tensor> xs{number(1)};
  EXPECT_EQ(f(xs), 2u);
  EXPECT_EQ(xs.size(), 1u);
}

TEST(Structure, T3_VariablesInContainersAndResults) {
  Variable v(number(1), "v"), w(number(2), "w");
  auto f = function([](Variable &a, Variable &b) {
    a.assign_add(1.0f);
    return std::tuple<Tensor, Variable>(b.read_value(), Variable(b.state()));
  });
  auto [value, variable] = f(v, w);
  EXPECT_EQ(value.item<float>(), 2);
  EXPECT_EQ(variable.state(), w.state());
  auto [other_value, other] = f(w, v);
  EXPECT_EQ(other.state(), v.state());
  EXPECT_EQ(other_value.item<float>(), 2);
}

TEST(Structure, T3_GenericLambdasTakeArgumentsAsTheyAre) {
  auto f = function([](auto x, auto... rest) {
    if constexpr (std::is_same_v<decltype(x), Tensor>) return x + static_cast<float>(sizeof...(rest));
    else return x;
  });
  EXPECT_EQ(f(number(1), 2, "three").item<float>(), 3);
  EXPECT_EQ(f(1), 1);
  EXPECT_EQ(f(1.5f), 1.5f);
  EXPECT_EQ(f(std::string("x")), "x");
  EXPECT_EQ(f.traces().size(), 4u);
}

TEST(Structure, T3_FunctionPointers) {
  auto f = function(+[](Tensor x) { return x + 1.0f; });
  EXPECT_EQ(f(1.0f).item<float>(), 2);
}

TEST(Structure, T3_LongListsOfTensors) {
  auto f = function([](std::vector<Tensor> xs) { return xs; });
  std::vector<Tensor> xs;
  for (int i = 0; i < 100; ++i) xs.push_back(number(static_cast<float>(i)));
  for (int repeat = 0; repeat < 2; ++repeat) {
    const std::vector<Tensor> result = f(xs);
    ASSERT_EQ(result.size(), 100u);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(result[static_cast<std::size_t>(i)].item<float>(), static_cast<float>(i));
  }
}

} // namespace burin::test
