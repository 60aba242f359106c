#include "runtime/BufferPool.h"
#include "burin/Error.h"
#include "runtime/Buffer.h"
#include "runtime/Logging.h"
#include "runtime/SystemMemory.h"
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <pthread.h>
#include <string>
#include <utility>
#include <vector>

namespace burin::runtime {

static void free_list(Buffer *list) noexcept {
  while (list) free_system_block(std::exchange(list, list->next_free));
}

/// The free buffers of all threads, and the list of the threads' caches.
class SharedPool {
public:
  /// Never destroyed: a tensor in a global may come back after every destructor has run.
  static SharedPool &get() {
    static SharedPool *pool = new SharedPool;
    return *pool;
  }

  /// A free buffer of class `size`, or null. Moves some more to the thread's own, so that the next ones take no lock.
  Buffer *take(int size, ThreadCache *cache);
  /// Takes `buffer` back, and half of the thread's own of that class, so that the next ones find room there.
  void give(Buffer *buffer, ThreadCache *cache) noexcept;

  void add_cache(ThreadCache *cache);
  void remove_cache(ThreadCache *cache) noexcept;
  /// Returns to the system what `cache` (may be null) and the pool hold.
  void trim(ThreadCache *cache) noexcept;
  void set_limit(std::size_t bytes);
  PoolStats stats();

  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

private:
  SharedPool();
  void push(Buffer *buffer) noexcept;
  void push_all(ThreadCache &cache) noexcept;
  Buffer *pop(std::size_t size) noexcept;
  Buffer *pop_down_to(std::size_t bytes) noexcept;

  std::mutex mutex_;
  std::array<Buffer *, kSizeClasses> free_{};
  std::size_t bytes_ = 0;
  std::size_t limit_ = machine_memory() / 4;
  std::size_t victim_ = 0; // the class that excess is next taken from
  std::uint64_t hits_ = 0; // those of ended threads, and those without a cache
  std::vector<ThreadCache *> caches_;
};

// ---- this thread's cache

constinit thread_local ThreadCache *thread_cache = nullptr;
// Trivial, so it may still be read after the thread's destructors have run.
[[gnu::tls_model("initial-exec")]] static constinit thread_local bool thread_ended = false;

namespace {
struct ThreadEnd {
  ~ThreadEnd() {
    thread_ended = true;
    if (!thread_cache) return;
    SharedPool::get().remove_cache(thread_cache);
    for (std::size_t i = 0; i < thread_cache->small_blocks.size(); ++i)
      while (FreeBlock *block = thread_cache->small_blocks[i].pop()) {
        unpoison(block, (i + 1) * kSmallBlockStep);
        std::free(block);
      }
    delete std::exchange(thread_cache, nullptr);
  }
  void arrange() {} // naming the thread-local object registers its destructor
};
} // namespace
static thread_local ThreadEnd thread_end;

ThreadCache *open_thread_cache() noexcept try {
  if (thread_cache || thread_ended) return thread_cache;
  auto cache = std::make_unique<ThreadCache>();
  for (std::size_t i = 0; i < cache->buffers.size(); ++i)
    cache->buffers[i].set_limit(thread_limit(static_cast<int>(i)));
  for (auto &list : cache->small_blocks) list.set_limit(256);
  SharedPool::get().add_cache(cache.get());
  thread_end.arrange();
  return thread_cache = cache.release();
} catch (const std::bad_alloc &) {
  return nullptr; // then without one
}

// ---- the shared pool

// The child of a fork must not inherit a mutex that another thread had locked.
static void before_fork() { SharedPool::get().lock(); }
static void after_fork() { SharedPool::get().unlock(); }

SharedPool::SharedPool() { pthread_atfork(before_fork, after_fork, after_fork); }

Buffer *SharedPool::take(int size, ThreadCache *cache) {
  const std::scoped_lock lock(mutex_);
  Buffer *buffer = pop(static_cast<std::size_t>(size));
  if (!buffer) return nullptr;
  if (!cache) {
    ++hits_;
    return buffer;
  }
  cache->count_hit();
  if (size >= kMappedClass) return buffer;
  auto &own = cache->buffers[static_cast<std::size_t>(size)];
  for (std::uint32_t i = 0; i < own.limit() / 2; ++i) {
    Buffer *more = pop(static_cast<std::size_t>(size));
    if (!more) break;
    own.push(more);
  }
  return buffer;
}

void SharedPool::give(Buffer *buffer, ThreadCache *cache) noexcept {
  Buffer *excess = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    push(buffer);
    if (cache && buffer->size_class_ < kMappedClass) {
      auto &own = cache->buffers[static_cast<std::size_t>(buffer->size_class_)];
      for (std::uint32_t i = 0; i < own.limit() / 2; ++i)
        if (Buffer *more = own.pop()) push(more);
    }
    excess = pop_down_to(limit_);
  }
  free_list(excess);
}

