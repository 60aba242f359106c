#include "burin/burin.h"
#include "test/unit/api/Thrown.h"

using namespace burin;
using burin::test::thrown;

TEST(Options, ValuesThatMakeNoSenseAreRejected) {
  Options wrong = options();
  wrong.vector_bits = 100;
  EXPECT_EQ(thrown<Error>([&] { set_options(wrong); }), "options: vector_bits is 100, expected 0 (the widest), 128, 256 or 512");
  EXPECT_EQ(thrown<Error>([] { set_thread_count(-1); }),
            "options: the number of threads is -1, expected 0 (one for each core) or more");
  EXPECT_NE(options().vector_bits, 100);
}

TEST(Options, N4_ResultsDoNotDependOnThreads) {
  const Tensor x = cast(arange(1 << 20), DType::F32) / 3;
  set_thread_count(1);
  const float one = sum(x).item<float>();
  set_thread_count(0);
  EXPECT_EQ(sum(x).item<float>(), one);
}

TEST(Options, T16_FunctionsRunEagerlyWhenAsked) {
  int runs = 0;
  auto f = function([&](Tensor x) {
    ++runs;
    return exp(x) * 2;
  });
  const float compiled = f(constant(0.3f)).item<float>();
  run_functions_eagerly(true);
  const float eager = f(constant(0.3f)).item<float>();
  f(constant(0.3f));
  run_functions_eagerly(false);
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(eager, compiled);
}

TEST(Options, WarmEagerOpsTakeNoSystemMemory) {
  const Tensor x = zeros({100});
  for (int i = 0; i < 3; ++i) exp(x + 1);
  const auto before = pool_stats().system_allocations;
  for (int i = 0; i < 100; ++i) exp(x + 1);
  EXPECT_EQ(pool_stats().system_allocations, before);
}
