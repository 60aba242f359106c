#pragma once
#include <functional>
#include <string_view>

/// The library's own messages, on stderr unless a callback takes them. Quiet by default: warnings and errors only.
namespace burin::runtime {

enum class LogLevel { Debug, Info, Warning, Error, Off };

void log(LogLevel level, std::string_view text) noexcept;
inline void log_debug(std::string_view text) noexcept { log(LogLevel::Debug, text); }
inline void log_info(std::string_view text) noexcept { log(LogLevel::Info, text); }
inline void log_warning(std::string_view text) noexcept { log(LogLevel::Warning, text); }

/// Whether such a message would go anywhere; asks before an expensive text is built.
bool log_enabled(LogLevel level) noexcept;

/// `debug`, `info`, `warn` (or `warning`), `error` or `off`; anything else throws Error.
void set_log_level(std::string_view name);

/// Sends messages to `callback` instead of stderr; null sends them to stderr again.
void set_log_callback(std::function<void(LogLevel, std::string_view)> callback);

} // namespace burin::runtime
