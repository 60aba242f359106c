// NumPy, in a Python process of its own that times itself: numpy_figures.py.
#include "../Problem.h"
#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

using namespace bench;

namespace {

constexpr const char *kPython = BURIN_BENCH_PYTHON;
constexpr const char *kScript = BURIN_BENCH_NUMPY_SCRIPT;

struct Files {
  std::FILE *to = nullptr, *from = nullptr;
  ~Files() {
    if (to) std::fclose(to); // it ends then
    if (from) std::fclose(from);
  }
};

/// A problem that a Python process holds.
class Process {
public:
  Process(const char *name, const Problem &problem) {
    std::array<int, 2> down{}, up{};
    if (pipe(down.data()) != 0 || pipe(up.data()) != 0) throw std::runtime_error("no pipe");
    if (fork() == 0) {
      dup2(down[0], STDIN_FILENO);
      dup2(up[1], STDOUT_FILENO);
      for (int file : {down[0], down[1], up[0], up[1]}) close(file);
      execl(kPython, kPython, kScript, static_cast<char *>(nullptr));
      _exit(1);
    }
    close(down[0]);
    close(up[1]);
    files_.to = fdopen(down[1], "w");
    files_.from = fdopen(up[0], "r");
    std::string line = name;
    for (std::int64_t extent : problem.extents) line += " " + std::to_string(extent);
    send(line);
    const Buffer &x = problem.inputs[0];
    std::fwrite(x.data(), sizeof(float), x.size(), files_.to);
  }

  double seconds(std::int64_t times) {
    send("run " + std::to_string(times));
    return std::stod(answer());
  }
  std::vector<float> values() {
    send("values");
    std::vector<float> values(std::stoul(answer()));
    if (std::fread(values.data(), sizeof(float), values.size(), files_.from) != values.size())
      throw std::runtime_error("NumPy's process ended");
    return values;
  }

private:
  void send(const std::string &line) {
    std::fputs((line + "\n").c_str(), files_.to);
    std::fflush(files_.to);
  }
  std::string answer() {
    std::array<char, 256> line{};
    if (!std::fgets(line.data(), line.size(), files_.from)) throw std::runtime_error("NumPy's process ended");
    return line.data();
  }

  Files files_;
};

Registry::Factory numpy(const char *name) {
  return [name](const Problem &problem) {
    const auto process = std::make_shared<Process>(name, problem);
    // As many runs as last some milliseconds: its clock and caches warm up as ours do.
    const double one = process->seconds(2);
    const auto times = static_cast<std::int64_t>(std::max(1.0, 0.01 / one));
    Contender contender;
    contender.sample = [process, times] { return process->seconds(times); };
    contender.result = [process] { return process->values(); };
    return contender;
  };
}

std::string version() {
  const std::string command = std::string(kPython) + " " + kScript + " --version";
  std::FILE *output = popen(command.c_str(), "r");
  std::array<char, 64> line{};
  if (output && !std::fgets(line.data(), line.size(), output)) line[0] = 0;
  if (output) pclose(output);
  std::string text = line.data();
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

} // namespace

BURIN_BENCH_PEER(Registry &registry) {
  const std::string found = version();
  if (found.empty()) return registry.describe("NumPy is left out: " + std::string(kPython) + " has none");
  registry.describe("NumPy " + found);
  registry.add("NumPy", Kind::Sort, numpy("sort"));
  registry.add("NumPy", Kind::Argsort, numpy("argsort"));
  registry.add("NumPy", Kind::TopK, numpy("top_k"));
  registry.add("NumPy", Kind::CumulativeSum, numpy("cumulative_sum"));
  registry.add("NumPy", Kind::CumulativeProd, numpy("cumulative_prod"));
  registry.add("NumPy", Kind::CumulativeMax, numpy("cumulative_max"));
  registry.add("NumPy", Kind::Gather, numpy("gather"));
  registry.add("NumPy", Kind::GatherRows, numpy("gather_rows"));
  registry.add("NumPy", Kind::Inv, numpy("inv"));
}
