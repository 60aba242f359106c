#pragma once
#include "lib/api/Concrete.h"
#include "lib/api/ProcessOptions.h"
#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace burin::detail {

/// The traces of one function and its copies, by signature.
///
/// A warm call takes its trace from a slot, which is empty while the call lasts, and puts it back: two atomic exchanges,
/// no lock, no other thread's cache line. Only where the slot has no trace or another one does it look into the table.
class FunctionCore : public std::enable_shared_from_this<FunctionCore> {
public:
  FunctionCore(FunctionOptions options, std::source_location location);
  ~FunctionCore();
  FunctionCore(const FunctionCore &) = delete;
  FunctionCore &operator=(const FunctionCore &) = delete;

  const std::string &name() const { return options_.name; }
  std::source_location location() const { return location_; }
  std::size_t max_traces() const { return std::max<std::size_t>(options_.max_traces, 1); }
  bool checks_numerics() const { return options_.debug == Debug::CheckNumerics || numerics_are_checked(); }

  /// What threads keep of a function to themselves, as far as they differ by `slot_index`.
  struct alignas(64) Line {
    Slot slot{nullptr};
    std::atomic<std::uint64_t> calls{0}; ///< roughly: threads that share the line may miss one
  };
  Line &line();

  /// The trace for `arguments`, taken from `line` if it is there.
  ConcreteRef take(Line &line, const Arguments &arguments, const Body &body);
  /// The trace for `arguments` from the table; traced and compiled now if there is none. `specs` is given for traces that
  /// the user asks for without a call.
  ConcreteRef find_or_make(const Arguments &arguments, const Body &body, const SpecTensors *specs);

  std::vector<TraceRecord> traces() const;
  /// Those that the traces captured.
  VariableStates variables() const;

  /// Who wants tensors of each call.
  struct Tap {
    std::vector<std::string> patterns;
    TapCallback callback;
  };
  using Taps = std::vector<std::shared_ptr<const Tap>>;
  bool has_taps() const { return has_taps_.load(std::memory_order_relaxed); }
  Taps taps() const;
  void add_tap(std::shared_ptr<const Tap> tap);
  void remove_tap(const Tap *tap);

private:
  /// A trace that a thread is making; others that want the same wait for it.
  struct Pending {
    std::size_t hash;
    Signature signature;
    std::thread::id thread;
  };
  class PendingScope;

  /// All traces, the earliest first.
  std::vector<const Concrete *> in_order() const;
  /// The trace of exactly this signature, else one with dynamic extents that takes the arguments.
  ConcreteRef find(std::size_t hash, const Arguments &arguments, const DimensionNames &names) const;
  ConcreteRef find_or_make_as_is(const Arguments &arguments, const Body &body, const SpecTensors *specs, bool is_call);
  ConcreteRef find_or_make_by_signature(const Arguments &arguments, const Body &body, bool is_call);
  /// For rule T9, within the lock: the arguments' shapes, with those extents dynamic in which they differ from a trace that differs in nothing else.
  std::optional<std::vector<TensorSpec>> generalised(const Arguments &arguments, const Body &body) const;
  bool wait_for_pending(std::unique_lock<std::mutex> &lock, std::size_t hash, const Arguments &arguments, const Body &body);
  ConcreteRef make(const Arguments &arguments, const Body &body, const SpecTensors *specs);
  void add(std::size_t hash, const ConcreteRef &made);
  void record_differences(Concrete &made) const;
  void evict_beyond_limit();
  std::string retrace_warning(const Concrete &made);

  const FunctionOptions options_;
  const std::source_location location_;
  std::array<Line, 16> lines_;
  std::atomic<std::uint64_t> clock_{0}; // of lookups in the table

  // Serialises the runs of the lambda, which may change what it captured; recursive as a lambda may ask for a trace.
  std::recursive_mutex tracing_;
  bool is_recorded_ = false; // some trace was; guarded by tracing_
  mutable std::mutex mutex_; // guards all below
  std::condition_variable pending_done_;
  std::unordered_multimap<std::size_t, ConcreteRef> table_;
  bool has_dynamic_ = false; // a trace in it
  std::vector<const Pending *> pending_;
  std::uint64_t traces_made_ = 0;
  std::deque<std::uint64_t> recent_traces_; // the number of calls when each was made
  bool warned_ = false;
  Taps taps_;
  std::atomic<bool> has_taps_{false};
};

enum class ArgumentKind { Concrete, Any };
/// Throws Error for an argument that is empty, TraceError for a symbolic one where concrete ones are wanted.
void require_usable(const FunctionCore &core, const Arguments &arguments, const Body &body, ArgumentKind kind);

} // namespace burin::detail
