#pragma once
#include "Limits.h"
#include "Targets.h"

namespace bench {

/// What stands above the table.
struct Setting {
  std::string processor;
  int processors;
  std::string compiler;
  double load; ///< average of the last minute, before the run; others' work spoils the figures
  bool quick;
  Limits limits;
  std::vector<std::string> peers;   ///< versions and settings
  std::vector<std::string> missing; ///< peers left out, with why
};

Setting describe_machine(bool quick);

/// `1.25 us`: three digits and the unit that fits.
std::string time_text(double seconds);
/// `0.97x`
std::string ratio_text(double ratio);

void print_setting(const Setting &setting);
void print_result(const Result &result);
/// Says how many samples other processes have spoiled.
void print_interruptions(const std::vector<Result> &results);
void print_verdicts(const std::vector<Verdict> &verdicts);
void write_json(const std::string &path, const Setting &setting, const std::vector<Result> &results,
                const std::vector<Verdict> &verdicts);

} // namespace bench
