#include "Report.h"
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

namespace bench {

namespace {

template <class... Values> std::string text(const char *format, Values... values) {
  char line[256];
  std::snprintf(line, sizeof line, format, values...);
  return line;
}

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown processor";
}

/// GF/s, GB/s or ns an element.
std::string rate_text(const Work &work, double seconds) {
  switch (work.unit) {
  case Work::Unit::Flops: return text("%.1f GF/s", work.amount / seconds * 1e-9);
  case Work::Unit::Bytes: return text("%.1f GB/s", work.amount / seconds * 1e-9);
  case Work::Unit::Elements: return text("%.3f ns/el", seconds / work.amount * 1e9);
  case Work::Unit::None: break;
  }
  return "";
}

/// What is said of a contender beside its times: our speed against it, and what we allocated.
std::string remark(const Result &result, const Measured &measured) {
  std::string moved;
  if (measured.bytes_moved) moved = text("moves %.1f MB, %.1f are needed; ", *measured.bytes_moved * 1e-6, result.work.amount * 1e-6);
  if (measured.system_allocations) return moved + std::to_string(*measured.system_allocations) + " system allocations";
  const auto speedup = result.speedup_over(measured.contender);
  return speedup && measured.contender != kOurs ? "burin is " + ratio_text(*speedup) + " as fast" : "";
}

nlohmann::json to_json(const Result &result) {
  nlohmann::json contenders = nlohmann::json::array();
  for (const Measured &measured : result.contenders) {
    nlohmann::json entry{{"name", measured.contender}};
    if (!measured.failure.empty()) entry["failure"] = measured.failure;
    if (measured.difference) entry["difference"] = *measured.difference;
    if (measured.bytes_moved) entry["bytes_moved"] = *measured.bytes_moved;
    if (measured.system_allocations) entry["system_allocations"] = *measured.system_allocations;
    if (const auto speedup = result.speedup_over(measured.contender); speedup && measured.contender != kOurs)
      entry["burin_speedup"] = *speedup;
    if (!measured.seconds.empty())
      entry.update({{"median_s", measured.median()},
                    {"min_s", measured.fastest()},
                    {"max_s", measured.slowest()},
                    {"interrupted", measured.interrupted},
                    {"samples_s", measured.seconds}});
    contenders.push_back(std::move(entry));
  }
  return {{"case", result.name}, {"threads", result.threads}, {"contenders", contenders}};
}

nlohmann::json to_json(const Limits &limits) {
  return {{"fma_gflops", limits.fma_gflops},
          {"plain_copy_gbs", limits.plain_copy_gbs},
          {"nontemporal_copy_gbs", limits.nontemporal_copy_gbs}};
}

} // namespace

Setting describe_machine(bool quick) {
  Setting setting{};
  setting.processor = processor_name();
  setting.processors = static_cast<int>(std::thread::hardware_concurrency());
  setting.compiler = "C++ compiler " __VERSION__;
  if (getloadavg(&setting.load, 1) != 1) setting.load = -1;
  setting.quick = quick;
  setting.limits = measure_limits(quick);
  return setting;
}

std::string time_text(double seconds) {
  struct Unit {
    double seconds;
    const char *name;
  };
  for (const Unit unit : {Unit{1, "s"}, Unit{1e-3, "ms"}, Unit{1e-6, "us"}})
    if (seconds >= unit.seconds * 0.9995)
      return text("%.*f %s", seconds < 10 * unit.seconds ? 2 : 1, seconds / unit.seconds, unit.name);
  return text("%.1f ns", seconds * 1e9);
}

std::string ratio_text(double ratio) { return text("%.2fx", ratio); }

void print_setting(const Setting &setting) {
  std::printf("%s, %d processors, load %.2f, %s%s\n", setting.processor.c_str(), setting.processors, setting.load,
              setting.compiler.c_str(), setting.quick ? ", quick" : "");
  for (const std::string &line : setting.peers) std::printf("%s\n", line.c_str());
  for (const std::string &line : setting.missing) std::printf("%s\n", line.c_str());
  std::printf("\nLimits of this machine     1 thread   2 threads\n");
  const auto row = [](const char *name, const double (&values)[2], const char *unit) {
    std::printf("  %-22s %10.1f  %10.1f  %s\n", name, values[0], values[1], unit);
  };
  row("FMA peak", setting.limits.fma_gflops, "GF/s");
  row("plain copy, 1e8", setting.limits.plain_copy_gbs, "GB/s");
  row("non-temporal copy, 1e8", setting.limits.nontemporal_copy_gbs, "GB/s");
  std::printf("\n%-22s%12s%12s%12s%14s%12s\n", "", "median", "min", "max", "rate", "difference");
}

void print_result(const Result &result) {
  std::printf("%s\n", result.name.c_str());
  for (const Measured &measured : result.contenders) {
    if (!measured.failure.empty()) {
      std::printf("  %-20s FAILED: %s\n", measured.contender.c_str(), measured.failure.c_str());
      continue;
    }
    std::printf("  %-20s%12s%12s%12s%14s%12s  %s\n", measured.contender.c_str(), time_text(measured.median()).c_str(),
                time_text(measured.fastest()).c_str(), time_text(measured.slowest()).c_str(),
                rate_text(result.work, measured.median()).c_str(),
                measured.difference ? text("%.1e", *measured.difference).c_str() : "",
                remark(result, measured).c_str());
  }
  std::fflush(stdout);
}

void print_interruptions(const std::vector<Result> &results) {
  std::size_t samples = 0, interrupted = 0;
  for (const Result &result : results)
    for (const Measured &measured : result.contenders) {
      samples += measured.seconds.size();
      interrupted += static_cast<std::size_t>(measured.interrupted);
    }
  std::printf("\n%zu of %zu samples were interrupted by another process%s\n", interrupted, samples,
              interrupted * 10 > samples ? ": repeat this on an idle machine" : "");
}

void print_verdicts(const std::vector<Verdict> &verdicts) {
  std::printf("\nTargets\n");
  for (const Verdict &verdict : verdicts)
    std::printf("  %-13s %s%s%s\n", verdict.word().c_str(), verdict.target.c_str(), verdict.met ? "; found " : "",
                verdict.found.c_str());
}

void write_json(const std::string &path, const Setting &setting, const std::vector<Result> &results,
                const std::vector<Verdict> &verdicts) {
  nlohmann::json root{{"processor", setting.processor}, {"processors", setting.processors},
                      {"compiler", setting.compiler},   {"load", setting.load},
                      {"quick", setting.quick},         {"limits", to_json(setting.limits)},
                      {"peers", setting.peers},         {"missing", setting.missing}};
  root["cases"] = root["targets"] = nlohmann::json::array();
  for (const Result &result : results) root["cases"].push_back(to_json(result));
  for (const Verdict &verdict : verdicts)
    root["targets"].push_back({{"target", verdict.target}, {"found", verdict.found}, {"verdict", verdict.word()}});
  std::ofstream file(path);
  file << root.dump(2) << '\n';
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

} // namespace bench
