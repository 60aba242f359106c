#pragma once
#include "burin/burin.h"
#include <gtest/gtest.h>
#include <string>

namespace burin::test {

/// Runs `program` compiled and then eagerly (rule C6).
template <class Program> void both_ways(Program program) {
  for (const bool eagerly : {false, true}) {
    SCOPED_TRACE(eagerly ? "eagerly" : "compiled");
    run_functions_eagerly(eagerly);
    program();
    run_functions_eagerly(false);
  }
}

/// Prints to `lines`, each line with a semicolon behind it.
inline PrintOptions into(std::string &lines) {
  return {.end = ";", .callback = [&lines](std::string_view line) { lines += line; }};
}

} // namespace burin::test
