#pragma once
#include "Problem.h"
#include <optional>
#include <span>

namespace bench {

/// What one run of a case does, for the column of rates.
struct Work {
  enum class Unit { None, Elements, Flops, Bytes };
  Unit unit = Unit::None;
  double amount = 0;
};

/// A problem with the values that are right and the work that it takes.
struct Case {
  Problem problem;
  Work work = {};
  std::vector<float> expected = {}; ///< computed in f64 by the group; empty where contenders check themselves
  double tolerance = 1e-5;     ///< of `difference`
};

/// A case by name, made when its turn comes: some need gigabytes.
struct NamedCase {
  std::string name;
  std::function<Case()> make;
};

/// How much time to spend.
struct Effort {
  int rounds;             ///< samples of each contender
  int first_call_rounds;  ///< the same where a sample is a compilation
  double sample_seconds;  ///< runs are repeated until a sample lasts this long
  double case_seconds;    ///< rounds are cut (not below five) where a case would take longer
};
inline constexpr Effort kFull{41, 15, 0.010, 20.0};
inline constexpr Effort kQuick{9, 5, 0.003, 3.0};

struct Measured {
  std::string contender;
  std::vector<double> seconds;      ///< of one run, one value a round
  int interrupted = 0;              ///< samples in which another process took the processor
  std::optional<double> difference; ///< from the expected values; none for a yardstick
  std::optional<std::uint64_t> system_allocations; ///< in all timed rounds
  std::optional<double> bytes_moved;               ///< in one run
  std::string failure;              ///< not empty: wrong values or an exception, and no times

  double median() const;
  double fastest() const { return *std::min_element(seconds.begin(), seconds.end()); }
  double slowest() const { return *std::max_element(seconds.begin(), seconds.end()); }
};

struct Result {
  std::string name;
  int threads;
  Work work;
  std::vector<Measured> contenders;

  const Measured *find(const std::string &contender) const;
  /// How many times as fast as `peer` we are: the median over the rounds of its time over ours in the same round, so
  /// that a drifting clock cancels. None if either was not measured.
  std::optional<double> speedup_over(const std::string &peer) const;
};

double median(std::vector<double> values);

/// The largest |got - expected| / (|expected| + root mean square of expected): relative, but not thrown by a value
/// near zero. NaN, or a wrong number of values, gives infinity.
double difference(std::span<const float> got, std::span<const float> expected);

/// Prepares all contenders for `named`, compares their values once, then times them in turn, round by round.
Result measure(const NamedCase &named, const Registry &registry, const Effort &effort);

} // namespace bench
