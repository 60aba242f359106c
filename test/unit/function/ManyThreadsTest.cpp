// What sixteen threads do at once to functions, variables, generators and streams; meant for ThreadSanitizer, too.
#include "burin/burin.h"
#include "test/unit/function/Matchers.h"
#include <atomic>
#include <barrier>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

namespace burin::test {
namespace {

constexpr int kThreads = 16;

template <class Body> void on_threads(const Body &body) {
  std::barrier start(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      body(i);
    });
  for (std::thread &thread : threads) thread.join();
}

TEST(ManyThreads, P3_E2_PrintsInCallsLoopsAndBranchesKeepEachThreadsOrder) {
  std::mutex mutex;
  std::map<int, std::string> printed; // by thread, which each line begins with
  PrintOptions options;
  options.callback = [&](std::string_view line) {
    const std::lock_guard lock(mutex);
    printed[std::stoi(std::string(line))] += line.substr(line.find(' ') + 1);
  };
  options.end = ";";
  auto inner = function([=](Tensor thread, Tensor i) {
    print(options, thread, "call", i);
    return i * 2;
  });
  auto f = function([=](Tensor thread) {
    print(options, thread, "begin");
    Tensor last = for_range(
        4,
        [&](Tensor i, Tensor s) {
          cond(equal(remainder(i, 2), 0), [&] { print(options, thread, "even", i); }, [&] { print(options, thread, "odd", i); });
          return s + inner(thread, i);
        },
        constant(std::int64_t(0)));
    print(options, thread, "end", last);
  });
  on_threads([&](int thread) {
    for (int i = 0; i < 5; ++i) f(constant(thread));
  });
  std::string once = "begin;even 0;call 0;odd 1;call 1;even 2;call 2;odd 3;call 3;end 12;", expected;
  for (int i = 0; i < 5; ++i) expected += once;
  ASSERT_EQ(printed.size(), static_cast<std::size_t>(kThreads));
  for (const auto &[thread, text] : printed) EXPECT_EQ(text, expected) << thread;
}

TEST(ManyThreads, P5_E5_AHostCallThatThrowsAmongParallelRegions) {
  Variable whole(Tensor::scalar<std::int64_t>(0), "whole");
  auto f = function([&](Tensor x, Tensor fails) {
    whole.assign_add(1);
    const Tensor y = tanh(x) * 2.0f; // large enough for the thread pool
    host_call(
        [](const Tensor &first, const Tensor &fails) {
          if (fails.item<bool>()) throw std::runtime_error("thrown for " + std::to_string(first.item<float>()));
        },
        std::vector<TensorSpec>{}, y[0], fails);
    whole.assign_add(1'000'000);
    return sum(y);
  });
  const Tensor x = zeros({1 << 20});
  std::atomic<int> failed = 0, passed = 0;
  on_threads([&](int thread) {
    for (int i = 0; i < 10; ++i) {
      const bool fails = (thread + i) % 2 == 0;
      try {
        passed += f(x, constant(fails)).item<float>() == 0 && !fails;
      } catch (const std::runtime_error &error) { failed += fails && has(error.what(), "thrown for 0.000"); }
    }
  });
  EXPECT_EQ(failed, kThreads * 5);
  EXPECT_EQ(passed, kThreads * 5);
  EXPECT_EQ(whole.item<std::int64_t>(), kThreads * 10 + kThreads * 5 * 1'000'000LL) << "old or new, never a mixture";
}

TEST(ManyThreads, S6_E3_AVariableReadAndWrittenInBothBranches) {
  Variable v(zeros({257}), "v");
  auto f = function([&](Tensor up) {
    const Tensor before = v.read_value();
    const Tensor after = cond(
        up,
        [&] {
          v.assign(v + 1.0f);
          return v.read_value();
        },
        [&] {
          v.assign_sub(1.0f);
          return v.read_value();
        });
    return max(abs(after - before)); // 1 if nobody came between
  });
  std::atomic<int> torn = 0;
  on_threads([&](int thread) {
    for (int i = 0; i < 50; ++i) {
      torn += f(constant(thread % 2 == 0)).item<float>() != 1;
      const std::vector<float> seen = v.to_vector<float>();
      torn += seen != std::vector<float>(257, seen[0]);
    }
  });
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(v.to_vector<float>(), std::vector<float>(257, 0));
}

TEST(ManyThreads, R1_S6_OneGeneratorInLoopsOfManyThreads) {
  Generator generator(11);
  auto f = function([&] {
    return for_range(
        3, [&](Tensor, Tensor s) { return s + cast(randint({4}, generator, 0, 2, DType::I64), DType::I64); }, zeros({4}, DType::I64));
  });
  std::atomic<int> wrong = 0;
  on_threads([&](int) {
    for (int i = 0; i < 20; ++i)
      for (const std::int64_t each : f().to_vector<std::int64_t>()) wrong += each < 0 || each > 3;
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(generator.state().to_vector<std::uint64_t>()[1], static_cast<std::uint64_t>(kThreads * 20 * 3)) << "each draw counts";
}

TEST(ManyThreads, T14_S1_TheFirstCallsMakeTheVariablesOnce) {
  std::optional<Variable> weights;
  std::atomic<int> wrong = 0;
  auto f = function([&](Tensor x) {
    if (!weights) weights.emplace(ones({3}), "weights");
    weights->assign_add(x);
    return weights->read_value();
  });
  on_threads([&](int) { wrong += f(1.0f).shape() != Shape{3}; });
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(weights->to_vector<float>(), std::vector<float>(3, 17));
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(ManyThreads, S6_VariablesAreSavedCopiedAndReadWhileTheyChange) {
  Variable v(zeros({64}), "v"), w(zeros({64}), "w");
  auto f = function([&] {
    v.assign_add(1.0f);
    w.assign_sub(1.0f);
  });
  const std::string file = testing::TempDir() + "burin-many-threads";
  std::atomic<int> torn = 0;
  const auto is_whole = [](const std::vector<float> &values) { return values == std::vector<float>(values.size(), values[0]); };
  on_threads([&](int thread) {
    for (int i = 0; i < 20; ++i) {
      if (thread % 4 == 0) {
        const std::string own = file + std::to_string(thread) + ".npz";
        save_variables(own, {v, w});
        torn += !is_whole(load_npz(own).at("v").to_vector<float>());
      } else if (thread % 4 == 1) torn += !is_whole(Variable(v).to_vector<float>());
      else if (thread % 4 == 2) torn += !is_whole((v.read_value() * 2.0f).to_vector<float>());
      else f();
    }
  });
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(v.to_vector<float>()[0], 4 * 20);
  for (int thread = 0; thread < kThreads; thread += 4) std::filesystem::remove(file + std::to_string(thread) + ".npz");
}

TEST(ManyThreads, V9_TapsComeAndGoWhileOthersCall) {
  auto f = function([](Tensor x) { return exp(x) + 1.0f; });
  std::atomic<int> seen = 0, wrong = 0;
  on_threads([&](int thread) {
    for (int i = 0; i < 10; ++i) {
      if (thread % 4 == 0) {
        auto tap = f.tap({"exp"}, [&](const NamedTensors &tensors) { seen += tensors["exp"].item<float>() == 1; });
        wrong += f(0.0f).template item<float>() != 2;
      } else if (thread % 4 == 1) wrong += f.fetch({"exp"}, constant(0.0f)).tensors["exp"].template item<float>() != 1;
      else wrong += f(0.0f).template item<float>() != 2;
    }
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_GE(seen, 4 * 10);
}

TEST(ManyThreads, G2_G7_OneSessionCompilesAndRunsForAll) {
  Graph graph;
  Tensor x;
  std::vector<Tensor> sums;
  {
    const auto scope = graph.scope();
    x = placeholder(DType::F32, {4}, "x");
    Tensor y = x;
    for (int i = 0; i < 8; ++i) sums.push_back(y = y + x);
  }
  Session session(graph);
  std::atomic<int> wrong = 0;
  on_threads([&](int thread) {
    for (int i = 0; i < 8; ++i) {
      const auto number = static_cast<std::size_t>((thread + i) % 8);
      const auto expected = static_cast<float>(number + 2);
      const Tensor fed = Tensor::from_vector<float>({1, 1, 1, 1});
      wrong += session.run(sums[number], {{x, fed}}).to_vector<float>()[3] != expected;
      wrong += session.callable(sums[number], {x})(fed).to_vector<float>()[0] != expected;
      wrong += graph.tensor(graph.operations()[number].name()).rank() != 1;
    }
  });
  EXPECT_EQ(wrong, 0);
}

TEST(ManyThreads, P4_ChecksFailForThoseThatTheyAreAbout) {
  auto f = function([](Tensor x) {
    check(all(x > 0.0f), "all are positive", x);
    return log(x);
  });
  auto g = function([](Tensor x) { return log(x) * 2.0f; }, {.debug = Debug::CheckNumerics});
  std::atomic<int> right = 0;
  on_threads([&](int thread) {
    const float value = thread % 2 ? 1.0f : -1.0f;
    for (int i = 0; i < 10; ++i) {
      const auto fails = [&](const auto &call, std::string_view why) -> bool {
        try {
          call(constant({value, 1.0f}));
          return false;
        } catch (const CheckError &error) { return has(error.what(), std::string(why)); }
      };
      right += fails(f, "all are positive") == (value < 0);
      right += fails(g, "log") == (value < 0);
    }
  });
  EXPECT_EQ(right, kThreads * 20);
}

} // namespace
} // namespace burin::test
