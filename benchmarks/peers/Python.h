#pragma once
#include "../Problem.h"
#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

namespace bench {

/// A problem that a Python process holds and times itself: figures.py says how they talk.
class PythonProcess {
public:
  /// `environment` has a variable for the process alone, "NAME=value", or is empty.
  PythonProcess(const char *python, const char *script, const char *name, const Problem &problem, const char *environment) {
    std::array<int, 2> down{}, up{};
    if (pipe(down.data()) != 0 || pipe(up.data()) != 0) throw std::runtime_error("no pipe");
    if (fork() == 0) {
      dup2(down[0], STDIN_FILENO);
      dup2(up[1], STDOUT_FILENO);
      for (int file : {down[0], down[1], up[0], up[1]}) close(file);
      if (*environment) putenv(const_cast<char *>(environment));
      execl(python, python, script, static_cast<char *>(nullptr));
      _exit(1);
    }
    close(down[0]);
    close(up[1]);
    files_.to = fdopen(down[1], "w");
    files_.from = fdopen(up[0], "r");
    std::string line = name;
    for (std::int64_t extent : problem.extents) line += " " + std::to_string(extent);
    send(line);
    for (const Buffer &input : problem.inputs) {
      send("input " + std::to_string(input.size()));
      std::fwrite(input.data(), sizeof(float), input.size(), files_.to);
    }
  }

  double seconds(std::int64_t times) {
    send("run " + std::to_string(times));
    return std::stod(answer());
  }
  std::vector<float> values() {
    send("values");
    std::vector<float> values(std::stoul(answer()));
    if (std::fread(values.data(), sizeof(float), values.size(), files_.from) != values.size())
      throw std::runtime_error("Python's process ended");
    return values;
  }

private:
  struct Files {
    std::FILE *to = nullptr, *from = nullptr;
    ~Files() {
      if (to) std::fclose(to); // it ends then
      if (from) std::fclose(from);
    }
  };
  void send(const std::string &line) {
    std::fputs((line + "\n").c_str(), files_.to);
    std::fflush(files_.to);
  }
  std::string answer() {
    std::array<char, 256> line{};
    if (!std::fgets(line.data(), line.size(), files_.from)) throw std::runtime_error("Python's process ended");
    return line.data();
  }

  Files files_;
};

/// Python with one script, as a peer.
struct Python {
  const char *python, *script;
  const char *environment = ""; ///< as in PythonProcess

  Registry::Factory problem(const char *name) const {
    return [*this, name](const Problem &given) {
      const auto process = std::make_shared<PythonProcess>(python, script, name, given, environment);
      // As many runs as last some milliseconds: its clock and caches warm up as ours do.
      const double one = process->seconds(2);
      const auto times = static_cast<std::int64_t>(std::max(1.0, 0.01 / one));
      Contender contender;
      contender.sample = [process, times] { return process->seconds(times); };
      contender.result = [process] { return process->values(); };
      return contender;
    };
  }

  /// What `script --version` says; empty if it can't run.
  std::string version() const {
    const std::string command = std::string(python) + " " + script + " --version 2> /dev/null";
    std::FILE *output = popen(command.c_str(), "r");
    std::array<char, 64> line{};
    if (output && !std::fgets(line.data(), line.size(), output)) line[0] = 0;
    if (output) pclose(output);
    std::string text = line.data();
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }
};

} // namespace bench
