#pragma once
#include "test/numpy/Case.h"
#include <array>
#include <set>

namespace burin::numpy {

/// How an op is run. All must give NumPy's result.
enum class Mode { Eager, Compiled, Dynamic };
inline constexpr std::array kModes = {Mode::Eager, Mode::Compiled, Mode::Dynamic};
std::string_view name(Mode mode);

/// What the cases of a batch came to.
class Findings {
public:
  explicit Findings(const std::vector<Case> &batch) : batch_(batch), of_(batch.size()) {}

  void add_run(Mode mode, std::size_t index) { of_[index].modes.insert(mode); }
  void add_failure(Mode mode, std::size_t index, int draw, const std::string &what);

  bool ran(Mode mode, std::size_t index) const { return of_[index].modes.contains(mode); }
  /// How many draws of the case failed in any mode.
  int failed_draws(std::size_t index) const { return static_cast<int>(of_[index].draws.size()); }
  /// The case's failures, with operands, to be printed.
  const std::string &text(std::size_t index) const { return of_[index].text; }

private:
  struct OfCase {
    std::set<Mode> modes;
    std::set<int> draws;
    std::string text;
  };
  const std::vector<Case> &batch_;
  std::vector<OfCase> of_;
};

/// Runs all draws of all cases in a mode. Dynamic: with extents that are known with the call only, cases that can be traced so.
void run_mode(Mode mode, const std::vector<Case> &batch, Findings &findings);

/// The line of the case that this thread is about, for a message out of a signal handler.
const char *running_case();

} // namespace burin::numpy
