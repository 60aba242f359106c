// Reads cases of generate.py from standard input and runs each eagerly, compiled for its shapes, and compiled for any shapes.
//
//     generate.py | burin_numpy_driver [--threads N] [--show N] [--vector-bits N]
//
// Prints what differs from NumPy and, last, how many cases passed and failed. Many cases share one traced function: it is
// compiling that takes the time.
#include "test/numpy/Case.h"
#include "test/numpy/Modes.h"
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>
#include <unistd.h>

using namespace burin;
using namespace burin::numpy;

namespace {

constexpr std::size_t kBatch = 24; // cases in one function

struct Settings {
  std::size_t threads = std::max(1u, std::thread::hardware_concurrency());
  std::size_t shown = 40; // failures that are printed in full
};

/// Deals out batches of cases and gathers what failed.
class Comparison {
public:
  explicit Comparison(Settings settings) : settings_(settings) {}

  int run() {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < settings_.threads; ++i) threads.emplace_back([this] { work(); });
    for (std::thread &thread : threads) thread.join();
    return report();
  }

private:
  void work() {
    while (true) {
      const std::vector<Case> batch = next_batch();
      if (batch.empty()) return;
      Findings findings(batch);
      for (const Mode mode : kModes) run_mode(mode, batch, findings);
      gather(batch, findings);
    }
  }

  /// Cases with equal numbers of draws, so that one call takes a draw of each.
  std::vector<Case> next_batch() {
    const std::lock_guard lock(reading_);
    std::vector<Case> batch;
    while (batch.size() < kBatch) {
      if (!waiting_) waiting_ = read_case(std::cin);
      if (!waiting_ || (!batch.empty() && waiting_->draws != batch[0].draws)) break;
      batch.push_back(std::move(*waiting_));
      waiting_.reset();
    }
    return batch;
  }

  void gather(const std::vector<Case> &batch, const Findings &findings) {
    const std::lock_guard lock(gathering_);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const int failed = findings.failed_draws(i);
      passed_ += batch[i].draws - failed;
      failed_ += failed;
      for (const Mode mode : kModes)
        if (findings.ran(mode, i)) ran_[mode] += batch[i].draws;
      if (!failed) continue;
      ++failing_ops_[batch[i].op];
      if (failing_ops_[batch[i].op] <= 3 && shown_++ < settings_.shown) std::cout << findings.text(i) << std::flush;
    }
  }

  int report() const {
    if (shown_ > settings_.shown) std::cout << "... " << shown_ - settings_.shown << " more\n";
    for (const auto &[op, count] : failing_ops_) std::cout << op << ": " << count << " combinations of dtype and shape fail\n";
    for (const Mode mode : kModes) std::cout << name(mode) << ": " << (ran_.contains(mode) ? ran_.at(mode) : 0) << " cases\n";
    std::cout << passed_ << " passed, " << failed_ << " failed\n";
    return failed_ || !passed_ ? 1 : 0;
  }

  const Settings settings_;
  std::mutex reading_, gathering_;
  std::optional<Case> waiting_;
  std::int64_t passed_ = 0, failed_ = 0;
  std::size_t shown_ = 0;
  std::map<std::string, int> failing_ops_;
  std::map<Mode, std::int64_t> ran_;
};

/// A crash names the case that was running.
void name_the_case(int signal) {
  const char *line = running_case();
  if (write(STDERR_FILENO, "crashed at: ", 12) < 0 || write(STDERR_FILENO, line, std::strlen(line)) < 0 ||
      write(STDERR_FILENO, "\n", 1) < 0)
    _exit(3);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

Settings settings_from(int argc, char **argv) {
  Settings settings;
  for (int i = 1; i < argc; i += 2) {
    const std::string option = argv[i];
    const std::size_t value = i + 1 < argc ? std::strtoull(argv[i + 1], nullptr, 10) : 0;
    if (option == "--threads" && value) settings.threads = value;
    else if (option == "--show") settings.shown = value;
    else if (option == "--vector-bits" && value) {
      Options options = burin::options();
      options.vector_bits = static_cast<int>(value);
      set_options(options);
    }
    else {
      std::cerr << "usage: generate.py | burin_numpy_driver [--threads N] [--show N] [--vector-bits N]\n";
      std::exit(2);
    }
  }
  return settings;
}

} // namespace

int main(int argc, char **argv) {
  std::ios::sync_with_stdio(false);
  for (int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGILL, SIGBUS}) std::signal(signal, name_the_case);
  try {
    return Comparison(settings_from(argc, argv)).run();
  } catch (const std::exception &error) {
    std::cerr << error.what() << "\n";
    return 3;
  }
}
