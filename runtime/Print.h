#pragma once
#include "burin/DType.h"
#include "runtime/EffectSite.h"
#include "runtime/Format.h"
#include "runtime/Logging.h"
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace burin::runtime {

enum class PrintSink { Stderr, Stdout, File, Log, Callback };

/// One `print` in the user's program: all but the values.
struct PrintSite {
  /// A literal text, or the operand of that index.
  struct Piece {
    std::string text = {};
    int operand = -1;    ///< -1: `text` it is
    bool joined = false; ///< no `separator` before it: for the parts of a container
  };
  struct Operand {
    DType dtype;
    std::vector<std::int64_t> extents; ///< unless they are known only when it prints
  };

  std::vector<Piece> pieces;
  std::vector<Operand> operands;
  FormatOptions format;
  std::string separator = " ";
  std::string end = "\n";
  std::string location; ///< "train.cpp:41" puts "train.cpp:41: " in front; empty puts nothing

  PrintSink sink = PrintSink::Stderr;
  std::string path;                                ///< File: appended to
  LogLevel log_level = LogLevel::Info;             ///< Log: `end` is left out
  std::function<void(std::string_view)> callback;  ///< Callback: gets the whole line, `end` included
};

/// The line that `site` prints.
std::string format_line(const PrintSite &site, std::span<const RuntimeTensor> operands);

/// Prints and flushes. The line reaches its stream in one write, so lines of several threads don't mix; calls of
/// callbacks follow one another, too, but a callback may itself print.
/// Throws IoError when a file can't be written, and what a callback throws.
void print_now(const PrintSite &site, std::span<const RuntimeTensor> operands);

/// A print as an effect of a compiled function.
class PrintEffect final : public EffectSite {
public:
  explicit PrintEffect(PrintSite site) : site_(std::move(site)) {}
  void run(std::span<const RuntimeTensor> tensors) const override { print_now(site_, tensors); }
  std::string encode() const override;
  PrintSink sink() const { return site_.sink; }

private:
  PrintSite site_;
};

} // namespace burin::runtime
