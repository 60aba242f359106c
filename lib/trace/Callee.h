#pragma once
#include "lib/trace/Trace.h"
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace burin::detail {

/// What a function of a trace uses without its being an argument: a concrete tensor, or what one of its callers recorded.
struct Capture {
  Tensor concrete;       ///< undefined for the other kind
  std::size_t outer = 0; ///< the number of the caller's value; no handle of it, which would keep the trace alive in itself
};

/// A function that the function of a trace calls: recorded once, beside it in the module, and called as often as the library finds
/// that one more recording would be the same. The library derives from it what it finds that by.
class Callee {
public:
  virtual ~Callee() = default;

  std::string symbol;
  std::vector<Capture> captures; ///< hidden arguments, behind the arguments
  std::vector<std::shared_ptr<runtime::VariableState>> variables; ///< the last arguments
};

/// The recording of a callee: from its making until its end, the trace records into a function of its own, whose arguments
/// `Trace::argument` makes. It may use all that is known around it. One that doesn't end, because the user's lambda throws, leaves
/// nothing behind.
class CalleeRecording {
public:
  CalleeRecording(Trace &trace, std::string_view name, std::source_location location);
  ~CalleeRecording();
  CalleeRecording(const CalleeRecording &) = delete;
  CalleeRecording &operator=(const CalleeRecording &) = delete;

  /// Whether it reads or writes `variable` so far.
  bool uses(const std::shared_ptr<runtime::VariableState> &variable) const;
  /// The callee gives `results`. The trace keeps `callee`, which it fills in, until it ends itself.
  void end(std::unique_ptr<Callee> callee, std::span<const Tensor> results, std::source_location location);

private:
  struct Impl;
  void close();
  std::unique_ptr<Impl> impl_;
};

} // namespace burin::detail
