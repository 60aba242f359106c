#pragma once
#include "burin/Error.h"
#include <gtest/gtest.h>
#include <string>

namespace burin::test {

/// The text of the `Kind` that `call` throws; a test failure, and what was thrown instead, if it doesn't.
template <class Kind, class Call> std::string thrown(Call call) {
  try {
    call();
  } catch (const Kind &error) {
    return error.what();
  } catch (const std::exception &error) {
    ADD_FAILURE() << "another kind of error: " << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

/// The same without the place, "  (at train.cpp:41)", which must be a line of the test `file`.
template <class Kind, class Call> std::string thrown_at(const std::string &file, Call call) {
  const std::string text = thrown<Kind>(call);
  const std::size_t place = text.rfind("  (at " + file.substr(file.find_last_of('/') + 1) + ":");
  EXPECT_NE(place, std::string::npos) << text;
  return text.substr(0, place);
}

} // namespace burin::test

/// The text that the statements throw as a `Kind`, whose place must be in this file.
#define THROWN(Kind, ...) ::burin::test::thrown_at<Kind>(__FILE__, [&] { __VA_ARGS__; })
