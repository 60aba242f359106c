#include "burin/Options.h"
#include "lib/api/Errors.h"
#include "lib/api/ProcessOptions.h"
#include "runtime/BufferPool.h"
#include "runtime/Logging.h"
#include "runtime/ThreadPool.h"
#include <charconv>
#include <cstdlib>
#include <mutex>

namespace burin {

namespace detail {
constinit std::atomic<bool> eager_functions = false;
constinit std::atomic<bool> checked_numerics = false;
static constinit std::atomic<int> bits_of_vectors = 0;
} // namespace detail

using detail::throw_error;

static int number_from_environment(const char *variable) {
  const char *text = std::getenv(variable);
  if (!text || !*text) return 0;
  const std::string_view digits = text;
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size())
    throw_error<Error>("options", {}, variable, " is '", digits, "', expected a number");
  return value;
}

static void check(const Options &options) {
  if (options.threads < 0)
    throw_error<Error>("options", {}, "the number of threads is ", options.threads, ", expected 0 (one for each core) or more");
  const int bits = options.vector_bits;
  if (bits != 0 && bits != 128 && bits != 256 && bits != 512)
    throw_error<Error>("options", {}, "vector_bits is ", bits, ", expected 0 (the widest), 128, 256 or 512");
}

static void enforce(const Options &options) {
  check(options);
  runtime::set_log_level(options.log_level);
  runtime::set_thread_count(options.threads);
  detail::eager_functions = options.run_functions_eagerly;
  detail::checked_numerics = options.debug == Debug::CheckNumerics;
  detail::bits_of_vectors = options.vector_bits;
}

static Debug debug_from_environment() {
  const char *text = std::getenv("BURIN_DEBUG");
  const std::string_view name = text ? text : "";
  if (name.empty() || name == "none") return Debug::None;
  if (name == "check_numerics") return Debug::CheckNumerics;
  throw_error<Error>("options", {}, "BURIN_DEBUG is '", name, "', expected none or check_numerics");
}

static Options from_environment() {
  Options options;
  options.threads = number_from_environment("BURIN_THREADS");
  options.vector_bits = number_from_environment("BURIN_VECTOR_BITS");
  if (const char *directory = std::getenv("BURIN_DUMP")) options.dump_directory = directory;
  if (const char *level = std::getenv("BURIN_LOG"); level && *level) options.log_level = level;
  options.debug = debug_from_environment();
  enforce(options);
  return options;
}

namespace {
struct Settings {
  std::mutex mutex;
  Options options = from_environment();
};
} // namespace

static Settings &settings() {
  static Settings instance;
  return instance;
}

Options options() {
  Settings &current = settings();
  const std::lock_guard lock(current.mutex);
  return current.options;
}

void set_options(const Options &options) {
  Settings &current = settings();
  const std::lock_guard lock(current.mutex);
  enforce(options);
  current.options = options;
}

void set_thread_count(int count) {
  Options changed = options();
  changed.threads = count;
  set_options(changed);
}

void run_functions_eagerly(bool eagerly) {
  Options changed = options();
  changed.run_functions_eagerly = eagerly;
  set_options(changed);
}

bool functions_run_eagerly() { return detail::functions_run_eagerly(); }

PoolStats pool_stats() {
  const runtime::PoolStats stats = runtime::pool_stats();
  return {stats.system_allocations, stats.pool_hits, stats.bytes_live, stats.bytes_cached};
}

int detail::vector_bits() {
  [[maybe_unused]] static const Settings &read = settings(); // the environment, once
  return bits_of_vectors.load(std::memory_order_relaxed);
}

compiler::CompileOptions detail::compile_options() {
  const Options now = options();
  compiler::CompileOptions result;
  result.vector_bits = now.vector_bits;
  result.dump_directory = now.dump_directory;
  return result;
}

} // namespace burin
