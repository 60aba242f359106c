// What goes wrong only when a compiled function runs: the call throws, and what came before has happened, the rest has not.
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <gtest/gtest.h>

namespace burin::test {
namespace {

TEST(RunTimeFailures, E5_AnIndexOutOfRangeKeepsLaterEffectsBack) {
  Variable count(Tensor::scalar(1.0f), "count");
  std::string printed;
  PrintOptions options;
  options.callback = [&](std::string_view text) { printed += text; };
  auto pick = function([&](Tensor x, Tensor indices) {
    count.assign_add(1.0f);
    Tensor taken = take(x, indices, 0);
    count.assign_add(10.0f);
    print(options, "taken", taken);
    return taken;
  });
  const Tensor x = Tensor::from_vector<float>({1, 2, 3, 4, 5, 6}, Shape{3, 2});
  EXPECT_EQ(pick(x, Tensor::from_vector<std::int64_t>({-1, 0})).to_vector<float>(), (std::vector<float>{5, 6, 1, 2}));
  EXPECT_EQ(count.item<float>(), 12);
  const std::string before = printed;

  const std::string text = THROWN(IndexError, pick(x, Tensor::from_vector<std::int64_t>({0, 3})));
  EXPECT_EQ(text.find("take: index 3 is out of range for axis 0 of f32[3,2] with extent 3"), 0u) << text;
  EXPECT_EQ(count.item<float>(), 13);
  EXPECT_EQ(printed, before);

  EXPECT_EQ(pick(x, Tensor::from_vector<std::int64_t>({1, 1})).to_vector<float>(), (std::vector<float>{3, 4, 3, 4}));
  EXPECT_EQ(count.item<float>(), 24);
}

TEST(RunTimeFailures, MemoryThatCannotBeHadNamesTheValue) {
  auto grow = function([](Tensor x) { return broadcast_to(x, {std::int64_t{1} << 31, 1024}) * 2.0f; });
  const std::string text = THROWN(Error, grow(Tensor::scalar(1.0f)));
  EXPECT_EQ(text.find("call: result f32[2147483648,1024]: cannot allocate 8796093022208 bytes"), 0u) << text;
  // Nothing is lost: the function still answers, and so do others.
  EXPECT_THROW(grow(Tensor::scalar(1.0f)), Error);
  EXPECT_EQ((Tensor::scalar(1.0f) + 1.0f).item<float>(), 2);
}

TEST(RunTimeFailures, MoreThanTwoToThe31ElementsAreSummed) {
  auto total = function([](Tensor x) { return sum(broadcast_to(x, {std::int64_t{1} << 31, 2})); });
  EXPECT_EQ(total(Tensor::scalar(std::int32_t{1})).item<std::int32_t>(), 0); // 2^32 wraps
}

TEST(OddFunctions, ANameOfTheRuntimesOwnIsTheUsersToo) {
  std::string printed;
  PrintOptions options;
  options.callback = [&](std::string_view text) { printed += text; };
  FunctionOptions named;
  named.name = "burin_rt_effect";
  auto f = function(
      [&](Tensor x) {
        print(options, x);
        return x + 1.0f;
      },
      named);
  EXPECT_EQ(f(Tensor::scalar(1.0f)).item<float>(), 2);
  EXPECT_EQ(printed, "1\n");
}

} // namespace
} // namespace burin::test
