#pragma once
#include <atomic>
#include <cstdint>
#include <thread>

namespace burin::runtime {

/// A recursive mutex made of atomics. Not std::recursive_mutex: a call may hold hundreds of these, and
/// ThreadSanitizer's deadlock detector gives up on a thread that holds more than 64 mutexes.
class RecursiveLock {
public:
  void lock() {
    const std::thread::id self = std::this_thread::get_id();
    if (owner_.load(std::memory_order_relaxed) != self) { // only this thread ever stores its own id
      acquire();
      owner_.store(self, std::memory_order_relaxed);
    }
    ++depth_;
  }

  void unlock() {
    if (--depth_ > 0) return;
    owner_.store({}, std::memory_order_relaxed);
    if (state_.exchange(kFree, std::memory_order_release) == kAwaited) state_.notify_one();
  }

private:
  /// Drepper, "Futexes are tricky", mutex 2: whoever has waited leaves `kAwaited`, as others may wait still.
  void acquire() {
    std::uint32_t expected = kFree;
    if (state_.compare_exchange_strong(expected, kHeld, std::memory_order_acquire)) return;
    while (state_.exchange(kAwaited, std::memory_order_acquire) != kFree)
      state_.wait(kAwaited, std::memory_order_relaxed);
  }

  static constexpr std::uint32_t kFree = 0, kHeld = 1, kAwaited = 2;
  std::atomic<std::uint32_t> state_{kFree};
  std::uint32_t depth_ = 0; // the owner's
  std::atomic<std::thread::id> owner_{};
};

} // namespace burin::runtime
