#include "runtime/ThreadPool.h"
#include "runtime/Signals.h"
#include "runtime/Logging.h"
#include <algorithm>
#include <atomic>
#include <chrono>
#include <pthread.h>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace burin::runtime {

static constexpr auto kSpinTime = std::chrono::microseconds(30);
static constexpr int kMaxThreads = 1024;

static void pause_briefly() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb");
#endif
}

/// Spins until `done()`; false when that took longer than kSpinTime.
template <class Done> static bool spin_until(Done done) {
  // The first look at the clock comes late: most waits are over by then.
  for (int i = 0; i < 64; ++i, pause_briefly())
    if (done()) return true;
  const auto end = std::chrono::steady_clock::now() + kSpinTime;
  do
    for (int i = 0; i < 16; ++i, pause_briefly())
      if (done()) return true;
  while (std::chrono::steady_clock::now() < end);
  return false;
}

namespace {

/// One region at a time. Its state is the word `gate_`: the region's number, whether it is open, and how many workers
/// are inside. A worker enters by compare-and-swap while the gate is open; the caller closes it when no task is left
/// and waits for those inside only. So a worker that wakes up late holds nobody up, and never sees a half-written one.
class ThreadPool {
public:
  static ThreadPool &get();

  void run(Task task, void **args, std::int64_t count);
  void set_wanted(int count);
  int wanted() const { return wanted_.load(std::memory_order_relaxed); }
  void shut_down();
  void forget_workers();

private:
  static constexpr std::uint32_t kInside = 0xffff;
  static constexpr std::uint32_t kOpen = 0x10000;
  static constexpr std::uint32_t kNumber = 0xfffe0000;
  static constexpr std::uint32_t kNextNumber = 0x20000;

  bool try_claim_pool();
  void run_region(Task task, void **args, std::int64_t count);
  void run_tasks();
  void open_gate(std::int64_t portions);
  void close_gate();
  void wake_workers(std::int64_t needed);

  void match_workers();
  void start_workers(int count);
  void join_workers();
  void work(std::uint32_t last);
  std::uint32_t wait_for_region(std::uint32_t last);
  bool try_enter(std::uint32_t seen);
  void leave();

  // What changes hands with every region shares a cache line: one transfer brings it all.
  alignas(64) std::atomic<std::uint32_t> gate_{0};
  Task task_ = nullptr;
  void **args_ = nullptr;
  std::int64_t count_ = 0;
  std::int64_t portion_ = 1; // tasks claimed at once
  std::atomic<std::int64_t> next_{0};

  alignas(64) std::atomic<bool> claimed_{false}; // by the caller whose region runs
  std::atomic<int> wanted_;
  std::atomic<bool> ended_{false};
  int threads_ = 1; // under `claimed_`, as `workers_`
  std::vector<std::thread> workers_;
  std::vector<std::vector<std::thread>> lost_workers_; // handles of the parent's threads, never to be destroyed

