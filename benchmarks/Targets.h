#pragma once
#include "Harness.h"

namespace bench {

/// One "done when" of the project, and what was found.
struct Verdict {
  std::string target; ///< in words
  std::string found;  ///< in words; empty when it was not measured: a peer is missing, or values were wrong
  std::optional<bool> met;
  std::string word() const { return !met ? "not measured" : *met ? "met" : "NOT MET"; }
};

/// Holds the targets (one table, in Targets.cpp) against `results`; leaves out those of cases that were not asked for.
std::vector<Verdict> judge(const std::vector<Result> &results);

} // namespace bench
