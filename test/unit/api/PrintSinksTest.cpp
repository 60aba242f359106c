// Where prints of compiled functions go, from many threads, and what happens when they can't.
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <thread>

using namespace burin;

static std::vector<std::string> lines_of(const std::string &path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

TEST(PrintSinks, P1_E5_AFileThatCannotBeOpenedFailsTheCall) {
  Variable before(constant(0), "before"), after(constant(0), "after");
  PrintOptions options;
  options.file = "/nowhere/log";
  auto f = function([&] {
    before.assign_add(1);
    print(options, "x");
    after.assign_add(1);
  });
  EXPECT_EQ(burin::test::thrown<IoError>([&] { f(); }), "print: cannot append to '/nowhere/log': No such file or directory");
  EXPECT_EQ(before.item<int>(), 1);
  EXPECT_EQ(after.item<int>(), 0);
  EXPECT_THROW(print(options, "x"), IoError) << "eagerly";
}

TEST(PrintSinks, P1_E5_ACallbackThatThrowsFailsTheCall) {
  Variable before(constant(0), "before"), after(constant(0), "after");
  PrintOptions options;
  options.callback = [](std::string_view line) { throw std::runtime_error("refused: " + std::string(line)); };
  options.end = "!";
  auto f = function([&] {
    before.assign_add(1);
    print(options, before);
    after.assign_add(1);
  });
  for (int i = 1; i <= 2; ++i) EXPECT_EQ(burin::test::thrown<std::runtime_error>([&] { f(); }), "refused: " + std::to_string(i) + "!");
  EXPECT_EQ(before.item<int>(), 2);
  EXPECT_EQ(after.item<int>(), 0);
}

TEST(PrintSinks, P1_ToALogLevelAndOnlyFromThereOn) {
  const Options before = options();
  Options changed = before;
  changed.log_level = "warn";
  set_options(changed);
  auto f = function([](Tensor x) {
    print(PrintOptions{.stream = PrintStream::LogInfo}, "quiet", x);
    print(PrintOptions{.stream = PrintStream::LogWarning}, "loud", x);
  });
  testing::internal::CaptureStderr();
  f(constant(1));
  const std::string text = testing::internal::GetCapturedStderr();
  set_options(before);
  EXPECT_NE(text.find("loud 1"), std::string::npos) << text;
  EXPECT_EQ(text.find("quiet"), std::string::npos) << text;
}

TEST(PrintSinks, P1_OptionsHoldInCompiledFunctions) {
  std::string lines;
  PrintOptions options;
  options.callback = [&](std::string_view line) { lines += line; };
  options.sep = ", ";
  options.end = ";";
  options.precision = 3;
  options.summarize = 1;
  auto f = function([=](Tensor x) { print(options, "x", x, std::vector{x[0], x[1]}); });
  f(constant({1.23456, 2.0, 3.0}));
  EXPECT_EQ(lines, "x, [1.23 ... 3], [1.23, 2];");
}

TEST(PrintSinks, P3_LinesOfSixteenThreadsStayWholeAndEachThreadsInOrder) {
  constexpr int kThreads = 16, kLines = 50;
  PrintOptions options;
  options.file = testing::TempDir() + "burin-sixteen";
  options.summarize = -1;
  std::remove(options.file.c_str());
  auto f = function([=](Tensor thread, Tensor line) { print(options, thread, line, broadcast_to(thread, {100})); });
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([=] {
      for (int i = 0; i < kLines; ++i) f(constant(t), constant(i));
    });
  for (std::thread &thread : threads) thread.join();
  std::vector<int> next(kThreads);
  const std::vector<std::string> lines = lines_of(options.file);
  ASSERT_EQ(lines.size(), static_cast<std::size_t>(kThreads * kLines));
  for (const std::string &line : lines) {
    const int thread = std::stoi(line);
    std::string expected = std::to_string(thread) + " " + std::to_string(next[static_cast<std::size_t>(thread)]++) + " [";
    for (int i = 0; i < 100; ++i) expected += (i ? " " : "") + std::to_string(thread);
    ASSERT_EQ(line, expected + "]");
  }
}