  alignas(64) std::atomic<int> asleep_{0};
  std::atomic<std::uint32_t> wakes_{0};
  std::atomic<bool> stopping_{false};
};

// ---- the caller's side

void ThreadPool::run(Task task, void **args, std::int64_t count) {
  if (count <= 0) return;
  if (count == 1 || wanted() == 1 || !try_claim_pool()) return task(args, 0, count);
  match_workers();
  if (threads_ == 1) {
    claimed_.store(false, std::memory_order_release);
    return task(args, 0, count);
  }
  run_region(task, args, count);
  claimed_.store(false, std::memory_order_release);
}

bool ThreadPool::try_claim_pool() {
  return !claimed_.load(std::memory_order_relaxed) && !claimed_.exchange(true, std::memory_order_acquire);
}

void ThreadPool::run_region(Task task, void **args, std::int64_t count) {
  task_ = task;
  args_ = args;
  count_ = count;
  // Eight portions a thread: few enough to claim cheaply, enough to even out tasks of unequal length.
  portion_ = std::max<std::int64_t>(1, count / (8 * threads_));
  next_.store(0, std::memory_order_relaxed);
  open_gate((count + portion_ - 1) / portion_);
  run_tasks();
  close_gate();
}

void ThreadPool::run_tasks() {
  const std::int64_t count = count_, portion = portion_;
  for (;;) {
    const std::int64_t begin = next_.fetch_add(portion, std::memory_order_relaxed);
    if (begin >= count) return;
    task_(args_, begin, std::min(begin + portion, count));
  }
}

void ThreadPool::open_gate(std::int64_t portions) {
  const std::uint32_t number = (gate_.load(std::memory_order_relaxed) & kNumber) + kNextNumber;
  // Sequentially consistent, as in `wait_for_region`: either we see the sleeper or it sees the open gate.
  gate_.store(number | kOpen, std::memory_order_seq_cst);
  if (asleep_.load(std::memory_order_seq_cst) > 0) wake_workers(portions - 1);
}

void ThreadPool::wake_workers(std::int64_t needed) {
  wakes_.fetch_add(1, std::memory_order_release);
  if (needed >= asleep_.load(std::memory_order_relaxed)) return wakes_.notify_all();
  for (std::int64_t i = 0; i < needed; ++i) wakes_.notify_one();
}

void ThreadPool::close_gate() {
  gate_.fetch_and(~kOpen, std::memory_order_relaxed);
  const auto empty = [this] { return (gate_.load(std::memory_order_acquire) & kInside) == 0; };
  if (spin_until(empty)) return;
  for (std::uint32_t gate; (gate = gate_.load(std::memory_order_acquire)) & kInside;)
    gate_.wait(gate, std::memory_order_acquire);
}

// ---- the workers' side

/// `last` is the number of the last region that this worker has nothing to do with any more.
void ThreadPool::work(std::uint32_t last) {
  for (;;) {
    const std::uint32_t gate = wait_for_region(last);
    if (!(gate & kOpen)) return; // stopping
    if (!try_enter(gate)) continue;
    last = gate & kNumber;
    run_tasks();
    leave();
  }
}

/// The gate, opened for a region other than number `last`; or closed, when the pool stops.
std::uint32_t ThreadPool::wait_for_region(std::uint32_t last) {
  std::uint32_t gate = 0;
  const auto opened = [&] {
    gate = gate_.load(std::memory_order_seq_cst);
    return ((gate & kOpen) && (gate & kNumber) != last) || stopping_.load(std::memory_order_relaxed);
  };
  while (!spin_until(opened)) {
    const std::uint32_t wakes = wakes_.load(std::memory_order_acquire);
    asleep_.fetch_add(1, std::memory_order_seq_cst);
    if (!opened()) wakes_.wait(wakes, std::memory_order_acquire);
    asleep_.fetch_sub(1, std::memory_order_relaxed);
  }
  return stopping_.load(std::memory_order_relaxed) ? 0 : gate;
}

bool ThreadPool::try_enter(std::uint32_t seen) {
  return gate_.compare_exchange_strong(seen, seen + 1, std::memory_order_acquire, std::memory_order_relaxed);
}

void ThreadPool::leave() {
  const std::uint32_t left = gate_.fetch_sub(1, std::memory_order_release) - 1;
  if (!(left & (kOpen | kInside))) gate_.notify_one(); // the caller may be asleep in `close_gate`
}

// ---- starting and ending

void ThreadPool::match_workers() {
  if (threads_ == wanted() || ended_.load(std::memory_order_relaxed)) return;
  join_workers();
  start_workers(wanted() - 1);
}

void ThreadPool::start_workers(int count) {
  const BlockSignals block;
  // Read here, not by the worker: one that starts late shall still join the region that it was started for.
  const std::uint32_t last = gate_.load(std::memory_order_relaxed) & kNumber;
  try {
    for (int i = 0; i < count; ++i) {
      workers_.emplace_back([this, last] { work(last); });
      pthread_setname_np(workers_.back().native_handle(), "burin-worker");
    }
  } catch (const std::system_error &error) {
    log_warning(std::string("running on ") + std::to_string(workers_.size() + 1) + " threads only: " + error.what());
    wanted_.store(static_cast<int>(workers_.size()) + 1, std::memory_order_relaxed);
  }
  threads_ = static_cast<int>(workers_.size()) + 1;
}

void ThreadPool::join_workers() {
  stopping_.store(true, std::memory_order_seq_cst);
  wakes_.fetch_add(1, std::memory_order_seq_cst);
  wakes_.notify_all();
  for (std::thread &worker : workers_) worker.join();
  workers_.clear();
  threads_ = 1;
  stopping_.store(false, std::memory_order_relaxed);
}

void ThreadPool::set_wanted(int count) {
  if (count <= 0) count = static_cast<int>(std::thread::hardware_concurrency());
  // Only noted down here: a call from within a task must not join the thread that it runs on.
  wanted_.store(std::clamp(count, 1, kMaxThreads), std::memory_order_relaxed);
}

/// At process exit. Regions that come later run on their caller. If a region is running, exit() was called inside it,
/// or beside it on another thread; waiting could then take forever, so its workers are let go instead.
void ThreadPool::shut_down() {
  ended_.store(true, std::memory_order_relaxed);
  if (try_claim_pool()) {
    join_workers();
    claimed_.store(false, std::memory_order_release);
  } else {
    for (std::thread &worker : workers_) worker.detach();
  }
}

/// In the child of a fork there are no workers, and nobody is left to finish what another thread had begun.
void ThreadPool::forget_workers() {
  lost_workers_.push_back(std::move(workers_));
  workers_.clear();
  threads_ = 1;
  gate_.store(0, std::memory_order_relaxed);
  asleep_.store(0, std::memory_order_relaxed);
  claimed_.store(false, std::memory_order_release);
}

/// Never destroyed, as workers that were let go may still look at it; the guard ends it at exit.
ThreadPool &ThreadPool::get() {
  static ThreadPool *pool = [] {
    auto *made = new ThreadPool;
    made->set_wanted(0);
    pthread_atfork(nullptr, nullptr, [] { ThreadPool::get().forget_workers(); });
    return made;
  }();
  static struct Guard {
    ~Guard() { pool->shut_down(); }
  } guard;
  return *pool;
}

} // namespace

void parallel_for(Task task, void **args, std::int64_t count) noexcept { ThreadPool::get().run(task, args, count); }
void set_thread_count(int count) noexcept { ThreadPool::get().set_wanted(count); }
int thread_count() noexcept { return ThreadPool::get().wanted(); }

} // namespace burin::runtime

extern "C" void burin_rt_parallel(burin::runtime::Task task, void **args, std::int64_t count) noexcept {
  burin::runtime::parallel_for(task, args, count);
}