void SharedPool::push(Buffer *buffer) noexcept {
  poison(buffer->data_, buffer->capacity_);
  Buffer *&head = free_[static_cast<std::size_t>(buffer->size_class_)];
  buffer->next_free = head;
  head = buffer;
  bytes_ += buffer->capacity_;
}

void SharedPool::push_all(ThreadCache &cache) noexcept {
  for (auto &list : cache.buffers)
    while (Buffer *buffer = list.pop()) push(buffer);
}

Buffer *SharedPool::pop(std::size_t size) noexcept {
  Buffer *buffer = free_[size];
  if (!buffer) return nullptr;
  free_[size] = buffer->next_free;
  bytes_ -= buffer->capacity_;
  return buffer;
}

/// A list of what must go. Goes through the classes in turn: were it the newest buffer that goes, blocks of a size that
/// nobody wants any more would keep the pool full and useless.
Buffer *SharedPool::pop_down_to(std::size_t bytes) noexcept {
  Buffer *list = nullptr;
  while (bytes_ > bytes) {
    victim_ = (victim_ + 1) % kSizeClasses;
    if (Buffer *buffer = pop(victim_)) {
      buffer->next_free = list;
      list = buffer;
    }
  }
  return list;
}

void SharedPool::add_cache(ThreadCache *cache) {
  const std::scoped_lock lock(mutex_);
  caches_.push_back(cache);
}

void SharedPool::remove_cache(ThreadCache *cache) noexcept {
  Buffer *excess = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    push_all(*cache);
    hits_ += cache->hits.load(std::memory_order_relaxed);
    std::erase(caches_, cache);
    excess = pop_down_to(limit_);
  }
  free_list(excess);
}

void SharedPool::trim(ThreadCache *cache) noexcept {
  Buffer *all = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    if (cache) push_all(*cache);
    all = pop_down_to(0);
  }
  free_list(all);
}

void SharedPool::set_limit(std::size_t bytes) {
  Buffer *excess = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    limit_ = bytes;
    excess = pop_down_to(limit_);
  }
  free_list(excess);
}

PoolStats SharedPool::stats() {
  const std::scoped_lock lock(mutex_);
  PoolStats stats{.pool_hits = hits_, .bytes_cached = bytes_};
  for (const ThreadCache *cache : caches_) {
    stats.pool_hits += cache->hits.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < cache->buffers.size(); ++i)
      stats.bytes_cached += cache->buffers[i].size() * class_bytes(static_cast<int>(i));
  }
  const SystemUse use = system_use();
  stats.system_allocations = use.allocations;
  stats.bytes_live = use.bytes - std::min(use.bytes, stats.bytes_cached);
  return stats;
}

PoolStats pool_stats() { return SharedPool::get().stats(); }
void trim_pool() noexcept { SharedPool::get().trim(thread_cache); }
void set_pool_limit(std::size_t bytes) { SharedPool::get().set_limit(bytes); }

// ---- the slow paths of Buffer.h

static Error out_of_memory(std::size_t bytes, const std::string &reason) {
  return Error("cannot allocate " + std::to_string(bytes) + " bytes: " + reason);
}

Buffer *allocate_buffer_slowly(std::size_t bytes) {
  // The system would promise more than it has and kill the process later.
  if (const std::size_t memory = machine_memory(); bytes > memory)
    throw out_of_memory(bytes, "this machine has " + std::to_string(memory));
  const int size = size_class(bytes);
  Buffer *buffer = SharedPool::get().take(size, open_thread_cache());
  if (!buffer) buffer = new_system_block(size);
  if (!buffer) {
    trim_pool();
    buffer = new_system_block(size);
  }
  if (!buffer)
    throw out_of_memory(bytes, "the system refused; " + std::to_string(pool_stats().bytes_live) + " are in use");
  buffer->start(bytes);
  return buffer;
}

namespace {
struct ForeignBuffer : Buffer {
  ForeignBuffer(void *data, std::size_t bytes, int size_class, std::function<void()> free)
      : Buffer(data, bytes, size_class), release(std::move(free)) {}
  std::function<void()> release;
};
} // namespace

void Buffer::recycle_slowly() noexcept {
  if (size_class_ != kForeign) return SharedPool::get().give(this, open_thread_cache());
  auto *foreign = static_cast<ForeignBuffer *>(this);
  try {
    if (foreign->release) foreign->release();
  } catch (const std::exception &error) {
    log_warning(std::string("the release function of adopted memory threw: ") + error.what());
  } catch (...) {
    log_warning("the release function of adopted memory threw");
  }
  delete foreign;
}

Buffer *adopt_buffer(void *data, std::size_t bytes, std::function<void()> release) {
  auto *buffer = new ForeignBuffer(data, bytes, Buffer::kForeign, std::move(release));
  buffer->bytes_ = bytes;
  return buffer;
}

BufferRef adopt(void *data, std::size_t bytes, std::function<void()> release) {
  return BufferRef::take(adopt_buffer(data, bytes, std::move(release)));
}

} // namespace burin::runtime
