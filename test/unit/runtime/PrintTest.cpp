#include "burin/Error.h"
#include "runtime/Abi.h"
#include "runtime/Failure.h"
#include "runtime/Print.h"
#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace burin::runtime;
using burin::DType;

/// `loss: <f32 scalar>`, for the given sink.
static PrintSite loss_site(PrintSink sink) {
  PrintSite site;
  site.pieces = {{.text = "loss:"}, {.operand = 0}};
  site.operands = {{DType::F32, {}}};
  site.sink = sink;
  return site;
}

static void print_loss(const PrintSite &site, float loss) {
  const RuntimeTensor operands[] = {{&loss}};
  print_now(site, operands);
}

static std::string contents(const std::string &path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(RuntimePrint, P1_GoesToStderrByDefault) {
  PrintSite site = loss_site(PrintSite{}.sink);
  testing::internal::CaptureStderr();
  print_loss(site, 43.5f);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "loss: 43.5\n");
}

TEST(RuntimePrint, P1_StdoutKeepsItsOrderWithPrintf) {
  testing::internal::CaptureStdout();
  std::printf("before, ");
  print_loss(loss_site(PrintSink::Stdout), 1);
  std::printf("after");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "before, loss: 1\nafter");
}

TEST(RuntimePrint, P1_AppendsToAFile) {
  PrintSite site = loss_site(PrintSink::File);
  site.path = testing::TempDir() + "burin-print-" + std::to_string(getpid());
  print_loss(site, 1);
  print_loss(site, 2);
  EXPECT_EQ(contents(site.path), "loss: 1\nloss: 2\n");
  std::remove(site.path.c_str());
}

TEST(RuntimePrint, P1_AFileThatCannotBeWrittenThrows) {
  PrintSite site = loss_site(PrintSink::File);
  site.path = "/nowhere/log";
  try {
    print_loss(site, 1);
    FAIL() << "nothing was thrown";
  } catch (const burin::IoError &error) {
    EXPECT_STREQ(error.what(), "print: cannot append to '/nowhere/log': No such file or directory");
  }
}

TEST(RuntimePrint, P1_GoesToALogLevel) {
  PrintSite site = loss_site(PrintSink::Log);
  std::string logged;
  set_log_callback([&](LogLevel level, std::string_view text) {
    logged = std::to_string(static_cast<int>(level)) + std::string(text);
  });
  print_loss(site, 1);
  EXPECT_EQ(logged, "") << "info is off by default";
  site.log_level = LogLevel::Warning;
  print_loss(site, 1);
  EXPECT_EQ(logged, "2loss: 1");
  set_log_callback(nullptr);
}

TEST(RuntimePrint, P1_CallbackMayPrintItself) {
  std::string text;
  PrintSite inner = loss_site(PrintSink::Callback), outer = inner;
  inner.callback = [&](std::string_view line) { text += "inner " + std::string(line); };
  outer.callback = [&](std::string_view line) {
    print_loss(inner, 2);
    text += "outer " + std::string(line);
  };
  print_loss(outer, 1);
  EXPECT_EQ(text, "inner loss: 2\nouter loss: 1\n");
}

TEST(RuntimePrint, P1_SeparatorEndPrecisionAndSummarize) {
  PrintSite site;
  site.pieces = {{.text = "a"},
                 {.operand = 0},
                 {.text = "["},
                 {.operand = 1, .joined = true},
                 {.text = "]", .joined = true}};
  site.operands = {{DType::F64, {}}, {DType::I32, {5}}};
  site.separator = ", ";
  site.format = {.summarize = 2, .precision = 2};
  const double number = 1.2345;
  const int row[] = {1, 2, 3, 4, 5};
  const RuntimeTensor operands[] = {{&number}, {row}};
  EXPECT_EQ(format_line(site, operands), "a, 1.2, [[1 2 ... 4 5]]");

  std::string text;
  site.sink = PrintSink::Callback;
  site.callback = [&](std::string_view line) { text = line; };
  site.end = ";";
  print_now(site, operands);
  EXPECT_EQ(text, "a, 1.2, [[1 2 ... 4 5]];");
}

TEST(RuntimePrint, P2_BracesAndPercentSignsAreSafe) {
  PrintSite site;
  site.pieces = {{.text = "100%s {} {0} %n"}};
  testing::internal::CaptureStderr();
  print_now(site, {});
  site.sink = PrintSink::Log;
  site.log_level = LogLevel::Warning;
  print_now(site, {});
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.find("100%s {} {0} %n\n"), 0u) << text;
  EXPECT_NE(text.find("100%s {} {0} %n", 5), std::string::npos) << text;
}

TEST(RuntimePrint, P1_ExtentsMayBeKnownOnlyWhenItPrints) {
  PrintSite site = loss_site(PrintSink::Stderr);
  site.operands = {{DType::F32, {-1, 2}}};
  const float values[] = {1, 2, 3, 4};
  const std::int64_t extents[] = {2, 2};
  const RuntimeTensor operands[] = {{values, extents}};
  EXPECT_EQ(format_line(site, operands), "loss: [[1 2]\n [3 4]]");
}

TEST(RuntimePrint, P3_CarriesItsSourceLineWhenAsked) {
  PrintSite site = loss_site(PrintSink::Stderr);
  site.location = "train.cpp:41";
  const float loss = 2;
  const RuntimeTensor operands[] = {{&loss}};
  EXPECT_EQ(format_line(site, operands), "train.cpp:41: loss: 2");
}

TEST(RuntimePrint, P3_LinesOfManyThreadsStayWhole) {
  PrintSite site;
  site.pieces = {{.operand = 0}};
  site.operands = {{DType::I32, {200}}};
  site.format.summarize = -1;
  site.sink = PrintSink::File;
  site.path = testing::TempDir() + "burin-lines-" + std::to_string(getpid());
  const std::vector<int> row(200, 7);
  const RuntimeTensor operands[] = {{row.data()}};
  const std::string expected = format_line(site, operands);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) print_now(site, operands);
    });
  for (auto &thread : threads) thread.join();
  std::ifstream file(site.path);
  int lines = 0;
  for (std::string line; std::getline(file, line); ++lines) ASSERT_EQ(line, expected);
  EXPECT_EQ(lines, 200);
  std::remove(site.path.c_str());
}

TEST(RuntimePrint, E5_AThrowingCallbackFailsTheCallAndStopsLaterPrints) {
  int calls = 0;
  PrintSite sites[2] = {loss_site(PrintSink::Callback), loss_site(PrintSink::Callback)};
  sites[0].callback = [&](std::string_view) {
    ++calls;
    throw std::runtime_error("first");
  };
  sites[1].callback = [&](std::string_view) { ++calls; };
  float loss = 1;
  const RuntimeTensor operands[] = {{&loss}};
  const PrintEffect first(sites[0]), second(sites[1]);
  const EffectSite *const effects[] = {&first, &second};
  CallContext context{.sites = effects};
  burin_rt_effect(&context, 1, operands, 1);
  EXPECT_EQ(context.failure, nullptr);
  burin_rt_effect(&context, 0, operands, 1);
  burin_rt_effect(&context, 1, operands, 1);
  burin_rt_effect(&context, 0, operands, 1);
  EXPECT_EQ(calls, 2);
  try {
    throw_failure(context);
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error &error) {
    EXPECT_STREQ(error.what(), "first");
  }
  EXPECT_EQ(context.failure, nullptr);
  EXPECT_NO_THROW(throw_failure(context));
}
