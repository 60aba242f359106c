#include "runtime/Logging.h"
#include "burin/Error.h"
#include <atomic>
#include <memory>
#include <mutex>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <string>

namespace burin::runtime {

namespace {
using Callback = std::function<void(LogLevel, std::string_view)>;

struct Log {
  std::atomic<LogLevel> level{LogLevel::Warning};
  spdlog::logger logger{"burin", std::make_shared<spdlog::sinks::stderr_color_sink_mt>()};
  std::mutex mutex; // guards `callback`; not held while it runs, so that it may log and replace itself
  std::shared_ptr<const Callback> callback;

  Log() {
    logger.set_level(spdlog::level::trace); // `level` above decides
    logger.set_pattern("[%n %l] %v");
  }

  /// Never destroyed, and not in spdlog's registry: destructors of globals may still log.
  static Log &get() {
    static Log *log = new Log;
    return *log;
  }
};
} // namespace

static spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
  case LogLevel::Debug: return spdlog::level::debug;
  case LogLevel::Info: return spdlog::level::info;
  case LogLevel::Warning: return spdlog::level::warn;
  case LogLevel::Error: return spdlog::level::err;
  case LogLevel::Off: break;
  }
  return spdlog::level::off;
}

bool log_enabled(LogLevel level) noexcept {
  return level != LogLevel::Off && level >= Log::get().level.load(std::memory_order_relaxed);
}

void log(LogLevel level, std::string_view text) noexcept try {
  if (!log_enabled(level)) return;
  Log &log = Log::get();
  std::shared_ptr<const Callback> callback;
  {
    const std::scoped_lock lock(log.mutex);
    callback = log.callback;
  }
  if (callback) return (*callback)(level, text);
  // As a view, not as a format: braces in `text` stay what they are.
  log.logger.log(spdlog_level(level), spdlog::string_view_t(text.data(), text.size()));
} catch (...) {
  // A message that can't be delivered must not bring down what it is about.
}

void set_log_level(std::string_view name) {
  constexpr std::pair<std::string_view, LogLevel> levels[] = {
      {"debug", LogLevel::Debug},   {"info", LogLevel::Info},   {"warn", LogLevel::Warning},
      {"warning", LogLevel::Warning}, {"error", LogLevel::Error}, {"off", LogLevel::Off}};
  for (const auto &[known, level] : levels)
    if (name == known) return Log::get().level.store(level, std::memory_order_relaxed);
  throw Error("unknown log level '" + std::string(name) + "': expected debug, info, warn, error or off");
}

void set_log_callback(std::function<void(LogLevel, std::string_view)> callback) {
  auto shared = callback ? std::make_shared<const Callback>(std::move(callback)) : nullptr;
  Log &log = Log::get();
  const std::scoped_lock lock(log.mutex);
  log.callback = std::move(shared);
}

} // namespace burin::runtime
