#include "lib/api/EagerCache.h"
#include "lib/api/ProcessOptions.h"
#include <array>
#include <atomic>
#include <list>
#include <mutex>
#include <unordered_map>

namespace burin::detail {

namespace {

/// A program, or the promise of one: whoever holds the mutex first makes it. It never changes once `made` is true.
struct Slot {
  std::mutex mutex;
  std::atomic<bool> made = false;
  std::shared_ptr<const Program> program;
};

/// A part of the cache with a lock of its own; least recently used programs go first.
class Shard {
public:
  static constexpr std::size_t kCapacity = 256;

  std::shared_ptr<Slot> slot(const std::string &key) {
    const std::lock_guard lock(mutex_);
    if (auto found = index_.find(key); found != index_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->slot;
    }
    entries_.push_front({key, std::make_shared<Slot>()});
    index_.emplace(entries_.front().key, entries_.begin());
    if (entries_.size() > kCapacity) drop(std::prev(entries_.end()));
    return entries_.front().slot;
  }

  void forget(const std::string &key) {
    const std::lock_guard lock(mutex_);
    if (auto found = index_.find(key); found != index_.end()) drop(found->second);
  }

private:
  struct Entry {
    std::string key;
    std::shared_ptr<Slot> slot;
  };
  using Position = std::list<Entry>::iterator;

  void drop(Position entry) {
    index_.erase(entry->key);
    entries_.erase(entry);
  }

  std::mutex mutex_;
  std::list<Entry> entries_;                             // most recently used first
  std::unordered_map<std::string_view, Position> index_; // keys are views of the entries'
};

constexpr std::size_t kShards = 16;

} // namespace

static Shard &shard_of(const std::string &key) {
  // Never destroyed: tensors in static variables may still be worked on while the process exits.
  static auto *shards = new std::array<Shard, kShards>;
  return (*shards)[std::hash<std::string>()(key) >> 7 & (kShards - 1)];
}

std::shared_ptr<const Program> eager_program(const EagerKey &key,
                                             const std::function<std::shared_ptr<const Program>()> &make) {
  Shard &shard = shard_of(key.bytes());
  const std::shared_ptr<Slot> slot = shard.slot(key.bytes());
  if (slot->made.load(std::memory_order_acquire)) return slot->program;
  const std::lock_guard lock(slot->mutex);
  if (slot->made.load(std::memory_order_relaxed)) return slot->program;
  try {
    slot->program = make();
    slot->made.store(true, std::memory_order_release);
    return slot->program;
  } catch (...) {
    shard.forget(key.bytes());
    throw;
  }
}

std::shared_ptr<const Program> compile_eagerly(std::string_view name, std::source_location location,
                                               const std::function<std::vector<Tensor>(Trace &)> &record) {
  const std::shared_ptr<Trace> trace = Trace::begin(std::string(name));
  const std::vector<Tensor> results = record(*trace);
  Trace::Finished finished = trace->finish(results, location);
  std::shared_ptr<const compiler::Executable> executable = compiler::compile(*finished.module, compile_options());
  return std::make_shared<Program>(std::move(executable), std::move(finished.captures), std::move(finished.sites),
                                   location);
}

} // namespace burin::detail
