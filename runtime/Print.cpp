#include "runtime/Print.h"
#include "burin/Error.h"
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <unistd.h>

namespace burin::runtime {

std::string format_line(const PrintSite &site, std::span<const RuntimeTensor> operands) {
  std::string line;
  if (!site.location.empty()) line += site.location + ": ";
  bool first = true;
  for (const PrintSite::Piece &piece : site.pieces) {
    if (!first && !piece.joined) line += site.separator;
    first = false;
    if (piece.operand < 0) {
      line += piece.text;
      continue;
    }
    const auto index = static_cast<std::size_t>(piece.operand);
    const PrintSite::Operand &operand = site.operands[index];
    const auto &[data, extents] = operands[index];
    const std::size_t rank = operand.extents.size();
    line += format_tensor(operand.dtype, extents ? std::span(extents, rank) : operand.extents, data, site.format);
  }
  return line;
}

/// False with `errno` set. One call to write, unless the system takes the text in parts.
static bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd ready{file, POLLOUT, 0};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

static std::mutex &stream_mutex() {
  static std::mutex *mutex = new std::mutex; // never destroyed: destructors of globals may print
  return *mutex;
}

/// Past stdio's buffer, which would split the line, but behind what it already holds. That stderr is closed is no
/// reason to fail a computation, so errors are ignored.
static void write_stream(std::FILE *stream, std::string_view line) {
  const std::scoped_lock lock(stream_mutex());
  std::fflush(stream);
  write_all(fileno(stream), line);
}

/// Opened anew for each line: whoever moves the file away or reads it finds it complete.
static void append_to_file(const std::string &path, std::string_view line) {
  const std::scoped_lock lock(stream_mutex());
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  const bool written = file >= 0 && write_all(file, line);
  const int error = errno;
  if (file >= 0) ::close(file);
  if (!written) throw IoError("print: cannot append to '" + path + "': " + std::strerror(error));
}

static void call_back(const std::function<void(std::string_view)> &callback, std::string_view line) {
  static auto *mutex = new std::recursive_mutex; // recursive: a callback may print
  const std::scoped_lock lock(*mutex);
  if (callback) callback(line);
}

void print_now(const PrintSite &site, std::span<const RuntimeTensor> operands) {
  if (site.sink == PrintSink::Log && !log_enabled(site.log_level)) return;
  std::string line = format_line(site, operands);
  if (site.sink == PrintSink::Log) return log(site.log_level, line);
  line += site.end;
  switch (site.sink) {
  case PrintSink::Stderr: return write_stream(stderr, line);
  case PrintSink::Stdout: return write_stream(stdout, line);
  case PrintSink::File: return append_to_file(site.path, line);
  case PrintSink::Callback: return call_back(site.callback, line);
  case PrintSink::Log: break; // above
  }
}

} // namespace burin::runtime
