#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>

using namespace burin;

/// Options that send each line to `lines`.
static PrintOptions into(std::string &lines) {
  PrintOptions options;
  options.callback = [&lines](std::string_view line) { lines += line; };
  return options;
}

template <class... T> static std::string printed(const T &...values) {
  std::string lines;
  print(into(lines), values...);
  return lines;
}

TEST(Print, P1_GoesToStderrByDefault) {
  testing::internal::CaptureStderr();
  print("loss:", constant(0.25f));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "loss: 0.25\n");
}

TEST(Print, P1_StdoutWhenAsked) {
  testing::internal::CaptureStdout();
  print(PrintOptions{.stream = PrintStream::Stdout}, 1, 2);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "1 2\n");
}

TEST(Print, P1_AppendsToAFile) {
  PrintOptions options;
  options.file = testing::TempDir() + "burin-api-print";
  std::remove(options.file.c_str());
  print(options, "one");
  print(options, "two");
  std::ifstream file(options.file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "one\ntwo\n");
}

TEST(Print, P1_TakesTensorsVariablesStringsAndNumbers) {
  const Variable v(constant({1.5f, 2.f}));
  const std::string text = "text";
  EXPECT_EQ(printed(constant({1, 2}), v, "literal", text, 7, 2.5, true, 'c'), "[1 2] [1.5 2] literal text 7 2.5 1 c\n");
}

TEST(Print, P1_TakesContainers) {
  EXPECT_EQ(printed(std::vector{1, 2}), "[1, 2]\n");
  EXPECT_EQ(printed(std::vector<bool>{true, false}), "[1, 0]\n");
  EXPECT_EQ(printed(std::tuple(1, "a", constant(0.5f))), "(1, 'a', 0.5)\n");
  EXPECT_EQ(printed(std::map<std::string, Tensor>{{"w", constant({1, 2})}}), "{'w': [1 2]}\n");
  EXPECT_EQ(printed(std::optional<int>(), std::optional(3)), "none 3\n");
  EXPECT_EQ(printed(std::vector<std::pair<int, double>>{{1, 0.5}}, std::vector<int>()), "[(1, 0.5)] []\n");
}

TEST(Print, P1_Options) {
  std::string lines;
  PrintOptions options = into(lines);
  options.sep = "|";
  options.end = ";";
  options.precision = 3;
  options.summarize = 1;
  print(options, constant({1, 2, 3, 4}), constant(3.14159), 3.14159);
  EXPECT_EQ(lines, "[1 ... 4]|3.14|3.14;");
}

TEST(Print, P2_BracesAndPercentSignsAreSafe) { EXPECT_EQ(printed("{} %s {0}", 1), "{} %s {0} 1\n"); }

TEST(Print, P3_CarriesItsLineWhenAsked) {
  std::string lines;
  PrintOptions options = into(lines);
  options.location = true;
  const std::string here = "PrintTest.cpp:" + std::to_string(__LINE__ + 1) + ": ";
  print(options, "x");
  EXPECT_EQ(lines, here + "x\n");
}

TEST(Print, P3_RunsOnEveryCallOfAFunction) {
  std::string lines;
  auto f = function([&](Tensor x) {
    print(into(lines), "x:", x, std::vector{x + 1});
    return x;
  });
  f(constant(1.f));
  f(constant(2.f));
  EXPECT_EQ(lines, "x: 1 [2]\nx: 2 [3]\n");
}

TEST(Print, E2_PrintsKeepTheirOrderWithUpdates) {
  std::string lines;
  Variable v(constant(1.f));
  auto f = function([&] {
    print(into(lines), v);
    v.assign_add(1);
    print(into(lines), v);
  });
  f();
  f();
  EXPECT_EQ(lines, "1\n2\n2\n3\n");
}

TEST(Print, P5_ACallbacksExceptionReachesTheCaller) {
  PrintOptions options;
  options.callback = [](std::string_view) { throw std::runtime_error("enough"); };
  auto f = function([&](Tensor x) {
    print(options, x);
    return x;
  });
  EXPECT_THROW(print(options, 1), std::runtime_error);
  EXPECT_THROW(f(constant(1.f)), std::runtime_error);
}

TEST(Print, V6_ALeakedTensorIsRejected) {
  Tensor leaked;
  function([&](Tensor x) { return leaked = x; })(constant(1.f));
  EXPECT_THROW(print(leaked), TraceError);
}
