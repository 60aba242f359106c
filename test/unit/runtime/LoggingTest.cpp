#include "burin/Error.h"
#include "runtime/Logging.h"
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

using namespace burin::runtime;

TEST(Logging, QuietByDefaultAndLevelsByName) {
  std::string logged;
  set_log_callback([&](LogLevel, std::string_view text) { logged += std::string(text) + ";"; });
  log_info("a");
  log_warning("b");
  set_log_level("debug");
  log_debug("c");
  set_log_level("off");
  log_warning("d");
  EXPECT_FALSE(log_enabled(LogLevel::Error));
  set_log_level("warn");
  set_log_callback(nullptr);
  EXPECT_EQ(logged, "b;c;");
}

TEST(Logging, UnknownLevelThrows) {
  try {
    set_log_level("loud");
    FAIL() << "nothing was thrown";
  } catch (const burin::Error &error) {
    EXPECT_STREQ(error.what(), "unknown log level 'loud': expected debug, info, warn, error or off");
  }
}

TEST(Logging, GoesToStderr) {
  testing::internal::CaptureStderr();
  log_warning("100% {}");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "[burin warning] 100% {}\n");
}

TEST(Logging, CallbackMayThrowLogAndReplaceItself) {
  int calls = 0;
  set_log_callback([&](LogLevel, std::string_view) {
    ++calls;
    set_log_callback(nullptr);
    throw std::runtime_error("ignored");
  });
  log_warning("x");
  EXPECT_EQ(calls, 1);
}
