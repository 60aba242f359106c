// What happens on the host happens once for each trace; effects of Burin's own happen on every run.
#include "burin/burin.h"
#include <gtest/gtest.h>

namespace burin::test {
namespace {

TEST(Effects, E1_HostSideEffectsHappenOncePerTraceAndBurinsOnEveryRun) {
  int traced = 0;
  std::string printed;
  PrintOptions options;
  options.callback = [&](std::string_view text) { printed += text; };
  Variable runs(Tensor::scalar(0.0f), "runs");
  auto f = function([&](Tensor x) {
    ++traced;
    runs.assign_add(1.0f);
    print(options, x);
    return x;
  });
  for (int i = 0; i < 3; ++i) f(Tensor::scalar(static_cast<float>(i)));
  EXPECT_EQ(traced, 1);
  EXPECT_EQ(runs.item<float>(), 3);
  EXPECT_EQ(printed, "0\n1\n2\n");
}

} // namespace
} // namespace burin::test
