#pragma once
#include "test/unit/api/Thrown.h"
#include <gtest/gtest.h>
#include <string>

namespace burin::test {

/// Whether `text` has `part`; shows both if not.
inline testing::AssertionResult has(const std::string &text, const std::string &part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "'" << part << "' is not in '" << text << "'";
}

} // namespace burin::test
