// Traces whose extents are known, dynamic, or depend on values: rules T1 to T6, T10 to T17.
#include "test/unit/function/Floats.h"
#include "test/unit/function/Matchers.h"
#include "test/unit/function/Ways.h"
#include <atomic>
#include <barrier>
#include <thread>

namespace burin::test {

class TraceWays : public EachWay {};
BURIN_IN_EACH_WAY(TraceWays);
class TracedWays : public EachWay {};
BURIN_IN_EACH_TRACED_WAY(TracedWays);

TEST_P(TraceWays, T1_T16_EqualSignaturesAreTracedOnce) {
  int runs = 0;
  auto f = in_this_way([&](Tensor x) { return ++runs, x * 2.0f; });
  EXPECT_EQ(floats(f(constant({1.0f, 2.0f}))), (Floats{2, 4}));
  EXPECT_EQ(floats(f(constant({3.0f, 4.0f}))), (Floats{6, 8}));
  EXPECT_EQ(runs, is_traced() ? 1 : 2);
  EXPECT_EQ(f.traces().size(), is_traced() ? 1u : 0u);
}

enum class Mode { Train, Test };

TEST_P(TraceWays, T2_StaticArgumentsAreKeyedByValueAndTensorsByWhatTheyAre) {
  auto f = in_this_way<int, bool, double, Mode, std::string>([](Tensor x, int n, bool twice, double add, Mode mode, std::string text) {
    return x * n * (twice ? 2 : 1) + add + static_cast<int>(mode) + static_cast<int>(text.size());
  });
  const Tensor x = constant({1.0f}), y = constant({2.0f});
  EXPECT_EQ(floats(f(x, 3, true, 0.5, Mode::Train, "")), (Floats{6.5}));
  EXPECT_EQ(floats(f(y, 3, true, 0.5, Mode::Train, "")), (Floats{12.5}));
  if (is_traced()) {
    EXPECT_EQ(f.traces().size(), 1u);
  }
  EXPECT_EQ(floats(f(x, 4, true, 0.5, Mode::Train, "")), (Floats{8.5}));
  EXPECT_EQ(floats(f(x, 3, false, 0.5, Mode::Train, "")), (Floats{3.5}));
  EXPECT_EQ(floats(f(x, 3, true, 1.5, Mode::Train, "")), (Floats{7.5}));
  EXPECT_EQ(floats(f(x, 3, true, 0.5, Mode::Test, "")), (Floats{7.5}));
  EXPECT_EQ(floats(f(x, 3, true, 0.5, Mode::Train, "ab")), (Floats{8.5}));
  if (is_traced()) {
    EXPECT_EQ(f.traces().size(), 6u);
  }
}

TEST_P(TraceWays, T3_ResultsComeBackInTheirStructure) {
  auto f = in_this_way<int>([](Tensor x, int n) {
    std::map<std::string, std::vector<Tensor>> parts;
    for (int i = 0; i < n; ++i) parts["a"].push_back(x + static_cast<float>(i));
    return std::tuple(parts, std::optional<Tensor>(), std::array{sum(x), max(x)}, n);
  });
  const auto [parts, none, numbers, n] = f(constant({1.0f, 5.0f}), 2);
  EXPECT_EQ(floats(parts.at("a")[1]), (Floats{2, 6}));
  EXPECT_EQ(parts.at("a").size(), 2u);
  EXPECT_FALSE(none);
  EXPECT_EQ(numbers[0].item<float>() + numbers[1].item<float>(), 11);
  EXPECT_EQ(n, 2);
}

TEST_P(TraceWays, T4_CopiesShareTracesAndOthersDoNot) {
  int runs = 0;
  const auto lambda = [&runs](Tensor x) { return ++runs, x; };
  auto f = in_this_way(lambda), g = in_this_way(lambda);
  const auto copy = f;
  const Tensor x = constant({1.0f});
  f(x), copy(x);
  EXPECT_EQ(runs, is_traced() ? 1 : 2);
  g(x);
  EXPECT_EQ(runs, is_traced() ? 2 : 3);
}

TEST_P(TraceWays, T5_T6_HostValuesAreFrozenAndVariablesAreNot) {
  float factor = 2;
  Variable v(constant(1.0f), "v");
  auto f = in_this_way([&](Tensor x) { return x * factor + v; });
  EXPECT_EQ(floats(f(constant({1.0f}))), (Floats{3}));
  factor = 3;
  v.assign(constant(10.0f));
  EXPECT_EQ(floats(f(constant({1.0f}))), (Floats{is_traced() ? 12.0f : 13.0f}));
}

TEST_P(TraceWays, T6_VariablesThatArePassed) {
  Variable v(constant(1.0f), "v"), w(constant(10.0f), "w");
  auto f = in_this_way<Variable &, Variable &>([](Tensor x, Variable &a, Variable &b) {
    a.assign_add(sum(x));
    b.assign(b * 2.0f);
  });
  const Tensor x = constant({1.0f, 2.0f});
  f(x, v, w);
  EXPECT_EQ(v.item<float>(), 4);
  EXPECT_EQ(w.item<float>(), 20);
  f(x, w, v);
  EXPECT_EQ(w.item<float>(), 23);
  EXPECT_EQ(v.item<float>(), 8);
  if (is_traced()) {
    EXPECT_EQ(f.traces().size(), 1u);
  }
  f(x, v, v);
  EXPECT_EQ(v.item<float>(), 22);
  if (is_traced()) {
    EXPECT_EQ(f.traces().size(), 2u);
  }
}

TEST_P(TracedWays, T10_ARetraceSaysWhatWasDifferent) {
  auto f = in_this_way<int>([](Tensor x, int n) { return x * n; });
  f(constant({1.0f}), 1);
  f(constant({1.0f}), 2);
  ASSERT_EQ(f.traces().size(), 2u);
  ASSERT_EQ(f.traces()[1].differences.size(), 1u);
  EXPECT_EQ(f.traces()[1].differences[0].text, "argument 1: was 1, now 2");
}

TEST_P(TracedWays, T11_TheLeastRecentlyUsedTraceIsDropped) {
  int runs = 0;
  auto f = in_this_way<int>([&](Tensor x, int n) { return ++runs, x * n; }, {.max_traces = 2});
  const Tensor x = constant({1.0f});
  for (const int n : {1, 2, 1, 3, 1}) EXPECT_EQ(floats(f(x, n)), (Floats{static_cast<float>(n)}));
  EXPECT_EQ(runs, 3);
  f(x, 2);
  EXPECT_EQ(runs, 4);
}

TEST_P(TracedWays, T12_ConcreteFunctionsTraceWithoutRunning) {
  Variable v(constant(0), "v");
  int runs = 0;
  auto f = in_this_way([&](Tensor x) {
    ++runs;
    v.assign_add(1);
    return x;
  });
  const Tensor x = constant({1.0f, 2.0f});
  const auto concrete = f.concrete(x);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(v.item<int>(), 0);
  EXPECT_EQ(concrete, f.concrete(x));
  EXPECT_EQ(floats(concrete(x)), (Floats{1, 2}));
  EXPECT_EQ(v.item<int>(), 1);
  EXPECT_EQ(runs, 1);
  EXPECT_THROW(concrete(constant({1, 2})), SignatureError);
}

TEST_P(TraceWays, T13_AFailedTraceLeavesNothing) {
  int runs = 0;
  auto f = in_this_way([&](Tensor x) {
    if (++runs == 1) throw std::runtime_error("on purpose");
    return x + 1.0f;
  });
  EXPECT_THROW(f(constant({1.0f})), std::runtime_error);
  EXPECT_EQ(f.traces().size(), 0u);
  EXPECT_EQ(floats(f(constant({1.0f}))), (Floats{2}));
  EXPECT_EQ(runs, 2);
}

TEST_P(TraceWays, T14_AHundredThreadsTraceOnce) {
  std::atomic<int> runs = 0, wrong = 0;
  auto inner = function([](Tensor x) { return tanh(x) + 1.0f; });
  auto f = in_this_way([&](Tensor x) {
    ++runs;
    return inner(x) * 2.0f;
  });
  const Tensor x = zeros({3});
  std::barrier start(100);
  std::vector<std::thread> threads;
  for (int i = 0; i < 100; ++i)
    threads.emplace_back([&] {
      start.arrive_and_wait();
      wrong += floats(f(x)) != Floats{2, 2, 2};
    });
  for (std::thread &thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(runs, is_traced() ? 1 : 100);
}

TEST_P(TraceWays, T15_Recursion) {
  std::function<Tensor(Tensor, int)> again;
  auto f = in_this_way<int>([&](Tensor x, int n) { return n == 0 ? x : x + again(x, n - 1); });
  again = [&](Tensor x, int n) { return f(x, n); };
  EXPECT_EQ(floats(f(constant({1.0f, 2.0f}), 4)), (Floats{5, 10}));
  auto endless = in_this_way<int>([&](Tensor x, int n) { return x + again(x, n); });
  again = [&](Tensor x, int n) { return endless(x, n); };
  if (is_traced()) {
    EXPECT_TRUE(has(thrown<TraceError>([&] { endless(constant({1.0f, 2.0f}), 1); }), "->"));
  }
}

TEST_P(TraceWays, T17_CallsOfOtherFunctions) {
  std::string lines;
  Variable v(constant(1.0f), "v");
  auto inner = function([&](Tensor x, int n) {
    v.assign_add(1.0f);
    print(PrintOptions{.end = ";", .callback = [&](std::string_view line) { lines += line; }}, "inner", n, v);
    return x * static_cast<float>(n);
  });
  auto f = in_this_way([&](Tensor x) {
    const Tensor first = inner(x, 2), again = inner(x, 2);
    return first + again + inner(inner(x, 3), 2);
  });
  EXPECT_EQ(floats(f(constant({1.0f, 2.0f}))), (Floats{10, 20}));
  EXPECT_EQ(lines, "inner 2 2;inner 2 3;inner 3 4;inner 2 5;");
  EXPECT_EQ(v.item<float>(), 5);
}

} // namespace burin::test
